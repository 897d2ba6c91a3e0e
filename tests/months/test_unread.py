"""What could not be read is not gone and not passed: its last known values stand wherever something goes out."""

import shutil
from dataclasses import replace

import openpyxl
import pandas as pd
import pytest

import pledgebatch
from pledgebatch.months.archive import Ledgers, read_figures
from pledgebatch.notice.periods import Period
from pledgebatch.pipeline.make_forms import make_forms
from pledgebatch.pipeline.workspace import Workspace
from pledgebatch.publish.figures import changes, count_figures
from pledgebatch.schema.states import Verdict
from pledgebatch.workbooks.marks import RECALLED
from tests import books, quick_months
from tests.months.test_rolling import NOTHING, cells, report, send_back, send_out

FEBRUARY, MARCH, APRIL = "2011-02", "2011-03", "2011-04"
GREY = "FF" + RECALLED["font_color"][1:]


def headless(book):
    """姓名 of the roster stands under the header of another column."""
    book["党员承诺"]["B3"] = "介绍人"


def undated(book):
    book["承诺事项"].delete_cols(headers(book["承诺事项"])["完成时限"])


def unheard(book):
    del book["征求意见"]


def unnumbered(book):
    book["承诺事项"].delete_cols(1)


def nameless(book):
    """All rows are set aside, though every column is there."""
    for row in range(4, 4 + len(books.MEMBERS)):
        book["党员承诺"].cell(row, 2).value = None


def headers(sheet):
    return {cell.value: cell.column for cell in sheet[3]}


def sent(place, period, *edits, whole=False, **more):
    """Consolidate the month in which S1 sent a workbook that somebody edited; ``whole`` with all that people open."""
    path = place / "inbox" / period / "一小.xlsx"
    books.write(path, {"period": period, "year": period[:4]}, period=period, **more)
    book = openpyxl.load_workbook(path)
    for edit in edits:
        edit(book)
    book.save(path)
    return pledgebatch.consolidate(place, period, workers=0) if whole else quick_months.consolidate(place, period)


def moved(month):
    return month.movements[["since", "sheet", "kind", "field"]].fillna("").values.tolist()


def column(path, sheet, header):
    page = openpyxl.load_workbook(path)[sheet]
    at = headers(page)[header]
    return [page.cell(row, at) for row in range(4, page.max_row + 1) if page.cell(row, at).value]


def returned(place, period):
    (path,) = (place / "output" / period / "organisations").glob("S1_*/退回修改.xlsx")
    return path


ALONE = books.REGISTRY[books.REGISTRY["unit_code"] != "S2"]
"""A registry in which the first school is the only one that reports."""


@pytest.fixture
def new(tmp_path):
    return books.workspace(tmp_path / "w", ALONE)


@pytest.fixture(scope="module")
def february(tmp_path_factory):
    """February was read whole."""
    place = books.workspace(tmp_path_factory.mktemp("february") / "w", ALONE)
    report(place, FEBRUARY)
    return place


@pytest.fixture
def place(february, tmp_path):
    return shutil.copytree(february, tmp_path / "w")


@pytest.fixture(scope="module")
def missed(february, tmp_path_factory):
    """In March roster, deadlines and opinions could not be read."""
    place = shutil.copytree(february, tmp_path_factory.mktemp("missed") / "w")
    return place, sent(place, MARCH, headless, undated, unheard, whole=True)


def test_a_roster_under_a_strange_header_is_neither_gone_nor_in_the_counts(missed):
    _, month = missed
    assert moved(month) == [
        [FEBRUARY, "承诺事项", "unread", "due"], [FEBRUARY, "党员承诺", "unread", ""], [FEBRUARY, "征求意见", "unread", ""],
    ]  # fmt: skip
    covered = month.coverage.set_index("organisation").loc["S1"]
    assert covered[["members", "written", "oral"]].isna().all()
    assert covered["items"] == len(books.ITEMS)
    assert month.tables["members"]["set_aside"].notna().all()
    assert month.tables["items"]["due"].isna().all()


def test_next_months_workbook_and_the_return_say_what_was_last_known(missed):
    place, _ = missed
    for path in (send_out(place, APRIL), returned(place, MARCH)):
        names = column(path, "党员承诺", "姓名")
        assert [cell.value for cell in names] == ["李明", "王芳", "赵强"]
        assert {cell.font.color.rgb for cell in names} == {GREY}
        assert len(column(path, "承诺事项", "完成时限")) == len(books.ITEMS)
        assert [cell.value for cell in column(path, "征求意见", "意见编号")] == ["Y1"]
        book = openpyxl.load_workbook(path)
        assert FEBRUARY in book["党员承诺"]["B3"].comment.text
        assert book["承诺事项"]["F3"].comment is None
        assert {cell.font.color and cell.font.color.rgb for cell in column(path, "承诺事项", "承诺事项")} != {GREY}


def test_the_forms_say_it_too_and_say_so(missed):
    place, _ = missed
    make_forms(Workspace(place), Period.parse(MARCH), count=0)
    (page,) = (place / "forms" / MARCH).glob("S1_*/承诺书_存档.html")
    text = page.read_text("utf-8")
    assert "王芳" in text
    assert "完成时限：2011-12-20" in text
    assert "上次已知、本月未读到" in text


def test_no_clause_that_rests_on_it_is_passed(missed):
    _, month = missed
    verdicts = month.verdicts[month.verdicts["organisation"] == "S1"].set_index("clause")["verdict"]
    for clause in ("附件2", "附件1", "三", "四", "五.1", "五.2"):
        assert verdicts[clause] == Verdict.NOT_EVALUATED, clause
    assert verdicts["五.5"] == Verdict.FAILED
    assert set(month.findings.loc[month.findings["severity"] == "error", "rule"]) == {"FIL01"}


def test_the_page_says_not_read_where_nothing_is_known(missed):
    place, _ = missed
    (page,) = (place / "output" / MARCH / "supervisors").glob("*/一页通.html")
    text = page.read_text("utf-8")
    assert "没有空白点" not in text
    assert "云溪一小党支部（《党员承诺》、《征求意见》、《承诺事项》的“完成时限”）" in text
    assert "比上月 -3" not in text
    assert "未读到</td>" in (place / "output" / MARCH / "index.html").read_text("utf-8")


def test_the_month_after_compares_with_the_last_month_in_which_it_was_read(missed):
    place, _ = missed
    changed = books.changed(books.ITEMS, 0, due="2011-11-20")
    month = report(place, APRIL, {"member_count": "2"}, ("TRK05", "TRK07"), members=books.MEMBERS[1:], items=changed)
    assert [each[1:] for each in moved(month)] == [
        ["组织承诺", "changed", "member_count"], ["党员承诺", "gone", ""], ["承诺事项", "changed", "due"],
    ]  # fmt: skip
    found = month.findings.set_index("rule")["message"]
    assert "李明" in found["TRK07"]
    assert "2011-12-20" in found["TRK05"]


def test_what_was_last_known_lasts_over_several_months(new):
    report(new, "2011-01")
    for period in (FEBRUARY, MARCH):
        month = sent(new, period, headless, undated)
        assert {each[0] for each in moved(month)} == {"2011-01"}
    april = send_out(new, APRIL)
    assert [cell.value for cell in column(april, "党员承诺", "姓名")] == ["李明", "王芳", "赵强"]
    again = send_back(new, APRIL, april)
    assert again.movements.empty
    assert again.coverage.set_index("organisation").loc["S1", "members"] == len(books.MEMBERS)


def test_a_column_of_numbers_that_is_missing_leaves_rows_known_by_their_words(place):
    month = sent(place, MARCH, unnumbered)
    assert moved(month) == [[FEBRUARY, "承诺事项", "unread", "item_no"]]
    numbers = [cell.value for cell in column(send_out(place, APRIL), "承诺事项", "事项编号")]
    assert numbers == [row["item_no"] for row in books.ITEMS]


def test_rows_that_were_all_set_aside_go_back_once_each(place):
    month = sent(place, MARCH, nameless, whole=True)
    assert moved(month) == [[FEBRUARY, "党员承诺", "unread", ""]]
    rows = cells(returned(place, MARCH), "党员承诺")[1:]
    assert [row[0] for row in rows] == ["1", "2", "3"]
    assert [cell.value for cell in column(send_out(place, APRIL), "党员承诺", "姓名")] == ["李明", "王芳", "赵强"]


def test_a_nil_return_keeps_unread_what_was_unread(place):
    sent(place, MARCH, headless, undated)
    month = report(place, APRIL, {"nil_return": "是"}, **NOTHING)
    assert month.coverage.set_index("organisation").loc["S1"]["members"] is pd.NA
    assert month.tables["items"]["due_raw"].isna().all()
    assert {each[2] for each in moved(month)} == {"unread"}
    may = send_out(place, "2011-05")
    assert len(column(may, "党员承诺", "姓名")) == len(books.MEMBERS)
    assert len(column(may, "承诺事项", "完成时限")) == len(books.ITEMS)


def test_into_a_new_year_goes_of_it_what_goes_of_everything(new):
    report(new, "2010-11")
    sent(new, "2010-12", headless)
    january = send_out(new, "2011-01")
    assert [cell.value for cell in column(january, "党员承诺", "姓名")] == ["李明", "王芳", "赵强"]
    assert column(january, "党员承诺", "签名日期") == []
    month = sent(new, "2011-01", headless)
    assert month.tables["last_known"]["since"].unique().tolist() == ["2010-11"]


def test_an_answer_of_the_form_that_is_missing_stands_as_last_known(place):
    def without_telephone(book):
        form = book["组织承诺"]
        row = next(cell.row for cell in form["A"] if cell.value == "群众监督电话")
        form.delete_rows(row)

    month = sent(place, MARCH, without_telephone)
    assert moved(month) == [[FEBRUARY, "组织承诺", "unread", "supervision_contact"]]
    form = {row[0].value: row for row in openpyxl.load_workbook(send_out(place, APRIL))["组织承诺"].iter_rows()}
    assert form["群众监督电话"][1].value == books.HEAD["supervision_contact"]
    assert FEBRUARY in form["群众监督电话"][0].comment.text


def test_a_workbook_without_its_form_is_a_report_all_the_same(place):
    def formless(book):
        del book["组织承诺"]

    month = sent(place, MARCH, formless, members=books.changed(books.MEMBERS, 1, post="语文教师"))
    assert moved(month) == [[FEBRUARY, "组织承诺", "unread", ""]]
    april = send_out(place, APRIL)
    assert [cell.value for cell in column(april, "党员承诺", "职务或职业")] == ["校长", "语文教师", "无"]
    form = {row[0].value: row[1].value for row in openpyxl.load_workbook(april)["组织承诺"].iter_rows()}
    assert form["群众监督电话"] == books.HEAD["supervision_contact"]


def test_a_month_of_which_nothing_could_be_read_is_not_compared_in_the_figures(tmp_path):
    """The other school has two members more; that is the change, not the three who could not be read."""
    new = books.workspace(tmp_path / "w")
    second = {"unit_code": "S2", "org_name": "云溪二小党支部", "unit_name": "云溪二小", "relation": "指导"}
    for period, count in ((FEBRUARY, 1), (MARCH, 3)):
        inbox = new / "inbox" / period
        books.write(inbox / "二小.xlsx", second | {"period": period}, books.MEMBERS[:count], [], period=period)
    report(new, FEBRUARY)
    month = sent(new, MARCH, headless)
    said = count_figures(replace(month, before=read_figures(new / "output" / FEBRUARY)))
    assert (said.members, said.unread) == (3, 1)
    assert changes(said)["在册党员"] == "比上月 +2（未读到的不比）"
    assert changes(said)["承诺事项"] == "与上月持平（未读到的不比）"
    assert changes(said)["已报组织"] == "与上月持平"


def test_nothing_is_said_of_what_was_never_known(new):
    month = sent(new, MARCH, headless, unheard)
    assert month.movements.empty
    assert month.tables["last_known"].empty
    assert set(month.tables["unread"]["sheet"]) == {"members", "opinions"}
    assert moved(report(new, APRIL)) == []  # the roster is read for the first time: nobody came


def test_a_month_made_before_this_was_known_is_read_as_it_stands(place):
    for name in ("unread.parquet", "last_known.parquet", "digests.json"):
        (place / "output" / FEBRUARY / "data" / name).unlink()
    assert Ledgers(place / "output", Period.parse(FEBRUARY))["unread"].empty
    assert moved(sent(place, MARCH, headless)) == [[FEBRUARY, "党员承诺", "unread", ""]]
