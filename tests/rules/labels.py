"""The notation of the labelled texts, see ``labelled/README.md``."""

import csv
import datetime as dt
import re
from dataclasses import dataclass
from pathlib import Path

PARTS = ("tuning", "held_out")
LATER = "held_out_2"
"""Sentences of four heuristics that were held out when their patterns were widened once more."""
FOLDER = Path(__file__).parent / "labelled"
ASKED = "asked"


@dataclass(frozen=True)
class Label:
    """What must be told of a row, one of each set, and what may be."""

    needed: tuple[frozenset[str], ...]
    optional: frozenset[str]

    @classmethod
    def parse(cls, codes: str) -> "Label":
        """``ITM02 ITM06|ITM07 (ITM11)``: the first, one of the next two, perhaps the last."""
        tokens = codes.split()
        optional = [set(token[1:-1].split("|")) for token in tokens if token.startswith("(")]
        needed = [frozenset(token.split("|")) for token in tokens if not token.startswith("(")]
        return cls(tuple(needed), frozenset().union(*optional))

    def needs(self, group: frozenset[str]) -> bool:
        """Whether one of ``group`` must be told."""
        return any(each <= group for each in self.needed)

    def wants(self, code: str) -> bool:
        """Whether telling ``code`` is what must be done."""
        return any(code in each for each in self.needed)

    def lacks(self, found: set[str]) -> frozenset[str]:
        """The codes of which one should have been told and none was."""
        return frozenset().union(*(each for each in self.needed if not each & found))

    @property
    def allowed(self) -> frozenset[str]:
        """All that may be told."""
        return self.optional.union(*self.needed)


@dataclass(frozen=True)
class Right:
    """The values that are right for what was typed; ``asked`` where not understanding it is."""

    values: tuple[str, ...]

    @classmethod
    def parse(cls, right: str) -> "Right":
        """``2011-06-30|asked``, ``2011-06-20..2011-07-10``."""
        return cls(tuple(right.split("|")))

    @property
    def names_a_value(self) -> bool:
        """Whether the branch need not be asked."""
        return ASKED not in self.values

    def accepts(self, value: str) -> bool:
        """Whether ``value``, empty where not understood, is right."""
        return any(_fits(value or ASKED, each) for each in self.values)


def read(part: str, name: str) -> list[dict[str, str]]:
    """The labelled rows of one part; none where it has no such file, as ``LATER`` has sentences alone."""
    path = FOLDER / part / f"{name}.csv"
    if part == LATER and not path.exists():
        return []
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def _fits(value: str, right: str) -> bool:
    if ".." in right and re.fullmatch(r"\d{4}-\d\d-\d\d", value):
        first, last = map(dt.date.fromisoformat, right.split(".."))
        return first <= dt.date.fromisoformat(value) <= last
    return _as_set(value) == _as_set(right)


def _as_set(value: str) -> set[str]:
    """The values of a set in any order, 其他 without its words."""
    return set(re.sub(r"（[^）]*）", "", value).split("、"))
