"""Reads .xls and WPS .et, with what stands besides their plain cells."""

import io
from typing import Any, Literal

import xlrd

from pledgebatch.intake.closely import Seen
from pledgebatch.schema.kinds import LOST, Cell


def read_old_format(data: bytes) -> tuple[dict[str, list[list[Cell]]], dict[str, Seen], set[str]]:
    """The sheets by name, what else was seen in each, and the names of those that are hidden."""
    book = xlrd.open_workbook(file_contents=data, logfile=io.StringIO(), formatting_info=True)
    cells, seen, hidden = {}, {}, set()
    for sheet in book.sheets():
        told = seen[sheet.name] = Seen()
        told.merged = [(top, bottom - 1, left, right - 1) for top, bottom, left, right in sheet.merged_cells]
        told.hidden_rows = sorted(row for row, info in sheet.rowinfo_map.items() if info.hidden)
        rows = cells[sheet.name] = [
            [_cell(cell, book.datemode) for cell in sheet.row(row)] for row in range(sheet.nrows)
        ]
        for row, line in enumerate(rows):
            for column, cell in enumerate(line):
                if cell is LOST:
                    told.errors[row, column] = xlrd.error_text_from_code.get(sheet.cell_value(row, column), "#?")
        if sheet.visibility:
            hidden.add(sheet.name)
    return cells, seen, hidden


def _cell(cell: Any, datemode: Literal[0, 1]) -> Cell:
    if cell.ctype == xlrd.XL_CELL_ERROR:
        return LOST
    if cell.ctype == xlrd.XL_CELL_DATE:
        try:
            return xlrd.xldate_as_datetime(cell.value, datemode)
        except (ValueError, OverflowError):
            return cell.value  # no day that a calendar has
    if cell.ctype == xlrd.XL_CELL_BOOLEAN:
        return bool(cell.value)
    return "" if cell.ctype in (xlrd.XL_CELL_EMPTY, xlrd.XL_CELL_BLANK) else cell.value
