"""A table to fill in: title, help and one header row above, room below."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

import pandas as pd
from xlsxwriter.utility import xl_col_to_name, xl_rowcol_to_cell
from xlsxwriter.worksheet import Worksheet

from pledgebatch.notice.periods import Stage
from pledgebatch.publish.formats import STAGE_COLOURS, STRONG_COLOURS, Formats, lines, text_format, width
from pledgebatch.publish.marks import Marks, Spot, write_answer
from pledgebatch.publish.page import print_setup, protect
from pledgebatch.publish.safe import cell_text
from pledgebatch.publish.stages import stage_of
from pledgebatch.publish.validations import help_line, validation
from pledgebatch.schema.fields import Field, Sheet
from pledgebatch.schema.sheets import ITEMS, REGISTRY

TITLE, HELP, HEADER, START = range(4)
"""Rows above the data, and where the data begins."""
ROOM = {ITEMS.key: 2_000, REGISTRY.key: 5_000}
ROOM_ELSEWHERE = 500
SPARE = 200
"""Rows to spare below rows that fill the room."""
HELP_LINE_HEIGHT, MOST_HELP_LINES = 12, 6
PAGE_WIDTH = 320
"""Units of column width that a landscape A4 page still shows legibly, at about half size."""


@dataclass(frozen=True)
class Rows:
    """The texts of a table by field key, and for each row its place in the branch's own file."""

    own: list[int] = field(default_factory=list)
    texts: Mapping[str, list[str]] = field(default_factory=dict)

    def __len__(self) -> int:
        return len(self.own)

    def column(self, key: str) -> list[str]:
        """The texts of a field, blank where the frame does not have it."""
        return self.texts.get(key) or [""] * len(self.own)


def rows_of(sheet: Sheet, frame: pd.DataFrame | None) -> Rows:
    """The texts of ``frame``, made fit for cells."""
    if frame is None or frame.empty:
        return Rows()
    texts = {each.key: list(map(cell_text, frame[each.key])) for each in sheet.fields if each.key in frame}
    own = frame["row"].fillna(0).astype("int64").tolist() if "row" in frame else [0] * len(frame)
    return Rows(own, texts)


def last_row(sheet: Sheet, rows: Rows) -> int:
    """The last row that dropdowns and the self-check reach."""
    return HEADER + max(ROOM.get(sheet.key, ROOM_ELSEWHERE), len(rows) + SPARE)


def write_table(
    sheet: Worksheet,
    formats: Formats,
    declared: Sheet,
    title: str,
    rows: Rows,
    due: Collection[Stage],
    marks: Marks | None = None,
) -> dict[Spot, str]:
    """Write the ``declared`` table with ``rows``, marked with ``marks``; returns the cell of each spot marked."""
    places = {own: START + index for index, own in enumerate(rows.own)}
    marks = {spot: told for spot, told in (marks or {}).items() if spot[0] in places}
    folded = _folded(declared, rows, due, marks)
    shown = [each for each in declared.fields if each.key not in folded]
    sheet.set_row(TITLE, 28)
    sheet.write_string(TITLE, 0, title, formats("title"))
    tallest = max((lines(help_line(each), width(each) * 1.15) for each in shown), default=1)
    sheet.set_row(HELP, HELP_LINE_HEIGHT * min(tallest, MOST_HELP_LINES) + 4)
    sheet.set_row(HEADER, 34)
    last = last_row(declared, rows)
    before = False
    for column, each in enumerate(declared.fields):
        options = {"level": 1, "hidden": True} if each.key in folded else {"collapsed": True} if before else {}
        before = each.key in folded
        _write_column(sheet, formats, declared, each, column, last, due, options)
        write = sheet.write_string
        for row, text in enumerate(rows.column(each.key), START):
            if text:
                write(row, column, text)
    if before:
        sheet.set_column(len(declared.fields), len(declared.fields), None, None, {"collapsed": True})
    cells = _write_marks(sheet, formats, declared, rows, marks, places)
    _finish(sheet, declared, START + len(rows), sum(map(width, shown)))
    return cells


def _folded(sheet: Sheet, rows: Rows, due: Collection[Stage], marks: Iterable[Spot]) -> set[str]:
    """The fields of stages not yet due, unless they hold or need something."""
    marked = {key for _, key in marks}
    return {
        key
        for key, stage in stage_of(sheet).items()
        if stage not in due and key not in marked and not any(rows.column(key))
    }


def _look(each: Field) -> dict[str, Any]:
    """How the cells of a column look: unlocked by column, so that room costs nothing; the grid draws the lines."""
    return {"locked": False, "num_format": text_format(each)}


def _write_column(
    sheet: Worksheet,
    formats: Formats,
    declared: Sheet,
    each: Field,
    column: int,
    last: int,
    due: Collection[Stage],
    options: Mapping[str, bool],
) -> None:
    sheet.set_column(column, column, width(each), formats("cell", border=0, **_look(each)), options)
    if said := help_line(each):
        sheet.write_string(HELP, column, said, formats("help"))
    required = each.required in due
    colours = STRONG_COLOURS if required else STAGE_COLOURS
    header = formats("header", bg_color=colours[stage_of(declared)[each.key]], bold=required)
    sheet.write_string(HEADER, column, each.header, header)
    if check := validation(each):
        sheet.data_validation(START, column, last, column, check)


def _write_marks(
    sheet: Worksheet, formats: Formats, declared: Sheet, rows: Rows, marks: Marks, places: Mapping[int, int]
) -> dict[Spot, str]:
    columns = {each.key: column for column, each in enumerate(declared.fields)}
    cells: dict[Spot, str] = {}
    for spot, told in marks.items():
        own, key = spot
        if own is not None:
            row, column = places[own], columns[key]
            text = rows.column(key)[row - START]
            write_answer(sheet, formats, row, column, text, _look(declared[key]), told)
            cells[spot] = xl_rowcol_to_cell(row, column)
    return cells


def _finish(sheet: Worksheet, declared: Sheet, end: int, total: float) -> None:
    last = len(declared.fields) - 1
    if end > START:
        sheet.ignore_errors({"number_stored_as_text": f"A{START + 1}:{xl_col_to_name(last)}{end}"})
    beside = 2 if declared.number else 1
    sheet.freeze_panes(START, beside)
    protect(sheet)
    print_setup(sheet, HEADER, max(1, round(total / PAGE_WIDTH)))
    sheet.set_landscape()
    sheet.repeat_columns(0, beside - 1)
    # Whole columns: printing ends with the last row in use, however many are added.
    sheet.print_area(0, 0, 1_048_575, last)
    sheet.hide_gridlines(0)
