"""A closer look at a sheet: the values, and what its plain cells do not tell. Exact, and for odd sheets only."""

import io
import re
import zipfile
from dataclasses import dataclass, field
from xml.parsers import expat

Place = tuple[int, int]
"""0-based row and column."""
Block = tuple[int, int, int, int]
"""First and last row, first and last column, 0-based."""
TRUE = ("1", "true")
STRINGS = "xl/sharedStrings.xml"


@dataclass
class Seen:
    """What a sheet holds besides its plain cells."""

    values: int = 0
    """Cells with a value, errors not counted; to be compared with what a reader gives."""
    errors: dict[Place, str] = field(default_factory=dict)
    uncalculated: set[Place] = field(default_factory=set)
    """Formulas without a stored result."""
    merged: list[Block] = field(default_factory=list)
    hidden_rows: list[int] = field(default_factory=list)
    repeated_rows: list[int] = field(default_factory=list)
    broken: bool = False
    """A value is interrupted by markup or padded with white space, which a reader may misread."""
    extent: Place = (0, 0)
    """The last row and column in use, counted from 1."""
    characters: int = 0
    """Of all texts; only where a format repeats cells without writing them out."""
    unsure: bool = False
    """No reader gave as many values as were seen."""


def look_closely_into(data: bytes, part: str) -> Seen:
    """Parse a worksheet of an OOXML container. Raises what a damaged container or XML raises."""
    with zipfile.ZipFile(io.BytesIO(data)) as container:
        return look_closely(container.read(part), shared_strings(container))


def shared_strings(container: zipfile.ZipFile) -> bytes:
    """The part that holds the texts of all sheets; empty where there is none."""
    return container.read(STRINGS) if STRINGS in container.namelist() else b""


def look_closely(text: bytes, shared: bytes) -> Seen:
    """Parse the ``text`` of a worksheet, ``shared`` being its workbook's texts. Raises what damaged XML raises."""
    return _Reading(_blank_strings(shared)).of(text)


def _blank_strings(shared: bytes) -> frozenset[str]:
    """The numbers of the shared strings that say nothing."""
    if not re.search(rb"<(\w+:)?t(\s[^>]*)?(/>|></)|<(\w+:)?si(/>|></)", shared):
        return frozenset()
    blank, texts, inside = set(), [""], [False]
    parser = expat.ParserCreate()
    count = -1

    def start(tag: str, attributes: dict[str, str]) -> None:
        nonlocal count
        name = tag.rpartition(":")[2]
        if name == "si":
            count += 1
            texts[0] = ""
        inside[0] = name == "t"

    def end(tag: str) -> None:
        inside[0] = False
        if tag.rpartition(":")[2] == "si" and not texts[0]:
            blank.add(str(count))

    def said(text: str) -> None:
        if inside[0]:
            texts[0] += text

    parser.StartElementHandler, parser.EndElementHandler, parser.CharacterDataHandler = start, end, said
    parser.Parse(shared, True)
    return frozenset(blank)


class _Reading:
    """One pass over a sheet's XML."""

    def __init__(self, blank: frozenset[str]) -> None:
        from openpyxl.utils import cell  # few sheets need it, and it is slow to import: see read_carefully

        self.place_of, self.block_of = cell.coordinate_to_tuple, cell.range_boundaries
        self.seen, self.blank = Seen(), blank
        self.row = self.column = -1
        self.rows: set[int] = set()
        self.places: set[Place] = set()
        self.kind = ""
        self.formula = self.in_value = self.in_text = False
        self.text = ""

    def of(self, xml: bytes) -> Seen:
        parser = expat.ParserCreate()
        parser.StartElementHandler, parser.EndElementHandler = self.start, self.end
        parser.CharacterDataHandler, parser.CommentHandler = self.said, self.interrupted
        parser.ProcessingInstructionHandler = self.interrupted
        parser.Parse(xml, True)
        return self.seen

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        name = tag.rpartition(":")[2]
        if name == "c":
            self._cell(attributes)
        elif name == "v" or (name == "t" and self.in_text):
            self.in_value = True
        elif name == "f":
            self.formula = True
        elif name == "is":
            self.in_text = True
        elif name == "row":
            self._row(attributes)
        elif name == "mergeCell":
            left, top, right, bottom = self.block_of(attributes.get("ref", ""))
            if None not in (left, top, right, bottom):
                self.seen.merged.append((top - 1, bottom - 1, left - 1, right - 1))

    def end(self, tag: str) -> None:
        name = tag.rpartition(":")[2]
        if name in ("v", "t"):
            self.in_value = False
        elif name == "is":
            self.in_text = False
        elif name == "c":
            self._told()

    def said(self, text: str) -> None:
        if self.in_value:
            self.text += text

    def interrupted(self, *_: str) -> None:
        self.seen.broken |= self.in_value

    def _row(self, attributes: dict[str, str]) -> None:
        self.row = int(attributes["r"]) - 1 if "r" in attributes else self.row + 1
        self.column = -1
        if self.row in self.rows:
            self.seen.repeated_rows.append(self.row)
        self.rows.add(self.row)
        if attributes.get("hidden") in TRUE:
            self.seen.hidden_rows.append(self.row)

    def _cell(self, attributes: dict[str, str]) -> None:
        self.column += 1
        if "r" in attributes:
            row, column = self.place_of(attributes["r"].upper())
            self.row, self.column = row - 1, column - 1
        self.kind, self.text, self.formula = attributes.get("t", "n"), "", False

    def _told(self) -> None:
        place = self.row, self.column
        if self.kind == "e":
            self.seen.errors[place] = self.text.strip()
        elif not self.text:
            if self.formula and self.kind != "str":
                self.seen.uncalculated.add(place)
        elif self.kind != "s" or self.text.strip() not in self.blank:
            self.seen.broken |= self.kind not in ("str", "inlineStr") and self.text != self.text.strip()
            if place in self.places:
                self.seen.repeated_rows.append(self.row)
            self.seen.values += place not in self.places
            self.places.add(place)
            row, column = self.seen.extent
            self.seen.extent = max(row, self.row + 1), max(column, self.column + 1)
