"""Deadlines: the day inside the words, by the calendar, the moon, the school year, and the day of the signature."""

import datetime as dt

import pytest

from pledgebatch.notice.parameters import Parameters
from pledgebatch.schema.deadlines import deadline, hangs_on_more
from pledgebatch.schema.terms import SchoolYear

YEAR = 2011


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("6月10日（周五）前", "06-10"), ("3月底（已启动）", "03-31"), ("最迟7月底", "07-31"), ("要在10月8日前办好", "10-08"), ("9月1日前投入使用", "09-01"),
        ("5月低", "05-31"), ("11月未", "11-30"), ("12月31号止", "12-31"), ("“六一”前夕", "06-01"), ("党的生日前", "07-01"), ("十一前", "10-01"),
        ("十一月前", "11-30"), ("春节前", "02-03"), ("清明前", "04-05"), ("重阳节", "10-05"), ("农历八月十五前", "09-12"), ("5月、11月", "11-30"),
        ("上半年6月、下半年12月各一次", "12-31"), ("第二季度5月底前", "05-31"), ("2011.5—2011.10", "10-31"), ("2011.3-12", "12-31"), ("从3月初到9月中旬", "09-20"),
        ("6月底、年底各一次", "12-31"), ("每周一次，6月底前完成", "06-30"), ("上半年（6月10日前）", "06-10"), ("长期坚持，年底前完成", "12-31"), ("3月起每周一次", "12-31"), ("一月一次", "12-31"), ("半年一次", "12-31"), ("逢双月", "12-31"),
        ("一周一次，12月20日前", "12-20"), ("11月1次", "11-30"), ("2011年6月1次", "06-30"), ("2011年6月2场讲座", "06-30"), ("一月15日", "01-15"),
        ("12.4法制宣传日", "12-04"), ("十月廿五日前", "10-25"), ("6月卅日", "06-30"), ("建党90周年前", "07-01"), ("4月20-25日", "04-25"), ("3、6月", "06-30"),
    ],
)  # fmt: skip
def test_the_day_is_found_inside_the_words(text, day):
    assert deadline(text, YEAR) == dt.date.fromisoformat(f"{YEAR}-{day}")


@pytest.mark.parametrize(
    "text",
    ["长期坚持", "随时", "立行立改", "常态化", "3月起", "长期坚持，每周一次", "待定（拟6月）", "视情况而定", "尽快", "近期", "6月31日", "13月", "10、11", "接到投诉后3天内"],
)  # fmt: skip
def test_what_has_no_end_is_asked_about(text):
    assert deadline(text, YEAR) is None


@pytest.mark.parametrize(
    ("text", "day"), [("冬季到来之前", "10-01"), ("夏季来临前", "06-01"), ("下半年到来前", "07-01"), ("暑假来临前", "06-30"), ("冬季前", "12-31")]
)  # fmt: skip
def test_before_a_season_arrives_is_before_its_first_day(text, day):
    assert deadline(text, YEAR) == dt.date.fromisoformat(f"{YEAR}-{day}")


@pytest.mark.parametrize(
    "text", ["9月新学期起每周", "每年9月起", "2011年9月新学期开始后每月一次", "两学期各1次", "两个学期各一次"]
)
def test_how_often_is_the_whole_year_whatever_it_begins_with(text):
    assert deadline(text, YEAR) == dt.date(YEAR, 12, 31)


def test_a_range_across_the_year_ends_in_the_next():
    assert deadline("9月至1月", YEAR) == deadline("9月至次年1月", YEAR) == dt.date(2012, 1, 31)


def test_a_text_that_happens_to_name_a_day_is_no_deadline():
    assert deadline("6月底前走访全镇困难户和留守儿童家庭并逐户建立档案由专人负责回访", YEAR) is None


def test_the_terms_are_those_of_the_settings():
    usual, other = (
        SchoolYear.of(Parameters()),
        SchoolYear.of(Parameters(second_term_ends="07-08", first_term_begins="08-29")),
    )
    march = dt.date(2011, 3, 10)
    for text in ("本学期内", "放暑假前", "第二学期末", "期末考试前"):
        assert deadline(text, YEAR, usual, march) == dt.date(2011, 6, 30)
        assert deadline(text, YEAR, other, march) == dt.date(2011, 7, 8)
    assert deadline("秋季开学前", YEAR, other, march) == dt.date(2011, 8, 29)
    assert deadline("暑假期间", YEAR, other, march) == dt.date(2011, 8, 28)
    assert deadline("本学期内", 2010) == dt.date(2011, 1, 20)


def test_a_length_of_time_counts_from_the_signature():
    march = dt.date(2011, 3, 12)
    assert deadline("三个月内", YEAR) is None
    assert deadline("三个月内", YEAR, since=march) == dt.date(2011, 6, 12)
    assert deadline("半年内", YEAR, since=march) == dt.date(2011, 9, 12)
    assert deadline("签订之日起60天内", YEAR, since=march) == dt.date(2011, 5, 11)
    assert deadline("本月底", YEAR, since=march) == dt.date(2011, 3, 31)
    assert hangs_on_more("三个月内")
    assert hangs_on_more("本学期")
    assert not hangs_on_more("6月底前")
