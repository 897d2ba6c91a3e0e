"""Reads an OpenDocument spreadsheet, with what stands besides its plain cells."""

import datetime as dt
import io
import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from xml.parsers import expat

from pledgebatch.readers.book import Book, Cells
from pledgebatch.readers.drawings import BOX
from pledgebatch.readers.file_types import Unreadable
from pledgebatch.readers.number_formats import cell_of_number
from pledgebatch.readers.precheck import BROKEN, DAMAGED, MOST_TEXT, READ_ALL, TOO_LARGE, Skip, too_wide
from pledgebatch.readers.shared_strings import Shared
from pledgebatch.readers.sheet_details import Hiding, Place, SheetDetails, add_note, is_picture
from pledgebatch.schema.cells import LOST, Cell, FormattedNumber, as_typed, significant

CONTENT, META = "content.xml", "meta.xml"
LONGEST_RUN = 1_048_576
CELLS = ("table:table-cell", "table:covered-table-cell")
NOTE = "office:annotation"
LINES_THROUGH = frozenset(("style:text-line-through-style", "style:text-line-through-type"))
BOXES = ("draw:custom-shape", "draw:text-box", "draw:rect")
ASIDE = (NOTE, *BOXES, "draw:frame", "draw:caption", "text:ruby-text", "text:note")
"""Elements in a cell whose text is no part of its value."""
_SPACE = re.compile(r"[ \t\r\n]+")
_TIME = re.compile(r"(-?)PT(\d+)H(\d+)M([\d.]+)S")
_TRUTH = re.compile(r"of:=(TRUE|FALSE)\(\)", re.I)
_AS_IT_IS = re.compile(r"[¥￥$€%\s,]|\.0*$|CNY|RMB")
"""What a number may be shown with that says nothing of a code."""
_OF_EXCEL = re.compile(rb"generator>\s*(?:gnumeric|Microsoft)", re.I)
"""Programs that write a number in the format of a day as Excel shows it, in whose calendar 1900 was a leap year."""
EPOCH, EPOCH_1904 = dt.datetime(1899, 12, 30), dt.datetime(1904, 1, 1)


@dataclass
class _Sheet:
    """A sheet's details, and its cells with the block of the grid that each fills."""

    details: SheetDetails = field(default_factory=SheetDetails)
    blocks: list[tuple[Cell, Place, Place]] = field(default_factory=list)


def read_ods(data: bytes, skip: Skip = READ_ALL) -> Book:
    """The workbook, without the sheets to ``skip``. Raises Unreadable."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as container:
            text = container.read(CONTENT)
            meta = container.read(META) if META in container.namelist() else b""
        parser = _Parser(_OF_EXCEL.search(meta) is not None).parse(text)
    except BROKEN:
        raise Unreadable(DAMAGED) from None
    details = {name: sheet.details for name, sheet in parser.sheets.items()}
    reason = too_wide({name: each.extent for name, each in details.items()})
    if not reason and sum(each.characters for each in details.values()) > MOST_TEXT:
        reason = TOO_LARGE
    if reason:
        raise Unreadable(reason)
    sheets = {name: _as_rows(parser.sheets[name]) for name in skip.to_read(parser.sheets)}
    shared = Shared(since_1904=parser.epoch == EPOCH_1904)
    return Book(
        sheets,
        frozenset(parser.hidden),
        shared=shared,
        known_details=details,
        notes={name: each.notes for name, each in details.items()},
        pictures={name: each.pictures for name, each in details.items() if each.pictures and name in sheets},
    )


def _as_rows(sheet: _Sheet) -> Cells:
    height, width = sheet.details.extent
    lines: Cells = [[""] * width for _ in range(height)]
    for cell, (row, column), (rows, columns) in sheet.blocks:
        for line in lines[row : row + rows]:
            line[column : column + columns] = [cell] * columns
    return lines


class _Parser:
    """One pass over the content; expat calls its methods."""

    def __init__(self, is_of_excel: bool = False) -> None:
        self.is_of_excel = is_of_excel
        self.sheets: dict[str, _Sheet] = {}
        self.hidden: set[str] = set()
        self.epoch = EPOCH
        self.sheet = _Sheet()
        self.style = ""
        self.hidden_styles: set[str] = set()
        self.striking: dict[str, bool] = {}
        """Whether text is struck through, by the styles that say so."""
        self.spans = [False]
        """The same of the cell that is read, and of each run about its text."""
        self.struck = ""
        self.folded = 0
        """Groups of rows that are folded away, about the row that is read."""
        self.row = self.column = 0
        self.rows = self.columns = 1
        self.row_hidden = self.in_text = self.in_note = False
        self.aside = 0
        self.note: list[str] = []
        """The paragraphs of a note; its author and day stand before them."""
        self.cell: dict[str, str] = {}
        self.lines: list[str] = []

    def parse(self, xml: bytes) -> "_Parser":
        parser = expat.ParserCreate()
        parser.buffer_text = True
        parser.StartElementHandler, parser.EndElementHandler = self.start, self.end
        parser.CharacterDataHandler = self.characters
        parser.Parse(xml, True)
        return self

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        if tag in CELLS:
            self.cell, self.lines, self.aside, self.in_text = attributes, [], 0, False
            self.spans, self.struck = [self.striking.get(attributes.get("table:style-name", ""), False)], ""
            self.columns = _repeats(attributes, "table:number-columns-repeated")
        elif tag.startswith("text:"):
            self._text(tag, attributes)
        elif tag == "table:table-row":
            self.column, self.rows = 0, _repeats(attributes, "table:number-rows-repeated")
            self.row_hidden = bool(self.folded) or attributes.get("table:visibility", "visible") != "visible"
        elif tag == "table:table":
            self.sheet, self.row = _Sheet(), 0
            name = attributes.get("table:name", "")
            self.sheets.setdefault(name, self.sheet)
            if attributes.get("table:style-name") in self.hidden_styles:
                self.hidden.add(name)
        elif tag == "style:style":
            self.style = attributes.get("style:name", "")
        elif tag == "style:text-properties" and not LINES_THROUGH.isdisjoint(attributes):
            self.striking[self.style] = any(attributes.get(each, "none") != "none" for each in LINES_THROUGH)
        elif tag == "style:table-properties" and attributes.get("table:display") == "false":
            self.hidden_styles.add(self.style)
        elif tag == "table:table-row-group":
            self.folded += bool(self.folded or attributes.get("table:display") == "false")
        elif tag == "table:null-date":
            is_later = attributes.get("table:date-value", "").startswith("1904")
            self.epoch = EPOCH_1904 if is_later else EPOCH
        elif tag == NOTE or tag in BOXES:
            self.in_note, self.note = True, []
        elif tag == "draw:image":
            self.sheet.details.pictures.append((self.row, self.column))
        self.aside += tag in ASIDE

    def _text(self, tag: str, attributes: dict[str, str]) -> None:
        if self.in_note and tag == "text:p":
            self.note.append("")
        if tag == "text:span":
            self.spans.append(self.striking.get(attributes.get("text:style-name", ""), self.spans[-1]))
        if self.aside:
            return
        if tag == "text:p":
            self.lines.append("")
            self.in_text = True
        elif self.lines and tag == "text:s":
            self.lines[-1] += " " * min(_repeats(attributes, "text:c"), 32_767)
        elif self.lines and tag == "text:tab":
            self.lines[-1] += "\t"
        elif self.lines and tag == "text:line-break":
            self.lines[-1] += "\n"

    def end(self, tag: str) -> None:
        if tag in CELLS:
            self._end_cell()
            self.column += self.columns
        elif tag == "text:p" and not self.aside:
            self.in_text = False
        elif tag == "text:span":
            self.spans.pop()
        elif tag == "table:table-row":
            if self.row_hidden and self.rows < LONGEST_RUN // 2:
                self.sheet.details.hidden_rows.extend(range(self.row, self.row + self.rows))
            self.row += self.rows
        elif tag == "table:table-row-group":
            self.folded -= bool(self.folded)
        elif tag == NOTE or tag in BOXES:
            words = "\n".join(self.note).strip() if self.in_note else ""
            self.in_note = False
            if words:
                words = words if tag == NOTE else BOX.format(words)
                add_note(self.sheet.details.notes, (self.row, self.column), words)
        self.aside -= tag in ASIDE

    def characters(self, text: str) -> None:
        if self.in_note and self.note:
            self.note[-1] += text
        if self.in_text and not self.aside:
            text = _SPACE.sub(" ", text)
            self.lines[-1] += text.lstrip(" ") if self.lines[-1][-1:] in ("", " ", "\n") else text
            self.struck += text if self.spans[-1] else ""

    def _end_cell(self) -> None:
        """Take in the cell that ends here."""
        place, details, text = (self.row, self.column), self.sheet.details, "\n".join(self.lines)
        kind, formula = self.cell.get("office:value-type", ""), self.cell.get("table:formula", "")
        lost: tuple[Hiding, str] | None = None
        if is_picture(text, formula):
            lost = Hiding.PICTURE, ""
        elif self.cell.get("calcext:value-type") == "error" or (formula and text.strip().startswith(("#", "Err:"))):
            lost = Hiding.ERROR, text.strip()
        elif formula and not kind:
            lost = Hiding.UNCALCULATED, ""
        value = LOST if lost else self._value(kind, text)
        if value is LOST and not lost:
            lost = Hiding.UNREADABLE, ""
        if lost:
            details.lost[place] = lost
        if value != "":
            # Of a lost cell that is repeated the first is named.
            block = (1, 1) if lost else (self.rows, self.columns)
            self.sheet.blocks.append((value, place, block))
            details.values += block[0] * block[1]
            details.characters += len(text) * block[0] * block[1]
            row, column = details.extent
            details.extent = max(row, self.row + block[0]), max(column, self.column + block[1])
        if self.struck.strip() and value != "" and not lost:
            details.struck[place] = self.struck.strip()
        across = _repeats(self.cell, "table:number-columns-spanned")
        down = _repeats(self.cell, "table:number-rows-spanned")
        if across * down > 1:
            details.merged.append((self.row, self.row + down - 1, self.column, self.column + across - 1))

    def _value(self, kind: str, text: str) -> Cell:
        """What the cell holds; LOST where it cannot be told."""
        try:
            if kind == "boolean":
                return self.cell["office:boolean-value"] == "true"
            if kind == "date":
                return self._day(dt.datetime.fromisoformat(self.cell["office:date-value"]))
            if kind == "time":
                sign, *parts = _time(self.cell["office:time-value"])
                days = sign * sum(part / unit for part, unit in zip(parts, (24, 1_440, 86_400), strict=True))
                return cell_of_number(significant(days), "h:mm", self.epoch == EPOCH_1904)
            if kind == "float" and (truth := _TRUTH.fullmatch(self.cell.get("table:formula", ""))):
                return truth[1].upper() == "TRUE"  # as LibreOffice writes what was typed as such
            if kind in ("float", "currency", "percentage"):
                return _number(float(self.cell["office:value"]), text.strip(), kind == "percentage")
        except (KeyError, ValueError, OverflowError):
            return LOST
        return self.cell.get("office:string-value", text) if kind else ""

    def _day(self, day: dt.datetime) -> Cell:
        if day.tzinfo:
            day = day.replace(tzinfo=None)
        if self.is_of_excel and self.epoch == EPOCH and day < dt.datetime(1900, 3, 1):
            day -= dt.timedelta(days=1)
        return cell_of_number((day - self.epoch) / dt.timedelta(days=1), "yyyy-mm-dd", self.epoch == EPOCH_1904)


def _time(text: str) -> Iterator[float]:
    found = _TIME.fullmatch(text)
    if not found:
        raise ValueError(text)
    yield -1 if found[1] else 1
    yield from (float(found[2]), float(found[3]), float(found[4]))


def _number(number: float, text: str, percent: bool) -> Cell:
    """A number, with what is shown of it where that is not the number itself."""
    number = significant(number)
    if percent:
        return cell_of_number(number, "0%")
    bare = _AS_IT_IS.sub("", text)
    if bare == as_typed(number) or not text or re.search(r"E[+-]|/|###", text) or number < 0:
        return number
    if not number.is_integer() or not re.search(r"\d", text):
        is_same = re.fullmatch(r"\d+\.\d+", text) is not None and float(text) == number
        return FormattedNumber(number, text) if is_same else number
    return FormattedNumber(number, text)


def _repeats(attributes: dict[str, str], name: str) -> int:
    count = attributes.get(name, "1")
    return min(int(count), LONGEST_RUN) if count.isdigit() and int(count) else 1
