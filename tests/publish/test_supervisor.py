"""The month on one page for a superior organisation."""

import re
from dataclasses import replace

import pytest

from pledgebatch.notice.periods import Period
from pledgebatch.publish.figures import changes, count_figures, find_overdue
from pledgebatch.publish.index import render_index
from pledgebatch.publish.month_slice import restrict
from pledgebatch.publish.supervisor import render_supervisor
from pledgebatch.schema.states import LIVE, State
from tests.publish.months import PERIOD, Unit, county, finding, item, member, month_of
from tests.publish.pages import section, words


@pytest.fixture(scope="module")
def whole():
    return county()


def figures_in(page):
    return dict(re.findall(r"<dt>(.+?)</dt><dd>(.+?)</dd>", page))


def test_a_supervisor_sees_who_is_missing_and_why(whole):
    shown = section(render_supervisor(whole, "教育局党工委"), "谁还没有报")
    assert "新北中学党支部（无法读取）、三井医院党支部、西夏墅卫生院党支部（月份不符）、春江卫生院党支部。" in shown


def test_a_supervisor_sees_the_figures_of_the_own_subtree(whole):
    some = restrict(whole, ["C001", "C002", "C015"])
    shown = figures_in(render_supervisor(some, "教育局党工委"))
    live = some.coverage[some.coverage["state"].isin(LIVE)]
    assert (shown["应报"], shown["已报"], shown["未报"]) == ("3", "2", "1")
    assert shown["在册党员"] == str(live["members"].sum())


def uncovered(**more):
    blank = finding("COV02", "C001", "“刘晓东”没有书面承诺事项", sheet="党员承诺", value="刘晓东")
    return month_of([Unit("C001", "第一小学党支部", rows={"members": [member(1, "刘晓东")]})], [blank], **more)


def month_with(statuses, number=PERIOD.month, **more):
    rows = {"items": [item(f"Z{n}", f"第{n}件", status=status) for n, status in enumerate(statuses)]}
    return month_of([Unit("C001", "一支部", rows=rows), Unit("C002", "二支部")], period=Period(2011, number), **more)


def test_a_figure_is_told_with_its_change_on_last_month():
    before = month_with(["未开始", "进行中", "延期"], 4, findings=[finding("COV01", "C001", "没有组织承诺")])
    month = replace(month_with(["进行中", "已完成", "已完成", "已完成"]), before=before)
    page = render_supervisor(month, "教育局党工委")
    assert figures_in(page)["承诺事项"] == "4<small>比上月 +1</small>"
    assert figures_in(page)["应报"] == "2<small>与上月持平</small>"
    shown = words(page)
    assert "进行中 1 件 与上月持平" in shown
    assert "已完成 3 件 比上月 +3" in shown
    assert "错误 0 个（比上月 -1）" in shown


def test_a_last_month_that_is_not_the_month_before_is_named():
    month = replace(month_with(["已完成"]), before=month_with([], 3))
    assert changes(count_figures(month))["已完成"] == "比3月 +1"


def test_without_a_last_month_nothing_is_compared():
    month = month_with(["进行中"])
    assert changes(count_figures(month)) == {}
    assert "上月" not in render_supervisor(month, "教育局党工委")


def test_a_subtree_is_compared_with_its_own_last_month():
    month = replace(month_with(["进行中"]), before=month_with(["进行中", "已完成"], 4))
    assert changes(count_figures(month))["承诺事项"] == "比上月 -1"
    second = restrict(month, ["C002"])
    assert changes(count_figures(second))["承诺事项"] == "与上月持平"


def test_members_without_a_pledge_are_named():
    assert "1 人。第一小学党支部：刘晓东。" in section(render_supervisor(uncovered(), "上级"), "没有承诺的党员")


def test_no_blank_is_claimed_where_nobody_looked():
    none = month_of([Unit("C001", "第一小学党支部")])
    early = month_of([Unit("C001", "第一小学党支部")], period=Period(2011, 1))
    failed = month_of([Unit("C001", "第一小学党支部")], not_evaluated={"COV02": "核验时程序出错，未得出结论"})
    shown = [section(render_supervisor(month, "上级"), "没有承诺的党员") for month in (none, early, failed)]
    assert "已报的党组织没有空白点。" in shown[0]
    assert "本月还未到承诺期限，不作统计。" in shown[1]
    assert "未能核验：核验时程序出错，未得出结论。" in shown[2]


def test_overdue_items_are_those_past_their_day_and_still_open():
    rows = [
        item("Z1", "当天到期", due="2011-05-31"),
        item("Z2", "过了一天", due="2011-05-30"),
        item("Z3", "已经完成", due="2011-04-30", status="已完成"),
        item("Z4", "已经撤销", due="2011-04-30", status="撤销"),
        item("Z5", "状态不明", due="2011-03-31", status=""),
        item("Z6", "时限不明", due="等通知"),
    ]
    late = find_overdue(month_of([Unit("C001", "第一小学党支部", rows={"items": rows})]))
    assert list(zip(late["text"], late["days"], strict=True)) == [("状态不明", 61), ("过了一天", 1)]


def test_the_ten_longest_overdue_are_listed(whole):
    shown = section(render_supervisor(whole, "教育局党工委"), "超过时限的事项")
    assert shown.startswith(f"超过时限的事项（共 {len(find_overdue(whole))} 件，列前 10 件）")
    assert re.findall(r"进行中 (\d+)", shown) == [str(days) for days in find_overdue(whole)["days"].head(10)]


def test_items_are_counted_by_category_and_part(whole):
    figures = count_figures(whole)
    shown = section(render_supervisor(whole, "教育局党工委"), "承诺事项分布")
    counts = figures.parts.loc["公办学校"]
    assert f"公办学校 {counts['共性']} {counts['岗位']} {counts['创新']} {counts.sum()}" in shown


def test_a_month_in_which_nothing_came_has_its_pages():
    month = month_of([Unit("C001", "第一小学党支部", state=State.MISSING)])
    assert figures_in(render_index(month, {}, {}))["已报"] == "0"
    assert "没有承诺事项。" in words(render_supervisor(month, "上级"))


def test_a_supervisor_sees_what_to_watch():
    heads = {
        "legacy": [
            {"legacy_no": "Y1", "problem": "旧操场积水", "solved": "已解决"},
            {"legacy_no": "Y2", "problem": "围墙", "solved": "未解决"},
        ]
    }
    found = [finding("LDR01", "C001", "领导没有书面承诺", sheet="党员承诺", row=4, cell="B4", value="王敏")]
    month = month_of([Unit("C001", "第一小学党支部", rows=heads)], found, not_evaluated={"TRK05": "没有上月台账"})
    shown = section(render_supervisor(month, "上级"), "重点关注")
    assert "遗留问题已解决 1/2 件" in shown
    assert "领导党员没有书面承诺 1 处" in shown
    assert "审定后擅自改动 未能核验（没有上月台账）" in shown


def test_a_waived_finding_is_not_what_a_supervisor_counts():
    found = [finding("LDR01", "C001", "领导没有书面承诺", waiver="豁免至 2011-12-31：病假")]
    month = month_of([Unit("C001", "第一小学党支部")], found)
    assert "领导党员没有书面承诺 0 处" in section(render_supervisor(month, "上级"), "重点关注")
