"""What was handed over as people read it: a line for either side; and what nobody has taken over yet."""

from collections.abc import Mapping
from pathlib import Path

import pandas as pd

from pledgebatch.months.archive import last_reports
from pledgebatch.months.followed import MERGER, TRANSFER
from pledgebatch.notice.periods import Period
from pledgebatch.rules.facts.progress import OPEN
from pledgebatch.rules.facts.tables import GONE
from pledgebatch.rules.office.events import DISSOLVED, MERGED
from pledgebatch.schema.frames import HANDED, UNCLAIMED, empty, frame
from pledgebatch.schema.kinds import show
from pledgebatch.schema.sheets import BY_KEY, ITEMS, MEMBERS, ORGANISATION
from pledgebatch.schema.states import Movement

GIVEN = {MERGER: Movement.MERGED, TRANSFER: Movement.TRANSFERRED}
TAKEN = {MERGER: Movement.RECEIVED, TRANSFER: Movement.TRANSFERRED}


def list_handed(handovers: pd.DataFrame, period: Period, names: Mapping[str, str]) -> pd.DataFrame:
    """What is handed over in ``period``, in columns ``HANDED``: with whom each row was, and with whom it is."""
    rows: list[dict[str, object]] = []
    fresh = handovers[(handovers["period"] == str(period)) & (handovers["sheet"] != ORGANISATION.key)]
    for line in fresh.to_dict("records"):
        sheet = BY_KEY[line["sheet"]]
        giver, receiver = (f"{names.get(code, code)}（{code}）" for code in (line["giver"], line["receiver"]))
        before, after = f"{giver} {line['number']}", f"{receiver} {line['new_number']}"
        common = {"sheet": sheet.name, "field": sheet.number, "words": line["words"], "before": before, "after": after}
        common |= {"giver": line["giver"], "since": str(period)}
        for code, number, kind, other in (
            (line["giver"], line["number"], GIVEN[line["cause"]], receiver),
            (line["receiver"], line["new_number"], TAKEN[line["cause"]], giver),
        ):
            rows.append(common | {"organisation": code, "number": number, "kind": str(kind), "other": other})
    return frame(HANDED, rows).sort_values("organisation", kind="stable", ignore_index=True)


def list_unclaimed(output: Path, period: Period, events: pd.DataFrame, handovers: pd.DataFrame) -> pd.DataFrame:
    """The members and open items of dissolved organisations that nobody has taken over, in columns ``UNCLAIMED``."""
    merged = set(events.loc[events["event"] == MERGED, "organisation"])
    codes = sorted(set(events.loc[events["event"] == DISSOLVED, "organisation"]) - merged)
    reports = last_reports(output, period, codes, handovers) if codes else None
    if reports is None:
        return empty(UNCLAIMED)
    moved = handovers.loc[handovers["sheet"] == MEMBERS.key, ["giver", "number"]].itertuples(index=False, name=None)
    gone = set(moved)
    rows: list[dict[str, object]] = []
    for row in reports[MEMBERS.key].to_dict("records"):
        number = show(MEMBERS["member_no"], row["member_no"])
        if row["change"] not in GONE and (row["organisation"], number) not in gone:
            rows.append(
                {"organisation": row["organisation"], "since": row["reported"], "sheet": MEMBERS.name, "number": number,
                 "words": row["name"]}
            )  # fmt: skip
    items = reports[ITEMS.key]
    for row in items[items["status"].isin(OPEN) | items["status"].isna()].to_dict("records"):
        rows.append(
            {"organisation": row["organisation"], "since": row["reported"], "sheet": ITEMS.name,
             "number": row["item_no"], "words": row["text"], "due": row["due"], "status": row["status"]}
        )  # fmt: skip
    return frame(UNCLAIMED, rows).sort_values("organisation", kind="stable", ignore_index=True)
