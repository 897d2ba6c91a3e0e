"""Prints what the desk takes to answer at many organisations: each page the first time and again, and dropped workbooks.

    python benchmarks/desk.py [ORGANISATIONS [FOLDER [RECEIVED]]]

Every organisation, or the first RECEIVED of them, has sent a workbook, and that month is consolidated; what is dropped is of
the month after, and compared with it. A FOLDER is kept, and taken as it is the next time.
"""

import json
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from http.cookiejar import CookieJar
from pathlib import Path
from statistics import median
from urllib.parse import quote
from urllib.request import HTTPCookieProcessor, Request, build_opener

import pandas as pd
from python_calamine import CalamineWorkbook

import pledgebatch
from pledgebatch.pipeline.send_out import begin
from pledgebatch.workbooks.registry_book import write_registry
from pledgebatch.workbooks.workbook import write_workbook
from tests import books

MONTH, NEXT = "2011-04", "2011-05"
PAGES = ("/", "/registry", "/settings", "/workbooks", "/incoming", "/results", "/answers", "/letters", "/texts", "/months", "/search?q=第77小学",
         f"/files/output/{MONTH}/index.html")  # fmt: skip
AGAIN, ALONE, TOGETHER = 5, 5, 24
"""How often a page is asked for, workbooks dropped one by one, and at once."""


def prepare(place: Path, count: int, received: int) -> None:
    """A workspace of ``count`` organisations whose month is consolidated, with the workbooks of the first ``received``."""
    begin(place)
    office = books.REGISTRY.iloc[:1]
    rows = [
        (f"T{n:05d}", f"第{n}小学党支部", "党支部", f"第{n}小学", "公办学校", "直属", "P0", "是", f"t{n}@example.org")
        for n in range(count)
    ]
    schools = pd.DataFrame(rows, columns=[*books.REGISTRY.columns, "email"])
    write_registry(place / "registry.xlsx", pd.concat([office, schools], ignore_index=True).fillna(""))
    inbox = place / "inbox" / MONTH
    inbox.mkdir(parents=True)
    for number in range(received):
        (inbox / f"{number}.xlsx").write_bytes(workbook(number, MONTH))
    pledgebatch.consolidate(place, MONTH)


def workbook(number: int, period: str) -> bytes:
    """The workbook of an organisation."""
    name = f"第{number}小学"
    head = books.HEAD | {
        "unit_code": f"T{number:05d}", "org_name": f"{name}党支部", "period": period, "unit_name": name, "filled_on": f"{period}-25",
    }  # fmt: skip
    rows = {"members": pd.DataFrame(books.MEMBERS, dtype="str"), "items": pd.DataFrame(books.ITEMS, dtype="str")}
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "made.xlsx"
        write_workbook(path, pledgebatch.Period.parse(period), head, rows)
        return path.read_bytes()


class Visitor:
    """A browser without a window."""

    def __init__(self, place: Path) -> None:
        command = [sys.executable, "-m", "pledgebatch.cli", "desk", "--workspace", str(place), "--no-browser"]
        self.served = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
        assert self.served.stdout
        found = re.search(r"(http://127\.0\.0\.1:\d+)/\?token=[\w-]+", self.served.stdout.readline())
        assert found
        self.address, self.opener = found[1], build_opener(HTTPCookieProcessor(CookieJar()))
        self.opener.open(found[0]).read()

    def ask(self, path: str, data: bytes | None = None) -> tuple[float, bytes]:
        """Seconds, and the answer."""
        start = time.perf_counter()
        headers = {"origin": self.address} if data is not None else {}
        answer = self.opener.open(Request(self.address + quote(path, safe="/?=&%"), data, headers)).read()
        return time.perf_counter() - start, answer

    def drop(self, files: Sequence[bytes]) -> float:
        """Seconds from dropping workbooks to the last verdict."""
        start = time.perf_counter()
        for data in files:
            self.ask(f"/incoming/{NEXT}?name={time.time_ns()}.xlsx", data)
        while True:
            _, answer = self.ask(f"/incoming/{NEXT}.json")
            if not json.loads(answer)["waiting"]:
                return time.perf_counter() - start
            time.sleep(0.05)


def show_pages(visitor: Visitor) -> None:
    """Print what each page takes."""
    print("| page | first, s | again, s | KB |\n|---|---|---|---|")
    for path in PAGES:
        first, page = visitor.ask(path)
        again = median(visitor.ask(path)[0] for _ in range(AGAIN))
        print(f"| {path} | {first:.2f} | {again:.2f} | {len(page) / 1000:.0f} |", flush=True)


def show_verdicts(visitor: Visitor, count: int) -> None:
    """Print what verdicts take, beside a bare read and ``check`` of the same workbook."""
    visitor.ask(f"/incoming?month={NEXT}")
    fresh = [workbook(number, NEXT) for number in range(count - ALONE - TOGETHER, count)]
    alone = [visitor.drop([data]) for data in fresh[:ALONE]]
    together = visitor.drop(fresh[ALONE:])
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "made.xlsx"
        path.write_bytes(fresh[0])
        checks = [_seconds_of_check(path) for _ in range(3)]
        bare = median(_seconds_of_read(path) for _ in range(5))
    check = min(checks)
    print("\n| verdict | seconds | of a `check` of the workbook alone |\n|---|---|---|")
    print(f"| the first workbook that is dropped | {alone[0]:.2f} | {alone[0] / check:.1f} |")
    print(f"| a workbook | {median(alone[1:]):.2f} | {median(alone[1:]) / check:.1f} |")
    print(f"| each of {TOGETHER} dropped at once | {together / TOGETHER:.2f} | {together / TOGETHER / check:.1f} |")
    print(f"| `check`, once it is running | {check:.2f} | 1.0 |")
    print(f"| a bare calamine read | {bare:.3f} | {bare / check:.3f} |")


def _seconds_of_check(path: Path) -> float:
    start = time.perf_counter()
    pledgebatch.check([path])
    return time.perf_counter() - start


def _seconds_of_read(path: Path) -> float:
    start = time.perf_counter()
    book = CalamineWorkbook.from_path(path)
    for name in book.sheet_names:
        book.get_sheet_by_name(name).to_python(skip_empty_area=False)
    return time.perf_counter() - start


def main() -> None:
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 5_000
    place = Path(sys.argv[2]) if len(sys.argv) > 2 else Path(tempfile.mkdtemp()) / "w"
    if not place.exists():
        start = time.perf_counter()
        prepare(place, count, int(sys.argv[3]) if len(sys.argv) > 3 else count)
        print(f"{count} organisations, prepared in {time.perf_counter() - start:.0f} s")
    visitor = Visitor(place)
    try:
        show_pages(visitor)
        show_verdicts(visitor, count)
    finally:
        visitor.served.terminate()
        visitor.served.communicate()


if __name__ == "__main__":
    main()
