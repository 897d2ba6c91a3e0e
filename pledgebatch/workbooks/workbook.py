"""The one writer of standard workbooks: blank, prefilled, or marked up as a return."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import BinaryIO

import pandas as pd
from xlsxwriter.worksheet import Worksheet

from pledgebatch.notice.parameters import USUAL_DEADLINE
from pledgebatch.notice.periods import Period
from pledgebatch.schema.decisions import WORDS
from pledgebatch.schema.sheets import (
    BOOK_SHEETS,
    EXPLANATIONS,
    GUIDE_NAME,
    HIDDEN_NAME,
    ORGANISATION,
    SELF_CHECK_NAME,
    SHEETS,
    TABLES,
    TEMPLATE_VERSION,
)
from pledgebatch.workbooks.findings import Spot, findings_of
from pledgebatch.workbooks.form import FORM_ROWS, Answers, fill_form, lay_out_form, locked_fields
from pledgebatch.workbooks.guide import Returned, write_about, write_guide
from pledgebatch.workbooks.marks import marks_of
from pledgebatch.workbooks.questions import with_cells
from pledgebatch.workbooks.rows import Rows, rows_of
from pledgebatch.workbooks.self_check import fill_self_check, lay_out_self_check
from pledgebatch.workbooks.spellings import write_spellings
from pledgebatch.workbooks.stages import Calendar
from pledgebatch.workbooks.table import fill_table, last_row, lay_out_table, write_title
from pledgebatch.workbooks.validations import write_lists
from pledgebatch.xlsx.formats import ACCENT, Formats, new_book
from pledgebatch.xlsx.safe_text import cell_text
from pledgebatch.xlsx.template import TemplateBook, copy_template, save_template

__all__ = ["FORM_ROWS", "write_workbook"]
CODE = (0, 1)
"""The cell of the hidden sheet that says whose the workbook is."""
BOOK_TABLES = BOOK_SHEETS[1:]
"""The sheets of many rows: those of the branch's data, and 说明."""
MOST_SHAPES = 32
"""Lay-outs that a process keeps."""


@dataclass(frozen=True)
class Shape:
    """All that the lay-out of a workbook depends on."""

    calendar: Calendar
    locked: frozenset[str]
    """The fields of the form that are locked."""
    lasts: tuple[int, ...]
    """The last row of each table."""
    asked: int
    """The last row of 说明."""
    settled: bool
    """Whether rows of tables are locked."""
    returned: bool


def write_workbook(
    target: Path | BinaryIO,
    period: Period,
    answers: Mapping[str, str],
    rows: Mapping[str, pd.DataFrame | Rows] | None = None,
    findings: pd.DataFrame | None = None,
    pledge_deadline: tuple[int, int] = USUAL_DEADLINE,
) -> None:
    """Write the standard workbook of one organisation for ``period``.

    ``answers`` gives the texts of 组织承诺 by field key; ``rows`` the texts of the other sheets, by sheet key, as frames
    with field keys for columns and ``row``, Excel's row in the branch's own file, where findings refer to it; a column
    ``settled`` (True for a row that was reviewed and passed) locks its number, its text and its deadline. Those of 说明 need
    not say in which cell what they ask about now stands. ``Rows`` say too which fields stand as they were last known,
    ``organisations`` for the form; ``words`` is what the office says besides.
    ``findings`` make it a return: cells coloured and noted, and the list on the first sheet.
    """
    calendar = Calendar(period, pledge_deadline)
    answers = {key: cell_text(text) for key, text in answers.items()}
    tables = {sheet.key: rows_of(sheet, (rows or {}).get(sheet.key)) for sheet in BOOK_TABLES}
    tables[EXPLANATIONS.key] = with_cells(tables[EXPLANATIONS.key], tables)
    found = None if findings is None else findings_of(findings)
    marks = {sheet.key: marks_of(sheet, found or ()) for sheet in SHEETS}
    name = answers.get("org_name", "")
    locked = locked_fields(answers, marks[ORGANISATION.key])
    lasts = tuple(last_row(sheet, tables[sheet.key]) for sheet in TABLES)
    settled = any(any(flags) for table in tables.values() for flags in table.locked.values())
    asked = last_row(EXPLANATIONS, tables[EXPLANATIONS.key])
    shape = Shape(calendar, locked, lasts, asked, settled, found is not None)
    book, formats = copy_template(_make_template(shape), target)
    pages = {sheet.name: sheet for sheet in book.worksheets()}
    head = rows_of(ORGANISATION, (rows or {}).get(ORGANISATION.key))
    form = Answers(answers, locked, {key: notes[0] for key, notes in head.corrected.items() if notes}, head.since)
    answered = fill_form(pages[ORGANISATION.name], formats, calendar.due, form, marks[ORGANISATION.key])
    cells: dict[str, Mapping[Spot, str]] = {ORGANISATION.name: {(None, key): cell for key, cell in answered.items()}}
    for sheet in BOOK_TABLES:
        page, own = pages[sheet.name], tables[sheet.key]
        write_title(page, formats, "　".join(filter(None, (sheet.name, period.label, name))), own)
        cells[sheet.name] = fill_table(page, formats, sheet, own, calendar.due, marks.get(sheet.key, {}))
    for sheet in SHEETS:
        if marks[sheet.key]:
            pages[sheet.name].set_tab_color(ACCENT)
    write_about(pages[GUIDE_NAME], formats, calendar, name)
    if found is not None:
        corrected = any(each.corrected for each in (head, *tables.values()))
        words = rows_of(WORDS, (rows or {}).get(WORDS.key)).column("opinion")
        write_guide(pages[GUIDE_NAME], formats, calendar, settled, Returned(found, cells, words, corrected))
    fill_self_check(pages[SELF_CHECK_NAME], period, calendar.due, answers, tables)
    pages[HIDDEN_NAME].write_string(*CODE, answers.get("unit_code", ""))
    book.close()


@lru_cache(MOST_SHAPES)
def _make_template(shape: Shape) -> bytes:
    """The workbook of a shape with nothing filled in, to be copied."""
    calendar, period = shape.calendar, shape.calendar.period
    book = new_book(None, TemplateBook)
    formats = Formats(book)
    pages = {
        tab: book.add_worksheet(tab)
        for tab in (GUIDE_NAME, *(sheet.name for sheet in BOOK_SHEETS), SELF_CHECK_NAME, HIDDEN_NAME)
    }
    lay_out_form(pages[ORGANISATION.name], formats, calendar, shape.locked)
    for sheet, last in zip(BOOK_TABLES, (*shape.lasts, shape.asked), strict=True):
        lay_out_table(pages[sheet.name], formats, sheet, calendar.due, last)
    if not shape.returned:
        write_guide(pages[GUIDE_NAME], formats, calendar, shape.settled)
    lay_out_self_check(book, formats, period, calendar.due, shape.lasts)
    _lay_out_hidden(book, pages[HIDDEN_NAME], period)
    pages[GUIDE_NAME].activate()
    return save_template(book, formats)


def _lay_out_hidden(book: TemplateBook, sheet: Worksheet, period: Period) -> None:
    """What the program needs to know the workbook again, and the lists too long for a validation."""
    known = {"code": "", "period": str(period), "template_version": TEMPLATE_VERSION}
    for row, (key, value) in enumerate(known.items()):
        sheet.write_string(row, 0, key)
        if value:
            sheet.write_string(row, 1, value)
    write_lists(book, sheet)
    write_spellings(book, sheet)
    sheet.very_hidden()
