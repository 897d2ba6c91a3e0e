"""What the branches' door remembers: passwords as hashes, wrong attempts, what was done, and what was handed in.

The door and the office's own programs use it at once, each for a moment; a killed process leaves it whole.
"""

import datetime as dt
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from threading import Lock

from pledgebatch.engine.private_files import private
from pledgebatch.intake.receipts import MOMENT
from pledgebatch.mail.tables import together
from pledgebatch.mistakes import OfficeMistake, mendable
from pledgebatch.notice.periods import OFFICE_TIME

FOLDER, NAME = ".door", "door.sqlite3"
"""What the door keeps in a workspace, and where this book stands in it."""
SCHEMA = """
CREATE TABLE IF NOT EXISTS accounts (
    code TEXT PRIMARY KEY, hash TEXT NOT NULL, made TEXT NOT NULL, own INTEGER NOT NULL DEFAULT 0,
    stamp INTEGER NOT NULL DEFAULT 1, wrong INTEGER NOT NULL DEFAULT 0, until REAL NOT NULL DEFAULT 0,
    locked INTEGER NOT NULL DEFAULT 0
);
CREATE TABLE IF NOT EXISTS events (
    id INTEGER PRIMARY KEY, at TEXT NOT NULL, code TEXT NOT NULL, what TEXT NOT NULL, period TEXT NOT NULL DEFAULT '',
    detail TEXT NOT NULL DEFAULT ''
);
CREATE INDEX IF NOT EXISTS events_by_code ON events (code, what);
CREATE TABLE IF NOT EXISTS handed (
    code TEXT NOT NULL, period TEXT NOT NULL, sha256 TEXT NOT NULL, name TEXT NOT NULL, received TEXT NOT NULL,
    verdict TEXT NOT NULL, place TEXT NOT NULL DEFAULT '', PRIMARY KEY (code, period, sha256)
);
"""
DAMAGED = "网上报送的记录 {place} 读写不了，请检查磁盘和权限，或用备份恢复；移走它，密码要重新制发"


class Event(StrEnum):
    """What a branch does at the door, or the office for it."""

    CAME = "登录"
    WRONG = "密码不对"
    LOCKED = "锁定"
    LOOKED = "试报"
    ANSWERED = "说明"
    HANDED = "报送"
    CHANGED = "自己改密码"
    MADE = "制发密码"
    UNLOCKED = "解锁"


@dataclass(frozen=True)
class Account:
    """An organisation that has a password."""

    code: str
    hash: str
    made: str
    own: bool
    """Whether it chose the password itself."""
    stamp: int
    """Another number once the password is another."""
    wrong: int
    """Wrong attempts in a row."""
    until: float
    """Until when, in seconds of the epoch, no attempt is heard."""
    locked: bool


@dataclass(frozen=True)
class Handed:
    """A workbook that was handed in; ``place`` is where it stands in the workspace, empty as long as it waits for that."""

    code: str
    period: str
    sha256: str
    name: str
    received: str
    verdict: str
    """What it came to when it was handed in, in words."""
    place: str


def now() -> str:
    """The time, as the office's clock shows it."""
    return dt.datetime.now(OFFICE_TIME).strftime(MOMENT)


class DoorBook:
    """The book in a folder, which is made where there is none. Raises OfficeMistake where it cannot be read or written."""

    def __init__(self, workspace: Path) -> None:
        """Open the book of the workspace in this folder."""
        self.folder = workspace / FOLDER
        self._path, self._lock = self.folder / NAME, Lock()
        with self._sound(), private():
            self.folder.mkdir(parents=True, exist_ok=True)
            self._base = sqlite3.connect(self._path, timeout=20, isolation_level=None, check_same_thread=False)
            self._base.execute("PRAGMA synchronous = FULL")
            self._base.executescript(SCHEMA)

    def close(self) -> None:
        """Close it."""
        self._base.close()

    @contextmanager
    def _sound(self) -> Iterator[None]:
        try:
            yield
        except (sqlite3.DatabaseError, OSError) as mistake:
            place = f"{FOLDER}/{NAME}"
            raise mendable(mistake, place) or OfficeMistake(DAMAGED.format(place=place)) from None

    @contextmanager
    def together(self) -> Iterator[sqlite3.Connection]:
        """All that is written meanwhile is written, or nothing; nobody else writes."""
        with self._lock, self._sound(), together(self._base):
            yield self._base

    def _ask(self, question: str, *given: object) -> list[tuple[object, ...]]:
        with self._lock, self._sound():
            return self._base.execute(question, given).fetchall()

    def account(self, code: str) -> Account | None:
        """The account of an organisation."""
        rows = self._ask("SELECT code, hash, made, own, stamp, wrong, until, locked FROM accounts WHERE code = ?", code)
        return _account(rows[0]) if rows else None

    def accounts(self) -> dict[str, Account]:
        """All accounts, by code."""
        rows = self._ask("SELECT code, hash, made, own, stamp, wrong, until, locked FROM accounts ORDER BY code")
        return {str(row[0]): _account(row) for row in rows}

    def set_password(self, code: str, hashed: str, own: bool) -> None:
        """Give an organisation a password, made by the office or its ``own``; nothing is held against it any more."""
        with self.together() as base:
            base.execute(
                "INSERT INTO accounts (code, hash, made, own) VALUES (?, ?, ?, ?) ON CONFLICT (code) DO UPDATE SET"
                " hash = excluded.hash, made = excluded.made, own = excluded.own, stamp = stamp + 1, wrong = 0, until = 0, locked = 0",
                (code, hashed, now(), int(own)),
            )
            _note(base, code, Event.CHANGED if own else Event.MADE)

    def unlock(self, code: str) -> None:
        """Let an organisation try again."""
        with self.together() as base:
            base.execute("UPDATE accounts SET wrong = 0, until = 0, locked = 0 WHERE code = ?", (code,))
            _note(base, code, Event.UNLOCKED)

    def note(self, code: str, what: Event, period: str = "", detail: str = "") -> None:
        """Write down what was done."""
        with self.together() as base:
            _note(base, code, what, period, detail)

    def count(self, period: str) -> dict[tuple[str, str], tuple[int, str]]:
        """How often each organisation did what in a month, or in no month, and when last."""
        rows = self._ask(
            "SELECT code, what, count(*), max(at) FROM events WHERE period IN (?, '') GROUP BY code, what", period
        )
        return {(str(code), str(what)): (int(str(often)), str(last)) for code, what, often, last in rows}

    def enter(self, handed: Handed) -> Handed:
        """Write down that a workbook was handed in; what was handed in before stays as it was. Returns what stands there."""
        with self.together() as base:
            made = base.execute(
                "INSERT OR IGNORE INTO handed (code, period, sha256, name, received, verdict) VALUES (?, ?, ?, ?, ?, ?)",
                (handed.code, handed.period, handed.sha256, handed.name, handed.received, handed.verdict),
            ).rowcount
            if made:
                _note(base, handed.code, Event.HANDED, handed.period, handed.name)
        return next(each for each in self.handed(handed.code, handed.period) if each.sha256 == handed.sha256)

    def handed(self, code: str, period: str) -> Sequence[Handed]:
        """What an organisation handed in for a month, the first first."""
        return self._handed("WHERE code = ? AND period = ?", code, period)

    def handed_in(self, period: str) -> Sequence[Handed]:
        """What was handed in for a month."""
        return self._handed("WHERE period = ?", period)

    def waiting(self) -> Sequence[Handed]:
        """What does not stand in the inbox yet."""
        return self._handed("WHERE place = ''")

    def _handed(self, which: str, *given: object) -> list[Handed]:
        columns = "code, period, sha256, name, received, verdict, place"
        rows = self._ask(f"SELECT {columns} FROM handed {which} ORDER BY received, rowid", *given)
        return [Handed(*map(str, row)) for row in rows]

    def put(self, handed: Handed, place: str) -> None:
        """Write down where a workbook stands."""
        with self.together() as base:
            which = (place, handed.code, handed.period, handed.sha256)
            base.execute("UPDATE handed SET place = ? WHERE code = ? AND period = ? AND sha256 = ?", which)


def _account(row: Sequence[object]) -> Account:
    code, hashed, made, own, stamp, wrong, until, locked = row
    return Account(
        str(code), str(hashed), str(made), bool(own), int(str(stamp)), int(str(wrong)), float(str(until)), bool(locked)
    )


def _note(base: sqlite3.Connection, code: str, what: Event, period: str = "", detail: str = "") -> None:
    values = (now(), code, str(what), period, detail)
    base.execute("INSERT INTO events (at, code, what, period, detail) VALUES (?, ?, ?, ?, ?)", values)
