"""Prints how the branches' door stands a crowd: verdicts, failed requests, memory, and that every workbook is handed in once.

    python benchmarks/door.py [BRANCHES [CONNECTIONS [MINUTES [kill]]]]

Each branch signs in, brings its workbook, waits for the verdict, looks at the report, hands in, and gets its receipt; every
fifth answers a question first, and is judged again. They come as fast as the connections allow, or spread over MINUTES. With
``kill`` the door is killed in the middle and opened again, and whoever was cut off begins again.
"""

import json
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from dataclasses import dataclass, field
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from queue import Empty, Queue
from statistics import median, quantiles
from urllib.parse import quote, urlencode

import pandas as pd

import pledgebatch
from pledgebatch.intake.receipts import Receipts
from pledgebatch.notice.periods import Period
from pledgebatch.pipeline.branch_passwords import hasher
from pledgebatch.pipeline.door_book import DoorBook
from pledgebatch.pipeline.send_out import begin
from pledgebatch.workbooks.registry_book import write_registry
from pledgebatch.workbooks.workbook import write_workbook
from tests import books

LAST, NOW = "2011-03", "2011-04"
PASSWORD = "abcd-efgh-jkmn"
ANSWERS = 5
"""Every so manieth branch answers a question."""
TRIES = 5


def fill_in(path: Path, number: int, period: str) -> None:
    name = f"第{number}小学"
    head = books.HEAD | {
        "unit_code": f"T{number:04d}", "org_name": f"{name}党支部", "period": period, "unit_name": name, "phone": "" if number % 3 == 0 else "0519-85501234",
    }  # fmt: skip
    rows = {"members": pd.DataFrame(books.MEMBERS, dtype="str"), "items": pd.DataFrame(books.ITEMS, dtype="str")}
    path.parent.mkdir(parents=True, exist_ok=True)
    write_workbook(path, Period.parse(period), head, rows)


def prepare(place: Path, count: int) -> None:
    """A workspace whose last month is consolidated, with a password for everybody, and this month's workbooks beside it."""
    begin(place)
    rows = [
        (f"T{n:04d}", f"第{n}小学党支部", "党支部", f"第{n}小学", "公办学校", "直属", "P0", "是") for n in range(count)
    ]
    schools = pd.DataFrame(rows, columns=books.REGISTRY.columns)
    write_registry(place / "registry.xlsx", pd.concat([books.REGISTRY.iloc[:1], schools], ignore_index=True))
    for number in range(count):
        fill_in(place / "inbox" / LAST / f"{number}.xlsx", number, LAST)
        fill_in(place.parent / "mine" / f"第{number}小学党支部_承诺台账_201104.xlsx", number, NOW)
    pledgebatch.consolidate(place, LAST)
    (place / "inbox" / NOW).mkdir()
    book, hashed = DoorBook(place), hasher().hash(PASSWORD)
    for number in range(count):
        book.set_password(f"T{number:04d}", hashed, own=False)
    book.close()


class Served:
    """The door in a process of its own, and the memory that it and its workers take."""

    def __init__(self, place: Path, port: int) -> None:
        self._command = [sys.executable, "-m", "pledgebatch.cli", "desk", "--door", "--workspace", str(place), "--port", str(port)]  # fmt: skip
        self.most, self.begun = 0.0, 0
        self._watching = True
        self.begin()
        threading.Thread(target=self._watch, daemon=True).start()

    def begin(self) -> None:
        self.process = subprocess.Popen(self._command, stdout=subprocess.PIPE, text=True)
        assert self.process.stdout
        self.process.stdout.readline()
        self.begun += 1

    def kill(self) -> None:
        for each in self._tree():
            os.kill(each, signal.SIGKILL)
        self.process.wait()

    def end(self) -> None:
        self._watching = False
        self.process.send_signal(signal.SIGINT)
        self.process.wait(60)

    def _tree(self) -> list[int]:
        parents = {}
        for each in Path("/proc").glob("[0-9]*/stat"):
            try:
                parents[int(each.parent.name)] = int(each.read_text().rpartition(")")[2].split()[1])
            except (OSError, ValueError):
                continue
        found = [self.process.pid]
        for one in found:
            found += [child for child, parent in parents.items() if parent == one]
        return found

    def _watch(self) -> None:
        while self._watching:
            used = 0.0
            for each in self._tree():
                try:
                    told = Path(f"/proc/{each}/smaps_rollup").read_text()
                    used += int(re.search(r"^Pss:\s+(\d+)", told, re.MULTILINE)[1]) / 1024  # type: ignore[index]  # a line that is not there is caught
                except (OSError, TypeError):
                    continue
            self.most = max(self.most, used)
            time.sleep(0.5)


@dataclass
class Told:
    """What the crowd saw."""

    verdicts: list[float] = field(default_factory=list)
    requests: Counter[int] = field(default_factory=Counter)
    cut: int = 0
    done: int = 0
    failed: list[str] = field(default_factory=list)


class Branch:
    """A branch at its browser, on one connection."""

    def __init__(self, port: int, number: int, told: Told) -> None:
        self.connection = HTTPConnection("127.0.0.1", port, timeout=60)
        self.origin, self.number, self.told, self.cookie = f"http://127.0.0.1:{port}", number, told, ""

    def ask(self, method: str, path: str, body: bytes | None = None) -> str:
        headers = {"cookie": self.cookie} if self.cookie else {}
        headers |= {"origin": self.origin, "content-type": "application/octet-stream"} if method == "POST" else {}
        self.connection.request(method, path, body, headers)
        answer = self.connection.getresponse()
        text = answer.read().decode("utf-8", "replace")
        self.told.requests[answer.status] += 1
        if answer.status >= 400:
            raise ValueError(f"{path}: {answer.status} {re.sub('<[^>]+>', ' ', text)[-300:]}")
        if cookie := answer.getheader("set-cookie"):
            self.cookie = cookie.partition(";")[0]
        return text

    def report(self, path: Path) -> None:
        self.ask("POST", "/in", urlencode({"code": f"T{self.number:04d}", "password": PASSWORD}).encode())
        start = time.perf_counter()
        self.ask("POST", f"/drop/{NOW}?name={quote(path.name)}", path.read_bytes())
        page = self.wait(start)
        self.ask("GET", f"/try/{NOW}/report")
        if self.number % ANSWERS == 0:
            fields = {"shown": shown_in(page), "usual-0": "情况属实", "explanation-0": "已核对"}
            start = time.perf_counter()
            self.ask("POST", f"/answer/{NOW}", urlencode(fields).encode())
            page = self.wait(start)
        self.ask("POST", f"/hand/{NOW}", urlencode({"shown": shown_in(page)}).encode())
        receipt = self.ask("GET", f"/receipt/{NOW}")
        assert shown_in(page) in receipt

    def wait(self, start: float) -> str:
        while json.loads(self.ask("GET", f"/try/{NOW}.json"))["waiting"]:
            time.sleep(0.5)
        self.told.verdicts.append(time.perf_counter() - start)
        return self.ask("GET", f"/?month={NOW}")


def shown_in(page: str) -> str:
    found = re.search(r'name="shown" value="([0-9a-f]{64})"', page)
    assert found, page[-600:]
    return found[1]


def crowd(port: int, files: list[Path], connections: int, minutes: float, told: Told) -> list[threading.Thread]:
    waiting: Queue[tuple[int, Path]] = Queue()
    for number, path in enumerate(files):
        waiting.put((number, path))
    begun = time.monotonic()

    def work() -> None:
        while True:
            try:
                number, path = waiting.get_nowait()
            except Empty:
                return
            time.sleep(max(0.0, begun + number / len(files) * minutes * 60 - time.monotonic()))
            for _ in range(TRIES):
                branch = Branch(port, number, told)
                try:
                    branch.report(path)
                    told.done += 1
                    break
                except (OSError, HTTPException):  # the door is gone for a moment
                    told.cut += 1
                    time.sleep(2)
                except (ValueError, AssertionError) as why:
                    told.failed.append(str(why))
                    break
                finally:
                    branch.connection.close()

    threads = [threading.Thread(target=work) for _ in range(connections)]
    for each in threads:
        each.start()
    return threads


def check(place: Path, files: list[Path], kill: bool) -> str:
    """What is wrong with what came to stand in the inbox; nothing where every workbook is there once."""
    for _ in range(30):
        book = DoorBook(place)
        handed, waiting = book.handed_in(NOW), book.waiting()
        book.close()
        if not waiting:
            break
        time.sleep(1)
    stand = sorted(path.name for path in (place / "inbox" / NOW).rglob("*.xlsx"))
    often = Counter(each.code for each in handed)
    receipts = Receipts(place / "inbox")
    wrong = [f"{name} is not there once" for name in {path.name for path in files} ^ set(stand)]
    # Who was cut off after handing in an answered workbook may have answered again: another file, as it should.
    wrong += [f"{code} handed in {count} times" for code, count in often.items() if count > 1 and not kill]
    wrong += [f"{each.name} has no receipt" for each in handed if receipts[each.sha256].received != each.received]
    return "; ".join(wrong[:5])


def main() -> None:
    given = [*sys.argv[1:], *("300", "20", "0", "")[len(sys.argv) - 1 :]]
    count, connections, minutes, kill = int(given[0]), int(given[1]), float(given[2]), given[3] == "kill"
    folder = Path(tempfile.mkdtemp())
    place, port, told = folder / "w", 18_443, Told()
    start = time.perf_counter()
    prepare(place, count)
    print(f"{count} branches, prepared in {time.perf_counter() - start:.0f} s", flush=True)
    files = [folder / "mine" / f"第{number}小学党支部_承诺台账_201104.xlsx" for number in range(count)]
    served, start = Served(place, port), time.perf_counter()
    threads = crowd(port, files, connections, minutes, told)
    while any(each.is_alive() for each in threads):
        time.sleep(0.5)
        if kill and served.begun == 1 and told.done >= count // 2:
            served.kill()
            served.begin()
    seconds, wrong = time.perf_counter() - start, check(place, files, kill)
    served.end()
    ninety = quantiles(told.verdicts, n=20)[-1]
    print(
        f"{told.done} of {count} handed in within {seconds:.0f} s from {connections} connections; cut off and begun again: {told.cut}"
    )
    print(f"requests by status: {dict(sorted(told.requests.items()))}; failed: {len(told.failed)} {told.failed[:2]}")
    print(
        f"{len(told.verdicts)} verdicts: median {median(told.verdicts):.1f} s, 95 % {ninety:.1f} s, longest {max(told.verdicts):.1f} s"
    )
    print(f"memory, the door and its workers together: {served.most:.0f} MiB at the most")
    print(f"every workbook stands in the inbox once, received when its receipt says: {wrong or 'yes'}")
    shutil.rmtree(folder)
    sys.exit(bool(wrong or told.failed or told.done < count))


if __name__ == "__main__":
    main()
