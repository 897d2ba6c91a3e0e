"""组织承诺, the form: label in one cell, answer in the next, help beside it."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from xlsxwriter.utility import xl_rowcol_to_cell
from xlsxwriter.worksheet import Worksheet

from pledgebatch.notice.periods import Stage
from pledgebatch.schema.fields import Field, Filler, Kind
from pledgebatch.schema.sheets import ORGANISATION
from pledgebatch.workbooks.marks import RECALLED, Marks, add_colour, write_note, write_since
from pledgebatch.workbooks.stages import Calendar
from pledgebatch.workbooks.validations import help_line, validation
from pledgebatch.xlsx.formats import PREFILLED_COLOUR, STAGE_COLOURS, STRONG_COLOURS, Formats, count_lines, text_format
from pledgebatch.xlsx.page_setup import print_setup, protect
from pledgebatch.xlsx.template import TemplateSheet

TITLE, HELP, START = 0, 1, 2
LABEL_WIDTH, ANSWER_WIDTH, HELP_WIDTH = 26, 40, 46
LINE_HEIGHT, LEAST_HEIGHT, TEXT_HEIGHT = 15, 21, 48
"""Heights of a line, of an answer, and of an answer in sentences."""


def _number_rows() -> tuple[dict[str, int], dict[int, Stage]]:
    answers: dict[str, int] = {}
    headings: dict[int, Stage] = {}
    row, last = START, None
    for key, field in ORGANISATION.by_key.items():
        stage = field.stage
        if stage != last:
            headings[row] = last = stage
            row += 1
        answers[key] = row
        row += 1
    return answers, headings


FORM_ROWS, HEADINGS = _number_rows()
"""The row of each answer, and of the heading that opens each group."""


@dataclass(frozen=True)
class Answers:
    """What the form says, by field key."""

    texts: Mapping[str, str]
    locked: Collection[str]
    """The fields that the branch may not change."""
    corrected: Mapping[str, str]
    """What is noted on the fields that the office corrected."""
    since: Mapping[str, str]
    """The fields that were read in an earlier month and not since, each with that month."""


def locked_fields(answers: Mapping[str, str], marks: Marks) -> frozenset[str]:
    """The fields of the office that are answered and locked.

    What is found wrong must be open to mending, whoever filled it in.
    """
    ours = (field.key for field in ORGANISATION.fields if field.filler is Filler.PREFILLED)
    return frozenset(key for key in ours if answers.get(key) and (None, key) not in marks)


def lay_out_form(sheet: TemplateSheet, formats: Formats, calendar: Calendar, locked: Collection[str]) -> None:
    """Lay out the form without its answers, what is not yet due folded, fields ``locked`` without their dropdowns."""
    for column, size in enumerate((LABEL_WIDTH, ANSWER_WIDTH, HELP_WIDTH)):
        sheet.set_column(column, column, size)
    sheet.set_row(TITLE, 32)
    sheet.write_string(TITLE, 0, f"基层党组织公开承诺书　{calendar.period.label}", formats("title"))
    words = "只填中间一列。灰底的由党委办公室填好并锁定，如有错误请与办公室联系。"
    sheet.write_string(HELP, 0, words, formats("help", text_wrap=False))
    _add_headings(sheet, formats, calendar)
    due = calendar.due
    for field in ORGANISATION.fields:
        row, closed, stage = FORM_ROWS[field.key], field.key in locked, field.stage
        sheet.set_row(row, _height(field, ""), None, {} if stage in due else {"level": 1, "hidden": True})
        required = field.required in due
        colours = STRONG_COLOURS if required else STAGE_COLOURS
        sheet.write_string(row, 0, field.header, formats("label", bg_color=colours[stage], bold=required))
        sheet.write_blank(row, 1, None, formats("cell", **_properties(field, closed)))
        if words := field.help if closed else help_line(field):
            sheet.write_string(row, 2, words, formats("help", valign="vcenter", indent=1))
        if not closed and (check := validation(field)):
            sheet.data_validation(row, 1, row, 1, check)
    last = max(FORM_ROWS.values())
    sheet.ignore_errors({"number_stored_as_text": f"B{START + 1}:B{last + 1}"})
    sheet.hide_gridlines(2)
    sheet.outline_settings(True, False, True, False)
    sheet.freeze_panes(START, 1)
    protect(sheet)
    print_setup(sheet, HELP)
    sheet.set_portrait()
    sheet.print_area(TITLE, 0, last, 2)


def fill_form(
    sheet: TemplateSheet, formats: Formats, due: Collection[Stage], answers: Answers, marks: Marks
) -> dict[str, str]:
    """Fill the form with ``answers``, those of stages not yet ``due`` unfolded; returns the cell of each field."""
    for field in ORGANISATION.fields:
        row, answer, found = FORM_ROWS[field.key], answers.texts.get(field.key, ""), marks.get((None, field.key), ())
        note = answers.corrected.get(field.key, "")
        if not answer and not found and not note:
            continue
        own = _properties(field, field.key in answers.locked) | (RECALLED if field.key in answers.since else {})
        cell_format = formats("cell", **add_colour(own, found, note))
        if answer:
            sheet.write_string(row, 1, answer, cell_format)
        else:
            sheet.write_blank(row, 1, None, cell_format)
        write_note(sheet, row, 1, found, note)
        if field.key in answers.since and field.key not in answers.locked and answer:
            write_since(sheet, row, 0, answers.since[field.key])
        if field.stage not in due and row - 1 in HEADINGS:
            sheet.set_row(row - 1, LEAST_HEIGHT)
        if field.stage not in due or _height(field, answer) != _height(field, ""):
            sheet.set_row(row, _height(field, answer))
    return {key: xl_rowcol_to_cell(row, 1) for key, row in FORM_ROWS.items()}


def _properties(field: Field, locked: bool) -> dict[str, Any]:
    properties: dict[str, Any] = {"num_format": text_format(field), "align": "left", "valign": "vcenter"}
    return properties | ({"bg_color": PREFILLED_COLOUR} if locked else {"locked": False})


def _add_headings(sheet: Worksheet, formats: Formats, calendar: Calendar) -> None:
    due = calendar.due
    for row, stage in HEADINGS.items():
        sheet.set_row(row, LEAST_HEIGHT, None, {"collapsed": stage not in due})
        name = f"{stage.label}阶段" if stage is not Stage.ALWAYS else "基本情况" if row == START else "填表情况"
        when = "" if stage in due else f"{calendar.when_due(stage)}填写，本月已折叠"
        for column, text in enumerate((name, when, "")):
            if text:
                sheet.write_string(row, column, text, formats("group"))
            else:
                sheet.write_blank(row, column, None, formats("group"))


def _height(field: Field, answer: str) -> float:
    sentences = field.kind is Kind.TEXT and field.filler is not Filler.PREFILLED
    least = TEXT_HEIGHT if sentences else LEAST_HEIGHT
    # Excel allows no row higher than 409 points.
    return float(min(max(least, LINE_HEIGHT * count_lines(answer, ANSWER_WIDTH)), 400))
