"""The messages of the journal: prepared, handed over, known to be accepted.

The moment that matters is between the server's taking a message and our writing it down. ``SENDING`` is written just
before the end of the message goes out, so that whatever is ``PREPARED`` or ``FAILED`` was certainly not taken. What stays
``SENDING`` may have been taken: it goes out again only where the office says that it did not arrive.
"""

import datetime as dt
import sqlite3
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from pledgebatch.mail.letter import Enclosure, Letter, message_id
from pledgebatch.mail.tables import insert, now, together


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
    reason: str


@dataclass(frozen=True)
class Prepared:
    """What preparing came to: how many are new, were sent before, and of those have other files by now."""

    new: int
    sent_before: int
    changed_since: tuple[str, ...]


class Outbox:
    """The messages of a workspace; every change is on disk when its method returns."""

    def __init__(self, base: sqlite3.Connection) -> None:
        """The messages in ``base``."""
        self._base = base

    def prepare(self, period: str, letters: Iterable[Letter], sender: str, again: bool, root: Path) -> Prepared:
        """Enter ``letters`` that were not sent yet; with ``again`` those sent before a second time, unless some wait.

        What waits takes the content of now; what may have been taken is left alone. All of it is entered, or nothing.
        """
        letters = list(letters)
        last = {letter: self._last(period, letter) for letter in letters}
        waiting = any(row and row["state"] in (Delivery.PREPARED, Delivery.FAILED) for row in last.values())
        again = again and not waiting  # a run that was cut short is finished first
        new, before, changed = 0, 0, []
        with together(self._base):
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
        made = insert(self._base, "messages", values)
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
            insert(self._base, "enclosures", values)

    def messages(self, period: str, root: Path, states: Sequence[Delivery], codes: Collection[str] = ()) -> list[Entry]:
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
            row["reason"],
        )

    def mark_ending(self, entry: Entry, witnessed: bool, sent: Sequence[str]) -> None:
        """Everything but the end of the message is out: from here on the server may take it."""
        with together(self._base):
            self._base.execute(
                "UPDATE messages SET state = ?, attempts = attempts + 1, attempted = ?, witnessed = ?, reason = '' WHERE id = ?",
                (Delivery.SENDING, now().isoformat(), witnessed, entry.id),
            )
            for number, sha256 in enumerate(sent):
                self._base.execute(
                    "UPDATE enclosures SET sent_sha256 = ? WHERE message = ? AND number = ?", (sha256, entry.id, number)
                )

    def mark_taken(self, entry: Entry, reason: str = "") -> None:
        """The server has taken it; ``reason`` where that is known from elsewhere than from the server."""
        self._settle(entry, Delivery.SENT, reason)

    def mark_unsure(self, entry: Entry, reason: str) -> None:
        """Nothing tells whether the server has taken it."""
        self._settle(entry, Delivery.SENDING, reason)

    def mark_not_taken(self, entry: Entry, reason: str) -> None:
        """The server has certainly not taken it."""
        self._settle(entry, Delivery.FAILED, reason)

    def state(self, number: int) -> Delivery:
        """How far a message has come."""
        return Delivery(self._base.execute("SELECT state FROM messages WHERE id = ?", (number,)).fetchone()[0])

    def mark_bounced(self, identity: str, reason: str) -> sqlite3.Row | None:
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
