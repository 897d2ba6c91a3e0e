"""The verdict on each clause for each organisation, and what keeps it open."""

from collections import defaultdict
from collections.abc import Collection, Mapping
from typing import Any

import numpy as np
import pandas as pd

from pledgebatch.months.unread import find_lacking
from pledgebatch.notice.clauses import CLAUSES
from pledgebatch.notice.periods import Stage
from pledgebatch.pipeline.coverage import SEVERITIES
from pledgebatch.rules.book import BY_CODE, rules_of
from pledgebatch.rules.facts.approval import MEMBER
from pledgebatch.rules.machinery.cells import sure
from pledgebatch.rules.machinery.evaluate import NOTHING_TO_COMPARE
from pledgebatch.rules.machinery.reads import reads
from pledgebatch.schema.columns import text_array
from pledgebatch.schema.frames import UNDECIDED, Tables, as_declared, by_organisation, empty, frame
from pledgebatch.schema.kinds import RAW
from pledgebatch.schema.records import tuples
from pledgebatch.schema.states import LIVE, Severity, Verdict

NOT_READ = "有关的栏目或工作表未读到"
UNANSWERED = {"organisation": "str", "clause": "str"}


def find_unanswered(accounts: Tables) -> pd.DataFrame:
    """The clauses of which a reviewer has left a question about a member's item unanswered, for each organisation."""
    items = accounts["items"][accounts["items"]["set_aside"].isna()]
    items = items[sure(items["pledger"] == MEMBER)]
    found = [empty(UNANSWERED)]
    for clause in CLAUSES:
        if clause.reviewer:
            blank = items.loc[(items[[key + RAW for key in clause.reviewer]] == "").any(axis=1), "organisation"]
            found.append(pd.DataFrame({"organisation": blank.drop_duplicates(), "clause": clause.number}))
    return as_declared(pd.concat(found, ignore_index=True), UNANSWERED)


def find_not_read(unread: pd.DataFrame, due: Collection[Stage]) -> pd.DataFrame:
    """The rules that rest on columns that could not be ``unread`` (``UNREAD``), in columns ``UNDECIDED``."""
    rows: list[dict[str, object]] = [
        {"organisation": code, "rule": rule.code, "reason": NOT_READ}
        for rule in (BY_CODE.values() if len(unread) else ())
        if rule.stage in due
        for code in sorted(find_lacking(unread, reads(rule)))
    ]
    return frame(UNDECIDED, rows)


def settle_undecided(
    undecided: pd.DataFrame, not_evaluated: Mapping[str, str], submissions: pd.DataFrame
) -> tuple[pd.DataFrame, dict[str, str]]:
    """What is ``undecided`` for some organisations only, and the rules not evaluated for anybody, each with the reason."""
    everybody = set(submissions["organisation"].dropna())  # of a file of nobody's no rule says anything
    for_nobody = {
        str(code): str(rows["reason"].iloc[0])
        for code, rows in undecided.groupby("rule")
        if everybody <= set(rows["organisation"])
    }
    whole = {**not_evaluated, **for_nobody}
    return by_organisation([undecided[~undecided["rule"].isin(list(whole))]]), whole


def decide_verdicts(
    coverage: pd.DataFrame,
    findings: pd.DataFrame,
    unanswered: pd.DataFrame,
    not_evaluated: Mapping[str, str],
    due: Collection[Stage],
    undecided: pd.DataFrame | None = None,
) -> pd.DataFrame:
    """The verdict on each clause for each organisation, with its findings by severity.

    Where a rule is ``undecided`` for an organisation, so is the clause, unless it is broken already.
    """
    codes, live = pd.Index(coverage["organisation"]), coverage["state"].isin(LIVE).to_numpy()
    cells = _cells_of(findings, codes)
    questions = _sorted_out(unanswered, "clause") if Stage.PUBLISH in due else {}
    doubts = _sorted_out(empty(UNDECIDED) if undecided is None else undecided, "rule")
    tables, verdicts = [], []
    for clause in CLAUSES:
        rules = rules_of(clause.number)
        own = np.concatenate([np.empty(0, int), *(cells[rule] for rule in rules if rule in cells)])
        table = np.bincount(own, minlength=len(codes) * len(SEVERITIES)).reshape(len(codes), len(SEVERITIES))
        general = _in_general(rules, bool(clause.not_mechanical), not_evaluated, due)
        verdict = np.full(len(codes), str(general), object)
        if clause.reviewer:
            verdict[codes.isin(questions.get(clause.number, ()))] = str(Verdict.FOR_REVIEW)
        if not clause.not_mechanical:
            unsure = set().union(*(doubts.get(rule, ()) for rule in rules))
            verdict[~live | codes.isin(unsure)] = str(Verdict.NOT_EVALUATED)
        verdict[table[:, SEVERITIES.index(Severity.ERROR)] > 0] = str(Verdict.FAILED)
        tables.append(table)
        verdicts += verdict.tolist()
    numbers = np.concatenate(tables)
    columns: dict[str, Any] = {
        "organisation": text_array(codes.tolist() * len(CLAUSES)),
        "clause": text_array([clause.number for clause in CLAUSES for _ in codes]),
        "verdict": text_array(verdicts),
    }
    columns |= {name: pd.array(numbers[:, place], "Int64") for place, name in enumerate(SEVERITIES)}
    return pd.DataFrame(columns)


def _cells_of(findings: pd.DataFrame, organisations: pd.Index) -> dict[str, np.ndarray]:
    """By rule the cells in which its findings count, of a table of ``organisations`` by ``SEVERITIES``, row by row."""
    place = organisations.get_indexer(pd.Index(findings["organisation"]))
    severity = pd.Index(SEVERITIES).get_indexer(pd.Index(findings["severity"]))
    known = place >= 0
    cells = (place * len(SEVERITIES) + severity)[known]
    rule, rules = pd.factorize(findings["rule"][known])
    return {code: cells[rule == number] for number, code in enumerate(rules)}


def _sorted_out(rows: pd.DataFrame, by: str) -> dict[str, set[str]]:
    """The organisations of ``rows`` by another column."""
    found: dict[str, set[str]] = defaultdict(set)
    for key, code in tuples(rows[[by, "organisation"]]):
        found[key].add(code)
    return found


def _in_general(
    codes: Collection[str], not_mechanical: bool, not_evaluated: Mapping[str, str], due: Collection[Stage]
) -> Verdict:
    """The verdict on a clause where nothing was found."""
    if not_mechanical:
        return Verdict.NOT_APPLICABLE
    rules = [BY_CODE[code] for code in codes if code in BY_CODE]
    reasons = {not_evaluated[rule.code] for rule in rules if rule.code in not_evaluated}
    if not rules or reasons - NOTHING_TO_COMPARE:
        return Verdict.NOT_EVALUATED
    return Verdict.PASSED if any(rule.stage in due for rule in rules) else Verdict.NOT_DUE
