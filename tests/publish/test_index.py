"""The month on one page for the office."""

import re

import pandas as pd
import pytest

from pledgebatch.publish.delivery import render_delivery, replace_section
from pledgebatch.publish.figures import count_figures
from pledgebatch.publish.index import Superior, render_index
from pledgebatch.publish.render import count_by_clause, href
from pledgebatch.publish.supervisor import render_supervisor
from tests.publish.months import Unit, county, month_of
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
    figures = count_figures(whole)
    shown = figures_in(page)
    assert (shown["应报"], shown["已报"], shown["未报"]) == ("24", "20", "4")
    assert shown["承诺事项"] == str(figures.items)
    assert shown["错误"] == str(figures.severities["错误"])


def test_the_board_has_one_row_for_each_organisation_with_its_figures(whole, page):
    body = page[page.index('<table id="board">') :]
    rows = [words(row) for row in re.findall(r"<tr><td>.+?</tr>", body)]
    assert len(rows) == len(whole.coverage)
    found = whole.coverage.iloc[1]
    numbers = f"{found['members']} {found['items']} {found['error']} {found['warning']} {found['notice']}"
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
    shown = section(render_index(whole, {}, {}, [some]), "各上级党组织")
    live = whole.coverage[whole.coverage["organisation"].isin(["C001", "C002", "C015"])]
    assert f"学区总支 3 2 1 1 {live['error'].sum()} 一页通" in shown


def test_the_chart_of_reporting_adds_up(whole, page):
    assert (
        'aria-label="各类单位已报/应报：局机关 1/1，公办学校 13/14，公立医院卫生院 3/6，民办学校 2/2，民营医院 1/1"'
        in page
    )


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
    shown = section(page, "没有采用的文件")
    assert "新建小学_承诺台账_201105.xlsx X99 单位不明 组织编码不在单位名册中" in shown
    assert "报表/扫描件.pdf 无法读取 这是 PDF 文件，请报送 Excel 工作簿" in shown


def test_rows_are_reconciled(whole, page):
    total = whole.reconciliation[["read", "ledger", "set_aside", "blank"]].sum()
    shown = section(page, "行数核对")
    assert f"共读到 {total['read']} 行：入台账 {total['ledger']} 行，未入台账 {total['set_aside']} 行" in shown
    assert "三者之和与读到的行数一致" in shown


def test_the_chart_counts_findings_by_clause(whole, page):
    bars = count_by_clause(whole)
    assert sum(bar["count"] for bar in bars) == len(whole.findings)
    assert [bar["count"] for bar in bars] == sorted((bar["count"] for bar in bars), reverse=True)
    assert f'aria-label="问题最多的条款：{bars[0]["label"]} {bars[0]["count"]}，' in page


def test_a_page_asks_for_nothing_beside_itself(whole, page):
    for each in (page, render_supervisor(whole, "教育局党工委")):
        assert not OUTSIDE.search(each)


def test_what_is_shown_of_mail_is_escaped_and_takes_the_place_of_what_was_shown(page):
    messages = pd.DataFrame(
        {
            "kind": ["上报台账"],
            "label": ["没有发出"],
            "org_name": ["</section><script>"],
            "address": ["a@x.cn"],
            "reason": ["对方邮箱已满"],
        }
    )
    mails = pd.DataFrame(columns=["label", "path", "sender", "received", "subject"], dtype="str")
    once = replace_section(page, render_delivery(messages, mails))
    assert "上报台账没有发出 1 封" in once
    assert once.count("<script") == page.count("<script")
    assert replace_section(replace_section(once, "别的"), "") == page
