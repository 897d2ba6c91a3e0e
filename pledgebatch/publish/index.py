"""The month on one page for the office."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from pledgebatch.notice.lists import CATEGORIES
from pledgebatch.publish.copies import files_of_others, organisations_with_copies
from pledgebatch.publish.figures import Figures, count_figures
from pledgebatch.publish.guesses import guesses
from pledgebatch.publish.movements import count_unclaimed, registry_moves_in_words, summarise_handed
from pledgebatch.publish.render import count_by_clause, list_undecided, reasons_not_evaluated, render
from pledgebatch.publish.unread import NOT_READ, in_words
from pledgebatch.publish.waiting import summarise_waiting
from pledgebatch.schema.month import Month
from pledgebatch.schema.records import records, with_labels
from pledgebatch.schema.states import LIVE, Severity, State

MOST_SHOWN = 200
"""Organisations that the board shows at a time."""
COUNTS = {"members": "党员", "items": "事项"} | {str(severity): severity.label for severity in Severity}
"""The figures of an organisation on the board."""
BELOW = {
    "expected": "应报",
    "received": "已报",
    "missing": "未报",
    "returned": State.RETURNED.label,
    "error": Severity.ERROR.label,
}
"""The figures of a superior organisation."""


@dataclass(frozen=True)
class Superior:
    """A superior organisation: whom its subtree holds, and links to what was written for it."""

    name: str
    below: Sequence[str]
    links: Mapping[str, str]


def render_index(
    month: Month,
    links: Mapping[str, Mapping[str, str]],
    extra: Mapping[str, str],
    superiors: Sequence[Superior] = (),
    figures: Figures | None = None,
    unwritten: Sequence[str] = (),
) -> str:
    """``index.html``: the board of organisations. ``links`` by organisation and ``extra`` give labels and hrefs; ``figures``
    are the month's figures, where they are known; ``unwritten`` is what could not be written, in words."""
    coverage = month.coverage
    strays = month.submissions[~month.submissions["state"].isin(LIVE)]
    names = dict(zip(coverage["organisation"], coverage["org_name"], strict=True))
    figures = figures or count_figures(month)
    in_registry, elsewhere = (records(month.remarks[there]) for there in split_remarks(month.remarks))
    return render(
        "index.html.j2",
        month,
        figures=figures,
        rows=_board(coverage),
        unread=in_words(month, names),
        guesses=guesses(month, names),
        waiting=summarise_waiting(month.answers),
        counts=COUNTS,
        most=MOST_SHOWN,
        links=links,
        extra=extra,
        choices={
            "label": list(figures.states.items()),
            "parent_name": _counts(coverage["parent_name"]),
            "unit_category": _counts(coverage["unit_category"], CATEGORIES),
        },
        below=BELOW,
        copies=organisations_with_copies(month),
        strange=list(files_of_others(month)),
        litter=month.litter,
        superiors=_standing(coverage, superiors),
        strays=[file | {"name": names.get(file["organisation"], file["organisation"])} for file in with_labels(strays)],
        categories=_by_category(coverage),
        statuses=[{"label": status, "count": count} for status, count in figures.statuses.items()],
        clauses=count_by_clause(month),
        totals=month.reconciliation[["read", "ledger", "set_aside", "blank"]].sum().to_dict(),
        not_evaluated=reasons_not_evaluated(month),
        undecided=list_undecided(month),
        unwritten=unwritten,
        remarks=in_registry,
        misplaced=elsewhere,
        moves=records(registry_moves_in_words(month)),
        handed=summarise_handed(month),
        unclaimed=count_unclaimed(month),
    )


def split_remarks(remarks: pd.DataFrame) -> tuple[pd.Series, pd.Series]:
    """Which remarks are on a sheet of the office's books, and which are on files and folders."""
    inside = remarks["sheet"].notna()
    return inside, ~inside


def _board(coverage: pd.DataFrame) -> list[dict[str, Any]]:
    """A line for each organisation; what is not known of its figures could not be read."""
    return [row | {key: NOT_READ for key in COUNTS if row[key] == ""} for row in with_labels(coverage)]


def _counts(values: pd.Series, order: Sequence[str] = ()) -> list[tuple[str, int]]:
    """How often each value comes, first those of ``order``, then others in the order of the registry."""
    found = {str(value): int(count) for value, count in values.value_counts(sort=False).items()}
    return [(value, found[value]) for value in dict.fromkeys((*order, *found)) if value in found]


def _by_category(coverage: pd.DataFrame) -> list[dict[str, Any]]:
    """How many of each category have reported, of how many."""
    live = dict(_counts(coverage.loc[coverage["state"].isin(LIVE), "unit_category"]))
    return [
        {"label": each, "count": live.get(each, 0), "of": count}
        for each, count in _counts(coverage["unit_category"], CATEGORIES)
    ]


def _standing(coverage: pd.DataFrame, superiors: Sequence[Superior]) -> list[dict[str, Any]]:
    """How each superior organisation's subtree stands."""
    counts = pd.DataFrame(
        {
            "expected": 1,
            "received": coverage["state"].isin(LIVE).astype(int),
            "missing": (~coverage["state"].isin(LIVE)).astype(int),
            "returned": (coverage["state"] == State.RETURNED).astype(int),
            "error": coverage["error"].fillna(0).astype(int),
        }
    )
    rows = dict(zip(coverage["organisation"], counts.to_numpy(), strict=True))
    lines = []
    for each in superiors:
        total = sum((rows[code] for code in each.below if code in rows), start=np.zeros(len(BELOW), int))
        lines.append({"name": each.name, "links": each.links} | dict(zip(BELOW, map(int, total), strict=True)))
    return lines
