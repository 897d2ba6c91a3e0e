"""The consolidated ledger workbook: one for the office, the same for each superior organisation."""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, BinaryIO

import pandas as pd
import xlsxwriter
from xlsxwriter.format import Format

from pledgebatch.publish.figures import Figures, figures, ledger
from pledgebatch.publish.formats import ACCENT, Formats, new_book, width
from pledgebatch.publish.safe import cell_text
from pledgebatch.schema.fields import Kind, Sheet
from pledgebatch.schema.frames import Month, Severity, State
from pledgebatch.schema.kinds import RAW, show
from pledgebatch.schema.sheets import MEMBERS, SHEETS

TITLE = "公开承诺汇总台账"
MOST_ROWS = 1_048_576
"""Excel's; a longer ledger goes on on a numbered next sheet."""
NAMES = {
    "organisations": "组织台账",
    "members": "党员台账",
    "items": "承诺事项台账",
    "opinions": "征求意见台账",
    "legacy": "遗留问题台账",
    "records": "工作记录台账",
    "assessments": "评议整改台账",
}
Column = tuple[str, float, Sequence[Any], str]
"""Header, width, values (str, int, datetime or None), name of the cell format."""


def write_ledger(month: Month, target: Path | BinaryIO) -> None:
    """Write the ledger workbook of ``month``: cover, ledgers, findings, set-aside rows, reconciliation, coverage."""
    book = new_book(target, constant_memory=True)
    formats = Formats(book)
    names = dict(zip(month.coverage["organisation"], month.coverage["org_name"], strict=True))
    _write_cover(book, formats, month, figures(month))
    _write(book, formats, month, "报送情况", _coverage(month))
    for sheet in SHEETS:
        _write(book, formats, month, NAMES[sheet.key], _columns(month, sheet, ledger(month, sheet.key), names))
        if sheet is MEMBERS:
            oral = ledger(month, "members")
            _write(book, formats, month, "口头承诺", _columns(month, sheet, oral[oral["pledge_form"] == "口头"], names))
    _write(book, formats, month, "问题清单", _findings(month, names))
    _write(book, formats, month, "未入台账的行", _plain(month.set_aside, names, SET_ASIDE_HEADERS))
    _write(book, formats, month, "数据核对", _plain(month.reconciliation, names, RECONCILIATION_HEADERS))
    _write(book, formats, month, "原文对照", _understood_otherwise(month, names))
    _write(book, formats, month, "附加栏目", _plain(month.tables["extras"], names, EXTRA_HEADERS))
    book.close()


SET_ASIDE_HEADERS = {
    "file": ("文件", 30),
    "sheet": ("工作表", 10),
    "row": ("行", 6),
    "reason": ("原因", 20),
    "content": ("内容", 80),
}
RECONCILIATION_HEADERS = {
    "file": ("文件", 30), "sheet": ("工作表", 12), "read": ("读到行数", 10), "ledger": ("入台账", 10),
    "set_aside": ("未入台账", 10), "blank": ("空行", 10),
}  # fmt: skip
EXTRA_HEADERS = {
    "file": ("文件", 30),
    "sheet": ("工作表", 12),
    "row": ("行", 6),
    "header": ("表头", 16),
    "value": ("内容", 60),
}


def _write_cover(book: xlsxwriter.Workbook, formats: Formats, month: Month, said: Figures) -> None:
    sheet = book.add_worksheet("封面")
    sheet.hide_gridlines(2)
    sheet.set_column(0, 0, 24)
    sheet.set_column(1, 6, 14)
    sheet.set_row(0, 40)
    sheet.write_string(0, 0, f"{TITLE}　{month.period.label}", formats("title", font_size=20))
    lines: list[tuple[str, int]] = [("应报组织", said.expected), ("已报组织", said.received)]
    lines += [(f"　{state}", count) for state, count in said.states.items()]
    lines += [("在册党员", said.members), ("书面承诺党员", said.written), ("口头承诺党员", said.oral)]
    lines += [("承诺事项", said.items), ("已公开事项", said.published)]
    lines += [(f"问题：{severity}", count) for severity, count in said.severities.items()]
    for row, (name, number) in enumerate(lines, 2):
        sheet.write_string(row, 0, name, formats("label"))
        sheet.write_number(row, 1, number, formats("big", border=1))
    row = len(lines) + 3
    for column, part in enumerate(["承诺事项（件）", *said.parts.columns, "合计"]):
        sheet.write_string(row, column, part, formats("header", bg_color=ACCENT, font_color="#FFFFFF"))
    for category, counts in said.parts.iterrows():
        row += 1
        sheet.write_string(row, 0, str(category), formats("label"))
        for column, number in enumerate([*counts.tolist(), int(counts.sum())], 1):
            sheet.write_number(row, column, number, formats("number"))
    sheet.write_string(
        row + 2,
        0,
        f"数据截至 {month.period.cutoff}。各表的“问题”栏写明该行有几处问题及规则编号，详见《问题清单》。",
        formats("help", text_wrap=False),
    )
    sheet.set_paper(9)
    sheet.set_landscape()
    sheet.fit_to_pages(1, 0)


def _columns(month: Month, sheet: Sheet, rows: pd.DataFrame, names: Mapping[str, str]) -> list[Column]:
    """A ledger: whose row, what it says, what was found on it. What was not understood stands as typed."""
    rows = rows.sort_values(["organisation", "row"], kind="stable")
    columns: list[Column] = _whose(rows, names)
    for field in sheet.fields:
        values, raws = rows[field.key], rows[field.key + RAW]
        if field.kind in (Kind.DATE, Kind.DEADLINE):
            shown: list[Any] = [raw if pd.isna(value) else value for value, raw in zip(values, raws, strict=True)]
            style = "date"
        elif field.kind is Kind.INTEGER:
            shown = [raw if value is pd.NA else int(value) for value, raw in zip(values, raws, strict=True)]
            style = "number"
        elif field.kind is Kind.MONTH:
            told = {value: show(field, value) for value in values.dropna().unique()}
            shown, style = values.map(told).astype("str").fillna(raws).tolist(), "cell"
        else:
            shown, style = values.fillna(raws).tolist(), "cell"
        columns.append((field.header, width(field), shown, style))
    columns.append(("问题", 16, _found(month, sheet, rows), "cell"))
    return columns


def _whose(rows: pd.DataFrame, names: Mapping[str, str]) -> list[Column]:
    codes = rows["organisation"]
    return [("组织", 8, codes.tolist(), "cell"), ("党组织", 22, codes.map(names).tolist(), "cell")]


def _found(month: Month, sheet: Sheet, rows: pd.DataFrame) -> list[str]:
    """For each row how many findings it has, and of which rules."""
    here = month.findings[month.findings["sheet"] == sheet.name]
    key = ["file"] if sheet.form else ["file", "row"]
    told = {
        place: f"{len(codes)}处：{'、'.join(sorted(set(codes)))}"
        for place, codes in here.groupby(key)["rule"]
        if len(codes)
    }
    return [told.get(place, "") for place in rows[key].itertuples(index=False, name=None)]


def _findings(month: Month, names: Mapping[str, str]) -> list[Column]:
    found = month.findings
    labels = {str(severity): severity.label for severity in Severity}
    columns = _plain(found, names, {"file": ("文件", 30), "sheet": ("工作表", 10), "cell": ("单元格", 8)})
    columns.append(("程度", 7, found["severity"].map(labels).tolist(), "cell"))
    return columns + _plain(found, names, {
        "message": ("问题和改法", 60), "value": ("原来填的", 24), "rule": ("规则", 8), "clause": ("条款", 8),
    })[2:]  # fmt: skip


def _coverage(month: Month) -> list[Column]:
    headers = {
        "organisation": ("组织编码", 9), "org_name": ("党组织名称", 24), "unit_category": ("单位类别", 14),
        "parent_name": ("上一级党组织", 22),
    }  # fmt: skip
    columns: list[Column] = [
        (header, size, month.coverage[key].tolist(), "cell") for key, (header, size) in headers.items()
    ]
    states = {str(state): state.label for state in State}
    columns.append(("状态", 10, month.coverage["state"].map(states).tolist(), "cell"))
    for key, header in {
        "members": "在册党员", "written": "书面承诺", "oral": "口头承诺", "items": "承诺事项", "error": "错误",
        "warning": "警告", "notice": "提示",
    }.items():  # fmt: skip
        columns.append((header, 9, month.coverage[key].tolist(), "number"))
    for key, (header, size) in {"contact": ("联系人", 9), "phone": ("联系电话", 14), "file": ("文件", 36)}.items():
        columns.append((header, size, month.coverage[key].tolist(), "cell"))
    return columns


def _plain(rows: pd.DataFrame, names: Mapping[str, str], headers: Mapping[str, tuple[str, int]]) -> list[Column]:
    columns = _whose(rows, names)
    for key, (header, size) in headers.items():
        columns.append((header, size, rows[key].tolist(), "cell" if rows[key].dtype == "str" else "number"))
    return columns


def _understood_otherwise(month: Month, names: Mapping[str, str]) -> list[Column]:
    """Cells whose value as understood differs from the text as typed."""
    pieces = []
    for sheet in SHEETS:
        rows = ledger(month, sheet.key)
        for field in sheet.fields:
            values = rows[field.key].dropna()
            told = values.map({value: show(field, value) for value in values.unique()}).astype("str")
            typed = rows.loc[values.index, field.key + RAW]
            differ = values.index[(told != typed) & (told != typed.str.strip())]
            if len(differ):
                piece = rows.loc[differ, ["organisation", "file", "row"]]
                pieces.append(
                    piece.assign(sheet=sheet.name, header=field.header, typed=typed[differ], told=told[differ])
                )
    columns = ["organisation", "file", "row", "sheet", "header", "typed", "told"]
    rows = pd.concat(pieces, ignore_index=True) if pieces else pd.DataFrame(columns=columns, dtype="str")
    rows = rows.sort_values(["organisation", "file", "sheet", "row"], kind="stable")
    return _plain(rows, names, {
        "file": ("文件", 30), "sheet": ("工作表", 10), "row": ("行", 6), "header": ("栏目", 16), "typed": ("原来填的", 30),
        "told": ("理解为", 30),
    })  # fmt: skip


def _write(book: xlsxwriter.Workbook, formats: Formats, month: Month, name: str, columns: list[Column]) -> None:
    styles = [formats(style) for _, _, _, style in columns]
    total = len(columns[0][2])
    for number, start in enumerate(range(0, max(total, 1), MOST_ROWS - 1), 1):
        sheet = book.add_worksheet(name if number == 1 else f"{name}{number}")
        sheet.set_landscape()
        sheet.set_paper(9)
        sheet.fit_to_pages(1, 0)
        sheet.repeat_rows(0)
        sheet.set_margins(0.4, 0.4, 0.5, 0.6)
        sheet.set_footer(f"&L{month.period.label}　&A&R第 &P 页，共 &N 页")
        sheet.freeze_panes(1, 2)
        for column, (_, size, _, _) in enumerate(columns):
            sheet.set_column(column, column, size)
        sheet.set_row(0, 30)
        for column, (header, *_) in enumerate(columns):
            sheet.write_string(0, column, header, formats("header", bg_color=ACCENT, font_color="#FFFFFF"))
        rows = _rows(columns, start, min(total, start + MOST_ROWS - 1))
        for row, line in enumerate(rows, 1):
            for column, value in enumerate(line):
                _write_cell(sheet, row, column, value, styles[column])
        sheet.autofilter(0, 0, min(total - start, MOST_ROWS - 1), len(columns) - 1)


def _rows(columns: list[Column], start: int, stop: int) -> Iterator[tuple[Any, ...]]:
    return zip(*(values[start:stop] for _, _, values, _ in columns), strict=True)


def _write_cell(sheet: Any, row: int, column: int, value: Any, style: Format) -> None:
    if isinstance(value, str):
        if value:
            sheet.write_string(row, column, cell_text(value), style)
    elif isinstance(value, pd.Timestamp):
        sheet.write_datetime(row, column, value.to_pydatetime(), style)
    elif isinstance(value, int):
        sheet.write_number(row, column, value, style)
    elif not pd.isna(value):
        sheet.write_number(row, column, int(value), style)
