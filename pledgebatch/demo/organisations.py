"""The invented organisations of the demo: 24 that report, three supervisors above them."""

from dataclasses import dataclass, replace
from functools import cache

import pandas as pd

from pledgebatch.demo.lists import read_table
from pledgebatch.demo.people import Person, newcomer, staff
from pledgebatch.schema.sheets import REGISTRY

UNREGISTERED = {
    "unit_code": "YX099",
    "org_name": "云溪区小太阳学校党支部",
    "org_type": "党支部",
    "unit_name": "云溪区小太阳学校",
    "unit_category": "民办学校",
    "relation": "指导",
    "parent_code": "YX100",
}
"""One that sends a workbook although nobody has put it in the registry (ORG01)."""
UNREGISTERED_SIZE = 6
LEAVERS = {"YX103": 9}
"""Where a member (by number) leaves in the last period, and another arrives."""
CAME_FROM = {"YX302": "YX103"}
"""Where in the last period the member arrives who leaves another organisation of the office's."""
NIL_RETURN = "YX105"
"""The one that declares in the last period that nothing has changed."""


@dataclass(frozen=True)
class Organisation:
    """An invented organisation: its line in the registry and who works there."""

    number: int
    """Its place in the list, by which what differs between organisations is varied."""
    registered: dict[str, str]
    """Texts of 单位名册 by field key."""
    sector: str
    """``school``, ``clinic`` or ``office``; empty for a supervisor that only receives ledgers."""
    people: tuple[Person, ...]
    newcomer: Person | None
    """Who arrives in the last period."""
    problem: str
    """What was promised in the earlier campaign and is still unsolved; empty for most."""

    @property
    def code(self) -> str:
        """组织编码."""
        return self.registered["unit_code"]

    @property
    def name(self) -> str:
        """党组织名称."""
        return self.registered["org_name"]

    @property
    def category(self) -> str:
        """单位类别."""
        return self.registered["unit_category"]

    @property
    def parent_name(self) -> str:
        """上一级党组织; empty at the top."""
        parent = self.registered["parent_code"]
        return next((row["org_name"] for row in read_table("organisations") if row["unit_code"] == parent), "")


@cache
def organisations() -> tuple[Organisation, ...]:
    """All that are registered, supervisors first."""
    taken: set[str] = set()
    listed = [
        _organisation(number, row, row["sector"], int(row["size"]), row["problem"], taken)
        for number, row in enumerate(read_table("organisations"))
    ]
    people = {each.code: each.people for each in listed}
    return tuple(
        replace(each, newcomer=replace(_leaver(people[CAME_FROM[each.code]], each), number=len(each.people) + 1))
        if each.code in CAME_FROM
        else each
        for each in listed
    )


def _leaver(people: tuple[Person, ...], organisation: Organisation) -> Person:
    number = LEAVERS[CAME_FROM[organisation.code]]
    return next(person for person in people if person.number == number)


@cache
def reporting() -> tuple[Organisation, ...]:
    """Those that must send a workbook."""
    return tuple(each for each in organisations() if each.sector)


@cache
def unregistered() -> Organisation:
    """The one that is not in the registry."""
    taken = {person.name for each in organisations() for person in each.people}
    return _organisation(len(organisations()), UNREGISTERED, "school", UNREGISTERED_SIZE, "", taken)


def moves() -> pd.DataFrame:
    """组织变动 as texts: what becomes of organisations from the month after the last on."""
    return pd.DataFrame(read_table("moves"), dtype="str")


def registry() -> pd.DataFrame:
    """单位名册 as texts, one row for each registered organisation."""
    keys = [field.key for field in REGISTRY.fields]
    return pd.DataFrame([each.registered for each in organisations()], columns=keys, dtype="str").fillna("")


def _organisation(
    number: int, row: dict[str, str], sector: str, size: int, problem: str, taken: set[str]
) -> Organisation:
    code = row["unit_code"]
    people = staff(sector, size, code, taken) if sector else ()
    contacts = {
        "phone": f"0519-80{number:04d}1",
        "email": f"{code.lower()}@yunxi.example",
        "head": people[0].name if people else "",
        "contact": people[-3].name if people else "",
    }
    registered = {field.key: row[field.key] for field in REGISTRY.fields if field.key in row}
    arrives = newcomer(sector, size + 1, code, taken) if code in LEAVERS else None
    return Organisation(number, registered | contacts, sector, people, arrives, problem)
