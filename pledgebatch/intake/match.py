"""Where the fields of a sheet stand, and what was altered: what matching gives and taking needs."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from pledgebatch.schema.fields import Field, Sheet


@dataclass
class Match:
    """Where a sheet's fields stand: 0-based column by key (for a form, ``rows`` too), and what was altered."""

    sheet: Sheet
    columns: dict[str, int] = field(default_factory=dict)
    rows: dict[str, int] = field(default_factory=dict)
    header_row: int = -1
    changes: list[dict[str, str]] = field(default_factory=list)
    extras: dict[int, str] = field(default_factory=dict)
    """Columns that the standard form does not have, with their headers."""
    inline: dict[str, str] = field(default_factory=dict)
    """Answers of a form that are not the whole text of their cell: they stand behind their label, or there is none."""
    beside: list[tuple[int, str, str]] = field(default_factory=list)
    """What else stands on a form: 0-based row, the words before it, and what it says."""
    no_data: dict[int, str] = field(default_factory=dict)
    """0-based rows of a table that hold no data, each with the reason."""

    def change(self, kind: str, of: Field, found: str = "", cell: str = "", **why: str) -> None:
        """Note that ``of`` is not where or what it should be; ``why`` it was read all the same: ``basis`` and ``sure``."""
        entry = {"sheet": self.sheet.name, "header": of.header, "field": of.key, "kind": kind}
        self.changes.append(entry | ({"found": found, "cell": cell} if found else {}) | why)


def in_places(words: Mapping[str, str]) -> str:
    """``words`` by cell, as a sentence quotes them."""
    return "、".join(f"“{text}”（{cell}）" for cell, text in words.items())
