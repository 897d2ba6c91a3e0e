"""Reads a workbook into plain cells: calamine for .xlsx and .ods, xlrd for .xls and .et."""

import io
import zipfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import repeat

from pledgebatch.readers import native
from pledgebatch.readers.cell_notes import notes_of
from pledgebatch.readers.decrypt import unlock
from pledgebatch.readers.file_types import REFUSED, Format, Unreadable, identify
from pledgebatch.readers.ods import read_open_document
from pledgebatch.readers.precheck import BROKEN, Look, look
from pledgebatch.readers.shared_strings import Shared
from pledgebatch.readers.sheet_xml import Place, Seen, laid_out, look_closely
from pledgebatch.readers.xls import read_old_format
from pledgebatch.schema.cells import LOST, Cell

Cells = list[list[Cell]]
"""The rows of a sheet from A1, all of one length; ``""`` or None where blank."""
NO_WORKBOOK = "压缩包内没有可以识别的工作簿"
UNFIT = "文件异常，读取时出错，请把内容复制到下发的工作簿中重新报送"
WRONG_PASSWORD = "文件设有打开密码，所给的密码都打不开，请取消密码后重新报送，或把密码告诉党委办公室"


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
    """Where the rows of a sheet may be hidden, or its cells merged: its part, for a closer look."""
    looked: dict[str, Seen] = field(default_factory=dict)
    notes: dict[str, dict[Place, str]] = field(default_factory=dict)
    """What is noted on cells, by sheet."""

    def seen(self, name: str, form: bool = False) -> Seen:
        """What stands in a sheet besides its plain cells. Raises Unreadable.

        The rows of a ``form`` are folded away by the form itself.
        """
        if name not in self.looked:
            has_more = name in self.parts and not form
            self.looked[name] = _closely(self.data, self.parts[name], self.shared) if has_more else Seen()
        return self.looked[name]


def read(data: bytes, name: str, passwords: Sequence[str] = ()) -> Book:
    """The sheets of a workbook, hidden ones included. Raises Unreadable."""
    format_ = identify(data, name)
    if format_ is Format.ENCRYPTED:
        inside = unlock(data, passwords)
        if inside is None:
            raise Unreadable(WRONG_PASSWORD if passwords else REFUSED[format_])
        data, format_ = inside, identify(inside)
    if format_ in REFUSED:
        raise Unreadable(REFUSED[format_])
    if format_ is Format.ARCHIVE:
        raise Unreadable(NO_WORKBOOK)
    try:
        return _old_format(data, passwords) if format_ is Format.XLS else _container(data, format_)
    except Unreadable:
        raise
    except Exception as mistake:
        raise Unreadable(_because(mistake, passwords)) from None
    except BaseException as panic:
        # A panic of the reader is not an Exception, and cannot be pickled.
        if isinstance(panic, KeyboardInterrupt | SystemExit):
            raise
        raise Unreadable(REFUSED[Format.DAMAGED]) from None


def count_values(cells: Cells) -> int:
    """The cells that hold something."""
    return sum(map(len, cells)) - sum(map(list.count, cells, repeat("")))


def _because(mistake: Exception, passwords: Sequence[str]) -> str:
    said = str(mistake).lower()
    if "password" in said or "encrypted" in said:
        return WRONG_PASSWORD if passwords else REFUSED[Format.ENCRYPTED]
    return REFUSED[Format.DOCUMENT if "can't find workbook" in said else Format.DAMAGED]


def _old_format(data: bytes, passwords: Sequence[str]) -> Book:
    try:
        sheets, seen, hidden, shared = read_old_format(data)
    except Unreadable:
        raise
    except Exception:  # xlrd says in many ways that it cannot read; a password may be why
        inside = unlock(data, passwords)
        if inside is None:
            raise
        sheets, seen, hidden, shared = read_old_format(inside)
    notes = {name: each.notes for name, each in seen.items()}
    return Book(sheets, frozenset(hidden), shared=shared, looked=seen, notes=notes)


def _container(data: bytes, format_: Format) -> Book:
    looked = look(data)
    if looked.reason:
        raise Unreadable(looked.reason)
    if format_ is Format.ODS:
        sheets, seen, hidden, shared = read_open_document(data)
        notes = {name: each.notes for name, each in seen.items()}
        return Book(sheets, frozenset(hidden), shared=shared, looked=seen, notes=notes)
    if not looked.sheets:
        raise Unreadable(REFUSED[Format.DAMAGED])  # what the look does not see, no reader shall
    plain = [name for name, sheet in looked.sheets.items() if not sheet.misread]
    book = Book(
        _with_calamine(looked.container, plain) if looked.container else {},
        frozenset(name for name, sheet in looked.sheets.items() if sheet.hidden),
        looked.repeated,
        data,
        looked.shared,
        {name: sheet.part for name, sheet in looked.sheets.items() if sheet.folded},
        notes=notes_of(data, {name: sheet.part for name, sheet in looked.sheets.items()}),
    )
    _compare(book, looked)
    return book


def _compare(book: Book, looked: Look) -> None:
    """Compare the values seen with those read; a sheet that was not read, or where they differ, is read closely."""
    for name, sheet in looked.sheets.items():
        cells = book.sheets.get(name)
        if cells is not None and not sheet.odd and sheet.values == count_values(cells):
            continue
        seen = book.looked[name] = _closely(book.data, sheet.part, book.shared)
        if cells is None or seen.broken or seen.repeated_rows or seen.values != count_values(cells):
            cells = book.sheets[name] = laid_out(seen.cells)
        for place, cell in seen.shown.items():
            put(cells, place, cell)
        for place in seen.lost:
            put(cells, place, LOST)
    book.sheets = {name: book.sheets[name] for name in looked.sheets}


def _closely(data: bytes, part: str, shared: Shared) -> Seen:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as container:
            return look_closely(container.read(part), shared)
    except BROKEN:
        raise Unreadable(REFUSED[Format.DAMAGED]) from None


def put(cells: Cells, place: tuple[int, int], cell: Cell) -> None:
    """Put a cell where it stands, the rows all as long as they must be."""
    row, column = place
    width = max(len(cells[0]) if cells else 0, column + 1)
    if row >= len(cells) or width > len(cells[0]):
        cells.extend([] for _ in range(row + 1 - len(cells)))
        for line in cells:
            line.extend([""] * (width - len(line)))
    cells[row][column] = cell


def _with_calamine(data: bytes, names: Iterable[str]) -> dict[str, Cells]:
    """The sheets that the quick reader reads: one cell that it does not know (#SPILL!) makes it refuse a sheet."""
    try:
        return native.read(data, list(names))
    except native.Lost:
        raise Unreadable(UNFIT) from None
