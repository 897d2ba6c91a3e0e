"""Workbooks of a few tabs, written in a test as rows of texts, and what is read of them."""

import io
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path

import openpyxl

from pledgebatch.engine.workers import Serial
from pledgebatch.intake.batch import Batch
from pledgebatch.intake.find import find
from pledgebatch.pipeline.read_arrivals import read_arrivals

Tab = Sequence[Sequence[object]]
FORM: Tab = [
    ["组织编码", "S1"], ["填报月份", "2011-03"], ["党组织名称", "云溪一小党支部"], ["党员人数", 3], ["党组织负责人", "李明"], ["联系电话", "0519-85501234"],
]  # fmt: skip
ROSTER: Tab = [
    ["序号", "姓名", "性别", "出生年月", "民族", "职务或职业", "入党时间"],
    [1, "李明", "男", "1970-05", "汉族", "校长", "1995-07"],
    [2, "王芳", "女", "1982-11", "回族", "数学教师", "2006-07"],
    [3, "赵强", "男", "1955-02", "汉族", "无", "1976-01"],
]
PLEDGES: Tab = [
    ["事项编号", "承诺主体", "党员姓名", "承诺事项", "完成时限"],
    ["Z1", "组织", "", "每月组织一次集中学习", "2011-12-20"],
    ["D1", "党员", "李明", "每周听课3节", "2011-06-20"],
    ["D2", "党员", "王芳", "与4名学困生结对辅导", "2011-06-30"],
]


def workbook(merged: Mapping[str, Sequence[str]] | None = None, hidden: Sequence[str] = (), **tabs: Tab) -> bytes:
    """The bytes of a workbook with these tabs, blocks of cells ``merged`` on some, and some of them ``hidden``."""
    book = openpyxl.Workbook()
    book.remove(book.active)
    for name, rows in tabs.items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(["" if cell is None else cell for cell in row])
        for block in (merged or {}).get(name, ()):
            sheet.merge_cells(block)
        if name in hidden:
            sheet.sheet_state = "hidden"
    made = io.BytesIO()
    book.save(made)
    return made.getvalue()


def read(merged: Mapping[str, Sequence[str]] | None = None, hidden: Sequence[str] = (), **tabs: Tab) -> Batch:
    """What is read of such a workbook."""
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "sent.xlsx").write_bytes(workbook(merged, hidden, **tabs))
        return read_arrivals(find(Path(folder)), 2011, Serial())


def rows(batch: Batch, sheet: str, *keys: str) -> list[tuple[str, ...]]:
    """Some fields of the rows of a sheet as they were typed."""
    return [
        tuple("" if text != text else str(text) for text in line)
        for line in batch.tables[sheet][[f"{key}_raw" for key in keys]].itertuples(index=False)
    ]


def told(batch: Batch, *kinds: str) -> list[tuple[str, str, str, str]]:
    """What is told of guesses: tab, cell, header found, field."""
    changes = batch.changes[batch.changes["kind"].isin(kinds)].fillna("")
    return list(changes[["tab", "cell", "found", "field"]].itertuples(index=False, name=None))
