"""How persons, telephones, addresses and months are found in texts, and what is left alone."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pledgebatch.publish.names import Names, find_persons, normalise_name
from pledgebatch.publish.personal_texts import Hidden, mask_name

ROSTER = ("张伟", "张伟明", "李芳", "高峰", "和平", "买买提·艾力", "欧阳修文", "劉德", "Li Ming")


def hidden(names=ROSTER, left_out=(), phones=None, addresses=False, months=None):
    return Hidden(
        Names(map(normalise_name, names)),
        frozenset(map(normalise_name, left_out)),
        phones,
        addresses,
        months or {},
        2010 * 12,
    )


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("由张伟负责", "由张＊负责"),
        ("张伟明确了分工", "张＊确了分工"),  # 张伟明 is on the roster: better too much than too little
        ("张伟、李芳", "张＊、李＊"),
        ("张 伟同志", "张＊同志"),
        ("张　伟，李　芳", "张＊，李＊"),
        ("一张 伟大的图", "一张 伟大的图"),
        ("張偉老師", "張＊老師"),
        ("刘德", "刘＊"),
        ("张\u200b伟", "张＊"),
        ("买买提•艾力", "买＊"),
        ("买买提艾力讲课", "买＊讲课"),
        ("欧阳修文", "欧＊"),
        ("请高峰同志牵头，避开高峰期", "请高＊同志牵头，避开高峰期"),
        ("上下学高峰时段", "上下学高峰时段"),
        ("责任人：高峰", "责任人：高＊"),
        ("促进和平与发展", "促进和平与发展"),
        ("张，伟大", "张，伟大"),
        ("Li Ming 老师", "L＊ 老师"),
        ("", ""),
    ],
)
def test_a_name_is_covered_where_it_stands_and_other_words_are_not(text, shown):
    assert hidden().in_text(text) == shown


def test_nothing_of_a_name_that_is_left_out_is_shown():
    assert hidden(left_out=["张伟"]).in_text("张伟和李芳") == "＊＊和李＊"


@given(
    before=st.text("办好实事，1。A 　", max_size=6),
    name=st.sampled_from(["张伟", "李芳", "欧阳修文", "买买提·艾力"]),
    after=st.text("办好实事，1。A 　", max_size=6),
)
def test_no_name_that_is_no_other_word_is_ever_left_in_a_text(before, name, after):
    found = hidden().in_text(before + name + after)
    assert name not in found
    assert found == before + mask_name(name) + after


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("打13812345678联系", "打＊＊联系"),
        ("138 1234 5678", "＊＊"),
        ("１３８１２３４５６７８", "＊＊"),
        ("0519－85501234", "＊＊"),
        ("电话85501234", "电话＊＊"),
        ("编号85509999", "编号85509999"),  # nobody's telephone
        ("2011-03-05 至 2011-04-06", "2011-03-05 至 2011-04-06"),
        ("共20110305元", "共20110305元"),
    ],
)
def test_telephones_are_covered_and_other_numbers_are_not(text, shown):
    assert hidden(phones=frozenset(("051985501234", "85501234"))).in_text(text) == shown


def test_an_address_is_covered():
    assert hidden(addresses=True).in_text("发至wang.fang@school.cn，或office＠x.cn") == "发至＊＊，或＊＊"


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("1982年11月生", "＊＊月生"),
        ("1982-11", "＊＊"),
        ("1982.11.03出生", "＊＊.03出生"),
        ("1982年1月", "1982年1月"),
        ("2011-03-05", "2011-03-05"),
        ("2011年3月入党", "＊＊月入党"),
    ],
)
def test_a_month_of_somebody_of_the_organisation_is_covered_a_date_of_this_year_is_not(text, shown):
    known = hidden(months={"S1": frozenset((1982 * 12 + 10, 2011 * 12 + 2))})
    assert known.in_text(text, "S1") == shown
    assert known.in_text(text, "S2") == text


def test_who_is_named_in_a_cell_for_persons():
    assert list(find_persons("张伟、李芳")) == ["张伟", "李芳"]
    assert list(find_persons("支委会、全体党员、办公室、高峰")) == []
    assert list(find_persons("高峰", known={"高峰"})) == ["高峰"]
