"""Judges some organisations by themselves, as if there were no others: what a worker does after reading."""

import json
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields
from pathlib import Path

import pandas as pd

from pledgebatch.engine.cache import making
from pledgebatch.engine.dataset import Part, Stored, of_submissions, store
from pledgebatch.intake.batch import Batch
from pledgebatch.months.archive import history, in_ledger
from pledgebatch.months.changes import since_last_report
from pledgebatch.months.orders import given_orders
from pledgebatch.months.rolling import carry_forward, rolled
from pledgebatch.months.understood import understood
from pledgebatch.months.unread import Recalled, last_known, uncompared, unread
from pledgebatch.notice.parameters import Parameters
from pledgebatch.notice.periods import Period, stages_due
from pledgebatch.pipeline import judge
from pledgebatch.pipeline.collect import BESIDE, TABLES
from pledgebatch.pipeline.compare import SKETCHED, sketched
from pledgebatch.rules.book import RULES
from pledgebatch.rules.facts.deadlines import settled
from pledgebatch.rules.facts.tables import ACROSS, across, arrange
from pledgebatch.rules.language.words import beginning
from pledgebatch.rules.machinery.evaluate import (
    NO_LAST_MONTH,
    NO_LAST_YEAR,
    OUR_FAULT,
    evaluate,
    lacking,
    leave_undecided,
)
from pledgebatch.rules.office.registry import of_branches
from pledgebatch.schema.frames import FINDING, LAST_KNOWN, LIVE, MOVEMENT, OF_NO_SHEET, History, State, Tables, empty
from pledgebatch.schema.sheets import SHEETS

NO_REGISTRY = "单独核验一个文件时没有单位名册和其他单位的工作簿，汇总时再核"


@dataclass(frozen=True)
class Judged:
    """What is known of some organisations before others are looked at, in frames; their rows stay in the tables."""

    findings: pd.DataFrame
    not_evaluated: pd.DataFrame
    """``rule`` and ``reason``."""
    undecided: pd.DataFrame
    counted: pd.DataFrame
    unanswered: pd.DataFrame
    carried: pd.DataFrame
    set_aside: pd.DataFrame
    reconciliation: pd.DataFrame
    orders: pd.DataFrame
    """The orders given in this month's workbooks."""
    replaced: pd.DataFrame
    """The findings of workbooks that others with errors replaced, as if those had not come."""
    across: Tables
    """What the rules see that look across organisations."""


FRAMES = tuple(each.name for each in fields(Judged) if each.name != "across")
JUDGED, SEEN = "judged_", "seen_"
"""How the files begin that hold what was judged, and what is seen across organisations."""
UNITS = "units.json"
Units = dict[str, tuple[str, list[int]]]
"""By the digest of what it was made from: an organisation, ``""`` for what is nobody's, and its submissions' numbers."""
ASKED = frozenset(name for rule in RULES for case in rule.cases for name in (case.on, *case.takes))
"""The tables that rules name."""
HELD = (*TABLES, *OF_NO_SHEET)
"""The tables of a judged part."""


def judge_part(
    batch: Batch,
    submissions: pd.DataFrame,
    registry: pd.DataFrame | None,
    period: Period,
    parameters: Parameters,
    before: History,
    undecided: str = "",
) -> tuple[Judged, Tables]:
    """What some submissions come to by themselves, and their rows, marked with ``set_aside``, in the order of the files.

    Without a registry, rules that need one or a month before are not evaluated; where ``undecided`` gives a reason, none
    are.
    """
    due = stages_due(period, parameters.pledge_deadline)
    place = submissions.set_index("submission")[["organisation", "file"]]
    tables = {
        key: rows.sort_values("submission", kind="stable", ignore_index=True).join(place, on="submission")
        for key, rows in batch.tables.items()
    }
    tables["items"] = settled(tables, period, parameters)
    changes = batch.changes.join(place, on="submission")
    known = arrange(tables, submissions, changes, batch.layout, period, parameters)
    marked, aside = judge.set_aside(tables, submissions, batch.skipped.join(place, on="submission"))
    live = submissions.loc[submissions["state"].isin(LIVE), "submission"]
    known["obscured"] = batch.obscured[batch.obscured["submission"].isin(live)].join(place, on="submission")
    if registry is not None:
        known["registry"] = registry
    replaced = (
        empty(FINDING) if undecided else _judge_replaced(batch, submissions, registry, period, parameters, before)
    )
    asked = submissions["file"].isin(judge.own_errors(replaced)["file"])
    known["submissions"] = known["submissions"].assign(asked_again=asked)
    earlier, absent = _earlier_tables(before)
    if registry is None:
        absent = alone()
    elsewhere = [rule for rule in RULES if rule.across and rule.stage in due and not lacking(rule, absent)]
    owned = {name for rule in elsewhere for name in rule.owns}
    own = [rule for rule in RULES if not rule.across]
    missed = unread(marked, submissions, batch.layout, before.reports)
    if undecided:
        codes = submissions["organisation"].fillna("").unique()
        findings, not_evaluated, unsure = leave_undecided(own, codes, due, absent, undecided)
    else:
        findings, not_evaluated, unsure = evaluate(own, known | earlier | {"unread": missed}, due, absent, owned)
    if registry is not None:
        findings = of_branches(findings, registry)
    by_worse = judge.replaced_by_worse(submissions, findings)["file"]
    reconciliation = judge.reconcile(batch, marked, submissions)
    marked = carry_forward(marked, submissions, before.reports)
    ledgers = in_ledger(marked)
    judged = Judged(
        findings=findings,
        not_evaluated=pd.DataFrame(not_evaluated.items(), columns=["rule", "reason"], dtype="str"),
        undecided=unsure,
        counted=judge.count(marked, missed),
        unanswered=judge.unanswered(marked),
        carried=judge.carried(marked, before.reports),
        set_aside=aside,
        reconciliation=reconciliation,
        orders=given_orders(ledgers),
        replaced=replaced[replaced["file"].isin(by_worse)].reset_index(drop=True),
        across=across(known),
    )
    beside = {
        "extras": batch.extras.join(place, on="submission"),
        "understood": understood(ledgers),
        "unread": missed,
        **_compared(missed, ledgers, before.reports, period),
    }
    return judged, marked | beside


def _judge_replaced(
    batch: Batch,
    submissions: pd.DataFrame,
    registry: pd.DataFrame | None,
    period: Period,
    parameters: Parameters,
    before: History,
) -> pd.DataFrame:
    """The findings of the ``submissions`` that others replaced, each as if no other of its organisation had come."""
    waiting = submissions[judge.replaced(submissions)]
    told = [empty(FINDING)]
    while len(waiting):
        first = waiting.drop_duplicates("organisation")
        waiting = waiting.drop(first.index)
        some = batch_of(batch, first["submission"].tolist())
        judged, _ = judge_part(some, first.assign(state=str(State.ACCEPTED)), registry, period, parameters, before)
        told.append(judged.findings[judged.findings["file"].isin(first["file"])])
    return pd.concat(told, ignore_index=True)


def batch_of(batch: Batch, numbers: Collection[int]) -> Batch:
    """Only the submissions that have ``numbers``."""
    frames = {name: getattr(batch, name) for name in BESIDE}
    beside = {name: rows[rows["submission"].isin(numbers)].reset_index(drop=True) for name, rows in frames.items()}
    return Batch(tables=of_submissions(batch.tables, numbers), **beside)


def _compared(missed: pd.DataFrame, ledgers: Tables, reports: Tables | None, period: Period) -> dict[str, pd.DataFrame]:
    """What moved since the last ``reports``, and what was last known of what was ``missed`` this month."""
    if reports is None:
        return {"movements": empty(MOVEMENT), "last_known": empty(LAST_KNOWN)}
    known = last_known(missed, ledgers, reports, rolled(reports, period)) if len(missed) else empty(LAST_KNOWN)
    unlike = uncompared(missed, reports)
    return {
        "movements": since_last_report(dict(Recalled(reports)), ledgers, period, unlike, known),
        "last_known": known,
    }


def alone() -> dict[str, str]:
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


def divided(batch: Batch, groups: Sequence[Mapping[int, int]]) -> Iterator[Batch]:
    """A batch on disk in several: the numbers of the submissions of each, and those they get. A frame is sorted out once."""
    tables = batch.tables
    assert isinstance(tables, Stored)
    group_of = {old: number for number, numbers in enumerate(groups) for old in numbers}
    frames = {name: getattr(batch, name) for name in BESIDE}
    places = {name: rows.groupby(rows["submission"].map(group_of)).indices for name, rows in frames.items()}
    for number, numbers in enumerate(groups):
        own = {name: rows.take(places[name].get(number, ())) for name, rows in frames.items()}
        beside = {name: _renumbered(rows, numbers) for name, rows in own.items()}
        yield Batch(tables=tables.renumbered(numbers), **beside)


def _renumbered(rows: pd.DataFrame, numbers: Mapping[int, int]) -> pd.DataFrame:
    return rows.assign(submission=rows["submission"].map(numbers).astype("Int64")).reset_index(drop=True)


def judge_onto(
    batch: Batch,
    submissions: pd.DataFrame,
    registry: pd.DataFrame,
    period: Period,
    parameters: Parameters,
    output: Path,
    units: Units,
    place: Path,
    undecided: str = "",
) -> None:
    """``judge_part`` with the months before read from ``output``; what it gives is kept in the folder ``place``.

    ``units`` says what of it can be taken up by itself, unless a rule crashed, whoever is to blame.
    """
    codes = submissions["organisation"].dropna().unique()
    before = history(output, period, codes)
    judged, tables = judge_part(batch, submissions, registry, period, parameters, before, undecided)
    with making(place) as folder:
        store({JUDGED + name: getattr(judged, name) for name in FRAMES}, folder)
        store({SEEN + name: rows for name, rows in judged.across.items()}, folder)
        store({SKETCHED: sketched(beginning(judged.across["items"]["normalised_text"]))}, folder)
        store(tables, folder)
        if judged.undecided.empty and set(judged.not_evaluated["reason"]).isdisjoint(OUR_FAULT):
            (folder / UNITS).write_text(json.dumps(units, ensure_ascii=False, sort_keys=True), "utf-8")


def units_of(folder: Path) -> Units:
    """What of the part kept in ``folder`` can be taken up by itself."""
    try:
        told: Units = json.loads((folder / UNITS).read_text("utf-8"))
    except (OSError, ValueError):
        return {}
    return told


def read_judged(parts: Sequence[Part]) -> Judged:
    """What ``judge_onto`` kept of all ``parts``, its submissions under the numbers they have now; what is seen across
    stays on disk."""
    kept = Stored(parts, [JUDGED + name for name in FRAMES])
    return Judged(**{name: kept[JUDGED + name] for name in FRAMES}, across=Stored(parts, list(ACROSS), prefix=SEEN))
