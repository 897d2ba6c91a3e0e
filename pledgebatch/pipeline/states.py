"""What becomes of each submission: its state, its errors, whether it came late."""

from collections.abc import Collection

import pandas as pd

from pledgebatch.notice.periods import Period
from pledgebatch.readers.read import UNFIT
from pledgebatch.rules.book import BY_CODE
from pledgebatch.schema.choosing import choose
from pledgebatch.schema.states import LIVE, Severity, State

ACROSS = [code for code, rule in BY_CODE.items() if rule.across]
"""The rules that look across organisations."""


def settle_states(submissions: pd.DataFrame, heads: pd.DataFrame, findings: pd.DataFrame) -> pd.DataFrame:
    """The submissions with their last word: returned where there are errors, nil where declared, else accepted."""
    errors = findings.loc[findings["severity"] == Severity.ERROR, "file"].unique()
    nil = heads.loc[heads["nil_return"] == "是", "submission"]
    settled = submissions.copy()
    accepted = settled["state"] == State.ACCEPTED
    settled.loc[accepted & settled["submission"].isin(nil), "state"] = State.NIL
    settled.loc[accepted & settled["file"].isin(errors), "state"] = State.RETURNED
    return settled


def find_replaced_by_worse(submissions: pd.DataFrame, findings: pd.DataFrame) -> pd.DataFrame:
    """The workbooks that were replaced by one with errors of its own."""
    wrong = select_own_errors(findings)["file"]
    worse = submissions.loc[submissions["state"].isin(LIVE) & submissions["file"].isin(wrong), "organisation"]
    return submissions[was_replaced(submissions) & submissions["organisation"].isin(worse)]


def was_replaced(submissions: pd.DataFrame) -> pd.Series:
    """Whether another workbook of its organisation took the place of a submission, by itself and not by a decision."""
    replaced = (submissions["state"] == State.SUPERSEDED) & ~submissions["identical"].astype(bool)
    return replaced & submissions["handled"].isna()


def count_errors(submissions: pd.DataFrame, findings: pd.DataFrame, of_replaced: pd.DataFrame) -> pd.DataFrame:
    """The submissions with ``errors``: how many each of those that count has by itself, and how many each has that was
    replaced by one with errors; missing for others."""
    counts = select_own_errors(pd.concat([findings, of_replaced])).groupby("file").size()
    judged = submissions["state"].isin(LIVE) | submissions.index.isin(
        find_replaced_by_worse(submissions, findings).index
    )
    errors = submissions["file"].map(counts).fillna(0).where(judged)
    return submissions.assign(errors=errors.astype("Int64"))


def select_own_errors(findings: pd.DataFrame) -> pd.DataFrame:
    """What is only seen across organisations does not count: a workbook that was replaced is not compared with others."""
    return choose(findings, (findings["severity"] == Severity.ERROR) & ~findings["rule"].isin(ACROSS))


def last_moments(registry: pd.DataFrame, period: Period, day: int, extensions: pd.DataFrame | None) -> dict[str, str]:
    """By organisation the moment, as in ``received``, after which its workbook is late; none where the office sets no day.

    An organisation with an extension (报送延期) has until the end of that day.
    """
    if not day:
        return {}
    moments = dict.fromkeys(registry["organisation"], f"{period.following}-{day:02d} 23:59:59")
    if extensions is not None:
        own = extensions[extensions["period"] == period.ordinal]
        moments.update(
            {code: f"{until:%Y-%m-%d} 23:59:59" for code, until in zip(own["unit_code"], own["until"], strict=True)}
        )
    return moments


def mark_unreadable(submissions: pd.DataFrame, numbers: Collection[int]) -> pd.DataFrame:
    """The submissions, those of ``numbers`` as if they could not be read."""
    settled = submissions.copy()
    settled.loc[submissions["submission"].isin(numbers), ["state", "reason"]] = [str(State.UNREADABLE), UNFIT]
    return settled
