"""Months at the desk in a real browser: one by mouse from an empty folder on, the next by keyboard alone; no command."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import groupby
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from pledgebatch.demo import build
from pledgebatch.demo.organisations import registry, reporting
from pledgebatch.desk.action_log import NAME as LOG
from pledgebatch.desk.pages import text_of
from pledgebatch.schema.archive_tables import read_table
from tests.browser import DESK, PHONE, barriers, chromium, too_wide
from tests.desk.served import big, desk_at, done, drop, go, open_tab, press, tab_to
from tests.mail.receiver import Receiver, receiving

MARCH, APRIL = "2011-03", "2011-04"
OFFICE = "office@yunxi.example"
COUNT = len(reporting())
PAGES = ("/", "/registry", "/settings", "/workbooks", "/incoming", "/results", "/answers?organisation=YX303", "/letters", "/texts", "/branches", "/months",
         "/search?q=示范课", "/job")  # fmt: skip
LOGGED = [
    "新建工作目录", "换单位名册，要改的 0 处", "改设置", "给自己发一封试信", "生成 2011-03 的工作簿", "下载 2011-03 工作簿 24 个",
    "发 2011-03 的信", "收下 2011-03", "汇总 2011-03", "《文件处理》加 1 行", "《更正单》加 1 行", "《经办意见》加 1 行", "撤销",
    "汇总 2011-03", "发 2011-03 的信", "生成 2011-04 的工作簿", "收下 2011-04", "汇总 2011-04", "《说明审定》第 2 行", "发 2011-04 的信",
    "改设置", "关闭工作台",
]  # fmt: skip


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as running:
        yield running


@pytest.fixture(scope="module")
def sent(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What the demo's organisations send in two months, and the registry that they stand in."""
    folder = tmp_path_factory.mktemp("sent")
    build(folder, [MARCH, APRIL])
    return folder


def files_of(sent: Path, period: str) -> list[Path]:
    return sorted(path for path in (sent / "inbox" / period).rglob("*") if path.is_file())


def addresses(reports: str = "") -> set[str]:
    rows = registry()
    return set(rows["email"][rows["reports"] != "否"] if reports else rows["email"])


def letters_each(server: Receiver) -> dict[str, int]:
    """How many letters everybody but the office has got."""
    return {address: len(letters) for address, letters in server.by_recipient(OFFICE).items()}


def test_a_month_by_mouse_from_an_empty_folder_and_the_next_by_keyboard(browser, sent, tmp_path):
    place = tmp_path / "承诺 工作"
    with receiving(Receiver()) as server, desk_at(browser, place) as page:
        begin_by_mouse(page, sent, server)
        march_by_mouse(page, place, sent, server)
        april_by_keyboard(page, sent, server)
        page.get_by_role("button", name="关闭工作台").click()
        expect(page.get_by_role("main")).to_contain_text("工作台已关闭")
    lines = [line.split("\t")[2].partition("：")[0] for line in (place / LOG).read_text("utf-8").splitlines()]
    assert [what for what, _ in groupby(lines)] == LOGGED


def begin_by_mouse(page: Page, sent: Path, server: Receiver) -> None:
    """From an empty folder to settings by which mail goes out."""
    page.get_by_role("button", name="在这里新建工作目录").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("单位名册　2011-03")
    drop(page, [sent / "registry.xlsx"])
    expect(page.locator("#organisations")).to_contain_text("云溪区望湖小学党支部")
    open_tab(page, "设置")
    for key, typed in {"address": OFFICE, "smtp_host": "127.0.0.1", "smtp_port": server.port, "per_minute": 0}.items():
        page.locator(f"[name='mail.{key}']").fill(str(typed))
    page.locator("[name='mail.smtp_security']").select_option("none")
    page.get_by_role("button", name="给自己发一封试信").click()
    expect(page.get_by_text("它收下了")).to_be_visible()
    assert [recipients for recipients, _ in server.taken] == [(OFFICE,)]


def march_by_mouse(page: Page, place: Path, sent: Path, server: Receiver) -> None:
    """Workbooks out, back in, 汇总, answers, 汇总 again, letters, and the next month's workbooks."""
    open_tab(page, "今天")
    assert big(page) == "生成 2011-03 的工作簿"
    page.locator(".next .big").click()
    done(page, "生成 2011-03")
    with page.expect_download() as download:
        page.get_by_role("link", name="全部下载").click()
    assert download.value.suggested_filename == "承诺工作簿_2011-03.zip"
    open_tab(page, "发信")
    page.locator(".next .big").click()
    done(page, "发 2011-03")
    assert letters_each(server) == dict.fromkeys(addresses("reporting"), 1)

    open_tab(page, "今天")
    assert big(page) == "把收到的文件放进来"
    drop(page, files_of(sent, MARCH))  # on the first page, where nothing asks for it
    rows = page.locator("#drops tbody tr")
    expect(rows).to_have_count(COUNT + 1)
    expect(page.locator("#drops")).not_to_contain_text("正在核验")
    row = rows.filter(has_text="云溪区第三小学党支部")
    expect(row.locator(".tag")).to_have_text("退回修改")
    row.get_by_text("看问题").click()
    expect(row).to_contain_text("内容类别")
    page.reload()
    expect(page.locator(".three")).to_contain_text(f"{COUNT - 1} / {COUNT}")
    assert big(page) == "汇总 2011-03"
    page.locator(".next .big").click()
    open_tab(page, "答复")  # elsewhere, meanwhile, where something is being filled in
    page.locator("#words [name=opinion]").fill("写了一半")
    expect(page.locator("#job")).to_contain_text("汇总 2011-03：做完了，有要改的。您正在填写，页面没有刷新")
    expect(page.locator("#words [name=opinion]")).to_have_value("写了一半")

    open_tab(page, "结果")
    page.get_by_role("link", name="打开月报").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("公开承诺月报")
    page.locator("#board").get_by_role("link", name="合规报告").first.click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("合规报告")
    page.goto("/")
    look_at_every_page(page)
    answer_by_mouse(page)
    open_tab(page, "结果")
    page.get_by_role("button", name="再汇总一次").click()
    done(page, "汇总 2011-03", "做完了，有要改的")
    folder = place / "output" / MARCH
    coverage = read_table(folder, "coverage").set_index("organisation")["state"]
    assert "missing" not in set(coverage)
    findings = read_table(folder, "findings")
    assert not ((findings["organisation"] == "YX303") & (findings["rule"] == "ORG07")).any()

    open_tab(page, "发信")
    page.locator(".next .big").click()
    done(page, "发 2011-03")
    twice = dict.fromkeys(addresses("reporting"), 2)
    assert letters_each(server) == dict.fromkeys(addresses(), 1) | twice
    open_tab(page, "今天")
    assert big(page) == "生成 2011-04 的工作簿"
    page.locator(".next .big").click()
    done(page, "生成 2011-04")
    assert len(list((place / "input_templates" / APRIL).glob("*.xlsx"))) == COUNT


def look_at_every_page(page: Page) -> None:
    """No page is too wide, nor has a barrier, on a desk or a telephone."""
    for address in PAGES:
        page.goto(address)
        for size in (DESK, PHONE):
            page.set_viewport_size({"width": size[0], "height": size[1]})
            assert not too_wide(page), (address, size)
            assert not barriers(page), (address, size)
    page.set_viewport_size({"width": DESK[0], "height": DESK[1]})


def answer_by_mouse(page: Page) -> None:
    """A file that says another month is taken, a cell is corrected, and a word that was said is taken back."""
    open_tab(page, "答复")
    files = page.locator("#files")
    files.locator("tr").filter(has_text="不是 2011-03 的工作簿").get_by_label("选").check()
    files.locator("[name=decision]").select_option("采用")
    files.locator("[name=reason]").fill("月份写错，电话核实")
    files.locator("[name=decided_by]").fill("周敏")
    files.get_by_role("button").click()
    expect(page.locator(".note")).to_contain_text("《文件处理》写入 1 行")
    page.locator("#corrections").get_by_label("先选党组织").fill("YX303")
    page.get_by_role("button", name="列出问题").click()
    page.locator("#corrections tr").filter(has_text="单位类别").get_by_role("link", name="更正这一格").click()
    fix = page.locator("#corrections form[method=post]")
    expect(fix.locator("[name=value]")).to_have_value("小学")
    fix.locator("[name=corrected]").fill("民办学校")
    fix.locator("[name=reason]").fill("电话核实")
    fix.get_by_role("button").click()
    expect(page.locator(".note")).to_contain_text("《更正单》写入 1 行")
    words = page.locator("#words")
    words.locator("[name=unit_code]").fill("YX001")
    words.locator("[name=opinion]").fill("写错单位的一句")
    words.get_by_role("button").click()
    expect(page.locator(".note")).to_contain_text("《经办意见》写入 1 行")
    page.get_by_role("button", name="撤销上一次写入").click()
    expect(page.locator(".note")).to_contain_text("已撤销")


def april_by_keyboard(page: Page, sent: Path, server: Receiver) -> None:
    """The same, with nothing but keys: what is asked of the page is only what stands there."""
    before = letters_each(server)
    go(page, "收件")
    with page.expect_file_chooser() as chooser:
        press(page, "选文件", "input")
    chooser.value.set_files(files_of(sent, APRIL))
    expect(page.locator("#drops tbody tr")).to_have_count(COUNT - 1)
    expect(page.locator("#drops")).not_to_contain_text("正在核验")
    go(page, "今天")
    press(page, "汇总 2011-04")
    done(page, "汇总 2011-04", "做完了，有要改的")
    go(page, "答复")
    tab_to(page, "row", "input")
    page.keyboard.press("Space")
    tab_to(page, "opinion", "input")
    page.keyboard.type("属实")
    press(page, "采纳选中的")
    expect(page.locator(".note")).to_contain_text("《说明审定》1 行已填“采纳”")
    go(page, "发信")
    press(page, "发信", "button")
    done(page, "发 2011-04")
    assert letters_each(server) == {address: count + 1 for address, count in before.items()}
    go(page, "今天")
    assert big(page) == "生成 2011-05 的工作簿"
    go(page, "设置")
    tab_to(page, "parameters.late_after_day", "input")
    page.keyboard.press("ArrowUp")
    page.keyboard.press("Enter")
    expect(page.locator(".note")).to_contain_text("已保存：parameters.late_after_day")


SMALL = """<!doctype html><html lang="zh-CN"><head><script src="/desk.js" defer></script></head><body data-month="" data-drop="">
<div id="job" data-running="yes" data-began="8:00"><span id="job-state"></span></div>
<form method="post" action="/slow"><input name="text"><button>去</button></form></body></html>"""
ENDED = {"job": {"label": "汇总", "running": False, "began": "8:00", "ending": "做完了", "steps": []}}
HERE = "http://desk.test/"


@contextmanager
def small_page(browser: Browser) -> Iterator[tuple[Page, list[Callable[[], None]]]]:
    """A page with the desk's script, whose job has ended meanwhile; script and what a form leads to come when they are let."""
    context, held = browser.new_context(), list[Callable[[], None]]()
    page = context.new_page()
    page.route(HERE, lambda route: route.fulfill(body=SMALL, content_type="text/html; charset=utf-8"))
    page.route("**/pulse.json", lambda route: route.fulfill(json=ENDED))
    script = text_of("desk.js")
    page.route(
        "**/desk.js", lambda route: held.append(lambda: route.fulfill(body=script, content_type="text/javascript"))
    )
    page.route("**/slow", lambda route: held.append(lambda: route.fulfill(body="there", content_type="text/html")))
    try:
        page.goto(HERE, wait_until="commit")
        page.wait_for_selector("button")
        yield page, held
    finally:
        context.close()


@pytest.mark.parametrize("early", [True, False], ids=["before the script has come", "after"])
def test_what_is_being_filled_in_is_not_lost_when_a_job_ends(browser, early):
    with small_page(browser) as (page, held):
        if early:
            page.locator("[name=text]").fill("写了一半")
        held.pop()()
        if not early:
            page.wait_for_load_state()
            page.locator("[name=text]").fill("写了一半")
        expect(page.locator("#job")).to_contain_text("您正在填写，页面没有刷新")
        expect(page.locator("[name=text]")).to_have_value("写了一半")


def test_a_job_that_ends_calls_nobody_back_who_is_under_way_to_another_page(browser):
    with small_page(browser) as (page, held):
        held.pop()()
        page.wait_for_load_state()
        with page.expect_request("**/slow"):
            page.get_by_role("button").click(no_wait_after=True)
        with page.expect_request("**/pulse.json"):
            pass
        with page.expect_request("**/pulse.json"):  # it has seen that the job has ended
            pass
        held.pop()()
        page.wait_for_url("**/slow")


def test_a_first_day_by_keyboard_alone(browser, sent, tmp_path):
    with desk_at(browser, tmp_path / "w") as page:
        page.keyboard.press("Tab")
        page.keyboard.press("Enter")  # past what every page begins with
        press(page, "在这里新建工作目录")
        expect(page.get_by_role("heading", level=1)).to_have_text("单位名册　2011-03")
        with page.expect_file_chooser() as chooser:
            press(page, "换上另一份名册", "input")
        chooser.value.set_files(sent / "registry.xlsx")
        expect(page.locator("#organisations")).to_contain_text("云溪区望湖小学党支部")
        go(page, "今天")
        assert big(page) == "生成 2011-03 的工作簿"
