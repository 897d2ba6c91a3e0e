"""组织变动: every line that cannot hold is told at its cell, to the office alone; those that hold make the registry of the month."""

import openpyxl
import pandas as pd
import pytest

from pledgebatch.intake.registry import read_office_book
from pledgebatch.months.events import settle_events
from pledgebatch.notice.periods import Period
from pledgebatch.rules.office.events import hold_events, with_events
from pledgebatch.schema.frames import EVENT, empty
from tests import books

MAY, JULY = Period(2011, 5), Period(2011, 7)
REGISTRY = pd.DataFrame(
    [
        ("P0", "云溪区教育党委", "党委", "云溪区教育局", "局机关", "直属", "", "否"),
        ("P1", "云溪学区党委", "党委", "云溪学区", "局机关", "直属", "P0", "否"),
        *(
            (
                f"S{n}",
                f"云溪第{n}小学党支部",
                "党支部",
                f"云溪第{n}小学",
                "公办学校",
                "直属",
                "P1" if n > 3 else "P0",
                "是",
            )
            for n in range(1, 8)
        ),
    ],
    columns=list(books.REGISTRY),
)


def line(code, event, month="2011-05", to="", note=""):
    return {"unit_code": code, "event": event, "from_period": month, "to": to, "note": note}


def book(folder, *lines):
    path = folder / "registry.xlsx"
    books.write_registry(path, REGISTRY, None, pd.DataFrame(list(lines), dtype="str") if lines else None)
    return read_office_book(path)


def settle(folder, *lines):
    """The events of a workspace without a month, and the remarks."""
    read = book(folder, *lines)
    return settle_events(read.events, read.registry, folder / "output")


def in_force(registry, events, period):
    return with_events(registry, events, period).set_index("organisation")


RIGHT = [
    line("S1", "撤销"),
    line("S2", "并入", "2011年7月", "s3"),
    line("S4", "更名", "2011.6", "云溪实验小学党支部"),
    line("S5", "改隶", "2011-05", "P0"),
]


def test_lines_that_hold_take_effect_from_their_months(tmp_path):
    events, remarks = settle(tmp_path, *RIGHT)
    assert remarks.empty
    assert events[["organisation", "event", "from_period", "to", "was"]].fillna("").values.tolist() == [
        ["S1", "撤销", "2011-05", "", ""],
        ["S5", "改隶", "2011-05", "P0", "P1"],
        ["S4", "更名", "2011-06", "云溪实验小学党支部", "云溪第4小学党支部"],
        ["S2", "并入", "2011-07", "S3", ""],
    ]
    registry = read_office_book(tmp_path / "registry.xlsx").registry
    may, july = (in_force(registry, events, period) for period in (MAY, JULY))
    assert may.loc["S1", "reports"] == "否"
    assert may.loc["S5", "parent_code"] == "P0"
    assert (may.loc["S2", "reports"], july.loc["S2", "reports"]) == ("是", "否")
    assert (may.loc["S4", "org_name"], july.loc["S4", "org_name"]) == ("云溪第4小学党支部", "云溪实验小学党支部")


def test_what_was_below_one_that_ends_is_below_its_receiver_or_its_superior(tmp_path):
    read = book(tmp_path)
    for event, to, above in (("并入", "S1", "S1"), ("撤销", None, "P0")):
        events = pd.DataFrame([{"organisation": "P1", "event": event, "from_period": "2011-05", "to": to}])
        now = in_force(read.registry, events.reindex(columns=list(EVENT)).astype(EVENT), MAY)
        assert set(now.loc[["S4", "S5", "S6", "S7"], "parent_code"]) == {above}


def test_what_the_office_typed_since_has_the_last_word(tmp_path):
    events, _ = settle(tmp_path, *RIGHT)
    registry = read_office_book(tmp_path / "registry.xlsx").registry
    later = registry.assign(org_name=registry["org_name"].replace({"云溪第4小学党支部": "云溪四校党支部"}))
    assert in_force(later, events, JULY).loc["S4", "org_name"] == "云溪四校党支部"


MISTAKES = [
    ([line("S9", "撤销")], "A2", "不在单位名册中"),
    ([line("", "撤销")], "A2", "未填写"),
    ([line("S1", "取消")], "B2", "不能识别"),
    ([line("S1", "暂不撤销")], "B2", "不能识别"),
    ([line("S1", "撤销", "")], "C2", "未填写"),
    ([line("S1", "撤销", "13月")], "C2", "不能识别"),
    ([line("S1", "撤销", "5月")], "C2", "不能识别"),
    ([line("S1", "撤销", "1911-05")], "C2", "不会是这项变动的月份"),
    ([line("S1", "并入")], "D2", "接收组织的编码"),
    ([line("S1", "更名")], "D2", "新名称"),
    ([line("S1", "并入", to="S9")], "D2", "不在单位名册中"),
    ([line("S1", "并入", to="云溪第2小学党支部")], "D2", "像是“S2”"),
    ([line("S1", "并入", to="S1")], "D2", "本组织自己"),
    ([line("S1", "并入", to="P0")], "D2", "接不了党员和事项"),
    ([line("P1", "改隶", to="S4")], "D2", "绕成一圈"),
    ([line("S1", "并入", to="S2"), line("S2", "并入", to="S3")], "D2", "请直接填 S3"),
    ([line("S1", "并入", to="S2"), line("S2", "撤销", "2011-04")], "D2", "已撤销"),
    ([line("S1", "并入", to="S2"), line("S2", "并入", "2011-07", to="S1")], "D3", "已并入 S2"),
    ([line("S1", "并入", to="S2"), line("S1", "并入", "2011-06", to="S3")], "A3", "已并入 S2"),
    ([line("S1", "撤销"), line("S1", "更名", "2011-06", "新校党支部")], "A3", "已撤销"),
    ([line("S1", "改隶", to="P1"), line("S1", "改隶", to="P1")], "B3", "填了两行"),
    ([line("S1", "撤销", to="S2")], "D2", "请填“并入”"),
]


@pytest.mark.parametrize(("lines", "cell", "said"), MISTAKES, ids=[said for *_, said in MISTAKES])
def test_each_mistake_is_told_once_at_its_cell(tmp_path, lines, cell, said):
    events, remarks = settle(tmp_path, *lines)
    ((at, sheet, message),) = remarks[["cell", "sheet", "message"]].itertuples(index=False, name=None)
    assert (at, sheet) == (cell, "组织变动")
    assert said in message
    assert len(events) == len(lines) - ("不起作用" in message or "只按前一行" in message)


def test_mergers_in_a_circle_are_told_at_each_line_and_none_holds(tmp_path):
    events, remarks = settle(
        tmp_path, line("S1", "并入", to="S2"), line("S2", "并入", to="S3"), line("S3", "并入", to="S1")
    )
    assert events.empty
    assert remarks["message"].str.contains("绕成了一圈").all()
    assert "D2" in remarks["cell"].tolist()


def test_one_that_was_dissolved_may_be_taken_over_later(tmp_path):
    events, remarks = settle(tmp_path, line("S1", "撤销"), line("S1", "并入", "2011-08", "S2"))
    assert remarks.empty
    assert events["event"].tolist() == ["撤销", "并入"]


def test_nothing_new_begins_in_a_month_that_is_consolidated(tmp_path):
    read = book(tmp_path, line("S1", "撤销", "2011-04"), line("S2", "撤销", "2011-05"))
    held, found = hold_events(read.events, read.registry, empty(EVENT), Period(2011, 4))
    assert held["organisation"].tolist() == ["S2"]
    ((_, told),) = found
    assert told["field"] == "from_period"
    assert "2011-04 已经汇总" in told["message"]
    assert "2011-05" in told["message"]


def test_what_took_effect_holds_whatever_is_typed_later(tmp_path):
    read = book(tmp_path, line("S1", "更名", "2011-06", "新校党支部"), line("S3", "并入", "2011-07", "S2"))
    past = pd.DataFrame([{"organisation": "S2", "event": "撤销", "from_period": "2011-04"}])
    held, found = hold_events(
        read.events, read.registry, past.reindex(columns=list(EVENT)).astype(EVENT), Period(2011, 5)
    )
    assert held["organisation"].tolist() == ["S1"]
    assert "S2 自 2011-04 起已撤销" in found[0][1]["message"]


def test_a_registry_without_the_sheet_reads_as_before(tmp_path):
    path = tmp_path / "registry.xlsx"
    books.write_registry(path, REGISTRY)
    before = read_office_book(path)
    workbook = openpyxl.load_workbook(path)
    del workbook["组织变动"]
    workbook.save(path)
    read = read_office_book(path)
    assert read.events.empty
    assert read.remarks.empty
    pd.testing.assert_frame_equal(read.registry, before.registry)


def test_a_sheet_without_a_column_that_it_must_have_holds_nothing_and_says_so(tmp_path):
    path = tmp_path / "registry.xlsx"
    books.write_registry(path, REGISTRY, None, pd.DataFrame([line("S1", "撤销")]))
    workbook = openpyxl.load_workbook(path)
    workbook["组织变动"]["C1"] = "何时"
    workbook.save(path)
    read = read_office_book(path)
    assert read.events.empty
    assert any("缺少“自月份”栏，《组织变动》各行都不起作用" in message for message in read.remarks["message"])
