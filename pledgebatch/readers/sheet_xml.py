"""The parsed scan of a sheet: its values, and what its plain cells do not tell. Exact, and for odd sheets only."""

import datetime as dt
from xml.parsers import expat

from pledgebatch.readers.number_formats import FALSE, STRIKE, cell_of_number
from pledgebatch.readers.shared_strings import ALTERNATE, Shared, unescape
from pledgebatch.readers.sheet_details import Hiding, Place, SheetDetails, is_picture, place_of
from pledgebatch.schema.cells import LOST, Cell, FormattedNumber, as_typed

TRUE = ("1", "true")


def parse_sheet(text: bytes, shared: Shared) -> SheetDetails:
    """Parse the ``text`` of a worksheet. Raises what damaged XML raises."""
    return _Parser(shared).parse(text)


class _Parser:
    """One pass over a sheet's XML."""

    def __init__(self, shared: Shared) -> None:
        self.details, self.shared = SheetDetails(), shared
        self.row = self.column = -1
        self.rows: set[int] = set()
        self.alternate = self.phonetic = 0
        self.cell: dict[str, str] = {}
        self.has_formula = self.in_formula = self.in_value = self.in_text = self.has_alternatives = False
        self.strikes = False
        self.text = self.formula = ""
        self.struck: str | None = None
        """What is struck through in a text that is written in several ways in the cell itself."""

    def parse(self, xml: bytes) -> SheetDetails:
        parser = expat.ParserCreate()
        parser.StartElementHandler, parser.EndElementHandler = self.start, self.end
        parser.CharacterDataHandler, parser.CommentHandler = self.characters, self.interruption
        parser.ProcessingInstructionHandler = self.interruption
        parser.Parse(xml, True)
        return self.details

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
        elif name == "r":
            self.strikes = False
        elif name == "rPr":
            self.struck = self.struck or ""
        elif name == STRIKE:
            self.strikes = attributes.get("val") not in FALSE
        elif name == "row":
            self._row(attributes)
        elif name == "rPh":
            self.phonetic += 1
        elif name == ALTERNATE:
            self.alternate += 1
            self.has_alternatives = True
        elif name == "mergeCell":
            first, _, last = attributes.get("ref", "").upper().partition(":")
            top, bottom = place_of(first), place_of(last or first)
            if top and bottom:
                self.details.merged.append((top[0], bottom[0], top[1], bottom[1]))

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
            self._end_cell()

    def characters(self, text: str) -> None:
        if self.in_value:
            self.text += text
            if self.strikes:
                self.struck = (self.struck or "") + text
        elif self.in_formula:
            self.formula += text

    def interruption(self, *_: str) -> None:
        self.details.broken |= self.in_value

    def _row(self, attributes: dict[str, str]) -> None:
        self.row = int(attributes["r"]) - 1 if "r" in attributes else self.row + 1
        self.column = -1
        if self.row in self.rows:
            self.details.repeated_rows.append(self.row)
        self.rows.add(self.row)
        if attributes.get("hidden") in TRUE:
            self.details.hidden_rows.append(self.row)

    def _cell(self, attributes: dict[str, str]) -> None:
        self.column += 1
        if "r" in attributes:
            place = place_of(attributes["r"].upper())
            if place is None:
                raise ValueError(attributes["r"])
            self.row, self.column = place
        self.cell, self.text, self.formula, self.struck, self.strikes = attributes, "", "", None, False
        self.has_formula, self.has_alternatives = False, bool(self.alternate)

    def _end_cell(self) -> None:
        """Take in the cell that ends here."""
        place, kind, details = (self.row, self.column), self.cell.get("t", "n"), self.details
        if self.has_alternatives and (self.text or self.has_formula):
            details.lost[place] = Hiding.UNREADABLE, ""
        elif is_picture("", self.formula) or (kind == "e" and "vm" in self.cell):
            details.lost[place] = Hiding.PICTURE, ""
        elif kind == "e":
            details.lost[place] = Hiding.ERROR, self.text.strip()
        elif not self.text and self.has_formula and kind != "str":
            details.lost[place] = Hiding.UNCALCULATED, ""
        if place in details.lost:
            self._reach(place)
        if kind == "e" or not self.text or self.has_alternatives:
            return
        value = self._value(kind)
        if value == "":
            return
        if value is LOST:
            details.lost.setdefault(place, (Hiding.UNREADABLE, ""))
        elif isinstance(value, str) and is_picture(value):
            details.lost.setdefault(place, (Hiding.PICTURE, ""))
        elif isinstance(value, FormattedNumber):
            details.shown[place] = value
        details.broken |= kind not in ("str", "inlineStr") and self.text != self.text.strip()
        if place in details.cells:
            details.repeated_rows.append(self.row)
        details.values += place not in details.cells
        details.cells[place] = value
        if struck := self._struck(kind, value):
            details.struck[place] = struck
        self._reach(place)

    def _reach(self, place: Place) -> None:
        (row, column), (lowest, widest) = place, self.details.extent
        self.details.extent = max(lowest, row + 1), max(widest, column + 1)

    def _struck(self, kind: str, value: Cell) -> str:
        """What is struck through in the cell; a text written in several ways says so itself."""
        style, text = self.cell.get("s", ""), self.text.strip()
        if kind == "s" and text.isdigit() and int(text) in self.shared.struck:
            return self.shared.struck[int(text)]
        through = style.isdigit() and int(style) in self.shared.formats.struck
        return self.struck if self.struck is not None else as_typed(value) if through else ""

    def _value(self, kind: str) -> Cell:
        """What the cell holds: a blank text where a shared one is blank, LOST where it cannot be told."""
        text = self.text.strip()
        try:
            if kind == "s":
                return self.shared.strings[int(text)] if text.isdigit() else LOST
            if kind in ("str", "inlineStr"):
                return unescape(self.text)
            if kind == "b":
                return text in TRUE
            if kind == "d":
                return dt.datetime.fromisoformat(text)
            style = self.cell.get("s", "0")
            code = self.shared.formats.codes.get(int(style), "") if style.isdigit() else ""
            return cell_of_number(float(text), code, self.shared.since_1904)
        except (ValueError, IndexError, OverflowError):
            return LOST
