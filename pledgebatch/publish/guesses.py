"""How branches' own tables were understood, for the month's page: this column was read as that, because."""

from collections.abc import Mapping
from typing import Any

from pledgebatch.schema.frames import LIVE, Month

MOST_LISTED = 200
"""Lines of the page; all of them stand in the ledger's 表式改动 and in layouts.xlsx."""
LISTED = {
    "renamed_column": "读作", "guessed_column": "读作", "held_column": "没有读入", "doubtful_column": "没有读入", "read_tab": "读作",
    "refused_tab": "没有读入",
}  # fmt: skip


def guesses(month: Month, names: Mapping[str, str]) -> dict[str, Any]:
    """The guesses of the workbooks that count: the ``lines``, how many there are in ``all``, and how many wait to be
    ``asked`` about."""
    live = month.submissions.loc[month.submissions["state"].isin(LIVE), "submission"]
    rows = month.changes[month.changes["submission"].isin(live) & month.changes["kind"].isin(list(LISTED))]
    rows = rows.fillna("").sort_values(["organisation", "file", "sheet", "cell"], kind="stable")
    asked = (rows["sure"] == "待确认") | rows["kind"].isin(["held_column", "doubtful_column"])
    lines = [_line(each, names) for each in rows.head(MOST_LISTED).to_dict("records")]
    return {"lines": lines, "all": len(rows), "asked": int(asked.sum())}


def _line(change: Mapping[Any, Any], names: Mapping[str, str]) -> dict[str, str]:
    whole = change["kind"] in ("read_tab", "refused_tab")
    place = f"工作表“{change['tab'] or change['sheet']}”" + ("" if whole else f" {change['cell']}")
    read = LISTED[change["kind"]] == "读作"
    target = f"《{change['sheet']}》" + (f"的“{change['header']}”" if change["header"] else "")
    return {
        "name": names.get(change["organisation"], change["organisation"]),
        "place": place,
        "found": "" if whole else change["found"],
        "read": target if read else "没有读入",
        "basis": change["basis"] or "表头是这一栏的另一种写法",
        "sure": change["sure"] or ("明确" if read else "待确认"),
    }
