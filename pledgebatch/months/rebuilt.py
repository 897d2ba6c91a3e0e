"""A month rebuilt: what it says otherwise than what was sent."""

import pandas as pd

from pledgebatch.months.archive import in_ledger
from pledgebatch.months.changes import movements
from pledgebatch.schema.frames import as_agreed
from pledgebatch.schema.month import Month
from pledgebatch.schema.states import Movement

OF_FINDINGS = ["organisation", "file", "sheet", "cell", "rule", "severity", "message"]


def differences(sent: Month, now: Month) -> dict[str, pd.DataFrame]:
    """What differs from what was sent: ``states`` of organisations, ``rows`` of the ledgers, ``findings``, ``files``."""
    return {
        "states": _fields(sent.coverage, now.coverage, ["organisation"], "state"),
        "rows": movements(in_ledger(sent.tables), in_ledger(now.tables), everyone=True),
        "findings": _whole(as_agreed(sent.findings), as_agreed(now.findings), OF_FINDINGS),
        "files": _whole(sent.submissions, now.submissions, ["organisation", "file", "sha256", "state"]),
    }


def _fields(old: pd.DataFrame, new: pd.DataFrame, key: list[str], field: str) -> pd.DataFrame:
    both = old[[*key, field]].merge(new[[*key, field]], how="outer", on=key, suffixes=("_before", "_after"))
    both = both.rename(columns={f"{field}_before": "before", f"{field}_after": "after"})
    return both[both["before"].fillna("") != both["after"].fillna("")].reset_index(drop=True)


def _whole(old: pd.DataFrame, new: pd.DataFrame, key: list[str]) -> pd.DataFrame:
    """Lines that one has and the other has not, with ``kind``; several alike count as several."""
    old, new = (rows[key].assign(nth=rows.groupby(key, dropna=False).cumcount()) for rows in (old, new))
    if old.empty and new.empty:  # pandas cannot join two columns of Arrow's without a single chunk
        return old.assign(kind=pd.Series(dtype="str")).drop(columns="nth")
    both = old.merge(new, how="outer", on=[*key, "nth"], indicator="side")
    kinds = {"left_only": str(Movement.GONE), "right_only": str(Movement.ADDED)}
    only = both[both["side"] != "both"]
    differing = only.assign(kind=only["side"].astype("str").map(kinds)).drop(columns=["nth", "side"])
    order = {**dict.fromkeys(key[:2], True), "kind": False}  # what is gone stands before what took its place
    return differing.sort_values(list(order), ascending=list(order.values()), kind="stable", ignore_index=True)
