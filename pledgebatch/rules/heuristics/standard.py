"""二.1, 五.3: a pledge asks more than duty, and no more than can be kept."""

import pandas as pd

from pledgebatch.rules.language.remembered import Remembered
from pledgebatch.rules.language.speech import speech
from pledgebatch.rules.language.words import over_distinct
from pledgebatch.rules.machinery.cells import given
from pledgebatch.rules.machinery.rule import ALWAYS, HEURISTIC, NOTICE, ROW, WARNING, Rule

ITM11 = Rule(
    "ITM11", "二.1-2", "注意防止", NOTICE, HEURISTIC, ROW, ALWAYS,
    asks="承诺高于日常工作和纪律的要求",
    mend="换成职责之外、能让群众受益的一件事，写明做多少",
)  # fmt: skip


@ITM11.case(on="items", at="text", message="“{hint}”是日常工作或纪律的要求，不宜作为承诺，请换成能让群众受益的一件事")
def duty_as_pledge(items: pd.DataFrame) -> pd.Series:
    """Clause by clause: most of it is what binds everybody anyway, and nothing goes beyond. The norm's own numbers do not."""
    duty = over_distinct(items["text"], _duty)
    return duty.where(~_nothing_else(items, duty.notna()))


@ITM11.case(
    on="items",
    at="text",
    message="“{hint}”是日常工作或纪律的要求，该承诺人各项都是如此，请至少换成一件能让群众受益的事",
    severity=WARNING,
)
def nothing_but_duty(items: pd.DataFrame) -> pd.Series:
    """All items of one pledger; each gets a finding, since each may be the one to mend."""
    duty = over_distinct(items["text"], _duty)
    return duty.where(_nothing_else(items, duty.notna()))


def _nothing_else(items: pd.DataFrame, dutiful: pd.Series) -> pd.Series:
    """Pledgers all of whose items are duties; rows without a pledge do not count."""
    if not dutiful.any():
        return dutiful
    pledger = [items["submission"], items["pledger"], items["member_no"].where(items["pledger"] == "党员")]
    return (dutiful | ~given(items, "text")).groupby(pledger, dropna=False).transform("all")


ITM12 = Rule(
    "ITM12", "五.3-1", "重点", NOTICE, HEURISTIC, ROW, ALWAYS,
    asks="不作难以兑现的绝对承诺，由审查人把关",
    mend="请审查人核定是否切实可行；做不到的改成办得到的目标，如“九成以上”",
    asks_reviewer=True,
)  # fmt: skip


@ITM12.case(on="items", at="text", message="“{hint}”说得太满，请审查人核定是否切实可行，或改成办得到的目标")
def absolute_promise(items: pd.DataFrame) -> pd.Series:
    """100%, 零投诉, 绝不: a question for the reviewer, who answers 切实可行."""
    return over_distinct(items["text"], _everything)


@Remembered
def _duty(texts: pd.Series) -> pd.Series:
    """The first duty of each of those folded texts that are mostly duty and discipline."""
    return speech(texts).duty


@Remembered
def _everything(texts: pd.Series) -> pd.Series:
    """What folded texts promise without exception."""
    return speech(texts).everything


RULES = (ITM11, ITM12)
