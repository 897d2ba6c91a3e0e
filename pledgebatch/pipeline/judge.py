"""What the findings come to: states, set-aside rows, reconciliation, coverage, verdicts."""

from collections.abc import Collection, Mapping

import pandas as pd

from pledgebatch.intake.batch import Batch
from pledgebatch.months.unread import lacking
from pledgebatch.notice.clauses import CLAUSES
from pledgebatch.notice.periods import Period, Stage
from pledgebatch.rules.book import BY_CODE, rules_of
from pledgebatch.rules.facts.approval import MEMBER
from pledgebatch.rules.facts.names import shown_names
from pledgebatch.rules.facts.tables import GONE
from pledgebatch.rules.machinery.cells import sure
from pledgebatch.rules.machinery.evaluate import NOTHING_TO_COMPARE
from pledgebatch.rules.machinery.reads import reads
from pledgebatch.schema.frames import (
    COVERAGE,
    LIVE,
    RECONCILIATION,
    SET_ASIDE,
    UNDECIDED,
    VERDICT,
    Severity,
    State,
    Tables,
    Verdict,
    by_organisation,
    empty,
    frame,
)
from pledgebatch.schema.kinds import RAW
from pledgebatch.schema.sheets import SHEETS, TABLES

NOT_READ = "有关的栏目或工作表未读到"
SEVERITIES = [str(severity) for severity in Severity]


def settle_states(submissions: pd.DataFrame, heads: pd.DataFrame, findings: pd.DataFrame) -> pd.DataFrame:
    """The submissions with their last word: returned where there are errors, nil where declared, else accepted."""
    errors = findings.loc[findings["severity"] == Severity.ERROR, "file"].unique()
    nil = heads.loc[heads["nil_return"] == "是", "submission"]
    settled = submissions.copy()
    accepted = settled["state"] == State.ACCEPTED
    settled.loc[accepted & settled["submission"].isin(nil), "state"] = State.NIL
    settled.loc[accepted & settled["file"].isin(errors), "state"] = State.RETURNED
    return settled


def replaced_by_worse(submissions: pd.DataFrame, findings: pd.DataFrame) -> pd.DataFrame:
    """The workbooks that were replaced by one with errors of its own."""
    wrong = own_errors(findings)["file"]
    worse = submissions.loc[submissions["state"].isin(LIVE) & submissions["file"].isin(wrong), "organisation"]
    return submissions[replaced(submissions) & submissions["organisation"].isin(worse)]


def replaced(submissions: pd.DataFrame) -> pd.Series:
    """Whether another workbook of its organisation took the place of a submission."""
    return (submissions["state"] == State.SUPERSEDED) & ~submissions["identical"].astype(bool)


def count_errors(submissions: pd.DataFrame, findings: pd.DataFrame, of_replaced: pd.DataFrame) -> pd.DataFrame:
    """The submissions with ``errors``: how many each of those that count has by itself, and how many each has that was
    replaced by one with errors; missing for others."""
    counts = own_errors(pd.concat([findings, of_replaced])).groupby("file").size()
    judged = submissions["state"].isin(LIVE) | submissions.index.isin(replaced_by_worse(submissions, findings).index)
    errors = submissions["file"].map(counts).fillna(0).where(judged)
    return submissions.assign(errors=errors.astype("Int64"))


def own_errors(findings: pd.DataFrame) -> pd.DataFrame:
    """What is only seen across organisations does not count: a workbook that was replaced is not compared with others."""
    across = [code for code, rule in BY_CODE.items() if rule.across]
    return findings[(findings["severity"] == Severity.ERROR) & ~findings["rule"].isin(across)]
def settle_undecided(
    undecided: pd.DataFrame, not_evaluated: Mapping[str, str], submissions: pd.DataFrame
) -> tuple[pd.DataFrame, dict[str, str]]:
    """What is ``undecided`` for some organisations only, and the rules not evaluated for anybody, each with the reason."""
    everybody = set(submissions["organisation"].fillna(""))
    for_nobody = {
        str(code): str(rows["reason"].iloc[0])
        for code, rows in undecided.groupby("rule")
        if everybody <= set(rows["organisation"])
    }
    whole = {**not_evaluated, **for_nobody}
    return by_organisation([undecided[~undecided["rule"].isin(list(whole))]]), whole


CARRIED = {"submission": "Int64", "reason": "str"}


def carried(marked: Tables, reports: Tables | None) -> pd.DataFrame:
    """The submissions for which the ledger holds the last report's rows, for a nil return, and a ``reason`` to say so.

    Such rows have no row number of their own.
    """
    rows = pd.concat(
        [marked[sheet.key].loc[marked[sheet.key]["row"].isna(), ["submission", "organisation"]] for sheet in TABLES]
    )
    if reports is None or rows.empty:
        return empty(CARRIED)
    counts = rows.groupby(["submission", "organisation"]).size().reset_index(name="count")
    month = counts["organisation"].map(reports["organisations"].set_index("organisation")["reported"]).astype("str")
    reason = "本月无变化，台账沿用 " + month + " 的 " + counts["count"].astype("str") + " 行"
    return counts.assign(reason=reason)[list(CARRIED)].astype(CARRIED)


def set_aside(
    tables: Tables, submissions: pd.DataFrame, skipped: pd.DataFrame | None = None
) -> tuple[dict[str, pd.DataFrame], pd.DataFrame]:
    """The tables with a column ``set_aside`` (the reason, missing for rows in the ledger), and those rows in words.

    ``skipped`` are the rows that are in no table: subtotals, samples, rows of a second sheet of the same kind.
    """
    excluded = submissions[~submissions["state"].isin(LIVE)].set_index("submission")
    why_excluded = excluded["state"].map({state: State(state).label for state in excluded["state"].unique()})
    marked: dict[str, pd.DataFrame] = {}
    lines: list[pd.DataFrame] = [skipped[list(SET_ASIDE)]] if skipped is not None and len(skipped) else []
    for sheet in SHEETS:
        rows = tables[sheet.key]
        reason = pd.Series(pd.NA, index=rows.index, dtype="str")
        if sheet.number:
            repeated = rows[sheet.number].notna() & rows.duplicated(["submission", sheet.number])
            reason[repeated] = f"{sheet[sheet.number].header}与前面一行重复"
        for key in sheet.identity:
            reason[rows[key].isna()] = f"没有{sheet[key].header}"
        whole = rows["submission"].map(why_excluded).astype("str")
        reason = whole.where(whole.notna(), reason)
        marked[sheet.key] = rows.assign(set_aside=reason)
        aside = rows[reason.notna()]
        if len(aside):
            typed = [aside[field.key + RAW] for field in sheet.fields]
            headers = [field.header for field in sheet.fields]
            words = [
                "；".join(
                    f"{header}：{text}"
                    for header, text in zip(headers, line, strict=True)
                    if isinstance(text, str) and text
                )
                for line in zip(*typed, strict=True)
            ]
            lines.append(aside[["organisation", "file", "row"]].assign(sheet=sheet.name, reason=reason, content=words))
    aside_lines = pd.concat(lines, ignore_index=True) if lines else pd.DataFrame(columns=list(SET_ASIDE))
    return marked, aside_lines[list(SET_ASIDE)].astype(SET_ASIDE)


def reconcile(batch: Batch, marked: Tables, submissions: pd.DataFrame) -> pd.DataFrame:
    """Rows per file and sheet: read = ledger + set_aside + blank."""
    read_rows = batch.rows_read.groupby(["submission", "sheet"], as_index=False, sort=False).sum()
    counts = read_rows.merge(submissions[["submission", "organisation", "file"]], on="submission")
    aside = pd.concat(
        marked[sheet.key]
        .groupby("submission")["set_aside"]
        .count()
        .rename("set_aside")
        .reset_index()
        .assign(sheet=sheet.name)
        for sheet in SHEETS
    )
    skipped = batch.skipped.assign(set_aside=1)
    every = pd.concat([aside, skipped[["submission", "sheet", "set_aside"]]])
    total = every.groupby(["submission", "sheet"])["set_aside"].sum().reset_index()
    counts = counts.merge(total, how="left", on=["submission", "sheet"]).fillna({"set_aside": 0})
    counts["ledger"] = counts["read"] - counts["blank"] - counts["set_aside"]
    return counts[list(RECONCILIATION)].astype(RECONCILIATION)


COUNTED = {"organisation": "str", "members": "Int64", "written": "Int64", "oral": "Int64", "items": "Int64"}


COUNTED_BY: dict[str, dict[str, Collection[str]]] = {
    "members": {"members": ("name",)},
    "written": {"members": ("member_no",), "items": ("pledger", "member_no")},
    "oral": {"members": ("pledge_form",)},
    "items": {"items": ("text",)},
}
"""The fields, by sheet, without which each figure is not known."""


def count(marked: Tables, unread: pd.DataFrame) -> pd.DataFrame:
    """How many members, pledges and items the ledgers of each organisation hold; missing where that is ``unread``."""
    members, items = (rows[rows["set_aside"].isna()] for rows in (marked["members"], marked["items"]))
    roster = members[~members["change"].isin(GONE)]
    written = items.loc[items["pledger"] == "党员", ["organisation", "member_no"]].dropna().drop_duplicates()
    rows = {
        "members": roster,
        "written": roster[["organisation", "member_no"]].merge(written, on=["organisation", "member_no"]),
        "oral": roster[roster["pledge_form"] == "口头"],
        "items": items,
    }
    sizes = pd.DataFrame({name: each.groupby("organisation").size() for name, each in rows.items()})
    sizes = sizes.reindex(sorted({*sizes.index, *unread["organisation"].dropna()})).fillna(0)
    for name, needs in COUNTED_BY.items():
        sizes[name] = sizes[name].mask(sizes.index.isin(lacking(unread, needs)))
    return sizes.rename_axis("organisation").reset_index().astype(COUNTED)


def cover(
    registry: pd.DataFrame, submissions: pd.DataFrame, counted: pd.DataFrame, findings: pd.DataFrame, late: str = ""
) -> pd.DataFrame:
    """One row for each organisation that must report: its state and its figures; received after ``late`` is late."""
    reporting = registry[registry["reports"] != "否"].set_index("organisation")
    rank = {state: number for number, state in enumerate((*LIVE, State.UNREADABLE, State.WRONG_PERIOD))}
    ranked = submissions.assign(rank=submissions["state"].map(rank)).dropna(subset=["rank"])
    best = ranked.sort_values(["rank", "file"]).drop_duplicates("organisation").set_index("organisation")
    names = shown_names(registry)
    covered = reporting.rename(columns={"parent_code": "parent"}).assign(
        org_name=reporting.index.map(names),
        parent_name=reporting["parent_code"].map(names),
        state=best["state"].reindex(reporting.index).fillna(str(State.MISSING)),
        file=best["file"].reindex(reporting.index),
    )
    if late:
        received = best["received"].reindex(reporting.index)
        covered.loc[covered["state"].isin(LIVE) & (received > late).fillna(False), "state"] = State.LATE
    held = counted.set_index("organisation").reindex(covered.index, fill_value=0)
    covered = covered.join(held)
    told = {"pending": _questions(findings)}
    told |= {severity: findings[findings["severity"] == severity] for severity in SEVERITIES}
    for name, rows in told.items():
        covered[name] = rows.groupby("organisation").size().reindex(covered.index).fillna(0)
    return covered.reset_index()[list(COVERAGE)].astype(COVERAGE)


def _questions(findings: pd.DataFrame) -> pd.DataFrame:
    """The findings that put a question to the reviewer."""
    return findings[findings["rule"].isin([code for code, rule in BY_CODE.items() if rule.asks_reviewer])]


UNANSWERED = {"organisation": "str", "clause": "str"}


def unanswered(marked: Tables) -> pd.DataFrame:
    """The clauses of which a reviewer has left a question about a member's item unanswered, for each organisation."""
    items = marked["items"][marked["items"]["set_aside"].isna()]
    items = items[sure(items["pledger"] == MEMBER)]
    told = [empty(UNANSWERED)]
    for clause in CLAUSES:
        if clause.reviewer:
            blank = items.loc[(items[[key + RAW for key in clause.reviewer]] == "").any(axis=1), "organisation"]
            told.append(pd.DataFrame({"organisation": blank.drop_duplicates(), "clause": clause.number}))
    return pd.concat(told, ignore_index=True).astype(UNANSWERED)


def not_read(unread: pd.DataFrame, due: Collection[Stage]) -> pd.DataFrame:
    """The rules that rest on columns that could not be ``unread`` (``UNREAD``), in columns ``UNDECIDED``."""
    rows: list[dict[str, object]] = [
        {"organisation": code, "rule": rule.code, "reason": NOT_READ}
        for rule in (BY_CODE.values() if len(unread) else ())
        if rule.stage in due
        for code in sorted(lacking(unread, reads(rule)))
    ]
    return frame(UNDECIDED, rows)


def decide(
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
    unsure = empty(UNDECIDED) if undecided is None else undecided
    live = coverage["state"].isin(LIVE)
    counts = findings.groupby(["organisation", "rule", "severity"]).size()
    frames = []
    for clause in CLAUSES:
        codes = rules_of(clause.number)
        found = counts[counts.index.get_level_values("rule").isin(codes)]
        table = found.groupby(["organisation", "severity"]).sum().unstack("severity")
        table = table.reindex(index=coverage["organisation"], columns=SEVERITIES).fillna(0).reset_index()
        verdict = pd.Series(
            str(_in_general(codes, bool(clause.not_mechanical), not_evaluated, due)), index=coverage.index
        )
        if clause.reviewer and Stage.PUBLISH in due:
            open_ = unanswered.loc[unanswered["clause"] == clause.number, "organisation"]
            pending = coverage["organisation"].isin(open_)
            verdict[pending] = Verdict.FOR_REVIEW
        if not clause.not_mechanical:
            open_ = unsure.loc[unsure["rule"].isin(codes), "organisation"]
            verdict[~live | coverage["organisation"].isin(open_)] = Verdict.NOT_EVALUATED
        verdict[table["error"] > 0] = Verdict.FAILED
        frames.append(table.assign(clause=clause.number, verdict=verdict))
    decided = pd.concat(frames, ignore_index=True)
    return decided[list(VERDICT)].astype(VERDICT)


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


def late_from(period: Period, day: int) -> str:
    """The moment, as in ``received``, after which a workbook is late; empty where the office sets no day."""
    return f"{period.following}-{day:02d} 23:59:59" if day else ""
