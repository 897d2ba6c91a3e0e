"""What the office will say of workbooks before they are sent: each by itself, as its month would have it, last month included.

Several that come at once are judged together, for that costs little more than one; none sees another.
"""

import hashlib
from collections import Counter
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from operator import attrgetter
from pathlib import Path
from typing import Any

import pandas as pd

from pledgebatch.engine.workers import Serial
from pledgebatch.intake.batch import Batch
from pledgebatch.intake.find import Arrival, arrivals
from pledgebatch.months.archive import history
from pledgebatch.months.decided import list_decided
from pledgebatch.months.questions import questions_of
from pledgebatch.notice.periods import Period
from pledgebatch.pipeline.assess_part import assess_part, batch_of
from pledgebatch.pipeline.assessed import Assessed
from pledgebatch.pipeline.conclude import conclude_month
from pledgebatch.pipeline.judge import grounds_of, identify_each
from pledgebatch.pipeline.read_arrivals import read_arrivals
from pledgebatch.pipeline.run import Grounds
from pledgebatch.pipeline.workspace import Workspace
from pledgebatch.publish.agenda import group_tasks, list_tasks
from pledgebatch.publish.dossier import make_dossiers
from pledgebatch.publish.folders import write_page
from pledgebatch.publish.month_slice import restrict
from pledgebatch.publish.report import render_report
from pledgebatch.publish.returns import SentWorkbooks, sort_by_file, write_return
from pledgebatch.rules.book import rules_under
from pledgebatch.schema.file_names import RETURN_FILE
from pledgebatch.schema.frames import counting
from pledgebatch.schema.month import Month
from pledgebatch.schema.records import Record, group_records, records
from pledgebatch.schema.sheets import EXPLANATIONS
from pledgebatch.schema.states import LIVE, Severity, State
from pledgebatch.workbooks.causes import Cause, cells_in_words, find_causes, sort_causes
from pledgebatch.workbooks.findings import findings_of, group

WAITS = "要同其他单位比较，汇总时再核对"
"""Why rules that look across organisations say nothing yet."""
REPORT = "合规报告.html"
NOT_YOURS = "这份工作簿不是本组织（{code}）的，不能从这里交：请核对《组织承诺》里的组织编码，或换一份"
NOBODY_S = "看不出这份工作簿是哪个党组织的：请在《组织承诺》里填上组织编码 {code}"
SEVERAL = "里面有 {count} 个文件：请一次交一份承诺工作簿"
MOST_CAUSES, MOST_QUESTIONS = 300, 200
"""What is told one by one; the workbook has all."""


@dataclass(frozen=True)
class Brought:
    """A file on disk, the name under which its month would know it, whose it should be, and where to write what it comes to."""

    path: Path
    file: str
    code: str
    folder: Path


@dataclass(frozen=True)
class CauseInWords:
    """Findings of one cause as a page tells them: where, what is wrong, what to do."""

    severity: str
    label: str
    where: str
    message: str
    typed: str
    mend: str


@dataclass(frozen=True)
class Examined:
    """What a file comes to for the organisation that brings it."""

    file: str
    sha256: str
    refused: str = ""
    """Why it is not taken, in a sentence; nothing of it is told then."""
    state: str = ""
    label: str = ""
    reason: str = ""
    counts: Mapping[str, int] = field(default_factory=dict)
    """How many findings there are by the label of their severity."""
    causes: Sequence[CauseInWords] = ()
    questions: Sequence[Mapping[str, str]] = ()
    """The lines of 说明 that can be answered."""
    waits: Sequence[str] = ()
    """What the rules ask that wait for the month."""
    written: Sequence[str] = ()
    """The names of what was written to the folder."""

    @property
    def fit(self) -> bool:
        """Whether the month would take it."""
        return not self.refused and self.state in LIVE


def examine(workspace: Workspace, period: Period, brought: Sequence[Brought]) -> list[Examined]:
    """What each of the files comes to, reports and returns written: for a worker, since nobody knows yet what they hold.

    Of a file that is another organisation's nothing is told. Findings go by file and organisation: two of one name, or for
    one organisation, are never judged together.
    """
    if any(len({getattr(each, key) for each in brought}) < len(brought) for key in ("file", "code")):
        return [one for each in brought for one in examine(workspace, period, [each])]
    opened = [_open(each) for each in brought]
    single = [number for number, held in enumerate(opened) if len(held) == 1]
    month, refusals = month_of(
        workspace, period, [opened[number][0] for number in single], [brought[number].code for number in single]
    )
    refused = {number: SEVERAL.format(count=len(held)) for number, held in enumerate(opened)}
    refused |= dict(zip(single, refusals, strict=True))
    examined = [
        Examined(each.file, hashlib.sha256(each.path.read_bytes()).hexdigest(), refused[number])
        for number, each in enumerate(brought)
    ]
    if month is None:
        return examined
    known, tasks, sent = make_dossiers(month), group_tasks(list_tasks(month)), sort_by_file(month)
    states = group_records(records(month.submissions), "organisation")
    asked = group_records(records(questions_of(month.findings, month.answers)), "organisation")
    found = group(findings_of(counting(month.findings)), attrgetter("organisation"))
    for number, (each, about) in enumerate(zip(brought, examined, strict=True)):
        if about.refused:
            continue
        (submission,) = states[each.code]
        about = _in_words(
            replace(about, **_state_of(submission)), month, find_causes(found[each.code]), asked[each.code]
        )
        if each.code in known:  # not one that has ended
            write_page(each.folder / REPORT, render_report(month, known[each.code], tasks.get(each.code, [])))
            file = submission["file"]
            about = replace(about, written=(REPORT, *_make_return(month, sent, replace(about, file=file), each.folder)))
        examined[number] = about
    return examined


def _open(brought: Brought) -> list[Arrival]:
    """What a file is or holds, under the names that its month would know it by."""
    above = brought.file.removesuffix(brought.path.name)
    return [replace(each, file=above + each.file) for each in arrivals(brought.path)]


def month_of(
    workspace: Workspace, period: Period, brought: Sequence[Arrival], codes: Sequence[str]
) -> tuple[Month | None, list[str]]:
    """The month of the organisations ``codes``, each by the one of ``brought`` that is its own, as ``consolidate`` would
    have it but for what only shows across organisations; and why some are refused, which are then left out; None where all are."""
    if not brought:
        return None, []
    grounds, known = grounds_of(workspace, period)
    batch = read_arrivals(brought, period.year, Serial(), grounds.passwords, known)
    submissions = identify_each(grounds, batch)
    refused = [_refusal(code, one) for code, one in zip(codes, submissions.to_dict("records"), strict=True)]
    own = submissions[[not why for why in refused]].reset_index(drop=True)
    if own.empty:
        return None, refused
    return _conclude(grounds, batch_of(batch, own["submission"].tolist()), own), refused


def _conclude(grounds: Grounds, batch: Batch, submissions: pd.DataFrame) -> Month:
    codes = submissions["organisation"].tolist()
    before = history(grounds.outputs, grounds.period, codes, grounds.handovers)
    terms = replace(grounds, history=before).terms
    assessment, tables = assess_part(batch, submissions, terms)
    month = conclude_month(terms, Assessed(batch, assessment, tables), submissions, WAITS)
    office = grounds.office
    decided = list_decided(grounds.decisions, office.waivers, grounds.layouts.decided_lines, grounds.period)
    month = replace(month, decided=decided, waivers=office.waivers, events=office.events, handovers=grounds.handovers)
    return restrict(month, codes)


def _refusal(code: str, submission: Mapping[Hashable, object]) -> str:
    """Why a file is not looked into for ``code``; empty where it is its own."""
    if submission["state"] == State.UNREADABLE:
        return str(submission["reason"])
    if submission["organisation"] == code:
        return ""
    return (NOT_YOURS if isinstance(submission["organisation"], str) else NOBODY_S).format(code=code)


def _state_of(submission: Record) -> dict[str, Any]:
    return {"state": submission["state"], "label": State(submission["state"]).label, "reason": submission["reason"]}


def _in_words(about: Examined, month: Month, causes: Sequence[Cause], asked: Sequence[Record]) -> Examined:
    """What is told of a file, by the causes of its findings and the lines of 说明."""
    rules = rules_under(month.parameters)
    counts = Counter(each.severity for each in causes for _ in each.findings)
    return replace(
        about,
        counts={each.label: counts[each] for each in Severity},
        causes=[
            CauseInWords(
                severity=str(each.severity),
                label=each.severity.label,
                where=f"{each.sheet} {cells_in_words(each.cells)}".strip() or "整个文件",
                message=each.message + each.answered,
                typed=each.typed,
                mend=each.right(rules),
            )
            for each in sort_causes(causes)[:MOST_CAUSES]
        ],
        questions=[{key: str(line[key]) for key in EXPLANATIONS.by_key} for line in asked[:MOST_QUESTIONS]],
        waits=[rules[code].asks for code, why in month.not_evaluated.items() if why == WAITS],
    )


def _make_return(month: Month, sent: SentWorkbooks, about: Examined, folder: Path) -> list[str]:
    if about.state not in LIVE or not any(about.counts[each.label] for each in (Severity.ERROR, Severity.WARNING)):
        return []
    write_return(month, sent, about.file, folder / RETURN_FILE)
    return [RETURN_FILE]
