"""Weights learned from labelled texts: the same for a text wherever it stands, and in reach of every text."""

import pandas as pd

from pledgebatch.rules.language.likeness import likeness, likest_clauses

TEXTS = pd.Series(["按时上下班,不迟到早退", "给河对岸的孩子送书20册", "", "𠮷", ",,,", "100%"], dtype="str")


def test_a_text_weighs_the_same_alone_as_among_others():
    alone = pd.concat([likeness(TEXTS.iloc[[n]], "duty") for n in range(len(TEXTS))])
    pd.testing.assert_series_equal(likeness(TEXTS, "duty"), alone)


def test_duty_weighs_more_than_a_deed():
    duty, deed, *_ = likeness(TEXTS, "duty")
    assert duty > 0 > deed


def test_the_same_words_weigh_otherwise_under_another_post():
    text = pd.Series(["教初二数学,批改作业"], dtype="str")
    assert likeness(text, "trade", "服务岗位")[0] > 0 > likeness(text, "trade", "专业技术岗位")[0]


def test_the_likest_clause_is_quoted():
    texts = pd.Series(["给老人送报,不迟到早退"], index=[7], dtype="str")
    assert likest_clauses(texts, "duty").to_dict() == {7: "不迟到早退"}
