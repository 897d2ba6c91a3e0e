"""Draws a month together: what can only be said of all organisations at once, and what everything comes to."""

from collections.abc import Collection, Mapping
from dataclasses import replace
from typing import Any

import pandas as pd

from pledgebatch.intake.batch import Batch
from pledgebatch.intake.file_decisions import judge_files
from pledgebatch.months.answers import SETTLED, explain, find_held, read_answers
from pledgebatch.months.corrections import lay_over
from pledgebatch.months.decided import list_decided
from pledgebatch.months.handed import list_handed, list_unclaimed
from pledgebatch.months.orders import orders
from pledgebatch.months.registered import registry_moves
from pledgebatch.notice.periods import Stage
from pledgebatch.pipeline.assess_part import what_one_workbook_lacks
from pledgebatch.pipeline.assessed import Assessed, Assessment, Terms
from pledgebatch.pipeline.coverage import list_coverage
from pledgebatch.pipeline.moves import propose_transfers
from pledgebatch.pipeline.run import Run
from pledgebatch.pipeline.states import count_errors, last_moments, mark_unreadable, settle_states
from pledgebatch.pipeline.verdicts import decide_verdicts, find_not_read, settle_undecided
from pledgebatch.rules.book import RULES
from pledgebatch.rules.facts.names import shown_names
from pledgebatch.rules.facts.tables import ACROSS
from pledgebatch.rules.machinery.evaluate import evaluate
from pledgebatch.rules.office.registry import alike_together, remark
from pledgebatch.rules.office.waivers import waive
from pledgebatch.schema.decisions import CORRECTIONS
from pledgebatch.schema.frames import (
    ANSWER,
    FINDING,
    REMARK,
    UNDECIDED,
    UNREAD,
    Tables,
    as_declared,
    by_organisation,
    counting,
    empty,
)
from pledgebatch.schema.kinds import RAW
from pledgebatch.schema.month import Month
from pledgebatch.schema.sheets import ORGANISATION
from pledgebatch.schema.states import LIVE


def conclude(run: Run, assessed: Assessed, submissions: pd.DataFrame) -> Month:
    """The month of all organisations, with what the office brought to it."""
    month = conclude_month(run.terms, assessed, submissions)
    moves = registry_moves(run.outputs, run.period, run.office.registry, run.office.events)
    unapplied = list_unapplied(run.decisions.corrections, assessed.assessment.unapplied)
    files = judge_files(submissions, run.decisions.files_of(run.period.ordinal))
    all_remarks = [run.office.remarks, run.layouts.remarks, run.decisions.remarks, unapplied, files]
    remarks = as_declared(pd.concat(all_remarks, ignore_index=True), REMARK)
    decided = list_decided(run.decisions, run.office.waivers, run.layouts.decided_lines, run.period)
    month = replace(month, decided=decided, waivers=run.office.waivers)
    month = replace(month, events=run.office.events, handovers=run.handovers)
    all_remarks = [remarks, propose_transfers(run.workspace, month, run.decisions)]
    return replace(
        month,
        registry_moves=moves,
        handed=list_handed(run.handovers, run.period, shown_names(run.office.registry)),
        unclaimed=list_unclaimed(run.outputs, run.period, run.office.events, run.handovers),
        remarks=as_declared(pd.concat(all_remarks, ignore_index=True), REMARK),
        litter=run.litter,
    )


def list_unapplied(corrections: pd.DataFrame, unapplied: pd.DataFrame) -> pd.DataFrame:
    """Remarks for the office on the lines of 更正单 that do not apply this month."""
    place = {row: index for index, row in corrections["row"].items()}
    found = [
        remark(place[row], "value", corrections.at[place[row], "value" + RAW], message)
        for row, message in unapplied[["row", "message"]].sort_values("row").itertuples(index=False)
    ]
    return alike_together(found, corrections, CORRECTIONS)


def conclude_month(terms: Terms, assessed: Assessed, submissions: pd.DataFrame, alone: str = "") -> Month:
    """What was ``assessed`` as one month, by its ``terms``; where it is of one organisation ``alone``, that gives the reason
    why rules that look across organisations are not evaluated."""
    period, due, own = terms.period, terms.due, assessed.assessment
    submissions = mark_unreadable(submissions, assessed.unfit)
    place = submissions.set_index("submission")[["organisation", "file"]]
    heads = heads_of(terms, assessed.batch, submissions)
    registry = terms.registry if terms.registry is not None else _as_registry(heads)
    if alone:
        across, crashed, unsure = empty(FINDING), dict.fromkeys(looking_across(due), alone), empty(UNDECIDED)
    else:
        across, crashed, unsure = look_across(terms, assessed, submissions, registry)
    not_evaluated = dict(own.not_evaluated.itertuples(index=False, name=None)) | crashed
    unsure = pd.concat([own.undecided, unsure])
    undecided, not_evaluated = settle_undecided(unsure, not_evaluated, submissions)
    unsure = pd.concat([undecided, find_not_read(assessed.tables.get("unread", empty(UNREAD)), due)])
    tables = assessed.tables
    own = replace(own, findings=pd.concat([own.findings, across], ignore_index=True))
    findings, answers = settle_findings(terms, own, tables, submissions, (unsure, not_evaluated))
    counted = counting(findings)
    submissions = settle_states(submissions, heads, counted)
    submissions = count_errors(submissions, counted, counting(waive_by(terms, own.replaced)))
    submissions = _with_carried(submissions, own.carried)
    late = last_moments(registry, period, terms.parameters.late_after_day, terms.extensions)
    coverage = list_coverage(registry, submissions, own.counted, counted, late)
    return Month(
        period=period,
        parameters=terms.parameters,
        registry=registry,
        submissions=submissions,
        coverage=coverage,
        tables=assessed.tables,
        findings=findings,
        verdicts=decide_verdicts(coverage, counted, own.unanswered, not_evaluated, due, unsure),
        set_aside=by_organisation([own.set_aside]),
        reconciliation=by_organisation([own.reconciliation]),
        changes=assessed.batch.changes.join(place, on="submission"),
        not_evaluated={rule.code: not_evaluated[rule.code] for rule in RULES if rule.code in not_evaluated},
        undecided=undecided,
        orders=orders(own.orders, terms.history.orders, period),
        answers=answers,
        built_on=terms.history.built_on,
        before=terms.history.figures,
    )


def looking_across(due: Collection[Stage]) -> list[str]:
    """The rules in force that need more than one organisation."""
    return [rule.code for rule in RULES if rule.across and rule.stage in due]


def settle_findings(
    terms: Terms,
    own: Assessment,
    tables: Tables,
    submissions: pd.DataFrame,
    doubts: tuple[pd.DataFrame, Mapping[str, str]],
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """The findings in order, marked that are waived or explained, and the answers that hold; ``doubts`` are the rules that
    are undecided for some, and those that were not evaluated."""
    period, findings = terms.period, sort_findings(waive_by(terms, own.findings))
    before = empty(ANSWER) if terms.history.answers is None else terms.history.answers
    settled = empty(SETTLED) if terms.settled is None else terms.settled
    silent = submissions["submission"].isin(own.carried["submission"]) | ~submissions["state"].isin(LIVE)
    held = find_held(before, submissions.loc[~silent, "organisation"], *doubts)
    return explain(findings, read_answers(tables, submissions, period), before, settled, held, period)


def heads_of(terms: Terms, batch: Batch, submissions: pd.DataFrame) -> pd.DataFrame:
    """The forms of the workbooks, as the office corrected them."""
    place = submissions.set_index("submission")[["organisation", "file"]]
    forms = {ORGANISATION.key: batch.tables[ORGANISATION.key].join(place, on="submission")}
    return lay_over(forms, submissions, terms.corrections, terms.period)[0][ORGANISATION.key]


def look_across(
    terms: Terms, assessed: Assessed, submissions: pd.DataFrame, registry: pd.DataFrame
) -> tuple[pd.DataFrame, dict[str, str], pd.DataFrame]:
    """The findings of the rules that look across organisations, and those that could not be evaluated, for anybody or for
    some."""
    counted = assessed.assessment.counted
    known: dict[str, Any] = {
        "reporting": list_coverage(registry, submissions, counted, empty(FINDING)),
        "registry": terms.registry,
        "parameters": terms.parameters,
        "label": assessed.label,
    }
    files = submissions.set_index("submission")["file"]
    each = pd.Categorical(files)  # a number a row, not a name
    for name in ACROSS:
        rows = assessed.assessment.across[name]
        file = pd.Series(each, files.index).reindex(rows["submission"]).array
        known[name] = rows.assign(file=file) if name != "layout" else rows
    absent = what_one_workbook_lacks() if terms.registry is None else {}
    return evaluate([rule for rule in RULES if rule.across], known, terms.due, absent)


def waive_by(terms: Terms, findings: pd.DataFrame) -> pd.DataFrame:
    """The findings, those marked that the office waived."""
    if terms.waivers is None or terms.registry is None:
        return findings
    return waive(findings, terms.waivers, terms.period, terms.registry)


def _with_carried(submissions: pd.DataFrame, carried: pd.DataFrame) -> pd.DataFrame:
    """The submissions, with the reason of those for which the last report's rows stand."""
    reason_of = dict(carried.itertuples(index=False, name=None))
    reasons = [
        reason_of.get(number, reason)
        for number, reason in submissions[["submission", "reason"]].itertuples(index=False)
    ]
    return submissions.assign(reason=pd.Series(reasons, index=submissions.index, dtype="str"))


def sort_findings(findings: pd.DataFrame) -> pd.DataFrame:
    """Findings by organisation, file, sheet, row and rule: the same whatever order the files came in."""
    return findings.sort_values(
        ["organisation", "file", "sheet", "row", "field", "rule", "message"], kind="stable", na_position="first"
    ).reset_index(drop=True)


def _as_registry(heads: pd.DataFrame) -> pd.DataFrame:
    """The organisations of the workbooks themselves, in the place of a registry."""
    known = heads.dropna(subset=["organisation"]).drop_duplicates("organisation")
    blank = pd.Series(pd.NA, index=known.index, dtype="str")
    return known.assign(parent_code=blank, reports="是", contact=blank, email=blank, note=blank)
