"""自查: what is still blank, counted by the workbook itself, offline."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from functools import cache

from xlsxwriter.utility import xl_col_to_name
from xlsxwriter.worksheet import Worksheet

from pledgebatch.notice.periods import Period, Stage
from pledgebatch.publish.form import FORM_ROWS
from pledgebatch.publish.formats import PREFILLED_COLOUR, SEVERITY_COLOURS, Formats
from pledgebatch.publish.marks import main_field
from pledgebatch.publish.page import print_setup, protect
from pledgebatch.publish.table import START, Rows, last_row
from pledgebatch.rules.tables import GONE
from pledgebatch.schema.fields import Sheet
from pledgebatch.schema.frames import Severity
from pledgebatch.schema.sheets import ITEMS, MEMBERS, ORGANISATION, SELF_CHECK_NAME, SHEETS

HEADERS = ("工作表", "栏目", "应填", "空白数", "状态")
WIDTHS = (16, 30, 10, 10, 12)
HEADER, FIRST = 3, 4
NOTHING, COMPLETE, WANTING = "无内容", "齐全", "待填"


@dataclass(frozen=True)
class Line:
    """One line of the self-check: how many cells should be filled in and how many are blank, as formulas and as of now.

    ``asked`` is empty where it is always the same number.
    """

    sheet: str
    header: str
    asked: str
    blank: str
    asked_now: int
    blank_now: int

    @property
    def state(self) -> str:
        """What the counts come to."""
        return WANTING if self.blank_now else COMPLETE if self.asked_now else NOTHING


def excuses_of(sheet: Sheet, key: str) -> dict[str, tuple[str, ...]]:
    """The answers, by field, that excuse a row from filling in field ``key``, as the office's rules have it.

    Members who left keep only number and name; an oral pledge needs no signature; an item that was returned needs no
    plan and is not made public.
    """
    excuses: dict[str, tuple[str, ...]] = {}
    if sheet is MEMBERS and key not in (sheet.number, main_field(sheet)):
        excuses["change"] = GONE
    if sheet is MEMBERS and key in ("signed", "signed_date"):
        excuses["pledge_form"] = ("口头",)
    if sheet is ITEMS and key in ("plan", "publicity", "publicity_date"):
        excuses["conclusion"] = ("退回完善",)
    return excuses


def write_self_check(
    sheet: Worksheet,
    formats: Formats,
    period: Period,
    due: Collection[Stage],
    answers: Mapping[str, str],
    tables: Mapping[str, Rows],
) -> None:
    """Write one line for each field required now; the stored values are those of ``answers`` and ``tables``."""
    for column, size in enumerate(WIDTHS):
        sheet.set_column(column, column, size)
    sheet.set_row(0, 32)
    sheet.write_string(0, 0, f"{SELF_CHECK_NAME}　{period.label}", formats("title"))
    words = "本月必填的栏目还有多少空白。填的时候会自动重新计算；空白数都为 0 再报送。只数已有内容的行。"
    sheet.write_string(1, 0, words, formats("help", text_wrap=False))
    header, label, number = (
        formats("header", bg_color=PREFILLED_COLOUR),
        formats("label"),
        formats("number", align="center"),
    )
    state = formats("label", align="center")
    sheet.set_row(HEADER, 22)
    for column, text in enumerate(HEADERS):
        sheet.write_string(HEADER, column, text, header)
    found = list(check_lines(due, answers, tables))
    for row, line in enumerate(found, FIRST):
        sheet.write_string(row, 0, line.sheet, label)
        sheet.write_string(row, 1, line.header, label)
        if line.asked:
            sheet.write_formula(row, 2, line.asked, number, line.asked_now)
        else:
            sheet.write_number(row, 2, line.asked_now, number)
        sheet.write_formula(row, 3, line.blank, number, line.blank_now)
        status = f'=IF(D{row + 1}>0,"{WANTING}",IF(C{row + 1}>0,"{COMPLETE}","{NOTHING}"))'
        sheet.write_formula(row, 4, status, state, line.state)
    last = FIRST + len(found) - 1
    total = sum(line.blank_now for line in found)
    sheet.write_string(2, 0, "空白合计", formats("big", font_size=12))
    sheet.write_formula(2, 1, f"=SUM(D{FIRST + 1}:D{last + 1})", formats("big", font_size=12), total)
    wanting = formats("number", bg_color=SEVERITY_COLOURS[Severity.ERROR], bold=True)
    rule = {"type": "formula", "criteria": f"=$D{FIRST + 1}>0", "format": wanting}
    sheet.conditional_format(FIRST, 3, last, 4, rule)
    sheet.freeze_panes(FIRST, 0)
    protect(sheet)
    print_setup(sheet, HEADER)
    sheet.print_area(0, 0, last, len(HEADERS) - 1)


def check_lines(due: Collection[Stage], answers: Mapping[str, str], tables: Mapping[str, Rows]) -> Iterator[Line]:
    """The lines of the self-check: one for each sheet and field required in a stage that is ``due``."""
    for sheet in SHEETS:
        for field in sheet.fields:
            if field.required not in due:
                continue
            if sheet is ORGANISATION:
                cell = f"'{sheet.name}'!$B${FORM_ROWS[field.key] + 1}"
                blank = not answers.get(field.key, "").strip()
                yield Line(sheet.name, field.header, "", f'=IF(TRIM({cell})="",1,0)', 1, int(blank))
            else:
                rows = tables[sheet.key]
                formulas = _formulas(sheet, field.key, last_row(sheet, rows) + 1)
                yield Line(sheet.name, field.header, *formulas, *_counts(sheet, field.key, rows))


@cache
def _formulas(sheet: Sheet, asked: str, last: int) -> tuple[str, str]:
    """How many rows down to ``last`` should fill in the field ``asked``, and how many do not."""
    columns = {each.key: xl_col_to_name(column) for column, each in enumerate(sheet.fields)}
    cells = {key: f"'{sheet.name}'!${letter}${START + 1}:${letter}${last}" for key, letter in columns.items()}
    main = main_field(sheet)
    has = f"LEN(TRIM({cells[main]}))"
    if asked == main:
        content = "+".join(f"LEN({cells[key]})" for key in _content(sheet))
        return f"=SUMPRODUCT((({has}+{content})>0)*1)", f"=SUMPRODUCT(({has}=0)*(({content})>0))"
    counted = f"({has}>0)"
    for key, values in excuses_of(sheet, asked).items():
        counted += "".join(f'*({cells[key]}<>"{value}")' for value in values)
    return f"=SUMPRODUCT({counted}*1)", f"=SUMPRODUCT({counted}*(LEN(TRIM({cells[asked]}))=0))"


def _counts(sheet: Sheet, asked: str, rows: Rows) -> tuple[int, int]:
    """What the formulas give for ``rows``."""
    main = main_field(sheet)
    used = [bool(text.strip()) for text in rows.column(main)]
    if asked == main:
        stray = [any(texts) for texts in zip(*map(rows.column, _content(sheet)), strict=True)]
        blank = sum(more and not named for named, more in zip(used, stray, strict=True))
        return sum(used) + blank, blank
    for key, values in excuses_of(sheet, asked).items():
        used = [was and text not in values for was, text in zip(used, rows.column(key), strict=True)]
    return sum(used), sum(was and not text.strip() for was, text in zip(used, rows.column(asked), strict=True))


def _content(sheet: Sheet) -> list[str]:
    """The fields besides the main one that put a row in use; a number alone was given in advance."""
    return [each.key for each in sheet.fields if each.key not in (main_field(sheet), sheet.number)]
