"""Reads registry.xlsx as strictly as a workbook: who must report, to whom, events, waivers, and what the office should mend."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pandas as pd
from xlsxwriter.utility import xl_rowcol_to_cell

from pledgebatch.intake.cell_problems import lose_days, obscured
from pledgebatch.intake.headers import find_sheet, find_sheets_like, match
from pledgebatch.intake.labels import label
from pledgebatch.intake.match import Match
from pledgebatch.intake.registry_words import choice_meant, without_invisible
from pledgebatch.intake.tables import Taken, table_cells
from pledgebatch.mistakes import OfficeMistake
from pledgebatch.readers.book import Book
from pledgebatch.readers.file_types import Unreadable
from pledgebatch.readers.read import read
from pledgebatch.rules.machinery.cells import short
from pledgebatch.rules.office.registry import as_published, judge_registry
from pledgebatch.rules.topics.files import HIDING
from pledgebatch.schema.cells import LOST, Cell, as_typed
from pledgebatch.schema.columns import text_array, type_cells
from pledgebatch.schema.fields import Field, Kind, Sheet
from pledgebatch.schema.frames import REMARK, columns_of, empty, frame
from pledgebatch.schema.kinds import CELL, RAW
from pledgebatch.schema.sheets import BOOK_OF_THE_OFFICE, EVENTS, REGISTRY, WAIVERS
from pledgebatch.schema.states import Severity

FIRST_YEAR = 2010
"""The notice's own year, for dates typed without one."""
CHINESE = re.compile("[\u4e00-\u9fff]")
WITHOUT = {WAIVERS.key: "，各条豁免都不起作用", EVENTS.key: "，各项变动都不起作用"}
"""What a sheet comes to without a column that it must have."""
Remark = dict[str, Any]


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


@dataclass(frozen=True)
class _Table:
    """A sheet of the book: its rows with ``key_cell`` beside each field, and what is wrong with how it stands."""

    rows: pd.DataFrame
    remarks: list[Remark]
    tab: str = ""


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
    book = _open(path)
    try:
        registered = _table(REGISTRY, book, path)
        events = _table(EVENTS, book, path, registered.tab)
        waivers = _table(WAIVERS, book, path, registered.tab, events.tab)
    except Unreadable as why:
        raise OfficeMistake(f"单位名册 {path.name} 无法读取：{why}") from None
    rows = registered.rows
    if rows.empty:
        raise OfficeMistake(f"单位名册 {path.name} 是空的，请在“{REGISTRY.name}”中每个党组织填一行")
    _refuse_without_code(rows, path)
    remarks = frame(REMARK, [*registered.remarks, *events.remarks, *waivers.remarks])
    together = pd.concat([remarks, judge_registry(rows)], ignore_index=True).astype(REMARK)
    in_order = together.assign(place=together["sheet"].map([sheet.name for sheet in BOOK_OF_THE_OFFICE].index))
    in_order = in_order.sort_values(["place", "row"], na_position="first", kind="stable", ignore_index=True)
    registry = as_published(rows[list(columns_of(REGISTRY))])
    return OfficeBook(registry, waivers.rows, events.rows, in_order[list(REMARK)])


def _open(path: Path) -> Book:
    if not path.is_file():
        raise OfficeMistake(f"找不到单位名册 {path.name}，请先运行 pledgebatch init，再填写单位名册")
    try:
        return read(path.read_bytes(), path.name)
    except OSError:
        raise OfficeMistake(f"单位名册 {path.name} 无法打开，请检查文件是否正被占用或无权读取") from None
    except Unreadable as why:
        raise OfficeMistake(f"单位名册 {path.name} 无法读取：{why}") from None


def _refuse_without_code(rows: pd.DataFrame, path: Path) -> None:
    header = REGISTRY["unit_code"].header
    blank = rows.loc[rows["unit_code"].isna(), "row"]
    if len(blank):
        raise OfficeMistake(
            f"单位名册 {path.name} 第 {_rows(blank)} 行的“{header}”未填写，或是合并单元格、没有结果的公式，读不出来，请逐行填写"
        )
    repeated = rows.loc[rows.duplicated("unit_code", keep=False), "row"]
    if len(repeated):
        raise OfficeMistake(f"单位名册 {path.name} 第 {_rows(repeated)} 行的组织编码重复，请改正")


def _rows(rows: pd.Series) -> str:
    return "、".join(map(str, rows[:10]))


def _table(sheet: Sheet, book: Book, path: Path, *taken: str) -> _Table:
    name = find_sheet(sheet, {tab: cells for tab, cells in book.sheets.items() if tab not in taken}, ())
    if name is None:
        if sheet is not REGISTRY:
            return _Table(_none(sheet), [])
        raise OfficeMistake(f"单位名册 {path.name} 缺少工作表“{sheet.name}”，请用 pledgebatch init 生成的样表填写")
    cells, seen, placed = book.sheets[name], book.details(name), match(sheet, book.sheets[name])
    lose_days(placed, cells, seen)
    lacking = [field for field in sheet.fields if field.key not in placed.columns]
    required = [field.header for field in lacking if field.required]
    if required and sheet is REGISTRY:
        raise OfficeMistake(f"单位名册 {path.name} 的工作表“{sheet.name}”缺少“{'”“'.join(required)}”栏，请补回表头")
    remarks = [_remark(path, sheet, each) for each in _standing(sheet, book, name, placed, lacking)]
    remarks += [
        _remark(path, sheet, each | {"message": HIDING[each["kind"]].format(**{"cell": "", "value": ""} | each)})
        for each in obscured(placed, cells, seen, name, name in book.hidden)
    ]
    # A code was not numbered in advance, as the rows of a branch are: one alone is something that was typed.
    taken_in = table_cells(replace(sheet, number=None), placed, cells, seen)
    aside = taken_in.skipped + _no_organisations(sheet, taken_in)
    for row, why, content in aside:
        message = f"第 {row} 行是{why}（{short(content)}），没有当作数据读入；不是的请改正，是的可以删去"
        cell = xl_rowcol_to_cell(row - 1, min(placed.columns.values()))
        line = {"row": row, "cell": cell, "value": content, "message": message, "severity": str(Severity.NOTICE)}
        remarks.append(_remark(path, sheet, line))
    if required:  # of events and waivers: none of them can be relied on
        return _Table(_none(sheet), remarks, name)
    rows, more = _as_table(sheet, taken_in, {row for row, *_ in aside}, placed.columns, path)
    return _Table(rows, remarks + [_remark(path, sheet, each) for each in more], name)


def _none(sheet: Sheet) -> pd.DataFrame:
    return _with_cells(empty(columns_of(sheet)), {field.key: place for place, field in enumerate(sheet.fields)})


def _remark(path: Path, sheet: Sheet, columns: Mapping[str, Any]) -> Remark:
    return {"file": path.name, "sheet": sheet.name, "severity": str(Severity.WARNING), **columns}


def _standing(sheet: Sheet, book: Book, name: str, placed: Match, lacking: Sequence[Field]) -> Iterator[Remark]:
    """How the sheet stands in the book otherwise than the blank registry has it."""
    notice = {"severity": str(Severity.NOTICE)}
    if name.strip() != sheet.name:
        yield notice | {"value": name, "message": f"工作表“{name}”当作“{sheet.name}”读入，请改回原名"}
    for tab in find_sheets_like(sheet, book.sheets):
        if tab != name:
            yield {"value": tab, "message": f"“{tab}”也像是{sheet.name}，没有读；请并入“{name}”，或删去"}
    missing = {field.header for field in lacking}
    for change in placed.changes:
        if change["header"] not in missing and change.get("found"):
            message = f"表头“{change['found']}”当作“{change['header']}”读入，请改回"
            yield notice | {"cell": change.get("cell"), "value": change["found"], "message": message}
    for field in lacking:
        so = WITHOUT.get(sheet.key, "") if field.required else ""
        yield {"field": field.key, "message": f"缺少“{field.header}”栏{so}，请补回表头"}


def _no_organisations(sheet: Sheet, taken: Taken) -> list[tuple[int, str, str]]:
    """Rows that are a header once more, or words below the table: nothing but a text stands where the code should."""
    if sheet is not REGISTRY:
        return []
    found = []
    columns = [list(map(as_typed, taken.columns[key])) for key in ("unit_code", "org_name")]
    filled = [sum(bool(as_typed(column[n])) for column in taken.columns.values()) for n in range(len(taken.rows))]
    for row, code, name, count in zip(taken.rows, *columns, filled, strict=True):
        assert row is not None
        if label(code) == label(sheet["unit_code"].header):
            found.append((row, "重复的表头", code))
        elif not name and (CHINESE.search(code) or (not code and count == 1)):
            found.append((row, "说明文字", code))
        elif code and count == 1:
            found.append((row, "只填了编码的行", code))
    return found


def _as_table(
    sheet: Sheet, taken: Taken, aside: set[int], places: Mapping[str, int], path: Path
) -> tuple[pd.DataFrame, list[Remark]]:
    kept = [place for place, row in enumerate(taken.rows) if row not in aside]
    rows = [taken.rows[place] for place in kept]
    columns: dict[str, Any] = {"submission": None, "organisation": None, "file": path.name, "row": rows}
    remarks: list[Remark] = []
    for field in sheet.fields:
        cells = [taken.columns[field.key][place] if field.key in places else LOST for place in kept]
        values, raws = type_cells(field, cells, FIRST_YEAR)
        if field.kind is Kind.CHOICE:
            values, more = _choices(field, values, cells)
            remarks += [
                each | {"row": rows[n], "cell": xl_rowcol_to_cell((rows[n] or 1) - 1, places[field.key])}
                for n, each in more.items()
            ]
        columns[field.key], columns[field.key + RAW] = values, raws
        if field.key == sheet.number:
            remarks += _became_numbers(field, cells, rows, places[field.key])
    registered = pd.DataFrame(columns, index=range(len(rows))).astype(columns_of(sheet))
    return _with_cells(registered.assign(organisation=registered["unit_code"]), places), remarks


def _choices(field: Field, values: Sequence[Any], cells: Sequence[Cell]) -> tuple[Any, dict[int, Remark]]:
    """The choices that are clearly meant, and by place those that were written otherwise."""
    choices: list[str | None] = []
    remarks: dict[int, Remark] = {}
    for place, (value, cell) in enumerate(zip(values, cells, strict=True)):
        known = value if isinstance(value, str) else None
        raw = as_typed(cell)
        if raw and (known is None or without_invisible(raw) != raw):
            known, otherwise = choice_meant(field, raw)
            if otherwise:
                message = f"“{field.header}”填的“{short(raw)}”当作“{known}”，请改填“{known}”"
                remarks[place] = {
                    "field": field.key,
                    "value": raw,
                    "message": message,
                    "severity": str(Severity.NOTICE),
                }
        choices.append(known)
    return text_array(choices), remarks


def _became_numbers(field: Field, cells: Sequence[Cell], rows: Sequence[int | None], column: int) -> Iterator[Remark]:
    """Codes that are numbers where others are not, or are longer: what stood before them may be gone."""
    texts = [as_typed(cell).strip() for cell in cells]
    # A superior that is not in the registry is said there, with the code that was probably meant.
    longest = max((len(text) for text in texts if text.isdigit()), default=0)
    zeros = any(text.startswith("0") for text in texts)
    for cell, text, row in zip(cells, texts, rows, strict=True):
        is_number = isinstance(cell, int | float) and not isinstance(cell, bool)
        if is_number and (len(text) < longest or zeros):
            yield {
                "field": field.key, "row": row, "cell": xl_rowcol_to_cell((row or 1) - 1, column), "value": text,
                "message": f"“{field.header}”填的 {text} 是数字，前面的 0 可能丢了；请把单元格设为文本，再填完整的编码",
            }  # fmt: skip


def _with_cells(rows: pd.DataFrame, places: Mapping[str, int]) -> pd.DataFrame:
    """The rows with ``key_cell`` for each field that has a column."""
    cells = {
        key + CELL: pd.Series([xl_rowcol_to_cell(row - 1, column) for row in rows["row"]], dtype="str")
        for key, column in places.items()
    }
    return rows.assign(**cells)
