"""五.3, 五.5, 附件1注: what was said of an item last month and is said otherwise, or still the same."""

from collections.abc import Collection

import pandas as pd

from pledgebatch.notice.periods import Period, Stage
from pledgebatch.rules.facts.approval import SENT_BACK, with_approval
from pledgebatch.rules.facts.earlier_months import as_it_stood
from pledgebatch.rules.facts.progress import UNDONE
from pledgebatch.rules.machinery.cells import blank, days, differs, of_organisation, sure
from pledgebatch.rules.machinery.rule import ERROR, FACT, HISTORY, MONTHLY, NOTICE, PUBLISH, WARNING, Rule

REV04 = Rule(
    "REV04", "五.3-2", "要", WARNING, FACT, HISTORY, MONTHLY,
    asks="退回的事项在完善期限之前改好",
    mend="按完善意见修改承诺事项，再请审查人审查；不再承诺的填“撤销”并写明原因",
)  # fmt: skip


@REV04.case(
    on="items", at="redo_by", message="退回完善的事项过了完善期限“{redo_by}”仍未修改，请按完善意见改好后重新审查"
)
def returned_unchanged(
    items: pd.DataFrame, last_items: pd.DataFrame, period: Period, earlier_items: pd.DataFrame | None = None
) -> pd.Series:
    """Sent back, past its day at the cut-off, and the text is still that of last month."""
    return _overdue_return(items, last_items, period) & ~_long_overdue(items, last_items, earlier_items, period)


@REV04.case(
    on="items",
    at="redo_by",
    message="退回完善的事项过了完善期限“{redo_by}”，连续三个月没有修改，请立即改好后重新审查，或填“撤销”",
    severity=ERROR,
)
def returned_unchanged_for_long(
    items: pd.DataFrame, last_items: pd.DataFrame, period: Period, earlier_items: pd.DataFrame | None = None
) -> pd.Series:
    """Two months after: the same in three reports in a row, and overdue in the last one already."""
    return _long_overdue(items, last_items, earlier_items, period)


def _overdue_return(items: pd.DataFrame, before: pd.DataFrame, period: Period) -> pd.Series:
    returned = sure(items["conclusion"] == SENT_BACK) & ~items["status"].isin(["撤销"]) & items["text"].notna()
    overdue = returned & sure(items["redo_by"] < pd.Timestamp(period.cutoff))
    if not overdue.any():
        return overdue
    was = as_it_stood(items, before, "item_no", "text", "conclusion")
    return overdue & sure(was["conclusion"] == SENT_BACK) & ~differs(items["text"], was["text"])


def _long_overdue(
    items: pd.DataFrame, last_items: pd.DataFrame, earlier_items: pd.DataFrame | None, period: Period
) -> pd.Series:
    if earlier_items is None:
        return pd.Series(False, index=items.index)
    last = Period.of_ordinal(period.ordinal - 1)
    return _overdue_return(items, last_items, last) & _overdue_return(items, earlier_items, last)


PUB03 = Rule(
    "PUB03", "附件1注-2", "form", ERROR, FACT, HISTORY, PUBLISH,
    asks="公示的承诺与审定的一致：改动后重新公开",
    mend="把改动后的承诺重新公开，更新公开日期；不是有意改动的请改回",
)  # fmt: skip


@PUB03.case(
    on="items", at="text", message="承诺事项与上月已公开的“{hint}”不同，请重新公开并更新公开日期；不是有意改动的请改回"
)
def changed_since_made_public(
    items: pd.DataFrame,
    organisations: pd.DataFrame,
    last_items: pd.DataFrame,
    last_organisations: pd.DataFrame,
    due: Collection[Stage],
) -> pd.Series:
    """Changed and approved again, but not made public again; without reason or approval it is TRK05's, once that applies."""
    items = with_approval(items, organisations)
    was = as_it_was_approved(items, last_items, last_organisations, "text", "publicity_date")
    public = sure(was["approved"]) & was["publicity_date"].notna()
    agreed = _explained(items, was["approved_on"]) if Stage.MONTH in due else True
    again = (items["publicity_date"] > was["publicity_date"]) & ~sure(items["publicity_date"] < items["approved_on"])
    dropped = items["status"].isin(["撤销"]) | ~items["approved"]
    stale = items["publicity_date"].notna() & ~sure(again) & ~dropped
    return was["text"].where(public & agreed & stale & differs(items["text"], was["text"]))


def as_it_was_approved(
    items: pd.DataFrame, last_items: pd.DataFrame, last_organisations: pd.DataFrame, *keys: str
) -> pd.DataFrame:
    """``as_it_stood`` last month, with whether the item was approved, and on which day."""
    return as_it_stood(
        items, with_approval(last_items, last_organisations), "item_no", *keys, "approved", "approved_on"
    )


def _explained(items: pd.DataFrame, last_approval: pd.Series) -> pd.Series:
    """A reason is given and the item approved anew; a missing reason that TRK10 asks for, or a day that REV01 or ORG11
    does, is reported by them alone."""
    reason = ~blank(items, "change_reason") | items["status"].isin(UNDONE)
    day = items["approved_on"]
    return reason & (sure(day > last_approval) | day.isna() | last_approval.isna())


TRK04 = Rule(
    "TRK04", "五.5-2", "要", WARNING, FACT, HISTORY, MONTHLY,
    asks="进展只进不退，并逐月更新",
    mend="核对进展状态；有进展的更新“进展说明”，没有进展的写明原因和下一步",
)  # fmt: skip

STAGE_OF = {"未开始": 0, "进行中": 1, "延期": 1, "无法完成": 2, "撤销": 2, "已完成": 3}
"""How far each status is on its way."""


@TRK04.case(
    on="items",
    at="status",
    message="进展状态由上月的“{hint}”退到“{status}”，请核对；上月填错的请在“进展说明”中写明",
)
def status_backwards(items: pd.DataFrame, last_items: pd.DataFrame) -> pd.Series:
    """Begun is not 未开始 again, and what was done, given up or withdrawn is not open again."""
    was = as_it_stood(items, last_items, "item_no", "status")["status"]
    return was.where(sure(items["status"].map(STAGE_OF) < was.map(STAGE_OF)))


@TRK04.case(on="items", at="progress", message="进展说明“{progress}”连续三个月相同，请写明本月的进展", severity=NOTICE)
def progress_unchanged(
    items: pd.DataFrame,
    organisations: pd.DataFrame,
    last_items: pd.DataFrame,
    period: Period,
    earlier_items: pd.DataFrame | None = None,
) -> pd.Series:
    """Two months without news of an item under way: the same in three reports. Schools are left alone in July and August."""
    if earlier_items is None:
        return pd.Series(False, index=items.index)
    same = items["status"].isin(["进行中", "延期"]) & items["progress"].notna()
    if period.month in (7, 8):
        same &= ~sure(of_organisation(items, organisations, "unit_category").astype("str").str.contains("学校"))
    for before in (last_items, earlier_items):
        was = as_it_stood(items, before, "item_no", "progress")["progress"]
        same &= was.notna() & ~differs(items["progress"], was)
    return same


TRK05 = Rule(
    "TRK05", "五.5-2", "要", ERROR, FACT, HISTORY, MONTHLY,
    asks="审定的承诺和时限不随意改动：改动有原因，并重新审查",
    mend="写明变更原因，重新审查并更新审查日期（组织的事项由上一级党组织重新审定，更新审定日期）；不是有意改动的请改回",
)  # fmt: skip

HOW_TO_CHANGE = "请填写变更原因并重新审定（党员的更新审查日期，组织的更新上一级审定日期）；不是有意改动的请改回"


@TRK05.case(on="items", at="text", message="承诺事项与上月审定的“{hint}”不同，" + HOW_TO_CHANGE)
def text_changed(
    items: pd.DataFrame, organisations: pd.DataFrame, last_items: pd.DataFrame, last_organisations: pd.DataFrame
) -> pd.Series:
    """Not as approved, without a reason or without a new approval."""
    items = with_approval(items, organisations)
    was = as_it_was_approved(items, last_items, last_organisations, "text")
    unexplained = sure(was["approved"]) & ~_explained(items, was["approved_on"])
    return was["text"].where(unexplained & differs(items["text"], was["text"]))


@TRK05.case(on="items", at="due", message="完成时限“{due}”与上月审定的 {hint} 不同，" + HOW_TO_CHANGE)
def due_changed(
    items: pd.DataFrame, organisations: pd.DataFrame, last_items: pd.DataFrame, last_organisations: pd.DataFrame
) -> pd.Series:
    """The day that the deadline comes to is another; where the text changed too, that is reported already."""
    items = with_approval(items, organisations)
    was = as_it_was_approved(items, last_items, last_organisations, "text", "due")
    unexplained = sure(was["approved"]) & ~_explained(items, was["approved_on"])
    moved = sure(items["due"] != was["due"]) & items["due"].notna() & was["due"].notna()
    return days(was["due"], unexplained & moved & ~differs(items["text"], was["text"]))


RULES = (REV04, PUB03, TRK04, TRK05)
