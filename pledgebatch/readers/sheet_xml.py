"""A closer look at a sheet: its values, and what its plain cells do not tell. Exact, and for odd sheets only."""

import datetime as dt
import re
from dataclasses import dataclass, field
from enum import StrEnum
from xml.parsers import expat

from pledgebatch.readers.number_formats import as_shown
from pledgebatch.readers.shared_strings import ALTERNATE, Shared, unescaped
from pledgebatch.schema.cells import LOST, Cell, Shown

Place = tuple[int, int]
"""0-based row and column."""
Block = tuple[int, int, int, int]
"""First and last row, first and last column, 0-based."""
TRUE = ("1", "true")
_REFERENCE = re.compile(r"\$?([A-Z]{1,16})\$?(\d{1,20})")
_PICTURE_FORMULA = re.compile(r"(?<![A-Z])(?:DISPIMG|IMAGE)\s*\(", re.IGNORECASE)
_PICTURE_TEXT = re.compile(r"\s*=?\s*(?:_xl\w+\.)*DISPIMG\s*\(", re.IGNORECASE)


class Hiding(StrEnum):
    """Why what was put into a cell is not known."""

    DAY = "day"
    ERROR = "error"
    PICTURE = "picture"
    UNCALCULATED = "uncalculated"
    UNREADABLE = "unreadable"


@dataclass
class Seen:
    """What a sheet holds besides its plain cells."""

    values: int = 0
    """Cells with a value, errors not counted; to be compared with what a reader gives."""
    cells: dict[Place, Cell] = field(default_factory=dict)
    """The values themselves."""
    shown: dict[Place, Cell] = field(default_factory=dict)
    """Numbers that their cells show otherwise than they are."""
    lost: dict[Place, tuple[Hiding, str]] = field(default_factory=dict)
    """Cells whose content is not known, with why, and what stands there instead."""
    merged: list[Block] = field(default_factory=list)
    notes: dict[Place, str] = field(default_factory=dict)
    hidden_rows: list[int] = field(default_factory=list)
    repeated_rows: list[int] = field(default_factory=list)
    broken: bool = False
    """A value is interrupted by markup or padded with white space, which a reader may misread."""
    extent: Place = (0, 0)
    """The last row and column in use, counted from 1."""
    characters: int = 0
    """Of all texts; only where a format repeats cells without writing them out."""


def look_closely(text: bytes, shared: Shared) -> Seen:
    """Parse the ``text`` of a worksheet. Raises what damaged XML raises."""
    return _Reading(shared).of(text)


def is_picture(text: str, formula: str = "") -> bool:
    """Whether a cell holds a picture: by its formula, or by a text that once was one."""
    return bool(_PICTURE_FORMULA.search(formula) or _PICTURE_TEXT.match(text))


def laid_out(cells: dict[Place, Cell]) -> list[list[Cell]]:
    """Cells as rows from A1, all of one length."""
    width = 1 + max((column for _, column in cells), default=-1)
    lines: list[list[Cell]] = [[""] * width for _ in range(1 + max((row for row, _ in cells), default=-1))]
    for (row, column), cell in cells.items():
        lines[row][column] = cell
    return lines


class _Reading:
    """One pass over a sheet's XML."""

    def __init__(self, shared: Shared) -> None:
        self.seen, self.shared = Seen(), shared
        self.row = self.column = -1
        self.rows: set[int] = set()
        self.alternate = self.phonetic = 0
        self.cell: dict[str, str] = {}
        self.has_formula = self.in_formula = self.in_value = self.in_text = self.twofold = False
        self.text = self.formula = ""

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
            self.in_value = not self.phonetic
        elif name == "f":
            self.has_formula = self.in_formula = True
        elif name == "is":
            self.in_text = True
        elif name == "row":
            self._row(attributes)
        elif name == "rPh":
            self.phonetic += 1
        elif name == ALTERNATE:
            self.alternate += 1
            self.twofold = True
        elif name == "mergeCell":
            first, _, last = attributes.get("ref", "").upper().partition(":")
            top, bottom = place_of(first), place_of(last or first)
            if top and bottom:
                self.seen.merged.append((top[0], bottom[0], top[1], bottom[1]))

    def end(self, tag: str) -> None:
        name = tag.rpartition(":")[2]
        if name in ("v", "t"):
            self.in_value = False
        elif name == "f":
            self.in_formula = False
        elif name == "is":
            self.in_text = False
        elif name == "rPh":
            self.phonetic -= 1
        elif name == ALTERNATE:
            self.alternate -= 1
        elif name == "c":
            self._told()

    def said(self, text: str) -> None:
        if self.in_value:
            self.text += text
        elif self.in_formula:
            self.formula += text

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
            place = place_of(attributes["r"].upper())
            if place is None:
                raise ValueError(attributes["r"])
            self.row, self.column = place
        self.cell, self.text, self.formula = attributes, "", ""
        self.has_formula, self.twofold = False, bool(self.alternate)

    def _told(self) -> None:
        """Take the cell that ends here."""
        place, kind, seen = (self.row, self.column), self.cell.get("t", "n"), self.seen
        if self.twofold and (self.text or self.has_formula):
            seen.lost[place] = Hiding.UNREADABLE, ""
        elif is_picture("", self.formula) or (kind == "e" and "vm" in self.cell):
            seen.lost[place] = Hiding.PICTURE, ""
        elif kind == "e":
            seen.lost[place] = Hiding.ERROR, self.text.strip()
        elif not self.text and self.has_formula and kind != "str":
            seen.lost[place] = Hiding.UNCALCULATED, ""
        if place in seen.lost:
            self._reach(place)
        if kind == "e" or not self.text or self.twofold:
            return
        value = self._value(kind)
        if value == "":
            return
        if value is LOST:
            seen.lost.setdefault(place, (Hiding.UNREADABLE, ""))
        elif isinstance(value, str) and is_picture(value):
            seen.lost.setdefault(place, (Hiding.PICTURE, ""))
        elif isinstance(value, Shown):
            seen.shown[place] = value
        seen.broken |= kind not in ("str", "inlineStr") and self.text != self.text.strip()
        if place in seen.cells:
            seen.repeated_rows.append(self.row)
        seen.values += place not in seen.cells
        seen.cells[place] = value
        self._reach(place)

    def _reach(self, place: Place) -> None:
        (row, column), (lowest, widest) = place, self.seen.extent
        self.seen.extent = max(lowest, row + 1), max(widest, column + 1)

    def _value(self, kind: str) -> Cell:
        """What the cell holds: a blank text where a shared one is blank, LOST where it cannot be told."""
        text = self.text.strip()
        try:
            if kind == "s":
                return self.shared.strings[int(text)] if text.isdigit() else LOST
            if kind in ("str", "inlineStr"):
                return unescaped(self.text)
            if kind == "b":
                return text in TRUE
            if kind == "d":
                return dt.datetime.fromisoformat(text)
            style = self.cell.get("s", "0")
            code = self.shared.formats.codes.get(int(style), "") if style.isdigit() else ""
            return as_shown(float(text), code, self.shared.since_1904)
        except (ValueError, IndexError, OverflowError):
            return LOST


def place_of(reference: str) -> Place | None:
    """The place of a reference such as A1."""
    found = _REFERENCE.fullmatch(reference)
    if not found or found[2].strip("0") == "":
        return None
    column = 0
    for letter in found[1]:
        column = column * 26 + ord(letter) - 64
    return int(found[2]) - 1, column - 1
