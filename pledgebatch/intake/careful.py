"""The careful second reading of a workbook that the quick reader did not give whole."""

import datetime as dt
import io
import warnings
from collections.abc import Container
from typing import Any

from pledgebatch.intake.guard import too_wide
from pledgebatch.intake.identify import Unreadable
from pledgebatch.schema.kinds import Cell

CHINESE_DATES = frozenset((*range(27, 37), *range(50, 59)))
"""Numbers of the built-in date formats of Chinese Excel, which the library takes for plain numbers."""


def read_carefully(data: bytes, names: Container[str]) -> dict[str, list[list[Cell]]]:
    """The sheets called ``names`` of an OOXML workbook, from A1, all rows of one length. Raises Unreadable."""
    import openpyxl  # few workbooks need it, and a worker is there a tenth of a second sooner without

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        book = openpyxl.load_workbook(io.BytesIO(data), data_only=True)
    # Not by iter_rows, which makes a cell of each blank one.
    said = {
        sheet.title: {
            place: value
            for place, cell in sheet._cells.items()
            if (value := _plain(cell, book.epoch)) not in ("", None)
        }
        for sheet in book.worksheets
        if sheet.title in names
    }
    reaches = {
        name: (max((row for row, _ in cells), default=0), max((column for _, column in cells), default=0))
        for name, cells in said.items()
    }
    if reason := too_wide(reaches):
        raise Unreadable(reason)
    return {name: _laid_out(cells, *reaches[name]) for name, cells in said.items()}


def _laid_out(said: dict[tuple[int, int], Cell], rows: int, columns: int) -> list[list[Cell]]:
    lines: list[list[Cell]] = [[""] * columns for _ in range(rows)]
    for (row, column), value in said.items():
        lines[row - 1][column - 1] = value
    return lines


def _plain(cell: Any, epoch: dt.datetime) -> Cell:
    value = cell.value
    if value is None or cell.data_type == "e":
        return ""
    if isinstance(value, str):
        return value.encode("utf-8", "replace").decode()
    if isinstance(value, int | float) and not isinstance(value, bool) and cell._style.numFmtId in CHINESE_DATES:
        from openpyxl.utils.datetime import from_excel

        return from_excel(value, epoch)
    return value
