"""Tables on worksheets: columns of values in, frozen, filtered, printable sheets out."""

import io
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache, partial
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import xlsxwriter
from xlsxwriter.worksheet import Worksheet

from pledgebatch.schema.corrected import Original, both, find_corrected
from pledgebatch.schema.fields import Field, Kind
from pledgebatch.schema.kinds import RAW, show
from pledgebatch.schema.records import values_of
from pledgebatch.schema.states import LIVE, Severity, State
from pledgebatch.schema.words import show_values, texts_of
from pledgebatch.workbooks.table import PAGE_WIDTH
from pledgebatch.xlsx.formats import ACCENT, SEVERITY_COLOURS, Formats, count_lines, new_book, units, width
from pledgebatch.xlsx.page_setup import print_setup
from pledgebatch.xlsx.safe_text import cell_text
from pledgebatch.xlsx.writer import PlainSheet, number_rows

MOST_ROWS = 1_048_576
"""Excel's; a longer table goes on on a numbered next sheet."""
FIRST = 2
"""The first row below the header, as Excel counts."""
AT_ONCE = 8_000
"""Rows whose XML stands in memory at once."""
HEADER = {"bg_color": ACCENT, "font_color": "#FFFFFF"}
MARKED = {"bg_color": SEVERITY_COLOURS[Severity.WARNING]}
"""How a value looks that was not understood and stands as typed."""
SHADED, GRADED = ("程度", "状态"), "graded"
"""The headers and the style of columns whose words are coloured by how grave they are."""
GRAVE, MENDABLE = SEVERITY_COLOURS[Severity.ERROR], SEVERITY_COLOURS[Severity.WARNING]
SHADES = (
    {severity.label: colour for severity, colour in SEVERITY_COLOURS.items()}
    | {state.label: GRAVE for state in State if state not in (*LIVE, State.SUPERSEDED)}
    | {State.RETURNED.label: MENDABLE, State.LATE.label: MENDABLE}
)
NOTHING = "本月没有这方面的内容。"
CENTRED = {"number": {"align": "center"}}
NUMBERED = {"date": 12.0, "number": 8.0}
"""Widths that whole numbers need, days among them."""
LINE_OF_HEADER, ARROW = 4, 4
"""Characters of a header that stay on one line, and the units that the filter's arrow takes."""
LEGIBLE = 1.1 * PAGE_WIDTH
"""Units on a page at the most: a little smaller is better than a page for one column."""
LINE_HEIGHT = 15
MOST_LINES = 12
"""A row is not higher; a longer text is read in the cell."""
STYLES = {Kind.DATE: "date", Kind.DEADLINE: "date", Kind.INTEGER: "number"}
DAY_0 = 25_569
"""Excel's number of 1970-01-01."""
FIRST_SERIAL = 61
"""Excel's number of 1900-03-01; of earlier days Excel counts one too many, they stand as typed."""


@dataclass(frozen=True)
class AsTyped:
    """A text that stands as such where a value would: it was not understood, or the office corrected it."""

    text: str


@dataclass(frozen=True)
class Column:
    """A column of a table: texts and whole numbers (of style ``date``, days); anything else leaves the cell blank.

    ``width`` is the most: where header and values need less, the column is narrower.
    """

    header: str
    width: float
    values: Sequence[Any]
    style: str = "cell"


def plain_columns(rows: pd.DataFrame, headers: Mapping[str, tuple[str, float]]) -> list[Column]:
    """Columns of a frame as they stand; ``headers`` gives header and width by key."""
    return [
        Column(header, size, values_of(rows[key]), _style(header) if rows[key].dtype == "str" else "number")
        for key, (header, size) in headers.items()
    ]


def _style(header: str) -> str:
    return GRADED if header in SHADED else "cell"


def field_columns(
    fields: Iterable[Field], rows: pd.DataFrame, headers: Mapping[str, str] | None = None
) -> list[Column]:
    """The columns of fields, called by their own headers or by those given here by key: the value as understood, or else
    the text as typed, marked."""
    corrected, names = find_corrected(rows), headers or {}
    return [_field_column(field, rows, corrected, names.get(field.key, field.header)) for field in fields]


def _field_column(
    field: Field, rows: pd.DataFrame, corrected: Mapping[int, Mapping[str, Original]], header: str
) -> Column:
    style = STYLES.get(field.kind, "cell")
    if rows.empty:
        return Column(header, width(field), [], style)
    values, raws = rows[field.key], texts_of(rows[field.key + RAW])
    if field.kind in (Kind.DATE, Kind.DEADLINE):
        values = day_numbers(values)
    elif field.kind is Kind.MONTH:
        values = show_values(field, values)
    known = pa.array(values)
    cells = known.to_pylist()
    if known.null_count:
        not_understood = pc.and_(pc.is_null(known), pc.not_equal(raws, ""))
        for place in pc.indices_nonzero(not_understood).to_pylist():
            cells[place] = AsTyped(raws[place].as_py())
    for row, originals in corrected.items():
        if field.key in originals:
            typed, _ = originals[field.key]
            cells[row] = AsTyped(both(typed, shown_in_words(field, rows, row)))
    return Column(header, width(field), cells, style)


def shown_in_words(field: Field, rows: pd.DataFrame, place: int) -> str:
    """A cell as the office writes it, or else as typed."""
    raw = rows[field.key + RAW].iloc[place]
    return show(field, rows[field.key].iloc[place]) or (raw if isinstance(raw, str) else "")


def day_numbers(values: pd.Series) -> pd.Series:
    """Days as Excel numbers them, missing where it numbers them wrong."""
    serials = values.to_numpy("datetime64[D]").astype(np.int64) + DAY_0
    return pd.Series(pd.arrays.IntegerArray(serials, serials < FIRST_SERIAL), values.index)


def write_table(book: xlsxwriter.Workbook, formats: Formats, name: str, columns: Sequence[Column], footer: str) -> None:
    """Write a table on as many sheets of ``book``, in constant memory, as it needs, the first called ``name``."""
    needed = [width_needed(column, slice(None)) for column in columns]
    for number, rows in enumerate(slices(slice(0, len(columns[0].values)), MOST_ROWS - 1), 1):
        sheet = book.add_worksheet(name if number == 1 else f"{name}{number}")
        lay_out(sheet, formats, columns, needed, footer, rows.stop - rows.start)
        for few in slices(rows, AT_ONCE):
            xml = rows_xml(columns, few, partial(_content, sheet, formats)).encode()
            sheet.write_text(number_rows(xml, FIRST + few.start - rows.start).decode())


def slices(rows: slice, most: int) -> Iterator[slice]:
    """``rows`` a few at a time, no more than ``most``; at least once, for none too."""
    for start in range(rows.start, max(rows.stop, rows.start + 1), most):
        yield slice(start, min(rows.stop, start + most))


def width_needed(column: Column, rows: slice) -> float:
    """The width that some values of a column need, up to its own; 0 where they leave all cells blank."""
    distinct = set(column.values[rows])
    texts = [value.text if isinstance(value, AsTyped) else value for value in distinct]
    texts = [text for text in texts if isinstance(text, str) and text]
    least = NUMBERED.get(column.style, 0.0) if any(isinstance(value, int) for value in distinct) else 0.0
    longest = max(map(len, texts), default=-2)
    if longest + 2 < column.width:
        longest = max((units(line) for text in texts for line in text.split("\n")), default=-2)
    return min(column.width, max(least, longest + 2))


def _width(column: Column, needed: float) -> float:
    """No wider than its header on two lines and its longest value: paper is narrow, print is small."""
    words = len(column.header)
    header = 2 * (words if words <= LINE_OF_HEADER else -(-words // 2)) + ARROW
    return min(column.width, max(header, needed))


def _fills(value: object) -> bool:
    return isinstance(value, str | int | AsTyped) and value != ""


def lay_out(
    sheet: Worksheet, formats: Formats, columns: Sequence[Column], needed: Sequence[float], footer: str, rows: int
) -> None:
    """Everything but the ``rows`` of a table: the header, widths, filter, print set-up, a word where there are none.

    ``needed`` are the widths that the values need; columns that need none are folded.
    """
    widths = [_width(column, need) for column, need in zip(columns, needed, strict=True)]
    blank = [rows > 0 and not need for need in needed]
    across = sum(size for size, hidden in zip(widths, blank, strict=True) if not hidden)
    print_on_a4(sheet, footer, max(1, -int(-across // LEGIBLE)))
    sheet.repeat_columns(0, 1)
    sheet.freeze_panes(1, 2)
    sheet.hide_gridlines(0)  # shown and printed: cells need no borders of their own, blank ones neither
    folded = {"level": 1, "hidden": True}
    for number, size in enumerate(widths):
        sheet.set_column(number, number, size, None, folded if blank[number] else {})
    sheet.set_row(0, 30)
    for number, column in enumerate(columns):
        sheet.write_string(0, number, column.header, formats("header", **HEADER))
    if not rows:
        sheet.write_string(1, 0, NOTHING, formats("help", text_wrap=False))
    sheet.reach(rows, len(columns) - 1)
    sheet.autofilter(0, 0, rows, len(columns) - 1)


def print_on_a4(sheet: Worksheet, footer: str, across: int = 1) -> None:
    """Landscape, ``across`` pages wide, name and header on each, with ``footer`` and page numbers."""
    print_setup(sheet, 0, across)
    sheet.set_landscape()
    sheet.set_margins(0.4, 0.4, 0.75, 0.6)
    sheet.set_header("&C&B&14&A")
    sheet.set_footer(f"&L{footer.replace('&', '&&')}　&A&R第 &P 页，共 &N 页")


MOST_REMEMBERED = 1 << 17
Content = Callable[[str, float, Any], tuple[str, int]]
"""Takes the style and the width of a column, and a value; returns the cell's XML behind its reference, and its lines."""
STYLED = ("cell", "date", "number")


def number_formats(formats: Formats) -> None:
    """Number the formats that rows have before all others, so that rows written apart agree on the numbers."""
    for style in STYLED:
        for more in ({}, CENTRED.get(style, {})):
            formats.number(style, border=0, **more)
    for colour in dict.fromkeys((MARKED["bg_color"], *SHADES.values())):
        formats.number("cell", border=0, bg_color=colour)


def make_content() -> Content:
    """Contents for rows written apart, for a book that began with ``number_formats``.

    They are remembered as long as what is returned: several views show the same long texts.
    """
    book = new_book(io.BytesIO())
    formats = Formats(book)
    number_formats(formats)
    return lru_cache(MOST_REMEMBERED)(partial(_content, book.add_worksheet(), formats))


def rows_xml(columns: Sequence[Column], rows: slice, content: Content) -> str:
    """The XML of some rows of a table, to be numbered.

    Rows are as high as their texts: not every program that opens a workbook finds the height by itself.

    Each distinct value of a column is taken once: most say 是, 男 or 通过 ten thousand times.
    """
    contents: list[list[str]] = []
    tall: dict[int, int] = {}
    for number, column in enumerate(columns):
        values, opening = column.values[rows], PlainSheet.opening(number)
        made = {value: content(column.style, column.width, value) for value in dict.fromkeys(values)}
        cells = {value: xml and opening + xml for value, (xml, _) in made.items()}
        contents.append([cells[value] for value in values])
        if any(height > 1 for _, height in made.values()):
            for row, value in enumerate(values):
                if made[value][1] > tall.get(row, 1):
                    tall[row] = made[value][1]
    heights = {row: float(LINE_HEIGHT * min(count, MOST_LINES)) for row, count in tall.items()}
    return PlainSheet.rows(contents, heights)


def _content(sheet: PlainSheet, formats: Formats, style: str, width: float, value: object) -> tuple[str, int]:
    """A cell's content and its lines; nothing where the value leaves the cell blank."""
    if not _fills(value):
        return "", 1
    if isinstance(value, int):
        return sheet.content(value, formats(style, border=0, **CENTRED.get(style, {}))), 1
    typed = isinstance(value, AsTyped)
    text = cell_text(value.text if isinstance(value, AsTyped) else value)
    if typed:
        cell_format = formats("cell", border=0, **MARKED)
    elif style == GRADED:
        cell_format = formats("cell", border=0, **({"bg_color": SHADES[text]} if text in SHADES else {}))
    else:
        cell_format = formats(style, border=0)
    short = 2 * len(text) < width and "\n" not in text
    return sheet.content(text, cell_format), 1 if short else count_lines(text, width)
