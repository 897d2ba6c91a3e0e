"""When each file of a month was received and from whom: by the book of receipts, which the first run to see it writes."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

import pandas as pd

from pledgebatch.intake.batch import Batch
from pledgebatch.intake.find import Arrival, digests
from pledgebatch.intake.receipts import SENDERS, Receipt, Receipts, receive
from pledgebatch.mail.journal import NAME
from pledgebatch.notice.periods import Period
from pledgebatch.pipeline.delivery import journal_of
from pledgebatch.pipeline.workspace import Workspace


def enter_receipts(workspace: Workspace, period: Period, arrivals: Sequence[Arrival], batch: Batch) -> Batch:
    """``batch``, read from ``arrivals`` in their order, with what the book says of each; the book learns what is new.

    Raises OfficeMistake where the book cannot be understood or written.
    """
    book = Receipts(workspace.root / "inbox")
    sha256s = [None if pd.isna(each) else str(each) for each in batch.files["sha256"]]
    receipts = receive(arrivals, sha256s, book, _known_receipts(workspace, period), str(period))
    book.save()
    columns = {"received": [each.received for each in receipts], "sender": [each.sender or None for each in receipts]}
    return replace(
        batch, files=batch.files.assign(**{key: pd.Series(all_, dtype="str") for key, all_ in columns.items()})
    )


def has_changed(workspace: Workspace, period: Period, arrivals: Sequence[Arrival], read: pd.DataFrame) -> bool:
    """Whether ``arrivals`` are others than those ``read`` (file, SHA-256, time) when the month was consolidated."""
    before = {
        file: (sha256, moment) for file, sha256, moment in read[["file", "sha256", "received"]].itertuples(index=False)
    }
    if sorted(before) != sorted(each.file for each in arrivals):
        return True
    now = digests(arrivals)
    receipts = receive(
        arrivals, now, Receipts(workspace.root / "inbox"), _known_receipts(workspace, period), str(period)
    )
    return any(
        moment != receipt.received or not (pd.isna(was) or was == sha256)
        for (was, moment), sha256, receipt in zip((before[each.file] for each in arrivals), now, receipts, strict=True)
    )


def _known_receipts(workspace: Workspace, period: Period) -> dict[str, Receipt]:
    """What is known, by SHA-256, of files that the book does not know: from a version of the program that kept none, or
    where the book was cut or lost; and of what came by mail."""
    mails = _receipts_of_mails(workspace)
    archived = _times_archived(workspace, period)
    return mails | {
        sha256: Receipt(moment, sender=mails[sha256].sender if sha256 in mails else "")
        for sha256, moment in archived.items()
    }


def _receipts_of_mails(workspace: Workspace) -> dict[str, Receipt]:
    """What came by mail, first and from whom, in the order it came."""
    if not (workspace.mail / NAME).is_file():
        return {}
    with journal_of(workspace) as journal:
        rows = journal.trail.mails()
    first_known: dict[str, Receipt] = {}
    for row in rows:
        if sha256 := row["sha256"]:
            first = first_known.get(str(sha256))
            senders = dict.fromkeys((*(first.sender.split(SENDERS) if first else ()), str(row["sender"])))
            received = first.received if first else str(row["received"])
            first_known[str(sha256)] = Receipt(received, sender=SENDERS.join(senders))
    return first_known


def _times_archived(workspace: Workspace, period: Period) -> Mapping[str, str]:
    """When the files of a month were received as it was last consolidated; nothing where that cannot be read."""
    path = workspace.output(period) / "data" / "submissions.parquet"
    try:
        read = pd.read_parquet(path, columns=["sha256", "received"]).dropna()
    except Exception:  # a damaged archive is named by whoever needs it; here it is only the second best to know
        return {}
    first = read.sort_values("received").drop_duplicates("sha256")
    return dict(first.itertuples(index=False, name=None))
