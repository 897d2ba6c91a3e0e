"""Judgements that remember: what they say is what was judged, each text is judged once, and nothing grows without end."""

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pledgebatch.rules.language import remembered
from pledgebatch.rules.language.remembered import Remembered

TEXTS = st.lists(st.sampled_from(["每周走访3户", "加强学习", "", "Ａ", "a"]), max_size=6)


def texts(*each, index=None):
    return pd.Series(list(each), index=index, dtype="str")


class Judge:
    """Keeps what it was asked."""

    def __init__(self, judge):
        self.asked = []
        self.judge = judge

    def __call__(self, column):
        self.asked += column.tolist()
        return self.judge(column)


JUDGES = {
    "which": lambda column: column.str.len() > 1,
    "what": lambda column: column.where(column.str.len() > 1),
    "how much": lambda column: column.str.len() / 2,
}


@pytest.mark.parametrize("judge", JUDGES.values(), ids=JUDGES)
@given(st.lists(TEXTS, max_size=5))
def test_what_is_said_is_what_was_judged(judge, columns):
    said = Remembered(judge)
    for each in columns:
        column = texts(*each, index=[f"row {n}" for n in range(len(each))])
        pd.testing.assert_series_equal(said(column), judge(column), check_names=False)


def test_a_text_is_judged_once():
    judge = Judge(JUDGES["which"])
    said = Remembered(judge)
    said(texts("走访", "走访", "学习"))
    said(texts("学习", "义诊"))
    assert judge.asked == ["走访", "学习", "义诊"]


def test_so_many_are_remembered_and_no_more(monkeypatch):
    monkeypatch.setattr(remembered, "MOST_REMEMBERED", 2)
    judge = Judge(JUDGES["which"])
    said = Remembered(judge)
    for each in ("走访", "学习", "义诊", "走访"):
        assert said(texts(each)).tolist() == [True]
    assert judge.asked == ["走访", "学习", "义诊", "走访"]
