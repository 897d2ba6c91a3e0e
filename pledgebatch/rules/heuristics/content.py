"""五.2, 五.5: pledges are clear and concrete. Heuristics over distinct texts; the words are in ``data/content.toml``."""

import pandas as pd

from pledgebatch.notice.periods import Period
from pledgebatch.rules.language.remembered import Remembered
from pledgebatch.rules.language.speech import speech
from pledgebatch.rules.language.words import any_of, has, length, lists, narrow, over_distinct, share
from pledgebatch.rules.machinery.cells import no_hints, obscure, short
from pledgebatch.rules.machinery.rule import ALWAYS, HEURISTIC, NOTICE, ROW, WARNING, Rule

ITM02 = Rule(
    "ITM02", "五.5-3", "要", WARNING, HEURISTIC, ROW, ALWAYS,
    asks="一行只写一件承诺事项，便于逐项跟踪",
    mend="把每一件拆成单独的一行，各写各的措施和时限",
)  # fmt: skip


@ITM02.case(on="items", at="text", message="一格里写了几件承诺事项（{text}），请拆成一行一件，各写措施和时限")
def several_in_one(items: pd.DataFrame) -> pd.Series:
    """A numbered list in one cell: what has one row cannot be followed up item by item."""
    return over_distinct(items["text"], _several, fold=False)


@Remembered
def _several(texts: pd.Series) -> pd.Series:
    words = lists("content")["several"]
    return has(texts, words["circled"]) | has(narrow(texts), any_of(words["patterns"]))


ITM04 = Rule(
    "ITM04", "五.2-4", "力求", WARNING, HEURISTIC, ROW, ALWAYS,
    asks="完成时限能确定到哪一天",
    mend="写明日期或月份，如 2011-06-30、6月底前；全年都做的写“12月底前”",
)  # fmt: skip


@ITM04.case(on="items", at="due", message="完成时限“{due}”不能确定到哪一天，{hint}")
def due_without_a_day(items: pd.DataFrame, period: Period) -> pd.Series:
    """长期, 随时, 今后 and whatever else names no day; 全年 and 每月 mean 31 December. A blank is ITM03's business."""
    mend = f"请写明日期或月份，如 {period.year}-06-30、6月底前；全年都做的写“12月底前”"
    return pd.Series(mend, index=items.index, dtype="str").where(obscure(items, "due"))


ITM07 = Rule(
    "ITM07", "五.2-4", "力求", WARNING, HEURISTIC, ROW, ALWAYS,
    asks="承诺事项内容具体，不是口号",
    mend="写明做什么、为谁做、做多少",
)  # fmt: skip


@ITM07.case(on="items", at="text")
def slogan(items: pd.DataFrame) -> pd.Series:
    """Clause by clause: most of it says nothing, and nothing in it can be counted or seen, however short it is."""
    hints = no_hints(items)
    empty = over_distinct(items["text"], _slogan)
    quotes = empty.dropna().map(
        lambda clause: f"“{short(clause, 20)}”是套话，没有说做哪件事，请写明做什么、为谁做、做多少"
    )
    hints.update(quotes)
    return hints


@Remembered
def _slogan(texts: pd.Series) -> pd.Series:
    """The first empty clause of each of those folded texts that say nothing, and do not even try."""
    return speech(texts).nothing.where(~_tries(texts))


ITM06 = Rule(
    "ITM06", "五.2-4", "力求", WARNING, HEURISTIC, ROW, ALWAYS,
    asks="承诺事项有具体的对象、数量或频次",
    mend="写明对象、数量或频次，如“每周辅导 2 名学生”",
)  # fmt: skip


@ITM06.case(on="items", at="text", message="“{hint}”没有具体的对象、数量或频次，请写明为谁做、做多少")
def vague(items: pd.DataFrame) -> pd.Series:
    """Says nothing, as ITM07 has it, in the words of somebody who means to try: 努力, 加强, 提高. Longer than a slogan."""
    return over_distinct(items["text"], _vague)


@Remembered
def _vague(texts: pd.Series) -> pd.Series:
    """The first empty clause of each of those folded texts that say nothing, though they try."""
    return speech(texts).nothing.where(_tries(texts))


ITM08 = Rule(
    "ITM08", "五.2-4", "力求", NOTICE, HEURISTIC, ROW, ALWAYS,
    asks="说提高、减少的，写明现在多少、做到多少",
    mend="写明基数和目标，如“由 35 分钟减到 25 分钟”",
)  # fmt: skip


@ITM08.case(on="items", at="text", message="“{hint}”没有基数和目标，年底无法核对，请写明由多少到多少")
def without_target(items: pd.DataFrame) -> pd.Series:
    """More or less of something that can be counted, without a figure."""
    return over_distinct(items["text"], _more)


@Remembered
def _more(texts: pd.Series) -> pd.Series:
    """What folded texts say will be more or less."""
    return speech(texts).more


def _tries(texts: pd.Series) -> pd.Series:
    """Which folded texts are long enough to try, and do so rather than repeat what is always said."""
    words = lists("content")
    long = length(texts).ge(words["short"]["least"])
    tries = has(texts, any_of(words["vague"]["verbs"]))
    return long & tries & ~(share(texts, any_of(words["stock"]["phrases"])) > 0.5)


RULES = (ITM02, ITM04, ITM06, ITM07, ITM08)
