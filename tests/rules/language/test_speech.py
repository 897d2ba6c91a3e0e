"""What a pledge says, clause by clause."""

from functools import cache

import pandas as pd
import pytest

from pledgebatch.rules.language.normalised_text import plainest
from pledgebatch.rules.language.speech import Speech
from pledgebatch.rules.language.words import as_it_stands, folded

DUTIES = {
    "夜班不串岗，交接清楚，票据齐全": "夜班不串岗",
    "病历在24小时内写完；三级查房一级不漏": "病历在24小时内写完",
    "坚决不搞有偿家教": "坚决不搞有偿家教",
    "按规定监考，考完及时阅卷登分": "按规定监考",
}
SLOGANS = ("树立良好形象，做学生成长的灯塔", "学好《教育法》，当好表率", "落实“三严三实”，一如既往", "服务好群众")
DEEDS = (
    "夜班药房每晚加开一个窗口到十点", "结对帮教1人", "编写校本教材一本", "修跑道",
    "12月10日前修订会议审批办法，由纪检同志复核", "把旧课桌锯短给一年级用",
)  # fmt: skip
WEIGHED = ("设备管路一次使用，护士双签，值班记录完好", "婚检结果不外传，咨询耐心，告知书面")
NEVER = ("任何时候都不收家长的礼", "永远不推诿病人", "绝不参加赌博")
OUTCOMES = {
    "全区再无一所薄弱学校": "再无",
    "救护车任何时候都准时到达": "任何时候都准时到达",
    "包教包会": "包教包会",
    "让每一位家长都放心": "每一位家长都放心",
    "不丢一样东西": "不丢一样",
}
QUOTED = {
    ("提高家长满意度", "more"): "提高家长满意度",
    ("课间操出勤率提高到98%", "more"): None,
    ("全年不出一起医患纠纷", "everything"): "不出一起",
    ("假期把四栋楼的消防栓全部换新", "everything"): None,
    ("加强领导，认真抓好落实", "general"): "加强领导",
    ("加强领导，每班设一名记录员", "general"): None,
}
TEXTS = [*DUTIES, *SLOGANS, *DEEDS, *WEIGHED, *NEVER, *OUTCOMES, *(text for text, _ in QUOTED)]


@cache
def speech() -> Speech:
    """What all texts say: patterns are made ready once, and a text says the same beside others."""
    return Speech(folded(pd.Series(TEXTS, dtype="str")))


def judged(text: str, what: str) -> str | None:
    quote = getattr(speech(), what)[TEXTS.index(text)]
    return quote if isinstance(quote, str) else None


@pytest.mark.parametrize(("text", "quoted"), DUTIES.items())
def test_a_duty_is_told_by_its_shape_and_quoted(text, quoted):
    assert judged(text, "duty") == quoted
    assert judged(text, "everything") is None


@pytest.mark.parametrize("text", SLOGANS)
def test_a_slogan_with_coincidences_says_nothing(text):
    assert judged(text, "nothing")


@pytest.mark.parametrize("text", DEEDS)
def test_a_deed_is_left_alone_however_short(text):
    assert [judged(text, what) for what in ("duty", "nothing", "more", "everything")] == [None] * 4


@pytest.mark.parametrize("text", WEIGHED)
def test_what_no_pattern_tells_is_weighed_and_its_likest_clause_quoted(text):
    assert judged(text, "duty") in text.split("，")


@pytest.mark.parametrize("text", NEVER)
def test_what_one_never_does_is_a_duty_and_no_outcome(text):
    assert judged(text, "duty")
    assert judged(text, "everything") is None


@pytest.mark.parametrize(("text", "quoted"), OUTCOMES.items())
def test_an_outcome_for_everyone_or_always_or_without_one_exception_is_told(text, quoted):
    assert judged(text, "everything").startswith(quoted)


@pytest.mark.parametrize(("asked", "quoted"), QUOTED.items())
def test_a_comparative_an_outcome_and_what_is_general_are_quoted(asked, quoted):
    assert judged(*asked) == quoted


def test_copies_are_known_under_other_openings_numerals_and_characters():
    texts = ["本人承诺：每周辅导三名学生写作文", "每周輔導兩名學生寫作文", "拥护党的纲领，遵守党的章程"]
    first, second, fixed = plainest(folded(pd.Series(texts, dtype="str")).str.replace(r"\W", "", regex=True))
    assert first == second
    assert pd.isna(fixed)


def test_a_scrap_is_quoted_as_it_stands():
    assert as_it_stands("立足 ＊＊岗位，奉献", "**岗位") == "＊＊岗位"
