import datetime as dt

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pledgebatch.schema.cells import as_typed
from pledgebatch.schema.columns import type_cells
from pledgebatch.schema.fields import Field, Kind
from pledgebatch.schema.kinds import explain, show, understand
from pledgebatch.schema.sheets import ITEMS, MEMBERS, ORGANISATION
from pledgebatch.schema.texts import is_name

YEAR = 2011
MARCH_1985 = 1985 * 12 + 2


def value(kind, cell):
    return understand(Field("x", "x", kind), cell, YEAR)


@pytest.mark.parametrize(
    "cell",
    ["1985年3月", "1985.03", "1985-3", "1985/3", "198503", "85.3", "85年3月", "一九八五年三月", "１９８５．３", "1985.3.12",
     " 1985 年 3 月份 ", 198503.0, 85.3, 1985.03, 31107.0, dt.datetime(1985, 3, 12), dt.date(1985, 3, 1)],
)  # fmt: skip
def test_a_month_in_any_spelling(cell):
    assert value(Kind.MONTH, cell) == MARCH_1985


@pytest.mark.parametrize("cell", ["1985", 1985.0, "1985-13", "198513", "三月", "1985.1.2.3", 1985.1, "不详", "3月5日"])
def test_what_does_not_say_one_month_is_not_a_month(cell):
    assert value(Kind.MONTH, cell) is None


@pytest.mark.parametrize("cell", ["三月份", "3月", "3", 3.0, "2011年3月", "201103"])
def test_the_month_that_a_workbook_is_of_needs_no_year(cell):
    assert show(ORGANISATION["period"], understand(ORGANISATION["period"], cell, YEAR)) == "2011-03"


@pytest.mark.parametrize("cell", ["13月", 13.0, 0.0, "春"])
def test_what_is_no_month_of_a_year(cell):
    assert understand(ORGANISATION["period"], cell, YEAR) is None


def test_october_typed_as_text_is_not_january():
    assert show(MEMBERS["birth_month"], value(Kind.MONTH, "1985.10")) == "1985-10"
    assert show(MEMBERS["birth_month"], value(Kind.MONTH, "1985.1")) == "1985-01"
    assert "1985-10" in explain(MEMBERS["birth_month"], as_typed(1985.1))


@pytest.mark.parametrize(
    "cell",
    ["2011年3月5日", "2011.3.5", "2011-03-05", "2011/3/5", "20110305", "二〇一一年三月五日", "二O一一年三月五日", "二ｏ一一年三月五日", "3月5日", "11.3.5",
     "2011-03-05 08:30:00", "2011-03-05T00:00:00Z", "2011-03-05T00:00:00.000Z", "2011-03-05T08:00:00+08:00", 20110305.0, 40607.0, dt.datetime(2011, 3, 5, 8)],
)  # fmt: skip
def test_a_date_in_any_spelling(cell):
    assert value(Kind.DATE, cell) == dt.date(2011, 3, 5)


@pytest.mark.parametrize(
    "cell", ["2011-02-30", "2011.3", "3月", "明天", 2011.3, 5.0, "31/12/2011", "5555-01-01", "2011-03-04T16:00:00Z"]
)
def test_what_is_not_a_date(cell):
    assert value(Kind.DATE, cell) is None


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("6月底前", "2011-06-30"), ("六月三十日前", "2011-06-30"), ("上半年", "2011-06-30"), ("第三季度", "2011-09-30"),
        ("三季度末", "2011-09-30"), ("全年", "2011-12-31"), ("年底前", "2011-12-31"), ("年内", "2011-12-31"), ("每月", "2011-12-31"),
        ("每季度", "2011-12-31"), ("5月上旬", "2011-05-10"), ("6月中旬前", "2011-06-20"), ("2月下旬", "2011-02-28"),
        ("明年3月", "2012-03-31"), ("2010年12月—2011年6月", "2011-06-30"), ("3月至6月", "2011-06-30"), ("3-6月", "2011-06-30"),
        ("3月1日至15日", "2011-03-15"), ("2013年底前", "2013-12-31"), ("２０１１年９月１日前", "2011-09-01"), ("6.30", "2011-06-30"),
        ("11年6月底前", "2011-06-30"), ("春季", "2011-05-31"), ("国庆节前", "2011-10-01"), ("今年年底", "2011-12-31"), ("2011-06-30", "2011-06-30"),
        ("12月", "2011-12-31"), ("2011.6", "2011-06-30"), ("2011年度", "2011-12-31"),
    ],
)  # fmt: skip
def test_a_deadline_is_the_last_day_of_what_is_named(text, day):
    assert value(Kind.DEADLINE, text) == dt.date.fromisoformat(day)


@pytest.mark.parametrize("cell", ["长期坚持", "随时", "今后", "尽快", "13月", 6.3, "6月31日"])
def test_a_deadline_without_an_end_is_not_understood(cell):
    assert value(Kind.DEADLINE, cell) is None


@pytest.mark.parametrize(
    ("cell", "number"),
    [
        ("30人", 30),
        ("三十", 30),
        ("1,200", 1200),
        ("２３", 23),
        (7.0, 7),
        ("7.0", 7),
        ("-3", -3),
        ("0", 0),
        ("第3页", 3),
        ("廿五人", 25),
        ("卅", 30),
        ("2.", 2),
        ("三、", 3),
        ("4）", 4),
    ],
)
def test_a_whole_number(cell, number):
    assert value(Kind.INTEGER, cell) == number


@pytest.mark.parametrize("cell", ["2.5", 2.5, "2000万", "若干", "3-5", "（20）", "1、2", float("nan"), float("inf")])
def test_what_is_not_a_whole_number(cell):
    assert value(Kind.INTEGER, cell) is None


@pytest.mark.parametrize(
    ("field", "cell", "meant"),
    [
        (MEMBERS["ethnicity"], "汉", "汉族"), (MEMBERS["education"], "本科", "大学本科"), (MEMBERS["is_leader"], "√", "是"),
        (MEMBERS["is_leader"], "Ｎ", "否"), (ORGANISATION["legacy_answer"], "没有", "无"), (ORGANISATION["legacy_answer"], "√", "有"),
        (MEMBERS["sex"], " 男 ", "男"), (MEMBERS["sex"], "男性", "男"), (MEMBERS["sex"], "男女", None), (ITEMS["part"], "共 性", "共性"), (ITEMS["part"], "有", None),
    ],
)  # fmt: skip
def test_a_choice(field, cell, meant):
    assert understand(field, cell, YEAR) == meant


def test_a_choice_near_by_is_offered():
    assert "是否“普通高中”" in explain(MEMBERS["education"], "高中毕")


@pytest.mark.parametrize(
    ("cell", "number"),
    [("138 1234 5678", "13812345678"), (13812345678.0, "13812345678"), ("(0519)85501234", "0519-85501234"),
     (51985501234.0, "0519-85501234"), ("0519-85501234转801", "0519-85501234-801"), ("85501234", "85501234"),
     ("13812345678、85501234", "13812345678、85501234"), ("+86 13812345678", "13812345678"), ("1381234567", None), ("无", None)],
)  # fmt: skip
def test_a_phone(cell, number):
    assert value(Kind.PHONE, cell) == number


@pytest.mark.parametrize(
    ("cell", "name"),
    [("张　三", "张三"), (" 李 四 ", "李四"), ("阿卜杜拉•买买提", "阿卜杜拉·买买提"), ("John  Smith", "John Smith")],
)
def test_a_person(cell, name):
    assert value(Kind.PERSON, cell) == name


@pytest.mark.parametrize(("cell", "code"), [("a０1", "A01"), (3.0, "3"), (" x－1 ", "X-1"), ("007", "007")])
def test_a_code(cell, code):
    assert value(Kind.CODE, cell) == code


def test_as_typed_stands_beside():
    assert [as_typed(cell) for cell in (" a ", " 　", None, 30.0, 1985.1, True, dt.datetime(2011, 3, 5))] == [
        " a ", "", "", "30", "1985.1", "TRUE", "2011-03-05",
    ]  # fmt: skip


@given(st.sampled_from(Kind), st.one_of(st.text(max_size=20), st.floats(), st.datetimes(), st.integers(), st.times()))
def test_nothing_that_can_be_typed_crashes(kind, cell):
    field = Field("x", "x", kind, listed="是|否" if kind is Kind.CHOICE else "")
    values, raws = type_cells(field, [cell, cell, ""], YEAR)
    meant = understand(field, cell, YEAR)
    assert (
        pd.isna(values[1])
        if meant is None
        else values[1] == (pd.Timestamp(meant) if isinstance(meant, dt.date) else meant)
    )
    assert list(raws) == [as_typed(cell), as_typed(cell), ""]
    explain(field, as_typed(cell))


@given(st.dates(dt.date(1920, 1, 1), dt.date(2099, 12, 31)))
def test_a_date_shown_is_understood_again(day):
    for kind in (Kind.DATE, Kind.DEADLINE, Kind.MONTH):
        field = Field("x", "x", kind)
        understood = understand(field, day, YEAR)
        assert understand(field, show(field, understood), YEAR) == (understood if kind is not Kind.DEADLINE else day)


MARKS = st.sampled_from("'‘｀ \u200b´¨¸ıßŉΐæ·.-１3aAÇé张ﾞ\u0301\u0327")
COMPOSED = st.lists(MARKS | st.characters(exclude_categories=("Cs",)), max_size=8).map("".join)
"""Texts of marks that fold away, come apart or join; as ``text`` of both they would be a few among all characters."""
YEARS, MONTHS, DAYS = st.sampled_from(["1985", "85", "2011", "二〇一一"]), st.integers(1, 12), st.integers(1, 31)
PLAIN = {
    Kind.INTEGER: st.builds("{}{}".format, st.integers(0, 10**7), st.sampled_from(["", "人", "件", ".0"])),
    Kind.CHOICE: st.sampled_from(["是", "否", "√", "×", "有", "无"]),
    Kind.PHONE: st.from_regex(r"(0[1-9][0-9]{2}[- ]?)?[1-9][0-9]{6,7}|1[3-9][0-9]{9}", fullmatch=True),
    Kind.DATE: st.builds("{1}{0}{2}{0}{3}".format, st.sampled_from("-./。、"), YEARS, MONTHS, DAYS),
    Kind.MONTH: st.builds("{}年{}月{}".format, YEARS, MONTHS, st.sampled_from(["", "生", "8日"])),
    Kind.EMAIL: st.from_regex(r"[a-zA-Z][a-z0-9._-]{0,8}@[a-z]{1,5}\.(cn|com)", fullmatch=True),
}
"""What is typed of kinds that understand little else."""


def marked(plain):
    """Texts in full width or not, with something in them that nobody means."""
    full = str.maketrans("0123456789-./@", "０１２３４５６７８９－．／＠")
    return st.builds(
        lambda text, mark, place, wide: (text[:place] + mark + text[place:]).translate(full if wide else {}),
        *(plain, st.sampled_from(["", " ", "　", "\u200b", "'", "。"]), st.integers(0, 12), st.booleans()),
    )


@pytest.mark.parametrize("kind", [kind for kind in Kind if kind is not Kind.DEADLINE])
def test_what_was_understood_is_understood_the_same_again(kind):
    field, values = Field("x", "x", kind, listed="是|否" if kind is Kind.CHOICE else ""), set()

    @settings(max_examples=50)
    @given(COMPOSED | marked(PLAIN[kind]) if kind in PLAIN else COMPOSED)
    def law(text):
        understood = understand(field, text, YEAR)
        assert understand(field, show(field, understood), YEAR) == understood
        values.add(understood)

    law()
    assert values - {None}


@pytest.mark.parametrize(
    ("kind", "text"), [(Kind.CODE, "uü\u200b\u0301"), (Kind.CODE, "ë¸"), (Kind.PERSON, "æ¯"), (Kind.PERSON, "’‘`李 明"), (Kind.PERSON, "｀'李明")]
)  # fmt: skip
def test_marks_that_join_at_the_second_reading_join_at_the_first(kind, text):
    assert value(kind, value(kind, text)) == value(kind, text)


UNSEEN = "\0\a\x7f\xad\u034f\u115f\u180e\u200b\u200c\u200d\u200e\u200f\u202a\u202e\u2060\u2066\u2069\u3164\ufe0e\ufe0f\ufeff\uffa0\U000e0100"


@pytest.mark.parametrize(
    ("kind", "text"),
    [(Kind.TEXT, "讲党课"), (Kind.CODE, "A-1"), (Kind.INTEGER, "30"), (Kind.PERSON, "李明"), (Kind.PHONE, "0519-85501234"),
     (Kind.MONTH, "1985年3月"), (Kind.DATE, "2011-03-05"), (Kind.DEADLINE, "6月底前"), (Kind.EMAIL, "a@b.cn")],
)  # fmt: skip
def test_what_nobody_sees_is_not_understood_as_anything(kind, text):
    for mark in UNSEEN:
        for pasted in (mark + text, text + mark, text[0] + mark + text[1:]):
            assert value(kind, pasted) == value(kind, text), ascii(pasted)
            assert as_typed(pasted) == pasted
        assert as_typed(mark) == ""
        assert value(kind, mark) is None


@pytest.mark.parametrize("mark", ["'", "’", "‘", "＇", " '"])
def test_an_apostrophe_in_front_says_that_a_text_follows(mark):
    for kind, text in (
        (Kind.INTEGER, "12"),
        (Kind.DATE, "2011-03-05"),
        (Kind.PHONE, "0519-8000121"),
        (Kind.CODE, "001"),
    ):
        assert value(kind, mark + text) == value(kind, text) is not None
    assert understand(MEMBERS["sex"], mark + "男", YEAR) == "男"
    assert value(Kind.TEXT, "'五带头'活动") == "'五带头'活动"


@pytest.mark.parametrize("answer", [True, "TRUE", "true", "是", "\u200b是"])
def test_a_truth_is_a_yes(answer):
    assert understand(ORGANISATION["org_sealed"], answer, YEAR) == "是"
    assert understand(ORGANISATION["legacy_answer"], answer, YEAR) == "有"


@pytest.mark.parametrize("noisy", [12.000000000000002, 11.999999999999998, 12.0])
def test_noise_beyond_fifteen_digits_is_none_of_the_number(noisy):
    assert value(Kind.INTEGER, noisy) == 12
    assert value(Kind.CODE, noisy) == "12"
    assert as_typed(noisy) == "12"
    assert value(Kind.DATE, 40607.000000000004) == dt.date(2011, 3, 5)
    assert as_typed(85.3) == "85.3"


@pytest.mark.parametrize(
    ("text", "month"),
    [("1981年元月", "1981-01"), ("1961。12", "1961-12"), ("1972.04.", "1972-04"), ("1961、6", "1961-06"), ("1964/6/", "1964-06"),
     ("1961年12月出生", "1961-12"), ("生于1974.7", "1974-07"), ("1985，3", "1985-03"), ("一九八一年元月", "1981-01"), ("85.3。", "1985-03")],
)  # fmt: skip
def test_a_month_with_the_marks_of_a_chinese_keyboard(text, month):
    assert show(MEMBERS["birth_month"], value(Kind.MONTH, text)) == month


@pytest.mark.parametrize("text", ["10、11", "10、11、12", "3、6月"])
def test_several_months_are_not_one(text):
    assert value(Kind.MONTH, text) is None


@pytest.mark.parametrize(
    ("text", "month"),
    [("1972年8月生", "1972-08"), ("1972年08月15日生", "1972-08"), ("72、8", "1972-08"), ("07、7", "2007-07"), ("1972·8", "1972-08"), ("Aug-72", "1972-08"),
     ("1999年7月入党", "1999-07"), ("2010.11（预备）", "2010-11"), ("1975年3月15日上午9点", "1975-03"), ("1972年8月15日 星期二", "1972-08")],
)  # fmt: skip
def test_what_is_said_about_a_month_does_not_hide_it(text, month):
    assert show(MEMBERS["joined_month"], value(Kind.MONTH, text)) == month


@pytest.mark.parametrize("text", ["七十年代", "1972年", "1999年7月转正", "1972.8（档案1973.8）", "1972年8月（农历）"])
def test_a_month_that_may_be_another_is_asked_about(text):
    assert value(Kind.MONTH, text) is None


@pytest.mark.parametrize(
    ("typed", "level"),
    [("省委党校大学", "大学本科"), ("函授专科", "大学专科"), ("本科（自考）", "大学本科"), ("研究生班毕业", "研究生"), ("大专学历", "大学专科"),
     ("电大本科", "大学本科"), ("中专(职高)", "中等职业"), ("文化程度：高中", "普通高中"), ("专升本", "大学本科"), ("技工学校", "中等职业")],
)  # fmt: skip
def test_the_level_of_an_education_is_found_in_its_words(typed, level):
    assert understand(MEMBERS["education"], typed, YEAR) == level


@pytest.mark.parametrize("typed", ["大专在读", "中专/大专", "函授", "同等学历", "大专以上", "大学肄业", "高级教师"])
def test_an_education_that_is_none_or_two_is_asked_about_and_nothing_wrong_is_offered(typed):
    assert understand(MEMBERS["education"], typed, YEAR) is None
    assert "是否" not in explain(MEMBERS["education"], typed)


@pytest.mark.parametrize(
    ("typed", "group"),
    [("僮族", "壮族"), ("布衣族", "布依族"), ("蒙族", "蒙古族"), ("汉族（汉）", "汉族"), ("汉族（回）", None)],
)
def test_old_and_wrong_spellings_of_a_group_by_a_table(typed, group):
    assert understand(MEMBERS["ethnicity"], typed, YEAR) == group


@pytest.mark.parametrize(
    "typed", ["0519-85112233（办）", "85112233 王老师", "手机13851122334", "0519—85112233转8012", "13851122334（李）"]
)
def test_whose_a_number_is_does_not_hide_it(typed):
    assert value(Kind.PHONE, typed)


@pytest.mark.parametrize(
    "name",
    [
        "杜〇〇",
        "张䶮",
        "张\ue863",
        "李𠮷",
        "王\U00030edd",
        "赵\U00032000",
        "买买提·艾力",
        "བསྟན་འཛིན".replace("་", " "),
        "Anna Lee",
        "李\uf9ea",
    ],
)
def test_rare_characters_are_letters_of_a_name(name):
    assert is_name(value(Kind.PERSON, name))


@pytest.mark.parametrize("dot", "•・.．∙⋅‧●。⸱◦･·")
def test_dots_that_look_like_the_name_dot_are_one(dot):
    assert value(Kind.PERSON, f"买买提{dot}艾力") == "买买提·艾力"


@pytest.mark.parametrize("name", ["张3", "张(小)", "张*", "张○○", "1", "·", "张··三"])
def test_what_is_no_name(name):
    assert not is_name(value(Kind.PERSON, name))
