"""What could not be read is not gone and not passed: its last known values stand wherever something goes out."""

import shutil
from dataclasses import replace
from types import SimpleNamespace

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
from tests.months.schools import NOTHING, cells, name_of, of, send, send_back, send_out, state, workspace

NOVEMBER, DECEMBER, JANUARY, FEBRUARY, MARCH, APRIL, MAY = (
    "2010-11", "2010-12", "2011-01", "2011-02", "2011-03", "2011-04", "2011-05",
)  # fmt: skip
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


def without_telephone(book):
    form = book["组织承诺"]
    form.delete_rows(next(cell.row for cell in form["A"] if cell.value == "群众监督电话"))


def formless(book):
    del book["组织承诺"]


def send_edited(place, period, code, *edits, **more):
    """A school sends a workbook that somebody edited."""
    path = send(place, period, code, **more)
    book = openpyxl.load_workbook(path)
    for edit in edits:
        edit(book)
    book.save(path)


def moved(month, code):
    return of(month.movements, code)[["since", "sheet", "kind", "field"]].fillna("").values.tolist()


def column(path, sheet, header):
    page = openpyxl.load_workbook(path)[sheet]
    at = headers(page)[header]
    return [page.cell(row, at) for row in range(4, page.max_row + 1) if page.cell(row, at).value]


def returned(place, period, code):
    (path,) = (place / "output" / period / "organisations").glob(f"{code}_*/退回修改.xlsx")
    return path


MISSED, UNNUMBERED, NAMELESS, SILENT, FORMLESS, NIL, NEW, LONG, LAST_YEAR = (f"S{number}" for number in range(1, 10))
"""Of whom in March roster, deadlines and opinions could not be read; the numbers of the items; the names; a telephone; the
form; of whom then a nil return came; who had never reported; of whom nothing was read for two months; who began last year."""


@pytest.fixture(scope="module")
def year(tmp_path_factory):
    """What was sent out and what the months came to, each school with its own story; March with all that people open."""
    place = workspace(
        tmp_path_factory.mktemp("unread") / "w",
        MISSED, UNNUMBERED, NAMELESS, SILENT, FORMLESS, NIL, NEW, LONG, LAST_YEAR, apart=MISSED,
    )  # fmt: skip
    months, sent = {}, {}

    def consolidate(period, *asked):
        months[period] = quick_months.consolidate(place, period, *asked)

    send(place, NOVEMBER, LAST_YEAR)
    consolidate(NOVEMBER)
    send_edited(place, DECEMBER, LAST_YEAR, headless)
    consolidate(DECEMBER)
    sent[JANUARY] = send_out(place, JANUARY)
    send_edited(place, JANUARY, LAST_YEAR, headless)
    send(place, JANUARY, LONG)
    consolidate(JANUARY)

    for code in (MISSED, UNNUMBERED, NAMELESS, SILENT, FORMLESS, NIL):
        send(place, FEBRUARY, code)
    send_edited(place, FEBRUARY, LONG, headless, undated)
    consolidate(FEBRUARY)

    send_edited(place, MARCH, MISSED, headless, undated, unheard)
    send_edited(place, MARCH, UNNUMBERED, unnumbered)
    send_edited(place, MARCH, NAMELESS, nameless)
    send_edited(place, MARCH, SILENT, without_telephone)
    send_edited(place, MARCH, FORMLESS, formless, members=books.changed(books.MEMBERS, 1, post="语文教师"))
    send_edited(place, MARCH, NIL, headless, undated)
    send_edited(place, MARCH, NEW, headless, unheard)
    send_edited(place, MARCH, LONG, headless, undated)
    months[MARCH] = pledgebatch.consolidate(place, MARCH, workers=0)
    sent[APRIL] = send_out(place, APRIL)

    changed = books.changed(books.ITEMS, 0, due="2011-11-20")
    send(place, APRIL, MISSED, {"member_count": "2"}, members=books.MEMBERS[1:], items=changed)
    send(place, APRIL, NIL, {"nil_return": "是"}, **NOTHING)
    send(place, APRIL, NEW)
    send_back(place, APRIL, sent[APRIL][LONG])
    consolidate(APRIL, "TRK05", "TRK07")
    sent[MAY] = send_out(place, MAY)
    return SimpleNamespace(place=place, months=months, sent=sent)


def test_a_roster_under_a_strange_header_is_neither_gone_nor_in_the_counts(year):
    month = year.months[MARCH]
    assert moved(month, MISSED) == [
        [FEBRUARY, "承诺事项", "unread", "due"], [FEBRUARY, "党员承诺", "unread", ""], [FEBRUARY, "征求意见", "unread", ""],
    ]  # fmt: skip
    covered = state(month, MISSED)
    assert covered[["members", "written", "oral"]].isna().all()
    assert covered["items"] == len(books.ITEMS)
    assert of(month.tables["members"], MISSED)["set_aside"].notna().all()
    assert of(month.tables["items"], MISSED)["due"].isna().all()


def test_next_months_workbook_and_the_return_say_what_was_last_known(year):
    for path in (year.sent[APRIL][MISSED], returned(year.place, MARCH, MISSED)):
        names = column(path, "党员承诺", "姓名")
        assert [cell.value for cell in names] == ["李明", "王芳", "赵强"]
        assert {cell.font.color.rgb for cell in names} == {GREY}
        assert len(column(path, "承诺事项", "完成时限")) == len(books.ITEMS)
        assert [cell.value for cell in column(path, "征求意见", "意见编号")] == ["Y1"]
        book = openpyxl.load_workbook(path)
        assert FEBRUARY in book["党员承诺"]["B3"].comment.text
        assert book["承诺事项"]["F3"].comment is None
        assert {cell.font.color and cell.font.color.rgb for cell in column(path, "承诺事项", "承诺事项")} != {GREY}


def test_the_forms_say_it_too_and_say_so(year):
    make_forms(Workspace(year.place), Period.parse(MARCH), count=0)
    (page,) = (year.place / "forms" / MARCH).glob(f"{MISSED}_*/承诺书_存档.html")
    text = page.read_text("utf-8")
    assert "王芳" in text
    assert "完成时限：2011-12-20" in text
    assert "上次已知、本月未读到" in text


def test_no_clause_that_rests_on_it_is_passed(year):
    month = year.months[MARCH]
    verdicts = of(month.verdicts, MISSED).set_index("clause")["verdict"]
    for clause in ("附件2", "附件1", "三", "四", "五.1", "五.2"):
        assert verdicts[clause] == Verdict.NOT_EVALUATED, clause
    assert verdicts["五.5"] == Verdict.FAILED
    found = of(month.findings, MISSED)
    assert set(found.loc[found["severity"] == "error", "rule"]) == {"FIL01"}


def test_the_page_says_not_read_where_nothing_is_known(year):
    (page,) = (year.place / "output" / MARCH / "supervisors").glob("P1_*/一页通.html")
    text = page.read_text("utf-8")
    assert "没有空白点" not in text
    assert f"{name_of(MISSED)}（《党员承诺》、《征求意见》、《承诺事项》的“完成时限”）" in text
    assert "比上月 -3" not in text
    assert "未读到</td>" in (year.place / "output" / MARCH / "index.html").read_text("utf-8")


def test_the_month_after_compares_with_the_last_month_in_which_it_was_read(year):
    month = year.months[APRIL]
    assert [each[1:] for each in moved(month, MISSED)] == [
        ["组织承诺", "changed", "member_count"], ["党员承诺", "gone", ""], ["承诺事项", "changed", "due"],
    ]  # fmt: skip
    found = of(month.findings, MISSED).set_index("rule")["message"]
    assert "李明" in found["TRK07"]
    assert "2011-12-20" in found["TRK05"]


def test_what_was_last_known_lasts_over_several_months(year):
    for period in (FEBRUARY, MARCH):
        assert {each[0] for each in moved(year.months[period], LONG)} == {JANUARY}
    april = year.sent[APRIL][LONG]
    assert [cell.value for cell in column(april, "党员承诺", "姓名")] == ["李明", "王芳", "赵强"]
    again = year.months[APRIL]
    assert moved(again, LONG) == []
    assert state(again, LONG)["members"] == len(books.MEMBERS)


def test_a_column_of_numbers_that_is_missing_leaves_rows_known_by_their_words(year):
    assert moved(year.months[MARCH], UNNUMBERED) == [[FEBRUARY, "承诺事项", "unread", "item_no"]]
    numbers = [cell.value for cell in column(year.sent[APRIL][UNNUMBERED], "承诺事项", "事项编号")]
    assert numbers == [row["item_no"] for row in books.ITEMS]


def test_rows_that_were_all_set_aside_go_back_once_each(year):
    assert moved(year.months[MARCH], NAMELESS) == [[FEBRUARY, "党员承诺", "unread", ""]]
    rows = cells(returned(year.place, MARCH, NAMELESS), "党员承诺")[1:]
    assert [row[0] for row in rows] == ["1", "2", "3"]
    april = year.sent[APRIL][NAMELESS]
    assert [cell.value for cell in column(april, "党员承诺", "姓名")] == ["李明", "王芳", "赵强"]


def test_a_nil_return_keeps_unread_what_was_unread(year):
    month = year.months[APRIL]
    assert state(month, NIL)["members"] is pd.NA
    assert of(month.tables["items"], NIL)["due_raw"].isna().all()
    assert {each[2] for each in moved(month, NIL)} == {"unread"}
    may = year.sent[MAY][NIL]
    assert len(column(may, "党员承诺", "姓名")) == len(books.MEMBERS)
    assert len(column(may, "承诺事项", "完成时限")) == len(books.ITEMS)


def test_into_a_new_year_goes_of_it_what_goes_of_everything(year):
    january = year.sent[JANUARY][LAST_YEAR]
    assert [cell.value for cell in column(january, "党员承诺", "姓名")] == ["李明", "王芳", "赵强"]
    assert column(january, "党员承诺", "签名日期") == []
    known = of(year.months[JANUARY].tables["last_known"], LAST_YEAR)
    assert known["since"].unique().tolist() == [NOVEMBER]


def test_an_answer_of_the_form_that_is_missing_stands_as_last_known(year):
    assert moved(year.months[MARCH], SILENT) == [[FEBRUARY, "组织承诺", "unread", "supervision_contact"]]
    april = openpyxl.load_workbook(year.sent[APRIL][SILENT])
    form = {row[0].value: row for row in april["组织承诺"].iter_rows()}
    assert form["群众监督电话"][1].value == books.HEAD["supervision_contact"]
    assert FEBRUARY in form["群众监督电话"][0].comment.text


def test_a_workbook_without_its_form_is_a_report_all_the_same(year):
    assert moved(year.months[MARCH], FORMLESS) == [[FEBRUARY, "组织承诺", "unread", ""]]
    april = year.sent[APRIL][FORMLESS]
    assert [cell.value for cell in column(april, "党员承诺", "职务或职业")] == ["校长", "语文教师", "无"]
    form = {row[0].value: row[1].value for row in openpyxl.load_workbook(april)["组织承诺"].iter_rows()}
    assert form["群众监督电话"] == books.HEAD["supervision_contact"]


def test_nothing_is_said_of_what_was_never_known(year):
    month = year.months[MARCH]
    assert moved(month, NEW) == []
    assert of(month.tables["last_known"], NEW).empty
    assert set(of(month.tables["unread"], NEW)["sheet"]) == {"members", "opinions"}
    assert moved(year.months[APRIL], NEW) == []  # the roster is read for the first time: nobody came


@pytest.fixture(scope="module")
def two(tmp_path_factory):
    """Of the first school nothing of the roster can be read in March; the second has two members more than in February."""
    place = workspace(tmp_path_factory.mktemp("two") / "w", "S1", "S2")
    for period, count in ((FEBRUARY, 1), (MARCH, 3)):
        send(place, period, "S2", members=books.MEMBERS[:count], items=[])
    send(place, FEBRUARY, "S1")
    send_edited(place, MARCH, "S1", headless)
    quick_months.consolidate(place, FEBRUARY)
    return place, quick_months.consolidate(place, MARCH)


def test_a_month_of_which_nothing_could_be_read_is_not_compared_in_the_figures(two):
    """The other school has two members more; that is the change, not the three who could not be read."""
    place, month = two
    said = count_figures(replace(month, before=read_figures(place / "output" / FEBRUARY)))
    assert (said.members, said.unread) == (3, 1)
    assert changes(said)["在册党员"] == "比上月 +2（未读到的不比）"
    assert changes(said)["承诺事项"] == "与上月持平（未读到的不比）"
    assert changes(said)["已报组织"] == "与上月持平"


def test_a_month_made_before_this_was_known_is_read_as_it_stands(two, tmp_path):
    place = shutil.copytree(two[0], tmp_path / "w")
    for name in ("unread.parquet", "last_known.parquet", "digests.json"):
        (place / "output" / FEBRUARY / "data" / name).unlink()
    assert Ledgers(place / "output", Period.parse(FEBRUARY))["unread"].empty
    month = quick_months.consolidate(place, MARCH)
    assert moved(month, "S1") == [[FEBRUARY, "党员承诺", "unread", ""]]
