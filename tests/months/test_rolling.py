"""What rolls forward into the next workbook and, for a nil return, into the ledger."""

import shutil

import pandas as pd
import pytest
from openpyxl import load_workbook

import pledgebatch
from pledgebatch.months.archive import consolidated_months
from pledgebatch.workbooks.guide import SETTLED
from tests import books, quick_months

NOTHING = {"members": [], "items": [], "opinions": [], "records": []}
NEXT_MEMBER = books.MEMBERS[1] | {"member_no": "4", "name": "孙立", "birth_month": "1980-01", "change": "转出"}
PROBLEMS = [
    {"legacy_no": "L1", "problem": "积水", "solved": "未解决"},
    {"legacy_no": "L2", "problem": "停车", "solved": "已解决"},
]
ORDER = {
    "pledger": "组织", "assessor": "群众", "date": "2010-12-20", "attendance": "20", "satisfied": "10", "fairly_satisfied": "2",
    "basically_satisfied": "2", "dissatisfied": "6", "rectify": "是", "rectify_by": "2011-02-28",
}  # fmt: skip


@pytest.fixture
def place(tmp_path):
    """The first school is the only one that reports."""
    return books.workspace(tmp_path / "w", books.REGISTRY[books.REGISTRY["unit_code"] != "S2"])


def report(place, period="2011-03", head=None, asked=(), **rows):
    books.write(
        place / "inbox" / period / "一小.xlsx",
        {"period": period, "year": period[:4]} | (head or {}),
        period=period,
        **rows,
    )
    return quick_months.consolidate(place, period, *asked)


def send_out(place, period):
    made = pledgebatch.make_templates(place, period, workers=0)
    return place / "input_templates" / period / made.loc[made["organisation"] == "S1", "file"].iloc[0]


def send_back(place, period, template):
    target = place / "inbox" / period
    target.mkdir(parents=True, exist_ok=True)
    shutil.copy(template, target / template.name)
    return quick_months.consolidate(place, period)


def cells(path, sheet):
    return [
        [cell or "" for cell in row]
        for row in load_workbook(path)[sheet].iter_rows(min_row=3, values_only=True)
        if any(row)
    ]


def test_template_to_fill_to_read_to_template_again_loses_nothing(place):
    items = books.changed(books.ITEMS, 2, due="说不准", measures="=1+1")
    report(
        place,
        items=items,
        legacy=PROBLEMS,
        records=[{"date": "3月2日", "activity": "讨论会议", "summary": "讨论", "attendance": "9人"}],
    )
    april = send_out(place, "2011-04")
    assert send_back(place, "2011-04", april).movements.empty
    may = send_out(place, "2011-05")
    for sheet in ("党员承诺", "承诺事项", "征求意见", "遗留问题", "工作记录"):
        assert cells(may, sheet) == cells(april, sheet)
        assert len(cells(april, sheet)) > 1
    form = {row[0]: row[1] for row in load_workbook(may)["组织承诺"].iter_rows(values_only=True)}
    assert (form["填报月份"], form["联系电话"], form["本月无变化"]) == ("2011-05", books.HEAD["phone"], None)


def test_what_was_passed_is_locked_and_what_changes_is_open(place):
    report(place, items=books.changed(books.ITEMS, 1, conclusion="退回完善", advice="写明数量", redo_by="2011-04-10"))
    book = load_workbook(send_out(place, "2011-04"))
    sheet = book["承诺事项"]
    headers = {cell.value: cell.column for cell in sheet[3]}
    locked = {
        header: [sheet.cell(row, headers[header]).protection.locked for row in (4, 5)]
        for header in ("事项编号", "承诺事项", "完成时限", "进展状态", "具体措施")
    }
    assert locked["事项编号"] == locked["承诺事项"] == locked["完成时限"] == [True, False]
    assert locked["进展状态"] == locked["具体措施"] == [False, False]
    assert sheet.protection.sheet
    assert SETTLED in {cell.value for row in book["填表说明"].iter_rows() for cell in row}


def test_a_month_missed_loses_nothing(tmp_path):
    place = books.workspace(tmp_path / "w")
    report(place)
    books.write(
        place / "inbox" / "2011-04" / "二小.xlsx",
        {"unit_code": "S2", "org_name": "云溪二小党支部", "period": "2011-04"}, period="2011-04",
    )  # fmt: skip
    month = quick_months.consolidate(place, "2011-04")
    assert month.coverage.set_index("organisation").loc["S1", "state"] == "missing"
    assert len(cells(send_out(place, "2011-05"), "承诺事项")) == 1 + len(books.ITEMS)
    moved = report(place, "2011-05", items=books.ITEMS[1:]).movements
    assert moved[["since", "number", "kind"]].values.tolist() == [["2011-03", "Z1", "gone"]]


def test_a_new_year_begins_with_the_roster_and_what_is_still_open(place):
    report(place, "2010-12", members=[*books.MEMBERS, NEXT_MEMBER], legacy=PROBLEMS, assessments=[ORDER])
    january = send_out(place, "2011-01")
    headers, *rows = cells(january, "党员承诺")
    assert [row[headers.index("姓名")] for row in rows] == ["李明", "王芳", "赵强"]
    assert {row[headers.index(name)] for row in rows for name in ("本人签名", "签名日期", "承诺方式", "人员变动")} == {
        ""
    }
    assert len(cells(january, "承诺事项")) == len(cells(january, "征求意见")) == 1
    assert [row[1] for row in cells(january, "遗留问题")[1:]] == ["积水"]
    assert [row[5] for row in cells(january, "评议整改")[1:]] == ["20"]


def test_a_nil_return_carries_the_last_rows_into_the_ledger(place):
    report(place)
    month = report(place, "2011-04", {"nil_return": "是"}, **NOTHING)
    assert month.submissions["state"].tolist() == ["nil"]
    assert month.tables["items"]["item_no"].tolist() == [row["item_no"] for row in books.ITEMS]
    assert set(month.tables["items"]["file"]) == {"一小.xlsx"}
    assert month.coverage.set_index("organisation").loc["S1", ["members", "items"]].tolist() == [3, len(books.ITEMS)]
    assert month.movements.empty
    counted = month.reconciliation
    assert (counted["read"] == counted["ledger"] + counted["set_aside"] + counted["blank"]).all()
    assert "沿用" in month.submissions["reason"].iloc[0]
    assert report(place, "2011-05").movements.empty
    assert [str(each) for each in consolidated_months(place / "output")] == ["2011-03", "2011-04", "2011-05"]


def test_a_nil_return_with_rows_is_taken_at_its_rows(place):
    report(place)
    month = report(place, "2011-04", {"nil_return": "是"}, items=books.ITEMS[:4])
    assert len(month.tables["items"]) == 4
    assert (month.movements["kind"] == "gone").sum() == len(books.ITEMS) - 4


def test_a_nil_return_in_the_first_month_has_nothing_to_carry(place):
    month = report(place, "2011-03", {"nil_return": "是"}, **NOTHING)
    assert month.tables["items"].empty
    assert pd.isna(month.submissions["reason"].iloc[0])
