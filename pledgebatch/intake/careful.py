"""The careful second reading of a workbook that the quick reader did not give whole."""

import datetime as dt
import io
import warnings
from collections.abc import Container
from typing import Any

import openpyxl
from openpyxl.utils.datetime import from_excel

from pledgebatch.schema.kinds import Cell

CHINESE_DATES = frozenset((*range(27, 37), *range(50, 59)))
"""Numbers of the built-in date formats of Chinese Excel, which the library takes for plain numbers."""


def read_carefully(data: bytes, names: Container[str]) -> dict[str, list[list[Cell]]]:
    """The sheets called ``names`` of an OOXML workbook, from A1, all rows of one length."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        book = openpyxl.load_workbook(io.BytesIO(data), data_only=True)
    return {
        sheet.title: [[_plain(cell, book.epoch) for cell in row] for row in sheet.iter_rows()]
        for sheet in book.worksheets
        if sheet.title in names
    }


def _plain(cell: Any, epoch: dt.datetime) -> Cell:
    value = cell.value
    if value is None or cell.data_type == "e":
        return ""
    if isinstance(value, str):
        return value.encode("utf-8", "replace").decode()
    if isinstance(value, int | float) and not isinstance(value, bool) and cell._style.numFmtId in CHINESE_DATES:
        return from_excel(value, epoch)
    return value
