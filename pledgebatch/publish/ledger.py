"""The consolidated ledger workbook: one for the office, the same for each superior organisation."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any, BinaryIO

import pandas as pd
from xlsxwriter.worksheet import Worksheet

from pledgebatch.publish.figures import Figures, figures, ledger
from pledgebatch.publish.formats import Formats, new_book
from pledgebatch.publish.moved import moved
from pledgebatch.publish.sheets import HEADER, Column, field_column, plain_columns, print_on_a4, shown, write_table
from pledgebatch.schema.fields import Kind, Sheet
from pledgebatch.schema.frames import Month, Severity, State, empty
from pledgebatch.schema.kinds import RAW
from pledgebatch.schema.sheets import MEMBERS, REGISTRY, SHEETS

NAMES = {
    "organisations": "组织台账",
    "members": "党员台账",
    "items": "承诺事项台账",
    "opinions": "征求意见台账",
    "legacy": "遗留问题台账",
    "records": "工作记录台账",
    "assessments": "评议整改台账",
}
SHOWN = (Kind.MONTH, Kind.DATE, Kind.DEADLINE, Kind.INTEGER)
"""Kinds whose values are no texts."""
Headers = Mapping[str, tuple[str, float]]
WHERE: Headers = {"file": ("文件", 42), "sheet": ("工作表", 12)}
ROW: Headers = {"row": ("行", 6)}
SET_ASIDE: Headers = {**WHERE, **ROW, "reason": ("原因", 24), "content": ("内容", 80)}
EXTRAS: Headers = {**WHERE, **ROW, "header": ("表头", 16), "value": ("内容", 60)}
FINDINGS: Headers = {
    **WHERE, "cell": ("单元格", 8), "label": ("程度", 7), "message": ("问题和改法", 60), "value": ("原来填的", 24),
    "rule": ("规则", 8), "clause": ("条款", 8), "waiver": ("豁免", 24),
}  # fmt: skip
RECONCILIATION: Headers = {
    **WHERE, "read": ("读到行数", 10), "ledger": ("入台账", 10), "set_aside": ("未入台账", 10), "blank": ("空行", 10),
}  # fmt: skip
UNDERSTOOD: Headers = {**WHERE, **ROW, "header": ("栏目", 18), "typed": ("原来填的", 30), "told": ("理解为", 30)}
SUBMISSIONS: Headers = {
    "file": ("文件", 42), "label": ("状态", 10), "reason": ("说明", 40), "received": ("收到时间", 20),
    "size": ("字节数", 10), "sha256": ("SHA-256", 68),
}  # fmt: skip
MOVEMENTS: Headers = {
    "since": ("上次填报", 9), "sheet": ("工作表", 12), "number": ("编号", 12), "words": ("姓名或事项", 36),
    "label": ("变化", 7), "header": ("栏目", 16), "before": ("原来", 36), "after": ("现在", 36),
}  # fmt: skip
COVERAGE: Headers = {
    "unit_category": ("单位类别", 14), "parent_name": ("上一级党组织", 22), "label": ("状态", 10),
    "members": ("在册党员", 9), "written": ("书面承诺", 9), "oral": ("口头承诺", 9), "items": ("承诺事项", 9),
    **{str(severity): (severity.label, 7) for severity in Severity},
    "contact": ("联系人", 9), "phone": ("联系电话", 14), "file": ("文件", 42),
}  # fmt: skip


def write_ledger(month: Month, target: Path | BinaryIO, title: str = "公开承诺汇总台账") -> None:
    """Write the ledger workbook of ``month``: cover, ledgers, findings, and what accounts for every row and file."""
    book = new_book(target, constant_memory=True, in_memory=False)
    formats = Formats(book)
    cover = book.add_worksheet("封面")  # first in the book, written last: it lists the sheets that follow
    index: list[tuple[str, int]] = []
    for name, columns in _tables(month).items():
        index += write_table(book, formats, name, columns, month.period.label)
    _write_cover(cover, formats, month, title, index)
    book.close()


def _tables(month: Month) -> dict[str, list[Column]]:
    names = _names(month)
    states = {str(state): state.label for state in State}
    severities = {str(severity): severity.label for severity in Severity}
    labelled = {"label": month.coverage["state"].map(states)}
    tables = {"报送情况": _plain(month.coverage.assign(**labelled), names, COVERAGE)}
    for sheet in SHEETS:
        rows = ledger(month, sheet.key)
        tables[NAMES[sheet.key]] = _ledger_columns(month, sheet, rows, names)
        if sheet is MEMBERS:
            tables["口头承诺"] = _ledger_columns(month, sheet, rows[rows["pledge_form"] == "口头"], names)
    found = month.findings.assign(label=month.findings["severity"].map(severities))
    received = month.submissions.assign(label=month.submissions["state"].map(states))
    return tables | {
        "变动情况": _plain(moved(month), names, MOVEMENTS),
        "问题清单": _plain(found, names, FINDINGS),
        "未入台账": _plain(month.set_aside, names, SET_ASIDE),
        "数据核对": _plain(month.reconciliation, names, RECONCILIATION),
        "收件清单": _plain(received, names, SUBMISSIONS),
        "原文对照": _plain(understood_otherwise(month), names, UNDERSTOOD),
        "附加栏目": _plain(month.tables["extras"], names, EXTRAS),
    }


def _names(month: Month) -> dict[str, str]:
    """Names by code, of those that report and of those that need not."""
    both = pd.concat([month.registry[["organisation", "org_name"]], month.coverage[["organisation", "org_name"]]])
    return dict(both.itertuples(index=False, name=None))


def _whose(rows: pd.DataFrame, names: Mapping[str, str]) -> list[Column]:
    codes = rows["organisation"]
    headers = REGISTRY["unit_code"].header, REGISTRY["org_name"].header
    return [Column(headers[0], 10, codes.tolist()), Column(headers[1], 22, codes.map(names).tolist())]


def _plain(rows: pd.DataFrame, names: Mapping[str, str], headers: Headers) -> list[Column]:
    return _whose(rows, names) + plain_columns(rows, headers)


def _ledger_columns(month: Month, sheet: Sheet, rows: pd.DataFrame, names: Mapping[str, str]) -> list[Column]:
    """A ledger: whose row, what it says, what was found on it; organisation by organisation."""
    rows = rows.sort_values(["organisation", "row"], kind="stable")
    whose = _whose(rows, names)
    taken = {column.header for column in whose}
    fields = [
        field_column(field, rows, f"填报的{field.header}" if field.header in taken else "") for field in sheet.fields
    ]
    return [*whose, *fields, Column("问题", 16, _found(month, sheet, rows))]


def _found(month: Month, sheet: Sheet, rows: pd.DataFrame) -> list[str]:
    """For each row how many findings it has, and of which rules."""
    here = month.findings[month.findings["sheet"] == sheet.name]
    key = ["file"] if sheet.form else ["file", "row"]
    codes: dict[tuple[Any, ...], list[str]] = {}
    for *place, code in here[[*key, "rule"]].dropna().itertuples(index=False, name=None):
        codes.setdefault(tuple(place), []).append(code)
    told = {place: f"{len(found)} 处：{'、'.join(sorted(set(found)))}" for place, found in codes.items()}
    return [told.get(place, "") for place in rows[key].itertuples(index=False, name=None)]


def understood_otherwise(month: Month) -> pd.DataFrame:
    """Cells whose value as understood differs from the text as typed: organisation, file, sheet, row, header, both."""
    pieces = []
    for sheet in SHEETS:
        rows = ledger(month, sheet.key)
        for field in sheet.fields:
            values, typed = rows[field.key], rows[field.key + RAW]
            told = values if field.kind not in SHOWN else shown(field, values)
            differ = told.index[
                told.notna() & (told != typed)
            ]  # most are the same: only the others are looked at again
            differ = differ[told[differ] != typed[differ].str.strip()]
            if len(differ):
                piece = rows.loc[differ, ["organisation", "file", "row"]]
                pieces.append(
                    piece.assign(sheet=sheet.name, header=field.header, typed=typed[differ], told=told[differ])
                )
    if not pieces:
        return empty(dict.fromkeys(("organisation", *UNDERSTOOD), "str"))
    together = pd.concat(pieces, ignore_index=True)
    return together.sort_values(["organisation", "file", "sheet", "row"], kind="stable", ignore_index=True)


def _write_cover(sheet: Worksheet, formats: Formats, month: Month, title: str, index: list[tuple[str, int]]) -> None:
    sheet.hide_gridlines(2)
    for column, size in enumerate((14, 11, 14, 11, 14, 11, 3, 18, 8)):
        sheet.set_column(column, column, size)
    print_on_a4(sheet, month.period.label)
    sheet.fit_to_pages(1, 1)
    lines = _cover_lines(figures(month))
    last = max(len(lines), len(index) + 1) + 2
    sheet.set_row(0, 48)
    sheet.write_string(0, 0, f"{title}　{month.period.label}", formats("title", font_size=20))
    for row in range(2, last):  # row by row, figures on the left and index on the right
        sheet.set_row(row, 21)
        if row - 2 < len(lines):
            _write_figures(sheet, formats, row, lines[row - 2])
        if row == 2:
            sheet.write_string(row, 7, "目录（点击打开）", formats("header", **HEADER))
            sheet.write_string(row, 8, "行数", formats("header", **HEADER))
        elif row - 3 < len(index):
            name, rows = index[row - 3]
            link = formats("label", font_color="#1F4E79", underline=1)
            sheet.write_url(row, 7, f"internal:'{name}'!A1", link, string=name)
            sheet.write_number(row, 8, rows, formats("number", valign="vcenter"))
    for row, note in enumerate(NOTES, last + 1):
        sheet.write_string(row, 0, note.format(cutoff=month.period.cutoff), formats("help", text_wrap=False))


NOTES = (
    "数据截至 {cutoff}。各台账的“问题”栏写明该行有几处问题及规则编号，详见《问题清单》。",
    "黄底的内容未能识别，照原样列出；能识别而写法不同的，见《原文对照》。整栏没有内容的栏目已折叠，点表格上方的“+”展开。",
)


def _cover_lines(said: Figures) -> list[list[Any]]:
    """The cover row by row: a text stands before its figure, or heads a column."""
    parts = said.parts
    return [
        ["应报组织", said.expected, "已报组织", said.received, "未报组织", said.expected - said.received],
        ["在册党员", said.members, "书面承诺", said.written, "口头承诺", said.oral],
        ["承诺事项", said.items, "已公开事项", said.published],
        [each for severity, count in said.severities.items() for each in (f"问题：{severity}", count)],
        [],
        ["报送状态", "组织数"],
        *([state, count] for state, count in said.states.items()),
        [],
        ["承诺事项（件）", *parts.columns, "合计"],
        *([str(category), *counts.tolist(), int(counts.sum())] for category, counts in parts.iterrows()),
    ]


def _write_figures(sheet: Worksheet, formats: Formats, row: int, line: list[Any]) -> None:
    head = all(isinstance(value, str) for value in line)
    for column, value in enumerate(line):
        if isinstance(value, str):
            sheet.write_string(row, column, value, formats("header", **HEADER) if head else formats("label"))
        else:
            sheet.write_number(row, column, value, formats("label", bold=True, font_size=12, align="right", indent=1))
