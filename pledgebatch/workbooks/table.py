"""A table to fill in: title, help and one header row above, room below."""

from collections.abc import Collection, Iterator, Mapping
from typing import Any

from xlsxwriter.utility import xl_col_to_name, xl_rowcol_to_cell

from pledgebatch.notice.periods import Stage
from pledgebatch.schema.fields import Field, Filler, Kind, Sheet
from pledgebatch.schema.sheets import EXPLANATIONS, ITEMS, MEMBERS
from pledgebatch.workbooks.findings import Spot
from pledgebatch.workbooks.marks import RECALLED, Marks, add_colour, write_note, write_since
from pledgebatch.workbooks.rows import Rows
from pledgebatch.workbooks.validations import help_line, validation
from pledgebatch.xlsx.formats import (
    PREFILLED_COLOUR,
    STAGE_COLOURS,
    STRONG_COLOURS,
    Formats,
    count_lines,
    text_format,
    width,
)
from pledgebatch.xlsx.page_setup import print_setup, protect
from pledgebatch.xlsx.template import TemplateSheet

TITLE, HELP, HEADER, START = range(4)
"""Rows above the data, and where the data begins."""
ROOM = {ITEMS.key: 2_000}
ROOM_ELSEWHERE = 500
FILTERED = (MEMBERS.key, ITEMS.key, EXPLANATIONS.key)
"""The tables long enough to be filtered."""
SPARE = 200
"""Rows to spare below rows that fill the room."""
OWN, OWN_WIDTH = {"locked": False, "num_format": "@"}, 16
"""The format and the width of a branch's own columns."""
LINE_HEIGHT, MOST_LINES = 15, 26
HELP_LINE_HEIGHT, MOST_HELP_LINES = 12, 6
PAGE_WIDTH = 250
"""Units of column width that a landscape A4 page still shows legibly, at about half size."""
RECALLED_NOTE = "　（灰字是上次已知的内容，请核对）"
ON_SCREEN = "&C本表太宽，请在电脑上填写"
"""What stands above a page that cannot be read on paper."""


def last_row(sheet: Sheet, rows: Rows) -> int:
    """The last row that dropdowns and the self-check reach."""
    return HEADER + max(ROOM.get(sheet.key, ROOM_ELSEWHERE), len(rows) + SPARE)


def lay_out_table(sheet: TemplateSheet, formats: Formats, declared: Sheet, due: Collection[Stage], last: int) -> None:
    """Lay out the ``declared`` table with room down to row ``last``, what is not yet due folded."""
    for row, height in ((TITLE, 28), (HEADER, 34)):
        sheet.set_row(row, height, formats("plain"))
    for column, each in enumerate(declared.fields):
        if words := help_line(each):
            sheet.write_string(HELP, column, words, formats("help"))
        required = each.required in due
        colours = STRONG_COLOURS if required else STAGE_COLOURS
        header = formats("header", bg_color=colours[each.stage], bold=required)
        sheet.write_string(HEADER, column, each.header, header)
        if check := validation(each):
            sheet.data_validation(START, column, last, column, check)
    beside = 2 if declared.number else 1
    sheet.freeze_panes(START, beside)
    protect(sheet, filtered=declared.key in FILTERED)
    sheet.set_landscape()
    if declared.key in FILTERED:
        sheet.autofilter(HEADER, 0, last, len(declared.fields) - 1)
    # No print area: printing ends with the last row in use, however many are added.
    print_setup(sheet, HEADER)
    sheet.repeat_columns(0, beside - 1)
    sheet.hide_gridlines(2)
    _lay_out_columns(sheet, formats, declared, _not_due(declared, due))


def _lay_out_columns(
    sheet: TemplateSheet, formats: Formats, declared: Sheet, folded: Collection[str], extras: int = 0
) -> None:
    """Widths and folds of the columns, and what depends on them: the height of the help, the pages across."""
    sheet.reset_columns()
    before = False
    for column, each in enumerate(declared.fields):
        options: dict[str, object] = {"level": 1, "hidden": True} if each.key in folded else {"collapsed": before}
        before = each.key in folded
        sheet.set_column(column, column, width(each), formats("cell", **_properties(declared, each)), options)
    if before and not extras:
        sheet.set_column(len(declared.fields), len(declared.fields), None, None, {"collapsed": True})
    if extras:
        own = formats("cell", **OWN)
        sheet.set_column(len(declared.fields), len(declared.fields) + extras - 1, OWN_WIDTH, own, {"collapsed": before})
    shown = [each for each in declared.fields if each.key not in folded]
    tallest = max((count_lines(help_line(each), width(each) * 1.15) for each in shown), default=1)
    # A format of its own keeps the row locked where the columns are not.
    sheet.set_row(HELP, HELP_LINE_HEIGHT * min(tallest, MOST_HELP_LINES) + 4, formats("plain"))
    sheet.set_header(ON_SCREEN if sum(map(width, shown)) > PAGE_WIDTH else "")


def fill_table(
    sheet: TemplateSheet,
    formats: Formats,
    declared: Sheet,
    rows: Rows,
    due: Collection[Stage],
    marks: Marks,
) -> dict[Spot, str]:
    """Fill the ``declared`` table with ``rows``, marked with ``marks``; returns the cell of each spot marked."""
    own = set(rows.own)
    marks = {spot: found for spot, found in marks.items() if spot[0] in own}
    not_due = _not_due(declared, due)
    held = {key for _, key in marks} | {key for key in not_due if any(rows.column(key))}
    if not_due & held or rows.extras:
        _lay_out_columns(sheet, formats, declared, not_due - held, len(rows.extras))
    for column, each in enumerate(declared.fields):
        if each.key in rows.since and any(rows.column(each.key)):
            write_since(sheet, HEADER, column, rows.since[each.key])
    columns = {place: _contents(sheet, formats, declared, each, rows) for place, each in enumerate(declared.fields)}
    columns |= _own_columns(sheet, formats, len(declared.fields), rows)
    cells = _mark_cells(sheet, formats, declared, rows, marks, columns)
    heights = {row: LINE_HEIGHT * min(count, MOST_LINES) for row, count in _tall_rows(declared, rows)}
    sheet.write_below(START, columns, heights)
    if len(rows):
        last = xl_col_to_name(len(declared.fields) - 1)
        sheet.ignore_errors({"number_stored_as_text": f"A{START + 1}:{last}{START + len(rows)}"})
    return cells


def write_title(sheet: TemplateSheet, formats: Formats, title: str, rows: Rows) -> None:
    """Write the title of a table, and whether some of its ``rows`` stand as they were last known."""
    recalled = any(any(rows.column(key)) for key in rows.since)
    sheet.write_string(TITLE, 0, title + RECALLED_NOTE * recalled, formats("title"))


def _own_columns(sheet: TemplateSheet, formats: Formats, first: int, rows: Rows) -> dict[int, list[str]]:
    """The branch's own columns, right of ours from column ``first`` on: headers as typed, and the cells of each."""
    columns = {}
    for column, (header, texts) in enumerate(rows.extras, first):
        sheet.write_string(HEADER, column, header, formats("header"))
        columns[column] = sheet.contents([texts.get(own, "") for own in rows.own], formats("cell", **OWN))
    return columns


def _not_due(declared: Sheet, due: Collection[Stage]) -> set[str]:
    """The fields of stages not yet due."""
    return {field.key for field in declared.fields if field.stage not in due}


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


def _properties(declared: Sheet, each: Field) -> dict[str, Any]:
    """The properties of the cells of a column: unlocked by column, so that room costs nothing, but for what is asked."""
    properties = {"num_format": text_format(each)}
    is_locked = declared.asked and each.filler is Filler.PREFILLED
    return properties | ({"bg_color": PREFILLED_COLOUR} if is_locked else {"locked": False})


def _contents(sheet: TemplateSheet, formats: Formats, declared: Sheet, each: Field, rows: Rows) -> list[str]:
    """The cells of a column; where a row may not change it, locked."""
    texts = rows.column(each.key)
    if not any(texts):
        return [""] * len(rows)
    cell_format = _properties(declared, each) | (RECALLED if each.key in rows.since else {})
    contents = sheet.contents(texts, formats("cell", **cell_format))
    if each.key in rows.locked:
        locked = formats("cell", **cell_format | {"locked": True, "bg_color": PREFILLED_COLOUR})
        kept = [text if flag else "" for text, flag in zip(texts, rows.locked[each.key], strict=True)]
        closed = sheet.contents(kept, locked)
        contents = [shut or open for shut, open in zip(closed, contents, strict=True)]
    return contents


def _mark_cells(
    sheet: TemplateSheet,
    formats: Formats,
    declared: Sheet,
    rows: Rows,
    marks: Marks,
    columns: Mapping[int, list[str]],
) -> dict[Spot, str]:
    """Colour and note the cells in ``columns`` where something was found or corrected; returns those of ``marks``."""
    numbers = {each.key: column for column, each in enumerate(declared.fields)}
    places = {own: index for index, own in enumerate(rows.own)}
    found_at = {(places[own], key): found for (own, key), found in marks.items() if own is not None}
    noted = {(place, key): note for key, notes in rows.corrected.items() for place, note in enumerate(notes) if note}
    for place, key in dict.fromkeys((*found_at, *noted)):
        column, found, note = numbers[key], found_at.get((place, key), ()), noted.get((place, key), "")
        cell_format = formats("cell", **add_colour(_properties(declared, declared[key]), found, note))
        (content,) = sheet.contents([rows.column(key)[place]], cell_format)
        columns[column][place] = content or sheet.blank(cell_format)
        write_note(sheet, START + place, column, found, note)
    return {(own, key): xl_rowcol_to_cell(START + places[own], numbers[key]) for own, key in marks if own is not None}
