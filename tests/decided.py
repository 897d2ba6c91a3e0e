"""Books of decisions for tests: a small table in the test becomes lines of decisions.xlsx."""

from pathlib import Path

import openpyxl

from pledgebatch.pipeline.decisions import add_lines
from pledgebatch.schema.decisions import DECISION_SHEETS

BY_NAME = {sheet.name: sheet for sheet in DECISION_SHEETS}
USUAL = {
    "更正单": {
        "组织编码": "S1", "月份起": "2011-03", "工作表": "党员承诺", "编号": "2", "栏目": "职务或职业", "原来填的": "数学教师",
        "改为": "语文教师", "理由": "电话核实", "经办人": "周敏",
    },
    "文件处理": {"月份": "2011-03", "处理": "采用", "理由": "电话核实", "经办人": "周敏"},
    "报送延期": {"组织编码": "S1", "月份": "2011-03", "延至": "2011-04-20", "理由": "停电", "批准人": "周敏"},
    "经办意见": {"组织编码": "S1", "月份": "2011-03", "意见": "雨棚一事请附照片"},
    "说明审定": {
        "组织编码": "S1", "工作表": "党员承诺", "编号": "2", "栏目": "职务或职业", "规则编号": "MEM11", "原来填的": "数学教师",
        "问题": "请核对", "单位说明": "情况属实", "说明月份": "2011-03",
    },
    "转移确认": {"月份": "2011-03", "姓名": "王芳", "出生年月": "1982-11", "转出组织": "S1", "转入组织": "S2", "处理": "确认"},
}  # fmt: skip
"""A right line of each sheet."""


def line(name: str, **said: str) -> dict[str, str]:
    """A line of a sheet by field key: the usual one, but for what is ``said`` by header."""
    keys = {field.header: field.key for field in BY_NAME[name].fields}
    return {keys[header]: text for header, text in (USUAL[name] | said).items()}


def decide(place: Path, name: str, *lines: dict[str, str]) -> None:
    """Add lines to a sheet of the decisions of a workspace, by header; the usual one where none is given."""
    add_lines(place / "decisions.xlsx", BY_NAME[name], [line(name, **said) for said in lines or ({},)])


def type_cell(place: Path, name: str, cell: str, value: object) -> None:
    """Type something into the book as a clerk would."""
    book = openpyxl.load_workbook(place / "decisions.xlsx")
    book[name][cell] = value
    book.save(place / "decisions.xlsx")


def take_away(place: Path, name: str, row: int) -> None:
    """Delete a row of the book as a clerk would."""
    book = openpyxl.load_workbook(place / "decisions.xlsx")
    book[name].delete_rows(row)
    book.save(place / "decisions.xlsx")
