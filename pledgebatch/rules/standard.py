"""二.1, 二.2, 五.2, 五.3: a pledge asks more than duty, no more than can be kept, and what fits the own post."""

from functools import partial

import pandas as pd

from pledgebatch.rules.cells import given, hints, sure
from pledgebatch.rules.items import of_pledger
from pledgebatch.rules.rule import ALWAYS, HEURISTIC, NOTICE, PLEDGE, ROW, UNIT, WARNING, Rule
from pledgebatch.rules.speech import speech
from pledgebatch.rules.words import any_of, found, lists, over_distinct, without

ITM11 = Rule(
    "ITM11", "二.1", "注意防止", NOTICE, HEURISTIC, ROW, ALWAYS,
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
    """All items of one pledger; each is told, since each may be the one to mend."""
    duty = over_distinct(items["text"], _duty)
    return duty.where(_nothing_else(items, duty.notna()))


def _nothing_else(items: pd.DataFrame, dutiful: pd.Series) -> pd.Series:
    """Pledgers all of whose items are duties; rows without a pledge do not count."""
    if not dutiful.any():
        return dutiful
    pledger = [items["submission"], items["pledger"], items["member_no"].where(items["pledger"] == "党员")]
    return (dutiful | ~given(items, "text")).groupby(pledger, dropna=False).transform("all")


ITM12 = Rule(
    "ITM12", "五.3", "重点", NOTICE, HEURISTIC, ROW, ALWAYS,
    asks="不作难以兑现的绝对承诺，由审查人把关",
    mend="请审查人核定是否切实可行；做不到的改成办得到的目标，如“九成以上”",
    asks_reviewer=True,
)  # fmt: skip


@ITM12.case(on="items", at="text", message="“{hint}”说得太满，请审查人核定是否切实可行，或改成办得到的目标")
def absolute_promise(items: pd.DataFrame) -> pd.Series:
    """100%, 零投诉, 绝不: a question for the reviewer, who answers 切实可行."""
    return over_distinct(items["text"], lambda each: speech(each).everything)


ITM22 = Rule(
    "ITM22", "五.2", "应", WARNING, HEURISTIC, UNIT, PLEDGE,
    asks="岗位部分的承诺与本人岗位类别相符",
    mend="核对岗位类别；不是本人岗位上的事，换成本岗位的事项",
)  # fmt: skip


@ITM22.case(on="items", at="text")
def not_of_the_post(items: pd.DataFrame, members: pd.DataFrame) -> pd.Series:
    """Only clear contradictions. A head who teaches or operates is none, nor a specialist with a leading office who decides."""
    said = hints(items)
    rows = items[(items["part"] == "岗位") & (items["pledger"] == "党员") & items["text"].notna()]
    posts = of_pledger(rows, members, "post_type")
    leads = of_pledger(rows, members, "is_leader") == "是"
    others = any_of(lists("standard")["others"]["patterns"])
    for post, patterns in lists("standard")["posts"].items():
        here = rows.loc[sure(posts == post) & ~(leads if post == "专业技术岗位" else False), "text"]
        words = over_distinct(here, partial(_beside, others=others, pattern=any_of(patterns))).dropna()
        said[words.index] = f"岗位类别为“{post}”，承诺的“" + words + "”不像本岗位上的事，请核对岗位类别或改写事项"
    return said


def _beside(texts: pd.Series, others: str, pattern: str) -> pd.Series:
    """What of each text matches ``pattern`` once ``others``, things done for other people's posts, are taken out."""
    return found(without(texts, others), pattern)


def _duty(texts: pd.Series) -> pd.Series:
    """The first duty of each of those folded texts that are mostly duty and discipline."""
    return speech(texts).duty


RULES = (ITM11, ITM12, ITM22)
