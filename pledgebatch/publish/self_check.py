"""自查: what is still blank, counted by the workbook itself, offline."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass

from xlsxwriter.utility import xl_col_to_name
from xlsxwriter.worksheet import Worksheet

from pledgebatch.notice.periods import Period, Stage
from pledgebatch.publish.form import FORM_ROWS
from pledgebatch.publish.formats import PREFILLED_COLOUR, Formats
from pledgebatch.publish.marks import main_field
from pledgebatch.publish.page import print_setup, protect
from pledgebatch.publish.table import START, Rows, last_row
from pledgebatch.rules.tables import GONE
from pledgebatch.schema.fields import Field, Sheet
from pledgebatch.schema.sheets import ITEMS, MEMBERS, ORGANISATION, SELF_CHECK_NAME, SHEETS

HEADERS = ("工作表", "栏目", "应填", "空白数", "状态")
WIDTHS = (16, 30, 10, 10, 12)
HEADER, FIRST = 3, 4
NOTHING, COMPLETE, WANTING = "无内容", "齐全", "待填"


@dataclass(frozen=True)
class Line:
    """One line of the self-check: how many cells should be filled in and are blank, as formulas and as of now."""

    sheet: str
    header: str
    asked: str
    blank: str
    asked_now: int
    blank_now: int


def excused(sheet: Sheet, field: Field) -> tuple[str, tuple[str, ...]] | None:
    """The field and its answers that excuse a row from filling in ``field``, as the office's rules have it.

    Members who left keep only number and name; an oral pledge needs no signature; a returned item is not made public.
    """
    if sheet is MEMBERS and field.key in ("signed", "signed_date"):
        return "pledge_form", ("口头",)
    if sheet is ITEMS and field.key in ("publicity", "publicity_date", "plan"):
        return "conclusion", ("退回完善",)
    return None


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
    header, label, number = formats("header", bg_color=PREFILLED_COLOUR), formats("label"), formats("number")
    sheet.set_row(HEADER, 22)
    for column, text in enumerate(HEADERS):
        sheet.write_string(HEADER, column, text, header)
    found = list(check_lines(due, answers, tables))
    for row, line in enumerate(found, FIRST):
        sheet.write_string(row, 0, line.sheet, label)
        sheet.write_string(row, 1, line.header, label)
        sheet.write_formula(row, 2, line.asked, number, line.asked_now)
        sheet.write_formula(row, 3, line.blank, number, line.blank_now)
        told = WANTING if line.blank_now else COMPLETE if line.asked_now else NOTHING
        status = f'=IF(D{row + 1}>0,"{WANTING}",IF(C{row + 1}>0,"{COMPLETE}","{NOTHING}"))'
        sheet.write_formula(row, 4, status, label, told)
    last = FIRST + len(found) - 1
    total = sum(line.blank_now for line in found)
    sheet.write_string(2, 0, "空白合计", formats("big", font_size=12))
    sheet.write_formula(2, 1, f"=SUM(D{FIRST + 1}:D{last + 1})", formats("big", font_size=12), total)
    wanting = formats("number", bg_color="#F8CBCB", bold=True)
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
                yield Line(sheet.name, field.header, "=1", f'=IF(TRIM({cell})="",1,0)', 1, int(blank))
            else:
                yield _line(sheet, field, tables[sheet.key])


def _line(sheet: Sheet, field: Field, rows: Rows) -> Line:
    columns = {each.key: column for column, each in enumerate(sheet.fields)}
    last = last_row(sheet, rows) + 1

    def cells(key: str) -> str:
        letter = xl_col_to_name(columns[key])
        return f"'{sheet.name}'!${letter}${START + 1}:${letter}${last}"

    main = main_field(sheet)
    if field.key == main:
        # A row with content but without its main field is set aside by the office; a number alone is no content.
        others = [each.key for each in sheet.fields if each.key not in (main, sheet.number)]
        content = "+".join(f"LEN({cells(key)})" for key in others)
        used = [bool(text.strip()) for text in rows.column(main)]
        stray = [any(texts) for texts in zip(*map(rows.column, others), strict=True)]
        blank = f"=SUMPRODUCT((LEN(TRIM({cells(main)}))=0)*(({content})>0))"
        asked = f"=SUMPRODUCT((LEN(TRIM({cells(main)}))>0)+0)+D{{row}}"
        blanks = sum(more and not has for has, more in zip(used, stray, strict=True))
        return Line(sheet.name, field.header, asked, blank, sum(used) + blanks, blanks)
    excuses = [excuse for excuse in (excused(sheet, field), _left(sheet, field)) if excuse]
    counted = f"(LEN(TRIM({cells(main)}))>0)" + "".join(
        f'*({cells(key)}<>"{value}")' for key, values in excuses for value in values
    )
    asked_rows = [
        bool(text.strip()) and not any(rows.column(key)[index].strip() in values for key, values in excuses)
        for index, text in enumerate(rows.column(main))
    ]
    blanks = sum(asked and not text.strip() for asked, text in zip(asked_rows, rows.column(field.key), strict=True))
    return Line(
        sheet.name,
        field.header,
        f"=SUMPRODUCT({counted}*1)",
        f"=SUMPRODUCT({counted}*(LEN(TRIM({cells(field.key)}))=0))",
        sum(asked_rows),
        blanks,
    )


def _left(sheet: Sheet, field: Field) -> tuple[str, tuple[str, ...]] | None:
    return ("change", GONE) if sheet is MEMBERS and field.key not in (sheet.number, main_field(sheet)) else None
