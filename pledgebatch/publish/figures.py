"""A month narrowed to some organisations, and its figures."""

from collections.abc import Collection
from dataclasses import dataclass, replace
from typing import Any

import pandas as pd

from pledgebatch.notice.lists import CATEGORIES
from pledgebatch.schema.frames import LIVE, Month, Severity, State, counting
from pledgebatch.schema.sheets import ITEMS

DONE_WITH = ("已完成", "撤销")
"""An item with which nothing is left to do."""
COVERS_MEMBERS = "COV02"
"""The rule that finds members with neither a written item nor an oral record."""


@dataclass(frozen=True)
class Figures:
    """The month in numbers."""

    expected: int
    received: int
    states: dict[str, int]
    """Organisations by state, in words."""
    members: int
    written: int
    oral: int
    items: int
    published: int
    severities: dict[str, int]
    """Findings by severity, in words."""
    parts: pd.DataFrame
    """Items by 单位类别 (rows) and 内容类别 (columns)."""


def restrict(month: Month, organisations: Collection[str]) -> Month:
    """The same month for some organisations only."""

    def only(frame: pd.DataFrame) -> pd.DataFrame:
        return frame[frame["organisation"].isin(organisations)].reset_index(drop=True)

    submissions = only(month.submissions)
    return replace(
        month,
        submissions=submissions,
        coverage=only(month.coverage),
        tables={key: only(rows) for key, rows in month.tables.items()},
        findings=only(month.findings),
        verdicts=only(month.verdicts),
        set_aside=only(month.set_aside),
        reconciliation=only(month.reconciliation),
        changes=only(month.changes),
        movements=only(month.movements),
        orders=only(month.orders),
        layout=month.layout[month.layout["submission"].isin(submissions["submission"])],
    )


def split(month: Month, parts: list[list[str]]) -> list[Month]:
    """The month in several parts, each for some organisations; every frame is sorted out once."""
    part_of = {code: number for number, codes in enumerate(parts) for code in codes}

    def sorted_out(frame: pd.DataFrame) -> list[pd.DataFrame]:
        numbers = frame["organisation"].map(part_of)
        groups = dict(iter(frame.groupby(numbers)))
        return [groups.get(number, frame.iloc[:0]) for number in range(len(parts))]

    frames: dict[str, list[Any]] = {
        name: sorted_out(getattr(month, name))
        for name in (
            "submissions",
            "coverage",
            "findings",
            "verdicts",
            "set_aside",
            "reconciliation",
            "changes",
            "movements",
            "orders",
        )
    }
    tables = {key: sorted_out(rows) for key, rows in month.tables.items()}
    frames["tables"] = [{key: pieces[number] for key, pieces in tables.items()} for number in range(len(parts))]
    light = replace(month, layout=month.layout.iloc[:0], registry=month.registry.iloc[:0])
    return [replace(light, **{name: pieces[number] for name, pieces in frames.items()}) for number in range(len(parts))]


def ledger(month: Month, key: str) -> pd.DataFrame:
    """The rows of a sheet that stand in the ledger."""
    rows = month.tables[key]
    return rows[rows["set_aside"].isna()]


def figures(month: Month) -> Figures:
    """The month's figures; they add up over organisations."""
    coverage, items = month.coverage, ledger(month, "items")
    states = coverage["state"].value_counts()
    severities = counting(month.findings)["severity"].value_counts()
    category = items["organisation"].map(coverage.set_index("organisation")["unit_category"])
    parts = pd.crosstab(category, items["part"]).reindex(
        index=CATEGORIES, columns=list(ITEMS["part"].choices), fill_value=0
    )
    return Figures(
        expected=len(coverage),
        received=int(coverage["state"].isin(LIVE).sum()),
        states={state.label: int(states[state]) for state in State if state in states},
        members=int(coverage["members"].sum()),
        written=int(coverage["written"].sum()),
        oral=int(coverage["oral"].sum()),
        items=int(coverage["items"].sum()),
        published=int(items["publicity_date"].notna().sum()),
        severities={severity.label: int(severities.get(severity, 0)) for severity in Severity},
        parts=parts,
    )


def overdue(month: Month) -> pd.DataFrame:
    """Items past their last day and still to be done, oldest first, with ``days``."""
    items = ledger(month, "items")
    late = items[(items["due"] < pd.Timestamp(month.period.cutoff)) & ~items["status"].isin(DONE_WITH)]
    days = (pd.Timestamp(month.period.cutoff) - late["due"]).dt.days
    return late.assign(days=days).sort_values(["days", "organisation", "row"], ascending=[False, True, True])


def uncovered(month: Month) -> pd.DataFrame:
    """The findings about members with neither a written item nor an oral record; ``value`` is the name."""
    found = counting(month.findings)
    return found[found["rule"] == COVERS_MEMBERS]
