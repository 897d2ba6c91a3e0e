"""The month's board as a clerk works with it: searched, filtered, sorted, remembered, by keyboard, and without scripts."""

import pandas as pd
import pytest

from pledgebatch.publish.delivery import render_delivery, replace_section
from pledgebatch.publish.index import MOST_SHOWN, render_index
from tests.browser import DESK, PHONE, barriers, opened, printed, too_wide
from tests.publish.conftest import HOSTILE, WORD
from tests.publish.months import Unit, county, month_of

SHOWN = "#board tbody tr:visible"


@pytest.fixture(scope="module")
def path(tmp_path_factory):
    """The board of two dozen organisations."""
    file = tmp_path_factory.mktemp("board") / "index.html"
    file.write_text(render_index(county(), {}, {}), "utf-8")
    return file


@pytest.fixture
def board(browser, path):
    with opened(browser, path) as page:
        yield page


def status(page):
    return page.get_by_role("status").inner_text()


def codes(page):
    return page.locator(f"{SHOWN} > td:first-child").all_inner_texts()


@pytest.mark.parametrize(
    ("word", "found"),
    [("中学", 5), ("C00", 9), ("c012", 1), ("  奔牛  ", 1), ("中学 实验", 1), ("没有这个", 0), ("", 24)],
)
def test_typing_narrows_the_board_to_names_and_codes_and_says_how_many(board, word, found):
    board.get_by_label("查找").fill(word)
    assert board.locator(SHOWN).count() == found
    assert status(board) == f"共 24 个，符合条件 {found} 个"


@pytest.mark.parametrize(
    ("label", "choice", "found"),
    [("状态", "退回修改（4）", 4), ("状态", "未报（2）", 2), ("单位类别", "公办学校（14）", 14), ("上一级党组织", "教育局党工委（24）", 24)],
)  # fmt: skip
def test_each_filter_narrows_the_board_to_as_many_as_it_promises(board, label, choice, found):
    board.get_by_label(label).select_option(label=choice)
    assert board.locator(SHOWN).count() == found
    assert status(board) == f"共 24 个，符合条件 {found} 个"


def test_filters_work_together_until_they_are_cleared(board):
    assert board.get_by_role("button", name="清除条件").count() == 0
    board.get_by_label("状态").select_option("退回修改")
    board.get_by_label("单位类别").select_option("民办学校")
    assert codes(board) == ["C022"]
    board.get_by_label("查找").fill("小学")
    assert codes(board) == []
    board.get_by_role("button", name="清除条件").click()
    assert status(board) == "共 24 个，符合条件 24 个"
    assert board.get_by_label("状态").input_value() == ""


def test_the_keyboard_is_enough(board):
    board.get_by_label("查找").focus()
    board.keyboard.type("小学")
    board.keyboard.press("Tab")
    board.keyboard.press("ArrowDown")
    board.keyboard.press("ArrowDown")
    assert codes(board) == ["C002", "C005"]
    for _ in range(4):  # two more filters, the button that clears, the first header
        board.keyboard.press("Tab")
    board.keyboard.press("Enter")
    board.keyboard.press("Enter")
    assert codes(board) == ["C005", "C002"]


def test_numbers_sort_from_the_most_and_words_from_the_first(board):
    board.get_by_role("button", name="错误").click()
    assert codes(board)[:5] == ["C002", "C005", "C012", "C022", "C011"]
    board.get_by_role("button", name="错误▼").click()
    assert codes(board)[-4:] == ["C002", "C005", "C012", "C022"]
    board.get_by_role("button", name="状态").click()
    states = board.locator(f"{SHOWN} > td:nth-child(5)").all_inner_texts()
    assert list(dict.fromkeys(states)) == ["已接收", "退回修改", "无变化", "迟报", "无法读取", "月份不符", "未报"]
    assert board.locator("#board th[aria-sort]").all_inner_texts() == ["状态"]


def test_the_way_back_leads_to_the_board_as_it_was(board, path):
    board.get_by_label("状态").select_option("退回修改")
    board.get_by_role("button", name="党员").click()
    before = codes(board)
    board.goto("about:blank#=")
    board.go_back()
    assert codes(board) == before
    assert board.get_by_label("状态").input_value() == "退回修改"


@pytest.mark.parametrize("hash", ["#=%", "#=x&y&z&w&99", "#elsewhere", "#=&&&&abc", "#=<img src=x>"])
def test_an_address_that_makes_no_sense_does_no_harm(browser, path, hash):
    with opened(browser, path) as page:
        page.goto(path.as_uri() + hash)
        page.reload()
        assert status(page).startswith("共 24 个，符合条件")


def test_many_organisations_are_shown_a_part_at_a_time(browser, tmp_path):
    units = [Unit(f"C{n:03d}", f"第 {n} 小学党支部") for n in range(MOST_SHOWN + 30)]
    (tmp_path / "a.html").write_text(render_index(month_of(units), {}, {}), "utf-8")
    with opened(browser, tmp_path / "a.html") as page:
        assert status(page) == f"共 {MOST_SHOWN + 30} 个，符合条件 {MOST_SHOWN + 30} 个，显示前 {MOST_SHOWN} 个"
        assert page.locator(SHOWN).count() == MOST_SHOWN
        page.get_by_role("button", name="党组织").first.click()
        assert page.locator(SHOWN).count() == MOST_SHOWN
        page.get_by_label("查找").fill("小学")
        page.get_by_role("button", name="全部显示").click()
        page.wait_for_timeout(100)  # what is remembered on leaving the field does not undo it
        assert page.locator(SHOWN).count() == MOST_SHOWN + 30
        page.get_by_label("查找").fill("第 22")  # 22, 122, and 220 to 229
        assert page.locator(SHOWN).count() == 12


def test_without_scripts_the_board_is_a_whole_table(browser, path):
    with opened(browser, path, scripts=False) as page:
        assert page.locator(SHOWN).count() == 24
        assert page.locator("input:visible, select:visible").count() == 0


def test_on_a_telephone_each_figure_says_what_it_is(browser, path):
    with opened(browser, path, PHONE) as page:
        labels = page.evaluate(
            "[...document.querySelector('#board tbody tr').cells].map(each => getComputedStyle(each, '::before').content)"
        )
        assert labels[5:10] == ['"党员 "', '"事项 "', '"错误 "', '"警告 "', '"提示 "']


def test_paper_shows_what_was_chosen_and_repeats_the_header(board):
    pages = printed(board)
    assert all("组织编码" in page for page in pages[:2])
    board.get_by_label("状态").select_option("退回修改")
    first = printed(board)[0]
    assert "退回修改：共 24 个，符合条件 4 个" in first
    assert "C001" not in first
    assert "C002" in first


@pytest.mark.parametrize("size", [DESK, PHONE], ids=["desk", "phone"])
def test_what_is_shown_of_mail_fits_too(browser, path, tmp_path, size):
    found = {
        "kind": "上报台账",
        "label": "没有发出",
        "org_name": HOSTILE[0],
        "address": f"{WORD}@example.org",
        "reason": WORD,
    }
    stray = {
        "label": "不认识的来信",
        "path": None,
        "sender": WORD,
        "received": "2011-05-20 08:00:00",
        "subject": HOSTILE[1],
    }
    section = render_delivery(pd.DataFrame([found]), pd.DataFrame([stray]))
    (tmp_path / "a.html").write_text(replace_section(path.read_text("utf-8"), section), "utf-8")
    with opened(browser, tmp_path / "a.html", size) as page:
        assert HOSTILE[0] in page.locator("#delivery").inner_text()
        assert not too_wide(page)
        assert not barriers(page)


def test_a_script_that_is_not_ours_does_not_run_whatever_else_stands_in_the_page(browser, path, tmp_path):
    file = tmp_path / "index.html"
    foreign = '<script>document.title = "ran"</script><b onclick="document.title = \'ran\'">x</b>'
    file.write_text(path.read_text("utf-8").replace("</main>", f"{foreign}</main>"), "utf-8", newline="\n")
    page = browser.new_page()
    found = []
    page.on("console", lambda message: found.append(message.text))
    page.goto(file.as_uri())
    page.locator("b", has_text="x").last.click()
    assert page.title() != "ran"
    assert len([each for each in found if "Content Security Policy" in each]) == 2
    assert page.get_by_label("查找").is_visible()  # ours ran
    page.context.close()
