"""The return of a workbook whose rows share a row of the branch's own file: each mark stands on the row it is about."""

import openpyxl
import pytest

import pledgebatch
from tests import books
from tests.intake.layouts.tabs import FORM, workbook

START = ["序号", "姓名", "性别", "出生年月"]
LI, WANG = [1, "李明", "男", "1970-05"], [2, "王芳", "女", "1982-11"]
TEXTS = ["每周听课3节", "接待家长来访4次", "资助学生1名"]


@pytest.fixture
def sent_back(tmp_path):
    """Consolidates a workbook of these tabs; gives its report, and the sheets of its return."""

    def send(**tabs):
        place = books.workspace(tmp_path / "w")
        path = place / "inbox" / "2011-03" / "一小.xlsx"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(workbook(组织承诺=FORM, **tabs))
        pledgebatch.consolidate(place, "2011-03", workers=0)
        (folder,) = (place / "output" / "2011-03" / "organisations").glob("S1_*")
        return (folder / "合规报告.html").read_text("utf-8"), openpyxl.load_workbook(folder / "退回修改.xlsx")

    return send


def column(sheet, header):
    (row,) = {cell.row for line in sheet.iter_rows(max_row=5) for cell in line if cell.value in ("姓名", "承诺事项")}
    return [line for line in sheet.iter_cols(min_row=row) if line[0].value == header]


def by_text(sheet, header, beside="承诺事项"):
    """By what stands in the column ``beside``, the cells of ``header``."""
    ((_, *keys),), ((_, *cells),) = column(sheet, beside), column(sheet, header)
    return {key.value: cell for key, cell in zip(keys, cells, strict=True) if key.value}


@pytest.mark.parametrize("wrong", [0, 1, 2])
def test_of_three_items_in_columns_the_one_with_the_wrong_deadline_is_marked(sent_back, wrong):
    days = ["2011-06-20", "2011-09-20", "2011-12-20"]
    days[wrong] = "明年再说"
    headers = [header + number for number in "一二三" for header in ("承诺事项", "完成时限")]
    cells = [cell for pair in zip(TEXTS, days, strict=True) for cell in pair]
    report, book = sent_back(党员=[[*START, *headers], [*LI, *cells], [*WANG, "与4名学困生结对辅导", "2011-06-30"]])
    due = by_text(book["承诺事项"], "完成时限")
    assert [text for text, cell in due.items() if cell.comment] == [TEXTS[wrong]]
    assert "明年再说" in due[TEXTS[wrong]].comment.text
    assert f"{'FHJ'[wrong]}2" in report


def test_an_item_in_a_column_without_a_deadline_of_its_own_is_marked_itself(sent_back):
    headers = ["承诺事项一", "完成时限一", "承诺事项二", "承诺事项三", "完成时限三"]
    cells = [TEXTS[0], "2011-06-20", "重病在家", TEXTS[2], "2011-12-20"]
    _, book = sent_back(党员=[[*START, *headers], [*LI, *cells]])
    due = by_text(book["承诺事项"], "完成时限")
    assert [text for text, cell in due.items() if cell.comment] == ["重病在家"]


def test_rows_of_two_tabs_keep_their_own_columns_and_marks(sent_back):
    headers = [*START, "车牌", "入党时间"]
    one, other = [*LI, "甲车", "1995-07"], [*WANG, "乙车", "那年"]
    report, book = sent_back(一组=[headers, one], 二组=[headers, other])
    sheet = book["党员承诺"]
    assert {name: cell.value for name, cell in by_text(sheet, "车牌", "姓名").items()} == {
        "李明": "甲车",
        "王芳": "乙车",
    }
    joined = by_text(sheet, "入党时间", "姓名")
    assert (joined["李明"].comment, "那年" in joined["王芳"].comment.text) == (None, True)
    assert "二组!F2" in report
