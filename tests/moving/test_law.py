"""The law: whatever organisations and people do, every month adds up; nobody is lost, and nothing counts twice."""

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from pledgebatch.notice.periods import Period
from tests.moving.moves import Year
from tests.moving.world import CALENDAR, World

GROUPS, SIZE, MONTHS = 15, 4, CALENDAR[:4]
CODES = [f"S{number:02d}" for number in range(1, GROUPS * SIZE + 1)]
KINDS = ("join", "merge", "dissolve", "rename", "move", "leave", "transfer", "came first", "left first", "absent")
places = st.integers(0, SIZE - 1)
deeds = st.tuples(st.sampled_from(KINDS), places, places)
histories = st.lists(st.lists(deeds, max_size=3), min_size=len(MONTHS), max_size=len(MONTHS))
"""What a few organisations do, month by month."""


class Group:
    """A few organisations that have to do with one another alone: what of a history can be done, and is."""

    def __init__(self, year: Year, codes: list[str]) -> None:
        self.year, self.codes = year, codes
        self.alive, self.moving = set(codes), set()

    def plan(self, period: Period, history: list[tuple[str, int, int]]) -> list[str]:
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
            elif kind == "absent":
                absent.append(code)
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
        self.alive -= {code} if kind in ("merge", "dissolve") else set()

    def _person(self, period: Period, kind: str, code: str, other: str) -> None:
        world = self.year.world
        there = [
            each.name for each in world.persons.values() if each.rosters == [code] and each.name not in self.moving
        ]
        if not there:
            return
        self.moving.add(there[0])
        left, came = {"came first": (1, 0), "left first": (0, 1)}.get(kind, (0, 0))
        self.year.leave(Period.of_ordinal(period.ordinal + left), code, there[0])
        if kind != "leave":
            self.year.arrive(Period.of_ordinal(period.ordinal + came), other, there[0])


@settings(max_examples=2, deadline=None, phases=[Phase.explicit, Phase.generate], derandomize=True,
          suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.large_base_example])  # fmt: skip
@given(st.lists(histories, min_size=GROUPS, max_size=GROUPS))
def test_members_and_items_add_up_over_any_history(tmp_path_factory, several):
    """Several histories at once, each of organisations of its own: a month costs the same for one as for many."""
    world = World.of(tmp_path_factory.mktemp("law") / "output", CODES)
    year = Year(world)
    groups = [Group(year, CODES[start : start + SIZE]) for start in range(0, len(CODES), SIZE)]
    for place, period in enumerate(MONTHS):
        absent = [
            code for group, history in zip(groups, several, strict=True) for code in group.plan(period, history[place])
        ]
        year.run(period, tuple(absent))
