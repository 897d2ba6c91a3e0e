"""Reads .xls and WPS .et, with what stands besides their plain cells."""

import io
from collections.abc import Callable
from itertools import pairwise
from typing import Any

import xlrd

from pledgebatch.readers.book import Book, Cells
from pledgebatch.readers.file_types import Unreadable
from pledgebatch.readers.number_formats import cell_of_number
from pledgebatch.readers.precheck import MOST_TEXT, TOO_LARGE, too_wide
from pledgebatch.readers.shared_strings import Shared
from pledgebatch.readers.sheet_details import Hiding, Place, SheetDetails, is_picture
from pledgebatch.schema.cells import LOST, Cell

BLANK = bytes((xlrd.XL_CELL_EMPTY, xlrd.XL_CELL_BLANK))
A_DAY = "yyyy-mm-dd"
"""For a day in a workbook whose formats cannot be read."""


def read_xls(data: bytes) -> Book:
    """The workbook. Raises Unreadable."""
    book = _open(data)
    shared = Shared(since_1904=bool(book.datemode))
    cells: dict[str, Cells] = {}
    details, hidden = dict[str, SheetDetails](), set[str]()
    reaches = {sheet.name: _reach(sheet) for sheet in book.sheets()}
    if reason := too_wide(reaches):
        raise Unreadable(reason)
    for sheet in book.sheets():
        own = details[sheet.name] = SheetDetails(extent=reaches[sheet.name])
        own.merged = [(top, bottom - 1, left, right - 1) for top, bottom, left, right in sheet.merged_cells]
        own.notes = {place: note.text for place, note in sheet.cell_note_map.items()}
        own.hidden_rows = sorted(row for row, info in sheet.rowinfo_map.items() if info.hidden)
        rows = cells[sheet.name] = _rows(sheet, own, _format_of(book, sheet))
        own.struck = _struck(book, sheet, own.extent)
        own.characters = sum(len(cell) for line in rows for cell in line if isinstance(cell, str))
        if own.characters > MOST_TEXT:
            raise Unreadable(TOO_LARGE)
        if sheet.visibility:
            hidden.add(sheet.name)
    notes = {name: each.notes for name, each in details.items()}
    return Book(cells, frozenset(hidden), shared=shared, known_details=details, notes=notes)


def _open(data: bytes) -> xlrd.Book:
    """The workbook with its formats, or else without: odd records of formats and a damaged container cost no cell."""
    try:
        return xlrd.open_workbook(file_contents=data, logfile=io.StringIO(), formatting_info=True, ragged_rows=True)
    except Exception as mistake:  # xlrd says in many ways, assertions among them, that it cannot read
        try:
            return xlrd.open_workbook(
                file_contents=data, logfile=io.StringIO(), ragged_rows=True, ignore_workbook_corruption=True
            )
        except Exception:  # the first reason is the better one
            raise mistake from None


def _reach(sheet: xlrd.sheet.Sheet) -> Place:
    """The last row and column with something in them; what is only formatted reaches nowhere."""
    lowest = widest = 0
    for row in range(sheet.nrows):
        kinds = bytes(sheet.row_types(row)).rstrip(BLANK)
        if kinds:
            lowest, widest = row + 1, max(widest, len(kinds))
    return lowest, widest


def _format_of(book: xlrd.Book, sheet: xlrd.sheet.Sheet) -> Callable[[int, int], str]:
    """How to find the number format of a cell."""
    if not book.formatting_info:
        return lambda row, column: ""
    return lambda row, column: book.format_map[book.xf_list[sheet.cell_xf_index(row, column)].format_key].format_str


def _struck(book: xlrd.Book, sheet: xlrd.sheet.Sheet, extent: Place) -> dict[Place, str]:
    """What is struck through in the texts of a sheet; in runs of a cell, each run has its own font."""
    fonts = {number for number, font in enumerate(book.font_list) if font.struck_out}
    found: dict[Place, str] = {}
    for row in range(extent[0]) if fonts else ():
        for column, kind in enumerate(sheet.row_types(row)):
            if kind != xlrd.XL_CELL_TEXT:
                continue
            text = sheet.cell_value(row, column)
            own = book.xf_list[sheet.cell_xf_index(row, column)].font_index
            runs = [(0, own), *sheet.rich_text_runlist_map.get((row, column), ()), (len(text), own)]
            words = "".join(text[start:end] for (start, font), (end, _) in pairwise(runs) if font in fonts)
            if words:
                found[row, column] = words
    return found


def _rows(sheet: xlrd.sheet.Sheet, details: SheetDetails, format_of: Callable[[int, int], str]) -> Cells:
    height, width = details.extent
    rows: Cells = []
    for row in range(height):
        kinds, values = sheet.row_types(row), sheet.row_values(row)
        line: list[Cell] = [""] * width
        for column, kind in enumerate(kinds) if bytes(kinds).strip(BLANK) else ():
            if kind not in BLANK:
                code = format_of(row, column) if kind == xlrd.XL_CELL_NUMBER else A_DAY
                line[column] = _cell(kind, values[column], bool(sheet.book.datemode), code)
            if kind == xlrd.XL_CELL_ERROR:
                details.lost[row, column] = Hiding.ERROR, xlrd.error_text_from_code.get(values[column], "#?")
            elif kind == xlrd.XL_CELL_TEXT and is_picture(values[column]):
                line[column], details.lost[row, column] = LOST, (Hiding.PICTURE, "")
        rows.append(line)
    return rows


def _cell(kind: int, value: Any, since_1904: bool, code: str) -> Cell:
    if kind == xlrd.XL_CELL_ERROR:
        return LOST
    if kind == xlrd.XL_CELL_BOOLEAN:
        return bool(value)
    return cell_of_number(value, code, since_1904) if kind in (xlrd.XL_CELL_NUMBER, xlrd.XL_CELL_DATE) else value
