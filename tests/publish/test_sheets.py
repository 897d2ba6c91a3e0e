"""Tables on worksheets: the same bytes whatever order Python keeps its sets in."""

import os
import subprocess
import sys

WRITE = """
import hashlib, io
from pledgebatch.publish.formats import Formats, new_book
from pledgebatch.publish.sheets import GRADED, Column, write_table
target = io.BytesIO()
book = new_book(target, constant_memory=True, in_memory=False)
words = ["已接收", "无法读取", "退回修改", "未报", "迟报", "月份不符"]
write_table(book, Formats(book), "催报名单", [Column("状态", 10, words, GRADED)], "2011年3月")
book.close()
print(hashlib.sha256(target.getvalue()).hexdigest())
"""


def test_formats_are_numbered_in_the_order_of_the_rows():
    told = {
        subprocess.run(
            [sys.executable, "-c", WRITE],
            env={**os.environ, "PYTHONHASHSEED": seed},
            capture_output=True,
            check=True,
            text=True,
        ).stdout
        for seed in "01234"
    }
    assert len(told) == 1
