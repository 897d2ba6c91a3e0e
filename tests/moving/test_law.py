"""The law: whatever organisations and people do, every month adds up; nobody is lost, and nothing counts twice."""

import random

import pytest

from pledgebatch.notice.periods import Period
from tests.moving.moves import Year
from tests.moving.world import CALENDAR, World

GROUPS, SIZE, MONTHS = 15, 4, CALENDAR[:4]
CODES = [f"S{number:02d}" for number in range(1, GROUPS * SIZE + 1)]
KINDS = ("join", "merge", "dissolve", "rename", "move", "leave", "transfer", "came first", "left first", "absent")
Deed = tuple[str, int, int]
"""A kind, and the two of a few organisations that do it."""


def draw_history(chance: random.Random) -> list[list[Deed]]:
    """What a few organisations do, month by month."""
    return [
        [(chance.choice(KINDS), chance.randrange(SIZE), chance.randrange(SIZE)) for _ in range(chance.randrange(4))]
        for _ in MONTHS
    ]


class Group:
    """A few organisations that have to do with one another alone: what of a history can be done, and is."""

    def __init__(self, year: Year, codes: list[str]) -> None:
        self.year, self.codes = year, codes
        self.alive, self.moving = set(codes), set()
        self.done: set[str] = set()
        """The kinds of what was done."""

    def plan(self, period: Period, history: list[Deed]) -> list[str]:
        """Have the deeds of a month done; returns who does not report."""
        absent: list[str] = []
        busy: set[str] = set()
        for kind, first, second in history if period > MONTHS[0] else ():
            code, other = self.codes[first], self.codes[second]
            if code not in self.alive or code in busy:
                continue
            if kind in ("merge", "transfer", "came first", "left first") and (
                other not in self.alive - busy or other == code
            ):
                continue
            if kind in ("merge", "dissolve", "rename", "move"):
                busy |= {code, other} if kind == "merge" else {code}
                self._event(period, kind, code, other)
            elif kind == "join":
                busy.add(code)  # who joins one that ends is never told of
                self.year.world.join(code, first)
                self.done.add(kind)
            elif kind == "absent":
                absent.append(code)
                self.done.add(kind)
            else:
                self._person(period, kind, code, other)
        return absent

    def _event(self, period: Period, kind: str, code: str, other: str) -> None:
        what = {"merge": "并入", "dissolve": "撤销", "rename": "更名", "move": "改隶"}[kind]
        to = {
            "merge": other,
            "dissolve": "",
            "rename": f"云溪{code}新{period.month}党支部",
            "move": f"P{1 + period.month % 2}",
        }
        self.year.event(period, code, what, to[kind])
        self.done.add(kind)
        self.alive -= {code} if kind in ("merge", "dissolve") else set()

    def _person(self, period: Period, kind: str, code: str, other: str) -> None:
        world = self.year.world
        there = [
            each.name for each in world.persons.values() if each.rosters == [code] and each.name not in self.moving
        ]
        if not there:
            return
        self.moving.add(there[0])
        self.done.add(kind)
        left, came = {"came first": (1, 0), "left first": (0, 1)}.get(kind, (0, 0))
        self.year.leave(Period.of_ordinal(period.ordinal + left), code, there[0])
        if kind != "leave":
            self.year.arrive(Period.of_ordinal(period.ordinal + came), other, there[0])


@pytest.mark.parametrize("seed", [1, 2])
def test_members_and_items_add_up_over_any_history(tmp_path, seed):
    """Several histories at once, each of organisations of its own: a month costs the same for one as for many."""
    chance = random.Random(seed)
    year = Year(World.of(tmp_path / "output", CODES))
    groups = [Group(year, CODES[start : start + SIZE]) for start in range(0, len(CODES), SIZE)]
    several = [draw_history(chance) for _ in groups]
    for place, period in enumerate(MONTHS):
        absent = [
            code for group, history in zip(groups, several, strict=True) for code in group.plan(period, history[place])
        ]
        year.run(period, tuple(absent))
    assert set().union(*(group.done for group in groups)) == set(KINDS)
