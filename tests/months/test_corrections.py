"""更正单: laid over what was received, while what was typed still stands there."""

import json

import pandas as pd
import pytest

from pledgebatch.intake.decisions import read_decisions
from pledgebatch.months.corrections import in_force, lay_over
from pledgebatch.notice.periods import Period
from pledgebatch.schema.columns import type_cells
from pledgebatch.schema.frames import CORRECTED, columns_of
from pledgebatch.schema.sheets import ITEMS, MEMBERS, ORGANISATION, RECORDS
from tests.decided import decide

MARCH = Period(2011, 3)
SUBMISSIONS = pd.DataFrame({"submission": [0, 1], "organisation": ["S1", "S2"], "state": ["accepted", "accepted"]})
TYPED = {
    MEMBERS: [
        {"member_no": "1", "name": "李明", "birth_month": "70.5"},
        {"member_no": "２", "name": "王芳", "birth_month": "1982-11", "post": "数学教师"},
        {"member_no": "", "name": "赵强"},
    ],
    ITEMS: [{"item_no": "z1", "text": "每月学习一次", "due": "2011-12-20"}],
    RECORDS: [{"date": "2011-03-02", "summary": "讨论"}, {"date": "2011-03-09", "summary": "讨论"}],
    ORGANISATION: [{"org_name": "云溪一小党支部", "phone": "123"}],
}


@pytest.fixture
def tables():
    return {sheet.key: typed(sheet, lines) for sheet, lines in TYPED.items()}


def typed(sheet, lines):
    columns = {"submission": [0] * len(lines), "organisation": "S1", "file": "a", "row": range(5, 5 + len(lines))}
    for field in sheet.fields:
        values, raws = type_cells(field, [line.get(field.key, "") for line in lines], 2011)
        columns |= {field.key: values, field.key + "_raw": raws}
    return pd.DataFrame(columns).astype(columns_of(sheet))


def apply(place, tables, *lines, period=MARCH):
    decide(place, "更正单", *lines)
    book = read_decisions(place / "decisions.xlsx", ("S1", "S2"))
    assert book.remarks.empty, book.remarks["message"].tolist()
    return lay_over(tables, SUBMISSIONS, in_force(book.corrections, period), period)


MAY = {"栏目": "出生年月", "编号": "1", "原来填的": "70.5"}


@pytest.mark.parametrize(
    ("said", "sheet", "at", "key", "value", "raw"),
    [
        ({}, "members", 1, "post", "语文教师", "语文教师"),
        (MAY | {"改为": "1971年6月"}, "members", 0, "birth_month", 1971 * 12 + 5, "1971年6月"),
        (MAY | {"原来填的": "1970-05", "改为": "1971-06"}, "members", 0, "birth_month", 1971 * 12 + 5, "1971-06"),
        (MAY | {"编号": "2", "原来填的": "1982-11-01", "改为": "1982-12-01"}, "members", 1, "birth_month", 1982 * 12 + 11, "1982-12-01"),
        (MAY | {"编号": "2", "原来填的": "1982年11月", "改为": "1982-12"}, "members", 1, "birth_month", 1982 * 12 + 11, "1982-12"),
        ({"编号": "", "栏目": "序号", "原来填的": "", "改为": "3"}, "members", 2, "member_no", 3, "3"),
        ({"改为": "（空）"}, "members", 1, "post", None, ""),
        ({"栏目": "文化程度", "原来填的": "（空）", "改为": "大专"}, "members", 1, "education", "大学专科", "大专"),
        ({"工作表": "承诺事项", "编号": "Z1", "栏目": "完成时限", "原来填的": "2011-12-20", "改为": "2011-11-30"},
         "items", 0, "due", pd.Timestamp("2011-11-30"), "2011-11-30"),
        ({"工作表": "组织承诺", "编号": "", "栏目": "联系电话", "原来填的": "123", "改为": "0519-85501234"},
         "organisations", 0, "phone", "0519-85501234", "0519-85501234"),
        ({"工作表": "工作记录", "编号": "", "栏目": "日期", "原来填的": "2011-03-09", "改为": "2011-03-10"},
         "records", 1, "date", pd.Timestamp("2011-03-10"), "2011-03-10"),
    ],
)  # fmt: skip
def test_a_cell_is_typed_anew_as_it_is_corrected(tmp_path, tables, said, sheet, at, key, value, raw):
    laid, unapplied = apply(tmp_path, tables, said)
    assert unapplied.empty
    row, before = laid[sheet].loc[at], tables[sheet].loc[at]
    assert row[key + "_raw"] == raw
    assert row[key] == value or (value is None and pd.isna(row[key]))
    assert json.loads(row[CORRECTED]) == {key: [before[key + "_raw"], "电话核实"]}
    assert laid[sheet].dtypes.drop(CORRECTED).equals(tables[sheet].dtypes)


def test_all_else_is_as_it_was(tmp_path, tables):
    laid, _ = apply(tmp_path, tables)
    for key, rows in tables.items():
        same = laid[key].drop(columns=CORRECTED)
        assert same.drop(columns=["post", "post_raw"], errors="ignore").equals(
            rows.drop(columns=["post", "post_raw"], errors="ignore")
        )
    assert tables["members"].loc[1, "post"] == "数学教师"


@pytest.mark.parametrize(
    ("said", "why"),
    [
        ({"原来填的": "体育教师"}, "《党员承诺》的“职务或职业”不再是“原来填的”，现在是“数学教师”，没有套用"),
        ({"编号": "9"}, "《党员承诺》中没有编号为“9”的一行"),
        ({"栏目": "序号", "原来填的": "２", "改为": "1"}, "《党员承诺》中已经有编号为“1”的一行"),
        ({"工作表": "工作记录", "编号": "", "栏目": "内容摘要", "原来填的": "讨论", "改为": "商议"}, "有 2 行的“内容摘要”都是这样填的"),
        ({"栏目": "民族", "原来填的": "汉族", "改为": "回族"}, "不再是“原来填的”，现在是（空）"),
        ({"工作表": "遗留问题", "编号": "1", "栏目": "问题内容", "改为": "甲"}, ""),
    ],
)  # fmt: skip
def test_a_line_of_which_the_cell_says_something_else_is_told_and_not_applied(tmp_path, tables, said, why):
    laid, unapplied = apply(tmp_path, tables, said)
    assert all(rows[CORRECTED].isna().all() for rows in laid.values())
    assert [why in message for message in unapplied["message"]] == [True] * bool(why)


def test_a_line_that_the_branch_took_up_is_quiet(tmp_path, tables):
    laid, unapplied = apply(tmp_path, tables, {"原来填的": "体育教师", "改为": "数学教师"})
    assert unapplied.empty
    assert laid["members"][CORRECTED].isna().all()


def test_a_line_begins_with_its_month_and_the_later_of_two_holds(tmp_path, tables):
    lines = {"月份起": "2011-03"}, {"月份起": "2011-05", "改为": "英语教师"}
    decide(tmp_path, "更正单", *lines)
    book = read_decisions(tmp_path / "decisions.xlsx", ("S1",))
    for month, post in ((2, "数学教师"), (3, "语文教师"), (4, "语文教师"), (5, "英语教师"), (12, "英语教师")):
        period = Period(2011, month)
        laid, _ = lay_over(tables, SUBMISSIONS, in_force(book.corrections, period), period)
        assert laid["members"].loc[1, "post"] == post


def test_of_who_did_not_report_nothing_is_told(tmp_path, tables):
    missing = {"组织编码": "S2"}
    decide(tmp_path, "更正单", missing)
    book = read_decisions(tmp_path / "decisions.xlsx", ("S1", "S2"))
    some = SUBMISSIONS.assign(state=["accepted", "superseded"])
    _, unapplied = lay_over(tables, some, in_force(book.corrections, MARCH), MARCH)
    assert unapplied.empty
