"""Which rows of a table are members and items, and which are none: by small tables put below a right one."""

import copy

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pledgebatch.intake.headers import match
from pledgebatch.intake.tables import Taken, table_cells
from pledgebatch.readers.read import read
from pledgebatch.schema.cells import as_typed
from pledgebatch.schema.sheets import BY_KEY, ITEMS, MEMBERS, TABLES
from tests.intake.files import right

SHEETS = read(right(), "right.xlsx").sheets
HEADER = 2
"""The row of the headers in the right workbook."""


def rows_of(sheet):
    return copy.deepcopy(SHEETS[sheet.name])


def padded(cells):
    width = max(map(len, cells))
    return [[*line, *[""] * (width - len(line))] for line in cells]


def taken(sheet, cells) -> Taken:
    cells = padded(cells)
    return table_cells(sheet, match(sheet, cells), cells)


def at(column, text):
    """A row with one text in a column, counted from 0."""
    return [""] * column + [text]


def after(*lines, sheet=MEMBERS):
    """What is set aside where these rows stand below the right ones, which all stay."""
    cells = rows_of(sheet)
    got = taken(sheet, [*cells, *lines])
    assert got.rows[: len(cells) - 3] == list(range(4, len(cells) + 1))
    return [(row - len(cells), why) for row, why, _ in got.skipped]


MARKS = ["以下空白", "（以下空白）", "—以下空白—", "以 下 空 白", "以下无正文", "此页无正文", "本页完", "完", "此表一式两份", "到此为止", "填表人签字：",
         "填表人：李明", "负责人（签章）", "党支部书记（签字）：          年   月   日", "单位（盖章）", "年 月 日", "2011年3月25日", "注：本表一式三份",
         "说明：临时党员未列入", "承诺人签名：", "责任人：李明", "二〇一一年三月", "二○一一年三月二十五日", "备注：另有三人", "※本表由支部保存", "第 1 页 共 2 页", "共2页", "- 2 -"]  # fmt: skip


@pytest.mark.parametrize("mark", MARKS)
@pytest.mark.parametrize("column", [0, 1, 5])
def test_end_marks_and_signatures_are_no_members(mark, column):
    assert after(at(column, mark)) == [(1, "结束语")]


@pytest.mark.parametrize("mark", MARKS[:9])
def test_an_end_mark_is_no_item_record_or_opinion(mark):
    for sheet in TABLES:
        for column in (0, len(SHEETS[sheet.name][HEADER]) - 1):
            assert after(at(column, mark), sheet=sheet) == [(1, "结束语")], (sheet.key, column)


def test_a_line_of_signatures_is_no_member_whoever_signs():
    line = ["填表人：", "李明", "", "审核人：", "王芳", "", "2011年3月25日"]
    assert after(line) == [(1, "结束语")]
    assert after(["填表人", "李明", "", "负责人", "王芳"]) == [(1, "结束语")]
    assert after(["注：", "1.本表一式两份"], at(1, "2.姓名用规范汉字")) == [(1, "结束语"), (2, "结束语")]


def test_an_end_mark_behind_a_number_given_in_advance_ends_the_table_all_the_same():
    assert after(["4", "以下空白"], ["5"], ["6"]) == [(1, "结束语")]


@pytest.mark.parametrize(
    "line",
    [
        ["", "完", "男", "1985-03"],
        ["4", "完"],
        ["4", "王止", "女"],
        ["", "张三", "男"],
        ["4", "合欢", "女", "1985-03"],
        ["4", "注册：", "男"],
    ],
)
def test_a_row_of_a_member_never_becomes_an_end_mark(line):
    assert after(line) == []


@pytest.mark.parametrize(
    "line", [["Z9", "", "", "", "", "注：完善注册登记"], ["", "组织", "", "", "", "说明：每月公布一次"]]
)
def test_an_item_that_begins_like_a_note_stays_an_item(line):
    assert after(line, sheet=ITEMS) == []


@pytest.mark.parametrize("text", ["另有3名流动党员未列入，见附页", "校长室", "—", "*", "说明", "共3人", "15名党员"])
def test_a_text_in_the_column_of_numbers_is_set_aside_with_its_words(text):
    assert after([text]) == [(1, "编号栏里是文字，不是编号")]
    got = taken(MEMBERS, [*rows_of(MEMBERS), [text]])
    assert got.skipped[0][2] == f"序号：{text}"


def test_a_note_in_the_column_of_item_numbers_is_told_from_a_number_given_in_advance():
    assert after(["D3甲"], ["A10"], ["备注1"], ["D1已并入D2，请删去一条"], sheet=ITEMS) == [
        (3, "编号栏里是文字，不是编号"), (4, "编号栏里是文字，不是编号")
    ]  # fmt: skip


@pytest.mark.parametrize(
    "line",
    [
        ["", "无"],
        ["1", "无"],
        ["1", "无遗留问题", "/", "/"],
        ["无", "无", "无", "无"],
        ["—", "——", "", "-"],
        ["", "暂无。", "", "无"],
    ],
)
def test_a_row_that_says_there_is_nothing_is_no_problem_and_no_opinion(line):
    assert after(line, sheet=BY_KEY["legacy"]) == [(1, "写明没有内容")]
    assert after(["/"] * 13, sheet=BY_KEY["assessments"]) == [(1, "写明没有内容")]


@pytest.mark.parametrize("number", ["?", "？？", "…", "待编", "①甲"])
def test_what_is_no_number_makes_no_row_of_what_tells_nothing(number):
    assert after([number, "", "", "", "没有", "*"], sheet=BY_KEY["opinions"]) == [(1, "写明没有内容")]
    assert after([number, "", "", "", "食堂太贵", "*"], sheet=BY_KEY["opinions"]) == []


@pytest.mark.parametrize(
    "line", [["1", "", "", "未解决"], ["1", "无障碍通道未建", "/", "/"], ["3", "无", "", "未解决"]]
)
def test_a_row_that_says_anything_stays(line):
    assert after(line, sheet=BY_KEY["legacy"]) == []
    assert after(["4", "", "", "", "", "无", "", "", "", "", "×"]) == []


@pytest.mark.parametrize("number", ["4", 4, 4.0, "4.", "（4）", "四", "第4号", "④"])
def test_a_plain_number_alone_was_given_in_advance(number):
    cells = rows_of(MEMBERS)
    got = taken(MEMBERS, [*cells, [number]])
    assert (got.skipped, got.blank, len(got.rows)) == ([], 1, 3)


def test_a_stray_text_elsewhere_is_no_member_but_kept():
    assert after(at(7, "待补")) == [(1, "只有一格文字，不成一行")]
    assert after(at(1, "15名流动党员另附")) == [(1, "只有一格文字，不成一行")]


def test_a_header_repeated_in_the_middle_is_set_aside_and_the_rows_below_it_stay():
    title, help_, header, *members = rows_of(MEMBERS)
    spelt = ["序 号", "姓　名", "性别（男/女）", "出生年月"]
    assert after(header, ["4", *members[0][1:]]) == [(1, "重复的表头")]
    assert after(spelt, ["4", *members[0][1:]]) == [(1, "重复的表头")]
    page = after(["以下空白"], [], title, help_, header, ["4", *members[0][1:]])
    assert page == [(1, "结束语"), (3, "标题行"), (4, "标题行"), (5, "重复的表头")]


@pytest.mark.parametrize(
    "title", ["党员承诺登记表", "云溪一小党支部党员公开承诺台账", "续表", "单位：云溪一小", "填报单位：云溪一小党支部"]
)
def test_a_title_pasted_into_the_middle_is_no_member(title):
    assert [why for _, why in after([title])][0] in ("标题行", "结束语")


def test_another_table_below_is_none_of_the_members():
    header, *rows = ["序号", "会议名称", "时间", "地点", "主持人"], ["1", "党员大会", "2011-3-5", "会议室", "李明"]
    other = [(line, "另一张表") for line in (2, 3, 4)]
    assert after([], ["二、会议情况"], header, *rows) == other
    unknown = ["", "姓名", "家庭住址", "爱好", "特长"], ["", "李明", "云溪路", "书法", "无"]
    assert after([], *unknown) == other[:2]
    assert after([], ["姓名", "序号", "民族", "性别"], ["王五", "9", "汉族", "男"]) == other[:2]
    cells = rows_of(MEMBERS)
    assert after([], header, *rows, cells[HEADER], ["4", *cells[3][1:]]) == [*other[:2], (4, "重复的表头")]


def test_a_table_beside_is_kept_as_columns_of_their_own():
    cells = padded([line + ["", *more] for line, more in zip(
        [*rows_of(MEMBERS), [""] * len(MEMBERS.fields)], ([], [], ["年度", "目标"], ["2011", "3"], ["2012", "4"], ["2013", "5"], ["2014", "6"]), strict=True
    )])  # fmt: skip
    placed = match(MEMBERS, cells)
    got = table_cells(MEMBERS, placed, cells)
    assert (got.rows, list(placed.extras.values())) == ([4, 5, 6], ["年度", "目标"])
    assert got.skipped == [(7, "只填了附加栏目", "年度：2014；目标：6")]


def test_rows_above_a_header_that_was_sorted_into_the_middle_are_read():
    title, help_, header, *members = rows_of(MEMBERS)
    got = taken(MEMBERS, [title, help_, *members[:2], header, members[2]])
    assert (got.rows, list(got.columns["name"])) == ([3, 4, 6], ["李明", "王芳", "赵强"])


def test_a_subtotal_in_the_middle_is_no_member():
    assert after(["小计", "3人"], ["4", "石敏", "女"]) == [(1, "合计行")]


SAYING = st.text("完止空白合计注：1、.（）年月日第页共签字章序号姓名男女党员支部a9 -*", min_size=1, max_size=8)
LINES = st.one_of(
    st.lists(st.one_of(st.just(""), SAYING), max_size=6),
    st.sampled_from([SHEETS["党员承诺"][row] for row in range(4)] + [at(0, mark) for mark in MARKS]),
)


@settings(max_examples=200, deadline=None)
@given(st.sampled_from([sheet.key for sheet in TABLES]), st.lists(LINES, max_size=6), st.integers(0, 3))
def test_every_row_below_the_header_is_read_set_aside_or_blank_and_nothing_typed_is_lost(key, lines, where):
    sheet = BY_KEY[key]
    cells = rows_of(sheet)
    cells = padded([*cells[: HEADER + 1], *cells[HEADER + 1 :][:where], *lines, *cells[HEADER + 1 :][where:]])
    placed = match(sheet, cells)
    got = table_cells(sheet, placed, cells)
    first = placed.header_row + 1
    below = [row for row in got.rows if row and row > first]
    assert len(below) + len(got.skipped) + got.blank == len(cells) - first
    kept = [text for column in got.columns.values() for text in map(as_typed, column)]
    kept += [as_typed(cells[row - 1][column]) for row in got.rows if row for column in placed.extras]
    told = "\n".join([*kept, *(words for _, _, words in got.skipped)])
    number = placed.columns.get(sheet.number or "", -1)
    for line in cells[first:]:
        for column, cell in enumerate(line):
            is_plain = column == number and not any(text.strip() for text in (*line[:column], *line[column + 1 :]))
            assert not cell.strip() or is_plain or cell in told, (line, cell)
