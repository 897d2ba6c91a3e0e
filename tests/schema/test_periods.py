"""Months and years as people write them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pledgebatch.notice.periods import Period
from pledgebatch.schema.periods import read_period, read_year

MARCH = [
    "2011-03", "2011-3", "201103", "2011.3", "2011/03", "2011年3月", "2011年03月", "2011年3月份", "2011 年 3 月", "2011 3",
    "２０１１－０３", "２０１１年３月", "二〇一一年三月", "二零一一年三月", "二O一一年三月", "二○一一年三月", "2011—3", "2011、3",
    "2011。3", "2011，3", "2011_03", "2011\\3", "“2011-03”", "2011-03。", "2011-03\u200b", " 2011.03 ",
]  # fmt: skip
NONE = [
    "", "2011", "三月", "3月", "11-3", "85.3", "2011-13", "2011-0", "20113", "2011-003", "1985-03", "2111-03", "2011-03-31",
    "2011年3月5日", "2011-3至4", "abc", "-", "2011年冬",
]  # fmt: skip


@pytest.mark.parametrize("text", MARCH)
def test_a_month_however_it_is_written(text):
    assert read_period(text) == Period(2011, 3)


@pytest.mark.parametrize(
    ("text", "month"), [("2011.10", 10), ("2011.1", 1), ("二〇一一年十二月", 12), ("2011年元月", 1)]
)
def test_the_month_is_the_one_that_was_written(text, month):
    assert read_period(text) == Period(2011, month)


@pytest.mark.parametrize("text", NONE)
def test_what_is_no_month_of_a_year_is_none(text):
    assert read_period(text) is None


@pytest.mark.parametrize("text", ["2011", "2011年", "2011年度", "二〇一一年", "二〇一一年度", "２０１１", " 2011。"])
def test_a_year_however_it_is_written(text):
    assert read_year(text) == 2011


@pytest.mark.parametrize("text", ["", "11", "2011-03", "1999", "201", "20111", "年"])
def test_what_is_no_year_is_none(text):
    assert read_year(text) is None


@given(st.text("0123456789０１二〇一-./年月 ", max_size=8) | st.builds("{}{}{}".format, st.integers(1999, 2012), st.text("-./年 ", max_size=2), st.text("0123456789月份", max_size=3)))  # fmt: skip
def test_whatever_is_typed_is_a_month_or_none(text):
    period = read_period(text)
    assert period is None or Period.parse(str(period)) == period
    assert read_year(text) is None or read_period(text) is None


@given(
    st.integers(2000, 2099),
    st.integers(1, 12),
    st.sampled_from(["{}-{}", "{}年{}月", "{}.{}", "{}/{:02d}", "{}{:02d}"]),
)
def test_every_month_is_read_back(year, month, form):
    assert read_period(form.format(year, month)) == Period(year, month)
