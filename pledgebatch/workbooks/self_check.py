"""自查: breaches counted by the workbook itself, offline, and the cells marked, from the rules' own declaration."""

import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from functools import cache

from xlsxwriter.utility import xl_col_to_name
from xlsxwriter.worksheet import Worksheet

from pledgebatch.notice.periods import Period, Stage
from pledgebatch.rules.machinery.conditions import looks_elsewhere
from pledgebatch.rules.machinery.rule import Offline
from pledgebatch.schema.sheets import BY_KEY, SELF_CHECK_NAME, TABLES
from pledgebatch.schema.states import Severity
from pledgebatch.workbooks.checks import Line, checks_due, count_now, find_used_rows, lines_due, totals_of
from pledgebatch.workbooks.defined_names import defined_names, end_of_use, total
from pledgebatch.workbooks.form import FORM_ROWS
from pledgebatch.workbooks.formula_cells import column_of, total_of
from pledgebatch.workbooks.formulas import count, mark
from pledgebatch.workbooks.rows import Rows
from pledgebatch.workbooks.table import START
from pledgebatch.xlsx.formats import PREFILLED_COLOUR, SEVERITY_COLOURS, Formats, count_lines
from pledgebatch.xlsx.page_setup import print_setup, protect
from pledgebatch.xlsx.template import TemplateBook, TemplateSheet

HEADERS = ("工作表", "栏目", "检查什么", "规则", "处数")
WIDTHS = (12, 24, 54, 9, 12)
TOTAL, HEADER, FIRST = 2, 3, 4
COUNT = HEADERS.index("处数")
SHOWN = '0" 处";;"无误"'
"""How a count is shown: none is said in words."""
USED = len(HEADERS) + 1
"""The hidden column that says how far each table is filled."""
UNKNOWN = "报送后再核"
BLANKS_ONLY, PARTLY = "（只数空白，其余由上级核对）", "（其余由上级核对）"
LINE_HEIGHT = 15
MOST_FIELDS = 3
"""Fields that a line names."""


def lay_out_self_check(
    book: TemplateBook, formats: Formats, period: Period, due: frozenset[Stage], lasts: tuple[int, ...]
) -> None:
    """Lay out one line for each check, and mark what it counts where it stands.

    ``lasts`` are the last rows of the tables that it reaches.
    """
    sheet = book.get_worksheet_by_name(SELF_CHECK_NAME)
    _add_head(sheet, formats, period)
    label, number = formats("label"), formats("number", align="center", valign="vcenter", num_format=SHOWN)
    lines = lines_due(due)
    for row, line in enumerate(lines, FIRST):
        words = words_of(line)
        for column, text in enumerate(words):
            sheet.write_string(row, column, text, label)
        tall = max(map(count_lines, words, WIDTHS))
        if tall > 1:
            sheet.set_row(row, LINE_HEIGHT * tall + 3)
        sheet.write_formula(row, COUNT, formula_of(line), number)
    letter, cell_format = xl_col_to_name(COUNT), formats("big", font_size=12)
    sheet.write_string(TOTAL, 0, "合计处数", cell_format)
    sheet.write_formula(TOTAL, 1, f"=SUM({letter}{FIRST + 1}:{letter}{FIRST + len(lines)})", cell_format)
    _colour_counts(sheet, formats, lines)
    sheet.freeze_panes(FIRST, 0)
    protect(sheet)
    print_setup(sheet, HEADER)
    sheet.print_area(0, 0, FIRST + len(lines) - 1, len(HEADERS) - 1)
    _define_names(book, sheet, period, due, lasts)
    _mark_cells(book, formats, due, lasts)


def fill_self_check(
    sheet: TemplateSheet,
    period: Period,
    due: frozenset[Stage],
    answers: Mapping[str, str],
    tables: Mapping[str, Rows],
) -> None:
    """Give each formula the value that it comes to for the given texts."""
    used = find_used_rows(answers, tables, period.cutoff)
    counts = [count_now(line, used) for line in lines_due(due)]
    for row, found in enumerate(counts, FIRST):
        sheet.set_result(row, COUNT, found)
    sheet.set_result(TOTAL, 1, sum(counts))
    tables_used = [used[each.key] for each in TABLES]
    for row, number in enumerate(number for each in tables_used for number in (each.end, *each.totals.values())):
        sheet.set_result(row, USED, number)


def _add_head(sheet: Worksheet, formats: Formats, period: Period) -> None:
    for column, size in enumerate(WIDTHS):
        sheet.set_column(column, column, size)
    sheet.set_row(0, 32)
    sheet.write_string(0, 0, f"{SELF_CHECK_NAME}　{period.label}", formats("title"))
    words = "边填边算，能标的单元格在各表中标了颜色。有“处”的先改好再报送；都是“无误”，只说明表上能数的都对，其余由上级核对。"
    sheet.write_string(1, 0, words, formats("help", text_wrap=False))
    sheet.set_row(HEADER, 22)
    for column, text in enumerate(HEADERS):
        sheet.write_string(HEADER, column, text, formats("header", bg_color=PREFILLED_COLOUR))


def _colour_counts(sheet: Worksheet, formats: Formats, lines: Sequence[Line]) -> None:
    """Lines that count something take the colour of their severity."""
    letter = xl_col_to_name(COUNT)
    for severity in Severity:
        rows = [row for row, line in enumerate(lines, FIRST) if line.severity is severity]
        if rows:
            cells = " ".join(f"{letter}{row + 1}" for row in rows)
            cell_format = formats("number", bg_color=SEVERITY_COLOURS[severity], bold=True, num_format=SHOWN)
            criteria = f"=N(${letter}{rows[0] + 1})>0"
            rule = {"type": "formula", "criteria": criteria, "format": cell_format, "multi_range": cells}
            sheet.conditional_format(rows[0], COUNT, rows[0], COUNT, rule)


@cache
def words_of(line: Line) -> tuple[str, str, str, str]:
    """What a line says before its count: sheet, fields, what is asked, rule."""
    headers = [line.sheet[key].header for key in dict.fromkeys(check.at for check in line.checks) if key]
    fields = "、".join(headers[:MOST_FIELDS]) + (f"等 {len(headers)} 栏" if len(headers) > MOST_FIELDS else "")
    blanks = all(check.blanks for check in line.checks)
    whole = line.rule.in_workbook == Offline.WHOLE
    note = "" if whole else BLANKS_ONLY if blanks else PARTLY
    return line.sheet.name, fields, line.rule.asks + note, line.rule.code


@cache
def formula_of(line: Line) -> str:
    """The formula that counts what a line is about."""
    counts = [count(sheet, case.on, condition) for sheet, case, condition in line.terms]
    return f'=IFERROR({"+".join(counts)},"{UNKNOWN}")'


def _define_names(
    book: TemplateBook, sheet: TemplateSheet, period: Period, due: frozenset[Stage], lasts: tuple[int, ...]
) -> None:
    """Write how far each table is filled and with how many rows, and define the names that the formulas use."""
    ends, letter = [], xl_col_to_name(USED)
    row = 0
    for each, last in zip(TABLES, lasts, strict=True):
        sheet.write_formula(row, USED, end_of_use(each, last))
        ends.append(f"'{SELF_CHECK_NAME}'!${letter}${row + 1}")
        row += 1
        for table in totals_of(each):
            sheet.write_formula(row, USED, total(each, table))
            book.define_name(total_of(table), f"='{SELF_CHECK_NAME}'!${letter}${row + 1}")
            row += 1
    sheet.set_column(USED, USED, None, None, {"hidden": True})
    for name, formula in _names(period, due, lasts, tuple(ends)):
        book.define_name(name, formula)


@cache
def _names(
    period: Period, due: frozenset[Stage], lasts: tuple[int, ...], ends: tuple[str, ...]
) -> list[tuple[str, str]]:
    """The defined names that the formulas of a period use, and those that these use."""
    totals = [total(sheet, table) for sheet in TABLES for table in totals_of(sheet)]
    marks = [criteria for each in _marks(due, lasts).values() for *_, criteria in each]
    known = defined_names(lasts, ends, period.cutoff)
    used: set[str] = set()
    formulas = [*map(formula_of, lines_due(due)), *totals, *marks]
    while formulas:
        new = known.keys() & set(re.findall(r"\w+", " ".join(formulas))) - used
        used |= new
        formulas = [known[name] for name in new]
    return [(name, formula) for name, formula in known.items() if name in used]


def _mark_cells(book: TemplateBook, formats: Formats, due: frozenset[Stage], lasts: tuple[int, ...]) -> None:
    """Colour, as they are typed, the cells that the self-check counts."""
    for name, marks in _marks(due, lasts).items():
        sheet = book.get_worksheet_by_name(name)
        for first, cells, severity, criteria in marks:
            cell_format = formats("mark", bg_color=SEVERITY_COLOURS[severity])
            rule = {"type": "formula", "criteria": criteria, "format": cell_format, "multi_range": cells}
            sheet.conditional_format(first, rule)


@cache
def _marks(due: frozenset[Stage], lasts: tuple[int, ...]) -> Mapping[str, list[tuple[str, str, Severity, str]]]:
    """By sheet: first range, all ranges, severity and formula of each conditional format.

    Fields of which the same is asked share one, written for the first of them.
    """
    shared: dict[tuple[str, str, str, Severity], list[str]] = defaultdict(list)
    ends = dict(zip((each.key for each in TABLES), lasts, strict=True))
    formulas: dict[tuple[str, str, str, Severity], str] = {}
    for check in checks_due(due):
        sheet = BY_KEY[check.sheet]
        if check.at is None:
            continue
        if sheet.form:
            cell, cells = f"$B{FORM_ROWS[check.at] + 1}", f"B{FORM_ROWS[check.at] + 1}"
        else:
            letter = column_of(sheet, check.at)
            cell, cells = f"{letter}{START + 1}", f"{letter}{START + 1}:{letter}{ends[check.sheet] + 1}"
        for case, condition in check.terms:
            if looks_elsewhere(condition):
                continue
            formula = mark(sheet, case.on, check.at, condition)
            key = (sheet.name, formula.replace(f"({cell}", "(@"), case.on, check.severity)
            shared[key].append(cells)
            formulas.setdefault(key, formula)
    marks: dict[str, list[tuple[str, str, Severity, str]]] = defaultdict(list)
    for key, ranges in shared.items():
        marks[key[0]].append((ranges[0], " ".join(ranges), key[3], formulas[key]))
    return marks
