"""What is true: where everybody is, who has which pledge, and what each office's list should then say."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import pandas as pd

from pledgebatch.notice.periods import Period
from pledgebatch.schema.month import Month
from tests.moving.office import Lines, Office

CALENDAR = [Period(2011, month) for month in range(1, 13)]


@dataclass
class Person:
    """Somebody, who may be on two rosters, or on none, while it is not told everywhere."""

    name: str
    born: str
    rosters: list[str]
    """The organisations that count the person."""


@dataclass
class World:
    """Some organisations below two superiors, and their people with a pledge each."""

    office: Office
    persons: dict[str, Person] = field(default_factory=dict)
    pledges: dict[str, str] = field(default_factory=dict)
    """Who has each pledge, by its text."""
    heirs: dict[str, str] = field(default_factory=dict)
    left: set[str] = field(default_factory=set)
    """Organisations that were dissolved."""

    @classmethod
    def of(cls, output: Path, codes: Sequence[str]) -> "World":
        """A world in which each organisation begins with three members and a pledge of its own."""
        tops = [
            ("P0", "云溪区教育党委", "局机关", ""),
            ("P1", "云溪学区党委", "局机关", "P0"),
            ("P2", "云溪卫生党委", "局机关", "P0"),
        ]
        rows = [
            {"unit_code": code, "org_name": name, "org_type": "党委", "unit_name": name, "unit_category": category,
             "relation": "直属", "parent_code": above, "reports": "否"}
            for code, name, category, above in tops
        ] + [
            {"unit_code": code, "org_name": f"云溪{code}党支部", "org_type": "党支部", "unit_name": f"云溪{code}小学",
             "unit_category": "公办学校", "relation": "直属", "parent_code": f"P{1 + place % 2}", "reports": "是"}
            for place, code in enumerate(codes)
        ]  # fmt: skip
        world = cls(Office.of(output, rows))
        for code in codes:
            world.pledges[f"{code}每月组织一次学习"] = code
            for nth in range(3):
                world.join(code, nth)
        return world

    def join(self, code: str, nth: int) -> str:
        """Somebody new, with a pledge; returns the name."""
        name = "".join("甲乙丙丁戊己庚辛壬癸"[int(digit)] for digit in f"{len(self.persons):03d}") + "生"
        self.persons[name] = Person(name, f"{1950 + len(self.persons) % 40}-{1 + nth % 12:02d}", [code])
        self.pledges[f"{name}每周值守一次"] = code
        return name

    def heir(self, code: str) -> str:
        """Who has now what an organisation had."""
        while code in self.heirs:
            code = self.heirs[code]
        return code

    def write(self, code: str, lines: Lines) -> None:
        """What a branch adds to the rows that it was sent: whoever is new, and whatever is pledged since."""
        there = {row["name"] for row in lines["members"]}
        number = max((int(row["member_no"]) for row in lines["members"]), default=0)
        known = {row["text"] for row in lines["items"]}
        for person in self.persons.values():
            if code in person.rosters and person.name not in there:
                number += 1
                lines["members"].append(member(number, person, f"云溪{code}党支部"))
        numbers = {row["name"]: row["member_no"] for row in lines["members"]}
        for text, holder in self.pledges.items():
            if self.heir(holder) == code and text not in known:
                who = text.removesuffix("每周值守一次")
                highest = max((int(row["item_no"]) for row in lines["items"] if row["item_no"].isdigit()), default=0)
                lines["items"].append(pledge(highest + 1, text, who if who in numbers else "", numbers))

    def members(self, code: str) -> int:
        """How many an organisation counts."""
        return sum(self.heir(each) == code for person in self.persons.values() for each in person.rosters)

    def items(self, code: str) -> int:
        """How many pledges an organisation has."""
        return sum(self.heir(holder) == code for holder in self.pledges.values())

    def compare(self, month: Month) -> None:
        """Each organisation's figures are those that are true, and what nobody has taken over is listed."""
        for row in month.coverage.to_dict("records"):
            if row["state"] != "missing":
                code = row["organisation"]
                assert (row["members"], row["items"]) == (self.members(code), self.items(code)), (
                    str(month.period),
                    code,
                )
        listed = month.unclaimed["sheet"].value_counts()
        for sheet, count in (("党员承诺", self.members), ("承诺事项", self.items)):
            assert listed.get(sheet, 0) == sum(count(code) for code in self.left), (str(month.period), sheet)
        items = month.tables["items"]
        texts = items.loc[items["set_aside"].isna(), "text"]
        assert not texts.duplicated().any(), texts[texts.duplicated()].tolist()


def member(number: int, person: Person, branch: str) -> dict[str, str]:
    """A row of 党员承诺."""
    return {
        "member_no": str(number),
        "name": person.name,
        "birth_month": person.born,
        "branch": branch,
        "change": "在册",
    }


def pledge(number: int, text: str, name: str, numbers: dict[str, str]) -> dict[str, str]:
    """A row of 承诺事项: a member's, or without a name the organisation's own."""
    whose = {"pledger": "党员", "member_no": numbers[name], "name": name} if name else {"pledger": "组织"}
    return {"item_no": f"{number:03d}", "text": text, "part": "共性", "due": "2011-12-20", "status": "进行中", **whose}


def row_of(lines: Lines, name: str) -> dict[str, str] | None:
    """The row of somebody who is on a roster."""
    return next((row for row in lines["members"] if row["name"] == name and row["change"] != "转出"), None)


def confirm(world: World, pairs: pd.DataFrame, decision: str = "确认") -> None:
    """The office's word on all who are proposed."""
    for line in pairs.to_dict("records"):
        born = int(line["birth_month"])
        birth = f"{born // 12}-{born % 12 + 1:02d}"
        row = {key: line[key] for key in ("period", "name", "from_code", "to_code")}
        world.office.transfers.append(row | {"birth_month": birth, "decision": decision, "decided_by": "郑岚"})
