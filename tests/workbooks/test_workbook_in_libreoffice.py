"""The standard workbook in a real client: opened, typed into, recalculated and saved by LibreOffice."""

import datetime as dt
from pathlib import Path
from typing import Any

import openpyxl
import pandas as pd
import pytest
from python_calamine import CalamineWorkbook

from pledgebatch.notice.periods import Period
from pledgebatch.schema.sheets import (
    HIDDEN_NAME,
    ITEMS,
    MEMBERS,
    OPINIONS,
    ORGANISATION,
    SELF_CHECK_NAME,
    SHEETS,
)
from pledgebatch.workbooks.form import FORM_ROWS
from pledgebatch.workbooks.self_check import COUNT, FIRST
from pledgebatch.workbooks.table import HEADER, START
from pledgebatch.workbooks.workbook import write_workbook
from tests import office

MARCH = Period(2011, 3)
ANSWERS = {"unit_code": "S1", "year": "2011", "period": "2011-03", "org_name": "云溪一小党支部"}
ROSTER = pd.DataFrame(
    [
        {"member_no": "1", "name": "李明", "sex": "男", "birth_month": "1970-05", "change": "在册"},
        {"member_no": "2", "name": "王芳", "sex": "", "birth_month": "", "change": "在册"},
        {"member_no": "3", "name": "赵强", "sex": "", "birth_month": "", "change": "去世"},
    ]
)
PHONE, LEGACY, CODE = (f"B{FORM_ROWS[key] + 1}" for key in ("phone", "legacy_answer", "unit_code"))
WANG, NEXT = START + 2, START + 4
"""Excel's rows of 王芳 and of the first blank line."""
TYPED = [
    (MEMBERS.name, f"D{WANG}", "1985.10"),
    (MEMBERS.name, f"C{WANG}", "女"),
    (MEMBERS.name, f"A{NEXT}", "4"),
    (MEMBERS.name, f"B{NEXT}", "买买提·艾力"),
    (MEMBERS.name, f"C{NEXT}", "男"),
    (ITEMS.name, f"A{START + 1}", "007"),
    (ITEMS.name, f"F{START + 1}", "3/5 的教室加装护眼灯"),
    (ITEMS.name, f"I{START + 1}", "6.30"),
    (OPINIONS.name, f"B{START + 1}", "2011-3-5"),
    (ORGANISATION.name, PHONE, "051985501234"),
    (ORGANISATION.name, LEGACY, "无"),
]
REFUSED = [
    (ORGANISATION.name, CODE, "S2"),
    (MEMBERS.name, f"A{HEADER + 1}", "编号"),
]


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The workbook as sent out."""
    office.require_office()
    path = tmp_path_factory.mktemp("office") / "承诺台账.xlsx"
    write_workbook(path, MARCH, ANSWERS, {"members": ROSTER})
    return path


@pytest.fixture(scope="module")
def filled(written: Path) -> tuple[Path, list[office.Entry]]:
    """The workbook typed into and saved, and what was refused."""
    saved = written.with_name("填好.xlsx")
    return saved, office.type_into(written, saved, TYPED + REFUSED)


def cells(path: Path, sheet: str) -> list[list[Any]]:
    return CalamineWorkbook.from_path(path).get_sheet_by_name(sheet).to_python(skip_empty_area=False)


def at(path: Path, sheet: str, cell: str) -> Any:
    row, column = openpyxl.utils.cell.coordinate_to_tuple(cell)
    return cells(path, sheet)[row - 1][column - 1]


def self_check(path: Path) -> dict[tuple[str, str], Any]:
    """The counts of the self-check by sheet and rule."""
    return {(line[0], line[3]): line[COUNT] for line in cells(path, SELF_CHECK_NAME)[FIRST:] if line[0]}


def test_what_is_typed_into_open_cells_arrives_unchanged(filled: tuple[Path, list[office.Entry]]) -> None:
    path, _ = filled
    arrived = {(sheet, cell): at(path, sheet, cell) for sheet, cell, _ in TYPED}
    assert arrived.pop((OPINIONS.name, f"B{START + 1}")) == dt.date(2011, 3, 5)  # a date cell makes a date of it
    assert arrived.pop((MEMBERS.name, f"A{NEXT}")) == 4
    assert arrived == {(sheet, cell): text for sheet, cell, text in TYPED if (sheet, cell) in arrived}


def test_what_is_locked_does_not_change(filled: tuple[Path, list[office.Entry]]) -> None:
    path, refused = filled
    assert refused == REFUSED
    assert at(path, ORGANISATION.name, CODE) == "S1"
    assert cells(path, MEMBERS.name)[HEADER] == [field.header for field in MEMBERS.fields]


def test_the_self_check_counts_what_was_typed(filled: tuple[Path, list[office.Entry]], written: Path) -> None:
    before, after = self_check(written), self_check(filled[0])
    assert (before["党员承诺", "MEM02"], after["党员承诺", "MEM02"]) == (1, 0)  # 王芳 now has a sex
    assert (before["党员承诺", "MEM03"], after["党员承诺", "MEM03"]) == (1, 1)  # 1985.10 for her; a new member has none
    assert (before["组织承诺", "ORG06"], after["组织承诺", "ORG06"]) == (1, 0)
    assert after["承诺事项", "ITM01"] == 0
    # A day alone is no row yet: the office may take it for a signature.
    assert after["征求意见", "FLD02"] == before["征求意见", "FLD02"]


def test_the_stored_self_check_is_what_libreoffice_calculates(written: Path) -> None:
    saved = written.with_name("重算.xlsx")
    office.recalculate(written, saved)
    assert self_check(saved) == self_check(written)


def test_dropdowns_protection_and_identity_survive(written: Path, filled: tuple[Path, list[office.Entry]]) -> None:
    before, after = openpyxl.load_workbook(written), openpyxl.load_workbook(filled[0])
    for sheet in SHEETS:
        lists = [
            sum(check.type == "list" for check in book[sheet.name].data_validations.dataValidation)
            for book in (before, after)
        ]
        assert lists[0] == lists[1]
        assert after[sheet.name].protection.sheet
    assert {row[0]: row[1] for row in cells(filled[0], HIDDEN_NAME)}["code"] == "S1"
    assert after[HIDDEN_NAME].sheet_state != "visible"


def test_a_saved_workbook_stays_small(filled: tuple[Path, list[office.Entry]]) -> None:
    """The room below the rows costs nothing, there as here."""
    assert len(cells(filled[0], MEMBERS.name)) < 600
    assert filled[0].stat().st_size < 300_000


def test_pages_print_no_blank_room(written: Path) -> None:
    """A pdf of the workbook has a few pages for each sheet, not one for each screen of blank lines."""
    pdf = office.convert(written, "pdf", written.parent)
    assert 0 < pdf.read_bytes().count(b"/Type/Page/") < 30
