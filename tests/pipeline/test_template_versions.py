"""Workbooks of version 1 in months of version 2, and the other way round: nothing is lost, and nobody is blamed."""

from pathlib import Path

import openpyxl
import pandas as pd
import pytest

import pledgebatch
from pledgebatch.notice.periods import Period
from pledgebatch.pipeline.check import check
from pledgebatch.schema.sheets import BY_KEY
from pledgebatch.schema.versions import VERSIONS
from tests import books, quick_months

NAME = "云溪一小党支部_承诺台账_{}.xlsx"
SAID = [
    {"said_no": "Q1", "date": "2011-03-18", "channel": "意见箱、电话", "item_no": "Z3", "said": "候雨棚何时开工", "answer": "暑假动工",
     "answered_on": "2011-03-25"},
]  # fmt: skip


def as_version_1(path: Path, version: str = "1") -> None:
    """Take from a workbook what version 2 brought; it says that it is of ``version``, or nothing of it."""
    book = openpyxl.load_workbook(path)
    for key, fields in VERSIONS["1"].lacking.items():
        sheet = BY_KEY[key]
        if not fields:
            del book[sheet.name]
        for header in (sheet[field].header for field in fields):
            page = book[sheet.name]
            page.delete_cols(next(cell.column for cell in page[3] if cell.value == header))
    for row in book["_pledgebatch"].iter_rows(max_col=2):
        if row[0].value == "template_version":
            row[1].value = version or None
    book.save(path)


@pytest.mark.parametrize(("version", "told"), [("1", ["FIL01"]), ("", [])])
def test_a_workbook_of_version_1_is_read_whole(tmp_path: Path, version: str, told: list[str]) -> None:
    path = books.write(tmp_path / NAME.format("201103"))
    with quick_months.asking():
        (whole,) = check([path], None, None, 0)
    as_version_1(path, version)
    (month,) = check([path], None, None, 0)
    assert month.findings["rule"].tolist() == told
    assert set(month.findings["severity"]) <= {"notice"}
    assert month.submissions["state"].tolist() == ["accepted"]
    assert month.changes.empty
    for key in ("organisations", "members", "items", "opinions", "records"):
        old = [field.key for field in BY_KEY[key].fields if field.since != "2"]
        assert month.tables[key][old].equals(whole.tables[key][old]), key


@pytest.mark.parametrize("period", ["2010-12", "2011-02", "2011-03"])
def test_a_workbook_of_version_2_is_read_whole_in_any_month(tmp_path: Path, period: str) -> None:
    path = books.write(tmp_path / NAME.format(period), {"period": period}, period=period, supervision=SAID)
    with quick_months.asking("FIL01", "FIL06", "SUP01"):
        (month,) = check([path], Period.parse(period), None, 0)
    said = month.tables["supervision"]
    assert said["said"].tolist() == ["候雨棚何时开工"]
    assert said["channel"].tolist() == ["监督电话、意见箱"]
    assert set(month.findings.loc[month.findings["sheet"] == "群众监督", "severity"]) <= {"notice"}


def test_what_version_1_cannot_say_stands_in_the_next_workbook_as_it_was(tmp_path: Path) -> None:
    place = books.workspace(tmp_path / "w")
    books.write(place / "inbox" / "2011-03" / NAME.format("201103"), supervision=SAID)
    quick_months.consolidate(place, "2011-03")
    april = books.write(place / "inbox" / "2011-04" / NAME.format("201104"), {"period": "2011-04"}, period="2011-04")
    as_version_1(april)
    month = quick_months.consolidate(place, "2011-04", "FIL01", "SUP01", "MEM17")
    own = month.findings[month.findings["organisation"] == "S1"]
    assert not set(own.loc[own["rule"].isin(["FIL01", "SUP01", "MEM17"]), "severity"]) - {"notice"}
    assert not (month.movements["kind"] == "gone").any()
    verdicts = month.verdicts[month.verdicts["organisation"] == "S1"].set_index("clause")["verdict"]
    assert verdicts["附件2注"] == "未能核验"
    pledgebatch.make_templates(place, "2011-05", workers=0)
    (sent,) = (place / "input_templates" / "2011-05").glob("云溪一小*.xlsx")
    cells = (
        pd.read_excel(sent, sheet_name="群众监督", header=None, dtype=str, engine="calamine")
        .to_numpy()
        .ravel()
        .tolist()
    )
    assert {"候雨棚何时开工", "暑假动工"} <= set(cells)


def test_a_tab_called_by_the_name_of_the_questions_is_none_of_them(tmp_path: Path) -> None:
    """Many things are called 说明: without the headers it is a tab of the branch's own, and its rows are set aside."""
    path = books.write(tmp_path / NAME.format("201103"))
    book = openpyxl.load_workbook(path)
    del book["说明"]
    page = book.create_sheet("说明")
    page["A1"].value = "本表由办公室主任填写"
    book.save(path)
    (month,) = check([path], None, None, 0)
    assert month.findings["rule"].tolist() == ["FIL06"]
    assert month.set_aside["content"].tolist() == ["本表由办公室主任填写"]
    assert month.answers.empty
