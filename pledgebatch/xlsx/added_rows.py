"""Rows added to a sheet that other programs may have written since: all else in it stays as it is, byte by byte.

No reader and writer of whole workbooks keeps what it does not know; here a few rows are put into the sheet's own XML.
"""

import re
from collections.abc import Mapping, Sequence
from xml.sax.saxutils import escape

from xlsxwriter.utility import xl_cell_to_rowcol, xl_rowcol_to_cell

from pledgebatch.xlsx.safe_text import cell_text

SHEET_DATA = re.compile(r"<((?:\w+:)?)sheetData(?:\s[^>]*)?(?:/>|>(.*?)</\1sheetData\s*>)", re.DOTALL)
ROW = re.compile(r"<(?:\w+:)?row\b([^>]*?)(?:/>|>.*?</(?:\w+:)?row\s*>)", re.DOTALL)
NUMBER = re.compile(r"""\br\s*=\s*["'](\d+)["']""")
DIMENSION = re.compile(r"""(<(?:\w+:)?dimension\b[^>]*\bref\s*=\s*["'])([A-Z]+\d+(?::[A-Z]+\d+)?)(["'])""")
COLUMN = re.compile(r"<(?:\w+:)?col\b([^>]*)>")
ATTRIBUTE = re.compile(r"""\b(min|max|style)\s*=\s*["'](\d+)["']""")
LIKE_AN_ESCAPE = re.compile(r"_(?=x[0-9A-Fa-f]{4}_)")
"""What stands in a text as it is, and a spreadsheet would take for a control character."""

Line = Mapping[int, str]
"""A row's texts by 0-based column."""


def add_rows(xml: str, first: int, lines: Sequence[Line]) -> str:
    """The sheet ``xml`` with ``lines`` as its rows from ``first`` on, as Excel counts; rows in use end above.

    What stands there by format alone gives way. Raises ValueError where the sheet cannot be understood.
    """
    data = SHEET_DATA.search(xml)
    if data is None:
        raise ValueError("no sheetData")
    prefix, styles, last = data[1], _styles(xml), first + len(lines) - 1
    above, below = [], []
    number = 0
    for row in ROW.finditer(data[2] or ""):
        given = NUMBER.search(row[1])
        number = int(given[1]) if given else number + 1
        if number < first:
            above.append(row[0])
        elif number > last:
            below.append(row[0])
    fresh = [_row(prefix, first + place, line, styles) for place, line in enumerate(lines)]
    rows = f"<{prefix}sheetData>{''.join((*above, *fresh, *below))}</{prefix}sheetData>"
    xml = xml[: data.start()] + rows + xml[data.end() :]
    widest = max((column for line in lines for column in line), default=0)
    return DIMENSION.sub(lambda found: found[1] + _reach(found[2], last - 1, widest) + found[3], xml, count=1)


def _row(prefix: str, number: int, line: Line, styles: Mapping[int, int]) -> str:
    cells = []
    for column, text in sorted(line.items()):
        style = f' s="{styles[column]}"' if column in styles else ""
        place = f'r="{xl_rowcol_to_cell(number - 1, column)}"{style}'
        if text:
            words = LIKE_AN_ESCAPE.sub("_x005F_", escape(cell_text(text)))
            inline = f'<{prefix}is><{prefix}t xml:space="preserve">{words}</{prefix}t></{prefix}is>'
            cells.append(f'<{prefix}c {place} t="inlineStr">{inline}</{prefix}c>')
        elif style:
            cells.append(f"<{prefix}c {place}/>")
    return f'<{prefix}row r="{number}">{"".join(cells)}</{prefix}row>'


def _styles(xml: str) -> dict[int, int]:
    """The format of each column that has one."""
    styles: dict[int, int] = {}
    for column in COLUMN.finditer(xml):
        known = {name: int(value) for name, value in ATTRIBUTE.findall(column[1])}
        if "style" in known and "min" in known:
            most = min(known.get("max", known["min"]), known["min"] + 255)
            styles.update(dict.fromkeys(range(known["min"] - 1, most), known["style"]))
    return styles


def _reach(area: str, row: int, column: int) -> str:
    """An area that reaches a cell too."""
    first, _, last = area.partition(":")
    bottom, right = xl_cell_to_rowcol(last or first)
    return f"{first}:{xl_rowcol_to_cell(max(bottom, row), max(right, column))}"
