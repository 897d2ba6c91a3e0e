"""What a workbook hides from a reader, each at its cell: the material of FIL06."""

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby, pairwise
from typing import Any

import pandas as pd
from xlsxwriter.utility import xl_range, xl_rowcol_to_cell

from pledgebatch.intake.match import Match
from pledgebatch.intake.tables import merged_data
from pledgebatch.readers.book import Cells
from pledgebatch.readers.sheet_details import Hiding, Place, SheetDetails
from pledgebatch.schema.cells import LOST, as_typed
from pledgebatch.schema.fields import Sheet
from pledgebatch.schema.kinds import RAW

LONGEST_TEXT = 32_767
"""Characters that a cell of a workbook can hold."""
OBSCURED = {
    "submission": "Int64",
    "sheet": "str",
    "row": "Int64",
    "field": "str",
    "cell": "str",
    "kind": "str",
    "value": "str",
}
"""``kind`` is one of the words that FIL06 knows; ``value`` is what stands there instead, or the block concerned."""


def lose_days(placed: Match, cells: Cells, seen: SheetDetails) -> None:
    """A number of a row that became a day or time (1-1) is lost: what was typed cannot be told any more."""
    for key, column in placed.columns.items():
        if not placed.sheet[key].numbers_rows:
            continue
        first, last = (placed.rows[key],) * 2 if placed.sheet.form else (placed.header_row + 1, len(cells) - 1)
        for row in range(first, last + 1):
            cell = cells[row][column] if column < len(cells[row]) else ""
            if isinstance(cell, dt.date | dt.time | dt.timedelta):
                seen.lost[row, column] = Hiding.DAY, as_typed(cell)
                cells[row][column] = LOST


def obscured(placed: Match, cells: Cells, seen: SheetDetails, tab: str, hidden: bool) -> Iterator[dict[str, Any]]:
    """What is hidden on a matched sheet; header and help cells do not count."""
    name = placed.sheet.name
    if hidden:
        yield {"sheet": name, "kind": "hidden_sheet", "value": tab}
    for place, (kind, value) in sorted(seen.lost.items(), key=lambda each: (each[1][0], each[0])):
        yield from _at(placed, place, kind, value)
    for _, strokes in groupby(sorted(seen.struck.items()), key=lambda each: each[0][0]):
        struck = [each for place, words in strokes for each in _at(placed, place, "struck", words)]
        if struck:
            yield struck[0] | {"value": "、".join(each["value"] for each in struck)}
    if placed.sheet.form:
        return
    for top, bottom, left, right in merged_data(placed, cells, seen):
        all_read = left == right and left != placed.columns.get(placed.sheet.number or "")
        merged = "merged_down" if all_read else "merged"
        yield from _at(placed, (top, left), merged, xl_range(top, left, bottom, right), anywhere=True)
    data_rows = [row for row in seen.hidden_rows if placed.header_row < row < len(cells) and any(cells[row])]
    for start, end in _runs(data_rows):
        value = f"{start + 1}" if start == end else f"{start + 1}–{end + 1}"
        yield {
            "sheet": name,
            "row": start + 1,
            "cell": xl_rowcol_to_cell(start, 0),
            "kind": "hidden_row",
            "value": value,
        }
    for row in sorted(set(seen.repeated_rows)):
        yield {
            "sheet": name,
            "row": row + 1,
            "cell": xl_rowcol_to_cell(row, 0),
            "kind": "repeated_row",
            "value": str(row + 1),
        }


def too_long(
    sheet: Sheet, keys: Sequence[str], rows: pd.DataFrame, layout: Mapping[str, Sequence[Any]]
) -> Iterator[dict[str, Any]]:
    """Texts of a whole batch in the fields ``keys`` that are longer than a cell of a ledger can hold."""
    for key in keys:
        places = dict(zip(zip(*(layout[name] for name in ("submission", "sheet", "field")), strict=True),
                          zip(layout["column"], layout["row"], strict=True), strict=True))  # fmt: skip
        long = rows[rows[key + RAW].str.len() > LONGEST_TEXT]
        for number, row, raw in long[["submission", "row", key + RAW]].itertuples(index=False):
            column, form_row = places[number, sheet.key, key]
            at = form_row if sheet.form else row
            yield {"submission": number, "sheet": sheet.name, "row": at, "field": key, "kind": "too_long",
                   "cell": xl_rowcol_to_cell(at - 1, column - 1), "value": str(len(raw))}  # fmt: skip


def _at(placed: Match, place: Place, kind: str, value: str, anywhere: bool = False) -> Iterator[dict[str, Any]]:
    row, column = place
    if placed.sheet.form:
        key = next((key for key, at in placed.columns.items() if (placed.rows[key], at) == place), None)
    else:
        key = next((key for key, at in placed.columns.items() if at == column and row > placed.header_row), None)
    if key or (anywhere or column in placed.extras) and row > placed.header_row:
        yield {
            "sheet": placed.sheet.name,
            "row": row + 1,
            "field": key,
            "cell": xl_rowcol_to_cell(row, column),
            "kind": kind,
            "value": value,
        }


def _runs(rows: Sequence[int]) -> list[tuple[int, int]]:
    """Runs of neighbouring rows, as first and last."""
    if not rows:
        return []
    starts = [rows[0], *(after for before, after in pairwise(rows) if after != before + 1)]
    ends = [*(before for before, after in pairwise(rows) if after != before + 1), rows[-1]]
    return list(zip(starts, ends, strict=True))
