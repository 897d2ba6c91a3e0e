"""自查: which lines it has, what they say when written, and which cells are marked."""

import pytest

from pledgebatch.notice.periods import Period, stages_due
from pledgebatch.rules.book import BY_CODE, RULES
from pledgebatch.rules.machinery.rule import Offline
from pledgebatch.schema.sheets import MEMBERS, SELF_CHECK_NAME, TABLES
from pledgebatch.workbooks.checks import lines_due
from pledgebatch.workbooks.self_check import COUNT, FIRST, words_of
from pledgebatch.workbooks.table import START
from tests.workbooks.test_workbook import ANSWERS, MARCH, MEMBER, column_of, made, opened, rows, texts_of

PERIODS = [Period(2010, 10), MARCH, Period(2011, 12)]


def counts_in(data: bytes) -> dict[tuple[str, str], int]:
    """What the stored values say, by sheet and rule; severities together."""
    counts: dict[tuple[str, str], int] = {}
    for line in texts_of(data, SELF_CHECK_NAME)[FIRST:]:
        if line[0]:
            counts[line[0], line[3]] = counts.get((line[0], line[3]), 0) + int(line[COUNT])
    return counts


def test_it_counts_what_is_blank_or_not_a_choice_in_rows_in_use() -> None:
    four = rows(
        MEMBER,
        MEMBER | {"name": "王芳", "sex": "女士"},
        {"member_no": "3"},
        {"sex": "女", "change": "在册"},
        {"name": "以下空白"},
    )
    counts = counts_in(made(ANSWERS, rows=four))
    assert counts["党员承诺", "MEM02"] == 1
    assert counts["党员承诺", "MEM01"] == 1  # content without a name; one cell alone is no row
    assert counts["党员承诺", "MEM16"] == 1
    assert counts["承诺事项", "ITM01"] == 0
    assert counts["组织承诺", "ORG05"] == 0


@pytest.mark.parametrize("typed", ["男", " 男　", "男。", "男\n", "女"])
def test_what_the_office_understands_is_not_counted(typed: str) -> None:
    assert counts_in(made(rows=rows(MEMBER | {"sex": typed})))["党员承诺", "MEM02"] == 0


def test_members_who_left_are_left_alone() -> None:
    counts = counts_in(made(rows=rows(MEMBER, MEMBER | {"change": "去 世", "sex": "", "name": ""})))
    assert counts["党员承诺", "MEM02"] == 0
    assert counts["党员承诺", "MEM01"] == 1


def test_only_what_is_due_has_a_line() -> None:
    for period in PERIODS:
        codes = {line[3] for line in texts_of(made(period=period), SELF_CHECK_NAME)[FIRST:] if line[3]}
        due = stages_due(period)
        assert codes == {rule.code for rule in RULES if any(check.stages <= due for check in rule.checks)}


def test_a_line_says_where_only_a_part_is_counted() -> None:
    words = {line.rule.code: words_of(line)[2] for line in lines_due(stages_due(MARCH))}
    assert words["MEM02"] == BY_CODE["MEM02"].asks
    assert words["MEM03"].endswith("（只数空白，其余由上级核对）")
    assert words["MEM11"].endswith("（其余由上级核对）")


def test_a_rule_says_how_much_of_it_is_in_the_workbook() -> None:
    told_of = {code: BY_CODE[code].in_workbook for code in ("MEM02", "MEM11", "MEM03", "MEM12")}
    assert list(told_of.values()) == [Offline.WHOLE, Offline.PART, Offline.BLANKS, Offline.NOTHING]


def test_formulas_are_no_newer_than_excel_2010_and_within_its_limits() -> None:
    for period in PERIODS:
        book = opened(made(ANSWERS, period))
        formulas = [str(cell.value) for line in book[SELF_CHECK_NAME] for cell in line if cell.data_type == "f"]
        formulas += [name.value for name in book.defined_names.values()]
        for page in book:
            formulas += [
                formula for each in page.conditional_formatting for rule in each.rules for formula in rule.formula
            ]
        assert max(map(len, formulas)) < 8192
        assert all(len(part) <= 255 for formula in formulas for part in formula.split('"')[1::2])
        newer = ("UNICHAR", "TEXTJOIN", "CONCAT(", "XLOOKUP", "FILTER(", "UNIQUE(", "IFS(", "_xlfn", "LET(")
        assert not [formula for formula in formulas if any(name in formula for name in newer)]


def test_the_total_is_right_when_written() -> None:
    lines = texts_of(made(ANSWERS, rows=rows(MEMBER | {"sex": ""})), SELF_CHECK_NAME)
    counted = [line for line in lines[FIRST:] if line[0]]
    assert int(lines[2][1]) == sum(int(line[COUNT]) for line in counted)
    assert int(lines[2][1]) > 0


def test_cells_are_marked_over_all_the_room() -> None:
    page = opened(made(ANSWERS))[MEMBERS.name]
    marked = " ".join(str(each.sqref) for each in page.conditional_formatting)
    for key in ("sex", "name", "change"):
        assert f"{column_of(MEMBERS, key)}{START + 1}:{column_of(MEMBERS, key)}503" in marked
    assert all(opened(made())[sheet.name].conditional_formatting for sheet in TABLES)
