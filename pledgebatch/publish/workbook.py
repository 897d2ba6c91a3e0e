"""The one writer of standard workbooks: blank, prefilled, or marked up as a return."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any, BinaryIO

import pandas as pd
import xlsxwriter
from xlsxwriter.utility import xl_col_to_name, xl_rowcol_to_cell
from xlsxwriter.worksheet import Worksheet

from pledgebatch.notice.periods import Period, Stage, stages_due
from pledgebatch.publish.formats import SEVERITY_COLOURS, STAGE_COLOURS, Formats, new_book, text_format, width
from pledgebatch.publish.guide import write_guide, write_self_check
from pledgebatch.publish.safe import cell_text
from pledgebatch.schema.fields import Field, Filler, Kind, Sheet
from pledgebatch.schema.frames import Severity
from pledgebatch.schema.kinds import form_of
from pledgebatch.schema.sheets import (
    GUIDE_NAME,
    HIDDEN_NAME,
    ITEMS,
    ORGANISATION,
    SELF_CHECK_NAME,
    SHEETS,
    TABLES,
    TEMPLATE_VERSION,
)

ROOM = {ITEMS.key: 2_000}
ROOM_ELSEWHERE = 500
"""Rows that dropdowns and the self-check reach."""
TITLE, HELP, HEADER = 0, 1, 2
"""Rows of a table above its data."""
FORM_START = 2
LONGEST_LIST = 255
"""Characters of a list that a validation can hold itself; longer ones go through a defined name."""
PROTECTION = {
    "format_cells": True, "format_columns": True, "format_rows": True, "insert_rows": True, "delete_rows": True,
    "sort": True, "autofilter": True,
}  # fmt: skip
Notes = dict[tuple[int | None, str], list[tuple[Severity, str]]]
"""Findings of a sheet by row of the branch's own file (None on the form) and field."""


def write_workbook(
    target: Path | BinaryIO,
    period: Period,
    answers: Mapping[str, str],
    rows: Mapping[str, pd.DataFrame] | None = None,
    findings: pd.DataFrame | None = None,
    pledge_deadline: tuple[int, int] = (3, 15),
) -> None:
    """Write the standard workbook of one organisation for ``period``.

    ``answers`` gives the texts of 组织承诺 by field key; ``rows`` the texts of the other sheets, by sheet key, as frames
    with field keys for columns and ``row``, Excel's row in the branch's own file, where findings refer to it.
    ``findings`` make it a return: cells coloured and noted, and the list on the first sheet.
    """
    due = stages_due(period, pledge_deadline)
    rows = rows or {}
    book = new_book(target)
    formats = Formats(book)
    sheets = {
        name: book.add_worksheet(name) for name in (GUIDE_NAME, *(s.name for s in SHEETS), SELF_CHECK_NAME, HIDDEN_NAME)
    }
    _write_hidden(sheets[HIDDEN_NAME], book, answers.get("unit_code", ""), period)
    cells: dict[tuple[str, int | None, str], str] = {}
    notes = {sheet.key: _notes(sheet, findings) for sheet in SHEETS}
    texts = {sheet.key: _texts(sheet, rows.get(sheet.key)) for sheet in TABLES}
    for key, column in _write_form(sheets[ORGANISATION.name], formats, answers, due, notes["organisations"]).items():
        cells[ORGANISATION.name, None, key] = column
    for sheet in TABLES:
        own_rows, columns = texts[sheet.key]
        placed = _write_table(sheets[sheet.name], formats, sheet, own_rows, columns, due, notes[sheet.key])
        cells.update({(sheet.name, row, key): cell for (row, key), cell in placed.items()})
    write_guide(sheets[GUIDE_NAME], formats, period, due, findings, cells)
    filled = {sheet.key: columns for sheet, (_, columns) in zip(TABLES, texts.values(), strict=True)}
    write_self_check(sheets[SELF_CHECK_NAME], formats, due, answers, filled, FORM_ROWS, room)
    sheets[GUIDE_NAME].activate()
    book.close()


def room(sheet: Sheet) -> int:
    """Rows of data that the dropdowns of a sheet reach."""
    return ROOM.get(sheet.key, ROOM_ELSEWHERE)


def stage_of(sheet: Sheet) -> dict[str, Stage]:
    """The stage of each field: its own, else that of the group it stands in."""
    stages: dict[str, Stage] = {}
    current = Stage.ALWAYS
    for field in sheet.fields:
        if field.required:
            current = field.required
        elif field.filler is Filler.REVIEWER:
            current = Stage.PUBLISH
        stages[field.key] = current
    return stages


def _form_rows() -> dict[str, int]:
    """The row of each answer: a heading opens each stage's group."""
    places: dict[str, int] = {}
    row, last = FORM_START, None
    for key, stage in stage_of(ORGANISATION).items():
        row += stage != last
        places[key], last, row = row, stage, row + 1
    return places


FORM_ROWS = _form_rows()


def _texts(sheet: Sheet, frame: pd.DataFrame | None) -> tuple[list[int], dict[str, list[str]]]:
    if frame is None or frame.empty:
        return [], {}
    columns = {}
    for field in sheet.fields:
        if field.key in frame:
            columns[field.key] = [cell_text(text) for text in frame[field.key].tolist()]
    own = frame["row"].fillna(0).astype("int64").tolist() if "row" in frame else list(range(1, len(frame) + 1))
    return own, columns


def _notes(sheet: Sheet, findings: pd.DataFrame | None) -> Notes:
    notes: Notes = defaultdict(list)
    if findings is not None:
        here = findings[(findings["sheet"] == sheet.name) & findings["field"].notna()]
        for row, key, severity, message in here[["row", "field", "severity", "message"]].itertuples(index=False):
            place = None if sheet.form else row
            if sheet.form or not pd.isna(row):
                notes[place, key].append((Severity(severity), message))
    return notes


def _write_hidden(sheet: Worksheet, book: xlsxwriter.Workbook, code: str, period: Period) -> None:
    """What the program needs to know the workbook again, and the lists too long for a validation."""
    for row, (key, value) in enumerate(
        {"code": code, "period": str(period), "template_version": TEMPLATE_VERSION}.items()
    ):
        sheet.write_string(row, 0, key)
        sheet.write_string(row, 1, cell_text(value))
    long = {field.listed: field for each in SHEETS for field in each.fields if is_long(field)}
    for column, field in enumerate(long.values(), 3):
        letter = xl_col_to_name(column)
        sheet.write_column(0, column, field.choices)
        book.define_name(list_name(field), f"='{HIDDEN_NAME}'!${letter}$1:${letter}${len(field.choices)}")
    sheet.very_hidden()


@cache
def _validation(field: Field) -> dict[str, Any]:
    """What Excel checks and says while a cell is filled in. Nothing is stopped: the office understands variants."""
    said = "。".join(text for text in (field.help, form_of(field)) if text)
    told: dict[str, Any] = {"input_title": field.header[:32], "input_message": said[:255]} if said else {}
    told |= {"ignore_blank": True, "error_type": "warning", "error_title": field.header[:32]}
    if field.kind is Kind.CHOICE:
        source = f"={list_name(field)}" if is_long(field) else list(field.choices)
        return {"validate": "list", "source": source, "error_message": "请从下拉列表中选择"} | told
    if field.kind is Kind.INTEGER:
        return {"validate": "integer", "criteria": ">=", "value": 0, "error_message": "请填整数"} | told
    return {"validate": "any"} | told if said else {}


def is_long(field: Field) -> bool:
    """Whether the choices are too long for a validation to hold itself."""
    return len(",".join(field.choices)) > LONGEST_LIST


def list_name(field: Field) -> str:
    """The defined name of a long list."""
    return f"list_{field.listed.strip('@')}"


def _write_form(
    sheet: Worksheet,
    formats: Formats,
    answers: Mapping[str, str],
    due: Collection[Stage],
    notes: Notes,
) -> dict[str, str]:
    stages = stage_of(ORGANISATION)
    sheet.set_column(0, 0, 26)
    sheet.set_column(1, 1, 40)
    sheet.set_column(2, 2, 56)
    sheet.set_row(TITLE, 30)
    sheet.write_string(TITLE, 0, "基层党组织公开承诺书", formats("title"))
    sheet.write_string(HELP, 0, "只填中间一列；灰底的由党委办公室填好，不必改动。", formats("help", text_wrap=False))
    last = None
    for field in ORGANISATION.fields:
        stage, row = stages[field.key], FORM_ROWS[field.key]
        answer = cell_text(answers.get(field.key, ""))
        folded = stage not in due and not answer
        options = {"level": 1, "hidden": True} if folded else {}
        if stage is not last:
            sheet.set_row(row - 1, None, formats("group"), options)
            sheet.write_string(row - 1, 0, f"{stage.label}阶段", formats("group"))
            last = stage
        sheet.set_row(row, 21, None, options)
        asked = field.required in due
        sheet.write_string(row, 0, field.header, formats("label", bg_color=STAGE_COLOURS[stage], bold=asked))
        locked = field.filler is Filler.PREFILLED and bool(answer)
        look: dict[str, Any] = {
            "locked": locked,
            "num_format": text_format(field),
            "align": "left",
            "valign": "vcenter",
        }
        if locked:
            look["bg_color"] = "#EDEDED"
        _write_marked(sheet, formats, row, 1, answer, look, notes.get((None, field.key)))
        if said := "；".join(text for text in (field.help, "" if field.choices else form_of(field)) if text):
            sheet.write_string(row, 2, said, formats("help", valign="vcenter"))
        if not locked and (validation := _validation(field)):
            sheet.data_validation(row, 1, row, 1, validation)
    sheet.freeze_panes(FORM_START, 1)
    sheet.set_portrait()
    _print_setup(sheet, HELP, max(FORM_ROWS.values()), 2)
    return {key: xl_rowcol_to_cell(row, 1) for key, row in FORM_ROWS.items()}


def _write_table(
    sheet: Worksheet,
    formats: Formats,
    declared: Sheet,
    own_rows: Sequence[int],
    columns: Mapping[str, list[str]],
    due: Collection[Stage],
    notes: Notes,
) -> dict[tuple[int | None, str], str]:
    stages = stage_of(declared)
    first, last = HEADER + 1, HEADER + room(declared)
    sheet.set_row(TITLE, 28)
    sheet.set_row(HELP, 48)
    sheet.set_row(HEADER, 32)
    sheet.write_string(TITLE, 0, declared.name, formats("title"))
    at: dict[int | None, int] = {own: row for row, own in enumerate(own_rows, first)}
    placed: dict[tuple[int | None, str], str] = {}
    folding = False
    for column, field in enumerate(declared.fields):
        stage = stages[field.key]
        texts = columns.get(field.key, [])
        folded = stage not in due and not any(texts)
        options = {"level": 1, "hidden": True} if folded else {"collapsed": folding}
        folding = folded
        look: dict[str, Any] = {"locked": False, "num_format": text_format(field)}
        sheet.set_column(column, column, width(field), formats("cell", **look, border=0), options)
        if field.help:
            sheet.write_string(HELP, column, field.help, formats("help"))
        sheet.write_string(
            HEADER, column, field.header, formats("header", bg_color=STAGE_COLOURS[stage], bold=field.required in due)
        )
        if validation := _validation(field):
            sheet.data_validation(first, column, last, column, validation)
        plain = formats("cell", **look)
        for row, text in enumerate(texts, first):
            if text:
                sheet.write_string(row, column, text, plain)
        for (own, key), told in notes.items():
            if key == field.key and own in at:
                text = texts[at[own] - first] if texts else ""
                _write_marked(sheet, formats, at[own], column, text, look, told)
                placed[own, key] = xl_rowcol_to_cell(at[own], column)
    if folding:
        sheet.set_column(len(declared.fields), len(declared.fields), None, None, {"collapsed": True})
    sheet.ignore_errors({"number_stored_as_text": f"A{first + 1}:{xl_col_to_name(len(declared.fields) - 1)}{last + 1}"})
    sheet.freeze_panes(first, 2 if declared.number else 1)
    sheet.set_landscape()
    _print_setup(sheet, HEADER, max(HEADER + len(own_rows), HEADER + 20), len(declared.fields) - 1)
    return placed


def _write_marked(
    sheet: Worksheet,
    formats: Formats,
    row: int,
    column: int,
    text: str,
    look: Mapping[str, Any],
    told: Sequence[tuple[Severity, str]] | None,
) -> None:
    if told:
        gravest = min((severity for severity, _ in told), key=list(Severity).index)
        look = {**look, "bg_color": SEVERITY_COLOURS[gravest]}
        words = "\n".join(f"【{severity.label}】{message}" for severity, message in told)
        sheet.write_comment(
            row, column, cell_text(words), {"author": "pledgebatch", "x_scale": 2, "y_scale": 1 + len(words) / 80}
        )
    format_ = formats("cell", **look)
    if text:
        sheet.write_string(row, column, text, format_)
    else:
        sheet.write_blank(row, column, None, format_)


def _print_setup(sheet: Worksheet, header: int, last_row: int, last_column: int) -> None:
    sheet.protect("", PROTECTION)
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(header)
    sheet.print_area(0, 0, last_row, last_column)
    sheet.set_margins(0.4, 0.4, 0.5, 0.6)
    sheet.set_footer("&L&A&R第 &P 页，共 &N 页")
