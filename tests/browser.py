"""A real browser for tests: the system's own Chromium, driven through Playwright, on pages from the file system."""

import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, ConsoleMessage, Dialog, Page, Request, sync_playwright

from tests.clients import require

DESK, PHONE = (1280, 900), (390, 844)
"""Widths and heights of a screen on a desk and of a telephone."""
STANDARD = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "best-practice"]}


@contextmanager
def chromium() -> Iterator[Browser]:
    """The browser without a window; the test is skipped where it is not installed."""
    require("" if shutil.which("chromium") else "chromium is not installed")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
        yield browser
        browser.close()


@contextmanager
def watched(browser: Browser, home: str, size: tuple[int, int] = DESK, **how: Any) -> Iterator[Page]:
    """A page that fails the test where it asks for anything but what begins with ``home``, or complains."""
    complaints: list[str] = []

    def asked(request: Request) -> None:
        if not request.url.startswith(home):
            complaints.append(f"asks for {request.url}")

    def said(message: ConsoleMessage) -> None:
        if message.type in ("error", "warning"):
            complaints.append(message.text)

    def interrupted(dialog: Dialog) -> None:
        complaints.append(dialog.message)
        dialog.dismiss()

    context = browser.new_context(viewport={"width": size[0], "height": size[1]}, **how)
    page = context.new_page()
    page.on("request", asked)
    page.on("console", said)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("dialog", interrupted)
    try:
        yield page
    finally:
        context.close()
    assert not complaints, complaints


@contextmanager
def opened(browser: Browser, path: Path, size: tuple[int, int] = DESK, scripts: bool = True) -> Iterator[Page]:
    """The page at ``path``, which asks for nothing but files."""
    with watched(browser, "file:", size, java_script_enabled=scripts) as page:
        page.goto(path.as_uri())
        yield page


def barriers(page: Page) -> list[str]:
    """What axe-core finds wrong with a page, each with where."""
    found = _axe().run(page, options=STANDARD).response["violations"]
    return [f"{one['id']}: {node['target']} {node.get('failureSummary', '')}" for one in found for node in one["nodes"]]


@cache
def _axe() -> Axe:
    return Axe()


def too_wide(page: Page) -> list[str]:
    """The words that stand out of the page or of their own box, or are cut off there; a space may hang at a line's end."""
    told: list[str] = page.evaluate(
        """() => {
            const whole = document.scrollingElement, out = whole.scrollWidth > whole.clientWidth ? ["page: " + whole.scrollWidth] : [];
            const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT), range = document.createRange();
            while (walk.nextNode()) {
                const text = walk.currentNode;
                if (!text.data.trim() || text.parentElement.closest("script, select, svg")) continue;
                let box = text.parentElement;
                while (["inline", "contents"].includes(getComputedStyle(box).display)) box = box.parentElement;
                range.selectNodeContents(text);
                const edge = Math.min(box.getBoundingClientRect().right, whole.clientWidth) + parseFloat(getComputedStyle(box).fontSize);
                if ([...range.getClientRects()].some(rect => rect.right > edge)) out.push(box.tagName + ": " + text.data.slice(0, 40));
            }
            for (const each of document.querySelectorAll("body *"))
                if (getComputedStyle(each).overflow === "hidden" && !each.closest("svg") && (each.scrollWidth > each.clientWidth + 1 || each.scrollHeight > each.clientHeight + 1))
                    out.push(each.tagName + " cut off: " + each.textContent.trim().slice(0, 40));
            return out;
        }"""
    )
    return told


def printed(page: Page) -> list[str]:
    """What stands on each page of A4, as text."""
    with tempfile.NamedTemporaryFile(suffix=".pdf") as file:
        page.pdf(path=file.name, prefer_css_page_size=True)
        told = subprocess.run(["pdftotext", "-layout", file.name, "-"], capture_output=True, text=True, check=True)
    return told.stdout.removesuffix("\f").split("\f")
