"""A workbook as read: its cells, and what stands besides them where somebody asks for it."""

import io
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import repeat

from pledgebatch.readers.file_types import REFUSED, Format, Unreadable
from pledgebatch.readers.precheck import BROKEN
from pledgebatch.readers.shared_strings import Shared
from pledgebatch.readers.sheet_details import Place, SheetDetails
from pledgebatch.readers.sheet_xml import parse_sheet
from pledgebatch.schema.cells import Cell

Cells = list[list[Cell]]
"""The rows of a sheet from A1, all of one length; ``""`` or None where blank."""


@dataclass
class Book:
    """A workbook as read."""

    sheets: dict[str, Cells]
    hidden: frozenset[str] = frozenset()
    """The names of hidden sheets."""
    repeated: Sequence[str] = ()
    """The names that several sheets share; one of them was read."""
    data: bytes = b""
    shared: Shared = field(default_factory=Shared)
    parts: dict[str, str] = field(default_factory=dict)
    """The parts of the sheets with hidden rows or merged cells, which are parsed when somebody asks for their details."""
    known_details: dict[str, SheetDetails] = field(default_factory=dict)
    notes: dict[str, dict[Place, str]] = field(default_factory=dict)
    """What is noted on cells, or stands in a box over them, by sheet."""
    pictures: dict[str, list[Place]] = field(default_factory=dict)
    """Where pictures lie over cells, by sheet; of .xls it is not known."""

    def details(self, name: str, form: bool = False) -> SheetDetails:
        """What stands in a sheet besides its plain cells. Raises Unreadable.

        The rows of a ``form`` are folded away by the form itself.
        """
        if name not in self.known_details:
            has_more = name in self.parts and not form
            self.known_details[name] = self.parse(self.parts[name]) if has_more else SheetDetails()
        return self.known_details[name]

    def parse(self, part: str) -> SheetDetails:
        """Parse the sheet in a part of the container. Raises Unreadable."""
        try:
            with zipfile.ZipFile(io.BytesIO(self.data)) as container:
                return parse_sheet(container.read(part), self.shared)
        except BROKEN:
            raise Unreadable(REFUSED[Format.DAMAGED]) from None


def count_values(cells: Cells) -> int:
    """The cells that hold something."""
    return sum(map(len, cells)) - sum(map(list.count, cells, repeat("")))


def put_cell(cells: Cells, place: Place, cell: Cell) -> None:
    """Put a cell where it stands, the rows all as long as they must be."""
    row, column = place
    width = max(len(cells[0]) if cells else 0, column + 1)
    if row >= len(cells) or width > len(cells[0]):
        cells.extend([] for _ in range(row + 1 - len(cells)))
        for line in cells:
            line.extend([""] * (width - len(line)))
    cells[row][column] = cell
