"""Real input: LibreOffice opens a workbook of ``templates``, types as a person does, and the ledger holds it all."""

from pathlib import Path

import openpyxl
import pytest
from python_calamine import CalamineWorkbook
from xlsxwriter.utility import xl_rowcol_to_cell

import pledgebatch
from pledgebatch.publish.ledger_views import NAMES
from pledgebatch.schema.fields import Field, Kind, Sheet
from pledgebatch.schema.kinds import RAW
from pledgebatch.schema.sheets import ITEMS, MEMBERS, OPINIONS, ORGANISATION
from pledgebatch.workbooks.form import FORM_ROWS
from pledgebatch.workbooks.table import START
from tests import books, office, quick_months

ANSWERS = {"member_count": ("2人", 2), "head": ("李　明", "李明"), "phone": ("051985501234", "0519-85501234")}
ROWS = {
    MEMBERS: [
        {
            "member_no": ("1", 1), "name": ("李　明", "李明"), "sex": ("男", "男"), "birth_month": ("1970年5月", "1970-05"),
            "ethnicity": ("汉", "汉族"), "post": ("校长", "校长"), "joined_month": ("95.7", "1995-07"),
            "education": ("本科", "大学本科"), "is_leader": ("√", "是"),
        },
        {
            "member_no": ("2", 2), "name": ("买买提•艾力", "买买提·艾力"), "sex": ("女", "女"),
            "birth_month": ("１９８５．１０", "1985-10"), "joined_month": ("二〇〇六年七月", "2006-07"),
        },
    ],
    ITEMS: [
        {"item_no": ("001", "001"), "text": ("3/5 的教室加装护眼灯", "3/5 的教室加装护眼灯"), "due": ("6月底前", "2011-06-30")},
        {"item_no": ("=2", "=2"), "text": ("=1+1", "=1+1"), "due": ("第三季度", "2011-09-30")},
    ],
    OPINIONS: [{"opinion_no": ("Y1", "Y1"), "date": ("2011-3-5", "2011-03-05"), "attendance": ("20", 20), "opinion": ("加装雨棚", "加装雨棚")}],
}  # fmt: skip
"""What is typed, and what the ledger then says."""


@pytest.fixture(scope="module")
def month(tmp_path_factory: pytest.TempPathFactory) -> tuple[pledgebatch.Month, Path]:
    office.require_office()
    workspace = books.workspace(tmp_path_factory.mktemp("typed"))
    made = pledgebatch.make_templates(workspace, "2011-03", workers=0)
    file = made.loc[made["organisation"] == "S1", "file"].iloc[0]
    plain, questioned = [], []
    for sheet, lines in {ORGANISATION: [ANSWERS], **ROWS}.items():
        for row, line in enumerate(lines, START + 1):
            for key, (typed, _) in line.items():
                entry = (sheet.name, _cell(sheet, key, row), typed)
                (questioned if _is_questioned(sheet[key], typed) else plain).append(entry)
    template, sent = (workspace / folder / "2011-03" / file for folder in ("input_templates", "inbox"))
    assert office.type_into(template, sent, plain) == []
    for entry in questioned:  # a LibreOffice without a screen survives one question, seldom two
        assert office.type_into(sent, sent, [entry]) == []
    with quick_months.asking():
        return pledgebatch.consolidate(workspace, "2011-03", workers=0), workspace


def _cell(sheet: Sheet, key: str, row: int) -> str:
    column = 1 if sheet.form else list(sheet.by_key).index(key)
    return xl_rowcol_to_cell(FORM_ROWS[key] if sheet.form else row - 1, column)


def _is_questioned(field: Field, typed: str) -> bool:
    """Whether the workbook's own validation asks if that is meant."""
    return bool(field.choices and typed not in field.choices) or (field.kind is Kind.INTEGER and not typed.isdigit())


def test_every_value_typed_is_in_the_ledger(month: tuple[pledgebatch.Month, Path]) -> None:
    """In the frames, as typed, and in the ledger workbook, as understood."""
    told, workspace = month
    form = told.tables[ORGANISATION.key].iloc[0]
    assert {key: form[key] for key in ANSWERS} == {key: value for key, (_, value) in ANSWERS.items()}
    path = workspace / "output" / "2011-03" / "汇总台账_2011-03.xlsx"
    book = openpyxl.load_workbook(path)
    for sheet, lines in ROWS.items():
        table = told.tables[sheet.key]
        assert table["set_aside"].isna().all()
        ledger = book[NAMES[sheet.key]]
        columns = {cell.value: cell.column for cell in ledger[1]}
        for number, line in enumerate(lines):
            for key, (typed, value) in line.items():
                raw = table[key + RAW].iloc[number]
                # A date cell makes a date of what is typed, and a whole-number cell a number.
                assert raw in (typed, str(value)), (sheet.name, key)
                shown = ledger.cell(number + 2, columns[sheet[key].header]).value
                shown = f"{shown:%Y-%m-%d}" if hasattr(shown, "year") else shown
                assert shown == value, (sheet.name, key)


def test_nothing_typed_became_live(month: tuple[pledgebatch.Month, Path]) -> None:
    _, workspace = month
    path = workspace / "output" / "2011-03" / "汇总台账_2011-03.xlsx"
    book = openpyxl.load_workbook(path)
    assert not any(cell.data_type == "f" for sheet in book for row in sheet.iter_rows() for cell in row)
    assert "=1+1" in {
        cell for row in CalamineWorkbook.from_path(path).get_sheet_by_name("承诺事项台账").to_python() for cell in row
    }
