"""``status``: how the months stand, what has come in, what is missing, what is next."""

from collections.abc import Sequence
from pathlib import Path

import pandas as pd

from pledgebatch.intake.find import Arrival, find
from pledgebatch.intake.registry import read_registry
from pledgebatch.months.archive import consolidated, fingerprint, read_manifest, require_whole
from pledgebatch.notice.periods import Period
from pledgebatch.pipeline.receive import changed_since
from pledgebatch.pipeline.workspace import Workspace
from pledgebatch.publish.atomic import settle
from pledgebatch.schema.digests import DamagedMonth
from pledgebatch.schema.frames import LIVE, State, frame
from pledgebatch.schema.kept import read_kept

STATUS = {
    "period": "str", "templates": "Int64", "received": "Int64", "expected": "Int64", "reported": "Int64", "returned": "Int64",
    "missing": "Int64", "errors": "Int64", "next": "str",
}  # fmt: skip
"""A line a month: workbooks made, files received; where it was consolidated, organisations by what became of them."""


def status(workspace: Workspace) -> pd.DataFrame:
    """How each month stands that has templates, an inbox or an output, and what is to be done next."""
    workspace.require()
    settle(workspace.root / "output")
    done = consolidated(workspace.root / "output")
    begun = {each for name in ("input_templates", "inbox") for each in _months(workspace.root / name)}
    lines = [_line(workspace, period, done) for period in sorted(begun | set(done))]
    if not lines:
        registry, _ = read_registry(workspace.registry)
        expected = int((registry["reports"] != "否").sum())
        lines = [{"expected": expected, "next": "运行 pledgebatch templates --period 月份，生成要下发的工作簿"}]
    return frame(STATUS, lines)


def _months(folder: Path) -> list[Period]:
    names = [path.name for path in sorted(folder.glob("20[0-9][0-9]-[01][0-9]")) if path.is_dir()]
    return [Period.parse(name) for name in names if "01" <= name[5:] <= "12"]


def _line(workspace: Workspace, period: Period, done: list[Period]) -> dict[str, object]:
    templates, inbox = workspace.templates(period), workspace.inbox(period)
    arrivals = find(inbox) if inbox.is_dir() else []
    line: dict[str, object] = {
        "period": str(period),
        "templates": len(list(templates.glob("*.xlsx"))),
        "received": len(arrivals),
    }
    if period not in done:
        again = " --again" if done and done[-1] > period else ""
        todo = f"汇总：pledgebatch consolidate --period {period}{again}" if arrivals else "等各单位报来，放进收件文件夹"
        return line | {"next": todo}
    try:
        return line | _consolidated(workspace, period, arrivals, period == done[-1])
    except DamagedMonth as mistake:
        return line | {"next": str(mistake)}


def _consolidated(workspace: Workspace, period: Period, arrivals: Sequence[Arrival], last: bool) -> dict[str, object]:
    """What a consolidated month adds to its line. Raises DamagedMonth where it, or one that it rests on, is damaged."""
    folder = workspace.output(period)
    require_whole(folder)
    coverage = read_kept(folder, "coverage")
    states = coverage["state"]
    line: dict[str, object] = {
        "expected": len(coverage),
        "reported": int(states.isin(LIVE).sum()),
        "returned": int((states == State.RETURNED).sum()),
        "missing": int((~states.isin(LIVE)).sum()),
        "errors": int(coverage["error"].sum()),
    }
    stale = [name for name, sha in read_manifest(folder)["built_on"].items() if sha != _fingerprint(workspace, name)]
    if stale:
        return line | {"next": f"{'、'.join(stale)} 已经重做，本月要接着重做：加 --again"}
    read = read_kept(folder, "submissions", ["file", "sha256", "received"])
    if changed_since(workspace, period, arrivals, read):
        return line | {"next": "收件文件夹有变动，请重新汇总"}
    if not last:
        return line | {"next": "已办结"}
    wanted = int((~states.isin(LIVE) | (states == State.RETURNED)).sum())
    remind = f"按催报名单催报 {wanted} 个；" if wanted else ""
    return line | {"next": f"{remind}下发下月工作簿：pledgebatch templates --period {period.following}"}


def _fingerprint(workspace: Workspace, name: str) -> str:
    folder = workspace.output(Period.parse(name))
    return fingerprint(folder) if folder.is_dir() else ""
