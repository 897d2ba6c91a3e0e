"""What the month's page shows of delivery: a script beside the mail journal that the page loads where it is there."""

import json
from pathlib import Path

import pandas as pd

from pledgebatch.publish.render import records, template


def write_delivery(path: Path, messages: pd.DataFrame, mails: pd.DataFrame) -> None:
    """Write the script; what was typed is escaped in it.

    ``messages`` have ``kind`` and ``label`` in words, ``mails`` a ``label``; a ``label`` is missing where all is well.
    """
    counts = messages.assign(label=messages["label"].fillna("已发出")).groupby(["kind", "label"], sort=False).size()
    html = template("delivery.html.j2").render(
        counts=records(counts.rename("count").reset_index()),
        wrong=records(messages[messages["label"].notna()]),
        taken=int((mails["label"].isna() & mails["path"].notna()).sum()),
        strange=records(mails[mails["label"].notna()].drop_duplicates(["sender", "received"])),
    )
    text = json.dumps(html, ensure_ascii=True).replace("</", "<\\/")
    path.parent.mkdir(parents=True, exist_ok=True)
    fresh = path.with_suffix(".new")
    fresh.write_text(f"document.querySelector('#delivery').innerHTML = {text};\n", "utf-8", newline="\n")
    fresh.replace(path)
