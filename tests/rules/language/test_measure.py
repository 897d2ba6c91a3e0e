"""What counts as measurable: a number, a date or a frequency."""

import pandas as pd
import pytest

from pledgebatch.rules.language.measure import measurable, quantified
from pledgebatch.rules.language.words import folded


def verdict_on(judge, text):
    (verdict,) = judge(folded(pd.Series([text], dtype="str")))
    return bool(verdict)


@pytest.mark.parametrize(
    "text",
    ["每周听课３节", "与四名学困生结对", "6月底前上好示范课", "年底前编成手册", "每月组织学习", "满意率达到九成", "两周内答复", "周一至周五在门口值守", "隔周坐诊", "第三季度公布账目", "读完两本书"],
)  # fmt: skip
def test_a_number_a_date_or_a_frequency_can_be_measured(text):
    assert verdict_on(measurable, text)


@pytest.mark.parametrize(
    "text",
    ["进一步提高服务水平", "争取在新的一年取得更大进步", "做一名合格的共产党员", "争创五个好党组织", "十分重视群众意见", "第一时间答复家长", "一定把工作做好", "多次走访群众", "与百姓交朋友", "更上一层楼"],
)  # fmt: skip
def test_numerals_that_count_nothing_cannot(text):
    assert not verdict_on(measurable, text)


def test_a_date_alone_is_no_quantity():
    assert not verdict_on(quantified, "12月底前多关心学校发展")
    assert not verdict_on(quantified, "第一季度内完善制度")
    assert verdict_on(quantified, "12月底前走访12户")


def test_rows_keep_their_place_and_blanks_cannot_be_measured():
    texts = pd.Series(["每周一次", None, "做好本职", "每周一次"], index=[7, 3, 5, 1], dtype="str")
    assert measurable(texts).to_dict() == {7: True, 3: False, 5: False, 1: True}
    assert measurable(texts.iloc[:0]).empty
