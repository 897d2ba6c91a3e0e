"""The journal on disk: each message prepared, handed over, known to be accepted; each mail collected.

The moment that matters is between the server's taking a message and our writing it down. ``SENDING`` is written just
before the end of the message goes out, so that whatever is ``PREPARED`` or ``FAILED`` was certainly not taken.
"""

import datetime as dt
import sqlite3
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from pledgebatch.intake.find import OFFICE_TIME
from pledgebatch.mail.letter import Enclosure, Letter, message_id
from pledgebatch.mistakes import OfficeMistake

NAME = "journal.sqlite3"


class Delivery(StrEnum):
    """How far a message has come."""

    PREPARED = "prepared"
    SENDING = "sending"
    SENT = "sent"
    FAILED = "failed"
    BOUNCED = "bounced"
    REPLACED = "replaced"

    @property
    def label(self) -> str:
        """The state in Chinese."""
        return {
            "prepared": "待发",
            "sending": "不能确定",
            "sent": "已发出",
            "failed": "没有发出",
            "bounced": "被退回",
            "replaced": "已换新内容",
        }[self]


SCHEMA = """
CREATE TABLE IF NOT EXISTS messages (
    id INTEGER PRIMARY KEY, period TEXT NOT NULL, kind TEXT NOT NULL, organisation TEXT NOT NULL, part INTEGER NOT NULL,
    generation INTEGER NOT NULL, org_name TEXT NOT NULL, address TEXT NOT NULL, subject TEXT NOT NULL,
    body TEXT NOT NULL, manifest TEXT NOT NULL, digest TEXT NOT NULL, message_id TEXT NOT NULL UNIQUE,
    prepared TEXT NOT NULL, state TEXT NOT NULL, attempts INTEGER NOT NULL DEFAULT 0, attempted TEXT NOT NULL DEFAULT '',
    witnessed INTEGER NOT NULL DEFAULT 0, settled TEXT NOT NULL DEFAULT '', reason TEXT NOT NULL DEFAULT '',
    UNIQUE (period, kind, organisation, part, generation)
);
CREATE TABLE IF NOT EXISTS enclosures (
    message INTEGER NOT NULL REFERENCES messages (id), number INTEGER NOT NULL, name TEXT NOT NULL, path TEXT NOT NULL,
    sha256 TEXT NOT NULL, size INTEGER NOT NULL, sent_sha256 TEXT NOT NULL DEFAULT '', PRIMARY KEY (message, number)
);
CREATE TABLE IF NOT EXISTS mails (
    id INTEGER PRIMARY KEY, mailbox TEXT NOT NULL, uid TEXT NOT NULL, period TEXT NOT NULL, message_id TEXT NOT NULL,
    sender TEXT NOT NULL, dated TEXT NOT NULL, received TEXT NOT NULL, subject TEXT NOT NULL, outcome TEXT NOT NULL,
    done INTEGER NOT NULL DEFAULT 0, UNIQUE (mailbox, uid)
);
CREATE TABLE IF NOT EXISTS attachments (
    mail INTEGER NOT NULL REFERENCES mails (id), number INTEGER NOT NULL, name TEXT NOT NULL, path TEXT NOT NULL UNIQUE,
    sha256 TEXT NOT NULL, size INTEGER NOT NULL, PRIMARY KEY (mail, number)
);
"""


@dataclass(frozen=True)
class Entry:
    """A message of the outbox: the letter, and what the journal knows of it."""

    id: int
    letter: Letter
    message_id: str
    prepared: dt.datetime
    state: Delivery
    attempted: str
    witnessed: bool


@dataclass(frozen=True)
class Prepared:
    """What preparing came to: how many are new, were sent before, and of those have other files by now."""

    new: int
    sent_before: int
    changed_since: tuple[str, ...]


def now() -> dt.datetime:
    """The time of day, for the journal alone: no published file depends on it."""
    return dt.datetime.now(dt.UTC).replace(microsecond=0)


@contextmanager
def at_work(folder: Path) -> Iterator[None]:
    """Keep a second ``send`` or ``collect`` out until this one ends, or dies. Raises OfficeMistake for the second."""
    folder.mkdir(parents=True, exist_ok=True)
    with closing(sqlite3.connect(folder / "lock.sqlite3", timeout=0)) as lock:
        try:
            lock.execute("BEGIN EXCLUSIVE")
        except sqlite3.OperationalError:
            raise OfficeMistake("另一个窗口正在收发邮件，请等它结束再运行") from None
        yield


class Journal:
    """The journal of a workspace; every change is on disk when its method returns."""

    def __init__(self, folder: Path) -> None:
        """Open the journal in ``folder``, making it where there is none."""
        folder.mkdir(parents=True, exist_ok=True)
        self.folder = folder
        try:
            self._base = sqlite3.connect(folder / NAME, isolation_level=None)
            self._base.row_factory = sqlite3.Row
            self._base.execute("PRAGMA synchronous = FULL")
            self._base.executescript(SCHEMA)
        except sqlite3.DatabaseError:
            raise OfficeMistake(
                f"邮件记录 {folder / NAME} 打不开，请检查磁盘和权限；不要删除，否则会重复发信"
            ) from None

    def close(self) -> None:
        """Let go of the file."""
        self._base.close()

    @contextmanager
    def _together(self) -> Iterator[sqlite3.Connection]:
        self._base.execute("BEGIN IMMEDIATE")
        try:
            yield self._base
        except BaseException:
            self._base.execute("ROLLBACK")
            raise
        self._base.execute("COMMIT")

    # The outbox

    def prepare(self, period: str, letters: Iterable[Letter], sender: str, again: bool, root: Path) -> Prepared:
        """Enter ``letters`` that were not sent yet; with ``again`` those sent before a second time, unless some wait.

        What waits takes the content of now. All of it is entered, or nothing.
        """
        letters = list(letters)
        last = {letter: self._last(period, letter) for letter in letters}
        waiting = any(
            row and row["state"] in (Delivery.PREPARED, Delivery.FAILED, Delivery.SENDING) for row in last.values()
        )
        again = again and not waiting  # a run that was cut short is finished first
        new, before, changed = 0, 0, []
        with self._together():
            for letter, row in last.items():
                if row and row["state"] in (Delivery.SENT, Delivery.BOUNCED) and not again:
                    before += 1
                    if row["digest"] != letter.digest():
                        changed.append(letter.organisation)
                    continue
                if row and row["state"] == Delivery.SENDING:
                    continue
                new += 1
                if row and row["state"] in (Delivery.PREPARED, Delivery.FAILED):
                    if row["digest"] == letter.digest():
                        continue
                    self._replace(row)
                generation = self._next_generation(period, letter)
                self._enter(period, letter, generation, sender, root)
        return Prepared(new, before, tuple(dict.fromkeys(changed)))

    def _replace(self, row: sqlite3.Row) -> None:
        """Take out what was never tried; what may have been taken, against all evidence, stays on the trail."""
        if row["attempts"]:
            self._base.execute("UPDATE messages SET state = ? WHERE id = ?", (Delivery.REPLACED, row["id"]))
        else:
            self._base.execute("DELETE FROM enclosures WHERE message = ?", (row["id"],))
            self._base.execute("DELETE FROM messages WHERE id = ?", (row["id"],))

    def _next_generation(self, period: str, letter: Letter) -> int:
        last = self._last(period, letter)
        return last["generation"] + 1 if last else 1

    def _last(self, period: str, letter: Letter) -> sqlite3.Row | None:
        found: sqlite3.Row | None = self._base.execute(
            "SELECT * FROM messages WHERE period = ? AND kind = ? AND organisation = ? AND part = ?"
            " ORDER BY generation DESC LIMIT 1",
            (period, letter.kind, letter.organisation, letter.part),
        ).fetchone()
        return found

    def _enter(self, period: str, letter: Letter, generation: int, sender: str, root: Path) -> None:
        values = {
            "period": period, "kind": letter.kind, "organisation": letter.organisation, "part": letter.part,
            "generation": generation, "org_name": letter.org_name, "address": letter.address, "subject": letter.subject,
            "body": letter.body, "manifest": letter.manifest, "digest": letter.digest(),
            "message_id": message_id(letter, period, generation, sender), "prepared": now().isoformat(),
            "state": Delivery.PREPARED,
        }  # fmt: skip
        made = _insert(self._base, "messages", values)
        for number, each in enumerate(letter.enclosures):
            path = each.path.relative_to(root).as_posix()
            values = {
                "message": made,
                "number": number,
                "name": each.name,
                "path": path,
                "sha256": each.sha256,
                "size": each.size,
            }
            _insert(self._base, "enclosures", values)

    def waiting(self, period: str, root: Path, states: Sequence[Delivery], codes: Sequence[str] = ()) -> list[Entry]:
        """The messages of a month in these states, in the order they were entered; ``codes`` narrows them."""
        marks = ", ".join("?" * len(states))
        rows = self._base.execute(
            f"SELECT * FROM messages WHERE period = ? AND state IN ({marks}) ORDER BY id", (period, *states)
        ).fetchall()
        return [self._entry(row, root) for row in rows if not codes or row["organisation"] in codes]

    def _entry(self, row: sqlite3.Row, root: Path) -> Entry:
        enclosures = tuple(
            Enclosure(each["name"], root / each["path"], each["sha256"], each["size"])
            for each in self._base.execute("SELECT * FROM enclosures WHERE message = ? ORDER BY number", (row["id"],))
        )
        names = ("kind", "organisation", "org_name", "address", "subject", "body", "manifest", "part")
        letter = Letter(**{name: row[name] for name in names}, enclosures=enclosures)
        prepared = dt.datetime.fromisoformat(row["prepared"])
        return Entry(
            row["id"],
            letter,
            row["message_id"],
            prepared,
            Delivery(row["state"]),
            row["attempted"],
            bool(row["witnessed"]),
        )

    def about_to_end(self, entry: Entry, witnessed: bool, sent: Sequence[str]) -> None:
        """Everything but the end of the message is out: from here on the server may take it."""
        with self._together():
            self._base.execute(
                "UPDATE messages SET state = ?, attempts = attempts + 1, attempted = ?, witnessed = ?, reason = '' WHERE id = ?",
                (Delivery.SENDING, now().isoformat(), witnessed, entry.id),
            )
            for number, sha256 in enumerate(sent):
                self._base.execute(
                    "UPDATE enclosures SET sent_sha256 = ? WHERE message = ? AND number = ?", (sha256, entry.id, number)
                )

    def taken(self, entry: Entry) -> None:
        """The server has taken it."""
        self._settle(entry, Delivery.SENT, "")

    def not_taken(self, entry: Entry, reason: str) -> None:
        """The server has certainly not taken it."""
        self._settle(entry, Delivery.FAILED, reason)

    def state(self, number: int) -> Delivery:
        """How far a message has come."""
        return Delivery(self._base.execute("SELECT state FROM messages WHERE id = ?", (number,)).fetchone()[0])

    def bounced(self, identity: str, reason: str) -> sqlite3.Row | None:
        """The recipient's server gave it back; returns the message, None where it is none of ours."""
        found: sqlite3.Row | None = self._base.execute(
            "SELECT * FROM messages WHERE message_id = ?", (identity,)
        ).fetchone()
        if found:
            self._base.execute(
                "UPDATE messages SET state = ?, reason = ? WHERE id = ?", (Delivery.BOUNCED, reason, found["id"])
            )
        return found

    def _settle(self, entry: Entry, state: Delivery, reason: str) -> None:
        self._base.execute(
            "UPDATE messages SET state = ?, reason = ?, settled = ? WHERE id = ?",
            (state, reason, now().isoformat(), entry.id),
        )

    def known_ids(self) -> frozenset[str]:
        """The identities of all messages of ours."""
        return frozenset(row[0] for row in self._base.execute("SELECT message_id FROM messages"))

    # The trail

    def deliveries(self, period: str | None = None) -> list[dict[str, object]]:
        """The messages with what went in each, in the order they were entered."""
        return self._rows(
            "SELECT period, kind, organisation, org_name, address, part, generation, state, attempts, attempted, settled,"
            " reason, subject, message_id, manifest, id FROM messages", period
        )  # fmt: skip

    def enclosed(self, period: str | None = None) -> list[dict[str, object]]:
        """Each file that went out or is to: to whom, under what name, which bytes."""
        return self._rows(
            "SELECT m.period, m.kind, m.organisation, m.part, m.generation, m.state, e.name, e.path, e.size, e.sha256,"
            " e.sent_sha256, m.manifest, m.id FROM enclosures e JOIN messages m ON m.id = e.message", period, "m."
        )  # fmt: skip

    def collected(self, period: str | None = None) -> list[dict[str, object]]:
        """Each mail that came in, with its attachments."""
        return self._rows(
            "SELECT m.period, m.sender, m.dated, m.received, m.subject, m.outcome, m.done, m.message_id, a.name, a.path,"
            " a.size, a.sha256, m.id FROM mails m LEFT JOIN attachments a ON a.mail = m.id", period, "m."
        )  # fmt: skip

    def _rows(self, query: str, period: str | None, prefix: str = "") -> list[dict[str, object]]:
        where = f" WHERE {prefix}period = ?" if period else ""
        rows = self._base.execute(f"{query}{where} ORDER BY {prefix}id", (period,) if period else ())
        found = [{key: row[key] for key in row.keys() if key != "id"} for row in rows]  # noqa: SIM118 - a row is no dict
        return [row | {key: _shown(row[key]) for key in ("attempted", "settled") if key in row} for row in found]

    # What comes in

    def mail(self, mailbox: str, uid: str) -> sqlite3.Row | None:
        """What is known of a mail."""
        found: sqlite3.Row | None = self._base.execute(
            "SELECT * FROM mails WHERE mailbox = ? AND uid = ?", (mailbox, uid)
        ).fetchone()
        return found

    def receive(self, known: Mapping[str, object], attachments: Sequence[Mapping[str, object]]) -> int:
        """Enter a mail and where its attachments are to stand, before they are written there."""
        with self._together():
            made = _insert(self._base, "mails", known)
            for number, each in enumerate(attachments):
                _insert(self._base, "attachments", {"mail": made, "number": number, **each})
        return made

    def attachments(self, mail: int) -> list[sqlite3.Row]:
        """Where the attachments of a mail stand."""
        return self._base.execute("SELECT * FROM attachments WHERE mail = ? ORDER BY number", (mail,)).fetchall()

    def paths(self) -> frozenset[str]:
        """Where attachments stand, or are to."""
        return frozenset(row[0] for row in self._base.execute("SELECT path FROM attachments"))

    def written(self, mail: int) -> None:
        """The attachments of a mail stand where they should."""
        self._base.execute("UPDATE mails SET done = 1 WHERE id = ?", (mail,))


def _shown(moment: str) -> str:
    """A time of the journal as the office's clock showed it."""
    return dt.datetime.fromisoformat(moment).astimezone(OFFICE_TIME).strftime("%Y-%m-%d %H:%M:%S") if moment else ""


def _insert(base: sqlite3.Connection, table: str, values: Mapping[str, object]) -> int:
    marks = ", ".join("?" * len(values))
    made = base.execute(f"INSERT INTO {table} ({', '.join(values)}) VALUES ({marks})", tuple(values.values())).lastrowid
    assert made is not None
    return made
