"""What goes out comes back the same: fill, read, return, read; and next month's workbook, read."""

import datetime as dt
import io
import tempfile
from pathlib import Path
from types import SimpleNamespace

import openpyxl
import pandas as pd
import pytest
import xlsxwriter
from hypothesis import Phase, given, settings
from hypothesis import strategies as st
from openpyxl.comments import Comment

from pledgebatch.intake.batch import read_batch
from pledgebatch.intake.find import arrivals
from pledgebatch.notice.parameters import Parameters
from pledgebatch.notice.periods import Period
from pledgebatch.publish.pledge_forms import forms_of
from pledgebatch.publish.returns import sort_by_file, write_return
from pledgebatch.schema.archive_tables import FRAMES
from pledgebatch.schema.fields import Kind
from pledgebatch.schema.frames import CORRECTED, LAST_KNOWN, OF_NO_SHEET, empty
from pledgebatch.schema.sheets import BY_KEY, ITEMS, MEMBERS, ORGANISATION, SHEETS
from pledgebatch.schema.words import in_words
from pledgebatch.workbooks.workbook import write_workbook
from tests import books
from tests.intake.files import edited

MARCH, JANUARY = Period(2011, 3), Period(2012, 1)
DAY = {"num_format": "yyyy-mm-dd"}


def book(rows, since_1904=False, merged=()):
    """A workbook with a form and the ``rows`` of tables by sheet key, cells of whatever type, as somebody else writes it."""
    made = io.BytesIO()
    with xlsxwriter.Workbook(made, {"date_1904": since_1904, "strings_to_formulas": False}) as out:
        day, text = out.add_format(DAY), out.add_format({"num_format": "@"})
        form = out.add_worksheet(ORGANISATION.name)
        head = {key: books.HEAD[key] for key in ("unit_code", "org_name", "period", "year")} | rows.get("form", {})
        for place, (key, cell) in enumerate(head.items()):
            form.write_string(place, 0, ORGANISATION[key].header)
            write(form, place, 1, cell, day, text)
        for key in ("members", "items", "records"):
            sheet = out.add_worksheet(BY_KEY[key].name)
            for column, field in enumerate(BY_KEY[key].fields):
                sheet.write_string(0, column, field.header)
                for place, row in enumerate(rows.get(key, []), 1):
                    write(sheet, place, column, row.get(field.key), day, text)
            for block in merged if key == "items" else ():
                sheet.merge_range(*block)
    return made.getvalue()


def write(sheet, row, column, cell, day, text):
    if isinstance(cell, dt.date):
        sheet.write_datetime(row, column, cell, day)
    elif isinstance(cell, bool):
        sheet.write_boolean(row, column, cell)
    elif isinstance(cell, int | float):
        sheet.write_number(row, column, cell, text)  # a number in a cell of text format
    elif cell is not None:
        sheet.write_string(row, column, cell, text)


def read(data, year=2011):
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "in.xlsx"
        path.write_bytes(data)
        batch = read_batch([(0, arrivals(path)[0])], year)
    assert batch.files["reason"].isna().all(), batch.files["reason"].tolist()
    return {
        key: rows.assign(organisation="S1", file="in.xlsx", set_aside=None, **{CORRECTED: None})
        for key, rows in batch.tables.items()
    }


def standing_in(period, tables):
    """As much of a month as a return is made from."""
    frames = {name: empty(FRAMES[name]) for name in ("findings", "answers", "decided", "submissions")}
    return SimpleNamespace(period=period, tables=tables, parameters=Parameters(), **frames)


def returned(tables, period=MARCH):
    tables = tables | {"last_known": empty(LAST_KNOWN), "extras": empty(OF_NO_SHEET["extras"])}
    month = standing_in(period, tables)
    made = io.BytesIO()
    write_return(month, sort_by_file(month), "in.xlsx", made)
    return made.getvalue()


def next_workbook(tables, period):
    texts = {key: pd.DataFrame({f.key: in_words(f, rows) for f in BY_KEY[key].fields}) for key, rows in tables.items()}
    answers = texts.pop(ORGANISATION.key).iloc[0].fillna("").to_dict() | {"period": str(period)}
    made = io.BytesIO()
    write_workbook(made, period, answers, texts)
    return made.getvalue()


def values(tables, but=()):
    """What was understood, sheet by sheet and field by field."""
    return {
        (sheet.key, field.key): tables[sheet.key][field.key].tolist()
        for sheet in SHEETS
        for field in sheet.fields
        if field.key not in but and len(tables[sheet.key])
    }


def same(expected, again):
    assert expected.keys() == again.keys()
    for place, cells in expected.items():
        pairs = zip(cells, again[place], strict=True)
        assert all((pd.isna(a) and pd.isna(b)) or a == b for a, b in pairs), (place, cells, again[place])


DAYS = st.dates(dt.date(1950, 1, 1), dt.date(2060, 12, 31))
FORMS = ("{0.year}-{0.month}-{0.day}", "{0.year}年{0.month}月{0.day}日", "{0.year}.{0.month}.{0.day}", "{0:%Y%m%d}", "{0:%y}.{0.month}.{0.day}",
         "{0.month}月{0.day}日", " {0.year}／{0.month}／{0.day} ", "{0:%Y-%m-%d} 08:30:00")  # fmt: skip
SERIALS = st.integers(20_000, 50_000)
DITTO = st.just("同上")
DATES = st.one_of(
    DAYS,
    st.builds(lambda day, form: form.format(day), DAYS, st.sampled_from(FORMS)),
    SERIALS, SERIALS.map(float), SERIALS.map(str), DAYS.map(lambda day: int(f"{day:%Y%m%d}")), DITTO,
)  # fmt: skip
MONTHS = st.one_of(
    DATES, st.sampled_from(("1985年3月", "85.3", "1985-03", "198503", "一九八五年三月")), st.just(1985.03), st.just(1985.1), st.just(198503),
)  # fmt: skip
DEADLINES = st.one_of(
    DATES,
    st.sampled_from(
        ("6月底前", "上半年", "第三季度", "全年", "明年3月", "七一前", "3月至6月", "年底", "2011年9月", "6.30")
    ),
    st.sampled_from((6.3, 2011.6, 201106, 40908, 12)),
)
WHOLE = st.one_of(
    st.integers(0, 5000), st.sampled_from((12.0, "30人", "三十", "１２", "1,200", "12.0", "约20人", True)), DITTO
)
TEXTS = st.one_of(
    st.text(st.characters(codec="utf-8", exclude_categories=("Cc", "Cs", "Cn")), max_size=30),
    st.sampled_from(("=1+1", "a\r\nb", "a\nb", "_x0041_", "'引号", "0012", "1-1", "TRUE", "NA", "null", "3.0", "1e5", '"')),
    st.integers(0, 99999), st.floats(0, 100), DAYS, DITTO,
)  # fmt: skip
NAMES = st.one_of(st.sampled_from(("张　三", "阿依古丽•买买提", "Anna  Lee", "欧阳 明", "A.B")), TEXTS)
CODES = st.one_of(st.sampled_from(("z－1", "３", 3.0, "3.0.0", "a 1", 12, "001")), TEXTS)
PHONES = st.sampled_from(
    (
        51985501234,
        "0519 85501234",
        13800000000,
        "+86 138 0000 0000",
        "85501234、13800000000",
        "400-123-4567",
        "（0519）85501234-12",
        "无",
        "同上",
    )
)
CHOICES = st.one_of(st.sampled_from(("√", "是", "有", "否", "X", "汉", "本科", "女 ", "书面。", True, False, 1)), DITTO)
CELLS = {
    Kind.DATE: DATES, Kind.MONTH: MONTHS, Kind.DEADLINE: DEADLINES, Kind.INTEGER: WHOLE, Kind.TEXT: TEXTS, Kind.PERSON: NAMES,
    Kind.CODE: CODES, Kind.PHONE: PHONES, Kind.CHOICE: CHOICES,
}  # fmt: skip
OFFICES = ("unit_code", "org_name", "period", "year")
"""Answers that the workbook itself is known by."""


def rows_of(sheet):
    """Rows in which every field but the first, which numbers them, holds anything."""
    number = sheet.fields[0].key
    row = st.fixed_dictionaries({f.key: st.none() | CELLS[f.kind] for f in sheet.fields if f.key != number})
    return st.lists(row, min_size=1, max_size=5).map(
        lambda rows: [{number: n if sheet is MEMBERS else f"Z{n}"} | row for n, row in enumerate(rows, 1)]
    )


FORM = st.fixed_dictionaries({f.key: st.none() | CELLS[f.kind] for f in ORGANISATION.fields if f.key not in OFFICES})


@settings(max_examples=12, deadline=None, phases=(Phase.explicit, Phase.generate), report_multiple_bugs=False)
@given(members=rows_of(MEMBERS), items=rows_of(ITEMS), form=FORM, since_1904=st.booleans())
def test_whatever_was_understood_comes_back_the_same(members, items, form, since_1904):
    reading = read(book({"members": members, "items": items, "form": form}, since_1904))
    same(values(reading), values(read(returned(reading))))
    same(values(reading, ("period",)), values(read(next_workbook(reading, JANUARY), 2012), ("period",)))


@pytest.mark.parametrize(
    ("key", "typed", "goes_out"),
    [
        ("due", 40908, "2011-12-31"),
        ("due", "6月底前", "6月底前"),
        ("due", 6.3, "6.3？"),
        ("due", dt.date(2011, 6, 30), "2011-06-30"),
        ("redo_by", 20110305, "20110305"),
        ("redo_by", 40607.0, "2011-03-05"),
        ("redo_by", "3月5日", "3月5日"),
        ("redo_by", "说不准", "说不准"),
        ("real_deed", "√", "√"),
        ("measures", " 每周一次 ", " 每周一次 "),
    ],
)
def test_what_would_be_understood_otherwise_goes_back_as_it_was_understood(key, typed, goes_out):
    reading = read(book({"items": [{"item_no": "Z1", "text": "每月学习", key: typed}]}))
    again = read(returned(reading))["items"]
    assert again[key + "_raw"].tolist() == [goes_out]
    same(values(reading), values(read(returned(reading))))


def test_what_says_the_same_as_the_cell_above_goes_back_in_full():
    first = {"item_no": "Z1", "text": "每月学习", "due": 40908, "measures": "列入校历", "responsible": "李 明"}
    second = {"item_no": "Z2", "text": "每周听课", "due": "同上", "measures": "〃", "responsible": "同前"}
    again = read(returned(read(book({"items": [first, second]}))))["items"]
    for key, found in (("due_raw", "2011-12-31"), ("measures_raw", "列入校历"), ("responsible_raw", "李明")):
        assert again[key].tolist()[1] == found


def test_cells_merged_down_a_column_go_back_one_by_one():
    column = [field.key for field in ITEMS.fields].index("due")
    rows = [{"item_no": f"Z{n}", "text": f"每月第{n}次"} for n in (1, 2, 3)]
    reading = read(book({"items": rows}, merged=[(1, column, 3, column, "6月底前")]))
    assert read(returned(reading))["items"]["due_raw"].tolist() == ["6月底前"] * 3


def test_a_day_without_a_year_stays_in_its_year():
    reading = read(book({"items": [{"item_no": "Z1", "text": "每月学习", "due": "6月底前", "redo_by": "3月5日"}]}))
    january = read(next_workbook(reading, JANUARY), 2012)["items"]
    assert january["due"].dt.year.tolist() == january["redo_by"].dt.year.tolist() == [2011]


def test_the_form_for_the_wall_prints_what_was_understood():
    head = {"org_date": 40610, "year": "二〇一一"}
    item = {"item_no": "Z1", "pledger": "组织", "text": "每月学习", "due": 40908}
    reading = read(book({"items": [item], "form": head}))
    (form,) = forms_of(reading, "S1", MARCH)[0]
    assert form.texts["org_date"] == "2011-03-08"
    assert form.items[0].endswith("（完成时限：2011-12-31）")


def test_every_kind_is_tried():
    assert set(CELLS) == {field.kind for sheet in SHEETS for field in sheet.fields}


def with_own_columns(book):
    sheet = book["承诺事项"]
    last = sheet.max_column
    sheet.cell(3, last + 1).value = "经费（元）"
    sheet.cell(4, last + 1).value = "0012"
    sheet.cell(6, last + 1).value = "=1+1"
    sheet.cell(5, last + 2).value = "没有表头的一栏"
    sheet["I4"].comment = Comment("等招标", "周敏")


def test_a_branchs_own_column_is_in_its_return_and_comes_back_as_the_same():
    made = edited(with_own_columns)
    with tempfile.TemporaryDirectory() as folder:
        found, again = read_extras(folder, made), None
        own_columns = {"extras": found.assign(file="in.xlsx", organisation="S1"), "last_known": empty(LAST_KNOWN)}
        month = standing_in(MARCH, read(made) | own_columns)
        out = io.BytesIO()
        write_return(month, sort_by_file(month), "in.xlsx", out)
        again = read_extras(folder, out.getvalue())
    own = found[~found["header"].str.startswith("批注")]
    assert own["value"].tolist()[0] == "0012"
    pairs = ["sheet", "row", "header", "value"]
    assert again[pairs].values.tolist() == own[pairs].values.tolist()
    page = openpyxl.load_workbook(io.BytesIO(out.getvalue()))["承诺事项"]
    place = next(cell for cell in page[3] if cell.value == "经费（元）")
    assert place.column == len(ITEMS.fields) + 1
    assert not page.cell(4, place.column).protection.locked
    assert page.cell(4, place.column).data_type == "s"


def read_extras(folder, data):
    path = Path(folder) / "in.xlsx"
    path.write_bytes(data)
    return read_batch([(0, arrivals(path)[0])], 2011).extras
