"""Searches all months for a person, an item or an organisation."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import pandas as pd

from pledgebatch.months.archive import consolidated_months, read_registry_of
from pledgebatch.notice.periods import Period
from pledgebatch.pipeline.workspace import Workspace
from pledgebatch.rules.facts.names import shown_names
from pledgebatch.schema.archive_tables import read_table
from pledgebatch.schema.digests import DamagedMonth
from pledgebatch.schema.records import records

MOST_FOUND = 200
LONGEST_WORD = 60
PLACES = {
    "members": ("党员", ("member_no", "name"), ("name",), "post"),
    "items": ("承诺事项", ("item_no", "name"), ("text", "item_no", "name"), "text"),
}
"""By table: what it is, the fields that say which row, those that are searched, and the one that is shown."""


@dataclass(frozen=True)
class Found:
    """A place in a month where the word stands."""

    period: Period
    organisation: str
    org_name: str
    what: str
    which: str
    text: str


def search_months(workspace: Workspace, word: str) -> tuple[Sequence[Found], bool]:
    """Where ``word`` stands, the latest month first, and whether there is more than is told."""
    word = word.strip()[:LONGEST_WORD]
    found: list[Found] = []
    if word:
        for period in reversed(consolidated_months(workspace.root / "output")):
            try:
                found += _in_month(workspace, period, word)
            except DamagedMonth:  # its own page says so
                continue
            if len(found) > MOST_FOUND:
                return found[:MOST_FOUND], True
    return found, False


def _in_month(workspace: Workspace, period: Period, word: str) -> Iterator[Found]:
    folder = workspace.output(period)
    names = shown_names(read_registry_of(folder))
    for code, name in names.items():
        if word in name or word == code:
            yield Found(period, code, name, "党组织", code, name)
    for table, (what, which, searched, shown) in PLACES.items():
        rows = read_table(folder, table, list(dict.fromkeys(("organisation", *which, *searched, shown))))
        hit = pd.Series(False, rows.index)
        for key in searched:
            hit |= rows[key].fillna("").str.contains(word, regex=False)
        for row in records(rows[hit].head(MOST_FOUND + 1)):
            code = str(row["organisation"])
            labels = "　".join(str(row[key]) for key in which if row[key] != "")
            yield Found(period, code, names.get(code, code), what, labels, str(row[shown]))
