"""The journal as a record: who got which bytes, and what came in."""

import datetime as dt
import sqlite3

from pledgebatch.notice.periods import OFFICE_TIME


class Trail:
    """The rows of a journal, of one month or of all, in the order they were entered."""

    def __init__(self, base: sqlite3.Connection) -> None:
        """The rows in ``base``."""
        self._base = base

    def deliveries(self, period: str | None = None) -> list[dict[str, object]]:
        """The messages with what went in each, in the order they were entered."""
        return self._rows(
            "SELECT period, kind, organisation, org_name, address, part, generation, state, attempts, attempted, settled,"
            " reason, subject, message_id, manifest, id FROM messages", period
        )  # fmt: skip

    def enclosures(self, period: str | None = None) -> list[dict[str, object]]:
        """Each file that went out or is to: to whom, under what name, which bytes."""
        return self._rows(
            "SELECT m.period, m.kind, m.organisation, m.part, m.generation, m.state, e.name, e.path, e.size, e.sha256,"
            " e.sent_sha256, m.manifest, m.id FROM enclosures e JOIN messages m ON m.id = e.message", period, "m."
        )  # fmt: skip

    def mails(self, period: str | None = None) -> list[dict[str, object]]:
        """Each mail that came in, with its attachments."""
        return self._rows(
            "SELECT m.period, m.sender, m.dated, m.received, m.subject, m.outcome, m.done, m.message_id, a.name, a.path,"
            " a.size, a.sha256, m.id FROM mails m LEFT JOIN attachments a ON a.mail = m.id", period, "m."
        )  # fmt: skip

    def _rows(self, query: str, period: str | None, prefix: str = "") -> list[dict[str, object]]:
        where = f" WHERE {prefix}period = ?" if period else ""
        rows = self._base.execute(f"{query}{where} ORDER BY {prefix}id", (period,) if period else ())
        found = [{key: row[key] for key in row.keys() if key != "id"} for row in rows]  # noqa: SIM118 - a row is no dict
        return [
            row | {key: _in_office_time(row[key]) for key in ("attempted", "settled") if key in row} for row in found
        ]


def _in_office_time(moment: str) -> str:
    """A time of the journal as the office's clock showed it."""
    try:
        return dt.datetime.fromisoformat(moment).astimezone(OFFICE_TIME).strftime("%Y-%m-%d %H:%M:%S")
    except ValueError:  # none yet, or damaged
        return moment
