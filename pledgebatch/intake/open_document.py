"""A closer look at an OpenDocument spreadsheet: its values, and what its plain cells do not tell."""

import io
import re
import zipfile
from xml.parsers import expat

from pledgebatch.intake.closely import Seen

CONTENT = "content.xml"
SPACING = re.compile(rb">\s+(?=</?table:|<text:p\b)")
LONGEST_RUN = 1_048_576
CELLS = ("table:table-cell", "table:covered-table-cell")


def look_closely_at_ods(data: bytes) -> tuple[dict[str, Seen], set[str]]:
    """What each sheet holds, by name, and which are hidden. Raises what a damaged container or XML raises."""
    with zipfile.ZipFile(io.BytesIO(data)) as container:
        text = container.read(CONTENT)
    return _Reading().of(text)


def without_spacing(data: bytes) -> bytes:
    """The container with nothing between its table cells, where the reader knows of no line ends."""
    made = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as new:
        for info in old.infolist():
            text = old.read(info)
            new.writestr(info.filename, SPACING.sub(b">", text) if info.filename == CONTENT else text)
    return made.getvalue()


class _Reading:
    """One pass over the content."""

    def __init__(self) -> None:
        self.sheets: dict[str, Seen] = {}
        self.hidden: set[str] = set()
        self.seen = Seen()
        self.style = ""
        self.unseen_styles: set[str] = set()
        self.folded = 0
        """Groups of rows that are folded away, about the row that is read."""
        self.row = self.column = 0
        self.rows = self.columns = 1
        self.row_hidden = self.in_cell = self.in_note = False
        self.cell: dict[str, str] = {}
        self.text = ""

    def of(self, xml: bytes) -> tuple[dict[str, Seen], set[str]]:
        parser = expat.ParserCreate()
        parser.StartElementHandler, parser.EndElementHandler = self.start, self.end
        parser.CharacterDataHandler = self.said
        parser.Parse(xml, True)
        return self.sheets, self.hidden

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        if tag == "table:table":
            self.seen, self.row = Seen(), 0
            name = attributes.get("table:name", "")
            self.sheets.setdefault(name, self.seen)
            if attributes.get("table:style-name") in self.unseen_styles:
                self.hidden.add(name)
        elif tag == "style:style":
            self.style = attributes.get("style:name", "")
        elif tag == "style:table-properties" and attributes.get("table:display") == "false":
            self.unseen_styles.add(self.style)
        elif tag == "table:table-row-group":
            self.folded += bool(self.folded or attributes.get("table:display") == "false")
        elif tag == "table:table-row":
            self.column, self.rows = 0, _repeats(attributes, "table:number-rows-repeated")
            self.row_hidden = bool(self.folded) or attributes.get("table:visibility", "visible") != "visible"
        elif tag in CELLS:
            self.cell, self.text, self.in_cell = attributes, "", True
            self.columns = _repeats(attributes, "table:number-columns-repeated")
        elif tag == "office:annotation":
            self.in_note = True

    def end(self, tag: str) -> None:
        if tag in CELLS:
            self._told()
            self.column += self.columns
            self.in_cell = False
        elif tag == "table:table-row":
            if self.row_hidden and self.rows < LONGEST_RUN // 2:
                self.seen.hidden_rows.extend(range(self.row, self.row + self.rows))
            self.row += self.rows
        elif tag == "table:table-row-group":
            self.folded -= bool(self.folded)
        elif tag == "office:annotation":
            self.in_note = False

    def said(self, text: str) -> None:
        if self.in_cell and not self.in_note:
            self.text += text

    def _told(self) -> None:
        place = self.row, self.column
        kind = self.cell.get("office:value-type", "")
        text = self.text.strip()
        is_error = self.cell.get("calcext:value-type") == "error" or (
            "table:formula" in self.cell and text.startswith(("#", "Err:"))
        )
        if is_error:
            self.seen.errors[place] = text
        elif kind and (kind != "string" or self.text or self.cell.get("office:string-value")):
            self.seen.values += self.rows * self.columns
            self.seen.characters += len(self.text) * self.rows * self.columns
            row, column = self.seen.extent
            self.seen.extent = max(row, self.row + self.rows), max(column, self.column + self.columns)
        elif "table:formula" in self.cell and not kind:
            self.seen.uncalculated.add(place)
        across = _repeats(self.cell, "table:number-columns-spanned")
        down = _repeats(self.cell, "table:number-rows-spanned")
        if across * down > 1:
            self.seen.merged.append((self.row, self.row + down - 1, self.column, self.column + across - 1))


def _repeats(attributes: dict[str, str], name: str) -> int:
    said = attributes.get(name, "1")
    return min(int(said), LONGEST_RUN) if said.isdigit() and int(said) else 1
