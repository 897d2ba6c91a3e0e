"""The one writer of workbooks: blank, prefilled, returned. Reopened with two readers, compared by value."""

import io
import time
import zipfile
from pathlib import Path
from typing import Any

import openpyxl
import pandas as pd
import pytest
from openpyxl.worksheet.worksheet import Worksheet
from python_calamine import CalamineWorkbook

from pledgebatch.notice.periods import Period, Stage, stages_due
from pledgebatch.schema.fields import Kind, Sheet
from pledgebatch.schema.frames import FINDING, frame
from pledgebatch.schema.kinds import understand
from pledgebatch.schema.sheets import (
    BOOK_OF_THE_OFFICE,
    BOOK_SHEETS,
    BY_KEY,
    GUIDE_NAME,
    HIDDEN_NAME,
    ITEMS,
    MEMBERS,
    ORGANISATION,
    REGISTRY,
    SELF_CHECK_NAME,
    TABLES,
    TEMPLATE_VERSION,
)
from pledgebatch.schema.states import Severity
from pledgebatch.workbooks.form import FORM_ROWS
from pledgebatch.workbooks.guide import EXAMPLES
from pledgebatch.workbooks.registry_book import write_registry
from pledgebatch.workbooks.rows import rows_of
from pledgebatch.workbooks.stages import when_due
from pledgebatch.workbooks.table import HEADER, SPARE, START, last_row
from pledgebatch.workbooks.workbook import write_workbook
from pledgebatch.xlsx.formats import PREFILLED_COLOUR, SEVERITY_COLOURS
from pledgebatch.xlsx.safe_text import CUT, LONGEST_CELL

MARCH = Period(2011, 3)
ANSWERS = {"unit_code": "S1", "year": "2011", "period": "2011-03", "org_name": "云溪一小党支部", "head": "李明"}
MEMBER = {"member_no": "1", "name": "李明", "sex": "男", "birth_month": "1985.10", "change": "在册"}
NASTY = (
    "=1+1",
    "http://x.example",
    "+cmd|' /C calc'!A0",
    "@SUM(1)",
    "-1",
    "<r><t>红</t></r>",
    "_x0041_",
    "007",
    " 空 格 ",
)
Book = openpyxl.Workbook


def made(answers: dict[str, str] | None = None, period: Period = MARCH, **more: Any) -> bytes:
    """The bytes of a workbook."""
    target = io.BytesIO()
    write_workbook(target, period, answers or {}, **more)
    return target.getvalue()


def opened(data: bytes) -> Book:
    return openpyxl.load_workbook(io.BytesIO(data))


def texts_of(data: bytes, sheet: str) -> list[list[Any]]:
    """The rows of a sheet as the second reader has them."""
    book = CalamineWorkbook.from_filelike(io.BytesIO(data))
    return book.get_sheet_by_name(sheet).to_python(skip_empty_area=False)


def rows(*members: dict[str, str]) -> dict[str, pd.DataFrame]:
    return {"members": pd.DataFrame(list(members), dtype="str")}


def column_of(sheet: Sheet, key: str) -> str:
    return openpyxl.utils.get_column_letter([field.key for field in sheet.fields].index(key) + 1)


def hidden_headers(page: Worksheet) -> set[str]:
    """The headers of folded columns; openpyxl groups equal neighbours."""
    hidden: set[str] = set()
    for dimension in page.column_dimensions.values():
        if dimension.hidden:
            assert dimension.outlineLevel == 1
            cells = page[HEADER + 1][dimension.min - 1 : dimension.max]
            hidden |= {str(cell.value) for cell in cells}
    return hidden


# The blank workbook


def test_sheets_stand_in_their_order_and_the_hidden_one_is_very_hidden() -> None:
    book = opened(made())
    assert book.sheetnames == [GUIDE_NAME, *(sheet.name for sheet in BOOK_SHEETS), SELF_CHECK_NAME, HIDDEN_NAME]
    states = {name: book[name].sheet_state for name in book.sheetnames}
    assert states.pop(HIDDEN_NAME) == "veryHidden"
    assert set(states.values()) == {"visible"}


def test_a_table_has_one_header_row_of_exactly_the_declared_headers_and_nothing_below() -> None:
    data = made()
    for sheet in TABLES:
        lines = texts_of(data, sheet.name)
        assert len(lines) == START
        assert lines[HEADER] == [field.header for field in sheet.fields]


def test_the_form_has_each_label_with_a_blank_answer_to_its_right() -> None:
    page = opened(made())[ORGANISATION.name]
    for field in ORGANISATION.fields:
        row = FORM_ROWS[field.key] + 1
        assert page.cell(row, 1).value == field.header
        assert page.cell(row, 2).value is None
        assert not page.cell(row, 2).protection.locked


def test_the_hidden_sheet_says_whose_and_for_when() -> None:
    page = opened(made(ANSWERS))[HIDDEN_NAME]
    shown = [(page.cell(row, 1).value, page.cell(row, 2).value) for row in (1, 2, 3)]
    assert shown == [("code", "S1"), ("period", "2011-03"), ("template_version", TEMPLATE_VERSION)]


def test_every_choice_has_its_dropdown_over_all_the_room() -> None:
    book = opened(made())
    named = {name: book.defined_names[name].value for name in book.defined_names if name.startswith("list_")}
    hidden = book[HIDDEN_NAME]
    for sheet in TABLES:
        found = {
            str(check.sqref).partition(":")[0]: check for check in book[sheet.name].data_validations.dataValidation
        }
        for field in sheet.fields:
            letter = column_of(sheet, field.key)
            if field.kind is not Kind.CHOICE:
                assert getattr(found.get(f"{letter}{START + 1}"), "type", None) != "list"
                continue
            check = found[f"{letter}{START + 1}"]
            assert str(check.sqref).endswith(f":{letter}{last_row(sheet, rows_of(sheet, None)) + 1}")
            # A set cannot be held by a list: it is offered, and nothing is said of what is not in it.
            assert check.type == "list"
            assert (check.errorStyle == "warning") == bool(check.showErrorMessage) == (not field.several)
            if check.formula1.startswith('"'):
                offered = check.formula1.strip('"').split(",")
            else:
                place = named[check.formula1].partition("!")[2].replace("$", "")
                offered = [cell.value for (cell,) in hidden[place]]
            assert tuple(offered) == field.choices


def test_choices_of_the_form_have_dropdowns_too() -> None:
    checks = opened(made())[ORGANISATION.name].data_validations.dataValidation
    listed = {str(check.sqref) for check in checks if check.type == "list"}
    assert listed == {f"B{FORM_ROWS[field.key] + 1}" for field in ORGANISATION.fields if field.choices}


def test_messages_keep_within_the_limits_of_excel() -> None:
    book = opened(made())
    for page in book:
        for check in page.data_validations.dataValidation:
            assert len(check.promptTitle or "") <= 32
            assert len(check.prompt or "") <= 255
            assert len(check.formula1 or "") <= 257


def test_a_cell_to_fill_in_keeps_what_is_typed() -> None:
    """A column for a month, a phone or a deadline is text, so that 1985.10 and 0519 keep their digits."""
    book = opened(made())

    def format_of(sheet: Sheet, key: str) -> str:
        return str(book[sheet.name].column_dimensions[column_of(sheet, key)].number_format)

    assert format_of(MEMBERS, "birth_month") == "@"
    assert format_of(ITEMS, "due") == "@"
    assert format_of(ITEMS, "item_no") == "@"
    assert format_of(ITEMS, "review_date") == "yyyy-mm-dd"
    assert book[ORGANISATION.name].cell(FORM_ROWS["phone"] + 1, 2).number_format == "@"


def test_what_is_not_to_be_filled_in_is_protected_without_a_password() -> None:
    book = opened(made(ANSWERS))
    for sheet in TABLES:
        page = book[sheet.name]
        assert page.protection.sheet
        assert page.protection.password is None
        assert page.cell(HEADER + 1, 1).protection.locked
        assert not page.column_dimensions["A"].protection.locked
    form = book[ORGANISATION.name]
    locked = {key for key, row in FORM_ROWS.items() if form.cell(row + 1, 2).protection.locked}
    assert locked == {"unit_code", "year", "period", "org_name"}  # head is the branch's own to correct
    assert form.cell(FORM_ROWS["unit_code"] + 1, 2).fill.fgColor.rgb == f"FF{PREFILLED_COLOUR[1:]}"


def test_pages_print_on_a4_with_headers_repeated_and_frozen() -> None:
    book = opened(made())
    for page in book:
        if page.title == HIDDEN_NAME:
            continue
        assert page.page_setup.paperSize == 9
        assert page.page_setup.fitToHeight == 0
        assert page.oddFooter.right.text == "第 &P 页，共 &N 页"
    assert book[ITEMS.name].page_setup.orientation == "landscape"
    assert book[ORGANISATION.name].page_setup.orientation == "portrait"
    assert book[ITEMS.name].freeze_panes == f"C{START + 1}"
    assert book[ITEMS.name].print_title_rows == f"${HEADER + 1}:${HEADER + 1}"


# Stages


@pytest.mark.parametrize(
    ("period", "folded", "shown"),
    [
        (Period(2010, 10), {"承诺方式", "本人签名", "年底自查"}, {"序号", "姓名"}),
        (Period(2011, 3), {"年底自查", "自查日期", "领导点评"}, {"承诺方式", "本人签名", "人员变动"}),
        (Period(2011, 12), set(), {"年底自查", "拟评选表彰"}),
    ],
)
def test_columns_of_a_stage_not_yet_due_are_folded_away(period: Period, folded: set[str], shown: set[str]) -> None:
    hidden = hidden_headers(opened(made(period=period))[MEMBERS.name])
    assert folded <= hidden
    assert not shown & hidden


def test_a_folded_column_that_holds_something_stays_in_sight() -> None:
    early = rows(MEMBER | {"self_check": "已提前自查"})
    assert "年底自查" not in hidden_headers(opened(made(rows=early))[MEMBERS.name])
    assert "自查日期" in hidden_headers(opened(made(rows=early))[MEMBERS.name])


def test_answers_of_a_stage_not_yet_due_are_folded_away_but_who_filled_it_in_is_always_asked() -> None:
    page = opened(made())[ORGANISATION.name]
    folded = {key for key, row in FORM_ROWS.items() if page.row_dimensions[row + 1].hidden}
    due = stages_due(MARCH)
    assert folded == {field.key for field in ORGANISATION.fields if field.required and field.required not in due}


def test_what_is_required_now_has_a_bold_header() -> None:
    page = opened(made())[MEMBERS.name]
    bold = {cell.value for cell in page[HEADER + 1] if cell.font.b}
    assert bold == {field.header for field in MEMBERS.fields if field.required in stages_due(MARCH)}


def test_the_guide_lists_what_is_required_from_which_stage() -> None:
    found = {str(line[0]): line for line in texts_of(made(), GUIDE_NAME)}
    assert found["年终"][1:3] == ["12月", "还不用填"]
    assert found["审查公开"][1:3] == ["3月起", "要填"]
    assert "《承诺事项》年终结果" in found["年终"][3]
    assert found["随时"][1] == "全年"
    assert when_due(Stage.PLEDGE, 2010, (3, 15)) == "11月起"
    assert when_due(Stage.HALF, 2011, (3, 15)) == "6月、12月"


def test_the_guide_shows_an_example_of_each_that_is_right_and_no_data() -> None:
    data = made()
    found = {str(line[0]): str(line[1]) for line in texts_of(data, GUIDE_NAME)}
    for sheet, example in EXAMPLES.items():
        for key, text in example.items():
            field, shown = sheet[key], text.format(year=2011)
            assert f"{field.header}：{shown}" in found[f"《{sheet.name}》"]
            assert understand(field, shown, 2011) is not None
            assert not field.choices or shown in field.choices
        assert {field.key for field in sheet.fields if field.required is Stage.ALWAYS} <= set(example)
        assert not any(texts_of(data, sheet.name)[START:])
    assert "填写示例" not in str(texts_of(made(ANSWERS, findings=frame(FINDING, [])), GUIDE_NAME))


# Texts of people


def test_prefilled_rows_come_back_as_they_were_given() -> None:
    data = made(ANSWERS, rows=rows(MEMBER, MEMBER | {"member_no": "2", "name": "张　三", "birth_month": ""}))
    first, second = texts_of(data, MEMBERS.name)[START:]
    given = dict(zip([field.key for field in MEMBERS.fields], first, strict=True))
    assert {key: given[key] for key in MEMBER} == MEMBER
    assert second[1] == "张　三"
    assert second[3] == ""
    form = opened(data)[ORGANISATION.name]
    assert form.cell(FORM_ROWS["period"] + 1, 2).value == "2011-03"


@pytest.mark.parametrize("text", NASTY)
def test_typed_text_stays_text(text: str) -> None:
    data = made(ANSWERS | {"org_name": text}, rows=rows(MEMBER | {"post": text}))
    assert texts_of(data, MEMBERS.name)[START][5] == text
    cell = opened(data)[MEMBERS.name].cell(START + 1, 6)
    assert (cell.data_type, cell.hyperlink) == ("s", None)
    with zipfile.ZipFile(io.BytesIO(data)) as parts:
        for name in parts.namelist():
            assert b"<hyperlink " not in parts.read(name)


def test_text_longer_than_a_cell_is_cut_and_says_so() -> None:
    data = made(rows=rows(MEMBER | {"post": "长" * 40_000}), answers={"self_check": "长" * 40_000})
    text = texts_of(data, MEMBERS.name)[START][5]
    assert len(text) == LONGEST_CELL
    assert text.endswith(CUT)
    assert opened(data)[ORGANISATION.name].cell(FORM_ROWS["self_check"] + 1, 2).value == text


def test_characters_that_xml_forbids_are_left_out() -> None:
    data = made({"head": "李\x00明\x1b"}, rows=rows(MEMBER | {"post": "教\x07师\ufffe\n二级"}))
    assert texts_of(data, MEMBERS.name)[START][5] == "教师\n二级"
    assert opened(data)[ORGANISATION.name].cell(FORM_ROWS["head"] + 1, 2).value == "李明"


def test_missing_columns_missing_values_and_no_rows_are_blank() -> None:
    frame_ = pd.DataFrame({"name": ["李明", None, float("nan")], "row": [4, 5, 6]})
    lines = texts_of(made(rows={"members": frame_, "items": pd.DataFrame()}), MEMBERS.name)
    assert [line[1] for line in lines[START:]] == ["李明"]


def test_formulas_are_ours_alone() -> None:
    book = opened(made(ANSWERS, rows=rows(MEMBER | {"post": "=1+1"})))
    for page in book:
        formulas = [cell.coordinate for line in page.iter_rows() for cell in line if cell.data_type == "f"]
        assert bool(formulas) == (page.title == SELF_CHECK_NAME)


# The marked-up return


def finding(
    sheet: str, row: int | None, field: str | None, severity: str, message: str, value: str = ""
) -> dict[str, Any]:
    return {
        "organisation": "S1", "file": "a.xlsx", "sheet": sheet, "row": row, "field": field, "cell": None, "rule": "X01",
        "clause": "-", "severity": severity, "value": value, "message": message,
    }  # fmt: skip


FINDINGS = frame(
    FINDING,
    [
        finding("党员承诺", 9, "birth_month", "warning", "入党时不满十八岁"),
        finding("党员承诺", 9, "birth_month", "error", "“85.13”不是年月", "85.13"),
        finding("党员承诺", 12, None, "notice", "请核对这一行"),
        finding("党员承诺", 99, "name", "error", "这一行不在本工作簿中"),
        finding("组织承诺", 5, "unit_code", "error", "编码与下发的不符", "=S2"),
        finding("组织承诺", 15, "self_check", "notice", "可以提前填写"),
        finding("征求意见", None, None, "error", "没有征求意见的记录"),
    ],
)


@pytest.fixture(scope="module")
def returned() -> bytes:
    members = rows(MEMBER, MEMBER | {"member_no": "2", "name": "王芳"}, MEMBER | {"member_no": "3", "name": "赵强"})
    members["members"]["row"] = [7, 9, 12]
    return made(ANSWERS, rows=members, findings=FINDINGS)


def colour(severity: Severity) -> str:
    return f"FF{SEVERITY_COLOURS[severity][1:]}"


def test_a_return_marks_the_cell_with_the_gravest_colour_and_one_note(returned: bytes) -> None:
    page = opened(returned)[MEMBERS.name]
    cell = page["D5"]  # row 9 of the branch's own file is the second row here
    assert cell.value == "1985.10"
    assert cell.fill.fgColor.rgb == colour(Severity.ERROR)
    assert cell.comment.text == "【警告】入党时不满十八岁\n【错误】“85.13”不是年月"
    assert page["B6"].fill.fgColor.rgb == colour(Severity.NOTICE)  # a finding about a row stands at its main field
    marked = {cell.coordinate for line in page.iter_rows() for cell in line if cell.comment}
    assert marked == {"D5", "B6"}


def test_a_return_can_be_mended_where_it_is_marked(returned: bytes) -> None:
    book = opened(returned)
    code = book[ORGANISATION.name].cell(FORM_ROWS["unit_code"] + 1, 2)
    assert code.value == "S1"
    assert not code.protection.locked
    assert not book[MEMBERS.name]["D5"].protection.locked
    row = FORM_ROWS["self_check"] + 1
    assert not book[ORGANISATION.name].row_dimensions[row].hidden
    assert book[HIDDEN_NAME]["B1"].value == "S1"


def test_a_return_begins_with_the_list_of_what_to_mend(returned: bytes) -> None:
    lines = texts_of(returned, GUIDE_NAME)
    start = next(number for number, line in enumerate(lines) if line[0] == "工作表") + 1
    listed = [tuple(line[:5]) for line in lines[start : start + len(FINDINGS)]]
    code = f"B{FORM_ROWS['unit_code'] + 1}"
    assert listed[0] == ("党员承诺", "D5", "错误", "“出生年月”：“85.13”不是年月", "85.13")
    assert ("组织承诺", code, "错误", "“组织编码”：编码与下发的不符", "=S2") in listed
    assert ("征求意见", "", "错误", "没有征求意见的记录", "") in listed
    assert ("党员承诺", "", "错误", "“姓名”：这一行不在本工作簿中", "") in listed
    assert [line[2] for line in listed] == ["错误"] * 4 + ["警告"] + ["提示"] * 2
    assert "错误 4 处、警告 1 处、提示 2 处" in lines[start - 2][0]
    link = opened(returned)[GUIDE_NAME].cell(start + 1, 2).hyperlink
    assert (link.location, link.target) == ("'党员承诺'!D5", None)


def test_what_has_one_cause_is_one_line_with_all_its_cells() -> None:
    three = {"members": pd.DataFrame([MEMBER | {"member_no": str(row), "sex": "", "row": row} for row in (4, 5, 6)])}
    found = [finding("党员承诺", row, "sex", "error", "“性别”未填写，请填：男、女") for row in (4, 5, 6)]
    data = made(ANSWERS, rows=three, findings=frame(FINDING, found))
    lines = texts_of(data, GUIDE_NAME)
    start = next(number for number, line in enumerate(lines) if line[0] == "工作表") + 1
    assert tuple(lines[start][:4]) == ("党员承诺", "C4–C6", "错误", "“性别”未填写，请填：男、女（共 3 处：C4–C6）")
    assert not lines[start + 1][0]
    assert "错误 3 处" in lines[start - 2][0]
    assert opened(data)[GUIDE_NAME].cell(start + 1, 2).hyperlink.location == "'党员承诺'!C4:C6"


def test_the_list_of_what_to_mend_is_as_high_as_its_words() -> None:
    found = finding(
        "承诺事项",
        7,
        "publicity",
        "error",
        "“公开形式”填的“口头通知”不能识别，请填：会议、文件、党务政务公开栏、报刊、网络、其他",
    )
    short = finding("承诺事项", 8, "text", "error", "没有填写")
    page = opened(made(ANSWERS, rows={}, findings=frame(FINDING, [found, short])))[GUIDE_NAME]
    places = {line[3].value: line[3].row for line in page.iter_rows(min_row=1, max_col=4)}
    assert page.row_dimensions[places[found["message"]]].height == 30
    assert page.row_dimensions[places["“承诺事项”：" + short["message"]]].height in (15, None)


def test_a_return_without_rows_or_findings_is_still_a_return() -> None:
    assert "退回修改" in texts_of(made(ANSWERS, findings=FINDINGS.head(0)), GUIDE_NAME)[0][0]


# Weight


def large() -> dict[str, pd.DataFrame]:
    """50 members and 150 items as a large organisation has them."""

    def column(kind: Kind, choices: tuple[str, ...], header: str, number: int, wide: bool) -> str:
        if choices:
            return choices[number % len(choices)]
        if kind is Kind.DATE:
            return f"2011-03-{number % 28 + 1:02d}"
        return (
            f"第{number}次走访学生家庭，解决{number * 7 % 13}个实际问题，{header}" if wide else f"{header}{number % 17}"
        )

    def table(key: str, count: int, fields: int) -> pd.DataFrame:
        return pd.DataFrame(
            {
                field.key: [column(field.kind, field.choices, field.header, n, field.width >= 20) for n in range(count)]
                for field in BY_KEY[key].fields[:fields]
            }
        )

    return {"members": table("members", 50, 26), "items": table("items", 150, 20)}


def test_a_workbook_is_light_and_its_bytes_repeat() -> None:
    """70 KB is the bound of a workbook as it is sent; here each long text of 50 members and 150 items is another."""
    full = large()
    data = made(ANSWERS, rows=full)
    assert len(made(ANSWERS)) < 46_000
    assert len(data) < 70_000
    assert data == made(ANSWERS, rows=full)
    with zipfile.ZipFile(io.BytesIO(data)) as parts:
        assert {info.date_time for info in parts.infolist()} == {(1980, 1, 1, 0, 0, 0)}


def test_a_workbook_takes_little_time() -> None:
    """About 30 ms on the slowest machine at hand; the bound is loose so that a busy one does not fail."""
    full = large()
    made(ANSWERS, rows=full)
    started = time.process_time()
    for _ in range(5):
        made(ANSWERS, rows=full)
    assert (time.process_time() - started) / 5 < 0.15


def test_rows_beyond_the_room_keep_their_dropdowns() -> None:
    many = pd.DataFrame({"member_no": [str(n) for n in range(900)], "name": ["李明"] * 900})
    data = made(rows={"members": many})
    ranges = [str(check.sqref) for check in opened(data)[MEMBERS.name].data_validations.dataValidation]
    assert f"C{START + 1}:C{START + 900 + SPARE}" in ranges


def test_it_writes_to_a_path_as_to_a_stream(tmp_path: Path) -> None:
    write_workbook(tmp_path / "a.xlsx", MARCH, ANSWERS)
    assert (tmp_path / "a.xlsx").read_bytes() == made(ANSWERS)


# The registry


def test_the_registry_is_blank_or_filled_with_dropdowns() -> None:
    target = io.BytesIO()
    registry = pd.DataFrame({"unit_code": ["007"], "org_name": ["=云溪"], "reports": ["是"]})
    write_registry(target, registry)
    book = opened(target.getvalue())
    assert book.sheetnames == [GUIDE_NAME, *(sheet.name for sheet in BOOK_OF_THE_OFFICE)]
    header, first = texts_of(target.getvalue(), REGISTRY.name)
    assert header == [field.header for field in REGISTRY.fields]
    assert first[:2] == ["007", "=云溪"]
    for other in BOOK_OF_THE_OFFICE[1:]:
        assert texts_of(target.getvalue(), other.name) == [[field.header for field in other.fields]]
    checks = {str(check.sqref)[0]: check for check in book[REGISTRY.name].data_validations.dataValidation}
    for field in REGISTRY.fields:
        if field.choices:
            assert checks[column_of(REGISTRY, field.key)].formula1.strip('"').split(",") == list(field.choices)
    blank = io.BytesIO()
    write_registry(blank)
    assert texts_of(blank.getvalue(), REGISTRY.name) == [header]
