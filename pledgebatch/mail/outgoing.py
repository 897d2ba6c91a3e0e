"""Sends what the journal holds, each message once, and settles what a cut left open."""

import datetime as dt
import hashlib
import time
from collections import deque
from collections.abc import Callable, Collection, Sequence
from email.headerregistry import Address
from pathlib import Path

from pledgebatch.mail.journal import Journal
from pledgebatch.mail.letter import Enclosure, Letter, compose
from pledgebatch.mail.outbox import Delivery, Entry
from pledgebatch.mail.post import Dropped, Post, Refused, Unreachable
from pledgebatch.mail.settings import MailSettings
from pledgebatch.mail.tables import now
from pledgebatch.mistakes import OfficeMistake

Say = Callable[[str], None]
Seal = Callable[[Letter, Enclosure, bytes], bytes]
"""A file of a letter as it goes out: as it is, or with a password."""
Copies = Callable[[dt.datetime], Collection[str]]
"""The identities of the messages whose copy has come to our own mailbox since a day."""
POLL = 2.0
"""Seconds between two looks for a copy."""
CUT_OFF = "连接中断，服务器没有收下，下次运行接着发"


def deliver(
    journal: Journal, entries: Sequence[Entry], post: Post, settings: MailSettings, seal: Seal, say: Say
) -> None:
    """Hand over ``entries``, each until it is taken, refused for good, or has been tried often enough.

    Raises OfficeMistake where the server cannot be reached; what is left stays for the next run.
    """
    queue, tries, idle = deque(entries), dict.fromkeys((entry.id for entry in entries), 0), 0
    witness = settings.address if settings.copy_to_self and settings.imap_host else None
    pace = _Pace(settings.per_minute)
    done = 0
    while queue:
        before, later = done, list[Entry]()
        while queue:
            entry = queue.popleft()
            tries[entry.id] += 1
            pace.wait()
            try:
                _hand_over(journal, entry, post, settings, seal, witness)
                done += 1
                say(f"已发 {done}/{len(entries)}：{entry.letter.org_name}")
            except Refused as refused:
                journal.outbox.not_taken(entry, str(refused))
                if refused.passing and tries[entry.id] < settings.attempts:
                    later.append(entry)
                if refused.closing:
                    break
            except Dropped:
                if not _may_be_taken(journal, entry):
                    journal.outbox.not_taken(entry, CUT_OFF)
                    if tries[entry.id] < settings.attempts:
                        later.append(entry)
                break
            except Unreachable as why:
                tries[entry.id] -= 1
                queue.appendleft(entry)
                idle += 1
                if idle >= settings.attempts:
                    raise OfficeMistake(
                        f"{why}。已发 {done} 封，其余 {len(queue) + len(later)} 封下次运行接着发"
                    ) from None
                break
        queue.extend(later)
        idle = 0 if done > before else idle
        if queue:
            hurdles = max(idle, *(tries[entry.id] for entry in queue), 1)
            time.sleep(settings.retry_seconds * 2 ** (hurdles - 1))


def _hand_over(
    journal: Journal, entry: Entry, post: Post, settings: MailSettings, seal: Seal, witness: str | None
) -> None:
    contents = [seal(entry.letter, each, read(each)) for each in entry.letter.enclosures]
    sender = Address(settings.name, addr_spec=settings.address)
    data = compose(entry.letter, contents, sender, entry.message_id, entry.prepared)
    sent = [hashlib.sha256(content).hexdigest() for content in contents]
    post.hand_over(entry.letter.address, data, lambda witnessed: journal.outbox.about_to_end(entry, witnessed, sent), witness)
    journal.outbox.taken(entry)


def read(enclosure: Enclosure) -> bytes:
    """The bytes that were prepared. Raises OfficeMistake where they are no longer there."""
    try:
        data = enclosure.path.read_bytes()
    except OSError:
        data = b""
    if hashlib.sha256(data).hexdigest() != enclosure.sha256:
        raise OfficeMistake(f"{enclosure.path} 在发送过程中被改动或移走，请再运行一次")
    return data


def _may_be_taken(journal: Journal, entry: Entry) -> bool:
    return journal.outbox.state(entry.id) is Delivery.SENDING


def settle(journal: Journal, entries: Sequence[Entry], settings: MailSettings, copies: Copies | None, say: Say) -> None:
    """Find out what became of messages that were cut off at their very end.

    A copy in our own mailbox proves that the server took the message, for all its recipients at once; none after
    ``settle_seconds`` is held to prove the contrary. Without a mailbox to look into the message is to be handed over
    again under the same identity. Either way it is then known, or waits to be sent.
    """
    left = {entry.message_id: entry for entry in entries}
    while left and copies:
        oldest = min(dt.datetime.fromisoformat(entry.attempted) for entry in left.values())
        there = copies(oldest)
        for identity in [identity for identity in left if identity in there]:
            journal.outbox.taken(left.pop(identity))
        waiting = [entry for entry in left.values() if entry.witnessed and _age(entry) < settings.settle_seconds]
        if not waiting:
            break
        say(f"核对 {len(left)} 封不能确定是否已发出的邮件")
        time.sleep(POLL)
    for entry in left.values():
        journal.outbox.not_taken(entry, "上次发到最后一刻中断，重新发送" if entry.witnessed and copies else UNSURE)


UNSURE = "上次发到最后一刻中断，不能确定服务器是否已收下，用同一邮件编号重新发送"


def _age(entry: Entry) -> float:
    return (now() - dt.datetime.fromisoformat(entry.attempted)).total_seconds()


class _Pace:
    """Keeps messages apart."""

    def __init__(self, per_minute: int) -> None:
        self._apart = 60 / per_minute if per_minute else 0.0
        self._next = 0.0

    def wait(self) -> None:
        time.sleep(max(0.0, self._next - time.monotonic()))
        self._next = time.monotonic() + self._apart


def write_preview(folder: Path, entries: Sequence[Entry], settings: MailSettings, seal: Seal) -> list[Path]:
    """Write each letter as an .eml file that a mail program opens."""
    sender = Address(settings.name, addr_spec=settings.address or "office@example.invalid")
    made = []
    for number, entry in enumerate(entries, 1):
        contents = [seal(entry.letter, each, read(each)) for each in entry.letter.enclosures]
        path = folder / f"{number:04d}_{entry.letter.kind}_{entry.letter.organisation}.eml"
        path.write_bytes(compose(entry.letter, contents, sender, entry.message_id, entry.prepared))
        made.append(path)
    return made
