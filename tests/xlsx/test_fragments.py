"""Fragments of a sheet written apart are one sheet when they are joined."""

import io
import re
import zipfile
import zlib
from dataclasses import replace

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pledgebatch.xlsx import fragments
from pledgebatch.xlsx.fragments import (
    Fragment,
    compress,
    join_crcs,
    join_fragments,
    load_fragments,
    place,
    save_fragments,
)

HEADER = '<row r="1"><c r="A1" t="inlineStr"><is><t>姓名</t></is></c></row>'
MEMBER = "xl/worksheets/sheet1.xml"


def row(text):
    return f'<row r="\0"><c r="A\0" t="inlineStr"><is><t>{text}</t></is></c></row>'


def fragment(*rows):
    return Fragment("党员台账", len(rows), (True,), *compress("".join(rows).encode(), fragments.QUICK))


def skeleton():
    target = io.BytesIO()
    book = openpyxl.Workbook()
    book.active["A1"] = "姓名"
    book.save(target)
    with zipfile.ZipFile(target) as old:
        members = {name: old.read(name) for name in old.namelist()}
    sheet = members[MEMBER].decode()
    above, below = sheet.partition("<sheetData>")[0], sheet.partition("</sheetData>")[2]
    members[MEMBER] = f"{above}<sheetData>{HEADER}</sheetData>{below}".encode()
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as new:
        for name, content in members.items():
            new.writestr(name, content)
    return made


def put(*parts):
    target, first, standing = io.BytesIO(), 2, []
    for part in parts:
        standing.append(place(part, first))
        first += part.rows
    join_fragments(skeleton(), target, {MEMBER: standing})
    return target


@given(st.binary(), st.binary())
def test_the_crc_of_two_texts_follows_from_theirs(first, second):
    assert join_crcs(zlib.crc32(first), zlib.crc32(second), len(second)) == zlib.crc32(first + second)


@pytest.mark.parametrize("cut", [1, 2, 3])
def test_however_the_rows_were_cut_the_sheet_is_the_same(cut):
    rows = [row(name) for name in ("甲", "乙", "丙")]
    target = put(fragment(*rows[:cut]), fragment(*rows[cut:]))
    with zipfile.ZipFile(target) as book:
        assert book.testzip() is None
        found = book.read(MEMBER).decode()
    assert re.findall(' r="([A-Z]*[0-9]+)"', found) == ["1", "A1", "2", "A2", "3", "A3", "4", "A4"]
    sheet = openpyxl.load_workbook(target).active
    assert [cell.value for cell in sheet["A"]] == ["姓名", "甲", "乙", "丙"]


def test_a_sheet_without_rows_keeps_its_header():
    assert [cell.value for cell in openpyxl.load_workbook(put(fragment())).active["A"]] == ["姓名"]


def test_the_same_fragments_are_the_same_bytes():
    assert put(fragment(row("甲"))).getvalue() == put(fragment(row("甲"))).getvalue()


def test_fragments_are_kept_as_they_are(tmp_path):
    found = [fragment(row("甲")), fragment(), fragment(row("乙" * 1000))]
    save_fragments(found, tmp_path)
    assert [each.read() for each in load_fragments(tmp_path)] == [each.read() for each in found]
    assert load_fragments(tmp_path)[2] == replace(
        found[2], data=None, place=(str(tmp_path / fragments.DATA), found[0].packed + found[1].packed)
    )
