"""The book of receipts: when the bytes of a file were first seen, and whose mail brought them; written down once.

It stands beside what was received, for all months, so that nothing done to a file later alters it: neither touching,
copying, renaming, moving nor zipping it.
"""

import csv
import datetime as dt
import hashlib
import io
import os
import re
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from pledgebatch.intake.find import Arrival
from pledgebatch.mistakes import OfficeMistake

NAME = "收件登记.csv"
RECEIVED, FILE, SENDER, SHA256 = COLUMNS = ("收到时间", "文件", "来自", "SHA-256")
SENDERS = "；"
"""Between the addresses from which the same bytes came."""
MOMENT = "%Y-%m-%d %H:%M:%S"
AS_EXCEL_SAVES = ("%Y/%m/%d %H:%M:%S", "%Y-%m-%d %H:%M", "%Y/%m/%d %H:%M")
MOST_NAMED = 5
_LIVE = re.compile(r"'*[=+\-@\t\r]")
"""How a cell begins that a spreadsheet would run, or that was kept from it."""


@dataclass(frozen=True, order=True)
class Receipt:
    """When the bytes of a file were first seen, where they stood, and the addresses of the mails that brought them."""

    received: str
    file: str = ""
    sender: str = ""


class Receipts:
    """The book below ``inbox``, by SHA-256: what it says stays; what it does not know can be entered."""

    def __init__(self, inbox: Path) -> None:
        """Read the book, where there is one. Raises OfficeMistake for what in it cannot be understood."""
        self._path = inbox / NAME
        self._columns: Sequence[str] = COLUMNS
        self._rows: dict[str, dict[str, str]] = {}
        self._changed = False
        self._read()

    def __getitem__(self, sha256: str) -> Receipt:
        row = self._rows[sha256]
        return Receipt(row[RECEIVED], row[FILE], row[SENDER])

    def __contains__(self, sha256: object) -> bool:
        return sha256 in self._rows

    def enter(self, sha256: str, receipt: Receipt) -> None:
        """Write down when bytes were received that the book does not know."""
        row = dict.fromkeys(self._columns, "")
        row |= {RECEIVED: receipt.received, FILE: receipt.file, SENDER: receipt.sender, SHA256: sha256}
        self._changed |= self._rows.setdefault(sha256, row) is row

    def add_senders(self, sha256: str, senders: str) -> None:
        """Bytes that came by mail came from other addresses too; when they were received stays."""
        known = self._rows[sha256][SENDER]
        if known:
            every = SENDERS.join(dict.fromkeys((*known.split(SENDERS), *senders.split(SENDERS))))
            self._changed |= every != known
            self._rows[sha256][SENDER] = every

    def save(self) -> None:
        """Put the book on disk, whole or not at all, where anything was entered. Raises OfficeMistake where it cannot be."""
        if not self._changed:
            return
        fresh = self._path.with_name(f".{NAME}.{os.getpid()}.new")
        try:
            with fresh.open("w", encoding="utf-8-sig", newline="") as stream:
                stream.write(self._as_text())
                stream.flush()
                os.fsync(stream.fileno())
            fresh.replace(self._path)
        except OSError:
            with suppress(OSError):  # the disk is told of below
                fresh.unlink(missing_ok=True)
            raise OfficeMistake(
                f"收件登记 {self._path} 无法写入，请检查文件夹权限和磁盘空间，并关闭正在打开它的 Excel，再运行一次"
            ) from None
        self._changed = False

    def _as_text(self) -> str:
        stream = io.StringIO()
        writer = csv.DictWriter(stream, self._columns, lineterminator="\r\n")
        writer.writeheader()
        for row in sorted(self._rows.values(), key=lambda row: (row[RECEIVED], row[FILE], row[SHA256])):
            writer.writerow({key: f"'{value}" if _LIVE.match(value) else value for key, value in row.items()})
        return stream.getvalue()

    def _read(self) -> None:
        try:
            data = self._path.read_bytes()
        except FileNotFoundError:  # nothing has been received yet
            return
        except OSError:
            raise OfficeMistake(f"收件登记 {self._path} 无法打开，请检查是否正被占用或无权读取") from None
        lines = _lines(data)
        if not lines or not set(COLUMNS) <= set(lines[0]) or len(set(lines[0])) < len(lines[0]):
            raise OfficeMistake(
                f"收件登记 {self._path} 已损坏，读不出“{'”“'.join(COLUMNS)}”各栏，请用备份恢复；"
                "没有备份的，移走这个文件再汇总，收到时间按各月已有的结果和文件现在的时间重新登记"
            )
        self._columns = lines[0]
        odd = [number for number, line in enumerate(lines[1:], 2) if any(line) and not self._take(line)]
        if odd:
            named = "、".join(map(str, odd[:MOST_NAMED])) + (f" 等 {len(odd)}" if len(odd) > MOST_NAMED else "")
            raise OfficeMistake(
                f"收件登记 {self._path} 第 {named} 行看不懂：收到时间要写成 2011-03-25 09:30:00，SHA-256 是 64 位，"
                "同一 SHA-256 只能有一个收到时间。请用备份恢复，或改正、删去这几行再运行"
            )

    def _take(self, line: Sequence[str]) -> bool:
        """Keep a line of the book, unless it cannot be understood."""
        if len(line) != len(self._columns):
            return False
        row = {
            key: cell[1:] if cell[:1] == "'" and _LIVE.match(cell) else cell
            for key, cell in zip(self._columns, line, strict=True)
        }
        row[RECEIVED], row[SHA256] = _moment(row[RECEIVED]), row[SHA256].strip().lower()
        if not row[RECEIVED] or not re.fullmatch("[0-9a-f]{64}", row[SHA256]):
            return False
        return self._rows.setdefault(row[SHA256], row)[RECEIVED] == row[RECEIVED]


def _lines(data: bytes) -> list[list[str]]:
    """The lines of a CSV as we or a Chinese Excel saved it; none where it is no such thing."""
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return list(csv.reader(io.StringIO(data.decode(encoding), newline="")))
        except (UnicodeDecodeError, csv.Error):  # perhaps the other one
            continue
    return []


def set_time_of_receipt(path: Path, received: dt.datetime) -> None:
    """Give a file the time at which it was received as its own, where the disk knows such a time: the book has it anyhow."""
    with suppress(OSError, OverflowError):
        os.utime(path, (received.timestamp(), received.timestamp()))


def _moment(text: str) -> str:
    """A time as the book has it, empty where ``text`` is none."""
    for form in (MOMENT, *AS_EXCEL_SAVES):
        try:
            return dt.datetime.strptime(text.strip(), form).strftime(MOMENT)
        except ValueError:
            continue
    return ""


def receive(
    arrivals: Sequence[Arrival],
    digests: Sequence[str | None],
    book: Receipts,
    known: Mapping[str, Receipt],
    folder: str,
) -> list[Receipt]:
    """When each of ``arrivals`` was received and from whom, by the ``digests`` of their bytes; entered in ``book``.

    Bytes that it does not know were received when ``known`` says, or else with the zip or mail that holds them, or else
    at the time of the file, from whom that mail says. A file whose bytes cannot be had goes by the file on disk that
    holds it; what is no file of the inbox has no time, and is never opened: whoever opens a pipe waits for ever.
    ``folder`` is the month's.
    """
    on_disk = _OnDisk()
    keys = [
        sha256 or (on_disk.sha256(each.path) if each.received else "")
        for each, sha256 in zip(arrivals, digests, strict=True)
    ]
    fresh: dict[str, Receipt] = {}
    for each, key in zip(arrivals, keys, strict=True):
        if key and key not in book:
            about = known.get(key) or (_of_zip(on_disk.sha256(each.path), book, known) if each.members else None)
            received, sender = (about.received, about.sender) if about else (each.received, each.sender)
            receipt = Receipt(received, f"{folder}/{each.file}", sender)
            fresh[key] = min(receipt, fresh.get(key, receipt))
    for key, receipt in fresh.items():
        book.enter(key, receipt)
    for key in dict.fromkeys(keys):
        if key in known and known[key].sender:
            book.add_senders(key, known[key].sender)
    return [book[key] if key else Receipt(each.received) for each, key in zip(arrivals, keys, strict=True)]


def _of_zip(sha256: str, book: Receipts, known: Mapping[str, Receipt]) -> Receipt | None:
    return book[sha256] if sha256 in book else known.get(sha256)


class _OnDisk:
    """The SHA-256 of files as they lie on disk, each read once; empty for one that cannot be read."""

    def __init__(self) -> None:
        self._known: dict[Path, str] = {}

    def sha256(self, path: Path) -> str:
        if path not in self._known:
            try:
                with path.open("rb") as stream:
                    self._known[path] = hashlib.file_digest(stream, "sha256").hexdigest()
            except OSError:
                self._known[path] = ""
        return self._known[path]
