"""What the office knows of a branch's table before it is read: last month's rows, and what was confirmed or refused."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path

import pyarrow.compute as pc

from pledgebatch.intake.layouts.evidence import Clues, Decided
from pledgebatch.schema.archive_tables import read_table
from pledgebatch.schema.digests import DamagedMonth
from pledgebatch.schema.fields import Kind
from pledgebatch.schema.kinds import show
from pledgebatch.schema.sheets import ITEMS, MEMBERS
from pledgebatch.schema.texts import squeeze

COMPARED = {
    MEMBERS.key: ("name", "birth_month", "joined_month", "post", "participation_plan"),
    ITEMS.key: ("item_no", "text", "measures", "responsible", "beneficiary", "plan"),
}
"""The fields that tell a column by what stood there last month."""


@dataclass(frozen=True)
class Known:
    """What a search may ask the office for; it goes to the workers, so it says where things are, not what they are."""

    last: Path | None = None
    """The folder of the last month consolidated."""
    decided: Mapping[str, Decided] = field(default_factory=dict)
    """By organisation."""
    digest: str = ""
    """Of all of it: what was read by other knowledge is read again."""

    def clues(self, code: str, year: int) -> Clues:
        """What is known of the table of one organisation."""
        last = _last_words(self.last, code) if self.last and code else {}
        return Clues(year, last, self.decided.get(code, {}))


@lru_cache(200)
def _last_words(month: Path, code: str) -> Mapping[tuple[str, str], frozenset[str]]:
    words: dict[tuple[str, str], frozenset[str]] = {}
    for sheet in (MEMBERS, ITEMS):
        keys = COMPARED[sheet.key]
        try:
            rows = read_table(month, sheet.key, ["organisation", "set_aside", *keys], pc.field("organisation") == code)
        except DamagedMonth:
            return {}
        rows = rows[rows["set_aside"].isna()]
        for key in keys:
            of = sheet[key]
            values = rows[key].dropna()
            if of.kind is not Kind.CHOICE:
                words[sheet.key, key] = frozenset(squeeze(show(of, value)) for value in values)
    return words


NOTHING = Known()
