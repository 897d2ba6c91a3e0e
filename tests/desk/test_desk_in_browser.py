"""A month at the desk in a real browser: by mouse from an empty folder on, and by keyboard alone; wide and on a phone."""

import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import Browser, ConsoleMessage, Page, Request, expect

from tests import books
from tests.browser import DESK, PHONE, barriers, chromium, too_wide

PAGES = ("/", "/registry", "/settings", "/workbooks", "/incoming", "/results", "/answers?organisation=S1", "/letters", "/texts", "/branches", "/months",
         "/search?q=雨棚", "/job")  # fmt: skip
PATIENCE = 120_000
"""Milliseconds for a job to end on a busy machine."""


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as running:
        yield running


@contextmanager
def desk_at(browser: Browser, place: Path) -> Iterator[Page]:
    """The desk of a workspace, served for real and opened in the browser; it asks for nothing elsewhere."""
    place.mkdir(parents=True, exist_ok=True)
    command = [sys.executable, "-m", "pledgebatch.cli", "desk", "--workspace", str(place), "--no-browser"]
    served = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    assert served.stdout
    found = re.search(r"(http://127\.0\.0\.1:\d+)/\?token=[\w-]+", served.stdout.readline())
    assert found
    complaints: list[str] = []

    def asked(request: Request) -> None:
        if not request.url.startswith(found[1]):
            complaints.append(f"asks for {request.url}")

    def said(message: ConsoleMessage) -> None:
        if message.type in ("error", "warning"):
            complaints.append(message.text)

    context = browser.new_context(
        viewport={"width": DESK[0], "height": DESK[1]}, base_url=found[1], accept_downloads=True
    )
    context.set_default_timeout(PATIENCE)
    page = context.new_page()
    page.on("request", asked)
    page.on("console", said)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    try:
        page.goto(found[0])
        yield page
    finally:
        context.close()
        served.send_signal(signal.SIGTERM if os.name == "nt" else signal.SIGINT)
        served.communicate(timeout=30)
    assert not complaints


def done(page: Page, ending: str = "做完了") -> None:
    expect(page.locator("#job-said")).to_contain_text(ending, timeout=PATIENCE)
    expect(page.locator("#job")).to_have_attribute("data-running", "")


def big(page: Page) -> str:
    return page.locator(".next .big").inner_text()


def drop(page: Page, *paths: Path) -> None:
    """Let files fall on the page, as from the desktop."""
    transfer = page.evaluate_handle("() => new DataTransfer()")
    for path in paths:
        page.evaluate(
            "([transfer, name, bytes]) => transfer.items.add(new File([new Uint8Array(bytes)], name))",
            [transfer, path.name, list(path.read_bytes())],
        )
    page.dispatch_event("body", "drop", {"dataTransfer": transfer})


def test_a_first_month_by_mouse_from_an_empty_folder(browser, tmp_path):
    place = tmp_path / "承诺 工作"
    books.write_registry(tmp_path / "名册.xlsx", books.REGISTRY)
    mended = books.write(tmp_path / "改好的.xlsx")
    wrong = books.write(tmp_path / "一小.xlsx", {"phone": ""})
    with desk_at(browser, place) as page:
        page.get_by_role("button", name="在这里新建工作目录").click()
        expect(page.get_by_role("heading", level=1)).to_have_text("单位名册　2011-03")
        drop(page, tmp_path / "名册.xlsx")
        expect(page.locator("#organisations")).to_contain_text("云溪二小党支部")
        page.get_by_role("link", name="今天").click()
        assert big(page) == "生成 2011-03 的工作簿"
        page.locator(".next .big").click()
        done(page)
        with page.expect_download() as download:
            page.get_by_role("link", name="全部下载").click()
        assert download.value.suggested_filename == "承诺工作簿_2011-03.zip"
        page.get_by_role("link", name="今天").click()
        assert big(page) == "把收到的文件放进来"
        drop(page, wrong)  # on the first page, where nothing asks for it
        expect(page.locator("#drops tbody")).to_contain_text("云溪一小党支部", timeout=PATIENCE)
        expect(page.locator("#drops tbody .tag")).to_have_text("退回修改")
        page.get_by_text("看问题").click()
        expect(page.locator("#drops")).to_contain_text("组织承诺 B15")
        page.reload()
        assert big(page) == "汇总 2011-03"
        expect(page.locator(".three")).to_contain_text("1 / 2")
        page.locator(".next .big").click()
        page.goto("/months")  # elsewhere, meanwhile
        done(page, "做完了，有要改的")
        page.get_by_role("link", name="结果").click()
        page.get_by_role("link", name="打开月报").click()
        expect(page.get_by_role("heading", level=1)).to_contain_text("公开承诺月报")
        page.locator("#board").get_by_role("link", name="合规报告").first.click()
        expect(page.get_by_role("heading", level=1)).to_contain_text("合规报告")
        page.goto("/texts")
        expect(page.locator("#whole")).to_have_value(re.compile("云溪二小党支部"))
        for size in (DESK, PHONE):
            page.set_viewport_size({"width": size[0], "height": size[1]})
            for address in PAGES:
                page.goto(address)
                assert not too_wide(page), (address, size)
                assert not barriers(page), (address, size)
        page.goto("/incoming")
        page.locator("input[type=file][multiple]").first.set_input_files(mended)
        expect(page.locator("#drops tbody .tag").first).to_have_text("已接收", timeout=PATIENCE)
        page.goto("/")
        assert big(page) == "汇总 2011-03"
        page.locator(".next .big").click()
        done(page)
        page.goto("/")
        assert big(page) == "生成 2011-04 的工作簿"
        page.get_by_role("button", name="关闭工作台").click()
        expect(page.get_by_role("main")).to_contain_text("工作台已关闭")


def tab_to(page: Page, words: str) -> None:
    """Press the tabulator until what says ``words`` has the focus."""
    for _ in range(60):
        page.keyboard.press("Tab")
        if words in str(
            page.evaluate("(document.activeElement.innerText || document.activeElement.name || '').trim()")
        ):
            return
    raise AssertionError(words)


def test_a_month_by_keyboard_alone(browser, tmp_path):
    place = books.workspace(tmp_path / "w")
    books.write(place / "inbox" / "2011-03" / "一小.xlsx", {"phone": "5"})
    with desk_at(browser, place) as page:
        page.keyboard.press("Tab")
        page.keyboard.press("Enter")  # past what every page begins with
        tab_to(page, "汇总 2011-03")
        page.keyboard.press("Enter")
        done(page)
        tab_to(page, "答复")
        page.keyboard.press("Enter")
        expect(page.get_by_role("heading", level=1)).to_have_text("答复　2011-03")
        page.locator("#words input[name=unit_code]").focus()
        page.keyboard.type("S1")
        tab_to(page, "opinion")
        page.keyboard.type("雨棚一事请附照片")
        page.keyboard.press("Enter")
        expect(page.locator(".told")).to_contain_text("《经办意见》写入 1 行")
        tab_to(page, "撤销上一次写入")
        page.keyboard.press("Enter")
        expect(page.locator(".told")).to_contain_text("已撤销")
        tab_to(page, "设置")
        page.keyboard.press("Enter")
        page.get_by_label("次月几日以后收到的算迟报").focus()
        page.keyboard.press("ArrowUp")
        page.keyboard.press("Enter")
        expect(page.locator(".told")).to_contain_text("已保存：parameters.late_after_day")
        assert "late_after_day = 1 " in (place / "pledgebatch.toml").read_text("utf-8")
