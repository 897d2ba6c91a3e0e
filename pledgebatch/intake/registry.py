"""Reads registry.xlsx as strictly as a workbook: who must report, to whom, events, waivers, and what the office should mend."""

import re
from dataclasses import dataclass, fields
from functools import lru_cache
from pathlib import Path

import pandas as pd

from pledgebatch.intake.labels import label
from pledgebatch.intake.office_tables import (
    Aside,
    OfficeTable,
    as_office_book,
    bytes_of,
    none_of,
    read_office_table,
    unreadable,
)
from pledgebatch.intake.tables import Taken
from pledgebatch.mistakes import OfficeMistake
from pledgebatch.readers.book import Book
from pledgebatch.readers.file_types import Unreadable
from pledgebatch.rules.office.registry import as_published, judge_registry
from pledgebatch.schema.cells import as_typed
from pledgebatch.schema.frames import REMARK, as_declared, columns_of, frame
from pledgebatch.schema.sheets import BOOK_OF_THE_OFFICE, EVENTS, REGISTRY, WAIVERS

CALLED = "单位名册"
CHINESE = re.compile("[\u4e00-\u9fff]")


@dataclass(frozen=True)
class OfficeBook:
    """What registry.xlsx says."""

    registry: pd.DataFrame
    """As it is published: without the ties that do not hold."""
    waivers: pd.DataFrame
    """With ``key_cell`` beside each field."""
    events: pd.DataFrame
    """组织变动 as typed, with ``key_cell`` beside each field: which of its lines hold, ``rules.office.events`` says."""
    remarks: pd.DataFrame
    """What should be mended in it, whatever the month: columns ``REMARK``."""


def read_registry(path: Path) -> tuple[pd.DataFrame, pd.DataFrame]:
    """The registry and the waivers, typed, each with ``organisation`` and ``row``; the waivers with ``key_cell`` too.

    Raises OfficeMistake as ``read_office_book`` does.
    """
    book = read_office_book(path)
    return book.registry, book.waivers


def read_office_book(path: Path) -> OfficeBook:
    """The registry, the events, the waivers, and what should be mended in them.

    Raises OfficeMistake where the file is not there or cannot be read, lacks a header that must be, or where a code is
    blank or stands twice. All else is a remark.
    """
    if not path.is_file():
        raise OfficeMistake(f"找不到单位名册 {path.name}，请先运行 pledgebatch init，再填写单位名册")
    book = _office_book(Path(path.name), bytes_of(path, CALLED))
    return OfficeBook(**{each.name: getattr(book, each.name).copy(deep=False) for each in fields(OfficeBook)})


@lru_cache(2)
def _office_book(path: Path, data: bytes) -> OfficeBook:
    """What a book says, read once a process: month after month, and page after page, it is the same."""
    book = as_office_book(data, path, CALLED)
    try:
        registered = _registered(book, path)
        events = read_office_table(EVENTS, book, path, {registered.tab}) or OfficeTable(none_of(EVENTS), [])
        others = {registered.tab, events.tab}
        waivers = read_office_table(WAIVERS, book, path, others) or OfficeTable(none_of(WAIVERS), [])
    except Unreadable as why:
        raise unreadable(f"{CALLED} {path.name}", why) from None
    rows = registered.rows
    if rows.empty:
        raise OfficeMistake(f"单位名册 {path.name} 是空的，请在“{REGISTRY.name}”中每个党组织填一行")
    _refuse_without_code(rows, path)
    remarks = frame(REMARK, [*registered.remarks, *events.remarks, *waivers.remarks])
    together = as_declared(pd.concat([remarks, judge_registry(rows)], ignore_index=True), REMARK)
    in_order = together.assign(place=together["sheet"].map([sheet.name for sheet in BOOK_OF_THE_OFFICE].index))
    in_order = in_order.sort_values(["place", "row"], na_position="first", kind="stable", ignore_index=True)
    registry = as_published(rows[list(columns_of(REGISTRY))])
    return OfficeBook(registry, waivers.rows, events.rows, in_order[list(REMARK)])


def _registered(book: Book, path: Path) -> OfficeTable:
    table = read_office_table(REGISTRY, book, path, set_aside=_no_organisations)
    if table is None:
        raise OfficeMistake(f"{CALLED} {path.name} 缺少工作表“{REGISTRY.name}”，请用 pledgebatch init 生成的样表填写")
    if table.lacking:
        raise OfficeMistake(
            f"{CALLED} {path.name} 的工作表“{REGISTRY.name}”缺少“{'”“'.join(table.lacking)}”栏，请补回表头"
        )
    return table


def _refuse_without_code(rows: pd.DataFrame, path: Path) -> None:
    header = REGISTRY["unit_code"].header
    blank = rows.loc[rows["unit_code"].isna(), "row"]
    if len(blank):
        raise OfficeMistake(
            f"单位名册 {path.name} 第 {_rows(blank)} 行的“{header}”未填写，或是合并单元格、没有结果的公式、"
            "被 Excel 改成日期的编码，读不出来，请把单元格设为文本，逐行填写"
        )
    repeated = rows.loc[rows.duplicated("unit_code", keep=False), "row"]
    if len(repeated):
        raise OfficeMistake(f"单位名册 {path.name} 第 {_rows(repeated)} 行的组织编码重复，请改正")


def _rows(rows: pd.Series) -> str:
    return "、".join(map(str, rows[:10]))


def _no_organisations(taken: Taken) -> list[Aside]:
    """Rows that are a header once more, or words below the table: nothing but a text stands where the code should."""
    found = []
    columns = [list(map(as_typed, taken.columns[key])) for key in ("unit_code", "org_name")]
    filled = [sum(bool(as_typed(column[n])) for column in taken.columns.values()) for n in range(len(taken.rows))]
    for row, code, name, count in zip(taken.rows, *columns, filled, strict=True):
        assert row is not None  # every row that was taken has a number
        if label(code) == label(REGISTRY["unit_code"].header):
            found.append((row, "重复的表头", code))
        elif not name and (CHINESE.search(code) or (not code and count == 1)):
            found.append((row, "说明文字", code))
        elif code and count == 1:
            found.append((row, "只填了编码的行", code))
    return found
