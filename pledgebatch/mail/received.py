"""The mails of the journal that came in, and where their attachments stand."""

import sqlite3
from collections.abc import Mapping, Sequence

from pledgebatch.mail.tables import insert, together


class Received:
    """The mails of a workspace; every change is on disk when its method returns."""

    def __init__(self, base: sqlite3.Connection) -> None:
        """The mails in ``base``."""
        self._base = base

    def mail(self, mailbox: str, uid: str) -> sqlite3.Row | None:
        """What is known of a mail."""
        found: sqlite3.Row | None = self._base.execute(
            "SELECT * FROM mails WHERE mailbox = ? AND uid = ?", (mailbox, uid)
        ).fetchone()
        return found

    def enter(self, known: Mapping[str, object], attachments: Sequence[Mapping[str, object]]) -> int:
        """Enter a mail and where its attachments are to stand, before they are written there."""
        with together(self._base):
            made = insert(self._base, "mails", known)
            for number, each in enumerate(attachments):
                insert(self._base, "attachments", {"mail": made, "number": number, **each})
        return made

    def withdraw(self, mail: int) -> None:
        """Forget a mail of which nothing is done yet."""
        with together(self._base):
            self._base.execute("DELETE FROM attachments WHERE mail = ?", (mail,))
            self._base.execute("DELETE FROM mails WHERE id = ? AND done = 0", (mail,))

    def attachments(self, mail: int) -> list[sqlite3.Row]:
        """Where the attachments of a mail stand."""
        return self._base.execute("SELECT * FROM attachments WHERE mail = ? ORDER BY number", (mail,)).fetchall()

    def paths(self) -> frozenset[str]:
        """Where attachments stand, or are to."""
        return frozenset(row[0] for row in self._base.execute("SELECT path FROM attachments"))

    def mark_written(self, mail: int) -> None:
        """The attachments of a mail stand where they should."""
        self._base.execute("UPDATE mails SET done = 1 WHERE id = ?", (mail,))
