"""What the month's page shows of delivery; put in when the page is written, and again when mail has come or gone."""

import re

import pandas as pd
from markupsafe import escape

from pledgebatch.publish.render import template
from pledgebatch.schema.records import records

_SECTION = re.compile(r'(<section id="delivery">).*?(</section>)', re.DOTALL)


def render_delivery(messages: pd.DataFrame, mails: pd.DataFrame) -> str:
    """The section's content; what was typed is escaped in it.

    ``messages`` have ``kind`` and ``label`` in words, ``mails`` a ``label``; a ``label`` is missing where all is well.
    """
    counts = messages.assign(label=messages["label"].fillna("已发出")).groupby(["kind", "label"], sort=False).size()
    return template("delivery.html.j2").render(
        counts=records(counts.rename("count").reset_index()),
        wrong=records(messages[messages["label"].notna()]),
        taken=int((mails["label"].isna() & mails["path"].notna()).sum()),
        strange=records(mails[mails["label"].notna()].drop_duplicates(["sender", "received"])),
    )


def render_unreadable(sentence: str) -> str:
    """The section's content where nothing is known of mail, for the reason in ``sentence``."""
    return f"\n<h2>邮件往来</h2>\n<p>{escape(sentence)}</p>\n"


def replace_section(page: str, delivery: str) -> str:
    """The month's page with another content of this section."""
    return _SECTION.sub(lambda found: found[1] + delivery + found[2], page, count=1)
