"""Workbooks laid out once and filled in many times: no one of them is told by another what it says."""

import hashlib
import io
import os
import subprocess
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pandas as pd
import pytest

from pledgebatch.notice.periods import Period
from pledgebatch.schema.frames import FINDING, frame
from pledgebatch.schema.sheets import ITEMS, MEMBERS, ORGANISATION
from pledgebatch.schema.states import Severity
from pledgebatch.workbooks.form import FORM_ROWS, HEADINGS
from pledgebatch.workbooks.workbook import write_workbook
from pledgebatch.xlsx.formats import Formats, new_book
from pledgebatch.xlsx.template import TemplateBook, copy_template, save_template
from pledgebatch.xlsx.writer import PlainBook

ROOT = Path(__file__).parents[2]
MARCH, JANUARY = Period(2011, 3), Period(2011, 1)
SECRET = "云溪一小的往来账目"


def prefilled() -> bytes:
    """A workbook with answers and rows, some of them settled."""
    items = pd.DataFrame({"item_no": ["Z1", "Z2"], "text": [SECRET, "办实事"], "settled": [True, False]})
    return made(MARCH, {"unit_code": "S1", "org_name": "云溪一小党支部"}, {"items": items})


def returned() -> bytes:
    """A return of another organisation, with colours and notes, and with what is not yet due told already."""
    members = pd.DataFrame({"row": [4, 5], "name": ["李明", "王芳"], "signed": ["是", "是"]})
    found = [
        {"sheet": sheet.name, "row": row, "field": field, "severity": severity, "message": "请核对", "value": "李明"}
        for sheet, row, field, severity in (
            (MEMBERS, 4, "name", Severity.ERROR),
            (MEMBERS, 5, "sex", Severity.NOTICE),
            (ORGANISATION, None, "phone", Severity.WARNING),
        )
    ]
    return made(
        JANUARY, {"unit_code": "S2", "phone": "5", "org_sealed": "是"}, {"members": members}, frame(FINDING, found)
    )


def made(
    period: Period,
    answers: dict[str, str],
    rows: dict[str, pd.DataFrame] | None = None,
    findings: pd.DataFrame | None = None,
) -> bytes:
    target = io.BytesIO()
    write_workbook(target, period, answers, rows, findings)
    return target.getvalue()


def opened(data: bytes) -> openpyxl.Workbook:
    return openpyxl.load_workbook(io.BytesIO(data))


@pytest.mark.parametrize("write", [prefilled, returned])
def test_the_bytes_do_not_depend_on_what_was_written_before(write: Callable[[], bytes]) -> None:
    first = write()
    for other in (prefilled, returned, lambda: made(MARCH, {})):
        other()
        assert write() == first
    script = "\n".join(
        ("import hashlib", "from tests.xlsx import test_template as books")
        + (f"print(hashlib.sha256(books.{write.__name__}()).hexdigest())",)
    )
    for seed in ("1", "2"):
        fresh = subprocess.run(
            [sys.executable, "-c", script],
            cwd=ROOT,
            env={**os.environ, "PYTHONHASHSEED": seed},
            capture_output=True,
            check=True,
            text=True,
        )
        assert fresh.stdout.strip() == hashlib.sha256(first).hexdigest()


def test_nothing_of_one_organisation_stands_in_the_workbook_of_the_next() -> None:
    first, blank = prefilled(), made(MARCH, {})
    for data, there in ((first, True), (blank, False)):
        with zipfile.ZipFile(io.BytesIO(data)) as book:
            assert (SECRET in "".join(book.read(name).decode() for name in book.namelist())) is there
    page = opened(blank)[ITEMS.name]
    assert {cell.value for row in page.iter_rows(min_row=4) for cell in row} <= {None}


def test_what_is_told_before_its_time_is_unfolded_in_that_workbook_alone() -> None:
    found, next_one = opened(returned())[ORGANISATION.name], opened(made(JANUARY, {}))[ORGANISATION.name]
    row = FORM_ROWS["org_sealed"]
    assert not found.row_dimensions[row + 1].hidden
    assert next_one.row_dimensions[row + 1].hidden
    signed = list(MEMBERS.by_key).index("signed")
    letter = openpyxl.utils.get_column_letter(signed + 1)
    pages = [opened(data)[MEMBERS.name] for data in (returned(), made(JANUARY, {}))]
    assert [letter in folded(page) for page in pages] == [False, True]


def folded(page: openpyxl.worksheet.worksheet.Worksheet) -> set[str]:
    groups = [each for each in page.column_dimensions.values() if each.hidden]
    return {openpyxl.utils.get_column_letter(n) for each in groups for n in range(each.min, each.max + 1)}


def test_a_form_without_anything_folded_shows_no_outline() -> None:
    every = dict.fromkeys(FORM_ROWS, "是")
    with zipfile.ZipFile(io.BytesIO(made(JANUARY, every))) as book:
        form, blank = (
            each.read("xl/worksheets/sheet2.xml").decode()
            for each in (book, zipfile.ZipFile(io.BytesIO(made(JANUARY, {}))))
        )
    assert "outlineLevel" in blank
    assert "outlineLevel" not in form
    assert not any(
        opened(made(JANUARY, every))[ORGANISATION.name].row_dimensions[row + 1].collapsed for row in HEADINGS
    )


def test_a_copy_filled_in_says_what_a_workbook_says_that_was_written_at_once() -> None:
    """Whatever is said anew of a settled row, cell or column holds; all else is as it was laid out."""

    def lay_out(book: PlainBook) -> Formats:
        formats, sheet = Formats(book), book.add_worksheet("表")
        sheet.set_row(0, 30, formats("title"))
        sheet.set_row(1, 20, None, {"level": 1, "hidden": True})
        sheet.write_string(0, 0, "题", formats("title"))
        sheet.write_string(1, 0, "旧", formats("label"))
        sheet.write_formula(2, 0, '=COUNTA(A1:A2)&"<&>"', formats("label"))
        sheet.data_validation(3, 0, 9, 0, {"validate": "list", "source": ["是", "否"]})
        sheet.conditional_format(
            "B4:B9", {"type": "formula", "criteria": "=B4>0", "format": formats("mark", bold=True)}
        )
        sheet.set_column(0, 0, 20, formats("cell"), {"level": 1, "hidden": True})
        return formats

    def fill_in(book: PlainBook, formats: Formats) -> None:
        sheet = book.get_worksheet_by_name("表")
        sheet.set_row(1, 40)
        sheet.write_string(1, 0, "新", formats("label", bold=True))
        sheet.write_comment(1, 0, "说明")

    at_once, filled = io.BytesIO(), io.BytesIO()
    book = new_book(at_once)
    formats = lay_out(book)
    fill_in(book, formats)
    sheet = book.get_worksheet_by_name("表")
    sheet.set_column(0, 0, 30, formats("cell"))
    sheet.write_formula(2, 0, '=COUNTA(A1:A2)&"<&>"', formats("label"), 7)
    sheet.write_string(3, 0, "甲", formats("cell"))
    sheet.write_blank(3, 1, None, formats("label"))
    book.close()

    book = new_book(None, TemplateBook)
    book, formats = copy_template(save_template(book, lay_out(book)), filled)
    fill_in(book, formats)
    sheet = book.get_worksheet_by_name("表")
    sheet.reset_columns()
    sheet.set_column(0, 0, 30, formats("cell"))
    sheet.set_result(2, 0, 7)
    contents = sheet.contents(["甲", ""], formats("cell"))
    sheet.write_below(3, {0: contents, 1: [sheet.blank(formats("label")), ""]}, {})
    book.close()

    one, other = (opened(target.getvalue())["表"] for target in (at_once, filled))
    assert one.dimensions == other.dimensions == "A1:B4"
    for row in range(1, 5):
        for column in (1, 2):
            a, b = (page.cell(row, column) for page in (one, other))
            assert a.value == b.value
            assert [*map(repr, (a.font, a.border))] == [*map(repr, (b.font, b.border))]
        heights = [(page.row_dimensions[row].height, page.row_dimensions[row].hidden) for page in (one, other)]
        assert heights[0] == heights[1]
    assert one["A2"].comment.text == other["A2"].comment.text
    parts = [zipfile.ZipFile(target) for target in (at_once, filled)]
    tails = [part.read("xl/worksheets/sheet1.xml").decode().partition("</sheetData>") for part in parts]
    assert tails[0][2] == tails[1][2]
    widths = [[(each.width, each.hidden) for each in page.column_dimensions.values()] for page in (one, other)]
    assert widths[0] == widths[1]
    assert "<v>7</v>" in tails[1][0]
