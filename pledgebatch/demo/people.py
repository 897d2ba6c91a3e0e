"""The invented members: names, birth and joining months, education, and the seats they hold."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import cycle, islice
from random import Random

from pledgebatch.demo.lists import read_lists, read_table
from pledgebatch.notice.lists import vocabulary
from pledgebatch.notice.periods import Period
from pledgebatch.schema.kinds import show
from pledgebatch.schema.sheets import MEMBERS

LEADER, ORDINARY, DUTY, RETIRED, ELDER = "leader", "ordinary", "duty", "retired", "elder"
BORN = {LEADER: (1957, 1971), ORDINARY: (1964, 1986), DUTY: (1952, 1976), RETIRED: (1940, 1950), ELDER: (1928, 1939)}
"""First and last year of birth by rank."""
SCHOOLING = {
    LEADER: ("大学本科", "大学本科", "研究生"),
    ORDINARY: ("大学本科", "大学本科", "大学专科"),
    DUTY: ("大学专科", "中等职业", "普通高中"),
    RETIRED: ("大学专科", "中等职业"),
    ELDER: ("普通高中", "初中", "小学"),
}
"""Levels of education by rank."""
LAST_JOINED = Period(2010, 6)
MINORITIES = ("回族", "壮族", "苗族", "土家族", "满族", "蒙古族")


@dataclass(frozen=True)
class Seat:
    """What a member does in the organisation."""

    rank: str
    post: str
    post_type: str
    audience: str
    """Whose pledges in ``data/pledges.csv`` suit this seat."""


@dataclass(frozen=True)
class Person:
    """An invented member; the texts are those of 党员承诺, months as they should be typed."""

    number: int
    name: str
    sex: str
    birth_month: str
    ethnicity: str
    joined_month: str
    education: str
    seat: Seat

    @property
    def leads(self) -> bool:
        """Whether the member holds a leading office."""
        return self.seat.rank == LEADER

    @property
    def pledges_orally(self) -> bool:
        """The old and infirm pledge orally, as 三 allows."""
        return self.seat.rank == ELDER


def staff(sector: str, size: int, seed: str, taken: set[str]) -> tuple[Person, ...]:
    """``size`` members of one organisation, leaders first, the oldest last; ``taken`` holds the names given so far."""
    random = Random(f"people {seed}")
    return tuple(_person(number, seat, random, taken) for number, seat in enumerate(_seats(sector, size), 1))


def newcomer(sector: str, number: int, seed: str, taken: set[str]) -> Person:
    """One more ordinary member, who arrives during the year."""
    seat = next(seat for seat in _seats(sector, number) if seat.rank == ORDINARY)
    return _person(number, seat, Random(f"newcomer {seed}"), taken)


def _seats(sector: str, size: int) -> Iterator[Seat]:
    """A leader for every five members, one member without office, a few retired, the others ordinary."""
    leaders = max(2, min(size // 5, 6))
    counts = {LEADER: leaders, ORDINARY: 0, DUTY: 1, RETIRED: size // 14, ELDER: 1 + size // 30}
    counts[ORDINARY] = size - sum(counts.values())
    for rank, count in counts.items():
        seats = [
            Seat(rank, row["post"], row["post_type"], row["audience"])
            for row in read_table("seats")
            if (row["sector"], row["rank"]) == (sector, rank)
        ]
        yield from islice(cycle(seats), count)


def _person(number: int, seat: Seat, random: Random, taken: set[str]) -> Person:
    sex = random.choice(MEMBERS["sex"].choices)
    birth = Period(random.randint(*BORN[seat.rank]), random.randint(1, 12))
    joined = min(birth.ordinal + random.randint(19 * 12, 34 * 12), LAST_JOINED.ordinal - number)
    ethnicity = random.choice(MINORITIES) if random.random() < 0.07 else vocabulary("ethnic_groups")[0]
    return Person(
        number=number,
        name=_name(sex, random, taken),
        sex=sex,
        birth_month=str(birth),
        ethnicity=ethnicity,
        joined_month=show(MEMBERS["joined_month"], joined),
        education=random.choice(SCHOOLING[seat.rank]),
        seat=seat,
    )


def _name(sex: str, random: Random, taken: set[str]) -> str:
    names = read_lists("names")
    while True:
        given = random.choice(names["female" if sex == "女" else "male"][0])
        middle = random.choice(names["middle"][0]) if random.random() < 0.6 else ""
        name = random.choice(names["surnames"][0]) + middle + given
        if name not in taken:
            taken.add(name)
            return name
