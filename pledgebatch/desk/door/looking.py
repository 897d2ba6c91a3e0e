"""What the door shows of the workspace, as workers find it: always of one branch alone."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pandas as pd

from pledgebatch.desk.looking import rests_on
from pledgebatch.engine.atomic import settle
from pledgebatch.intake.decisions import read_decisions
from pledgebatch.intake.registry import read_registry
from pledgebatch.months.archive import consolidated_months
from pledgebatch.months.decided import list_decided
from pledgebatch.notice.periods import Period
from pledgebatch.pipeline.choose_period import months_begun
from pledgebatch.pipeline.workspace import Workspace
from pledgebatch.publish.folders import folder_names
from pledgebatch.rules.facts.names import shown_names
from pledgebatch.schema.archive_tables import read_table
from pledgebatch.schema.decisions import CORRECTIONS, EXPLANATIONS, EXTENSIONS, WORDS
from pledgebatch.schema.digests import DamagedMonth
from pledgebatch.schema.frames import empty
from pledgebatch.schema.records import records, with_labels

MOST_MONTHS = 24
TOLD = [each.name for each in (EXPLANATIONS, CORRECTIONS, EXTENSIONS, WORDS)]
"""The kinds of decisions that concern nobody else."""
SHOWN = ("合规报告.html", "退回修改.xlsx", "回执.html")
"""The files of a month that a branch may have."""


@dataclass(frozen=True)
class Entrance:
    """Who reports, by code, and for which months something can still be handed in, the last first."""

    names: Mapping[str, str]
    months: Sequence[Period]


@dataclass(frozen=True)
class PastMonth:
    """A consolidated month of one branch."""

    period: str
    state: str
    label: str
    counts: str
    folder: str
    """Its folder below that of the months; empty where there is none."""
    files: Sequence[str]
    answers: Sequence[Mapping[str, str]]
    decided: Sequence[Mapping[str, str]]


def look_in(workspace: Workspace) -> Entrance:
    """Who may come in, and for which months. Raises OfficeMistake where the registry cannot be read."""
    registry, _ = read_registry(workspace.registry)
    reporting = registry[registry["reports"] != "否"]
    names = shown_names(registry)
    settle(workspace.root / "output")
    done = consolidated_months(workspace.root / "output")
    last = max(done, default=None)
    months = sorted({*months_begun(workspace), *done[-1:]}, reverse=True)
    return Entrance(
        {code: names.get(code, code) for code in reporting["organisation"]},
        [each for each in months if last is None or each >= last],
    )


@rests_on("output")
def look_back(workspace: Workspace, code: str) -> list[PastMonth]:
    """The consolidated months of one branch, the last first."""
    months = consolidated_months(workspace.root / "output")[-MOST_MONTHS:]
    return [found for each in reversed(months) if (found := _month(workspace, each, code))]


def _month(workspace: Workspace, period: Period, code: str) -> PastMonth | None:
    folder = workspace.output(period)
    try:
        covered = read_table(folder, "coverage")
        own = with_labels(covered[covered["organisation"] == code])
        if not own:
            return None
        answers, decided = (read_table(folder, name) for name in ("answers", "decided"))
        name = folder_names(read_table(folder, "registry")).get(code, "")
    except DamagedMonth:  # the office is told of it; a branch can do nothing
        return None
    place = folder / "organisations" / name
    return PastMonth(
        period=str(period),
        state=own[0]["state"],
        label=own[0]["label"],
        counts=f"{own[0]['error']}／{own[0]['warning']}／{own[0]['notice']}",
        folder=f"{period}/organisations/{name}",
        files=[each for each in SHOWN if (place / each).is_file()],
        answers=records(answers[answers["organisation"] == code]),
        decided=_own(decided, code),
    )


@rests_on("")
def decided_now(workspace: Workspace, period: Period, code: str) -> Sequence[Mapping[str, str]]:
    """What the office has decided of one branch that holds in a month."""
    registry, _ = read_registry(workspace.registry)
    decisions = read_decisions(workspace.decisions, registry["organisation"])
    return _own(list_decided(decisions, empty({}), (), period), code)


def _own(decided: pd.DataFrame, code: str) -> Sequence[Mapping[str, str]]:
    """What of all that was decided a branch is shown."""
    return records(decided[(decided["organisation"] == code) & decided["kind"].isin(TOLD)])
