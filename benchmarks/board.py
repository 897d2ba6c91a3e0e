"""Prints what the month's page costs at many organisations: to render, in bytes, to open, to search and to sort.

    python benchmarks/board.py [ORGANISATIONS]

The month is made up: names of usual length, a superior for each fifty, every state, a report, a receipt and a return
for each. Rendering is processor time; the rest is what Chromium (Debian's, through Playwright) takes on the same machine,
without a window, from the file to the next frame it paints.
"""

import sys
import tempfile
import time
from pathlib import Path

from playwright.sync_api import Page

from pledgebatch.notice.lists import CATEGORIES
from pledgebatch.publish.index import render_index
from pledgebatch.publish.render import href
from pledgebatch.schema.frames import State
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
CHOOSE = TELL.format("select", "退回修改", "change")
SORT = "document.querySelectorAll('#board thead button')[7].click()"


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


def painted(page: Page, act: str) -> float:
    """Seconds from what a person does to the picture that follows."""
    return page.evaluate(PAINTED, act) / 1000


def main() -> None:
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 5_000
    month, links = made(count)
    render_index(*made(10), {})
    start = time.process_time()
    text = render_index(month, links, {})
    rendering = time.process_time() - start
    with tempfile.TemporaryDirectory() as folder, chromium() as browser:
        path = Path(folder) / "index.html"
        path.write_text(text, "utf-8")
        for _ in range(2):  # the first page of a browser is slow whatever it holds
            page = browser.new_page(viewport={"width": 1280, "height": 900})
            start = time.perf_counter()
            page.goto(path.as_uri())
            page.evaluate("() => new Promise(done => requestAnimationFrame(() => setTimeout(done)))")
            opening = time.perf_counter() - start
        acts = {"search by typing": TYPE, "search cleared": CLEAR, "state chosen": CHOOSE, "sorted by errors": SORT}
        told = {name: painted(page, act) for name, act in acts.items()}
    print(f"{count:,} organisations on the month's page")
    print("| measure | result |")
    print("|---|---|")
    print(f"| render, processor seconds | {rendering:.2f} |")
    print(f"| size, MB | {len(text.encode()) / 1e6:.2f} |")
    print(f"| opened and painted, seconds | {opening:.2f} |")
    for name, seconds in told.items():
        print(f"| {name}, seconds | {seconds:.3f} |")


if __name__ == "__main__":
    main()
