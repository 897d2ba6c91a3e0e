"""``check``: a workbook by itself."""

import io
import zipfile

import pytest

from pledgebatch.notice.periods import Period
from pledgebatch.pipeline.check import check
from pledgebatch.pipeline.settings import SETTINGS_NAME
from pledgebatch.pipeline.workspace import Workspace
from pledgebatch.schema.sheets import BY_KEY
from pledgebatch.schema.versions import VERSIONS
from tests import books, quick_months
from tests.intake import wrapping
from tests.intake.files import edited, locked

NAME = "云溪一小党支部_承诺台账_201103.xlsx"


def findings(tmp_path, data, passwords=()):
    (tmp_path / NAME).write_bytes(data)
    return check([tmp_path / NAME], None, None, 0, passwords)[0].findings


def hidden_sheet(**said):
    def edit(book):
        for row in book["_pledgebatch"].iter_rows(max_col=2):
            if row[0].value in said:
                row[1].value = said[row[0].value]

    return edited(edit)


def test_a_password_opens_a_workbook(tmp_path):
    with quick_months.asking("FIL05", "MEM02"):
        assert findings(tmp_path, locked("x"), ("y", "x"))["rule"].tolist() == []
        assert findings(tmp_path, locked("x"))["rule"].tolist() == ["FIL05"]


def test_passwords_stand_in_the_settings(tmp_path):
    (tmp_path / SETTINGS_NAME).write_text('passwords = ["x", "y"]\n', "utf-8")
    assert Workspace(tmp_path).settings().passwords == ("x", "y")


def test_an_earlier_version_is_told_with_what_it_could_not_say(tmp_path):
    with quick_months.asking("FIL01"):
        found = findings(tmp_path, hidden_sheet(template_version="0.9"))
    told = found.loc[found["rule"] == "FIL01", ["severity", "message"]].values.tolist()
    assert [severity for severity, _ in told] == ["notice"]
    assert "已按旧版读入，但旧版没有工作表“组织承诺”的“本月无变化”" in told[0][1]


@pytest.mark.parametrize("name", VERSIONS)
def test_a_right_workbook_of_an_earlier_version_is_accepted(tmp_path, name):
    """With the headers it had, and without the columns and sheets that it did not have."""
    version = VERSIONS[name]

    def edit(book):
        for key in (*version.headers, *version.lacking):
            sheet, lacking = BY_KEY[key], version.lacking.get(key, ())
            if key in version.lacking and not lacking:
                del book[sheet.name]
                continue
            old = {sheet[field].header: header for header, field in version.headers.get(key, {}).items()}
            old |= {sheet[field].header: None for field in lacking}
            for row in book[sheet.name].iter_rows():
                for cell in row:
                    if cell.value in old:
                        cell.value = old[cell.value]
        hidden = {row[0].value: row[1] for row in book["_pledgebatch"].iter_rows(max_col=2)}
        hidden["template_version"].value = name

    (tmp_path / NAME).write_bytes(edited(edit))
    month = check([tmp_path / NAME], None, None, 0)[0]
    assert month.submissions["state"].tolist() == ["accepted"]
    assert month.findings.loc[month.findings["rule"] == "FIL01", "severity"].tolist() == ["notice"]


def test_a_version_that_nobody_knows_is_an_error(tmp_path):
    with quick_months.asking("FIL01"):
        found = findings(tmp_path, hidden_sheet(template_version="99"))
    assert found.loc[found["rule"] == "FIL01", "severity"].tolist() == ["error"]


def test_a_hidden_month_that_is_none_is_no_crash(tmp_path):
    (tmp_path / NAME).write_bytes(hidden_sheet(period="三月"))
    with quick_months.asking():
        assert check([tmp_path / NAME], None, None, 0)[0].period == Period(2011, 3)


def test_a_renamed_header_is_told_exactly(tmp_path):
    with quick_months.asking("FIL01"):
        found = findings(tmp_path, edited(lambda book: setattr(book["承诺事项"]["I3"], "value", "时限")))
    told = found.loc[found["rule"] == "FIL01", "message"].tolist()
    assert told == ["表头“完成时限”被改为“时限”，位于承诺事项!I3，已按“完成时限”读入，请改回"]


def test_a_lost_value_is_told_once(tmp_path):
    """The blank that an error leaves is FIL06's alone."""
    found = findings(tmp_path, edited(lambda book: setattr(book["承诺事项"]["I4"], "value", "#REF!")))
    assert found[["rule", "cell", "severity"]].values.tolist() == [["FIL06", "I4", "warning"]]


def test_zips_and_mails_are_looked_into_file_by_file(tmp_path):
    inner, outer = io.BytesIO(), tmp_path / "报送.zip"
    sent = edited(lambda book: setattr(book["承诺事项"]["I4"], "value", None))
    with zipfile.ZipFile(inner, "w") as archive:
        archive.writestr(NAME, sent)
    with zipfile.ZipFile(outer, "w") as archive:
        archive.writestr("一小/" + NAME, sent)
        archive.writestr("内层.zip", inner.getvalue())
        archive.writestr("说明.pdf", b"%PDF")
        archive.writestr("__MACOSX/._a", b"\0\x05\x16\x07")
    (tmp_path / "回复.eml").write_bytes(wrapping.mail((NAME, sent)))
    with quick_months.asking("FIL05", "ITM03"):
        months = check([outer, tmp_path / "回复.eml"], None, None, 0)
    alone = [["ITM03", "I4"]]
    by_file = {month.submissions["file"].item(): month for month in months}
    pdf = by_file.pop("报送.zip/说明.pdf")
    assert pdf.findings["rule"].tolist() == ["FIL05"]
    assert {file: month.findings[["rule", "cell"]].to_numpy().tolist() for file, month in by_file.items()} == {
        f"报送.zip/一小/{NAME}": alone, f"报送.zip/内层.zip/{NAME}": alone, f"回复.eml/{NAME}": alone,
    }  # fmt: skip


def test_what_needs_no_registry_is_told_without_one(tmp_path):
    path = books.write(tmp_path / NAME, items=books.changed(books.ITEMS, 0, text="××学校每月公开一次食堂账目"))
    with quick_months.asking("ITM13"):
        month = check([path], None, None, 0)[0]
    told = month.findings[month.findings["rule"] == "ITM13"]
    assert told["message"].str.contains("模板留下的文字").tolist() == [True]
    assert "ITM13" in month.not_evaluated
