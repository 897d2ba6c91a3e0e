"""Assesses some organisations by themselves, as if there were no others: what a worker does after reading."""

from collections.abc import Collection
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pandas as pd

from pledgebatch.engine.cache import making
from pledgebatch.engine.dataset import of_submissions
from pledgebatch.engine.partition import Task
from pledgebatch.intake.batch import Batch
from pledgebatch.months.archive import history, in_ledger
from pledgebatch.months.changes import compare_with_last_reports
from pledgebatch.months.corrections import lay_over
from pledgebatch.months.followed import TRANSFER
from pledgebatch.months.orders import given_orders
from pledgebatch.months.registered import without_prefilled
from pledgebatch.months.rolling import carry_forward, roll
from pledgebatch.months.understood import list_understood
from pledgebatch.months.unread import Recalled, find_uncompared, find_unread, last_known
from pledgebatch.notice.periods import Period
from pledgebatch.pipeline.accounts import list_carried, reconcile, set_rows_aside
from pledgebatch.pipeline.assessed import Assessment, Terms, store_assessment
from pledgebatch.pipeline.coverage import count_pledges
from pledgebatch.pipeline.read_arrivals import BESIDE
from pledgebatch.pipeline.states import find_replaced_by_worse, select_own_errors, was_replaced
from pledgebatch.pipeline.verdicts import find_unanswered
from pledgebatch.rules.book import RULES
from pledgebatch.rules.facts.deadlines import settled
from pledgebatch.rules.facts.names import shown_names
from pledgebatch.rules.facts.tables import across, arrange
from pledgebatch.rules.machinery.evaluate import NO_LAST_MONTH, NO_LAST_YEAR, evaluate, lacking, leave_undecided
from pledgebatch.rules.office.registry import of_branches
from pledgebatch.schema.frames import FINDING, LAST_KNOWN, MOVEMENT, Tables, empty
from pledgebatch.schema.month import History
from pledgebatch.schema.sheets import ITEMS, SHEETS
from pledgebatch.schema.states import LIVE, State

NO_REGISTRY = "单独核验一个文件时没有单位名册和其他单位的工作簿，汇总时再核"
ASKED = frozenset(name for rule in RULES for case in rule.cases for name in (case.on, *case.takes))
"""The tables that rules name."""


@dataclass(frozen=True)
class Arranged:
    """The rows of some submissions before any rule is asked: as rules see them, and as they are accounted for."""

    known: dict[str, Any]
    """The tables that rules name."""
    accounts: Tables
    """All rows, marked with ``set_aside``, in the order of the files."""
    aside: pd.DataFrame
    unapplied: pd.DataFrame
    """The office's corrections of which no cell was found."""


def arrange_part(batch: Batch, submissions: pd.DataFrame, terms: Terms) -> Arranged:
    """The rows of some submissions, corrected and settled."""
    period, registry = terms.period, terms.registry
    place = submissions.set_index("submission")[["organisation", "file"]]
    tables = {
        key: rows.sort_values("submission", kind="stable", ignore_index=True).join(place, on="submission")
        for key, rows in batch.tables.items()
    }
    tables, unapplied = lay_over(tables, submissions, terms.corrections, period)
    tables["items"] = settled(tables, period, terms.parameters)
    changes = batch.changes.join(place, on="submission")
    known = arrange(tables, submissions, changes, batch.layout, period, terms.parameters)
    known["handed_items"] = handed = items_handed_on(terms.handovers, registry)
    accounts, aside = set_rows_aside(tables, submissions, batch.skipped.join(place, on="submission"), handed)
    live = submissions.loc[submissions["state"].isin(LIVE), "submission"]
    known["obscured"] = batch.obscured[batch.obscured["submission"].isin(live)].join(place, on="submission")
    if registry is not None:
        known["registry"] = registry
    return Arranged(known, accounts, aside, unapplied)


@dataclass(frozen=True)
class Asked:
    """What the rules say of some submissions."""

    findings: pd.DataFrame
    not_evaluated: dict[str, str]
    undecided: pd.DataFrame
    replaced: pd.DataFrame
    """What they would say of the workbooks that others replaced."""
    missed: pd.DataFrame
    """What they did not see, for it could not be read."""


def ask_rules(batch: Batch, submissions: pd.DataFrame, terms: Terms, rows: Arranged, undecided: str = "") -> Asked:
    """What the rules that do not look across organisations say of ``rows``; nothing where ``undecided`` gives a reason.

    Without a registry, those that need one or a month before are not evaluated.
    """
    registry, before, due = terms.registry, terms.history, terms.due
    replaced = empty(FINDING) if undecided else _assess_replaced(batch, submissions, terms)
    asked = submissions["file"].isin(select_own_errors(replaced)["file"])
    known = rows.known | {"submissions": rows.known["submissions"].assign(asked_again=asked)}
    earlier, absent = _earlier_tables(before)
    if registry is None:
        absent = what_one_workbook_lacks()
    elsewhere = [rule for rule in RULES if rule.across and rule.stage in due and not lacking(rule, absent)]
    owned = {name for rule in elsewhere for name in rule.owns}
    own = [rule for rule in RULES if not rule.across]
    missed = find_unread(rows.accounts, submissions, batch.layout, before.reports)
    if undecided:
        codes = submissions["organisation"].fillna("").unique()
        findings, not_evaluated, unsure = leave_undecided(own, codes, due, absent, undecided)
    else:
        findings, not_evaluated, unsure = evaluate(own, known | earlier | {"unread": missed}, due, absent, owned)
    if registry is not None:
        findings = of_branches(findings, registry)
    return Asked(findings, not_evaluated, unsure, replaced, missed)


def assess_part(
    batch: Batch, submissions: pd.DataFrame, terms: Terms, undecided: str = ""
) -> tuple[Assessment, Tables]:
    """What some submissions come to by themselves, and their rows, marked with ``set_aside``, in the order of the files;
    where ``undecided`` gives a reason, no rule is asked."""
    period, before = terms.period, terms.history
    rows = arrange_part(batch, submissions, terms)
    accounts, unapplied = rows.accounts, rows.unapplied
    asked = ask_rules(batch, submissions, terms, rows, undecided)
    missed = asked.missed
    by_worse = find_replaced_by_worse(submissions, asked.findings)["file"]
    reconciliation = reconcile(batch, accounts, submissions)
    accounts = carry_forward(accounts, submissions, before.reports)
    if terms.corrections is not None and len(unapplied):
        waiting = terms.corrections[terms.corrections["row"].isin(unapplied["row"])]
        accounts, still = lay_over(accounts, submissions, waiting, period, carried=True)
        unapplied = unapplied[unapplied["row"].isin(still["row"])].reset_index(drop=True)
    ledgers = in_ledger(accounts)
    assessment = Assessment(
        findings=asked.findings,
        not_evaluated=pd.DataFrame(asked.not_evaluated.items(), columns=["rule", "reason"], dtype="str"),
        undecided=asked.undecided,
        counted=count_pledges(accounts, missed),
        unanswered=find_unanswered(accounts),
        carried=list_carried(accounts, before.reports),
        set_aside=rows.aside,
        reconciliation=reconciliation,
        orders=given_orders(ledgers),
        replaced=asked.replaced[asked.replaced["file"].isin(by_worse)].reset_index(drop=True),
        unapplied=unapplied,
        across=across(rows.known),
    )
    beside = {
        "extras": batch.extras.join(submissions.set_index("submission")[["organisation", "file"]], on="submission"),
        "understood": list_understood(ledgers),
        "unread": missed,
        **_compare_with_last(missed, ledgers, before.reports, period),
    }
    beside["movements"] = without_prefilled(beside["movements"], terms.prefilled)
    return assessment, accounts | beside


def items_handed_on(handovers: pd.DataFrame | None, registry: pd.DataFrame | None) -> pd.DataFrame:
    """The items that went with their members to another organisation: whose they were, their number, ``to`` whom."""
    if handovers is None or registry is None:
        return empty(dict.fromkeys(("organisation", "item_no", "text", "to"), "str"))
    names = shown_names(registry)
    went = handovers[(handovers["cause"] == TRANSFER) & (handovers["sheet"] == ITEMS.key)]
    to = [f"{names.get(code, code)}（{code}）" for code in went["receiver"]]
    rows = {"organisation": went["giver"], "item_no": went["number"], "text": went["words"], "to": to}
    return pd.DataFrame(rows).astype("str").reset_index(drop=True)


def _assess_replaced(batch: Batch, submissions: pd.DataFrame, terms: Terms) -> pd.DataFrame:
    """The findings of the ``submissions`` that others replaced, each as if no other of its organisation had come."""
    waiting = submissions[was_replaced(submissions)]
    findings = [empty(FINDING)]
    while len(waiting):
        first = waiting.drop_duplicates("organisation")
        waiting = waiting.drop(first.index)
        some = batch_of(batch, first["submission"].tolist())
        assessment, _ = assess_part(some, first.assign(state=str(State.ACCEPTED)), terms)
        findings.append(assessment.findings[assessment.findings["file"].isin(first["file"])])
    return pd.concat(findings, ignore_index=True)


def batch_of(batch: Batch, numbers: Collection[int]) -> Batch:
    """Only the submissions that have ``numbers``."""
    frames = {name: getattr(batch, name) for name in BESIDE}
    beside = {name: rows[rows["submission"].isin(numbers)].reset_index(drop=True) for name, rows in frames.items()}
    return Batch(tables=of_submissions(batch.tables, numbers), **beside)


def _compare_with_last(
    missed: pd.DataFrame, ledgers: Tables, reports: Tables | None, period: Period
) -> dict[str, pd.DataFrame]:
    """What moved since the last ``reports``, and what was last known of what was ``missed`` this month."""
    if reports is None:
        return {"movements": empty(MOVEMENT), "last_known": empty(LAST_KNOWN)}
    known = last_known(missed, ledgers, reports, roll(reports, period)) if len(missed) else empty(LAST_KNOWN)
    unlike = find_uncompared(missed, reports)
    return {
        "movements": compare_with_last_reports(dict(Recalled(reports)), ledgers, period, unlike, known),
        "last_known": known,
    }


def what_one_workbook_lacks() -> dict[str, str]:
    """What is absent where one workbook is checked without a registry."""
    return {"batch": NO_REGISTRY, "history": NO_REGISTRY}


def _earlier_tables(before: History) -> tuple[dict[str, pd.DataFrame], dict[str, str]]:
    """The tables of earlier months that rules name, and why others are absent."""
    known: dict[str, pd.DataFrame] = {}
    absent: dict[str, str] = {}
    for name, tables, reason in (
        ("last", before.last, NO_LAST_MONTH),
        ("earlier", before.earlier, NO_LAST_MONTH),
        ("last_year", before.last_year, NO_LAST_YEAR),
    ):
        for sheet in SHEETS:
            if tables is None:
                absent[f"{name}_{sheet.key}"] = reason
            elif f"{name}_{sheet.key}" in ASKED:
                known[f"{name}_{sheet.key}"] = tables[sheet.key]
    return known, absent


def assess_onto(
    batch: Batch, submissions: pd.DataFrame, terms: Terms, output: Path, task: Task, undecided: str = ""
) -> None:
    """``assess_part`` with the months before read from ``output``; what it gives is kept where ``task`` says."""
    codes = submissions["organisation"].dropna().unique()
    own = replace(terms, history=history(output, terms.period, codes, terms.handovers))
    assessment, tables = assess_part(batch, submissions, own, undecided)
    with making(task.place) as folder:
        store_assessment(assessment, tables, task.units, folder)
