"""``status``: how the months stand, what has come in, what is missing, what is next."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

import pandas as pd

from pledgebatch.engine.atomic import settle
from pledgebatch.engine.kept import list_own
from pledgebatch.intake.find import Arrival, find
from pledgebatch.mistakes import OfficeMistake
from pledgebatch.months.archive import built_on, consolidated_months, is_month, read_manifest, require_whole
from pledgebatch.notice.periods import Period
from pledgebatch.pipeline.choose_period import months_begun
from pledgebatch.pipeline.office import registry_now
from pledgebatch.pipeline.receive import has_changed
from pledgebatch.pipeline.workspace import FIRST, Workspace
from pledgebatch.schema.archive_tables import read_table
from pledgebatch.schema.digests import DamagedMonth
from pledgebatch.schema.frames import counting, frame
from pledgebatch.schema.states import LIVE, Severity, State

STATUS = {
    "period": "str", "templates": "Int64", "received": "Int64", "expected": "Int64", "reported": "Int64", "returned": "Int64",
    "missing": "Int64", "errors": "Int64", "next": "str",
}  # fmt: skip
"""A line a month: workbooks made, files received; where it was consolidated, organisations by what became of them."""


class Kind(StrEnum):
    """What is to be done next with a month."""

    MAKE = "make"
    WAIT = "wait"
    CONSOLIDATE = "consolidate"
    REMIND = "remind"
    RETURN = "return"
    FOLLOWING = "following"
    DAMAGED = "damaged"


@dataclass(frozen=True)
class Step:
    """What is to be done next with a month, and the command that does it, where one does."""

    kind: Kind
    do: str
    command: str = ""
    period: Period | None = None
    again: bool = False

    def __str__(self) -> str:
        """As it is told on a terminal."""
        return f"{self.do}：{_command(self.command, self.period, self.again)}" if self.period else self.do


@dataclass(frozen=True)
class Standing:
    """How a month stands: its figures, as far as they are known, and what is next."""

    period: Period
    figures: Mapping[str, int]
    steps: Sequence[Step]


def status(workspace: Workspace) -> pd.DataFrame:
    """How each month stands that has templates, an inbox or an output, and what is to be done next."""
    workspace.require()
    settle(workspace.root / "output")
    done = consolidated_months(workspace.root / "output")
    months = [standing_of(workspace, period, done) for period in sorted(months_begun(workspace) | set(done))]
    lines: list[dict[str, object]] = [
        {"period": str(each.period), **each.figures, "next": "；".join(map(str, each.steps)) or "已办结"}
        for each in months
    ]
    if not lines:
        registry = registry_now(workspace, FIRST)
        expected = int((registry["reports"] != "否").sum())
        lines = [{"expected": expected, "next": f"生成要下发的工作簿：{_command('templates', FIRST)}"}]
    return frame(STATUS, lines)


def require_begun(workspace: Workspace, period: Period) -> None:
    """Raise OfficeMistake, with the line to type, for a month of which there is nothing."""
    workspace.require()
    if period not in months_begun(workspace) and not is_month(workspace.output(period)):
        raise OfficeMistake(f"{period} 还没有开始：请先生成要下发的工作簿，输入 {workspace.line('templates', period)}")


def standing_of(workspace: Workspace, period: Period, done: Sequence[Period]) -> Standing:
    """How one month stands, where the months ``done`` were consolidated."""
    templates, inbox = workspace.templates(period), workspace.inbox(period)
    arrivals = find(inbox) if inbox.is_dir() else []
    made = len([path for path in list_own(templates) if path.suffix == ".xlsx"]) if templates.is_dir() else 0
    figures = {"templates": made, "received": len(arrivals)}
    again = bool(done) and period < done[-1]
    if period not in done:
        return Standing(period, figures, list(_to_begin(period, made, len(arrivals), again)))
    try:
        counts = _count_consolidated(workspace.output(period))
        steps = list(_after_consolidating(workspace, period, arrivals, counts, again))
    except DamagedMonth as mistake:
        return Standing(period, figures, [Step(Kind.DAMAGED, str(mistake))])
    return Standing(period, figures | counts, steps)


def _to_begin(period: Period, made: int, received: int, again: bool) -> Iterator[Step]:
    """What is to be done with a month that was not consolidated yet."""
    if received:
        yield Step(Kind.CONSOLIDATE, "汇总", "consolidate", period, again)
        return
    if not made:
        yield Step(Kind.MAKE, "下发工作簿", "templates", period)
    yield Step(Kind.WAIT, f"等各单位报来，放进收件文件夹 inbox/{period}，再汇总", "consolidate", period, again)


def _count_consolidated(folder: Path) -> dict[str, int]:
    """What a consolidated month adds to its figures. Raises DamagedMonth where it is damaged."""
    require_whole(folder)
    states = read_table(folder, "coverage", ["state"])["state"]
    found = counting(read_table(folder, "findings", ["severity", "waiver"]))
    return {
        "expected": len(states),
        "reported": int(states.isin(LIVE).sum()),
        "returned": int((states == State.RETURNED).sum()),
        "missing": int((~states.isin(LIVE)).sum()),
        "errors": int((found["severity"] == Severity.ERROR).sum()),
    }


def _after_consolidating(
    workspace: Workspace, period: Period, arrivals: Sequence[Arrival], counts: Mapping[str, int], again: bool
) -> Iterator[Step]:
    """What is to be done with a consolidated month. Raises DamagedMonth where one that it rests on is damaged."""
    folder = workspace.output(period)
    moved_on = _moved_on(read_manifest(folder)["built_on"], built_on(folder.parent, period))
    read = read_table(folder, "submissions", ["file", "sha256", "received"])
    if moved_on:
        yield Step(Kind.CONSOLIDATE, f"{moved_on}，本月要接着重做", "consolidate", period, True)
    elif has_changed(workspace, period, arrivals, read):
        yield Step(Kind.CONSOLIDATE, "收件文件夹有变动，请重新汇总", "consolidate", period, again)
    else:
        yield from _to_finish(workspace, period, counts, again)


def _moved_on(then: Mapping[str, str], now: Mapping[str, str]) -> str:
    """Which of the months that one rests on are others than they were when it was made; empty where none is."""
    redone = [name for name in then if then[name] != now.get(name, then[name])]
    came_or_went = sorted(then.keys() ^ now.keys())
    kinds = (("已经重做", redone), ("是后来补做或移走的", came_or_went))
    return "，".join(f"{'、'.join(names)} {what}" for what, names in kinds if names)


def _to_finish(workspace: Workspace, period: Period, counts: Mapping[str, int], again: bool) -> Iterator[Step]:
    """What is left to do with a consolidated month; whom nothing came from is called as long as no later one is made."""
    if counts["missing"] and not again:
        yield Step(Kind.REMIND, f"按催报名单催报 {counts['missing']} 个")
    if counts["returned"]:
        do = f"退回修改 {counts['returned']} 个，改好的放进 inbox/{period}，再汇总"
        yield Step(Kind.RETURN, do, "consolidate", period, again)
    if not again and not any(workspace.templates(period.following).glob("*.xlsx")):
        yield Step(Kind.FOLLOWING, "下发下月工作簿", "templates", period.following)


def _command(name: str, period: Period, again: bool = False) -> str:
    """A line to type in the workspace."""
    return f"pledgebatch {name} --period {period}" + " --again" * again
