"""The return of a workbook whose rows share a row of the branch's own file: each mark stands on the row it is about."""

import openpyxl
import pandas as pd
import pytest

import pledgebatch
from tests import books
from tests.intake.layouts.tabs import FORM, workbook

START = ["序号", "姓名", "性别", "出生年月"]
LI, WANG = [1, "李明", "男", "1970-05"], [2, "王芳", "女", "1982-11"]
TEXTS = ["每周听课3节", "接待家长来访4次", "资助学生1名"]


def in_columns(wrong):
    """Three items beside each other, of which one has a deadline that cannot be understood."""
    days = ["2011-06-20", "2011-09-20", "2011-12-20"]
    days[wrong] = "明年再说"
    headers = [header + number for number in "一二三" for header in ("承诺事项", "完成时限")]
    cells = [cell for pair in zip(TEXTS, days, strict=True) for cell in pair]
    return {"党员": [[*START, *headers], [*LI, *cells], [*WANG, "与4名学困生结对辅导", "2011-06-30"]]}


WITHOUT_A_DEADLINE = {
    "党员": [
        [*START, "承诺事项一", "完成时限一", "承诺事项二", "承诺事项三", "完成时限三"],
        [*LI, TEXTS[0], "2011-06-20", "重病在家", TEXTS[2], "2011-12-20"],
    ]
}
IN_TWO_TABS = {
    tab: [[*START, "车牌", "入党时间"], [*who, *more]]
    for tab, who, more in (("一组", LI, ["甲车", "1995-07"]), ("二组", WANG, ["乙车", "那年"]))
}
SENT = {"S1": in_columns(0), "S2": in_columns(1), "S3": in_columns(2), "S4": WITHOUT_A_DEADLINE, "S5": IN_TWO_TABS}
"""The tabs that each organisation sent."""


@pytest.fixture(scope="module")
def output(tmp_path_factory):
    """The month of all of them."""
    superior, own = books.REGISTRY.iloc[:1], books.REGISTRY.iloc[1:2]
    names = {code: f"云溪{code}小党支部" for code in SENT}
    registered = [own.assign(unit_code=code, org_name=name, unit_name=name[:-3]) for code, name in names.items()]
    place = books.workspace(tmp_path_factory.mktemp("sent back") / "w", pd.concat([superior, *registered]))
    for code, tabs in SENT.items():
        form = dict(FORM) | {"组织编码": code, "党组织名称": names[code]}
        path = place / "inbox" / "2011-03" / f"{code}.xlsx"
        path.write_bytes(workbook(组织承诺=[list(line) for line in form.items()], **tabs))
    pledgebatch.consolidate(place, "2011-03", workers=0)
    return place / "output" / "2011-03"


@pytest.fixture
def sent_back(output):
    """Gives the report of one of them, and the sheets of its return."""

    def open_return(code):
        (folder,) = (output / "organisations").glob(f"{code}_*")
        return (folder / "合规报告.html").read_text("utf-8"), openpyxl.load_workbook(folder / "退回修改.xlsx")

    return open_return


def column(sheet, header):
    (row,) = {cell.row for line in sheet.iter_rows(max_row=5) for cell in line if cell.value in ("姓名", "承诺事项")}
    return [line for line in sheet.iter_cols(min_row=row) if line[0].value == header]


def by_text(sheet, header, beside="承诺事项"):
    """By what stands in the column ``beside``, the cells of ``header``."""
    ((_, *keys),), ((_, *cells),) = column(sheet, beside), column(sheet, header)
    return {key.value: cell for key, cell in zip(keys, cells, strict=True) if key.value}


@pytest.mark.parametrize(("wrong", "code"), [(0, "S1"), (1, "S2"), (2, "S3")])
def test_of_three_items_in_columns_the_one_with_the_wrong_deadline_is_marked(sent_back, wrong, code):
    report, book = sent_back(code)
    due = by_text(book["承诺事项"], "完成时限")
    assert [text for text, cell in due.items() if cell.comment] == [TEXTS[wrong]]
    assert "明年再说" in due[TEXTS[wrong]].comment.text
    assert f"{'FHJ'[wrong]}2" in report


def test_an_item_in_a_column_without_a_deadline_of_its_own_is_marked_itself(sent_back):
    _, book = sent_back("S4")
    due = by_text(book["承诺事项"], "完成时限")
    assert [text for text, cell in due.items() if cell.comment] == ["重病在家"]


def test_rows_of_two_tabs_keep_their_own_columns_and_marks(sent_back):
    report, book = sent_back("S5")
    sheet = book["党员承诺"]
    assert {name: cell.value for name, cell in by_text(sheet, "车牌", "姓名").items()} == {
        "李明": "甲车",
        "王芳": "乙车",
    }
    joined = by_text(sheet, "入党时间", "姓名")
    assert (joined["李明"].comment, "那年" in joined["王芳"].comment.text) == (None, True)
    assert "二组!F2" in report
