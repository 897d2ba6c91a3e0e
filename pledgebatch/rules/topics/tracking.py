"""五.5, 六.1: how each item stands at the end of the month."""

import pandas as pd

from pledgebatch.notice.parameters import Parameters
from pledgebatch.notice.periods import Period
from pledgebatch.rules.facts.approval import SENT_BACK
from pledgebatch.rules.facts.progress import OPEN, UNDONE, is_open
from pledgebatch.rules.machinery.cells import no_hints, sure, unusable
from pledgebatch.rules.machinery.conditions import CUTOFF, Before, Blank, Is
from pledgebatch.rules.machinery.required import required
from pledgebatch.rules.machinery.rule import ERROR, FACT, MONTHLY, NOTICE, ROW, WARNING, Rule
from pledgebatch.schema.sheets import ITEMS

TRK01 = Rule(
    "TRK01", "五.5-2", "要", ERROR, FACT, ROW, MONTHLY,
    asks="每个事项每月都有进展状态",
    mend="从下拉列表中选择进展状态",
    owns=("items.status",),
    office="每月更新一次",
)  # fmt: skip

required(TRK01, "items", "status")


TRK02 = Rule(
    "TRK02", "六.1-3", "要", ERROR, FACT, ROW, MONTHLY,
    asks="已完成的事项有完成日期（不晚于月底）和完成结果",
    mend="补填完成日期和完成结果及佐证；没有完成的改正进展状态",
    owns=("items.done_date", "items.result"),
)  # fmt: skip


@TRK02.case(
    on="items",
    at="done_date",
    offline_blanks=Blank("done_date") & Is("status", ("已完成",)),
    offline_sure=Before(CUTOFF, "done_date") & Is("status", ("已完成",)),
)
def done_without_date(items: pd.DataFrame, period: Period) -> pd.Series:
    """Blank, not a date, or after the month being reported."""
    hints = unusable(items, ITEMS["done_date"])
    hints[sure(items["done_date"] > pd.Timestamp(period.cutoff))] = f"完成日期晚于本月底 {period.cutoff}，请核对"
    return hints.where(sure(items["status"] == "已完成"))


required(TRK02, "items", "result", Is("status", ("已完成",)))


TRK03 = Rule(
    "TRK03", "六.1-3", "要", ERROR, FACT, ROW, MONTHLY,
    asks="到期的事项已经完成，快到期的抓紧",
    mend="已完成的更新状态并填写结果；{due_soon_days}以内到期的抓紧；确需延期的，经审定后变更时限并注明原因",
)  # fmt: skip


@TRK03.case(
    on="items",
    at="due",
    message="完成时限“{due}”已过，状态仍为“{status}”，请更新状态，或按程序变更时限",
    offline_sure=Before("due", CUTOFF) & Is("status", OPEN) & ~Is("conclusion", (SENT_BACK,)),
)
def overdue(items: pd.DataFrame, period: Period) -> pd.Series:
    """Past its last day at the cut-off and still open."""
    return is_open(items) & sure(items["due"] < pd.Timestamp(period.cutoff))


@TRK03.case(on="items", at="due", severity=NOTICE)
def due_soon(items: pd.DataFrame, period: Period, parameters: Parameters) -> pd.Series:
    """Due within the days of the parameter."""
    left = (items["due"] - pd.Timestamp(period.cutoff)).dt.days
    hints = no_hints(items)
    soon = is_open(items) & sure(left.between(0, parameters.due_soon_days))
    hints[soon] = "离完成时限还有 " + left[soon].astype("int64").astype("str") + " 天，请抓紧落实"
    return hints


TRK10 = Rule(
    "TRK10", "六.1-3", "要", WARNING, FACT, ROW, MONTHLY,
    asks="延期、无法完成、撤销的事项写明原因",
    mend="在“变更原因”中写明原因",
    owns=("items.change_reason",),
)  # fmt: skip

# What is put off or given up is explained to those it was promised to.
required(
    TRK10,
    "items",
    "change_reason",
    Is("status", UNDONE),
    message="进展状态为“{status}”，“变更原因”却空着，请写明原因；状态填错的请改正",
)


RULES = (TRK01, TRK02, TRK03, TRK10)
