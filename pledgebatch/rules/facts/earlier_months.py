"""Rows of this month beside those of the months before, by organisation and number.

Only organisations that reported both months are compared; a nil return without rows has none, and nothing of it is gone.
"""

import pandas as pd

from pledgebatch.notice.parameters import Parameters
from pledgebatch.notice.periods import Period, pledge_deadline
from pledgebatch.rules.machinery.cells import sure


def as_it_stood(rows: pd.DataFrame, before: pd.DataFrame, number: str, *keys: str) -> pd.DataFrame:
    """What stood in ``before`` under the number of each of ``rows``, missing where nothing did.

    Rows that share a number are another rule's business: which of them was meant is not known.
    """
    place = ["organisation", number]
    known = before[[*place, *keys]].dropna(subset=[number]).drop_duplicates(place)
    matched = rows[place].merge(known, how="left", on=place).set_axis(rows.index)
    return matched[list(keys)].where(~rows.duplicated(["submission", number], keep=False))


def new_against(items: pd.DataFrame, before: pd.DataFrame | None) -> pd.Series:
    """The items that an organisation which reported ``before`` did not have then; none without such a month."""
    if before is None:
        return pd.Series(False, index=items.index)
    known = before[["organisation", "item_no"]].dropna().drop_duplicates().assign(known=True)
    was = items[["organisation", "item_no"]].merge(known, how="left", on=["organisation", "item_no"])["known"]
    absent = was.isna().set_axis(items.index)
    return absent & items["item_no"].notna() & items["organisation"].isin(before["organisation"])


def added_later(
    items: pd.DataFrame,
    period: Period,
    parameters: Parameters,
    last_items: pd.DataFrame | None = None,
    earlier_items: pd.DataFrame | None = None,
) -> pd.Series:
    """The items that were not in their organisation's workbook in the month of the pledge deadline.

    What the two months before do not show, the review does: the organisation reviewed others by the end of the month
    of the deadline, and this one after it (it was then added, passed after being sent back, or changed and reviewed
    again). An organisation that was late with everything added nothing later.
    """
    deadline = pledge_deadline(period.year, parameters.pledge_deadline)
    month = Period(deadline.year, deadline.month)
    if period <= month:
        return pd.Series(False, index=items.index)
    added = new_against(items, last_items)
    if period.ordinal >= month.ordinal + 2:
        added |= new_against(items, earlier_items)
    closed = pd.Timestamp(month.cutoff)
    reviewed = items.groupby("submission")["review_date"].transform("min")
    return added | (sure(items["review_date"] > closed) & sure(reviewed <= closed))
