"""How people type: each tolerance of docs/tolerances.md, by an example."""

import datetime as dt
from pathlib import Path

import pytest
from openpyxl.utils import get_column_letter

from pledgebatch.schema.sheets import ITEMS
from tests.intake.files import edited, take_in, with_part

NAME = "云溪一小党支部_承诺台账_201103__xlsx"


def taken(tmp_path, edit):
    return take_in(tmp_path, **{NAME: edited(edit)})


def skipped(batch):
    return batch.skipped[["sheet", "row", "reason"]].values.tolist()


def test_a_subtotal_at_the_end_is_no_member(tmp_path):
    def edit(book):
        sheet = book["党员承诺"]
        sheet["A7"].value, sheet["B7"].value = "合计", "3人"

    batch = taken(tmp_path, edit)
    assert skipped(batch) == [["党员承诺", 7, "合计行"]]
    assert batch.skipped["content"][0] == "序号：合计；姓名：3人"
    assert batch.tables["members"]["name"].tolist() == ["李明", "王芳", "赵强"]
    counted = batch.rows_read.set_index("sheet").loc["党员承诺"]
    assert (counted["read"], counted["blank"]) == (4, 0)


def test_a_word_of_a_subtotal_in_the_middle_stays_a_row(tmp_path):
    def edit(book):
        book["承诺事项"]["F5"].value = "合计"

    assert skipped(taken(tmp_path, edit)) == []


def test_a_sample_left_in_at_the_beginning_is_no_item(tmp_path):
    def edit(book):
        sheet = book["承诺事项"]
        sheet.insert_rows(4)
        sheet["A4"].value, sheet["F4"].value = "示例", "每月上一次党课"

    batch = taken(tmp_path, edit)
    assert skipped(batch) == [["承诺事项", 4, "示例行"]]
    assert len(batch.tables["items"]) == 9


@pytest.mark.parametrize("ditto", ["同上", "〃", '"'])
def test_ditto_is_understood_as_the_cell_above_and_shown_as_typed(tmp_path, ditto):
    def edit(book):
        for place in ("I5", "I6", "J5"):
            book["承诺事项"][place].value = ditto

    items = taken(tmp_path, edit).tables["items"]
    assert items["due_raw"].tolist()[:3] == ["2011-12-20", ditto, ditto]
    assert items["due"].dt.strftime("%Y-%m-%d").tolist()[:3] == ["2011-12-20"] * 3
    assert items["virtue"][1] == items["virtue"][0]


def test_ditto_below_a_truth_is_that_truth_whatever_number_stands_above(tmp_path):
    column = get_column_letter([field.key for field in ITEMS.fields].index("real_deed") + 1)

    def tick(book):
        for row, cell in enumerate((1, "同上", True, "同上"), 4):
            book["承诺事项"][f"{column}{row}"].value = cell

    items = taken(tmp_path, tick).tables["items"]
    assert items["real_deed_raw"].tolist()[:4] == ["1", "同上", "TRUE", "同上"]
    assert items["real_deed"].fillna("").tolist()[:4] == ["", "", "是", "是"]


def test_ditto_in_the_first_row_means_nothing(tmp_path):
    def edit(book):
        book["承诺事项"]["I4"].value = "同上"

    items = taken(tmp_path, edit).tables["items"]
    assert (items["due_raw"][0], items["due"].isna()[0]) == ("同上", True)


def test_rows_of_a_second_sheet_of_the_same_kind_are_set_aside_and_named(tmp_path):
    def edit(book):
        book.copy_worksheet(book["承诺事项"]).title = "承诺事项(2)"
        book["承诺事项(2)"].delete_rows(6, 100)

    batch = taken(tmp_path, edit)
    assert skipped(batch) == [["承诺事项(2)", row, "填在另一张“承诺事项(2)”中"] for row in (4, 5)]
    assert batch.obscured["value"].tolist() == ["承诺事项(2)”（2 行）与“承诺事项"]
    assert batch.rows_read.set_index("sheet")["read"][["承诺事项", "承诺事项(2)"]].tolist() == [9, 2]


def test_of_two_sheets_of_the_same_kind_the_fuller_is_read(tmp_path):
    def edit(book):
        book.copy_worksheet(book["承诺事项"]).title = "承诺事项（新）"
        book["承诺事项"].delete_rows(4, 100)

    batch = taken(tmp_path, edit)
    assert len(batch.tables["items"]) == 9
    assert batch.obscured.empty


def test_a_table_without_any_header_is_set_aside_row_by_row(tmp_path):
    def edit(book):
        book["遗留问题"].delete_rows(1, 3)
        book["遗留问题"]["B1"].value = "操场没有照明"

    batch = taken(tmp_path, edit)
    assert skipped(batch) == [["遗留问题", 1, "找不到表头，不知道各栏是什么"]]


def test_what_stands_under_no_header_is_kept(tmp_path):
    def edit(book):
        book["承诺事项"]["F3"].value = None

    batch = taken(tmp_path, edit)
    assert set(batch.extras["header"]) == {"（F 列，无表头）"}
    assert len(batch.extras) == 9
    assert batch.changes["header"].tolist() == ["承诺事项"]


def test_days_counted_from_1904(tmp_path):
    def edit(book):
        book["党员承诺"]["N4"].value = 39141
        book["承诺事项"]["I4"].value = dt.datetime(2011, 12, 20)

    plain = take_in(tmp_path / "plain", **{NAME: edited(edit)})
    data = with_part(
        "xl/workbook.xml", lambda text: text.replace(b"<workbookPr", b'<workbookPr date1904="1"'), edited(edit)
    )
    batch = take_in(tmp_path / "in1904", **{NAME: data})
    for sheet, key in (("members", "oral_study_date"), ("items", "due")):
        shift = batch.tables[sheet][key][0] - plain.tables[sheet][key][0]
        assert shift == dt.timedelta(days=1462), key


def test_dates_in_the_built_in_formats_of_chinese_excel(tmp_path):
    def edit(book):
        for place in ("I4", "I5"):
            book["承诺事项"][place].value = 40714
        book["承诺事项"]["I4"]._style.numFmtId = 31

    items = taken(tmp_path, edit).tables["items"]
    assert items["due"].dt.strftime("%Y-%m-%d").tolist()[:2] == ["2011-06-20"] * 2


def test_an_earlier_version_is_read_with_its_own_headers(tmp_path):
    def edit(book):
        for row in book["_pledgebatch"].iter_rows(max_col=2):
            if row[0].value == "template_version":
                row[1].value = "0.9"
        book["承诺事项"]["F3"].value, book["承诺事项"]["I3"].value = "承诺内容", "完成期限"
        del book["遗留问题"]

    batch = taken(tmp_path, edit)
    assert batch.changes.empty
    assert batch.tables["items"]["text"].notna().all()
    assert batch.files["template_version"].tolist() == ["0.9"]


def test_every_tolerance_named_by_the_document_has_an_example_here():
    told = (Path(__file__).parents[2] / "docs" / "tolerances.md").read_text("utf-8")
    tests = "".join(file.read_text("utf-8") for file in Path(__file__).parents[1].rglob("test_*.py"))
    rows = [line for line in told.splitlines() if line.startswith("| ")]
    named = [line.rpartition("`")[0].rpartition("`")[2] for line in rows if "`" in line]
    assert len(named) > 20
    assert [name for name in named if f"def {name}(" not in tests] == []


def test_an_openpyxl_save_of_a_right_workbook_changes_nothing(tmp_path):
    batch = taken(tmp_path, lambda book: None)
    assert [len(each) for each in (batch.obscured, batch.changes, batch.skipped)] == [0, 0, 0]
