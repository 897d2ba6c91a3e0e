"""Takes attachments out of the mailbox into the inbox, each once, and says whose they are."""

import datetime as dt
import hashlib
import os
import re
from collections.abc import Callable, Collection
from email import message_from_bytes, policy
from email.message import Message
from email.utils import parsedate_to_datetime
from pathlib import Path

from imap_tools import BaseMailBox

from pledgebatch.intake.find import OFFICE_TIME
from pledgebatch.mail.attachments import attachments, free_names, safe_name, sender_of, subject_of
from pledgebatch.mail.journal import Journal
from pledgebatch.mail.mailbox import choose, fetch, identity_of, put_away, uids_since
from pledgebatch.mail.outcome import Outcome
from pledgebatch.mail.settings import MailSettings

Say = Callable[[str], None]
AT_ONCE = 50
"""Mails put away together."""


def collect_mails(
    box: BaseMailBox, journal: Journal, settings: MailSettings, period: str, since: dt.date, known: Collection[str],
    root: Path, say: Say,
) -> None:  # fmt: skip
    """Take in what came since a day. ``known`` are the addresses in the registry.

    A mail is entered in the journal with the places of its attachments, then they are written, then it is put away:
    cut off anywhere, the next run goes on where this one stopped, and nothing is taken twice.
    """
    mailbox = f"{settings.login()}/{choose(box, settings.folder)}"
    own, handled = journal.outbox.known_ids(), list[str]()
    uids = uids_since(box, since)
    for number, uid in enumerate(uids, 1):
        row = journal.received.mail(mailbox, uid)
        if row is None or not row["done"]:
            data, received = fetch(box, uid)
            message = message_from_bytes(data, policy=policy.compat32)
            if row is None:
                outcome = _outcome(message, own, known)
                _enter(journal, mailbox, uid, message, received, outcome, period, root)
                row = journal.received.mail(mailbox, uid)
                assert row is not None
            _write(journal, row["id"], message, received, root)
            if row["outcome"] == Outcome.BOUNCE:
                _note_bounce(journal, message, own)
            say(f"第 {number}/{len(uids)} 封：{row['sender']} {Outcome(row['outcome']).label}")
        if row["outcome"] != Outcome.BARE:
            handled.append(uid)
        if len(handled) >= AT_ONCE:
            put_away(box, handled, settings.handled_folder)
            handled.clear()
    put_away(box, handled, settings.handled_folder)


def _outcome(message: Message, own: Collection[str], known: Collection[str]) -> Outcome:
    if identity_of(message) in own:
        return Outcome.OWN
    if message.get_content_type() == "multipart/report":
        return Outcome.BOUNCE
    if not attachments(message):
        return Outcome.BARE
    return Outcome.TAKEN if sender_of(message) in known else Outcome.STRANGER


def _enter(
    journal: Journal, mailbox: str, uid: str, message: Message, received: dt.datetime, outcome: Outcome, period: str,
    root: Path,
) -> None:  # fmt: skip
    folder = {
        Outcome.TAKEN: root / "inbox" / period / "邮件",
        Outcome.STRANGER: root / "mail" / "set_aside" / period,
    }.get(outcome)
    taken = set(journal.received.paths())
    places: list[dict[str, object]] = []
    for name, data in attachments(message) if folder else []:
        assert folder is not None
        for each in free_names(safe_name(name)):
            path = folder / each
            relative = path.relative_to(root).as_posix()
            # Windows does not tell capitals apart.
            if relative.lower() not in {other.lower() for other in taken} and not path.exists():
                break
        taken.add(relative)
        sha256 = hashlib.sha256(data).hexdigest()
        places.append({"name": name, "path": relative, "sha256": sha256, "size": len(data)})
    known = {
        "mailbox": mailbox, "uid": uid, "period": period, "message_id": identity_of(message),
        "sender": sender_of(message), "dated": _dated(message), "received": _moment(received),
        "subject": subject_of(message), "outcome": str(outcome),
    }  # fmt: skip
    journal.received.enter(known, places)


def _write(journal: Journal, mail: int, message: Message, received: dt.datetime, root: Path) -> None:
    """Write the attachments where the journal says, each whole or not at all, its time the time it was received."""
    places = journal.received.attachments(mail)
    for place, (_, data) in zip(places, attachments(message) if places else [], strict=True):
        path = root / place["path"]
        path.parent.mkdir(parents=True, exist_ok=True)
        fresh = root / "mail" / "fresh"
        fresh.write_bytes(data)
        os.utime(fresh, (received.timestamp(), received.timestamp()))
        fresh.replace(path)
    journal.received.written(mail)


def _note_bounce(journal: Journal, message: Message, own: Collection[str]) -> None:
    said = message.as_bytes()
    reason = re.search(rb"(?im)^Diagnostic-Code:\s*([^\r\n]+)", said)
    told = reason[1].decode("ascii", "replace")[:160] if reason else ""
    for found in dict.fromkeys(re.findall(rb"(?im)^(?:X-Original-)?Message-ID:\s*(<[^>\s]+>)", said)):
        identity = found.decode("ascii", "replace")
        if identity in own:
            journal.outbox.bounced(identity, f"对方服务器退信：{told}" if told else "对方服务器退信")


def _dated(message: Message) -> str:
    try:
        return _moment(parsedate_to_datetime(str(message.get("Date", ""))))
    except (ValueError, TypeError):
        return ""


def _moment(time: dt.datetime) -> str:
    return time.astimezone(OFFICE_TIME).strftime("%Y-%m-%d %H:%M:%S")
