"""Prints what the month's page costs at many organisations: to render, in bytes, to open, to search and to sort.

    python benchmarks/board.py [ORGANISATIONS]

The month is made up: names of usual length, a superior for each fifty, every state, a report, a receipt and a return
for each. Rendering is processor time. The rest are seconds that Chromium takes on the same machine, without a window, from
what a person does to the next frame that it paints: the median of five. Beside it stands the same page of few.
"""

import sys
import tempfile
import time
from pathlib import Path
from statistics import median

from playwright.sync_api import Browser, Page

from pledgebatch.notice.lists import CATEGORIES
from pledgebatch.publish.index import render_index
from pledgebatch.publish.render import href
from pledgebatch.schema.states import State
from tests.browser import chromium
from tests.publish.months import Unit, item, member, month_of

STATES = (State.ACCEPTED, State.RETURNED, State.ACCEPTED, State.MISSING, State.NIL, State.UNREADABLE)
FILES = ("合规报告.html", "回执.html", "退回修改.xlsx")
PAINTED = """async act => {
    const start = performance.now();
    eval(act);
    await new Promise(done => requestAnimationFrame(() => setTimeout(done)));
    return performance.now() - start;
}"""
TELL = "each = document.querySelector('{0}'); each.value = '{1}'; each.dispatchEvent(new Event('{2}'))"
TYPE, CLEAR = TELL.format("#find", "第 12", "input"), TELL.format("#find", "", "input")
CHOOSE, ALL = TELL.format("select", "退回修改", "change"), TELL.format("select", "", "change")
SORT, BACK = (f"document.querySelectorAll('#board thead button')[{n}].click()" for n in (7, 0))
ACTS = {
    "searched by typing": (CLEAR, TYPE),
    "search cleared": (TYPE, CLEAR),
    "state chosen": (ALL, CHOOSE),
    "sorted by errors": (BACK, SORT),
}
"""What is done before, and what is measured."""
FEW = 50
TIMES = 5


def made(count: int):
    """The month, and the files of each organisation."""
    rows = {
        "members": [member(n, f"王敏{n}") for n in range(3)],
        "items": [item(f"Z{n}", f"第 {n} 件实事") for n in range(5)],
    }
    units = [
        Unit(
            f"C{n:05d}", f"云溪区第 {n} 小学党支部", CATEGORIES[n % 5], f"P{n // 50:03d}", STATES[n % len(STATES)], rows
        )
        for n in range(count)
    ]
    month = month_of(units)
    month.coverage["parent_name"] = (
        "云溪区第 " + month.registry["parent_code"].iloc[1:].str[1:].to_numpy() + " 学区党总支"
    )
    places = {unit.code: f"organisations/{unit.code}_{unit.name}" for unit in units}
    return month, {
        code: {name.partition(".")[0]: href(f"{place}/{name}") for name in FILES} for code, place in places.items()
    }


def opened(browser: Browser, path: Path) -> tuple[float, Page]:
    """Seconds until the page is painted, and the page."""
    page = browser.new_page(viewport={"width": 1280, "height": 900})
    start = time.perf_counter()
    page.goto(path.as_uri())
    page.evaluate("() => new Promise(done => requestAnimationFrame(() => setTimeout(done)))")
    return time.perf_counter() - start, page


def measure(browser: Browser, folder: Path, count: int) -> dict[str, float]:
    """What the page costs at ``count`` organisations: MB and seconds."""
    month, links = made(count)
    start = time.process_time()
    text = render_index(month, links, {})
    told = {"rendered, processor seconds": time.process_time() - start, "size, MB": len(text.encode()) / 1e6}
    path = folder / f"{count}.html"
    path.write_text(text, "utf-8")
    told["opened and painted"] = median(opened(browser, path)[0] for _ in range(TIMES))
    _, page = opened(browser, path)
    for name, (before, act) in ACTS.items():
        seconds = []
        for _ in range(TIMES):
            page.evaluate(PAINTED, before)
            seconds.append(page.evaluate(PAINTED, act) / 1000)
        told[name] = median(seconds)
    return told


def main() -> None:
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 5_000
    with tempfile.TemporaryDirectory() as folder, chromium() as browser:
        opened(browser, Path(folder))  # the first page of a browser is slow whatever it holds
        few, many = measure(browser, Path(folder), FEW), measure(browser, Path(folder), count)
    print(f"| measure | {FEW:,} organisations | {count:,} organisations | ratio |")
    print("|---|---|---|---|")
    for name, least in few.items():
        print(f"| {name} | {least:.3f} | {many[name]:.3f} | {many[name] / least:.1f} |")


if __name__ == "__main__":
    main()
