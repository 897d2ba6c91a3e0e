"""Every row is accounted for: what is set aside and why, what is carried over, how many were read."""

from collections import Counter

import pandas as pd

from pledgebatch.intake.batch import Batch
from pledgebatch.rules.facts.handed import handed_to
from pledgebatch.schema.choosing import choose
from pledgebatch.schema.columns import blank_texts
from pledgebatch.schema.frames import RECONCILIATION, SET_ASIDE, Tables, as_declared, empty
from pledgebatch.schema.kinds import RAW
from pledgebatch.schema.records import tuples
from pledgebatch.schema.sheets import BOOK_SHEETS, ITEMS, TABLES
from pledgebatch.schema.states import LIVE, State


def set_rows_aside(
    tables: Tables,
    submissions: pd.DataFrame,
    skipped: pd.DataFrame | None = None,
    handed: pd.DataFrame | None = None,
) -> tuple[dict[str, pd.DataFrame], pd.DataFrame]:
    """The accounts: the tables with a column ``set_aside`` (the reason, missing for rows in the ledger), and those rows in words.

    ``skipped`` are the rows that are in no table: subtotals, samples, rows of a second sheet of the same kind. ``handed``
    are items (``organisation``, ``item_no``, ``text``, ``to``) that another organisation has now: they count there alone.
    """
    excluded = submissions[~submissions["state"].isin(LIVE)].set_index("submission")
    why_excluded = excluded["state"].map({state: State(state).label for state in excluded["state"].unique()})
    accounts: dict[str, pd.DataFrame] = {}
    lines: list[pd.DataFrame] = [skipped[list(SET_ASIDE)]] if skipped is not None and len(skipped) else []
    for sheet in BOOK_SHEETS:
        rows = tables[sheet.key]
        reason = pd.Series(blank_texts(len(rows)), rows.index)
        if rows.empty:
            accounts[sheet.key] = rows.assign(set_aside=reason)
            continue
        if sheet.number:
            repeated = rows[sheet.number].notna() & rows.duplicated(["submission", sheet.number])
            reason[repeated] = f"{sheet[sheet.number].header}与前面一行重复"
        if sheet is ITEMS and handed is not None and len(handed):
            gone = handed_to(rows, handed)
            reason = reason.mask(gone.notna(), "已随本人转到 " + gone)
        for key in sheet.identity:
            reason[rows[key].isna()] = f"没有{sheet[key].header}"
        if len(excluded):
            whole = rows["submission"].map(why_excluded).astype("str")
            reason = whole.where(whole.notna(), reason)
        accounts[sheet.key] = rows.assign(set_aside=reason)
        aside = choose(rows, reason.notna())
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
    return accounts, as_declared(aside_lines, SET_ASIDE)


def reconcile(batch: Batch, accounts: Tables, submissions: pd.DataFrame) -> pd.DataFrame:
    """Rows per file and sheet: read = ledger + set_aside + blank."""
    read_rows = batch.rows_read.groupby(["submission", "sheet"], as_index=False, sort=False).sum()
    counts = read_rows.merge(submissions[["submission", "organisation", "file"]], on="submission")
    aside = Counter(tuples(batch.skipped[["submission", "sheet"]]))
    for sheet in BOOK_SHEETS:
        rows = accounts[sheet.key]
        aside.update((number, sheet.name) for number in rows.loc[rows["set_aside"].notna(), "submission"].tolist())
    counts["set_aside"] = [aside[place] for place in tuples(counts[["submission", "sheet"]])]
    counts["ledger"] = counts["read"] - counts["blank"] - counts["set_aside"]
    return as_declared(counts, RECONCILIATION)


CARRIED = {"submission": "Int64", "reason": "str"}


def list_carried(accounts: Tables, reports: Tables | None) -> pd.DataFrame:
    """The submissions for which the ledger holds the last report's rows, for a nil return, and a ``reason`` to say so.

    Such rows have no row number of their own.
    """
    rows = pd.concat(
        [accounts[sheet.key].loc[accounts[sheet.key]["row"].isna(), ["submission", "organisation"]] for sheet in TABLES]
    )
    if reports is None or rows.empty:
        return empty(CARRIED)
    counts = rows.groupby(["submission", "organisation"]).size().reset_index(name="count")
    month = counts["organisation"].map(reports["organisations"].set_index("organisation")["reported"]).astype("str")
    reason = "本月无变化，台账沿用 " + month + " 的 " + counts["count"].astype("str") + " 行"
    return as_declared(counts.assign(reason=reason), CARRIED)
