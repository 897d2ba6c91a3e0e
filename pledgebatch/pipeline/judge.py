"""Judges files as their month would, with the registry and the months before, as soon as they have come; each by itself.

Several that come at once are judged together, for that costs little more than one; none sees another.
"""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
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
from pledgebatch.pipeline.assess_part import assess_part, batch_of
from pledgebatch.pipeline.assessed import Terms
from pledgebatch.pipeline.conclude import heads_of, settle_findings
from pledgebatch.pipeline.identify import identify
from pledgebatch.pipeline.layouts import what_is_known
from pledgebatch.pipeline.read_arrivals import read_arrivals
from pledgebatch.pipeline.run import Grounds, settle_grounds
from pledgebatch.pipeline.settings import SETTINGS_NAME
from pledgebatch.pipeline.states import settle_states
from pledgebatch.pipeline.workspace import Workspace
from pledgebatch.rules.facts.names import shown_names
from pledgebatch.schema.frames import counting
from pledgebatch.schema.month import History
from pledgebatch.schema.records import records
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


def judge(workspace: Workspace, period: Period, arrivals: Sequence[Arrival]) -> list[Judgement]:
    """Judge each of ``arrivals`` for ``period``: for a worker, since nobody knows yet what they hold."""
    if not arrivals:
        return []
    grounds, known = grounds_of(workspace, period)
    batch = read_arrivals(arrivals, period.year, Serial(), grounds.passwords, known)
    alone = identify_each(grounds, batch)
    names = shown_names(grounds.office.registry)
    judged: dict[int, Judgement] = {}
    registered = set(grounds.office.registry["organisation"])
    for numbers, codes in _rounds([_text(code) for code in alone["organisation"]], registered):
        before = history(grounds.outputs, period, codes, grounds.handovers) if codes else History()
        submissions = alone.iloc[numbers].reset_index(drop=True)
        terms = replace(grounds, history=before).terms
        submissions, findings = _assess(batch_of(batch, numbers), submissions, terms)
        for number, submission in zip(numbers, records(submissions), strict=True):
            own = findings[findings["organisation"].fillna("") == _text(submission["organisation"])]
            judged[number] = _in_words(submission, own, names)
    return [judged[number] for number in range(len(arrivals))]


def identify_each(grounds: Grounds, batch: Batch) -> pd.DataFrame:
    """The submission of each file as if no other had come, in their order."""
    together = identify(grounds, batch).sort_values("submission", ignore_index=True)
    several = together["organisation"].fillna("").duplicated(keep=False)  # of which one would count
    if not several.any():
        return together
    each = [
        identify(grounds, batch_of(batch, [number])) if again else together.iloc[[number]]
        for number, again in enumerate(several)
    ]
    return pd.concat(each, ignore_index=True)


def _rounds(codes: Sequence[str], registered: Collection[str]) -> Iterator[tuple[list[int], list[str]]]:
    """The files that can be judged together, with the codes of those that are registered: none has another's organisation."""
    rounds: dict[tuple[bool, int], list[int]] = defaultdict(list)
    seen: Counter[str] = Counter()
    for number, code in enumerate(codes):
        rounds[code in registered, seen[code]].append(number)
        seen[code] += 1
    for (known, _), numbers in rounds.items():
        yield numbers, [codes[number] for number in numbers] if known else []


def _in_words(submission: Mapping[str, object], findings: pd.DataFrame, names: Mapping[str, str]) -> Judgement:
    """What one file is and comes to."""
    found = counting(findings)
    counts = found["severity"].value_counts()
    causes = sort_causes(find_causes(findings_of(found)))[:MOST_CAUSES]
    code = _text(submission["organisation"])
    return Judgement(
        file=str(submission["file"]),
        organisation=code,
        org_name=names.get(code, ""),
        state=_text(submission["state"]),
        reason=_text(submission["reason"]),
        counts=[int(counts.get(each, 0)) for each in Severity],
        causes=[
            (each.severity.label, f"{each.sheet} {cells_in_words(each.cells)}".strip() or "整个文件", each.message)
            for each in causes
        ],
    )


def _assess(batch: Batch, submissions: pd.DataFrame, terms: Terms) -> tuple[pd.DataFrame, pd.DataFrame]:
    """The submissions in their states, and their findings."""
    assessment, tables = assess_part(batch, submissions, terms)
    not_evaluated = dict(assessment.not_evaluated.itertuples(index=False, name=None))
    doubts = (assessment.undecided, not_evaluated)
    findings, _ = settle_findings(terms, assessment, tables, submissions, doubts)
    return settle_states(submissions, heads_of(terms, batch, submissions), counting(findings)), findings


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""


def prepare(workspace: Workspace, period: Period) -> None:
    """Have at hand what files of a month are judged by, for who judges the first of them."""
    grounds_of(workspace, period)


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
    own = (workspace.registry, workspace.decisions, workspace.layouts, workspace.root / SETTINGS_NAME)
    return tuple((str(path), _standing(path)) for path in (*own, *months))


def _standing(path: Path) -> tuple[int, int]:
    try:
        status = path.stat()
    except OSError:
        return 0, 0
    return status.st_size, status.st_mtime_ns
