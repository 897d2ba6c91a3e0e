"""The tables that rules name in their arguments, made from what was read."""

from collections.abc import Mapping
from typing import Any

import pandas as pd

from pledgebatch.notice.parameters import Parameters
from pledgebatch.notice.periods import Period
from pledgebatch.rules.language.normalised_text import normalised_text
from pledgebatch.rules.machinery.cells import sure
from pledgebatch.schema.frames import Tables
from pledgebatch.schema.kinds import RAW
from pledgebatch.schema.sheets import SHEETS
from pledgebatch.schema.states import LIVE

GONE = ("转出", "去世", "其他")
"""A member who left: the row stays, member rules leave it alone."""

ACROSS = {
    "organisations": ("submission", "organisation", "org_name"),
    "roster": (
        *("submission", "organisation", "row", "cells", "member_no", "member_no" + RAW, "name", "name" + RAW),
        "birth_month",
    ),
    "items": (
        *("submission", "organisation", "row", "cells", "item_no", "item_no" + RAW, "text" + RAW, "normalised_text"),
    ),
    "layout": ("submission", "sheet", "field", "column", "row"),
}
"""What the rules that look across organisations see, and no more: it is held for the whole month at once."""
PLACES = {"members": "name", "items": "text"}
"""The fields at which they report."""


def across(known: Mapping[str, Any]) -> dict[str, pd.DataFrame]:
    """The tables of ``ACROSS`` of some organisations, by name."""
    tables = {name: known[name][[key for key in columns if key in known[name]]] for name, columns in ACROSS.items()}
    layout = tables["layout"]
    return tables | {"layout": layout[layout["field"] == layout["sheet"].map(PLACES)]}


def arrange(
    tables: Tables,
    submissions: pd.DataFrame,
    changes: pd.DataFrame,
    layout: pd.DataFrame,
    period: Period,
    parameters: Parameters,
) -> dict[str, Any]:
    """What every run has: the sheets' frames for the submissions that count (items with their ``normalised_text``), and

    - ``heads``: 组织承诺 of every file that could be read, with the file's ``state``, name and hidden identity;
    - ``units``: 组织承诺 of the organisations whose rows can be counted (a nil return without rows cannot);
    - ``roster``: the members who have not left;
    - ``submissions``, ``changes`` (what was altered in the form), ``layout``, ``period``, ``parameters``.
    """
    known = submissions.set_index("submission")
    live = known.index[known["state"].isin(LIVE)]
    counted: dict[str, Any] = {
        sheet.key: tables[sheet.key][tables[sheet.key]["submission"].isin(live)].reset_index(drop=True)
        for sheet in SHEETS
    }
    counted["items"] = counted["items"].assign(
        normalised_text=normalised_text(counted["items"], counted["organisations"])
    )
    heads = tables["organisations"]
    columns = ["state", "hidden_code", "hidden_period", "template_version"]
    heads = heads.join(known[columns], on="submission").assign(value=heads["file"].str.split("/").str[-1])
    organisations = counted["organisations"]
    filled = pd.concat([counted[sheet.key]["submission"] for sheet in SHEETS[1:]])
    has_members = organisations["submission"].isin(counted["members"]["submission"])
    spoke = organisations["submission"].isin(filled) | ~sure(organisations["nil_return"] == "是")
    return counted | {
        "heads": heads,
        "units": organisations.assign(has_members=has_members)[spoke],
        "roster": counted["members"][~counted["members"]["change"].isin(GONE)],
        "submissions": submissions.assign(value=submissions["file"]),
        "changes": changes[changes["submission"].isin(live)],
        "layout": layout,
        "period": period,
        "parameters": parameters,
    }
