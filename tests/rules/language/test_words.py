"""The word lists: patterns that the quick engine can look for, and one way to look."""

from collections.abc import Iterator
from importlib.resources import files
from typing import Any

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pledgebatch.rules.language.words import (
    AT_ONCE,
    any_of,
    folded,
    found,
    has,
    length,
    lists,
    literal,
    over_distinct,
    share,
    without,
    without_words,
)

LISTS = ("content", "template_residue", "measurable", "national", "speech", "trades")


def texts_in(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        for each in value.values():
            yield from texts_in(each)
    elif isinstance(value, list):
        yield from value
    elif isinstance(value, str):
        yield value


@pytest.mark.parametrize("name", LISTS)
def test_patterns_need_no_slow_engine(name):
    """Look-around and classes such as \\d and \\S fall back to an engine that is many times slower."""
    patterns = list(texts_in(lists(name)))
    assert patterns
    for pattern in patterns:
        assert not any(
            mark in pattern for mark in ("(?=", "(?!", "(?<", r"\d", r"\D", r"\s", r"\S", r"\w", r"\W", r"\b")
        ), pattern


def test_every_list_of_the_heuristics_is_looked_at_here():
    there = {
        each.name.removesuffix(".toml")
        for each in files("pledgebatch.rules").joinpath("data").iterdir()
        if each.name.endswith(".toml")
    }
    assert set(LISTS) <= there


def test_a_text_is_folded_before_it_is_judged_and_stands_where_it_stood():
    texts = pd.Series(["１００％ 满意", None, "100%满意", "九成满意"], index=[4, 2, 9, 1], dtype="str")
    seen = []

    def judge(each):
        seen.extend(each)
        return found(each, "100%")

    judged = over_distinct(texts, judge)
    assert judged.dropna().to_dict() == {4: "100%", 9: "100%"}
    assert seen == ["100%满意", "100%满意", "九成满意"]


def test_share_is_of_letters_and_figures_only():
    texts = folded(pd.Series(["爱岗敬业，无私奉献！！", "爱岗敬业，每周听课2节", "，，", ""], dtype="str"))
    assert length(texts).tolist() == [8, 10, 0, 0]
    assert share(texts, any_of(["爱岗敬业", "无私奉献"])).tolist() == [1, 0.4, 0, 0]


def test_more_patterns_than_are_looked_for_at_once_are_all_looked_for():
    texts = pd.Series(["甲", "乙丙", "丁"], dtype="str")
    patterns = ["无"] * AT_ONCE + ["丙"]
    assert has(texts, *patterns).tolist() == [False, True, False]
    assert found(texts, *patterns).dropna().to_dict() == {1: "丙"}


def test_a_kind_stands_for_any_of_its_words():
    (pattern,) = [each for each in lists("speech")["absolute"]["patterns"] if each.startswith("没有?(?:任何|一")]
    assert found(pd.Series(["没有一起纠纷"], dtype="str"), pattern)[0] == "没有一起纠纷"
    assert "<" not in pattern


FEW = st.text("甲乙丙", min_size=1, max_size=4)


@given(st.lists(st.text("甲乙丙丁", max_size=12), min_size=1), st.lists(FEW, min_size=1, unique=True))
def test_words_are_taken_out_as_their_pattern_would_take_them_out(texts, words):
    given_texts = pd.Series(texts, dtype="str")
    pd.testing.assert_series_equal(without_words(given_texts, words), without(given_texts, literal(words)))
