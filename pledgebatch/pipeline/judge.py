"""Judges one file as its month would, with the registry and the months before, as soon as it has come."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path

import pandas as pd

from pledgebatch.engine.workers import Serial
from pledgebatch.intake.batch import Batch
from pledgebatch.intake.find import Arrival
from pledgebatch.intake.layouts.known import Known
from pledgebatch.months.archive import history
from pledgebatch.notice.periods import Period
from pledgebatch.pipeline.assess_part import assess_part
from pledgebatch.pipeline.assessed import Terms
from pledgebatch.pipeline.conclude import heads_of, settle_findings
from pledgebatch.pipeline.identify import identify
from pledgebatch.pipeline.layouts import what_is_known
from pledgebatch.pipeline.read_arrivals import read_arrivals
from pledgebatch.pipeline.run import Grounds, settle_grounds
from pledgebatch.pipeline.states import settle_states
from pledgebatch.pipeline.workspace import Workspace
from pledgebatch.rules.facts.names import shown_names
from pledgebatch.schema.frames import counting
from pledgebatch.schema.month import History
from pledgebatch.schema.states import Severity
from pledgebatch.workbooks.causes import cells_in_words, find_causes, sort_causes
from pledgebatch.workbooks.findings import findings_of

MOST_CAUSES = 40
"""Causes of findings that are told one by one."""


@dataclass(frozen=True)
class Judgement:
    """What a file is, and what it comes to by itself: rules that look across organisations wait for the month."""

    file: str
    organisation: str
    org_name: str
    state: str
    reason: str
    counts: Sequence[int]
    """Errors, warnings and notices."""
    causes: Sequence[tuple[str, str, str]]
    """Severity, where, and what is wrong, the gravest first."""


def judge(workspace: Workspace, period: Period, arrival: Arrival) -> Judgement:
    """Judge ``arrival`` for ``period``: for a worker, since nobody knows yet what it holds."""
    grounds, known = grounds_of(workspace, period)
    batch = read_arrivals([arrival], period.year, Serial(), grounds.passwords, known)
    submissions = identify(grounds, batch)
    code = _text(submissions["organisation"].iloc[0])
    registered = code in set(grounds.office.registry["organisation"])
    before = history(grounds.outputs, period, [code], grounds.handovers) if registered else History()
    submissions, findings = _assess(batch, submissions, replace(grounds, history=before).terms)
    counts = counting(findings)["severity"].value_counts()
    causes = sort_causes(find_causes(findings_of(counting(findings))))[:MOST_CAUSES]
    return Judgement(
        file=arrival.file,
        organisation=code,
        org_name=shown_names(grounds.office.registry).get(code, ""),
        state=_text(submissions["state"].iloc[0]),
        reason=_text(submissions["reason"].iloc[0]),
        counts=[int(counts.get(each, 0)) for each in Severity],
        causes=[
            (each.severity.label, f"{each.sheet} {cells_in_words(each.cells)}".strip() or "整个文件", each.message)
            for each in causes
        ],
    )


def _assess(batch: Batch, submissions: pd.DataFrame, terms: Terms) -> tuple[pd.DataFrame, pd.DataFrame]:
    """The submission in its state, and its findings."""
    assessment, tables = assess_part(batch, submissions, terms)
    not_evaluated = dict(assessment.not_evaluated.itertuples(index=False, name=None))
    doubts = (assessment.undecided, not_evaluated)
    findings, _ = settle_findings(terms, assessment, tables, submissions, doubts)
    return settle_states(submissions, heads_of(terms, batch, submissions), counting(findings)), findings


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""


def grounds_of(workspace: Workspace, period: Period) -> tuple[Grounds, Known]:
    """What files of a month are judged by, and what is known of branches' tables, as the workspace stands now."""
    return _grounds_of(workspace, period, _stamp(workspace))


@lru_cache(4)
def _grounds_of(workspace: Workspace, period: Period, stamp: object) -> tuple[Grounds, Known]:
    """What files of a month are judged by, read once as long as it stands as it did."""
    grounds = settle_grounds(workspace, period)
    return grounds, what_is_known(grounds.layouts, grounds.outputs, period)


def _stamp(workspace: Workspace) -> object:
    """What the office brings, and the months before, as they stand."""
    months = sorted((workspace.root / "output").glob("20??-??/manifest.json"))
    own = (path for path in workspace.root.iterdir() if path.suffix in (".xlsx", ".toml"))
    return tuple((str(path), _standing(path)) for path in (*sorted(own), *months))


def _standing(path: Path) -> tuple[int, int]:
    try:
        status = path.stat()
    except OSError:
        return 0, 0
    return status.st_size, status.st_mtime_ns
