"""五, 五.4: what was approved is made public, in time, and what people say of it is answered."""

import pandas as pd

from pledgebatch.notice.parameters import Parameters
from pledgebatch.notice.periods import FIRST_DEADLINE, Period, pledge_deadline
from pledgebatch.rules.facts.approval import APPROVED, SENT_BACK, approved
from pledgebatch.rules.facts.earlier_months import added_later, as_it_stood, new_against
from pledgebatch.rules.machinery.cells import blank, given, no_hints, obscure, sure, unfilled, unusable
from pledgebatch.rules.machinery.conditions import FIRST_DAY, Before, Blank
from pledgebatch.rules.machinery.required import required
from pledgebatch.rules.machinery.rule import ERROR, FACT, MONTHLY, NOTICE, PUBLISH, ROW, WARNING, Rule
from pledgebatch.schema.sheets import ITEMS

PUB01 = Rule(
    "PUB01", "五.4-1", "要", ERROR, FACT, ROW, PUBLISH,
    asks="审定的事项已经公开",
    mend="向党员群众公开，并填写公开日期",
    owns=("items.publicity_date",),
)  # fmt: skip


@PUB01.case(on="items", at="publicity_date")
def not_made_public(
    items: pd.DataFrame,
    organisations: pd.DataFrame,
    period: Period,
    parameters: Parameters,
    last_items: pd.DataFrame | None = None,
) -> pd.Series:
    """An item added after the month of the pledge deadline has until the end of the next one."""
    deadline = pledge_deadline(period.year, parameters.pledge_deadline)
    hints = unusable(items, ITEMS["publicity_date"]).where(approved(items, organisations))
    wholly = hints.notna() & blank(items, "publicity_date") & blank(items, "publicity")
    hints[wholly] = "已经审定，“公开日期”和“公开形式”都未填写，请公开后补填"
    if period <= Period(deadline.year, deadline.month) or not hints.notna().any():
        return hints
    return hints.where(obscure(items, "publicity_date") | ~new_against(items, last_items))


PUB02 = Rule(
    "PUB02", "五.4-1", "要", ERROR, FACT, ROW, PUBLISH,
    asks="写明公开形式，可以有几种；口头、电话等不算公开",
    mend="填写公开形式，几种之间用“、”分开；口头、电话通知的请另行公开",
    owns=("items.publicity",),
)  # fmt: skip


@PUB02.case(
    on="items",
    at="publicity",
    offline_blanks=Blank("publicity") & ~Blank("publicity_date") & APPROVED,
)
def publicity_blank(items: pd.DataFrame, organisations: pd.DataFrame) -> pd.Series:
    """Approved and made public, but not said how; an item without a day either is PUB01's alone."""
    return unfilled(items, ITEMS["publicity"]).where(approved(items, organisations) & ~blank(items, "publicity_date"))


@PUB02.case(
    on="items",
    at="publicity",
    message="“公开形式”填的“{publicity}”不是公开，请向党员群众公开后填写：会议、文件、公开栏、报刊、网络等，可以填几种",
)
def not_public(items: pd.DataFrame) -> pd.Series:
    """Told by mouth or telephone; any way that the public can see counts. An item sent back in review need not be public."""
    return obscure(items, "publicity") & ~sure(items["conclusion"] == SENT_BACK)


PUB04 = Rule(
    "PUB04", "五.4-1", "要", NOTICE, FACT, ROW, PUBLISH,
    asks="公布了群众监督电话",
    mend="填写群众反映意见的电话",
    owns=("organisations.supervision_contact",),
)  # fmt: skip

required(PUB04, "organisations", "supervision_contact")


DDL01 = Rule(
    "DDL01", "五-2", "原则上", WARNING, FACT, ROW, PUBLISH,
    asks=f"{FIRST_DEADLINE.year} 年的公开承诺在 {FIRST_DEADLINE.month} 月底前完成",
    mend="核对公开日期；确实晚了的不必修改，今后按时公开",
)  # fmt: skip


@DDL01.case(
    on="items",
    at="publicity_date",
    message="公开日期“{publicity_date}”晚于 {hint}，"
    f"{FIRST_DEADLINE.year} 年公开承诺原则上在 {FIRST_DEADLINE.month} 月底前完成，请核对日期",
    unless=added_later,
)
def public_after_november(
    items: pd.DataFrame,
    period: Period,
    parameters: Parameters,
    last_items: pd.DataFrame | None = None,
    earlier_items: pd.DataFrame | None = None,
) -> pd.Series:
    """The first publication of an item present at the deadline; one added later is PUB01's business."""
    return (
        _late(items, period, parameters, last_items, earlier_items)
        if period.year <= FIRST_DEADLINE.year
        else no_hints(items)
    )


DDL02 = Rule(
    "DDL02", "五-3", "-", WARNING, FACT, ROW, PUBLISH,
    asks="2011 年起，公开承诺在年初的规定日期前完成（{deadline}）",
    mend="核对公开日期；确实晚了的不必修改，今后按时公开",
    office="“年初”具体为 {deadline}以前",
)  # fmt: skip


@DDL02.case(
    on="items",
    at="publicity_date",
    message="公开日期“{publicity_date}”晚于规定的 {hint}，请核对日期；确实晚了的今后按时公开",
    unless=added_later,
)
def public_after_the_deadline(
    items: pd.DataFrame,
    period: Period,
    parameters: Parameters,
    last_items: pd.DataFrame | None = None,
    earlier_items: pd.DataFrame | None = None,
) -> pd.Series:
    """As DDL01, against the day that the office set for the later years."""
    return (
        _late(items, period, parameters, last_items, earlier_items)
        if period.year > FIRST_DEADLINE.year
        else no_hints(items)
    )


def _late(
    items: pd.DataFrame,
    period: Period,
    parameters: Parameters,
    last_items: pd.DataFrame | None,
    earlier_items: pd.DataFrame | None,
) -> pd.Series:
    """The deadline, where an item present at it was first made public after it.

    Present at the deadline means in the workbook of that month (``added_later``): workbooks come once a month, so no
    finer is known. An earlier day in one of the months before shows that the day now given is not the first.
    """
    deadline = pledge_deadline(period.year, parameters.pledge_deadline)
    day = pd.Timestamp(deadline)
    late = sure(items["publicity_date"] > day)
    if late.any():
        for before in (last_items, earlier_items):
            if before is not None:
                late &= ~sure(as_it_stood(items, before, "item_no", "publicity_date")["publicity_date"] <= day)
    return pd.Series(str(deadline), index=items.index, dtype="str").where(late)


SUP01 = Rule(
    "SUP01", "五.4-1", "接受监督", NOTICE, FACT, ROW, MONTHLY,
    asks="群众反映的意见一个月内有答复",
    mend="答复群众，并填写答复和处理、答复日期",
)  # fmt: skip

MONTH = pd.DateOffset(months=1)


@SUP01.case(
    on="supervision",
    at="answer",
    message="{date} 群众反映的意见一个月内没有答复，请答复后填写“答复和处理”和“答复日期”",
    offline=Blank("answer") & Before("date", FIRST_DAY),
)
def unanswered(supervision: pd.DataFrame, period: Period) -> pd.Series:
    """A month from the day on which it was said has passed by the cut-off: what was said in the month itself has time."""
    return blank(supervision, "answer") & sure(supervision["date"] < pd.Timestamp(period.cutoff.replace(day=1)))


@SUP01.case(
    on="supervision",
    at="answered_on",
    message="{date} 群众反映的意见到 {answered_on} 才答复，超过一个月，请核对日期，今后及时答复",
)
def answered_late(supervision: pd.DataFrame) -> pd.Series:
    """The same day of the next month is in time."""
    received = supervision["date"]
    late = sure(supervision["answered_on"] > received + MONTH)
    return late & given(supervision, "answer")


RULES = (PUB01, PUB02, PUB04, DDL01, DDL02, SUP01)
