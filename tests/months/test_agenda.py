"""What is left to do: whom to remind and why, what is due, what must be mended, each with a person to ask."""

import pandas as pd
import pytest
from openpyxl import load_workbook

from pledgebatch.months.orders import given_orders, orders
from pledgebatch.notice.periods import Period
from pledgebatch.publish import agenda
from pledgebatch.publish.agenda_book import write_agenda
from pledgebatch.schema.states import State
from tests.months.ledgers import ledgers
from tests.publish.months import Unit, finding, item, member, month_of

FORM = {"organisations": [{"org_name": "某校党支部"}]}


def unit(code, state=State.ACCEPTED, **rows):
    return Unit(code, f"{code}校党支部", state=state, rows={**FORM, **rows})


@pytest.fixture(scope="module")
def month():
    """2011-05: one of each state."""
    units = [
        unit("A1", members=[member(1, "甲", award_nominee="是"), member(2, "乙", award_nominee="是")], items=[
            item("Z1", "四月底前挂牌", due="2011-04-30", responsible="甲"),
            item("Z2", "三月底前培训", due="2011-03-31", responsible="丙"),
            item("Z3", "六月走访", due="2011-06-20"),
            item("Z4", "年底总结", due="2011-12-20"),
            item("D1", "=1+1", due="2011-04-15", pledger="党员", member_no="1", name="甲"),
            item("D2", "完成的", due="2011-04-15", status="已完成", pledger="党员", member_no="2", name="乙"),
            item("Z5", "撤了的", due="2011-04-15", status="撤销"),
        ]),
        unit("A2", State.RETURNED),
        unit("A3", State.NIL),
        unit("A4", State.LATE),
        unit("A5", State.UNREADABLE),
        unit("A6", State.WRONG_PERIOD),
        unit("A7", State.MISSING),
    ]  # fmt: skip
    found = [finding("MEM02", "A2", "性别"), finding("COV02", "A1", "没有承诺", value="丁", cell="B9")]
    return month_of(units, found)


def test_reminders_name_why_and_whom_to_call(month):
    told = agenda.list_reminders(month)
    assert told[["organisation", "label"]].values.tolist() == [
        ["A5", "无法读取"], ["A6", "月份不符"], ["A7", "未报"], ["A2", "退回修改"],
    ]  # fmt: skip
    assert told["reason"].tolist()[2:] == ["没有收到任何文件", "有 1 处错误，改正后重新报送"]
    assert (told["contact"] != "").all()
    assert (told["phone"] == "0519-85501234").all()


def test_what_is_overdue_stands_oldest_first_with_its_person(month):
    told = agenda.list_overdue(month)
    assert told[["number", "person", "days"]].values.tolist() == [["Z2", "丙", 61], ["D1", "甲", 46], ["Z1", "甲", 31]]
    people = agenda.count_by_person(told).set_index("person")
    assert people["count"].to_dict() == {"丙": 1, "甲": 2}
    assert people["days"].to_dict() == {"丙": 61, "甲": 46}


def test_what_is_due_next_month(month):
    assert agenda.list_due_next_month(month)[["number", "days"]].values.tolist() == [["Z3", 20]]


def test_each_organisation_has_its_own_list(month):
    told = agenda.list_tasks(month)
    mine = {code: rows["task"].str.split("：").str[0].tolist() for code, rows in told.groupby("organisation")}
    mend = "改正错误后重新报送（见退回修改工作簿）"
    assert mine["A1"] == [mend, "超过时限的事项", "没有承诺的党员", "6月底前到期的事项", "半年小结"]
    assert mine["A2"] == [mend, "半年小结"]
    assert mine["A7"] == ["报送 2011年5月承诺工作簿", "半年小结"]
    assert told.loc[told["task"].str.startswith("半年"), "by"].eq(pd.Timestamp("2011-06-30")).all()


@pytest.mark.parametrize(
    ("period", "asked"),
    [
        (Period(2010, 11), ["每月填写各事项的进展状态", "半年小结", "年终"]),
        (Period(2011, 1), []),
        (Period(2011, 2), ["提出承诺", "审查并公开承诺"]),
        (Period(2011, 3), ["每月填写各事项的进展状态"]),
        (Period(2011, 11), ["半年小结", "年终"]),
    ],
    ids=str,
)
def test_the_stage_calendar_says_what_comes_next(period, asked):
    told = agenda.list_tasks(month_of([unit("A3", State.NIL)], period=period))["task"]
    assert [task.split("：")[0].split("，")[0] for task in told] == asked


def test_a_nominee_with_something_unfinished_is_barred(month):
    told = agenda.list_awards(month)
    assert told[["name", "barred", "items"]].fillna("").values.tolist() == [
        ["甲", "有未完成事项，不宜评选", "D1"], ["乙", "可以评选", ""],
    ]  # fmt: skip


VOTE = {"pledger": "组织", "assessor": "群众", "date": "2010-12-20", "rectify": "是", "rectify_by": "2011-01-31"}


def followed(*months):
    """The states of the orders month after month; each month its assessments."""
    known, told = None, []
    for number, rows in enumerate(months):
        known = orders(
            given_orders(ledgers(S1={"assessments": rows})), known, Period.of_ordinal(Period(2010, 12).ordinal + number)
        )
        told.append([(line.state, None if pd.isna(line.days) else line.days) for line in known.itertuples()])
    return told


def test_an_order_is_followed_even_where_the_workbook_no_longer_mentions_it():
    done = VOTE | {"rectified_on": "2011-03-02"}
    assert followed([VOTE], [], [], [done], []) == [
        [("整改中", None)], [("整改中", None)], [("逾期未整改", 28)], [("已整改", None)], [],
    ]  # fmt: skip


def test_an_item_sent_back_is_an_order_until_it_is_passed():
    back = {"item_no": "Z1", "text": "甲", "conclusion": "退回完善", "advice": "写明数量", "redo_by": "2011-04-10"}
    first = orders(given_orders(ledgers(S1={"items": [back]})), None, Period(2011, 4))
    assert first[["kind", "subject", "state", "days"]].values.tolist() == [
        ["审查退回", "事项 Z1　写明数量", "逾期未整改", 20]
    ]
    assert orders(given_orders(ledgers(S1={"items": [back | {"conclusion": "通过"}]})), first, Period(2011, 5)).empty


def test_the_workbook_has_every_list_and_nothing_typed_is_live(month, tmp_path):
    write_agenda(month, tmp_path, agenda.list_tasks(month))
    book = load_workbook(tmp_path / "督办清单_2011-05.xlsx")
    assert book.sheetnames == ["催报名单", "各组织待办", "逾期事项", "逾期责任人", "下月到期", "空白点", "整改跟踪"]
    assert [cell.data_type for row in book["逾期事项"].iter_rows() for cell in row if cell.value == "=1+1"] == ["s"]
    assert book["逾期事项"]["F2"].is_date
    text = (tmp_path / "催报名单.csv").read_text("utf-8-sig")
    assert "A7校党支部" in text
    assert "0519-85501234" in text
    assert "评选表彰" in load_workbook(_december(tmp_path)).sheetnames


def _december(folder):
    month = month_of([unit("A3", State.NIL)], period=Period(2010, 12))
    write_agenda(month, folder, agenda.list_tasks(month))
    return folder / "督办清单_2010-12.xlsx"
