"""How branches' own tables were understood, for the pages: this column was read as that, because."""

from collections.abc import Mapping
from typing import Any

import pandas as pd

from pledgebatch.schema.month import Month
from pledgebatch.schema.states import LIVE

MOST_LISTED = 200
"""Lines of the month's page; all of them stand in the ledger's 表式改动 and in layouts.xlsx."""
READ = ("renamed_column", "guessed_column", "read_tab")
HELD = ("held_column", "doubtful_column", "refused_tab")
Line = dict[str, str]


def guessed(month: Month) -> pd.DataFrame:
    """The guesses of the workbooks that count, by organisation, file and cell."""
    live = month.submissions.loc[month.submissions["state"].isin(LIVE), "file"]
    rows = month.changes[month.changes["file"].isin(live) & month.changes["kind"].isin((*READ, *HELD))]
    return rows.fillna("").sort_values(["organisation", "file", "sheet", "cell"], kind="stable")


def guesses(month: Month, names: Mapping[str, str]) -> dict[str, Any]:
    """The guesses of the month: the first ``lines``, how many there are in ``all``, and how many wait to be ``asked``
    about."""
    rows = guessed(month)
    asked = (rows["sure"] == "待确认") | rows["kind"].isin(HELD)
    lines = [
        line_of(each) | {"name": names.get(each["organisation"], each["organisation"])}
        for each in rows.head(MOST_LISTED).to_dict("records")
    ]
    return {"lines": lines, "all": len(rows), "asked": int(asked.sum())}


def line_of(change: Mapping[Any, Any]) -> Line:
    """A guess in words: ``place``, the header ``found``, what it was ``read`` as, the ``basis``, and how ``sure`` it is."""
    whole, read = change["kind"] in ("read_tab", "refused_tab"), change["kind"] in READ
    target = f"《{change['sheet']}》" + (f"的“{change['header']}”" if change["header"] else "")
    return {
        "place": f"工作表“{change['tab'] or change['sheet']}”" + ("" if whole else f" {change['cell']}"),
        "found": "" if whole else change["found"],
        "read": target if read else "没有读入",
        "basis": change["basis"] or ("表头是这一栏的另一种写法" if read else f"像是“{change['header']}”，不能确定"),
        "sure": change["sure"] or ("明确" if read else "待确认"),
    }
