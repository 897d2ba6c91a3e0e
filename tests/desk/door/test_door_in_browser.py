"""A branch's month at the door in a real browser, on a telephone first: five steps, and no barrier on the way."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from pledgebatch.pipeline.door_book import DoorBook
from tests import books
from tests.browser import DESK, PHONE, barriers, chromium, too_wide, watched
from tests.desk.conftest import end
from tests.desk.door.conftest import PASSWORDS
from tests.desk.door.test_serving import begin, free_port

PATIENCE = 120_000
"""Milliseconds for a verdict on a busy machine."""


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as running:
        yield running


@contextmanager
def door_at(browser: Browser, place: Path) -> Iterator[Page]:
    """The door of a workspace, served for real and opened on a telephone; it asks for nothing elsewhere."""
    port = free_port()
    served = begin(place, port)
    assert served.stdout
    served.stdout.readline()
    try:
        home = f"http://127.0.0.1:{port}"
        with watched(browser, home, PHONE, base_url=home, accept_downloads=True) as page:
            page.set_default_timeout(PATIENCE)
            page.goto("/")
            yield page
    finally:
        end(served)


def fits(page: Page) -> None:
    for size in (DESK, PHONE):
        page.set_viewport_size({"width": size[0], "height": size[1]})
        assert not too_wide(page), size
        assert not barriers(page), size


def test_a_month_in_five_steps_on_the_telephone(browser, tmp_path, hashes):
    place = books.workspace(tmp_path / "w")
    book = DoorBook(place)
    book.set_password("S1", hashes["S1"], own=False)
    book.close()
    path = books.write(tmp_path / "一小.xlsx", members=books.changed(books.MEMBERS, 0, birth_month="1978-05"))
    with door_at(browser, place) as page:
        fits(page)
        page.get_by_label("组织编码").fill("s1")
        page.get_by_label("密码").fill(PASSWORDS["S1"])
        page.get_by_role("button", name="登录").click()  # 1
        expect(page.locator("#file")).to_be_attached()
        fits(page)
        page.locator("#file").set_input_files(path)  # 2
        expect(page.locator(".find.warning")).to_contain_text("十八周岁", timeout=PATIENCE)
        fits(page)
        with page.expect_download() as download:
            page.get_by_role("link", name="下载标好问题的工作簿").click()
        assert download.value.suggested_filename == "退回修改.xlsx"
        question = page.locator(".question", has_text="十八周岁")
        question.get_by_label("常用理由").select_option("情况属实")
        question.get_by_label("单位说明").fill("档案如此")
        page.get_by_role("button", name="写进说明").click()  # 3
        expect(page.locator(".find.warning")).to_contain_text("已说明，待审定", timeout=PATIENCE)
        page.get_by_role("button", name="报送 2011-03").click()  # 4
        expect(page.get_by_role("heading", level=1)).to_have_text("回执 2011-03")  # 5
        expect(page.get_by_role("main")).to_contain_text(re.compile(r"\d\d:\d\d:\d\d 收到"))
        fits(page)
        page.goto("/")
        expect(page.get_by_role("main")).to_contain_text("这一份已经交了")
        for address in ("/past", "/password"):
            page.goto(address)
            fits(page)
        page.get_by_role("button", name="退出").click()
        expect(page.get_by_role("button", name="登录")).to_be_visible()
    (stands,) = (place / "inbox" / "2011-03").rglob("*.xlsx")
    assert stands.relative_to(place).as_posix() == "inbox/2011-03/邮件/一小.xlsx"
