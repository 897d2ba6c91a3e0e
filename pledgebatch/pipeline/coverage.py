"""Who reported, and with how much: a line for each organisation that must."""

from collections.abc import Collection, Mapping

import numpy as np
import pandas as pd

from pledgebatch.months.unread import find_lacking
from pledgebatch.rules.book import BY_CODE
from pledgebatch.rules.facts.names import shown_names
from pledgebatch.rules.facts.tables import GONE
from pledgebatch.schema.frames import COVERAGE, Tables, as_declared
from pledgebatch.schema.states import LIVE, Severity, State

ASKING = [code for code, rule in BY_CODE.items() if rule.asks_reviewer]
"""The rules whose findings put a question to the reviewer."""
SEVERITIES = [str(severity) for severity in Severity]
COUNTED = {"organisation": "str", "members": "Int64", "written": "Int64", "oral": "Int64", "items": "Int64"}
COUNTED_BY: dict[str, dict[str, Collection[str]]] = {
    "members": {"members": ("name",)},
    "written": {"members": ("member_no",), "items": ("pledger", "member_no")},
    "oral": {"members": ("pledge_form",)},
    "items": {"items": ("text",)},
}
"""The fields, by sheet, without which each figure is not known."""


def count_pledges(accounts: Tables, unread: pd.DataFrame) -> pd.DataFrame:
    """How many members, pledges and items the ledgers of each organisation hold; missing where that is ``unread``."""
    members, items = (rows[rows["set_aside"].isna()] for rows in (accounts["members"], accounts["items"]))
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
        sizes[name] = sizes[name].mask(sizes.index.isin(find_lacking(unread, needs)))
    return as_declared(sizes.rename_axis("organisation").reset_index(), COUNTED)


def list_coverage(
    registry: pd.DataFrame,
    submissions: pd.DataFrame,
    counted: pd.DataFrame,
    findings: pd.DataFrame,
    late: Mapping[str, str] | None = None,
) -> pd.DataFrame:
    """One row for each organisation that must report: its state and its figures; received after its moment in ``late`` is
    late."""
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
        last = pd.Series(late, dtype="str").reindex(reporting.index)
        covered.loc[covered["state"].isin(LIVE) & (received > last).fillna(False), "state"] = State.LATE
    held = counted.set_index("organisation").reindex(covered.index, fill_value=0)
    covered = covered.join(held)
    counts = {"pending": findings["rule"].isin(ASKING).to_numpy()}
    counts |= {severity: (findings["severity"] == severity).to_numpy() for severity in SEVERITIES}
    place = covered.index.get_indexer(pd.Index(findings["organisation"]))
    of_us = place >= 0
    each = {name: np.bincount(place[wanted & of_us], minlength=len(covered)) for name, wanted in counts.items()}
    return as_declared(covered.assign(**each).reset_index(), COVERAGE)
