"""The sheets of the office's own books, registry.xlsx and decisions.xlsx, read as strictly as a branch's workbook: each with
what the office should mend in it."""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pandas as pd
from xlsxwriter.utility import xl_rowcol_to_cell

from pledgebatch.intake.cell_problems import lose_days, obscured
from pledgebatch.intake.headers import find_sheet, find_sheets_like, match
from pledgebatch.intake.match import Match
from pledgebatch.intake.registry_words import choice_meant, without_invisible
from pledgebatch.intake.tables import Taken, table_cells
from pledgebatch.mistakes import OfficeMistake
from pledgebatch.readers.book import Book, Cells
from pledgebatch.readers.file_types import Unreadable
from pledgebatch.readers.read import read
from pledgebatch.rules.machinery.cells import short
from pledgebatch.rules.topics.files import HIDING
from pledgebatch.schema.cells import LOST, Cell, as_typed
from pledgebatch.schema.columns import text_array, type_cells
from pledgebatch.schema.fields import Field, Kind, Sheet
from pledgebatch.schema.frames import as_declared, columns_of, empty
from pledgebatch.schema.kinds import CELL, RAW
from pledgebatch.schema.states import Severity

FIRST_YEAR = 2010
"""The notice's own year, for dates typed without one."""
Remark = dict[str, Any]
Aside = tuple[int, str, str]
"""A row that is no line of the table: its number, why, and what it says."""


@dataclass(frozen=True)
class OfficeTable:
    """A sheet of the office's book: its rows with ``key_cell`` beside each field, and what is wrong with how it stands."""

    rows: pd.DataFrame
    remarks: list[Remark]
    tab: str = ""
    lacking: Sequence[str] = ()
    """The headers of required fields that it lacks: its rows cannot be relied on, and are left out."""


def open_office_book(path: Path, name: str) -> Book:
    """The office's book at ``path``, which is called ``name``. Raises OfficeMistake where it cannot be read."""
    return as_office_book(bytes_of(path, name), path, name)


def bytes_of(path: Path, name: str) -> bytes:
    """The office's book at ``path``, which is called ``name``, as it is stored. Raises OfficeMistake where it cannot be opened."""
    with _opening(path, name):
        return path.read_bytes()


def as_office_book(data: bytes, path: Path, name: str) -> Book:
    """The ``data`` stored at ``path`` as a book, which is called ``name``. Raises OfficeMistake where it cannot be read."""
    with _opening(path, name):
        return read(data, path.name)


@contextmanager
def _opening(path: Path, name: str) -> Iterator[None]:
    try:
        yield
    except OSError:
        raise OfficeMistake(f"{name} {path.name} 无法打开，请检查文件是否正被占用或无权读取") from None
    except Unreadable as why:
        raise unreadable(f"{name} {path.name}", why) from None


def unreadable(book: str, why: Unreadable) -> OfficeMistake:
    """The mistake to raise for a book of the office's that cannot be read: why says the file, what to do is the clerk's."""
    reason = str(why).partition("，请")[0]
    return OfficeMistake(
        f"{book} 无法读取：{reason}；请用 Excel 或 WPS 打开它，取消打开密码，另存为 .xlsx，再运行；打不开的用备份"
    )


def read_office_table(
    sheet: Sheet,
    book: Book,
    path: Path,
    others: Collection[str] = (),
    set_aside: Callable[[Taken], list[Aside]] = lambda taken: [],
) -> OfficeTable | None:
    """A ``sheet`` of the office's book, None where there is none; tabs named in ``others`` are other sheets.

    ``set_aside`` gives the rows that are no lines of the table, besides those that never are. Raises Unreadable.
    """
    tabs = {tab: cells for tab, cells in book.sheets.items() if tab not in others}
    name = find_sheet(sheet, tabs, ())
    if name is None:
        return None
    cells, seen, placed = book.sheets[name], book.details(name), match(sheet, book.sheets[name])
    lose_days(placed, cells, seen)
    lacking = [field for field in sheet.fields if field.key not in placed.columns]
    required = [field.header for field in lacking if field.required]
    remarks = [_remark(path, sheet, each) for each in _standing(sheet, tabs, name, placed, lacking)]
    remarks += [
        _remark(path, sheet, each | {"message": HIDING[each["kind"]].format(**{"cell": "", "value": ""} | each)})
        for each in obscured(placed, cells, seen, name, name in book.hidden)
    ]
    # A code was not numbered in advance, as the rows of a branch are: one alone is something that was typed.
    taken_in = table_cells(replace(sheet, number=None), placed, cells, seen)
    aside = taken_in.skipped + ([] if required else set_aside(taken_in))
    for row, why, content in aside:
        message = f"第 {row} 行是{why}（{short(content)}），没有当作数据读入；不是的请改正，是的可以删去"
        cell = xl_rowcol_to_cell(row - 1, min(placed.columns.values(), default=0))
        line = {"row": row, "cell": cell, "value": content, "message": message, "severity": str(Severity.NOTICE)}
        remarks.append(_remark(path, sheet, line))
    if required:
        return OfficeTable(none_of(sheet), remarks, name, required)
    rows, more = _as_table(sheet, taken_in, {row for row, *_ in aside}, placed.columns, path)
    return OfficeTable(rows, remarks + [_remark(path, sheet, each) for each in more], name)


def none_of(sheet: Sheet) -> pd.DataFrame:
    """A sheet of the office's without a row."""
    return _with_cells(empty(columns_of(sheet)), {field.key: place for place, field in enumerate(sheet.fields)})


def _remark(path: Path, sheet: Sheet, columns: Mapping[str, Any]) -> Remark:
    return {"file": path.name, "sheet": sheet.name, "severity": str(Severity.WARNING), **columns}


def _standing(
    sheet: Sheet, tabs: Mapping[str, Cells], name: str, placed: Match, lacking: Sequence[Field]
) -> Iterator[Remark]:
    """How the sheet stands in the book otherwise than the blank registry has it."""
    notice = {"severity": str(Severity.NOTICE)}
    if name.strip() != sheet.name:
        yield notice | {"value": name, "message": f"工作表“{name}”当作“{sheet.name}”读入，请改回原名"}
    for tab in find_sheets_like(sheet, tabs):
        if tab != name:
            yield {"value": tab, "message": f"“{tab}”也像是{sheet.name}，没有读；请并入“{name}”，或删去"}
    missing = {field.header for field in lacking}
    for change in placed.changes:
        if change["header"] not in missing and change.get("found"):
            message = f"表头“{change['found']}”当作“{change['header']}”读入，请改回"
            yield notice | {"cell": change.get("cell"), "value": change["found"], "message": message}
    for field in lacking:
        if field.required or not field.since:  # a book of an earlier version need not have it
            so = f"，《{sheet.name}》各行都不起作用" if field.required else ""
            yield {"field": field.key, "message": f"缺少“{field.header}”栏{so}，请补回表头"}


def _as_table(
    sheet: Sheet, taken: Taken, aside: set[int], places: Mapping[str, int], path: Path
) -> tuple[pd.DataFrame, list[Remark]]:
    kept = [place for place, row in enumerate(taken.rows) if row not in aside]
    rows = [taken.rows[place] for place in kept]
    columns: dict[str, Any] = {"submission": None, "organisation": None, "file": path.name, "row": rows}
    remarks: list[Remark] = []
    for field in sheet.fields:
        absent = "" if field.since else LOST  # what an earlier book did not have is blank
        cells = [taken.columns[field.key][place] if field.key in places else absent for place in kept]
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
    registered = as_declared(pd.DataFrame(columns, index=range(len(rows))), columns_of(sheet))
    if "unit_code" in sheet.by_key:
        registered = registered.assign(organisation=registered["unit_code"])
    return _with_cells(registered, places), remarks


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
