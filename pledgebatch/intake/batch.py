"""Reads a batch of submissions into typed frames; what a worker does."""

import gc
import hashlib
import zipfile
from collections import defaultdict
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import pandas as pd

from pledgebatch.intake.find import Arrival
from pledgebatch.intake.headers import Match, find_sheet, match
from pledgebatch.intake.read import Cells, Unreadable, read
from pledgebatch.notice.periods import Period
from pledgebatch.schema.fields import Sheet
from pledgebatch.schema.frames import CHANGE, LAYOUT, PLACE, frame
from pledgebatch.schema.kinds import LOST, RAW, Cell, as_typed, typed, understand
from pledgebatch.schema.sheets import HIDDEN_NAME, ORGANISATION, SHEETS
from pledgebatch.schema.texts import code

FILE = {
    "submission": "Int64",
    "file": "str",
    "sha256": "str",
    "size": "Int64",
    "received": "str",
    "reason": "str",
    "hidden_code": "str",
    "hidden_period": "str",
    "template_version": "str",
}
"""What is known of a file before anybody judged it; ``reason`` is given where it could not be read."""

ROWS_READ = {"submission": "Int64", "sheet": "str", "read": "Int64", "blank": "Int64"}
EXTRA = {"submission": "Int64", "sheet": "str", "row": "Int64", "header": "str", "value": "str"}
CHANGED = {
    "submission": "Int64",
    **{name: dtype for name, dtype in CHANGE.items() if name not in ("organisation", "file")},
}


@dataclass
class Batch:
    """Typed rows of several submissions; ``tables`` have ``submission`` and ``row`` for place, not yet an organisation."""

    files: pd.DataFrame
    tables: dict[str, pd.DataFrame]
    rows_read: pd.DataFrame
    changes: pd.DataFrame
    extras: pd.DataFrame
    layout: pd.DataFrame


def read_batch(arrivals: Sequence[tuple[int, Arrival]], year: int) -> Batch:
    """Read numbered arrivals; what is typed without a year is taken in the workbook's own, or else in ``year``."""
    desk = _Desk(year)
    with _uncollected():
        for number, arrival in arrivals:
            desk.take(number, arrival)
        return desk.batch()


@contextmanager
def _uncollected() -> Iterator[None]:
    """Cells form no circles: looking for some each time a thousand rows more are held takes a tenth of the time."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


@dataclass
class _Desk:
    """Gathers columns over the files of a batch, so that frames are made once."""

    year: int
    files: list[dict[str, Any]] = field(default_factory=list)
    rows_read: list[dict[str, Any]] = field(default_factory=list)
    changes: list[dict[str, Any]] = field(default_factory=list)
    extras: list[dict[str, Any]] = field(default_factory=list)
    layout: dict[str, list[Any]] = field(default_factory=lambda: {name: [] for name in LAYOUT})
    columns: dict[str, dict[str, list[Cell]]] = field(
        default_factory=lambda: {sheet.key: defaultdict(list) for sheet in SHEETS}
    )
    """By sheet and field the cells of all files, with ``submission``, ``row`` and ``taken_in``, the pledge year."""

    def take(self, number: int, arrival: Arrival) -> None:
        known = {"submission": number, "file": arrival.file, "size": arrival.size, "received": arrival.received}
        self.files.append(known)
        try:
            if arrival.refused:
                raise Unreadable(arrival.refused)
            data = _bytes_of(arrival)
            known |= {"sha256": hashlib.sha256(data).hexdigest(), "size": len(data)}
            sheets = read(data, arrival.name)
            matches = match_sheets(sheets)
            known |= _hidden(sheets)
        except Unreadable as why:
            known["reason"] = str(why)
            return
        year = _year_of(str(known.get("hidden_period"))) or self.year
        for sheet in SHEETS:
            found = matches.get(sheet.key)
            if found is None:
                self.changes.append({"submission": number, "sheet": sheet.name, "kind": "missing_sheet"})
                continue
            placed, cells = found
            self._keep(number, sheet, placed, cells, year)
            if sheet is ORGANISATION:
                said = understand(sheet["period"], self.columns[sheet.key]["period"][-1], year)
                year = said // 12 if said else year

    def _keep(self, number: int, sheet: Sheet, placed: Match, cells: Cells, year: int) -> None:
        self.changes.extend({"submission": number, **change} for change in placed.changes)
        fields: dict[str, list[Any]] = {
            "submission": [number] * len(placed.columns),
            "sheet": [sheet.key] * len(placed.columns),
            "field": list(placed.columns),
            "column": [column + 1 for column in placed.columns.values()],
            "row": [placed.rows[key] + 1 if sheet.form else None for key in placed.columns],
        }
        for name, values in fields.items():
            self.layout[name].extend(values)
        taken = form_cells(placed, cells) if sheet.form else table_cells(sheet, placed, cells)
        rows, blank = taken.pop("row"), taken.pop("blank")[0]
        count = len(rows)
        self.rows_read.append({"submission": number, "sheet": sheet.key, "read": count + blank, "blank": blank})
        columns = self.columns[sheet.key]
        columns["submission"].extend([number] * count)
        columns["row"].extend(rows)
        columns["taken_in"].extend([year] * count)
        for each in sheet.fields:
            columns[each.key].extend(taken.get(each.key, [LOST] * count))
        for extra, header in placed.extras.items():
            for row in rows:
                if value := as_typed(cells[row - 1][extra]):
                    self.extras.append(
                        {"submission": number, "sheet": sheet.name, "row": row, "header": header, "value": value}
                    )

    def batch(self) -> Batch:
        tables = {sheet.key: _frame(sheet, self.columns[sheet.key]) for sheet in SHEETS}
        layout = pd.DataFrame({name: pd.Series(self.layout[name], dtype=dtype) for name, dtype in LAYOUT.items()})
        return Batch(
            frame(FILE, self.files),
            tables,
            frame(ROWS_READ, self.rows_read),
            frame(CHANGED, self.changes),
            frame(EXTRA, self.extras),
            layout,
        )


def _bytes_of(arrival: Arrival) -> bytes:
    try:
        return arrival.read()
    except (OSError, zipfile.BadZipFile, EOFError, RuntimeError, NotImplementedError, KeyError, ValueError):
        raise Unreadable("文件无法打开，请检查文件是否损坏、正被占用或无权读取") from None


def match_sheets(sheets: dict[str, Cells]) -> dict[str, tuple[Match, Cells]]:
    """The standard sheets found, each with its match. Raises Unreadable for what is no pledge workbook at all."""
    matches: dict[str, tuple[Match, Cells]] = {}
    taken: list[str] = []
    for sheet in SHEETS:
        name = find_sheet(sheet, sheets, taken)
        if name is not None:
            taken.append(name)
            matches[sheet.key] = match(sheet, sheets[name]), sheets[name]
    if not any(found.columns for found, _ in matches.values()):
        raise Unreadable("文件能打开，但不是承诺工作簿（没有一张规定的工作表），请报送下发的工作簿")
    return matches


def _hidden(sheets: dict[str, Cells]) -> dict[str, str]:
    said = {as_typed(row[0]): as_typed(row[1]) for row in sheets.get(HIDDEN_NAME, []) if len(row) > 1}
    names = {"code": "hidden_code", "period": "hidden_period", "template_version": "template_version"}
    told = {name: said[key] for key, name in names.items() if said.get(key)}
    return told | {"hidden_code": code(told["hidden_code"]) or ""} if "hidden_code" in told else told


def _year_of(period: str) -> int | None:
    try:
        return Period.parse(period).year
    except ValueError:
        return None


def form_cells(placed: Match, cells: Cells) -> dict[str, list[Any]]:
    """The answers of a form as one row: the cell to the right of each label."""
    answers: dict[str, list[Any]] = {"row": [None], "blank": [0]}
    for key, column in placed.columns.items():
        line = cells[placed.rows[key]]
        answers[key] = [line[column] if column < len(line) else ""]
    return answers


def table_cells(sheet: Sheet, placed: Match, cells: Cells) -> dict[str, list[Any]]:
    """The columns of a table without its blank rows; ``row`` holds Excel's numbers, ``blank`` how many were blank.

    A row that holds nothing but its number was numbered in advance and is blank.
    """
    first = placed.header_row + 1
    lines = cells[first:] if placed.columns else []
    if not lines:
        return {"row": [], "blank": [0]} | {key: [] for key in placed.columns}
    columns = list(zip(*lines, strict=True))
    telling = [column for key, column in placed.columns.items() if key != sheet.number] + list(placed.extras)
    first_telling = telling[0] if telling else 0
    kept = [index for index, line in enumerate(lines) if _is_told(line, first_telling, telling)]
    taken: dict[str, list[Any]] = {"row": [first + index + 1 for index in kept], "blank": [len(lines) - len(kept)]}
    for key, column in placed.columns.items():
        values = columns[column]
        taken[key] = list(values) if len(kept) == len(lines) else [values[index] for index in kept]
    return taken


def _is_told(line: Sequence[Cell], first: int, telling: Sequence[int]) -> bool:
    cell = line[first]
    return (isinstance(cell, str) and bool(cell) and not cell.isspace()) or not _is_blank(
        [line[column] for column in telling]
    )


def _is_blank(line: Sequence[Cell]) -> bool:
    return not any(cell != "" and cell is not None and (not isinstance(cell, str) or cell.strip()) for cell in line)


def _frame(sheet: Sheet, columns: dict[str, list[Cell]]) -> pd.DataFrame:
    arrays: dict[str, Any] = {name: pd.Series(columns[name], dtype=PLACE[name]) for name in ("submission", "row")}
    for each in sheet.fields:
        arrays[each.key], arrays[each.key + RAW] = typed(each, columns[each.key], columns["taken_in"])
    return pd.DataFrame(arrays, copy=False)
