"""Sends what the journal holds, each message once, and finds out what can be known of those that a cut left open."""

import datetime as dt
import hashlib
import time
from collections import deque
from collections.abc import Callable, Collection, Sequence
from dataclasses import replace
from email.headerregistry import Address
from pathlib import Path

from pledgebatch.mail.journal import Journal
from pledgebatch.mail.letter import Enclosure, Letter, Unwritable, compose, correspondent, message_id, quote_text
from pledgebatch.mail.outbox import Delivery, Entry
from pledgebatch.mail.post import Dropped, Post, Refused, Unreachable
from pledgebatch.mail.settings import MailSettings
from pledgebatch.mistakes import OfficeMistake

Say = Callable[[str], None]
Seal = Callable[[Letter, Enclosure, bytes], bytes]
"""A file of a letter as it goes out: as it is, or with a password."""
Copies = Callable[[dt.datetime], Collection[str]]
"""The identities of the messages whose copy has come to our own mailbox since a day."""
NOBODY = "office@example.invalid"
"""Who a letter is from where none is sent yet."""
POLL = 2.0
"""Seconds between two looks for a copy."""
CUT_OFF = "连接中断，服务器没有收下，下次运行接着发"


def deliver(
    journal: Journal, entries: Sequence[Entry], post: Post, settings: MailSettings, seal: Seal, say: Say
) -> None:
    """Hand over ``entries``, each until it is taken, may have been taken, is refused for good, or was tried often enough.

    Raises OfficeMistake where the server cannot be reached, or leaves one message after the other without an answer; what
    is left stays for the next run.
    """
    queue, tries, idle, unsure = deque(entries), dict.fromkeys((entry.id for entry in entries), 0), 0, 0
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
                done, unsure = done + 1, 0
                say(f"已发 {done}/{len(entries)}：{entry.letter.org_name}")
            except Unsendable as why:
                journal.outbox.mark_not_taken(entry, str(why))
            except Refused as refused:
                journal.outbox.mark_not_taken(entry, str(refused))
                # A whole message is tried once a run: there are servers that say no and have taken it.
                if refused.passing and not refused.whole and tries[entry.id] < settings.attempts:
                    later.append(entry)
                if refused.closing:
                    break
            except Dropped:
                if _may_be_taken(journal, entry):
                    unsure += 1
                    if unsure >= settings.attempts and (left := len(queue) + len(later)):
                        raise OfficeMistake(
                            f"{NO_ANSWER.format(unsure)}。已发 {done} 封，其余 {left} 封没有发"
                        ) from None
                else:
                    journal.outbox.mark_not_taken(entry, CUT_OFF)
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
    try:
        contents = [seal(entry.letter, each, read(each)) for each in entry.letter.enclosures]
        data = compose(entry.letter, contents, sender_of(settings), entry.message_id, entry.prepared)
    except (OfficeMistake, Unwritable) as why:
        raise Unsendable(str(why)) from None
    sent = [hashlib.sha256(content).hexdigest() for content in contents]
    post.hand_over(
        entry.letter.address, data, lambda witnessed: journal.outbox.mark_ending(entry, witnessed, sent), witness
    )
    journal.outbox.mark_taken(entry)


class Unsendable(Exception):
    """A message that costs itself only: its files are not what they were, or it cannot be written."""


def sender_of(settings: MailSettings) -> Address:
    """The office, as letters name it. Raises OfficeMistake for settings that no letter can name."""
    try:
        return correspondent(settings.name, settings.address)
    except Unwritable as why:
        raise OfficeMistake(f"设置 [mail] 中发件人的{why}") from None


def why_unwritable(letter: Letter, settings: MailSettings) -> str:
    """Why a letter cannot be written, as what writes it has it; nothing where it can. Asked before any goes out."""
    sender = sender_of(settings if settings.address else replace(settings, address=NOBODY))
    try:
        identity = message_id(letter, "", 1, sender.addr_spec)
        compose(letter, [b""] * len(letter.enclosures), sender, identity, dt.datetime.fromtimestamp(0, dt.UTC))
    except Unwritable as why:
        return str(why)
    except (ValueError, LookupError, AttributeError, TypeError):  # the library's own ways of saying no
        return f"名称“{quote_text(letter.org_name)}”或电子邮箱“{letter.address}”写不进邮件，请核对"
    return ""


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
    """Find out what can be known of messages that were cut off at their very end.

    A copy in our own mailbox proves that the server took the message, for all its recipients at once. None proves nothing:
    it may come later than anybody waits. What stays unknown is the office's to find out, and never goes out by itself.
    """
    left = {entry.message_id: entry for entry in entries}
    until, found = time.monotonic() + settings.settle_seconds, NO_MAILBOX
    while left and copies:
        oldest = min(dt.datetime.fromisoformat(entry.attempted) for entry in left.values())
        try:
            there = copies(oldest)
        except OfficeMistake as why:
            found = f"没有能核对：{why}"
            break
        found = NO_COPY
        for identity in [identity for identity in left if identity in there]:
            journal.outbox.mark_taken(left.pop(identity))
        fresh = [entry for entry in left.values() if entry.witnessed and not entry.reason]
        if not fresh or time.monotonic() >= until:  # who was asked about before is not waited for again
            break
        say(f"核对 {len(left)} 封不能确定是否已发出的邮件")
        time.sleep(min(POLL, settings.settle_seconds))
    for entry in left.values():
        journal.outbox.mark_unsure(
            entry, f"{UNSURE}（{found if entry.witnessed or not copies else NO_MAILBOX}）。{ASK}"
        )


UNSURE = "邮件已交完，没有等到服务器说收下没有"
NO_MAILBOX = "没有密送给自己的一份可核对"
NO_COPY = "自己的邮箱里没有见到密送的一份"
ASK = "程序不会自己重发，请问对方收到没有"
NO_ANSWER = "邮件服务器接连 {} 封都没有说收下没有，已停下，请先用网页邮箱看看能不能发信"


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
    sender = sender_of(settings if settings.address else replace(settings, address=NOBODY))
    made = []
    for number, entry in enumerate(entries, 1):
        contents = [seal(entry.letter, each, read(each)) for each in entry.letter.enclosures]
        path = folder / f"{number:04d}_{entry.letter.kind}_{entry.letter.organisation}.eml"
        path.write_bytes(compose(entry.letter, contents, sender, entry.message_id, entry.prepared))
        made.append(path)
    return made
