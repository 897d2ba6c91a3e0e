"""Reads registry.xlsx: who must report, to whom, and the waivers."""

from pathlib import Path

import pandas as pd
from xlsxwriter.utility import xl_rowcol_to_cell

from pledgebatch.intake.headers import find_sheet, match
from pledgebatch.intake.identify import Unreadable
from pledgebatch.intake.read import read
from pledgebatch.intake.tables import table_cells
from pledgebatch.mistakes import OfficeMistake
from pledgebatch.schema.columns import typed
from pledgebatch.schema.fields import Sheet
from pledgebatch.schema.frames import columns_of, empty
from pledgebatch.schema.kinds import CELL, RAW
from pledgebatch.schema.sheets import REGISTRY, WAIVERS

FIRST_YEAR = 2010
"""The notice's own year, for dates typed without one."""


def read_registry(path: Path) -> tuple[pd.DataFrame, pd.DataFrame]:
    """The registry and the waivers, typed, each with ``organisation`` and ``row``; the waivers with ``key_cell`` too.

    Raises OfficeMistake where the file is not there, cannot be read, or does not say clearly who must report.
    """
    if not path.is_file():
        raise OfficeMistake(f"找不到单位名册 {path.name}，请先运行 pledgebatch init，再填写单位名册")
    try:
        sheets = read(path.read_bytes(), path.name).sheets
    except OSError:
        raise OfficeMistake(f"单位名册 {path.name} 无法打开，请检查文件是否正被占用或无权读取") from None
    except Unreadable as why:
        raise OfficeMistake(f"单位名册 {path.name} 无法读取：{why}") from None
    registry, _ = _table(REGISTRY, sheets, path)
    if registry.empty:
        raise OfficeMistake(f"单位名册 {path.name} 是空的，请在“{REGISTRY.name}”中每个党组织填一行")
    for key in ("unit_code", "org_name"):
        blank = registry.loc[registry[key].isna(), "row"]
        if len(blank):
            raise OfficeMistake(f"单位名册 {path.name} 第 {_rows(blank)} 行的“{REGISTRY[key].header}”未填写，请补填")
    repeated = registry.loc[registry.duplicated("unit_code", keep=False), "row"]
    if len(repeated):
        raise OfficeMistake(f"单位名册 {path.name} 第 {_rows(repeated)} 行的组织编码重复，请改正")
    waivers, columns = _table(WAIVERS, sheets, path)
    cells = {
        key + CELL: pd.Series([xl_rowcol_to_cell(row - 1, column) for row in waivers["row"]], dtype="str")
        for key, column in columns.items()
    }
    return registry, waivers.assign(**cells)


def _rows(rows: pd.Series) -> str:
    return "、".join(map(str, rows[:10]))


def _table(sheet: Sheet, sheets: dict[str, list[list[object]]], path: Path) -> tuple[pd.DataFrame, dict[str, int]]:
    name = find_sheet(sheet, sheets, ())
    if name is None:
        if sheet is WAIVERS:
            return empty(columns_of(sheet)), {field.key: column for column, field in enumerate(sheet.fields)}
        raise OfficeMistake(f"单位名册 {path.name} 缺少工作表“{sheet.name}”，请用 pledgebatch init 生成的样表填写")
    placed = match(sheet, sheets[name])
    lacking = [change["header"] for change in placed.changes if change["kind"] == "missing_column"]
    if lacking:
        raise OfficeMistake(f"单位名册 {path.name} 的工作表“{sheet.name}”缺少“{'”“'.join(lacking)}”栏，请补回表头")
    taken = table_cells(sheet, placed, sheets[name])
    columns = {"submission": None, "organisation": None, "file": path.name, "row": taken.rows}
    for field in sheet.fields:
        columns[field.key], columns[field.key + RAW] = typed(field, taken.columns[field.key], FIRST_YEAR)
    frame = pd.DataFrame(columns, index=range(len(taken.rows))).astype(columns_of(sheet))
    return frame.assign(organisation=frame["unit_code"]), placed.columns
