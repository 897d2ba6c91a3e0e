"""Every page as people open it: on a desk, on a telephone, on paper, by ear, and with the worst that anybody may type."""

import re
from urllib.parse import unquote, urlsplit

import pytest

from pledgebatch.notice.lists import CATEGORIES
from pledgebatch.publish.supervisor import render_supervisor
from pledgebatch.schema.states import State
from tests.browser import DESK, PHONE, barriers, opened, printed, too_wide
from tests.publish.conftest import HOSTILE, NAME, WORD
from tests.publish.months import Unit, finding, item, month_of

FORMS = ("存档承诺书", "公示承诺书")
PAGES = ("月报", "合规报告", "回执", "一页通", "年度档案", *FORMS)


@pytest.mark.parametrize("kind", PAGES)
@pytest.mark.parametrize("size", [DESK, PHONE], ids=["desk", "phone"])
def test_nothing_stands_out_of_a_page_and_everybody_can_read_it(browser, made, kind, size):
    with opened(browser, made.pages()[kind], size) as page:
        assert not too_wide(page)
        assert not barriers(page)


@pytest.mark.parametrize("kind", PAGES)
def test_what_was_typed_stays_text(browser, made, kind):
    with opened(browser, made.pages()[kind]) as page:
        assert page.locator("script:not(body > script, main > script)").count() == 0
        assert page.locator("img, iframe, object, link, [onerror], a[href^='javascript:']").count() == 0
        assert page.get_by_role("heading", name="公章", exact=True).count() == 0
        assert not re.search("[\u202a-\u202e\u2066-\u2069]", page.content())


@pytest.mark.parametrize("kind", ["合规报告", "存档承诺书"])
def test_what_was_typed_is_shown(browser, made, kind):
    with opened(browser, made.pages()[kind]) as page:
        shown = page.locator("main").inner_text()
        assert HOSTILE[0] in shown
        assert HOSTILE[1] in shown
        assert "反着写的字" in shown


@pytest.mark.parametrize("kind", ["月报", "合规报告", "回执", "一页通", "年度档案"])
def test_a_page_on_paper_holds_what_it_holds_on_the_screen(browser, made, kind):
    with opened(browser, made.pages()[kind]) as page:
        shown = page.evaluate("document.querySelector('main').innerText.includes('W'.repeat(40))")
        page.emulate_media(media="print")
        page.set_viewport_size({"width": 688, "height": 980})  # A4 within its margins
        assert not too_wide(page)
        assert page.locator("input:visible, select:visible, button.plain:visible").count() == 0
        found = "".join("".join(printed(page)).split())
        assert "依据常新社委〔2010〕20号核验" in found
        assert found.count("W") >= (40 if shown else 0)


@pytest.mark.parametrize("kind", ["一页通", "回执"])
def test_one_page_is_one_page(browser, made, kind):
    with opened(browser, made.pages()[kind]) as page:
        assert len(printed(page)) == 1


def test_one_page_is_one_page_for_a_superior_of_many_too(browser, tmp_path):
    name = "云溪区第 {} 中心小学联合党支部"
    late = [item(f"Z{n}", "每周为困难学生辅导两次" * 10, due="2011-03-01") for n in range(20)]
    state = [State.MISSING, State.UNREADABLE, State.RETURNED]
    units = [
        Unit(f"C{n:03d}", name.format(n), CATEGORIES[n % 5], state=state[n % 3], rows={"items": late})
        for n in range(240)
    ]
    who = [f"欧阳建国{n}" for n in range(30)]
    blanks = [finding("COV02", unit.code, "没有", value=each) for unit in units[2::3] for each in who]
    (tmp_path / "a.html").write_text(render_supervisor(month_of(units, blanks), "云溪区教育系统党委"), "utf-8")
    with opened(browser, tmp_path / "a.html") as page:
        shown = printed(page)
    assert len(shown) == 1
    text = "".join(shown[0].split())
    assert "等160个，全部见《催报名单》。" in text
    assert "等30人；" in text
    assert "另有76个党组织" in text


def test_every_link_leads_to_a_file(browser, made):
    with opened(browser, made.output / "index.html") as page:
        links = page.locator("a").evaluate_all("all => all.map(each => [each.textContent, each.href])")
    assert {label for label, _ in links} == {
        "汇总台账", "督办清单", "打印本", "打印", "催报名单（CSV）", "问题清单（CSV）", "重做对照", "一页通", "台账", "催报名单", "合规报告", "回执", "退回修改",
    }  # fmt: skip
    for _, link in links:
        parts = urlsplit(link)
        assert parts.scheme == "file"
        assert not parts.query
        assert not parts.fragment
        path = made.output / unquote(parts.path)
        assert path.is_file()
        assert path.is_relative_to(made.output)


def test_a_report_opens_from_the_board(browser, made):
    with opened(browser, made.output / "index.html") as page:
        row = page.locator("#board tbody tr", has_text=NAME)
        row.get_by_role("link", name="合规报告").click()
        assert page.get_by_role("heading", level=1).inner_text() == f"{NAME}　合规报告"


def test_a_long_word_is_broken_not_lost(browser, made):
    with opened(browser, made.pages()["公示承诺书"], PHONE) as page:
        assert WORD in "".join(page.locator("main").inner_text().split())
