"""Pieces of a sheet written apart are one sheet when they are put together."""

import io
import zipfile
import zlib
from dataclasses import replace

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pledgebatch.publish import pieces
from pledgebatch.publish.pieces import Piece, compress, keep, kept, put_together

HEADER = '<row r="1"><c r="A1" t="inlineStr"><is><t>姓名</t></is></c></row>'


def row(text):
    return f'<row><c t="inlineStr"><is><t>{text}</t></is></c></row>'


def piece(*rows):
    return Piece("党员台账", len(rows), (True,), *compress("".join(rows)))


def skeleton():
    target = io.BytesIO()
    book = openpyxl.Workbook()
    book.active["A1"] = "姓名"
    book.save(target)
    with zipfile.ZipFile(target) as old:
        members = {name: old.read(name) for name in old.namelist()}
    sheet = members["xl/worksheets/sheet1.xml"].decode()
    above, below = sheet.partition("<sheetData>")[0], sheet.partition("</sheetData>")[2]
    members["xl/worksheets/sheet1.xml"] = f"{above}<sheetData>{HEADER}</sheetData>{below}".encode()
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as new:
        for name, content in members.items():
            new.writestr(name, content)
    return made


def put(*parts):
    target = io.BytesIO()
    put_together(skeleton(), target, {"xl/worksheets/sheet1.xml": parts})
    return target


@given(st.binary(), st.binary())
def test_the_crc_of_two_texts_follows_from_theirs(first, second):
    assert pieces._joined(zlib.crc32(first), zlib.crc32(second), len(second)) == zlib.crc32(first + second)


@pytest.mark.parametrize("cut", [1, 2, 3])
def test_however_the_rows_were_cut_the_sheet_is_the_same(cut):
    rows = [row(name) for name in ("甲", "乙", "丙")]
    target = put(piece(*rows[:cut]), piece(*rows[cut:]))
    with zipfile.ZipFile(target) as book:
        assert book.testzip() is None
    sheet = openpyxl.load_workbook(target).active
    assert [cell.value for cell in sheet["A"]] == ["姓名", "甲", "乙", "丙"]


def test_a_sheet_without_rows_keeps_its_header():
    assert [cell.value for cell in openpyxl.load_workbook(put(piece())).active["A"]] == ["姓名"]


def test_the_same_pieces_are_the_same_bytes():
    assert put(piece(row("甲"))).getvalue() == put(piece(row("甲"))).getvalue()


def test_pieces_are_kept_as_they_are(tmp_path):
    told = [piece(row("甲")), piece(), piece(row("乙" * 1000))]
    keep(told, tmp_path)
    assert [piece.read() for piece in kept(tmp_path)] == [piece.read() for piece in told]
    assert kept(tmp_path)[2] == replace(told[2], data=None, place=(str(tmp_path / pieces.DATA), told[0].packed + told[1].packed))
