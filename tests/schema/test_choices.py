"""Choices as people write them: one that is clearly meant is understood, and of two that fit none is."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pledgebatch.schema.choices import in_own_words
from pledgebatch.schema.fields import Field, Kind, short_forms
from pledgebatch.schema.kinds import show, understand
from pledgebatch.schema.sheets import (
    BOOK_OF_THE_OFFICE,
    ITEMS,
    MEMBERS,
    OPINIONS,
    ORGANISATION,
    RECORDS,
    SHEETS,
    SUPERVISION,
)

CHOSEN = [field for sheet in (*SHEETS, *BOOK_OF_THE_OFFICE) for field in sheet.fields if field.choices]
PUBLICITY = ITEMS["publicity"]


@pytest.mark.parametrize(
    ("field", "typed", "meant"),
    [
        (MEMBERS["post_type"], "专业技术", "专业技术岗位"),
        (MEMBERS["post_type"], "退休党员", "离退休"),
        (ITEMS["basis"], "年度工作目标", "年度目标"),
        (ITEMS["status"], "已落实", "已完成"),
        (ITEMS["status"], "正在进行。", "进行中"),
        (ITEMS["status"], "暂缓", "延期"),
        (ITEMS["conclusion"], "退回", "退回完善"),
        (OPINIONS["method"], "问卷调查", "问卷"),
        (ITEMS["status"], "未完成", None),
        (ITEMS["final_result"], "基本完成", None),
        (OPINIONS["adopted"], "采纳？", None),
        (RECORDS["channel"], "网站", "专题网站"),
        (SUPERVISION["channel"], "网站", "网络"),
        (MEMBERS["is_leader"], "需完善", None),
    ],
)
def test_what_is_clearly_meant_is_understood(field: Field, typed: str, meant: str | None) -> None:
    assert understand(field, typed, 2011) == meant


@pytest.mark.parametrize(
    ("field", "typed", "meant"),
    [
        (MEMBERS["signed"], "已签", "是"),
        (MEMBERS["signed"], "未签名", "否"),
        (MEMBERS["branch_sealed"], "已加盖公章", "是"),
        (MEMBERS["branch_sealed"], "尚未盖章", "否"),
        (ITEMS["advanced"], "能体现", "是"),
        (ITEMS["fits_post"], "不符合。", "否"),
        (ITEMS["feasible"], "切实可行", "是"),
        (ITEMS["feasible"], "需修改", "需完善"),
        (ITEMS["feasible"], "基本可行", None),
        (ITEMS["part"], "（一）共性", "共性"),
        (ITEMS["part"], "②岗位", "岗位"),
        (ITEMS["status"], "按计划推进", "进行中"),
        (ITEMS["status"], "基本完成", None),
        (ITEMS["conclusion"], "不予通过", "退回完善"),
        (ORGANISATION["nil_return"], "无变化", "是"),
        (ORGANISATION["nil_return"], "有变化", "否"),
        (MEMBERS["sex"], "☑男 □女", "男"),
        (MEMBERS["sex"], "男□ 女☑", "女"),
        (MEMBERS["signed"], "是（√） 否（ ）", "是"),
        (MEMBERS["pledge_form"], "■书面　□口头", "书面"),
        (MEMBERS["post_type"], "□管理岗位 ☑专业技术岗位 □服务岗位 □无职党员 □离退休", "专业技术岗位"),
        (MEMBERS["sex"], "□男 □女", None),
        (MEMBERS["sex"], "☑男 ☑女", None),
        (MEMBERS["sex"], "□", None),
        (MEMBERS["sex"], "☑男 □其他", None),
        (PUBLICITY, "☑会议 □文件", None),
    ],
)
def test_in_words_of_their_own_people_answer_by_the_verb_of_the_question_or_tick_a_box(
    field: Field, typed: str, meant: str | None
) -> None:
    assert in_own_words(typed, field) == meant


@pytest.mark.parametrize("field", CHOSEN, ids=lambda field: field.key)
def test_what_is_said_means_a_choice_of_its_field_and_contradicts_no_spelling(field: Field) -> None:
    assert set(field.own_words.values()) <= set(field.choices)
    assert all(field.spellings.get(word, value) == value for word, value in field.own_words.items())


@pytest.mark.parametrize("typed", ["有", "无", "没有", "已", "未"])
def test_a_word_that_affirms_or_denies_alone_does_not_answer_a_question_that_denies(typed: str) -> None:
    assert understand(ORGANISATION["nil_return"], typed, 2011) is None


def test_what_fits_two_choices_is_no_spelling_of_either() -> None:
    assert "部分" not in short_forms(("部分完成", "部分采纳"))
    assert short_forms(("党务政务公开栏", "报刊"))["党务公开栏"] == "党务政务公开栏"


@pytest.mark.parametrize("field", CHOSEN, ids=lambda field: field.key)
def test_each_spelling_means_a_choice_of_its_field_and_no_choice_means_another(field: Field) -> None:
    assert set(field.spellings.values()) == set(field.choices)
    assert all(field.spellings[choice] == choice for choice in field.choices)


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("会议", "会议"),
        ("网站，会议;校务公开栏", "会议、党务政务公开栏、网络"),
        ("会议和文件", "会议、文件"),
        ("会议 网络", "会议、网络"),
        ("公 开 栏", "党务政务公开栏"),
        ("橱窗、网站", "网络、其他（橱窗）"),
        ("其它：黑板报", "其他（黑板报）"),
        ("和谐校园网", "其他（和谐校园网）"),
        ("公示栏（一楼大厅）", "党务政务公开栏"),
        ("会议、电话通知", "会议"),
        ("口头通知", None),
        ("电话", None),
        ("尚未公开", None),
        ("无", None),
    ],
)
def test_a_set_keeps_all_that_is_public(typed: str, meant: str | None) -> None:
    assert understand(PUBLICITY, typed, 2011) == meant


@given(st.text("会议文件网络站公开栏橱窗报刊其他它（）()、，,;和与及 /。无口头", max_size=24))
def test_a_set_as_the_office_writes_it_is_read_the_same_again(typed: str) -> None:
    meant = understand(PUBLICITY, typed, 2011)
    assert meant is None or understand(PUBLICITY, show(PUBLICITY, meant), 2011) == meant


def test_only_a_choice_takes_a_set() -> None:
    assert [field.key for field in CHOSEN if field.several] == ["publicity", "channel"]
    assert PUBLICITY.kind is Kind.CHOICE
