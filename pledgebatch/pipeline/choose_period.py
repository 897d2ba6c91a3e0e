"""The month that a command is about where nobody says: found in the folders, never on the clock."""

from pathlib import Path

from pledgebatch.mistakes import OfficeMistake
from pledgebatch.months.archive import consolidated_months
from pledgebatch.notice.periods import Period
from pledgebatch.pipeline.workspace import FIRST, Workspace
from pledgebatch.schema.periods import read_period

BEGUN = ("input_templates", "inbox")
"""Where a folder says that a month has begun."""


def choose_period(workspace: Workspace, command: str) -> Period:
    """For ``templates`` the month after the last one consolidated, for others the latest that has begun.

    Raises OfficeMistake, with the line to type, where there is none.
    """
    workspace.require()
    begun, done = months_begun(workspace), consolidated_months(workspace.root / "output")
    if command == "templates":
        if done:
            return done[-1].following
        line = workspace.line("templates", max(begun, default=FIRST))
        raise OfficeMistake(f"还没有汇总过任何月份，不知道要下发哪个月的：请写明月份，输入 {line}")
    if begun:
        return max(begun)
    line = workspace.line("templates", done[-1].following if done else FIRST)
    raise OfficeMistake(f"inbox 和 input_templates 中还没有月份文件夹：请先生成要下发的工作簿，输入 {line}")


def months_begun(workspace: Workspace) -> set[Period]:
    """The months of which there is a folder, whatever way its name is written."""
    return {period for name in BEGUN for period in _months(workspace.root / name)}


def _months(folder: Path) -> set[Period]:
    named = (read_period(path.name) for path in folder.glob("*") if path.is_dir())
    return {period for period in named if period}


def last_year(workspace: Workspace) -> int:
    """The year of the last month consolidated. Raises OfficeMistake, with the line to type, where there is none."""
    workspace.require()
    done = consolidated_months(workspace.root / "output")
    if done:
        return done[-1].year
    line = workspace.line("consolidate", max(months_begun(workspace), default=FIRST))
    raise OfficeMistake(f"还没有汇总过任何月份，做不出年度档案：请先汇总，输入 {line}")
