"""Tables of every shape: what is read of them, from which cell, and what is told."""

import pandas as pd
import pytest

from tests.intake.layouts.tabs import FORM, PLEDGES, ROSTER, read, rows, told

NAMES = [("李明",), ("王芳",), ("赵强",)]
TEXTS = [("每月组织一次集中学习",), ("每周听课3节",), ("与4名学困生结对辅导",)]
HEADERS = ROSTER[0]
NAMED = [("李明", "每周听课3节"), ("王芳", "与4名学困生结对辅导")]


def with_headers(**new):
    return [[new.get(header, header) for header in HEADERS], *ROSTER[1:]]


def test_a_tab_of_any_name_is_known_by_its_headers():
    batch = read(一=FORM, 二=ROSTER, 三=PLEDGES)
    assert rows(batch, "members", "name") == NAMES
    assert rows(batch, "items", "text") == TEXTS
    assert rows(batch, "organisations", "unit_code", "head") == [("S1", "李明")]
    assert sorted(batch.changes.loc[batch.changes["kind"] == "read_tab", "tab"]) == ["三", "二"]


@pytest.mark.parametrize("gap", [1, 3])
def test_two_tables_below_each_other_are_two(gap):
    batch = read(组织承诺=FORM, 汇总=[["党员名册"], *ROSTER, *[[]] * gap, ["承诺台账"], *PLEDGES])
    assert rows(batch, "members", "name") == NAMES
    assert rows(batch, "items", "text") == TEXTS


def test_two_tables_beside_each_other_are_two_and_their_values_keep_their_cells():
    beside = [[*left, "", *right] for left, right in zip(ROSTER, PLEDGES, strict=True)]
    batch = read(组织承诺=FORM, 汇总=beside)
    assert rows(batch, "members", "name") == NAMES
    assert rows(batch, "items", "text") == TEXTS
    (first, *_) = batch.tables["items"]["cells"]
    assert "text=L2" in first.split("\n")


def test_a_table_of_members_and_items_in_the_same_rows_is_both():
    flat = [
        ["序号", "姓名", "性别", "出生年月", "承诺事项", "完成时限"],
        [1, "李明", "男", "1970-05", "每周听课3节", "6月底前"],
        [1, "李明", "男", "1970-05", "接待家长来访4次", "12月底前"],
        [2, "王芳", "女", "1982-11", "与4名学困生结对辅导", "6月底前"],
    ]
    batch = read(组织承诺=FORM, 总表=flat)
    assert rows(batch, "members", "member_no", "name", "sex") == [("1", "李明", "男"), ("2", "王芳", "女")]
    assert rows(batch, "items", "pledger", "name", "text") == [
        ("党员", "李明", "每周听课3节"), ("党员", "李明", "接待家长来访4次"), ("党员", "王芳", "与4名学困生结对辅导"),
    ]  # fmt: skip


def test_a_name_merged_down_holds_for_all_its_items():
    flat = [
        ["姓名", "性别", "出生年月", "承诺事项"],
        ["李明", "男", "1970-05", "每周听课3节"], ["", "", "", "接待家长来访4次"], ["王芳", "女", "1982-11", "与4名学困生结对辅导"],
    ]  # fmt: skip
    batch = read({"总表": ["A2:A3", "B2:B3", "C2:C3"]}, 组织承诺=FORM, 总表=flat)
    assert rows(batch, "members", "name") == [("李明",), ("王芳",)]
    assert rows(batch, "items", "name") == [("李明",), ("李明",), ("王芳",)]


@pytest.mark.parametrize(
    "headers",
    [["承诺事项一", "完成时限一", "承诺事项二", "完成时限二"], ["承诺1", "时限1", "承诺2", "时限2"], ["第一项承诺", "第一项完成时限", "第二项承诺", "第二项完成时限"],
     ["承诺事项", "完成时限", "承诺事项", "完成时限"]],
)  # fmt: skip
def test_items_in_columns_beside_their_member_become_rows(headers):
    wide = [
        ["序号", "姓名", "性别", *headers],
        [1, "李明", "男", "每周听课3节", "6月底前", "接待家长来访4次", "12月底前"],
        [2, "王芳", "女", "与4名学困生结对辅导", "6月底前", "", ""],
    ]
    batch = read(组织承诺=FORM, 党员=wide)
    assert rows(batch, "members", "name") == [("李明",), ("王芳",)]
    assert rows(batch, "items", "name", "text", "due") == [
        ("李明", "每周听课3节", "6月底前"), ("李明", "接待家长来访4次", "12月底前"), ("王芳", "与4名学困生结对辅导", "6月底前"),
    ]  # fmt: skip


def test_pledges_of_three_kinds_in_three_columns_say_which_kind_they_are():
    wide = [
        ["姓名", "性别", "共性承诺", "岗位承诺", "创新承诺"],
        ["李明", "男", "每月学习一次", "每周听课3节", "接待家长来访4次"],
    ]
    batch = read(组织承诺=FORM, 党员=wide)
    assert rows(batch, "items", "part") == [("共性",), ("岗位",), ("创新",)]


@pytest.mark.parametrize(
    ("header", "cells"), [("姓名（性别）", ["李明（男）", "王芳（女）"]), ("姓名/性别", ["李明/男", "王芳/女"])]
)
def test_two_facts_in_a_cell_are_two(header, cells):
    roster = [
        ["序号", header, "出生年月", "入党时间"],
        [1, cells[0], "1970-05", "1995-07"],
        [2, cells[1], "1982-11", "2006-07"],
    ]
    batch = read(组织承诺=FORM, 党员承诺=roster)
    assert rows(batch, "members", "name", "sex") == [("李明", "男"), ("王芳", "女")]
    assert ("党员承诺", "B1", "性别", "sex") in told(batch, "guessed_column")


def test_annex_1_and_2_as_tabs_are_the_form_the_members_and_their_items():
    items = [["承诺事项", "完成时限"]]
    member = [
        ["党员公开承诺书"],
        ["姓名", "{}", "性别", "男"],
        ["出生年月", "1970-05", "民族", "汉族"],
        ["入党时间", "1995-07"],
        [],
    ]
    one, other = ([[cell.format(name) for cell in line] for line in member] for name in ("李明", "王芳"))
    batch = read(
        附件1=[["基层党组织公开承诺书"], *FORM, [], *items, ["每月组织一次集中学习", "2011-12-20"]],
        附件2李明=[*one, *items, ["每周听课3节", "6月底前"]],
        附件2王芳=[*other, *items, ["与4名学困生结对辅导", "6月底前"]],
    )
    assert rows(batch, "organisations", "unit_code") == [("S1",)]
    assert rows(batch, "members", "name", "birth_month") == [("李明", "1970-05"), ("王芳", "1970-05")]
    assert rows(batch, "items", "pledger", "name", "text") == [
        ("组织", "", "每月组织一次集中学习"), ("党员", "李明", "每周听课3节"), ("党员", "王芳", "与4名学困生结对辅导"),
    ]  # fmt: skip
    assert "text=附件2王芳!A7" in batch.tables["items"]["cells"].iloc[2].split("\n")


def test_in_an_annex_the_pledges_stand_below_a_wide_label_and_the_form_goes_on_below_them():
    member = [
        ["党员公开承诺书"], ["姓名", "李明", "", "性别", "男"], ["出生年月", "1970-05", "", "民族", "汉族"], ["职务或职业", "校长", "", "入党时间", "1995-07"],
        ["承诺事项", "", "", "", "完成时限"], ["每周听课3节", "", "", "", "6月底前"], ["接待家长来访4次", "", "", "", "12月底前"],
        ["承诺人签名：李明", "", "", "2011年3月5日"], ["党支部审定意见：同意", "", "", "（盖章）"],
    ]  # fmt: skip
    batch = read(组织承诺=FORM, 附件2=member)
    assert rows(batch, "members", "name", "post", "joined_month", "branch_opinion") == [
        ("李明", "校长", "1995-07", "同意")
    ]
    assert rows(batch, "items", "name", "text", "due") == [
        ("李明", "每周听课3节", "6月底前"), ("李明", "接待家长来访4次", "12月底前"),
    ]  # fmt: skip


def test_members_pledges_are_read_beside_the_organisation_s_own():
    own = [PLEDGES[0], PLEDGES[1]]
    wide = [
        [*ROSTER[0], "共性承诺事项", "岗位承诺事项", "创新承诺事项"],
        *([*line, f"每月学习{n}次", f"每周听课{n}节", f"接待来访{n}次"] for n, line in enumerate(ROSTER[1:], 2)),
    ]
    batch = read(组织承诺=FORM, 党员承诺=wide, 承诺事项=own)
    assert rows(batch, "members", "name") == NAMES
    found = rows(batch, "items", "pledger", "name", "part", "text")
    assert len(found) == 10
    assert {("组织", "", "", "每月组织一次集中学习"), ("党员", "王芳", "岗位", "每周听课3节")} <= {*found}


@pytest.mark.parametrize(
    "tabs",
    [
        ("2月承诺事项", "3月承诺事项"),
        ("二月", "三月"),
        ("2011年2月台账", "2011年3月台账"),
        ("三月", "四月"),
        ("3月", "1月"),
    ],
)
def test_of_several_months_the_workbook_s_own_is_read(tabs):
    now = next(tab for tab in tabs if "3" in tab.replace("2011", "") or "三" in tab)
    ledgers = {tab: [[*PLEDGES[0], "进展说明"], *([*line, f"{tab}的进展"] for line in PLEDGES[1:])] for tab in tabs}
    batch = read(组织承诺=FORM, 党员承诺=ROSTER, **ledgers)
    assert rows(batch, "items", "progress") == [(f"{now}的进展",)] * 3
    assert len(batch.skipped) >= 3


def test_choices_in_words_of_their_own_are_understood_where_no_workbook_of_ours_offered_them():
    ledger = [[*PLEDGES[0], "进展状态"], *([*line, "按计划推进"] for line in PLEDGES[1:])]
    answers = zip(ROSTER[1:], ["已签", "未签", "是"], strict=True)
    roster = [[*ROSTER[0], "本人签名"], *([*line, answer] for line, answer in answers)]
    roster[1][2] = "男☑ 女□"
    tabs = {"组织承诺": FORM, "党员承诺": roster, "承诺事项": ledger}
    batch = read(**tabs)
    assert rows(batch, "items", "status") == [("按计划推进",)] * 3
    assert list(batch.tables["items"]["status"]) == ["进行中"] * 3
    assert list(batch.tables["members"]["signed"]) == ["是", "否", "是"]
    assert list(batch.tables["members"]["sex"]) == ["男", "女", "男"]
    ours = read(**tabs, _pledgebatch=[["template_version", "2"]])
    assert ours.tables["items"]["status"].isna().all()


def test_a_ledger_that_says_by_names_alone_whose_the_items_are_is_understood():
    ledger = [
        ["序号", "承诺人", "承诺事项", "完成时限"],
        [1, "李明", "每周听课3节", "6月底前"],
        ["", "", "接待家长来访4次", "12月底前"],
        [2, "王芳", "与4名学困生结对辅导", "6月底前"],
        [3, "赵强", "给学生讲一次校史", "10月底前"],
        [4, "李明", "9月起开家长信箱", "12月底前"],
        [5, "党支部", "每月组织一次集中学习", "12月底前"],
    ]
    batch = read(组织承诺=FORM, 党员承诺=ROSTER, 台账=ledger)
    assert rows(batch, "items", "pledger", "name", "text") == [
        ("党员", "李明", "每周听课3节"), ("党员", "李明", "接待家长来访4次"), ("党员", "王芳", "与4名学困生结对辅导"),
        ("党员", "赵强", "给学生讲一次校史"), ("党员", "李明", "9月起开家长信箱"), ("组织", "党支部", "每月组织一次集中学习"),
    ]  # fmt: skip
    assert told(batch, "guessed_column")


def test_items_that_nobody_is_named_beside_are_nobody_s():
    ledger = [
        ["序号", "承诺人", "承诺事项", "完成时限"], [1, "", "每月组织一次集中学习", "12月底前"], [2, "李明", "每周听课3节", "6月底前"],
    ]  # fmt: skip
    assert rows(read(组织承诺=FORM, 党员承诺=ROSTER, 台账=ledger), "items", "pledger") == [("",)] * 2


@pytest.mark.parametrize(
    ("title", "pledger"), [("党支部公开承诺台账", "组织"), ("公开承诺台账", ""), ("党支部党员公开承诺台账", "")]
)
def test_a_ledger_under_a_title_of_the_organisation_s_own_pledges_is_its(title, pledger):
    ledger = [[title], ["序号", "承诺事项", "责任人", "完成时限"], [1, "每月组织一次集中学习", "李明", "12月底前"]]
    batch = read(组织承诺=FORM, 党员承诺=ROSTER, 表1=ledger)
    assert rows(batch, "items", "pledger", "text") == [(pledger, "每月组织一次集中学习")]


@pytest.mark.parametrize(
    ("of", "header", "word"),
    [("members", "入党时间", "何时入党"), ("members", "职务或职业", "现任的职务"), ("items", "承诺事项", "公开承诺的内容"), ("items", "完成时限", "完成的时限")],
)  # fmt: skip
def test_a_header_that_says_the_same_in_more_words_is_read_and_told(of, header, word):
    table, tab = (ROSTER, "党员承诺") if of == "members" else (PLEDGES, "承诺事项")
    other = {"承诺事项": PLEDGES} if of == "members" else {"党员承诺": ROSTER}
    as_sent, changed = (
        read(组织承诺=FORM, **other, **{tab: [[new if cell == header else cell for cell in table[0]], *table[1:]]})
        for new in (header, word)
    )
    pd.testing.assert_frame_equal(as_sent.tables[of], changed.tables[of])
    assert (changed.changes["found"] == word).any()


@pytest.mark.parametrize(
    ("header", "word"), [("入党时间", "何时转正"), ("职务或职业", "职称情况"), ("民族", "籍贯情况")]
)
def test_a_header_that_says_something_else_in_more_words_is_none_of_ours(header, word):
    batch = read(
        组织承诺=FORM,
        党员承诺=[[word if cell == header else cell for cell in ROSTER[0]], *ROSTER[1:]],
        承诺事项=PLEDGES,
    )
    assert word in set(batch.extras["header"])


def test_headers_in_traditional_characters_are_headers():
    headers = ["序號", "姓名", "性別", "出生年月", "民族", "職務或職業", "入黨時間"]
    batch = read(组织承诺=FORM, 党员承诺=[headers, *ROSTER[1:]])
    assert rows(batch, "members", "name", "post")[0] == ("李明", "校长")
    assert rows(batch, "members", "joined_month")[0] == ("1995-07",)


def test_a_table_turned_over_is_read_from_its_own_cells():
    turned = [list(line) for line in zip(*ROSTER, strict=True)]
    batch = read(组织承诺=FORM, 名册=turned)
    assert rows(batch, "members", "name", "sex") == [("李明", "男"), ("王芳", "女"), ("赵强", "男")]
    assert "name=C2" in batch.tables["members"]["cells"].iloc[1].split("\n")


def test_several_items_in_one_cell_are_held_back_with_what_to_do():
    flat = [["姓名", "性别", "出生年月", "承诺事项"], ["李明", "男", "1970-05", "1.每周听课3节；2.接待家长来访4次"]]
    batch = read(组织承诺=FORM, 总表=flat)
    assert rows(batch, "items", "text") == []
    assert rows(batch, "members", "name") == [("李明",)]
    (aside,) = batch.skipped["content"]
    assert "接待家长来访4次" in aside


def test_a_second_header_ends_a_table_and_is_no_member():
    contacts = [["姓名", "性别", "电话"], ["周敏", "女", "13800000000"]]
    batch = read(组织承诺=FORM, 党员承诺=[*ROSTER, [], ["通讯录"], *contacts])
    assert rows(batch, "members", "name") == NAMES
    assert any("周敏" in content for content in batch.skipped["content"])


def test_every_row_of_a_tab_that_says_nothing_known_is_set_aside_and_named():
    batch = read(组织承诺=FORM, 党员承诺=ROSTER, 杂记=[["食堂", "三月"], ["采购", "一千元"]])
    assert list(batch.skipped.loc[batch.skipped["sheet"] == "杂记", "content"]) == ["食堂；三月", "采购；一千元"]
    assert batch.rows_read.set_index("sheet").loc["杂记", ["read", "blank"]].tolist() == [2, 0]
    assert "杂记" in set(batch.changes.loc[batch.changes["kind"] == "refused_tab", "tab"])


def test_a_workbook_in_which_nothing_is_known_is_refused_with_its_tabs_and_what_to_do():
    batch = read(杂记=[["食堂", "三月"], ["采购", "一千元"]])
    (reason,) = batch.files["reason"]
    assert "杂记" in reason
    assert "2 行" in reason
    assert "请" in reason


TRAPS = ["党内职务", "职称", "学位", "备注", "转正时间", "参加工作时间", "配偶姓名", "年龄", "身份证号", "籍贯"]


@pytest.mark.parametrize("trap", TRAPS)
@pytest.mark.parametrize("lacking", ["职务或职业", "出生年月", "入党时间", "姓名", "民族"])
def test_a_column_of_another_kind_is_never_read_as_ours(trap, lacking):
    at = HEADERS.index(lacking)
    roster = [[trap if place == at else cell for place, cell in enumerate(HEADERS)], *ROSTER[1:]]
    batch = read(组织承诺=FORM, 党员承诺=roster, 承诺事项=PLEDGES)
    key = {
        "职务或职业": "post",
        "出生年月": "birth_month",
        "入党时间": "joined_month",
        "姓名": "name",
        "民族": "ethnicity",
    }[lacking]
    assert batch.tables["members"][key].isna().all()


@pytest.mark.parametrize("headers", [("时间", "时间"), ("出生日期", "时间"), ("日期", "入党时间")])
def test_birth_comes_before_joining_whatever_the_two_are_called(headers):
    words = dict(zip(("出生年月", "入党时间"), headers, strict=True))
    batch = read(组织承诺=FORM, 党员承诺=with_headers(**words), 承诺事项=PLEDGES)
    assert rows(batch, "members", "birth_month", "joined_month")[0] == ("1970-05", "1995-07")


def test_numbers_that_begin_anew_are_given_up():
    head = ["序号", "承诺事项", "完成时限"]
    two = [
        ["组织承诺"],
        head,
        [1, "每月学习一次", "12月"],
        [2, "每季公开一次", "12月"],
        [],
        ["李明的承诺"],
        head,
        [1, "每周听课3节", "6月"],
        [2, "家访20户", "6月"],
    ]
    batch = read(组织承诺=FORM, 党员承诺=ROSTER, 台账=two)
    assert len(rows(batch, "items", "text")) == 4
    assert batch.tables["items"]["item_no"].isna().all()


def test_two_tables_right_beside_each_other_are_not_one():
    beside = [[*left, *right] for left, right in zip(ROSTER, PLEDGES, strict=True)]
    batch = read(组织承诺=FORM, 汇总=beside)
    assert rows(batch, "members", "name") == NAMES
    assert rows(batch, "items", "name", "text") == [(line[2], line[3]) for line in PLEDGES[1:]]


def test_a_roster_divided_over_two_tabs_is_one():
    batch = read(组织承诺=FORM, 党员承诺=ROSTER[:3], 党员承诺2=[ROSTER[0], ROSTER[3]], 承诺事项=PLEDGES)
    assert rows(batch, "members", "name") == NAMES


def test_a_page_in_two_halves_under_the_same_headers_is_one_roster():
    halves = [
        ["党员名册"], HEADERS * 2,
        [*ROSTER[1], *ROSTER[3]], [*ROSTER[2], *[""] * 7],
    ]  # fmt: skip
    batch = read(组织承诺=FORM, 党员名册=halves, 承诺事项=PLEDGES)
    assert sorted(rows(batch, "members", "name", "birth_month")) == [
        ("李明", "1970-05"), ("王芳", "1982-11"), ("赵强", "1955-02"),
    ]  # fmt: skip
    assert batch.extras.empty


def test_names_in_rows_of_their_own_hold_for_the_items_below_them():
    listed = [
        ["序号", "姓名", "承诺事项", "完成时限"],
        ["一", "李明", "", ""], ["", "", "　1.每周听课3节", "6月底前"], ["", "", "　2.接待家长来访4次", "12月底前"],
        ["二", "王芳", "", ""], ["", "", "　1.与4名学困生结对辅导", "6月底前"],
    ]  # fmt: skip
    batch = read(组织承诺=FORM, 党员承诺=ROSTER, 一览=listed)
    assert rows(batch, "items", "pledger", "name", "due") == [
        ("党员", "李明", "6月底前"), ("党员", "李明", "12月底前"), ("党员", "王芳", "6月底前"),
    ]  # fmt: skip
    assert ("一览", "B1", "姓名", "name") in told(batch, "guessed_column")
    aside = batch.skipped[batch.skipped["sheet"] == "承诺事项"]
    assert aside[["row", "content"]].values.tolist() == [[2, "李明；一"], [5, "王芳；二"]]


MONTHS = [f"{number}月" for number in range(1, 13)]


@pytest.mark.parametrize("grouped", [False, True])
def test_a_ledger_with_a_column_for_each_month_keeps_them_beside_its_items(grouped):
    start = ["序号", "承诺人", "承诺事项", "完成时限"]
    headers = [[*start, "各月进展", *[""] * 11], [*[""] * 4, *MONTHS]] if grouped else [[*start, *MONTHS]]
    progress = ["已听3节", "√", "", "已听12节", *[""] * 8]
    batch = read(
        组织承诺=FORM, 党员承诺=ROSTER, 台账=[["承诺台账"], *headers, [1, "李明", "每周听课3节", "6月底前", *progress]]
    )
    assert rows(batch, "items", "name", "text", "due") == [("李明", "每周听课3节", "6月底前")]
    before = "各月进展：" if grouped else ""
    assert batch.extras[["header", "value"]].values.tolist() == [
        [f"{before}{month}", text] for month, text in zip(MONTHS, progress, strict=True) if text
    ]
    assert not told(batch, "guessed_column", "held_column")


def test_words_of_any_kind_are_not_a_list_that_ends_with_other():
    roster = [[*line, beside] for line, beside in zip(ROSTER, ["进展", "已听3节", "开始", "未动"], strict=True)]
    batch = read(
        组织承诺=FORM, 党员承诺=roster, 台账=[[*PLEDGES[0], "近况"], *([*line, "已听3节"] for line in PLEDGES[1:])]
    )
    assert rows(batch, "items", "publicity") == [("",)] * 3
    assert set(batch.extras["header"]) == {"进展", "近况"}


def test_a_hidden_tab_is_named_and_not_read_beside_one_that_is_shown():
    old = [
        HEADERS,
        [1, "钱进", "男", "1960-01", "汉族", "工友", "1985-07"],
        [2, "吴刚", "男", "1961-01", "汉族", "工友", "1985-07"],
    ]
    batch = read(hidden=["旧表"], 组织承诺=FORM, 党员=ROSTER, 承诺=PLEDGES, 旧表=old)
    assert rows(batch, "members", "name") == NAMES
    (basis,) = batch.changes.loc[batch.changes["tab"] == "旧表", "basis"]
    assert "已隐藏" in basis
    assert len(batch.skipped[batch.skipped["sheet"] == "旧表"]) == 2
    assert rows(read(hidden=["旧表"], 组织承诺=FORM, 承诺=PLEDGES, 旧表=old), "members", "name") == [
        ("钱进",),
        ("吴刚",),
    ]


def test_headers_in_a_merged_band_with_stars_are_known_by_their_own_words():
    band = [
        ["*序号", "党员基本情况", "", "", "公开承诺", ""],
        ["", "★姓名（必填）", "*性别", "★出生年月（必填，如1970-05）", "★承诺事项\n（必填）", "*完成时限（必填）"],
        [1, "李明", "男", "1970.05", "每周听课3节", "6月底前"], [2, "王芳", "女", "1982.11", "与4名学困生结对辅导", "6月30日前"],
    ]  # fmt: skip
    batch = read({"登记": ["A1:A2", "B1:D1", "E1:F1"]}, 组织承诺=FORM, 登记=band)
    assert rows(batch, "members", "name", "birth_month") == [("李明", "1970.05"), ("王芳", "1982.11")]
    assert rows(batch, "items", "name", "due") == [("李明", "6月底前"), ("王芳", "6月30日前")]


@pytest.mark.parametrize(
    "line",
    [
        ["填报单位：云溪一小", "", "", "2011年3月"],
        ["填报单位：", "云溪一小", "", "填表日期：", "3月28日"],
        ["单位：云溪一小", "", "填表人：李明", ""],
    ],
)
def test_a_line_that_says_whose_the_table_is_is_no_header(line):
    ledger = [
        line,
        ["序号", "姓名", "承诺内容", "完成时限", "备注"],
        *([n, *cells, "", ""] for n, cells in enumerate(NAMED, 1)),
    ]
    batch = read(组织承诺=FORM, 党员名册=ROSTER, 承诺台账=ledger)
    assert rows(batch, "items", "name", "text") == NAMED
    assert not batch.changes["found"].str.contains("单位|填表").any()
    assert ["承诺台账", "rest_of_sheet"] in batch.obscured[["sheet", "kind"]].values.tolist()
