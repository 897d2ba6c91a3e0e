"""The same workbook in every format that is read, saved by LibreOffice: the same rows, and the same said of what it hides."""

import datetime as dt
import io

import pandas as pd
import pytest
from msoffcrypto import OfficeFile

from pledgebatch.readers.file_types import Format, detect_type
from tests import office
from tests.intake.files import edited, right, take_in

PASSWORD = "秘密2011"
PLACES = {"承诺事项": {"G4": "=1/0", "E7": "=NA()", "A11": dt.date(2011, 1, 1)}, "征求意见": {"A4": 1, "D4": 20}}
FORMATS = {"承诺事项": {"A11": 'm"月"d"日"'}, "征求意见": {"A4": "000", "D4": "yyyy-mm-dd"}}


@pytest.fixture(scope="module")
def saved(tmp_path_factory):
    office.require_office()
    folder = tmp_path_factory.mktemp("formats")

    def edit(book):
        for tab, cells in PLACES.items():
            for place, formula in cells.items():
                book[tab][place].value = formula
                book[tab][place].number_format = FORMATS[tab].get(place, "General")
        book["承诺事项"].merge_cells("J8:J10")
        book["承诺事项"].row_dimensions[12].hidden = True

    made = {}
    for name, data in {"right": right(), "odd": edited(edit)}.items():
        (folder / f"{name}.xlsx").write_bytes(data)
        for suffix in ("xls", "ods", "xlsx"):
            (folder / suffix).mkdir(exist_ok=True)
            made[name, suffix] = office.convert(folder / f"{name}.xlsx", suffix, folder / suffix).read_bytes()
    return made


@pytest.mark.parametrize("suffix", ["xls", "ods", "xlsx"])
def test_every_format_gives_the_same_rows(tmp_path, saved, suffix):
    want = take_in(tmp_path / "want", a__xlsx=right())
    got = take_in(tmp_path / "got", a__et=saved["right", suffix])
    assert got.files["reason"].isna().all(), got.files["reason"][0]
    assert got.obscured.empty, got.obscured
    for key, rows in want.tables.items():
        columns = [name for name in rows.columns if not name.endswith("_raw")]
        pd.testing.assert_frame_equal(got.tables[key][columns], rows[columns])


@pytest.mark.parametrize("suffix", ["xls", "ods", "xlsx"])
def test_every_format_tells_what_it_hides(tmp_path, saved, suffix):
    batch = take_in(tmp_path, a__et=saved["odd", suffix])
    assert batch.files["reason"].isna().all(), batch.files["reason"][0]
    told = batch.obscured[["cell", "kind"]].values.tolist()
    assert told == [["A11", "day"], ["G4", "error"], ["E7", "error"], ["J8", "merged_down"], ["A12", "hidden_row"]]
    items = batch.tables["items"]
    assert items["measures_raw"].isna()[0]
    assert items["virtue"][4:7].nunique() == 1
    assert items["item_no"].isna().tolist() == [False] * 7 + [True, False]
    opinions = batch.tables["opinions"]
    assert (opinions["opinion_no"][0], opinions["attendance"][0]) == ("001", 20)


@pytest.fixture(scope="module")
def locked(tmp_path_factory):
    """An .xls as Excel locks it: BIFF8, its records encrypted with RC4."""
    office.require_office()
    folder = tmp_path_factory.mktemp("locked")
    (folder / "right.xlsx").write_bytes(right())
    data = office.convert(folder / "right.xlsx", "xls", folder, PASSWORD).read_bytes()
    assert detect_type(data) is Format.XLS
    assert OfficeFile(io.BytesIO(data)).is_encrypted()
    return data


def test_an_xls_with_a_password_is_read_as_one_without(tmp_path, saved, locked):
    want = take_in(tmp_path / "want", a__xls=saved["right", "xls"])
    got = take_in(tmp_path / "got", passwords=("别的", PASSWORD), a__xls=locked)
    assert got.files["reason"].isna().all(), got.files["reason"][0]
    assert len(want.tables["items"]) == 9
    for key, rows in want.tables.items():
        pd.testing.assert_frame_equal(got.tables[key], rows)


@pytest.mark.parametrize(
    ("passwords", "said"),
    [
        ((), "文件设有打开密码，请取消密码后重新报送"),
        (
            ("别的", PASSWORD + "1"),
            "文件设有打开密码，所给的密码都打不开，请取消密码后重新报送，或把密码告诉党委办公室",
        ),
    ],
    ids=["none", "wrong"],
)
def test_an_xls_with_a_password_nobody_knows_is_refused_and_said_so(tmp_path, locked, passwords, said):
    batch = take_in(tmp_path, passwords=passwords, a__xls=locked)
    assert batch.files["reason"].tolist() == [said]
    assert all(rows.empty for rows in batch.tables.values())
