"""Handing in: a workbook comes to stand in the inbox where the mailbox would have put it, once, with the time it was received.

It is safe, and written down, before the branch gets its receipt; it is put into the inbox as soon as nobody else writes
there. Cut off anywhere, the next try goes on where this one stopped.
"""

import datetime as dt
import logging
import os
import shutil
from collections.abc import Collection
from contextlib import suppress
from pathlib import Path

from pledgebatch.engine.atomic import is_same_file, writing
from pledgebatch.intake.receipts import MOMENT, Receipt, Receipts, set_time_of_receipt
from pledgebatch.mail.incoming import ATTACHMENTS
from pledgebatch.mail.journal import NAME as JOURNAL
from pledgebatch.mail.names import free_names, safe_name
from pledgebatch.notice.periods import OFFICE_TIME, Period
from pledgebatch.pipeline.delivery import journal_of
from pledgebatch.pipeline.door_book import DoorBook, Handed, now
from pledgebatch.pipeline.lock import holding
from pledgebatch.pipeline.workspace import Workspace

LOG = logging.getLogger(__name__)
KEPT = "handed"
"""The folder of what waits to be put into the inbox."""
SENDER = "网上报送 {code}"
"""What the book of receipts says of where it came from."""


def file_in_inbox(name: str) -> str:
    """The name by which its month knows what was sent under ``name``."""
    return f"{ATTACHMENTS}/{safe_name(name)}"


def hand_in(book: DoorBook, path: Path, about: Handed) -> Handed:
    """Take the file at ``path`` in, to be put into the inbox; the same bytes again are the same hand-in. Returns what is
    written down of it."""
    place = _kept(book, about)
    place.parent.mkdir(parents=True, exist_ok=True)
    with writing(place) as fresh:
        shutil.copyfile(path, fresh)
        with fresh.open("rb+") as file:
            os.fsync(file.fileno())
    known = book.enter(about)
    if known.place:  # the same bytes again
        place.unlink(missing_ok=True)
    return known


def clear_away(book: DoorBook) -> None:
    """Remove what was kept and is not waited for: what processes left that were killed. Only before the door opens."""
    waiting = {_kept(book, each) for each in book.waiting()}
    for path in (book.folder / KEPT).glob("*"):
        if path not in waiting:
            path.unlink(missing_ok=True)


def handed(code: str, period: Period, sha256: str, name: str, verdict: str) -> Handed:
    """What is to be written down of a workbook that is handed in now."""
    return Handed(code, str(period), sha256, safe_name(name), now(), verdict, "")


def put_away(workspace: Workspace, book: DoorBook) -> int:
    """Put into the inbox what was handed in and does not stand there yet; returns how many. Raises OfficeMistake where
    another command holds the workspace, or the disk does not take it."""
    waiting = book.waiting()
    if not waiting:
        return 0
    with holding(workspace, "desk --door"):
        receipts = Receipts(workspace.root / "inbox")
        promised = _promised(workspace)
        placed = [(each, _place(workspace, book, each, promised)) for each in waiting]
        done = [(each, place) for each, place in placed if place]
        for each, place in done:
            file = place.removeprefix("inbox/")
            receipts.enter(each.sha256, Receipt(each.received, file, SENDER.format(code=each.code)))
        receipts.save()
        for each, place in done:
            book.put(each, place)
            with suppress(OSError):  # the next door clears it away
                _kept(book, each).unlink(missing_ok=True)
    return len(done)


def _promised(workspace: Workspace) -> Collection[str]:
    """Where attachments of mails stand or are to stand, in small letters."""
    if not (workspace.mail / JOURNAL).is_file():
        return ()
    with journal_of(workspace) as journal:
        return {path.lower() for path in journal.received.paths()}


def _place(workspace: Workspace, book: DoorBook, each: Handed, promised: Collection[str]) -> str:
    """Put one workbook into the inbox; returns where it stands in the workspace, by now or already; empty where it is lost."""
    kept = _kept(book, each)
    folder = workspace.inbox(Period.parse(each.period)) / ATTACHMENTS
    folder.mkdir(parents=True, exist_ok=True)
    for name in free_names(each.name):
        target = folder / name
        place = target.relative_to(workspace.root).as_posix()
        if target.exists():
            if not kept.exists() or is_same_file(target, kept):
                return place
        elif place.lower() not in promised:
            break
    if not kept.exists():
        LOG.error("%s of %s, handed in at %s, is not where it was kept", each.name, each.code, each.received)
        return ""
    fresh = book.folder / "fresh"  # what a killed process leaves does not stand in the inbox
    shutil.copyfile(kept, fresh)
    set_time_of_receipt(fresh, dt.datetime.strptime(each.received, MOMENT).replace(tzinfo=OFFICE_TIME))
    fresh.replace(target)
    return place


def _kept(book: DoorBook, each: Handed) -> Path:
    return book.folder / KEPT / f"{each.period}_{each.sha256}"
