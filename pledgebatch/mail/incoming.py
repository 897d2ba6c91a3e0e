"""Takes attachments out of the mailbox into the inbox, each once, and says whose they are."""

import datetime as dt
import hashlib
import re
import sqlite3
from collections.abc import Callable, Collection
from dataclasses import dataclass
from pathlib import Path

from imap_tools import BaseMailBox

from pledgebatch.intake.mails import Mail, read_mail
from pledgebatch.intake.receipts import set_time_of_receipt
from pledgebatch.mail.journal import Journal
from pledgebatch.mail.mailbox import Vanished, choose, fetch, put_away, uids_since
from pledgebatch.mail.names import free_names, safe_name
from pledgebatch.mail.outcome import Outcome
from pledgebatch.mail.settings import MailSettings
from pledgebatch.mail.tables import now
from pledgebatch.notice.periods import OFFICE_TIME

Say = Callable[[str], None]
ATTACHMENTS = "邮件"
"""The folder of a month's inbox for what was sent to the office, but not put there by hand."""
AT_ONCE = 50
"""Mails put away together."""


@dataclass(frozen=True)
class Office:
    """Whose mail is collected: the workspace ``root``, the month it is for, and the addresses in the registry."""

    root: Path
    period: str
    senders: Collection[str]


def collect_mails(
    box: BaseMailBox, journal: Journal, settings: MailSettings, office: Office, since: dt.date, say: Say
) -> list[str]:
    """Take in what came since a day; returns the UIDs of mails that were there, but that the server did not give.

    A mail is entered in the journal with the places of its attachments,
    then they are written, then it is put away: cut off anywhere, the next run goes on where this one stopped, and
    nothing is taken twice. No mail keeps another from being taken.
    """
    folder = choose(box, settings.folder)
    mailbox = f"{settings.login()}/{folder or settings.folder}"
    taking = _Taking(journal, mailbox, office, journal.outbox.known_ids())
    handled, gone = list[str](), list[str]()
    uids = uids_since(box, since)
    for number, uid in enumerate(uids, 1):
        row = taking.known(uid) if folder else None
        if row is None or not row["done"]:
            try:
                data, received = fetch(box, uid)
            except Vanished:
                gone.append(uid)
                say(f"第 {number}/{len(uids)} 封：{Outcome.GONE.label}")
                continue
            # Where the numbers of mails mean nothing the next time, a mail is known by its bytes.
            row = taking.take(uid if folder else f"sha256:{_sha256(data)}", data, received)
            say(f"第 {number}/{len(uids)} 封：{row['sender']} {Outcome(row['outcome']).label}")
        if row["outcome"] != Outcome.BARE:
            handled.append(uid)
        if len(handled) >= AT_ONCE:
            put_away(box, handled, settings.handled_folder)
            handled.clear()
    put_away(box, handled, settings.handled_folder)
    return gone


@dataclass(frozen=True)
class _Taking:
    """What all mails of a run have in common."""

    journal: Journal
    mailbox: str
    office: Office
    own: Collection[str]

    def known(self, key: str) -> sqlite3.Row | None:
        return self.journal.received.mail(self.mailbox, key)

    def take(self, key: str, data: bytes, received: dt.datetime | None) -> sqlite3.Row:
        """Take a mail in, or go on where taking it was cut off."""
        mail = read_mail(data)
        at = received or mail.sent or now()
        row = self.known(key)
        if row is not None and self._unlike(row["id"], mail):
            self.journal.received.withdraw(row["id"])
            row = None
        if row is None:
            self._enter(key, mail, at, _outcome(mail, self.own, self.office.senders))
            row = self.known(key)
            assert row is not None  # it has just been entered
        self._write(row["id"], mail, at)
        if row["outcome"] == Outcome.BOUNCE:
            _note_bounce(self.journal, data, self.own)
        return row

    def _unlike(self, row: int, mail: Mail) -> bool:
        """Whether other attachments were entered than are found now: by another version of the program."""
        places = self.journal.received.attachments(row)
        return bool(places) and [each["sha256"] for each in places] != [_sha256(each.data) for each in mail.files]

    def _enter(self, key: str, mail: Mail, received: dt.datetime, outcome: Outcome) -> None:
        folder = {
            Outcome.TAKEN: self.office.root / "inbox" / self.office.period / ATTACHMENTS,
            Outcome.STRANGER: self.office.root / "mail" / "set_aside" / self.office.period,
        }.get(outcome)
        # Windows does not tell capitals apart.
        taken = {path.lower() for path in self.journal.received.paths()}
        places: list[dict[str, object]] = []
        for each in mail.files if folder else ():
            assert folder is not None  # without one there is nothing to go through
            for name in free_names(safe_name(each.name)):
                path = folder / name
                relative = path.relative_to(self.office.root).as_posix()
                if relative.lower() not in taken and not path.exists():
                    break
            taken.add(relative.lower())
            size = len(each.data)
            places.append({"name": each.name, "path": relative, "sha256": _sha256(each.data), "size": size})
        known = {
            "mailbox": self.mailbox, "uid": key, "period": self.office.period, "message_id": mail.identity,
            "sender": mail.sender, "dated": _moment(mail.sent), "received": _moment(received),
            "subject": mail.subject, "outcome": str(outcome),
        }  # fmt: skip
        self.journal.received.enter(known, places)

    def _write(self, row: int, mail: Mail, received: dt.datetime) -> None:
        """Write the attachments where the journal says, each whole or not at all, its time the time it was received."""
        places = self.journal.received.attachments(row)
        for place, each in zip(places, mail.files if places else (), strict=True):
            path = self.office.root / place["path"]
            path.parent.mkdir(parents=True, exist_ok=True)
            fresh = self.office.root / "mail" / "fresh"
            fresh.write_bytes(each.data)
            set_time_of_receipt(fresh, received)
            fresh.replace(path)
        self.journal.received.mark_written(row)


def _sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def _outcome(mail: Mail, own: Collection[str], known: Collection[str]) -> Outcome:
    if mail.identity in own:
        return Outcome.OWN
    if mail.kind == "multipart/report":
        return Outcome.BOUNCE
    if not mail.files:
        return Outcome.BARE
    return Outcome.TAKEN if mail.sender in known else Outcome.STRANGER


def _note_bounce(journal: Journal, report: bytes, own: Collection[str]) -> None:
    reason = re.search(rb"(?im)^Diagnostic-Code:\s*([^\r\n]+)", report)
    words = reason[1].decode("ascii", "replace")[:160] if reason else ""
    for found in dict.fromkeys(re.findall(rb"(?im)^(?:X-Original-)?Message-ID:\s*(<[^>\s]+>)", report)):
        identity = found.decode("ascii", "replace")
        if identity in own:
            journal.outbox.mark_bounced(identity, f"对方服务器退信：{words}" if words else "对方服务器退信")


def _moment(time: dt.datetime | None) -> str:
    """A time as the office's clock showed it; empty for one beyond the calendar."""
    try:
        return time.astimezone(OFFICE_TIME).strftime("%Y-%m-%d %H:%M:%S") if time else ""
    except OverflowError:
        return ""
