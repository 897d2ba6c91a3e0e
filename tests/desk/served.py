"""A desk served for real and opened in a browser, and the hands that work it: a mouse's, and those that only have keys."""

import base64
import re
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Browser, Page, expect

from tests.browser import watched
from tests.desk.conftest import end

PATIENCE = 180_000
"""Milliseconds for a job to end on a busy machine."""
MOST_TABS = 150
expect.set_options(timeout=PATIENCE)


@contextmanager
def desk_at(browser: Browser, place: Path) -> Iterator[Page]:
    """The desk of a workspace, served for real and opened in the browser; it asks for nothing elsewhere."""
    place.mkdir(parents=True, exist_ok=True)
    command = [sys.executable, "-m", "pledgebatch.cli", "desk", "--workspace", str(place), "--no-browser"]
    served = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    assert served.stdout
    found = re.search(r"(http://127\.0\.0\.1:\d+)/\?token=[\w-]+", served.stdout.readline())
    assert found
    try:
        with watched(browser, found[1], base_url=found[1], accept_downloads=True) as page:
            page.set_default_timeout(PATIENCE)
            page.goto(found[0])
            yield page
    finally:
        end(served)


def done(page: Page, job: str, ending: str = "做完了") -> None:
    """Wait until a job has ended so."""
    expect(page.locator("#job")).to_contain_text(job)
    expect(page.locator("#job-state")).to_contain_text(ending)
    expect(page.locator("#job")).to_have_attribute("data-running", "")


def open_tab(page: Page, label: str) -> None:
    """Go to one of the desk's pages by its link."""
    page.get_by_label("工作台").get_by_role("link", name=label, exact=True).click()
    expect(page.locator("nav [aria-current]")).to_have_text(label)


def big(page: Page) -> str:
    """What the large button says."""
    return page.locator(".next .big").inner_text()


def drop(page: Page, paths: Sequence[Path]) -> None:
    """Let files fall on the page, as from the desktop."""
    transfer = page.evaluate_handle("() => new DataTransfer()")
    for path in paths:
        page.evaluate(
            "([transfer, name, data]) => transfer.items.add(new File([Uint8Array.from(atob(data), (c) => c.charCodeAt(0))], name))",
            [transfer, path.name, base64.b64encode(path.read_bytes()).decode()],
        )
    page.dispatch_event("body", "drop", {"dataTransfer": transfer})


FOCUSED = """([selector, words]) => {
    const here = document.activeElement, label = here.closest("label");
    const said = [here.innerText, here.name, here.value, label && label.innerText].filter(Boolean);
    return here !== document.body && here.matches(selector) && said.some((each) => each.trim().startsWith(words));
}"""


def tab_to(page: Page, words: str, selector: str = "*") -> None:
    """Press the tabulator until what begins with ``words`` has the focus."""
    for _ in range(MOST_TABS):
        page.keyboard.press("Tab")
        if page.evaluate(FOCUSED, [selector, words]):
            return
    raise AssertionError(words)


def press(page: Page, words: str, selector: str = "button, a") -> None:
    """Press what begins with ``words``, by keys alone."""
    tab_to(page, words, selector)
    page.keyboard.press("Enter")


def go(page: Page, label: str) -> None:
    """Go to one of the desk's pages by keys alone."""
    press(page, label, "nav a")
    expect(page.locator("nav [aria-current]")).to_have_text(label)
