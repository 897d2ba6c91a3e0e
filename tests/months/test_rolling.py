"""What rolls forward into the next workbook and, for a nil return, into the ledger."""

from types import SimpleNamespace

import pandas as pd
import pytest
from openpyxl import load_workbook

from pledgebatch.months.archive import consolidated_months
from pledgebatch.workbooks.guide import SETTLED
from tests import books, quick_months
from tests.months.schools import NOTHING, cells, of, send, send_back, send_out, state, workspace

DECEMBER, JANUARY, MARCH, APRIL, MAY = "2010-12", "2011-01", "2011-03", "2011-04", "2011-05"
NEXT_MEMBER = books.MEMBERS[1] | {"member_no": "4", "name": "孙立", "birth_month": "1980-01", "change": "转出"}
PROBLEMS = [
    {"legacy_no": "L1", "problem": "积水", "solved": "未解决"},
    {"legacy_no": "L2", "problem": "停车", "solved": "已解决"},
]
ORDER = {
    "pledger": "组织", "assessor": "群众", "date": "2010-12-20", "attendance": "20", "satisfied": "10", "fairly_satisfied": "2",
    "basically_satisfied": "2", "dissatisfied": "6", "rectify": "是", "rectify_by": "2011-02-28",
}  # fmt: skip
NIL = {"nil_return": "是"}
SAME, LOCKED, AWAY, EARLY, SILENT, BRIEF, FIRST = (f"S{number}" for number in range(1, 8))
"""Who sends back what was sent out; has rows that are passed; misses April; reported in December; returns nil in April;
returns nil with rows in April; returns nil in the first month."""


@pytest.fixture(scope="module")
def year(tmp_path_factory):
    """What was sent out and what the months came to, each school with its own story."""
    place = workspace(tmp_path_factory.mktemp("rolling") / "w", SAME, LOCKED, AWAY, EARLY, SILENT, BRIEF, FIRST)
    months, sent = {}, {}

    def consolidate(period):
        months[period] = quick_months.consolidate(place, period)

    send(place, DECEMBER, EARLY, members=[*books.MEMBERS, NEXT_MEMBER], legacy=PROBLEMS, assessments=[ORDER])
    consolidate(DECEMBER)
    sent[JANUARY] = send_out(place, JANUARY)

    said = [{"date": "3月2日", "activity": "讨论会议", "summary": "讨论", "attendance": "9人"}]
    items = books.changed(books.ITEMS, 2, due="说不准", measures="=1+1")
    send(place, MARCH, SAME, items=items, legacy=PROBLEMS, records=said)
    redone = books.changed(books.ITEMS, 1, conclusion="退回完善", advice="写明数量", redo_by="2011-04-10")
    send(place, MARCH, LOCKED, items=redone)
    for code in (AWAY, SILENT, BRIEF):
        send(place, MARCH, code)
    send(place, MARCH, FIRST, NIL, **NOTHING)
    consolidate(MARCH)
    sent[APRIL] = send_out(place, APRIL)

    send_back(place, APRIL, sent[APRIL][SAME])
    send(place, APRIL, SILENT, NIL, **NOTHING)
    send(place, APRIL, BRIEF, NIL, items=books.ITEMS[:4])
    consolidate(APRIL)
    sent[MAY] = send_out(place, MAY)

    send(place, MAY, AWAY, items=books.ITEMS[1:])
    send(place, MAY, SILENT)
    consolidate(MAY)
    return SimpleNamespace(place=place, months=months, sent=sent)


def test_template_to_fill_to_read_to_template_again_loses_nothing(year):
    april, may = (year.sent[period][SAME] for period in (APRIL, MAY))
    assert of(year.months[APRIL].movements, SAME).empty
    for sheet in ("党员承诺", "承诺事项", "征求意见", "遗留问题", "工作记录"):
        assert cells(may, sheet) == cells(april, sheet)
        assert len(cells(april, sheet)) > 1
    form = {row[0]: row[1] for row in load_workbook(may)["组织承诺"].iter_rows(values_only=True)}
    assert (form["填报月份"], form["联系电话"], form["本月无变化"]) == (MAY, books.HEAD["phone"], None)


def test_what_was_passed_is_locked_and_what_changes_is_open(year):
    book = load_workbook(year.sent[APRIL][LOCKED])
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


def test_a_month_missed_loses_nothing(year):
    assert state(year.months[APRIL], AWAY)["state"] == "missing"
    assert len(cells(year.sent[MAY][AWAY], "承诺事项")) == 1 + len(books.ITEMS)
    moved = of(year.months[MAY].movements, AWAY)
    assert moved[["since", "number", "kind"]].values.tolist() == [[MARCH, "Z1", "gone"]]


def test_a_new_year_begins_with_the_roster_and_what_is_still_open(year):
    january = year.sent[JANUARY][EARLY]
    headers, *rows = cells(january, "党员承诺")
    assert [row[headers.index("姓名")] for row in rows] == ["李明", "王芳", "赵强"]
    assert {row[headers.index(name)] for row in rows for name in ("本人签名", "签名日期", "承诺方式", "人员变动")} == {
        ""
    }
    assert len(cells(january, "承诺事项")) == len(cells(january, "征求意见")) == 1
    assert [row[1] for row in cells(january, "遗留问题")[1:]] == ["积水"]
    assert [row[5] for row in cells(january, "评议整改")[1:]] == ["20"]


def test_a_nil_return_carries_the_last_rows_into_the_ledger(year):
    month = year.months[APRIL]
    (submission,) = of(month.submissions, SILENT).to_dict("records")
    assert submission["state"] == "nil"
    assert "沿用" in submission["reason"]
    items = of(month.tables["items"], SILENT)
    assert items["item_no"].tolist() == [row["item_no"] for row in books.ITEMS]
    assert set(items["file"]) == {f"{SILENT}.xlsx"}
    assert state(month, SILENT)[["members", "items"]].tolist() == [3, len(books.ITEMS)]
    assert of(month.movements, SILENT).empty
    counted = month.reconciliation
    assert (counted["read"] == counted["ledger"] + counted["set_aside"] + counted["blank"]).all()
    assert of(year.months[MAY].movements, SILENT).empty
    assert [str(each) for each in consolidated_months(year.place / "output")] == [DECEMBER, MARCH, APRIL, MAY]


def test_a_nil_return_with_rows_is_taken_at_its_rows(year):
    month = year.months[APRIL]
    assert len(of(month.tables["items"], BRIEF)) == 4
    assert (of(month.movements, BRIEF)["kind"] == "gone").sum() == len(books.ITEMS) - 4


def test_a_nil_return_in_the_first_month_has_nothing_to_carry(year):
    month = year.months[MARCH]
    assert of(month.tables["items"], FIRST).empty
    assert pd.isna(of(month.submissions, FIRST)["reason"].iloc[0])
