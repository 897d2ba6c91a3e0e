"""Files in: what is found, refused, matched, and how rows are counted."""

import zipfile

import openpyxl
import pytest

from pledgebatch.intake.batch import read_batch
from pledgebatch.intake.find import find
from pledgebatch.readers.file_types import Format, identify
from tests import books


def read(folder):
    return read_batch(list(enumerate(find(folder))), 2011)


@pytest.mark.parametrize(
    ("data", "format_"),
    [
        (b"", Format.EMPTY),
        (b"%PDF-1.7", Format.PDF),
        (b"Rar!\x1a\x07\x00", Format.RAR),
        (b"7z\xbc\xaf\x27\x1c", Format.SEVEN_ZIP),
        ("<html><table>".encode("gb18030"), Format.HTML),
        ("编码,名称\r\n1,甲".encode("gb18030"), Format.TEXT),
        (b"PK\x03\x04broken", Format.DAMAGED),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le"), Format.ENCRYPTED),
        (b"\x00\x01\x02\x03", Format.UNKNOWN),
    ],
)
def test_a_file_is_what_its_bytes_say(data, format_):
    assert identify(data) is format_


class NameInGbk(zipfile.ZipInfo):
    """A member as Chinese Windows writes it: the name in the local code page, and nothing said of it."""

    def _encodeFilenameFlags(self):  # noqa: N802
        return self.filename.encode("gb18030"), self.flag_bits


def test_zips_are_looked_into_with_names_in_gbk(tmp_path):
    made = books.write(tmp_path / "made.xlsx")
    inner = tmp_path / "inner.zip"
    with zipfile.ZipFile(inner, "w") as archive:
        archive.write(made, "云溪一小.xlsx")
    (tmp_path / "in").mkdir()
    with zipfile.ZipFile(tmp_path / "in" / "包.zip", "w") as archive:
        archive.writestr(NameInGbk("镕小.xlsx"), made.read_bytes())
        archive.write(inner, "里面.zip")
    found = find(tmp_path / "in")
    assert [arrival.file for arrival in found] == ["包.zip/里面.zip/云溪一小.xlsx", "包.zip/镕小.xlsx"]
    batch = read(tmp_path / "in")
    assert batch.files["reason"].isna().all()


def test_headers_are_found_wherever_they_stand_and_in_any_order(tmp_path):
    path = books.write(tmp_path / "in" / "一小.xlsx")
    book = openpyxl.load_workbook(path)
    sheet = book["党员承诺"]
    sheet.insert_rows(1, 3)
    sheet.insert_cols(1)
    sheet.cell(6, 1).value = "附注"
    sheet.cell(7, 1).value = "是新来的"
    sheet.cell(6, 3).value = " 姓　名："
    book.save(path)
    batch = read(tmp_path / "in")
    members = batch.tables["members"]
    assert members["name"].tolist() == ["李明", "王芳", "赵强"]
    assert members["row"].tolist() == [7, 8, 9]
    assert batch.changes.empty
    assert batch.extras[["row", "header", "value"]].values.tolist() == [[7, "附注", "是新来的"]]


def test_a_renamed_header_is_named_and_read(tmp_path):
    path = books.write(tmp_path / "in" / "一小.xlsx")
    book = openpyxl.load_workbook(path)
    book["承诺事项"]["I3"].value = "时限"
    book.save(path)
    batch = read(tmp_path / "in")
    assert batch.changes[["sheet", "header", "found", "cell", "kind"]].values.tolist() == [
        ["承诺事项", "完成时限", "时限", "I3", "renamed_column"]
    ]
    assert batch.tables["items"]["due"].notna().all()


def test_blank_and_numbered_rows_are_counted_as_blank(tmp_path):
    rows = [books.MEMBERS[0], {}, books.MEMBERS[1], {"member_no": "4"}, books.MEMBERS[2]]
    books.write(tmp_path / "in" / "一小.xlsx", members=rows)
    batch = read(tmp_path / "in")
    counted = batch.rows_read[batch.rows_read["sheet"] == "党员承诺"].iloc[0]
    assert (counted["read"], counted["blank"]) == (5, 2)
    assert batch.tables["members"]["row"].tolist() == [4, 6, 8]


def test_a_workbook_that_is_not_ours_is_refused(tmp_path):
    (tmp_path / "in").mkdir()
    book = openpyxl.Workbook()
    book.active["A1"] = "工资表"
    book.save(tmp_path / "in" / "工资.xlsx")
    assert "不是承诺工作簿" in read(tmp_path / "in").files["reason"][0]


def test_a_cell_at_the_far_corner_is_refused_before_it_is_read(tmp_path):
    path = books.write(tmp_path / "in" / "一小.xlsx")
    book = openpyxl.load_workbook(path)
    book["党员承诺"]["XFD1048576"] = "x"
    book.save(path)
    assert "第 1048576 行" in read(tmp_path / "in").files["reason"][0]


def test_what_is_typed_stands_beside_what_is_understood(tmp_path):
    books.write(
        tmp_path / "in" / "一小.xlsx",
        members=books.changed(books.MEMBERS, 1, birth_month="八二年十一月", ethnicity="汉", name="王 芳"),
    )
    member = read(tmp_path / "in").tables["members"].iloc[1]
    assert (member["birth_month"], member["birth_month_raw"]) == (1982 * 12 + 10, "八二年十一月")
    assert (member["ethnicity"], member["ethnicity_raw"], member["name"], member["name_raw"]) == (
        "汉族",
        "汉",
        "王芳",
        "王 芳",
    )
