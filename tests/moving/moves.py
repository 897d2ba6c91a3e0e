"""What happens to people and organisations, said once: to the truth, and to what branches and the office write down."""

from collections.abc import Callable
from dataclasses import dataclass, field

from pledgebatch.notice.periods import Period
from pledgebatch.schema.month import Month
from tests.moving.office import Lines
from tests.moving.world import World, confirm, member, row_of


@dataclass
class Year:
    """A world month by month: what is planned for each month, and what came of it."""

    world: World
    plans: dict[Period, list[Callable[[Lines, str], None]]] = field(default_factory=dict)
    months: list[Month] = field(default_factory=list)
    waiting: list[tuple[str, str, str]] = field(default_factory=list)
    """Who was confirmed, from where and to where, and is handed over next month."""

    def event(self, period: Period, code: str, what: str, to: str = "") -> None:
        """An organisation ends, or is called or placed otherwise, from ``period`` on."""
        line = {"unit_code": code, "event": what, "from_period": str(period), "to": to, "note": ""}
        self.world.office.events.append(line)

    def leave(self, period: Period, code: str, name: str) -> None:
        """A branch writes 转出 beside a name."""

        def write(lines: Lines, at: str) -> None:
            if at == self.world.heir(code) and (row := row_of(lines, name)):
                row["change"] = "转出"
                rosters = self.world.persons[name].rosters
                rosters.remove(next(each for each in (code, at, *rosters) if each in rosters))

        self.plans.setdefault(period, []).append(write)

    def arrive(self, period: Period, code: str, name: str) -> None:
        """A branch writes a name that is 转入."""

        def write(lines: Lines, at: str) -> None:
            if at == self.world.heir(code):
                person = self.world.persons[name]
                number = max((int(row["member_no"]) for row in lines["members"]), default=0) + 1
                lines["members"].append(
                    member(number, person, lines["organisations"][0]["org_name"]) | {"change": "转入"}
                )
                person.rosters.append(at)

        self.plans.setdefault(period, []).append(write)

    def run(self, period: Period, absent: tuple[str, ...] = (), decision: str = "确认") -> Month:
        """A month, compared with what is true; whoever is proposed is decided on after it."""
        world = self.world
        for line in world.office.events:
            if line["from_period"] == str(period) and line["event"] in ("并入", "撤销"):
                world.left.discard(line["unit_code"])
                if line["event"] == "并入":
                    world.heirs[line["unit_code"]] = line["to"]
                else:
                    world.left.add(line["unit_code"])
        for name, giver, receiver in self.waiting:
            world.pledges[f"{name}每周值守一次"] = receiver
            rosters = world.persons[name].rosters
            rosters[:] = [each for each in rosters if each != giver]
        self.waiting = []

        def fill(code: str, lines: Lines) -> None:
            world.write(code, lines)
            for plan in self.plans.get(period, []):
                plan(lines, code)

        month, pairs = world.office.month(period, fill, absent)
        world.compare(month)
        confirm(world, pairs, decision)
        if decision == "确认":
            self.waiting = [
                (line["name"], world.heir(line["from_code"]), world.heir(line["to_code"]))
                for line in pairs.to_dict("records")
            ]
        self.months.append(month)
        return month
