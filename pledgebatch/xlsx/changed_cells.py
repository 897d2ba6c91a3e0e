"""Cells of a sheet changed that other programs may have written since: all else in it stays as it is, byte by byte."""

import re
from collections.abc import Iterator, Mapping
from xml.sax.saxutils import escape

from xlsxwriter.utility import xl_cell_to_rowcol, xl_rowcol_to_cell

from pledgebatch.xlsx.added_rows import LIKE_AN_ESCAPE, NUMBER, ROW
from pledgebatch.xlsx.safe_text import cell_text

CELL = re.compile(r"<((?:\w+:)?)c\b([^>]*?)(?:/>|>.*?</(?:\w+:)?c\s*>)", re.DOTALL)
PLACE = re.compile(r"""\br\s*=\s*["']([A-Z]+\d+)["']""")
STYLE = re.compile(r"""\bs\s*=\s*["']\d+["']""")
OPENED = re.compile(r"(<((?:\w+:)?)row\b[^>]*?)(?:/>|>(.*?)(</(?:\w+:)?row\s*>))", re.DOTALL)

Texts = Mapping[int, Mapping[int, str]]
"""The texts of cells by row, as Excel counts, and 0-based column."""


def change_cells(xml: str, texts: Texts) -> str:
    """The sheet ``xml`` with other ``texts`` in some cells of its rows. Raises ValueError for a row that is not there."""
    left = dict(texts)
    number = 0

    def change(row: re.Match[str]) -> str:
        nonlocal number
        given = NUMBER.search(row[1])
        number = int(given[1]) if given else number + 1
        own = left.pop(number, None)
        return _row(row[0], number, own) if own else row[0]

    changed = ROW.sub(change, xml)
    if left:
        raise ValueError(f"no rows {sorted(left)}")
    return changed


def _row(xml: str, number: int, texts: Mapping[int, str]) -> str:
    opened = OPENED.fullmatch(xml)
    if opened is None:
        raise ValueError("no row")
    start, prefix, inside = opened[1], opened[2], opened[3] or ""
    cells = dict(_cells(inside))
    for column, text in texts.items():
        cells[column] = _cell(cells.get(column, ""), prefix, xl_rowcol_to_cell(number - 1, column), text)
    together = "".join(cells[column] for column in sorted(cells))
    return f"{start}>{together}</{prefix}row>"


def _cells(xml: str) -> Iterator[tuple[int, str]]:
    column = -1
    for cell in CELL.finditer(xml):
        place = PLACE.search(cell[2])
        column = xl_cell_to_rowcol(place[1])[1] if place else column + 1
        yield column, cell[0]


def _cell(before: str, prefix: str, place: str, text: str) -> str:
    """A cell that holds ``text`` in the format that it had."""
    old = CELL.match(before)
    style = STYLE.search(old[2]) if old else None
    about = f'r="{place}"' + (f" {style[0]}" if style else "")
    if not text:
        return f"<{prefix}c {about}/>"
    words = LIKE_AN_ESCAPE.sub("_x005F_", escape(cell_text(text)))
    return f'<{prefix}c {about} t="inlineStr"><{prefix}is><{prefix}t xml:space="preserve">{words}</{prefix}t></{prefix}is></{prefix}c>'
