"""The trail of a month's mail: as frames, and as the month's page shows it."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import pandas as pd

from pledgebatch.engine.atomic import writing
from pledgebatch.mail.journal import NAME, Journal, reading
from pledgebatch.mail.outbox import Delivery
from pledgebatch.mail.outcome import Outcome
from pledgebatch.mistakes import OfficeMistake
from pledgebatch.notice.periods import Period
from pledgebatch.pipeline.letters import LABELS
from pledgebatch.pipeline.workspace import Workspace
from pledgebatch.publish.delivery import render_delivery, render_unreadable, replace_section
from pledgebatch.schema.frames import frame

DELIVERY = {
    "organisation": "str", "org_name": "str", "kind": "str", "address": "str", "part": "Int64", "generation": "Int64",
    "state": "str", "reason": "str", "attempts": "Int64", "settled": "str", "message_id": "str", "manifest": "str",
}  # fmt: skip
"""A line a message; who cannot be written to has no ``state``."""
COLLECTED = {
    "sender": "str", "received": "str", "dated": "str", "subject": "str", "outcome": "str", "path": "str", "name": "str",
    "sha256": "str", "size": "Int64", "organisation": "str", "state": "str", "reason": "str",
}  # fmt: skip
"""A line an attachment, or a mail without one; ``organisation`` by the workbook, never by the sender."""
ENCLOSED = {
    "organisation": "str", "kind": "str", "generation": "Int64", "state": "str", "name": "str", "path": "str",
    "size": "Int64", "sha256": "str", "sent_sha256": "str", "manifest": "str",
}  # fmt: skip


@contextmanager
def journal_of(workspace: Workspace) -> Iterator[Journal]:
    """The workspace's journal, open for a while."""
    journal = Journal(workspace.mail)
    try:
        with reading(workspace.mail / NAME):
            yield journal
    finally:
        journal.close()


def deliveries(journal: Journal, period: Period, problems: Sequence[dict[str, str]] = ()) -> pd.DataFrame:
    """The messages of a month; ``problems`` are those who cannot be written to."""
    unwritten: list[dict[str, object]] = [{**each} for each in problems]
    return frame(DELIVERY, journal.trail.deliveries(str(period)) + unwritten)


def delivery_of(workspace: Workspace, period: Period) -> str:
    """What the month's page shows of delivery; nothing where there has been no mail, and why the journal cannot be read."""
    if not (workspace.mail / NAME).is_file():
        return ""
    try:
        with journal_of(workspace) as journal:
            messages = deliveries(journal, period)
            mails = frame(COLLECTED, journal.trail.mails(str(period)))
    except OfficeMistake as mistake:
        return render_unreadable(str(mistake))
    if messages.empty and mails.empty:
        return ""
    return render_delivery(
        messages.assign(
            kind=messages["kind"].map(LABELS),
            label=messages["state"].map({str(each): each.label for each in Delivery if each is not Delivery.SENT}),
        ),
        mails[mails["outcome"] != Outcome.OWN].assign(
            label=mails["outcome"].map({str(each): each.label for each in Outcome if each is not Outcome.TAKEN})
        ),
    )


def show_delivery(workspace: Workspace, period: Period) -> None:
    """Put what is known of delivery now into the month's page, where there is one."""
    page = workspace.output(period) / "index.html"
    if page.is_file():
        text = page.read_text("utf-8", "replace")
        with writing(page, workspace.output(period)) as fresh:
            fresh.write_text(replace_section(text, delivery_of(workspace, period)), "utf-8", newline="\n")
