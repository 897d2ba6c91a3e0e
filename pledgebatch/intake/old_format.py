"""Reads .xls and WPS .et, with what stands besides their plain cells."""

import io
from typing import Any, Literal

import xlrd

from pledgebatch.intake.closely import Seen
from pledgebatch.intake.guard import MOST_TEXT, TOO_LARGE, too_wide
from pledgebatch.intake.identify import Unreadable
from pledgebatch.schema.kinds import LOST, Cell

BLANK = bytes((xlrd.XL_CELL_EMPTY, xlrd.XL_CELL_BLANK))


def read_old_format(data: bytes) -> tuple[dict[str, list[list[Cell]]], dict[str, Seen], set[str]]:
    """The sheets by name, what else was seen in each, and the names of those that are hidden. Raises Unreadable."""
    book = xlrd.open_workbook(file_contents=data, logfile=io.StringIO(), formatting_info=True)
    if reason := too_wide({sheet.name: (sheet.nrows, sheet.ncols) for sheet in book.sheets()}):
        raise Unreadable(reason)
    cells: dict[str, list[list[Cell]]] = {}
    seen, hidden = {}, set()
    for sheet in book.sheets():
        told = seen[sheet.name] = Seen()
        told.merged = [(top, bottom - 1, left, right - 1) for top, bottom, left, right in sheet.merged_cells]
        told.hidden_rows = sorted(row for row, info in sheet.rowinfo_map.items() if info.hidden)
        rows = cells[sheet.name] = []
        for row in range(sheet.nrows):
            kinds, values = sheet.row_types(row), sheet.row_values(row)
            line: list[Cell] = [""] * sheet.ncols
            for column, kind in enumerate(kinds) if bytes(kinds).strip(BLANK) else ():
                if kind == xlrd.XL_CELL_ERROR:
                    told.errors[row, column] = xlrd.error_text_from_code.get(values[column], "#?")
                if kind not in BLANK:
                    line[column] = _cell(kind, values[column], book.datemode)
            rows.append(line)
        told.characters = sum(len(cell) for line in rows for cell in line if isinstance(cell, str))
        if told.characters > MOST_TEXT:
            raise Unreadable(TOO_LARGE)
        if sheet.visibility:
            hidden.add(sheet.name)
    return cells, seen, hidden


def _cell(kind: int, value: Any, datemode: Literal[0, 1]) -> Cell:
    if kind == xlrd.XL_CELL_ERROR:
        return LOST
    if kind == xlrd.XL_CELL_DATE:
        try:
            return xlrd.xldate_as_datetime(value, datemode)
        except (ValueError, OverflowError):
            return value  # no day that a calendar has
    return bool(value) if kind == xlrd.XL_CELL_BOOLEAN else value
