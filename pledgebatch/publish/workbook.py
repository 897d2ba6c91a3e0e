"""The one writer of standard workbooks: blank, prefilled, or marked up as a return."""

from collections.abc import Mapping
from pathlib import Path
from typing import BinaryIO

import pandas as pd
import xlsxwriter
from xlsxwriter.worksheet import Worksheet

from pledgebatch.notice.periods import Period, stages_due
from pledgebatch.publish.form import FORM_ROWS, write_form
from pledgebatch.publish.formats import ACCENT, Formats, new_book
from pledgebatch.publish.formulas import write_spellings
from pledgebatch.publish.guide import write_guide
from pledgebatch.publish.marks import Spot, marks_of
from pledgebatch.publish.render import records
from pledgebatch.publish.rows import Rows, rows_of
from pledgebatch.publish.safe import cell_text
from pledgebatch.publish.self_check import write_self_check
from pledgebatch.publish.table import write_table
from pledgebatch.publish.validations import write_lists
from pledgebatch.schema.sheets import (
    GUIDE_NAME,
    HIDDEN_NAME,
    ORGANISATION,
    SELF_CHECK_NAME,
    SHEETS,
    TABLES,
    TEMPLATE_VERSION,
)

__all__ = ["FORM_ROWS", "write_workbook"]


def write_workbook(
    target: Path | BinaryIO,
    period: Period,
    answers: Mapping[str, str],
    rows: Mapping[str, pd.DataFrame | Rows] | None = None,
    findings: pd.DataFrame | None = None,
    pledge_deadline: tuple[int, int] = (3, 15),
) -> None:
    """Write the standard workbook of one organisation for ``period``.

    ``answers`` gives the texts of 组织承诺 by field key; ``rows`` the texts of the other sheets, by sheet key, as frames
    with field keys for columns and ``row``, Excel's row in the branch's own file, where findings refer to it; a column
    ``settled`` (True for a row that was reviewed and passed) locks its number, its text and its deadline.
    ``findings`` make it a return: cells coloured and noted, and the list on the first sheet.
    """
    due = stages_due(period, pledge_deadline)
    answers = {key: cell_text(text) for key, text in answers.items()}
    tables = {sheet.key: rows_of(sheet, (rows or {}).get(sheet.key)) for sheet in TABLES}
    found = None if findings is None else records(findings)
    marks = {sheet.key: marks_of(sheet, found or ()) for sheet in SHEETS}
    name = answers.get("org_name", "")
    book = new_book(target)
    formats = Formats(book)
    pages = {
        tab: book.add_worksheet(tab)
        for tab in (GUIDE_NAME, *(sheet.name for sheet in SHEETS), SELF_CHECK_NAME, HIDDEN_NAME)
    }
    answered = write_form(
        pages[ORGANISATION.name], formats, period, answers, due, pledge_deadline, marks[ORGANISATION.key]
    )
    cells: dict[str, Mapping[Spot, str]] = {ORGANISATION.name: {(None, key): cell for key, cell in answered.items()}}
    for sheet in TABLES:
        title = "　".join(filter(None, (sheet.name, period.label, name)))
        cells[sheet.name] = write_table(
            pages[sheet.name], formats, sheet, title, tables[sheet.key], due, marks[sheet.key]
        )
    for sheet in SHEETS:
        if marks[sheet.key]:
            pages[sheet.name].set_tab_color(ACCENT)
    settled = any(any(flags) for table in tables.values() for flags in table.locked.values())
    write_guide(pages[GUIDE_NAME], formats, period, due, pledge_deadline, name, found, cells, settled)
    write_self_check(book, formats, period, due, answers, tables)
    _write_hidden(book, pages[HIDDEN_NAME], answers.get("unit_code", ""), period)
    pages[GUIDE_NAME].activate()
    book.close()


def _write_hidden(book: xlsxwriter.Workbook, sheet: Worksheet, code: str, period: Period) -> None:
    """What the program needs to know the workbook again, and the lists too long for a validation."""
    known = {"code": code, "period": str(period), "template_version": TEMPLATE_VERSION}
    for row, (key, value) in enumerate(known.items()):
        sheet.write_string(row, 0, key)
        sheet.write_string(row, 1, value)
    write_lists(book, sheet)
    write_spellings(book, sheet)
    sheet.very_hidden()
