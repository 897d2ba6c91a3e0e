"""Whether a text can be measured: a number, date or frequency, Chinese numerals included."""

from functools import cache

import pandas as pd

from pledgebatch.rules.language.remembered import Remembered
from pledgebatch.rules.language.words import any_of, has, lists, over_distinct, without


def measurable(texts: pd.Series) -> pd.Series:
    """Which texts name a number, a date or a frequency; 一定, 进一步, 新的一年 and 五个好 name none."""
    return over_distinct(texts, _measurable)


@Remembered
def _measurable(texts: pd.Series) -> pd.Series:
    return counts(texts) | has(texts, dates())


def quantified(texts: pd.Series) -> pd.Series:
    """Which folded texts name a number or a frequency besides their dates: how much, not only by when."""
    return counts(without(texts, dates(), "、"))


def numbered(texts: pd.Series) -> pd.Series:
    """Which folded texts name a number besides their dates and frequencies."""
    return counts(without(texts, any_of([dates(), *lists("measurable")["frequencies"]]), "、"))


def counts(texts: pd.Series) -> pd.Series:
    """Which folded texts hold a number or a frequency."""
    return has(without(texts, _slogans(), "、"), _counted())


@cache
def dates() -> str:
    """The pattern of a day, month, season or other time by which something is done."""
    return any_of(lists("measurable")["dates"])


@cache
def _slogans() -> str:
    return any_of(lists("measurable")["slogans"])


@cache
def _counted() -> str:
    words = lists("measurable")
    chinese = f"[{words['numerals']}几]*[{words['numerals']}](?:余|多)?{any_of(words['units'])}"
    return any_of(["[0-9]", *words["words"], *words["frequencies"], chinese])
