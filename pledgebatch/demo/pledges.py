"""The pledges: templates of ``data/pledges.csv`` with their gaps filled in, no two alike in one year."""

import re
from collections import Counter
from collections.abc import Collection, Mapping
from random import Random
from string import Formatter

from rapidfuzz import fuzz, process

from pledgebatch.demo.lists import read_lists, read_table
from pledgebatch.schema.sheets import ITEMS

MOST_ALIKE = 80
"""Similarity in percent that two texts of one year stay below, digits and punctuation removed (SIM02 asks from 85)."""
NUMBERS = {"n": (2, 6), "p": (3, 9), "m": (10, 40)}
"""Gaps that are numbers, each with its range."""
WISHES = ("wish_school", "wish_clinic")
"""Gaps that name what the public wants solved."""
MOST_TRIES = 400
TRIES_OF_ONE = 40
"""After so many texts too much like others the next template takes its turn."""


def normalised_text(text: str) -> str:
    """``text`` without digits, punctuation and white space: what similarity is measured on."""
    return re.sub(r"[\d\W_]+", "", text)


def templates(audience: str, part: str = "") -> list[Mapping[str, str]]:
    """The templates for ``audience``, of one of the three parts or of all; texts of 承诺事项 by field key."""
    return [row for row in read_table("pledges") if row["audience"] == audience and part in ("", row["part"])]


class Stock:
    """Hands out the pledges of one year; what two pledgers promise is never alike."""

    def __init__(self, year: int, used: Collection[str] = ()) -> None:
        """Start with nothing handed out; ``used`` are the texts of the year before, which nobody repeats (SIM03)."""
        self._random = Random(f"pledges {year}")
        self._used = frozenset(map(normalised_text, used))
        self._given: list[str] = []
        self._turns: Counter[tuple[str, str]] = Counter()

    def draw(self, audience: str, part: str, when: str, subject: str = "") -> dict[str, str]:
        """A pledge of ``part`` for a member, due ``when``: texts of 承诺事项 by field key."""
        choice = templates(audience, part)
        turn = self._turns[audience, part]
        self._turns[audience, part] += 1
        for attempt in range(MOST_TRIES):
            template = choice[(turn + attempt // TRIES_OF_ONE) % len(choice)]
            if pledge := self._fill(template, when, subject):
                return pledge
        raise AssertionError(f"no more pledges for {audience}, {part}")

    def draw_from(self, template: Mapping[str, str], when: str, wish: str = "") -> dict[str, str]:
        """A pledge of an organisation, from a template of its own; ``wish`` is the problem it must solve, if any."""
        for _ in range(MOST_TRIES):
            if pledge := self._fill(template, when, wish=wish):
                return pledge
        raise AssertionError(f"no more pledges like {template['text']}")

    def _fill(self, template: Mapping[str, str], when: str, subject: str = "", wish: str = "") -> dict[str, str] | None:
        values = self._pick_values(template["text"]) | {"when": when, "subject": subject}
        if wish:
            values |= dict.fromkeys(WISHES, wish)
        texts = {key: self._fill_gaps(value, values) for key, value in template.items() if key in ITEMS.by_key}
        short = normalised_text(texts["text"])
        alike = process.extractOne(short, self._given, scorer=fuzz.ratio, score_cutoff=MOST_ALIKE)
        if alike or short in self._used:
            return None
        self._given.append(short)
        return texts | {"real_deed": "是" if template["beneficiary"] else "否"}

    def _pick_values(self, text: str) -> dict[str, str]:
        """A value for each gap of ``text`` that a list fills."""
        gaps = {name for _, name, _, _ in Formatter().parse(text) if name}
        slots = read_lists("slots")
        return {name: self._random.choice(slots[name]) for name in sorted(gaps & slots.keys())}

    def _fill_gaps(self, text: str, values: Mapping[str, str]) -> str:
        """``text`` with its gaps filled, a new number wherever one is asked for."""
        filled = text.format_map({**values, **{name: f"{{{name}}}" for name in NUMBERS}})
        return re.sub(r"\{(\w)\}", lambda gap: str(self._random.randint(*NUMBERS[gap[1]])), filled)
