"""``status``: how the months stand, what has come in, what is missing, what is next."""

from collections.abc import Iterator, Mapping, Sequence

import pandas as pd

from pledgebatch.engine.atomic import settle
from pledgebatch.intake.find import Arrival, find
from pledgebatch.mistakes import OfficeMistake
from pledgebatch.months.archive import consolidated_months, fingerprint, is_month, read_manifest, require_whole
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


def status(workspace: Workspace) -> pd.DataFrame:
    """How each month stands that has templates, an inbox or an output, and what is to be done next."""
    workspace.require()
    settle(workspace.root / "output")
    done = consolidated_months(workspace.root / "output")
    lines = [_line(workspace, period, done) for period in sorted(months_begun(workspace) | set(done))]
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


def _line(workspace: Workspace, period: Period, done: list[Period]) -> dict[str, object]:
    templates, inbox = workspace.templates(period), workspace.inbox(period)
    arrivals = find(inbox) if inbox.is_dir() else []
    made = len(list(templates.glob("*.xlsx")))
    line: dict[str, object] = {"period": str(period), "templates": made, "received": len(arrivals)}
    again = bool(done) and period < done[-1]
    if period not in done:
        return line | {"next": "；".join(_to_begin(period, made, len(arrivals), again))}
    try:
        return line | _count_consolidated(workspace, period, arrivals, again)
    except DamagedMonth as mistake:
        return line | {"next": str(mistake)}


def _to_begin(period: Period, made: int, received: int, again: bool) -> Iterator[str]:
    """What is to be done with a month that was not consolidated yet."""
    if received:
        yield f"汇总：{_command('consolidate', period, again)}"
        return
    if not made:
        yield f"下发工作簿：{_command('templates', period)}"
    yield f"等各单位报来，放进收件文件夹 inbox/{period}，再汇总：{_command('consolidate', period, again)}"


def _count_consolidated(
    workspace: Workspace, period: Period, arrivals: Sequence[Arrival], again: bool
) -> dict[str, object]:
    """What a consolidated month adds to its line. Raises DamagedMonth where it, or one that it rests on, is damaged."""
    folder = workspace.output(period)
    require_whole(folder)
    states = read_table(folder, "coverage", ["state"])["state"]
    found = counting(read_table(folder, "findings", ["severity", "waiver"]))
    line: dict[str, int] = {
        "expected": len(states),
        "reported": int(states.isin(LIVE).sum()),
        "returned": int((states == State.RETURNED).sum()),
        "missing": int((~states.isin(LIVE)).sum()),
        "errors": int((found["severity"] == Severity.ERROR).sum()),
    }
    stale = [name for name, sha in read_manifest(folder)["built_on"].items() if sha != _fingerprint(workspace, name)]
    if stale:
        return line | {"next": f"{'、'.join(stale)} 已经重做，本月要接着重做：{_command('consolidate', period, True)}"}
    read = read_table(folder, "submissions", ["file", "sha256", "received"])
    if has_changed(workspace, period, arrivals, read):
        return line | {"next": f"收件文件夹有变动，请重新汇总：{_command('consolidate', period, again)}"}
    return line | {"next": "；".join(_to_finish(workspace, period, line, again)) or "已办结"}


def _to_finish(workspace: Workspace, period: Period, line: Mapping[str, int], again: bool) -> Iterator[str]:
    """What is left to do with a consolidated month; whom nothing came from is called as long as no later one is made."""
    if line["missing"] and not again:
        yield f"按催报名单催报 {line['missing']} 个"
    if line["returned"]:
        redo = _command("consolidate", period, again)
        yield f"退回修改 {line['returned']} 个，改好的放进 inbox/{period}，再汇总：{redo}"
    if not again and not any(workspace.templates(period.following).glob("*.xlsx")):
        yield f"下发下月工作簿：{_command('templates', period.following)}"


def _command(name: str, period: Period, again: bool = False) -> str:
    """A line to type in the workspace."""
    return f"pledgebatch {name} --period {period}" + " --again" * again


def _fingerprint(workspace: Workspace, name: str) -> str:
    folder = workspace.output(Period.parse(name))
    return fingerprint(folder) if folder.is_dir() else ""
