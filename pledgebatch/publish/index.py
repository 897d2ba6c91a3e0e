"""The month on one page for the office, and on one page for each superior organisation."""

from collections.abc import Mapping

import pandas as pd

from pledgebatch.publish.figures import figures, overdue, uncovered
from pledgebatch.publish.render import by_clause, reasons, records, render, with_labels
from pledgebatch.schema.frames import LIVE, Month, State

MOST_OVERDUE = 10
MOST_BLANKS = 40


def render_index(month: Month, links: Mapping[str, Mapping[str, str]], extra: Mapping[str, str]) -> str:
    """``index.html``: the board of organisations. ``links`` by organisation and ``extra`` give labels and hrefs."""
    coverage = month.coverage
    states = [State(state).label for state in coverage["state"].unique()]
    filters = [
        ("state", "状态", sorted(states)),
        ("parent", "上一级党组织", sorted(coverage["parent_name"].dropna().unique())),
        ("category", "单位类别", sorted(coverage["unit_category"].dropna().unique())),
    ]
    strays = month.submissions[~month.submissions["state"].isin(LIVE)]
    return render(
        "index.html.j2",
        month,
        said=figures(month),
        rows=with_labels(coverage),
        links=links,
        extra=extra,
        filters=filters,
        strays=with_labels(strays),
        clauses=by_clause(month),
        totals=month.reconciliation[["read", "ledger", "set_aside", "blank"]].sum().to_dict(),
        not_evaluated=reasons(month),
    )


def render_supervisor(month: Month, name: str) -> str:
    """一页通 of a superior organisation; ``month`` holds its own subtree."""
    coverage = month.coverage
    names = dict(zip(coverage["organisation"], coverage["org_name"], strict=True))
    absent = coverage.loc[~coverage["state"].isin(LIVE), "org_name"].tolist()
    blanks = uncovered(month)
    told = [f"{names[code]}：{'、'.join(rows)}" for code, rows in blanks.groupby("organisation")["value"]]
    late = overdue(month).head(MOST_OVERDUE)
    due = pd.DataFrame(
        {
            "org_name": late["organisation"].map(names),
            "text": late["text"],
            "due": late["due"].dt.strftime("%Y-%m-%d"),
            "status": late["status"],
            "days": late["days"],
        }
    )
    return render(
        "supervisor.html.j2",
        month,
        name=name,
        said=figures(month),
        absent=absent,
        blanks=told[:MOST_BLANKS],
        overdue=records(due),
        clauses=by_clause(month, 6),
    )
