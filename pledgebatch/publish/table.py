"""A table to fill in: title, help and one header row above, room below."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import Any

from xlsxwriter.utility import xl_col_to_name, xl_rowcol_to_cell
from xlsxwriter.worksheet import Worksheet

from pledgebatch.notice.periods import Stage
from pledgebatch.publish.formats import (
    PREFILLED_COLOUR,
    STAGE_COLOURS,
    STRONG_COLOURS,
    Formats,
    lines,
    text_format,
    width,
)
from pledgebatch.publish.marks import Marks, Spot, write_answer
from pledgebatch.publish.page import print_setup, protect
from pledgebatch.publish.rows import Rows
from pledgebatch.publish.stages import stage_of
from pledgebatch.publish.validations import help_line, validation
from pledgebatch.schema.fields import Field, Kind, Sheet
from pledgebatch.schema.sheets import ITEMS

TITLE, HELP, HEADER, START = range(4)
"""Rows above the data, and where the data begins."""
ROOM = {ITEMS.key: 2_000}
ROOM_ELSEWHERE = 500
SPARE = 200
"""Rows to spare below rows that fill the room."""
LINE_HEIGHT, MOST_LINES = 15, 26
HELP_LINE_HEIGHT, MOST_HELP_LINES = 12, 6
PAGE_WIDTH = 250
"""Units of column width that a landscape A4 page still shows legibly, at about half size."""


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
    stages = stage_of(declared)
    folded = _folded(stages, rows, due, marks)
    shown = [each for each in declared.fields if each.key not in folded]
    tallest = max((lines(help_line(each), width(each) * 1.15) for each in shown), default=1)
    heights = {TITLE: 28, HELP: HELP_LINE_HEIGHT * min(tallest, MOST_HELP_LINES) + 4, HEADER: 34}
    for row, height in heights.items():
        # A format of its own keeps the row locked where the columns are not.
        sheet.set_row(row, height, formats("plain"))
    sheet.write_string(TITLE, 0, title, formats("title"))
    last = last_row(declared, rows)
    before = False
    for column, each in enumerate(declared.fields):
        options: dict[str, object] = {"level": 1, "hidden": True} if each.key in folded else {"collapsed": before}
        before = each.key in folded
        _write_column(sheet, formats, each, stages[each.key], column, last, due, options)
        if each.key in rows.texts:
            sheet.write_texts(START, column, rows.texts[each.key], formats("cell", **_look(each)))
            if each.key in rows.locked:
                kept = zip(rows.texts[each.key], rows.locked[each.key], strict=True)
                look = {**_look(each), "locked": True, "bg_color": PREFILLED_COLOUR}
                sheet.write_texts(START, column, [text if flag else "" for text, flag in kept], formats("cell", **look))
    if before:
        sheet.set_column(len(declared.fields), len(declared.fields), None, None, {"collapsed": True})
    for row, count in _tall_rows(declared, rows):
        sheet.fit_row(row, LINE_HEIGHT * min(count, MOST_LINES))
    cells = _write_marks(sheet, formats, declared, rows, marks, places)
    _finish(sheet, declared, START + len(rows), sum(map(width, shown)))
    return cells


def _folded(stages: Mapping[str, Stage], rows: Rows, due: Collection[Stage], marks: Iterable[Spot]) -> set[str]:
    """The fields of stages not yet due, unless they hold or need something."""
    marked = {key for _, key in marks}
    return {
        key for key, stage in stages.items() if stage not in due and key not in marked and not any(rows.column(key))
    }


def _tall_rows(declared: Sheet, rows: Rows) -> Iterator[tuple[int, int]]:
    """The rows whose texts need more than one line, each with how many."""
    counts = [1] * len(rows)
    for each in declared.fields:
        if each.kind is Kind.TEXT and each.key in rows.texts:
            fits = int(width(each)) // 2
            for index, text in enumerate(rows.texts[each.key]):
                if len(text) > fits or "\n" in text:
                    counts[index] = max(counts[index], -(-len(text) // fits) + text.count("\n"))
    return ((row, count) for row, count in enumerate(counts, START) if count > 1)


def _look(each: Field) -> dict[str, Any]:
    """How the cells of a column look: unlocked by column, so that room costs nothing."""
    return {"locked": False, "num_format": text_format(each)}


def _write_column(
    sheet: Worksheet,
    formats: Formats,
    each: Field,
    stage: Stage,
    column: int,
    last: int,
    due: Collection[Stage],
    options: Mapping[str, object],
) -> None:
    sheet.set_column(column, column, width(each), formats("cell", **_look(each)), options)
    if said := help_line(each):
        sheet.write_string(HELP, column, said, formats("help"))
    required = each.required in due
    colours = STRONG_COLOURS if required else STAGE_COLOURS
    header = formats("header", bg_color=colours[stage], bold=required)
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
    sheet.set_landscape()
    # No print area: printing ends with the last row in use, however many are added.
    print_setup(sheet, HEADER, -int(-total // PAGE_WIDTH))
    sheet.repeat_columns(0, beside - 1)
    sheet.hide_gridlines(2)
