"""Prints what the desk takes to answer at many organisations: each page the first time and again, and a dropped workbook.

    python benchmarks/desk.py [ORGANISATIONS [FOLDER [RECEIVED]]]

Every organisation, or the first RECEIVED of them, has sent a workbook; the month is consolidated. A FOLDER is kept, and taken
as it is the next time.
"""

import json
import re
import subprocess
import sys
import tempfile
import time
from http.cookiejar import CookieJar
from pathlib import Path
from statistics import median
from urllib.parse import quote
from urllib.request import HTTPCookieProcessor, Request, build_opener

import pandas as pd

import pledgebatch
from pledgebatch.pipeline.send_out import begin
from pledgebatch.workbooks.registry_book import write_registry
from pledgebatch.workbooks.workbook import write_workbook
from tests import books

PERIOD = "2011-04"
PAGES = ("/", "/registry", "/settings", "/workbooks", "/incoming", "/results", "/answers", "/letters", "/texts", "/months", "/search?q=第77小学",
         f"/files/output/{PERIOD}/index.html")  # fmt: skip
AGAIN = 5


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
    inbox = place / "inbox" / PERIOD
    inbox.mkdir(parents=True)
    for number in range(received):
        fill_in(inbox / f"{number}.xlsx", number)
    pledgebatch.consolidate(place, PERIOD)


def fill_in(path: Path, number: int) -> None:
    """The workbook of an organisation."""
    name = f"第{number}小学"
    head = books.HEAD | {
        "unit_code": f"T{number:05d}",
        "org_name": f"{name}党支部",
        "period": PERIOD,
        "unit_name": name,
    }
    rows = {"members": pd.DataFrame(books.MEMBERS, dtype="str"), "items": pd.DataFrame(books.ITEMS, dtype="str")}
    write_workbook(path, pledgebatch.Period.parse(PERIOD), head, rows)


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


def drop(visitor: Visitor, data: bytes, name: str) -> float:
    """Seconds from dropping a workbook to its verdict."""
    start = time.perf_counter()
    visitor.ask(f"/incoming/{PERIOD}?name={quote(name)}", data)
    while True:
        _, told = visitor.ask(f"/incoming/{PERIOD}.json")
        if not json.loads(told)["waiting"]:
            return time.perf_counter() - start
        time.sleep(0.05)


def main() -> None:
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 5_000
    place = Path(sys.argv[2]) if len(sys.argv) > 2 else Path(tempfile.mkdtemp()) / "w"
    if not place.exists():
        start = time.perf_counter()
        prepare(place, count, int(sys.argv[3]) if len(sys.argv) > 3 else count)
        print(f"{count} organisations, prepared in {time.perf_counter() - start:.0f} s")
    visitor = Visitor(place)
    try:
        print("| page | first, s | again, s | KB |")
        print("|---|---|---|---|")
        for path in PAGES:
            first, page = visitor.ask(path)
            print(
                f"| {path} | {first:.2f} | {median(visitor.ask(path)[0] for _ in range(AGAIN)):.2f} | {len(page) / 1000:.0f} |",
                flush=True,
            )
        book = place / "made.xlsx"
        for number in range(3):
            fill_in(book, count - 1 - number)
            print(
                f"| {path} | {first:.2f} | {median(visitor.ask(path)[0] for _ in range(AGAIN)):.2f} | {len(page) / 1000:.0f} |",
                flush=True,
            )
        book = place / "made.xlsx"
        for number in range(3):
            head = books.HEAD | {
                "unit_code": f"T{number:05d}",
                "org_name": f"第{number}小学党支部",
                "period": PERIOD,
                "unit_name": f"第{number}小学",
            }
            rows = {
                "members": pd.DataFrame(books.MEMBERS, dtype="str"),
                "items": pd.DataFrame(books.ITEMS, dtype="str"),
            }
            write_workbook(book, pledgebatch.Period.parse(PERIOD), head, rows)
            print(
                f"a dropped workbook has its verdict in {drop(visitor, book.read_bytes(), f'{time.time_ns()}.xlsx'):.2f} s",
                flush=True,
            )
        book.unlink()
    finally:
        visitor.served.terminate()
        visitor.served.communicate()


if __name__ == "__main__":
    main()
