"""The month on one page, for the office and for a superior organisation."""

import re
from dataclasses import replace

import pandas as pd
import pytest

from pledgebatch.notice.periods import Period
from pledgebatch.publish.delivery import put_in, render_delivery
from pledgebatch.publish.figures import changes, figures, overdue
from pledgebatch.publish.index import Superior, render_index, render_supervisor
from pledgebatch.publish.month_slice import restrict
from pledgebatch.publish.render import by_clause, href
from pledgebatch.schema.frames import LIVE, State
from tests.publish.months import PERIOD, Unit, county, finding, item, member, month_of
from tests.publish.pages import OUTSIDE, section, words


@pytest.fixture(scope="module")
def whole():
    return county()


@pytest.fixture(scope="module")
def page(whole):
    links = {"C001": {"合规报告": "organisations/C001_%E7%AC%AC/%E5%90%88.html"}}
    return render_index(whole, links, {"汇总台账": "%E6%B1%87.xlsx"})


def figures_in(page):
    return dict(re.findall(r"<dt>(.+?)</dt><dd>(.+?)</dd>", page))


def test_the_key_figures_are_those_of_the_month(whole, page):
    said = figures(whole)
    shown = figures_in(page)
    assert (shown["应报"], shown["已报"], shown["未报"]) == ("24", "20", "4")
    assert shown["承诺事项"] == str(said.items)
    assert shown["错误"] == str(said.severities["错误"])


def test_the_board_has_one_row_for_each_organisation_with_its_figures(whole, page):
    body = page[page.index('<table id="board">') :]
    rows = [words(row) for row in re.findall(r"<tr><td>.+?</tr>", body)]
    assert len(rows) == len(whole.coverage)
    told = whole.coverage.iloc[1]
    numbers = f"{told['members']} {told['items']} {told['error']} {told['warning']} {told['notice']}"
    assert rows[1] == f"C002 第二小学党支部 教育局党工委 公办学校 退回修改 {numbers}"


def test_links_stand_where_they_were_given(page):
    assert '<a href="organisations/C001_%E7%AC%AC/%E5%90%88.html">合规报告</a>' in page
    assert '<a href="%E6%B1%87.xlsx">汇总台账</a>' in page


def test_links_and_names_are_escaped():
    name = '"><script>alert(1)</script>'
    month = month_of(
        [Unit("C001", name, category=name)], strays=[{"file": name, "state": "unreadable", "reason": name}]
    )
    page = render_index(month, {"C001": {name: name}}, {name: name})
    assert page.count("<script") == 2  # our own two
    assert 'href=""' not in page
    assert "&#34;&gt;&lt;script&gt;" in page


def test_each_superior_has_a_line_with_its_own_subtree_and_its_links(whole):
    some = Superior("学区总支", ["C001", "C002", "C015", "X99"], {"一页通": "a/b.html"})
    told = section(render_index(whole, {}, {}, [some]), "各上级党组织")
    live = whole.coverage[whole.coverage["organisation"].isin(["C001", "C002", "C015"])]
    assert f"学区总支 3 2 1 1 {live['error'].sum()} 一页通" in told


def test_the_chart_of_reporting_adds_up(whole, page):
    assert 'aria-label="各类单位已报/应报：局机关 1/1，公办学校 13/14，公立医院卫生院 3/6，民办学校 2/2，民营医院 1/1"' in page


def test_a_category_of_nobodys_list_is_shown_too():
    month = month_of([Unit("C001", "一", category="小学"), Unit("C002", "二"), Unit("C003", "三", category="小学")])
    assert "公办学校 1/1，小学 2/2" in render_index(month, {}, {})


@pytest.mark.parametrize(
    ("path", "link"),
    [("a/第一小学/合规报告.html", "a/第一小学/合规报告.html"), ("a#b?c%d e.html", "a%23b%3Fc%25d%20e.html"), ("javascript:x", "javascript%3Ax"), ('"><b>', "%22%3E%3Cb%3E")],
)  # fmt: skip
def test_a_path_becomes_a_link_to_nothing_else(path, link):
    assert href(path) == link


def test_marks_that_turn_text_round_are_left_out_of_pages():
    page = render_index(month_of([Unit("C001", "\u202e支部党学小\u2069")]), {}, {})
    assert '<th scope="row" class="name">支部党学小</th>' in page


def test_filters_offer_each_choice_with_its_count(page):
    assert '<option value="未报">未报（2）</option>' in page
    assert '<option value="公办学校">公办学校（14）</option>' in page
    assert '<option value="教育局党工委">教育局党工委（24）</option>' in page


def test_files_that_belong_to_nobody_are_listed_with_the_reason(page):
    told = section(page, "没有采用的文件")
    assert "新建小学_承诺台账_201105.xlsx X99 单位不明 组织编码不在单位名册中" in told
    assert "报表/扫描件.pdf 无法读取 这是 PDF 文件，请报送 Excel 工作簿" in told


def test_rows_are_reconciled(whole, page):
    total = whole.reconciliation[["read", "ledger", "set_aside", "blank"]].sum()
    told = section(page, "行数核对")
    assert f"共读到 {total['read']} 行：入台账 {total['ledger']} 行，未入台账 {total['set_aside']} 行" in told
    assert "三者之和与读到的行数一致" in told


def test_the_chart_counts_findings_by_clause(whole, page):
    bars = by_clause(whole)
    assert sum(bar["count"] for bar in bars) == len(whole.findings)
    assert [bar["count"] for bar in bars] == sorted((bar["count"] for bar in bars), reverse=True)
    assert f'aria-label="问题最多的条款：{bars[0]["label"]} {bars[0]["count"]}，' in page


def test_a_page_asks_for_nothing_beside_itself(whole, page):
    for each in (page, render_supervisor(whole, "教育局党工委")):
        assert not OUTSIDE.search(each)


def test_a_supervisor_sees_who_is_missing_and_why(whole):
    told = section(render_supervisor(whole, "教育局党工委"), "谁还没有报")
    assert "新北中学党支部（无法读取）、三井医院党支部、西夏墅卫生院党支部（月份不符）、春江卫生院党支部。" in told


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
    told = words(page)
    assert "进行中 1 件 与上月持平" in told
    assert "已完成 3 件 比上月 +3" in told
    assert "错误 0 个（比上月 -1）" in told


def test_a_last_month_that_is_not_the_month_before_is_named():
    month = replace(month_with(["已完成"]), before=month_with([], 3))
    assert changes(figures(month))["已完成"] == "比3月 +1"


def test_without_a_last_month_nothing_is_compared():
    month = month_with(["进行中"])
    assert changes(figures(month)) == {}
    assert "上月" not in render_supervisor(month, "教育局党工委")


def test_a_subtree_is_compared_with_its_own_last_month():
    month = replace(month_with(["进行中"]), before=month_with(["进行中", "已完成"], 4))
    assert changes(figures(month))["承诺事项"] == "比上月 -1"
    second = restrict(month, ["C002"])
    assert changes(figures(second))["承诺事项"] == "与上月持平"


def test_members_without_a_pledge_are_named():
    assert "1 人。第一小学党支部：刘晓东。" in section(render_supervisor(uncovered(), "上级"), "没有承诺的党员")


def test_no_blank_is_claimed_where_nobody_looked():
    none = month_of([Unit("C001", "第一小学党支部")])
    early = month_of([Unit("C001", "第一小学党支部")], period=Period(2011, 1))
    failed = month_of([Unit("C001", "第一小学党支部")], not_evaluated={"COV02": "核验时程序出错，未得出结论"})
    told = [section(render_supervisor(month, "上级"), "没有承诺的党员") for month in (none, early, failed)]
    assert "已报的党组织没有空白点。" in told[0]
    assert "本月还未到承诺期限，不作统计。" in told[1]
    assert "未能核验：核验时程序出错，未得出结论。" in told[2]


def test_overdue_items_are_those_past_their_day_and_still_open():
    rows = [
        item("Z1", "当天到期", due="2011-05-31"),
        item("Z2", "过了一天", due="2011-05-30"),
        item("Z3", "已经完成", due="2011-04-30", status="已完成"),
        item("Z4", "已经撤销", due="2011-04-30", status="撤销"),
        item("Z5", "状态不明", due="2011-03-31", status=""),
        item("Z6", "时限不明", due="等通知"),
    ]
    late = overdue(month_of([Unit("C001", "第一小学党支部", rows={"items": rows})]))
    assert list(zip(late["text"], late["days"], strict=True)) == [("状态不明", 61), ("过了一天", 1)]


def test_the_ten_longest_overdue_are_listed(whole):
    told = section(render_supervisor(whole, "教育局党工委"), "超过时限的事项")
    assert told.startswith(f"超过时限的事项（共 {len(overdue(whole))} 件，列前 10 件）")
    assert re.findall(r"进行中 (\d+)", told) == [str(days) for days in overdue(whole)["days"].head(10)]


def test_items_are_counted_by_category_and_part(whole):
    said = figures(whole)
    told = section(render_supervisor(whole, "教育局党工委"), "承诺事项分布")
    counts = said.parts.loc["公办学校"]
    assert f"公办学校 {counts['共性']} {counts['岗位']} {counts['创新']} {counts.sum()}" in told


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
    told = section(render_supervisor(month, "上级"), "重点关注")
    assert "遗留问题已解决 1/2 件" in told
    assert "领导党员没有书面承诺 1 处" in told
    assert "审定后擅自改动 未能核验（没有上月台账）" in told


def test_a_waived_finding_is_not_what_a_supervisor_counts():
    found = [finding("LDR01", "C001", "领导没有书面承诺", waiver="豁免至 2011-12-31：病假")]
    month = month_of([Unit("C001", "第一小学党支部")], found)
    assert "领导党员没有书面承诺 0 处" in section(render_supervisor(month, "上级"), "重点关注")


def test_what_is_shown_of_mail_is_escaped_and_takes_the_place_of_what_was_shown(page):
    messages = pd.DataFrame(
        {"kind": ["上报台账"], "label": ["没有发出"], "org_name": ["</section><script>"], "address": ["a@x.cn"], "reason": ["对方邮箱已满"]}
    )
    mails = pd.DataFrame(columns=["label", "path", "sender", "received", "subject"], dtype="str")
    once = put_in(page, render_delivery(messages, mails))
    assert "上报台账没有发出 1 封" in once
    assert once.count("<script") == page.count("<script")
    assert put_in(put_in(once, "别的"), "") == page
