"""Reads a workbook into plain cells: calamine for .xlsx and .ods, xlrd for .xls and .et."""

import io
from typing import Any, Literal

import xlrd
from python_calamine import CalamineWorkbook

from pledgebatch.intake.guard import look
from pledgebatch.intake.identify import REFUSED, Format, identify
from pledgebatch.schema.kinds import Cell
from pledgebatch.schema.sheets import GUIDE_NAME, SELF_CHECK_NAME, SHEETS

Cells = list[list[Cell]]
"""The rows of a sheet from A1, all of one length; ``""`` or None where blank."""

STANDARD = frozenset(sheet.name for sheet in SHEETS)
OURS = frozenset((GUIDE_NAME, SELF_CHECK_NAME))
"""Sheets that only speak to the branch; not read where all the others are there under their names."""


class Unreadable(Exception):
    """A file that cannot be read; the text says why and what to do, in Chinese."""


def read(data: bytes, name: str) -> dict[str, Cells]:
    """The sheets of a workbook by name, hidden ones included. Raises Unreadable."""
    format_ = identify(data, name)
    if format_ in REFUSED:
        raise Unreadable(REFUSED[format_])
    if format_ is Format.ARCHIVE:
        raise Unreadable("压缩包内没有可以识别的工作簿")
    if format_ is not Format.XLS and (reason := look(data).reason):
        raise Unreadable(reason)
    try:
        return _with_xlrd(data) if format_ is Format.XLS else _with_calamine(data)
    except Exception as mistake:
        raise Unreadable(_because(mistake)) from None
    except BaseException as panic:
        # A panic of the reader is not an Exception, and cannot be pickled.
        if isinstance(panic, KeyboardInterrupt | SystemExit):
            raise
        raise Unreadable(REFUSED[Format.DAMAGED]) from None


def _because(mistake: Exception) -> str:
    return REFUSED[Format.ENCRYPTED if "password" in str(mistake).lower() else Format.DAMAGED]


def _with_calamine(data: bytes) -> dict[str, Cells]:
    workbook = CalamineWorkbook.from_filelike(io.BytesIO(data))
    names = list(dict.fromkeys(workbook.sheet_names))
    if STANDARD.issubset(names):
        names = [name for name in names if name not in OURS]
    return {name: workbook.get_sheet_by_name(name).to_python(skip_empty_area=False) for name in names}


def _with_xlrd(data: bytes) -> dict[str, Cells]:
    book = xlrd.open_workbook(file_contents=data, logfile=io.StringIO())
    return {
        sheet.name: [[_cell(cell, book.datemode) for cell in sheet.row(row)] for row in range(sheet.nrows)]
        for sheet in book.sheets()
    }


def _cell(cell: Any, datemode: Literal[0, 1]) -> Cell:
    if cell.ctype == xlrd.XL_CELL_DATE:
        return xlrd.xldate_as_datetime(cell.value, datemode)
    if cell.ctype == xlrd.XL_CELL_BOOLEAN:
        return bool(cell.value)
    return "" if cell.ctype in (xlrd.XL_CELL_ERROR, xlrd.XL_CELL_EMPTY, xlrd.XL_CELL_BLANK) else cell.value
