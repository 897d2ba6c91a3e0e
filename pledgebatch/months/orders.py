"""Rectification orders (六.1), followed to the end."""

import pandas as pd

from pledgebatch.notice.periods import Period
from pledgebatch.rules.facts.approval import SENT_BACK
from pledgebatch.schema.frames import ORDER, Tables, as_declared, empty
from pledgebatch.schema.sheets import ASSESSMENTS, ITEMS

OPEN, LATE, DONE = "整改中", "逾期未整改", "已整改"
GIVEN = {key: dtype for key, dtype in ORDER.items() if key not in ("state", "days")}
"""What an order says, without how it stands at the end of a month."""


def open_orders(assessments: pd.DataFrame) -> pd.Series:
    """The assessments with an order that has not been carried out."""
    return (assessments["rectify"] == "是") & assessments["rectified_on"].isna()


def given_orders(ledgers: Tables) -> pd.DataFrame:
    """The orders that the workbooks of a month tell of, in columns ``GIVEN``."""
    return pd.concat([_of_assessments(ledgers[ASSESSMENTS.key]), _of_reviews(ledgers[ITEMS.key])], ignore_index=True)


def orders(now: pd.DataFrame, earlier: pd.DataFrame | None, period: Period) -> pd.DataFrame:
    """Every order known by the end of ``period``: those given ``now``, and of ``earlier`` (last month's orders) those
    that this month's workbooks no longer mention and that were still open.
    """
    if earlier is not None:
        known = pd.MultiIndex.from_frame(now[["organisation", "subject"]])
        # An item sent back is judged by the item alone: once it is passed there is no order left.
        left = earlier[(earlier["state"] != DONE) & (earlier["kind"] == ASSESSMENTS.name)]
        left = left[~pd.MultiIndex.from_frame(left[["organisation", "subject"]]).isin(known)]
        now = pd.concat([now, left.drop(columns=["state", "days"])], ignore_index=True)
    if now.empty:
        return empty(ORDER)
    days = (pd.Timestamp(period.cutoff) - now["by"]).dt.days.astype("Int64")
    late = (days > 0).fillna(False).astype(bool)
    state = pd.Series(OPEN, index=now.index, dtype="str").mask(late, LATE).mask(now["done"].notna(), DONE)
    standing = now.assign(state=state, days=days.where(late & now["done"].isna()))
    order = ["days", "by", "organisation", "subject"]
    return as_declared(standing.sort_values(order, ascending=[False, True, True, True], ignore_index=True), ORDER)


def _of_assessments(rows: pd.DataFrame) -> pd.DataFrame:
    ordered = rows[rows["rectify"] == "是"]
    name = ("　" + ordered["name"]).where(ordered["pledger"] == "党员").fillna("")
    day = ordered["date"].dt.strftime("%Y-%m-%d").astype("str").fillna("")
    subject = ordered["pledger"].fillna("") + name + "　" + ordered["assessor"].fillna("") + "评议　" + day
    given = ordered[["organisation"]].assign(
        kind=ASSESSMENTS.name, subject=subject, by=ordered["rectify_by"], done=ordered["rectified_on"]
    )
    return as_declared(given, GIVEN)


def _of_reviews(items: pd.DataFrame) -> pd.DataFrame:
    back = items[items["conclusion"] == SENT_BACK]
    subject = "事项 " + back["item_no"].fillna("") + "　" + back["advice"].fillna("退回完善")
    given = back[["organisation"]].assign(kind="审查退回", subject=subject, by=back["redo_by"])
    return as_declared(given, GIVEN)
