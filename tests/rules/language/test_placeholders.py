"""What is left over from a template is quoted whole, and all of it."""

import pandas as pd
import pytest

from pledgebatch.rules.language.placeholders import scraps_of
from pledgebatch.rules.language.words import folded


def scraps(text: str) -> list[str]:
    (found,) = scraps_of(folded(pd.Series([text], dtype="str")))
    return found.split("\n") if isinstance(found, str) else []


@pytest.mark.parametrize(
    ("text", "quoted"),
    [
        ("到××教研组听课", ["××教研组"]), ("结对**村小学", ["**村小学"]), ("听课____节，写随笔____篇", ["____节", "____篇"]),
        ("XX年X月前办完X件", ["XX年X月", "X件"]), ("写随笔X—X篇", ["X—X篇"]), ("第X届运动会", ["第X届"]),
        ("在【居住小区】巡夜", ["【居住小区】"]), ("每年出车……公里", ["......公里"]), ("帮某校修屋顶", ["某校"]),
        ("推进××理念进课堂", ["××理念"]),
    ],
)  # fmt: skip
def test_a_scrap_is_the_marks_and_what_they_stand_before(text, quoted):
    assert scraps(text) == [*folded(pd.Series(quoted, dtype="str"))]


@pytest.mark.parametrize(
    "text",
    [
        "画“○△□”一面墙",
        "演出《某某请客》",
        "办“假如我是某某”座谈会",
        "拍X光片",
        "贴“某些地方夜里黑”的牌子",
        "与刘某某结对",
        "帮张某同学补课",
    ],
)
def test_marks_that_are_meant_are_left_alone(text):
    assert scraps(text) == []
