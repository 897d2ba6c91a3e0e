"""Tables on worksheets: all rows, few in memory at once; the same bytes whatever order Python keeps its sets in."""

import io
import os
import re
import subprocess
import sys
import zipfile

import pytest
from python_calamine import CalamineWorkbook

from pledgebatch.publish import sheets
from pledgebatch.publish.sheets import Column, write_table
from pledgebatch.xlsx.formats import Formats, new_book

WRITE = """
import hashlib, io
from pledgebatch.xlsx.formats import Formats, new_book
from pledgebatch.publish.sheets import GRADED, Column, write_table
target = io.BytesIO()
book = new_book(target, constant_memory=True, in_memory=False)
words = ["已接收", "无法读取", "退回修改", "未报", "迟报", "月份不符"]
write_table(book, Formats(book), "催报名单", [Column("状态", 10, words, GRADED)], "2011年3月")
book.close()
print(hashlib.sha256(target.getvalue()).hexdigest())
"""


def test_formats_are_numbered_in_the_order_of_the_rows():
    found = {
        subprocess.run(
            [sys.executable, "-c", WRITE],
            env={**os.environ, "PYTHONHASHSEED": seed},
            capture_output=True,
            check=True,
            text=True,
        ).stdout
        for seed in "01234"
    }
    assert len(found) == 1


def test_no_row_is_higher_than_excel_allows():
    target = io.BytesIO()
    book = new_book(target)
    book.add_worksheet("要改的地方").set_row(0, 20_070)
    book.close()
    with zipfile.ZipFile(target) as found:
        (height,) = re.findall(r'<row r="1" ht="([^"]+)"', found.read("xl/worksheets/sheet1.xml").decode())
    assert 400 < float(height) <= 409


@pytest.mark.parametrize("rows", [0, 1, 3, 7])
def test_a_long_table_is_written_a_few_rows_at_a_time(rows, monkeypatch):
    monkeypatch.setattr(sheets, "AT_ONCE", 3)
    written, rows_xml = [], sheets.rows_xml

    def watched(columns, part, content):
        written.append(part)
        return rows_xml(columns, part, content)

    monkeypatch.setattr(sheets, "rows_xml", watched)
    target = io.BytesIO()
    book = new_book(target, constant_memory=True, in_memory=False)
    values = [f"第{row}项\n又一行" for row in range(rows)]
    write_table(
        book, Formats(book), "逾期事项", [Column("事项", 20, values), Column("天数", 8, list(range(rows)))], "2011年3月"
    )
    book.close()
    found = CalamineWorkbook.from_filelike(io.BytesIO(target.getvalue())).get_sheet_by_name("逾期事项").to_python()
    assert found[1:] == ([[value, row] for row, value in enumerate(values)] or [[sheets.NOTHING, ""]])
    assert all(part.stop - part.start <= 3 for part in written)
