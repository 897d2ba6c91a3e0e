"""Which column is which field, however its header is written; and what the tabs of a workbook are."""

import pytest

from pledgebatch.intake.forms import form_cells
from pledgebatch.intake.headers import match
from pledgebatch.intake.tables import table_cells
from pledgebatch.schema.sheets import BY_KEY, ITEMS, MEMBERS, ORGANISATION, SHEETS
from pledgebatch.schema.synonyms import synonyms
from pledgebatch.schema.texts import squeeze
from tests.intake.files import edited, take_in
from tests.intake.test_rows import HEADER, padded, rows_of, taken

NAME = "云溪一小党支部_承诺台账_201103__xlsx"


def with_header(sheet, header, written):
    cells = rows_of(sheet)
    cells[HEADER][cells[HEADER].index(header)] = written
    return cells


def told(placed):
    return [(change["kind"], change["header"], change.get("cell")) for change in placed.changes]


ABOUT = ["1.{}", "1、{}", "（1）{}", "①{}", "一、{}", "*{}", "★{}", "{}*", "{}：", "【{}】", "{}（必填）", "（必填）{}", "{}（请如实填写）", "{}\n（选填）",
         "{}\n如：见说明", "\ufeff{}", "{}\u200b"]  # fmt: skip


@pytest.mark.parametrize("about", ABOUT)
@pytest.mark.parametrize("sheet", [MEMBERS, ITEMS])
def test_what_stands_about_a_header_never_loses_it(sheet, about):
    cells = rows_of(sheet)
    cells[HEADER] = [about.format(header) for header in cells[HEADER]]
    placed = match(sheet, cells)
    assert (placed.changes, placed.extras) == ([], {})
    assert list(placed.columns) == [field.key for field in sheet.fields]


@pytest.mark.parametrize(
    ("header", "written"),
    [("姓名", "姓　名"), ("姓名", "姓 名"), ("出生年月", "出生\n年月"), ("出生年月", "出生年月（如1985-03）"), ("出生年月", "出生年月(年.月)"), ("姓名", "姓名\nName"),
     ("性别", "性别（男/女）"), ("本人签名", "本人签名（手写）")],
)  # fmt: skip
def test_a_header_in_other_spacing_or_with_a_remark_is_the_same(header, written):
    assert match(MEMBERS, with_header(MEMBERS, header, written)).changes == []


@pytest.mark.parametrize("word", ["党员姓名", "名字", "党员", "人员姓名", "2.党员姓名（必填）"])
def test_members_whose_name_stands_under_another_word_are_read(word):
    cells = with_header(MEMBERS, "姓名", word)
    assert told(match(MEMBERS, cells)) == [("renamed_column", "姓名", "B3")]
    assert list(taken(MEMBERS, cells).columns["name"]) == ["李明", "王芳", "赵强"]


@pytest.mark.parametrize(
    "word", ["配偶姓名", "姓名（配偶）", "介绍人", "家庭住址", "备注2", "审核人", "入团时间", "姓名拼音", "群众姓名"]
)
def test_a_word_that_nobody_knows_is_left_where_it_is(word):
    placed = match(MEMBERS, with_header(MEMBERS, "姓名", word))
    assert told(placed) == [("missing_column", "姓名", None)]
    assert placed.extras == {1: word}


def test_a_synonym_whose_cells_say_otherwise_is_named_and_left():
    cells = with_header(MEMBERS, "姓名", "党员")
    for line, word in zip(cells[HEADER + 1 :], ("是", "是", "否"), strict=True):
        line[1] = word
    placed = match(MEMBERS, cells)
    assert told(placed) == [("doubtful_column", "姓名", "B3")]
    assert placed.extras == {1: "党员"}


def test_of_two_columns_with_synonyms_neither_is_guessed_and_beside_the_standard_header_none_counts():
    more = ["", "", "党员姓名", "石敏", "方圆", "辛夷"]
    beside = [[*line, text] for line, text in zip(rows_of(MEMBERS), more, strict=True)]
    placed = match(MEMBERS, beside)
    assert (placed.changes, placed.columns["name"], placed.extras) == ([], 1, {len(MEMBERS.fields): "党员姓名"})
    beside[HEADER][1] = "名字"
    placed = match(MEMBERS, beside)
    assert told(placed) == [("doubtful_column", "姓名", "B3")]
    assert "name" not in placed.columns


NAMED_OTHERWISE = [sheet for sheet in SHEETS if synonyms(sheet.key)]
"""The sheets some of whose headers are known by other words."""


@pytest.mark.parametrize("key", [sheet.key for sheet in NAMED_OTHERWISE])
def test_every_synonym_names_a_field_and_is_no_header_of_its_sheet(key):
    sheet = BY_KEY[key]
    headers = {squeeze(field.header) for field in sheet.fields}
    for word, fields in synonyms(key).items():
        assert set(fields) <= set(sheet.by_key), word
        assert squeeze(word) not in headers, word


@pytest.mark.parametrize(
    "key", [sheet.key for sheet in NAMED_OTHERWISE if not sheet.form and sheet.key not in ("legacy", "assessments")]
)
def test_a_table_read_under_all_its_synonyms_says_the_same(key):
    sheet = BY_KEY[key]
    plain = taken(sheet, rows_of(sheet))
    for word, (field, *_) in synonyms(key).items():
        cells = with_header(sheet, sheet[field].header, word)
        placed = match(sheet, cells)
        assert told(placed)[0][:2] == ("renamed_column", sheet[field].header), word
        assert table_cells(sheet, placed, padded(cells)).columns[field] == plain.columns[field], word


@pytest.mark.parametrize(
    ("columns", "read"),
    [([["", "", ""], ["李明", "王芳", "赵强"]], 1), ([["李明", "", ""], ["李明", "王芳", "赵强"]], 1), ([["李明", "王芳", "赵强"]] * 2, 0),
     ([["李明", "王芳", "赵强"], ["石敏", "方圆", "辛夷"]], 0), ([["", "", ""], ["", "", ""], ["李明", "王芳", "赵强"]], 2)],
)  # fmt: skip
def test_a_header_that_stands_twice_is_named_once_and_the_fuller_column_is_read(columns, read):
    title, help_, header, *members = rows_of(MEMBERS)
    cells = [[*line, *[""] * (len(columns) - 1)] for line in (title, help_)]
    cells.append([header[0], *["姓名"] * len(columns), *header[2:]])
    cells += [[line[0], *names, *line[2:]] for line, names in zip(members, zip(*columns, strict=True), strict=True)]
    placed = match(MEMBERS, cells)
    assert placed.columns["name"] == 1 + read
    (change,) = placed.changes
    assert (change["kind"], change["found"]) == (
        "repeated_column",
        "、".join("BCD"[n] + "3" for n in range(len(columns))),
    )
    assert len(placed.extras) == len(columns) - 1


def test_what_stands_in_the_other_of_two_columns_is_read_where_the_fuller_one_is_blank():
    title, help_, header, *members = rows_of(MEMBERS)
    cells = [[*title, ""], [*help_, ""], [*header, "姓名"]]
    cells += [[members[0][0], "", *members[0][2:], "李明"], [*members[1], ""], [*members[2], "石敏"]]
    got = taken(MEMBERS, cells)
    assert list(got.columns["name"]) == ["李明", members[1][1], members[2][1]]
    assert cells[-1][-1] == "石敏"


def test_headers_in_two_lines_or_below_a_group_are_put_together():
    title, _, header, *members = rows_of(MEMBERS)
    upper, lower = list(header), [""] * len(header)
    at = header.index("党支部审定意见")
    upper[at : at + 3], lower[at : at + 3] = ["党支部审定", "", ""], ["意见", "盖章", "日期"]
    upper[3], lower[3] = "出生", "年月"
    placed = match(MEMBERS, [title, upper, lower, *members])
    assert (placed.changes, placed.extras, placed.header_row) == ([], {}, 2)
    title, _, header, *items = rows_of(ITEMS)
    at = header.index("审查：体现先进性")
    group = at * [""] + ["审查"] + (len(header) - at - 1) * [""]
    header[at : at + 5] = [text.split("：")[1] for text in header[at : at + 5]]
    assert match(ITEMS, [title, group, header, *items]).changes == []


FORM = rows_of(ORGANISATION)
ANSWERS = [
    (label, answer)
    for label, answer, _ in FORM[2:]
    if label and "阶段" not in label and label not in ("基本情况", "填表情况")
]
PLAIN = form_cells(match(ORGANISATION, FORM), FORM).columns
LAYOUTS = {
    "labels merged over two columns": [[line[0], "", *line[1:]] for line in FORM],
    "some labels merged": [[line[0], "", *line[1:]] if n % 3 else [*line, ""] for n, line in enumerate(FORM)],
    "moved by a column": [["", *line] for line in FORM],
    "numbered and starred": [[f"{n}. *{label}：", answer] for n, (label, answer) in enumerate(ANSWERS, 1)],
    "label and answer in one cell": [[f"{label}：{answer}"] for label, answer in ANSWERS],
    "two columns": [[*a, *b] for a, b in zip(ANSWERS[::2], ANSWERS[1::2], strict=True)],
    "answers below": [[line[at] for line in ANSWERS[n : n + 4]] for n in range(0, len(ANSWERS), 4) for at in (0, 1)],
}


@pytest.mark.parametrize("layout", LAYOUTS)
def test_the_answers_of_a_form_are_read_wherever_they_came_to_stand(layout):
    cells = padded(LAYOUTS[layout])
    placed = match(ORGANISATION, cells)
    answers = form_cells(placed, cells).columns
    assert placed.changes == []
    for key, (answer,) in PLAIN.items():
        assert answers[key] == [answer], key
        if answer:
            assert answer in cells[placed.rows[key]][placed.columns[key]]


def test_a_right_form_has_nothing_beside_its_answers_and_what_a_branch_adds_is_kept():
    assert match(ORGANISATION, FORM).beside == []
    cells = padded([*FORM, ["邮政编码", "213000"], ["", "另附照片"]])
    assert [(head, text) for _, head, text in match(ORGANISATION, cells).beside] == [
        ("邮政编码", "213000"), (f"（第 {len(cells)} 行）", "另附照片")
    ]  # fmt: skip


def test_a_label_in_another_word_is_read_where_its_answer_is_of_the_kind():
    cells = [
        ["负责人" if text == "党组织负责人" else "党员总数" if text == "党员人数" else text for text in line]
        for line in FORM
    ]
    placed = match(ORGANISATION, cells)
    assert [kind for kind, *_ in told(placed)] == ["renamed_column"] * 2
    assert form_cells(placed, cells).columns["head"] == ["李明"]
    cells[placed.rows["member_count"]][placed.columns["member_count"]] = "见名册"
    assert told(match(ORGANISATION, cells))[0][:2] == ("doubtful_column", "党员人数")


def test_every_tab_is_accounted_for_under_its_own_name(tmp_path):
    def edit(book):
        for number in range(43):
            book.create_sheet("附页").append([f"学生{number}", "三年级"]) if not number else book["附页"].append(
                [f"学生{number}"]
            )
        book.create_sheet("Sheet2")
        hidden = book.create_sheet("线索")
        hidden["B3"].value, hidden.sheet_state = "另有一件", "hidden"
        book.create_sheet("WpsReserved_CellImgList")["A1"].value = "x"
        book.create_chartsheet("图表")
        book.copy_worksheet(book["党员承诺"]).title = "党员承诺（副本）"

    batch = take_in(tmp_path, **{NAME: edited(edit)})
    counted = batch.rows_read.set_index("sheet")[["read", "blank"]].T.to_dict("list")
    assert {name: counted.get(name) for name in ("附页", "线索", "党员承诺（副本）", "党员承诺", "Sheet2", "图表")} == {
        "附页": [43, 0], "线索": [3, 2], "党员承诺（副本）": [3, 0], "党员承诺": [3, 0], "Sheet2": None, "图表": None
    }  # fmt: skip
    assert batch.skipped.groupby("sheet").size().to_dict() == {"附页": 43, "线索": 1, "党员承诺（副本）": 3}
    assert "另有一件" in batch.skipped["content"].tolist()
    assert batch.obscured.loc[batch.obscured["kind"] == "other_sheet", "value"].tolist() == [
        "附页（43 行）",
        "线索（1 行，已隐藏）",
    ]
