"""How the workbooks look: one palette, one type, named cell formats."""

import datetime as dt
from functools import cache, lru_cache
from typing import Any

import xlsxwriter
from xlsxwriter.format import Format

from pledgebatch.notice.periods import Stage
from pledgebatch.schema.fields import Field, Kind
from pledgebatch.schema.states import Severity
from pledgebatch.xlsx.theme import THEME
from pledgebatch.xlsx.writer import PlainBook

FONT = {"font_name": "宋体", "font_size": 10.5}
NO_THEME = -1
ACCENT = "#8C1D18"
GREY = "#6B6B6B"
LINE = "#BFBFBF"
PREFILLED_COLOUR = "#EDEDED"
CORRECTED_COLOUR = "#E2EFDA"
"""Of a cell that the office corrected."""
CREATED = dt.datetime(2010, 11, 1)
"""Written into every workbook, so that the same content is the same bytes."""
STAGE_COLOURS = {
    Stage.ALWAYS: "#DCE6F1",
    Stage.PLEDGE: "#FDE9D9",
    Stage.PUBLISH: "#E4DFEC",
    Stage.MONTH: "#DDEBDA",
    Stage.HALF: "#EEECE1",
    Stage.YEAR: "#FFF2CC",
}
STRONG_COLOURS = {
    Stage.ALWAYS: "#A6C1E0",
    Stage.PLEDGE: "#F6BE92",
    Stage.PUBLISH: "#C0B1DA",
    Stage.MONTH: "#A9D0A0",
    Stage.HALF: "#CFC9AE",
    Stage.YEAR: "#FFD966",
}
"""The same hues for what is required now."""
SEVERITY_COLOURS = {Severity.ERROR: "#F8CBCB", Severity.WARNING: "#FFE699", Severity.NOTICE: "#D6E4F5"}
BORDER = {"border": 1, "border_color": LINE}
SPECS: dict[str, dict[str, Any]] = {
    "title": {"bold": True, "font_size": 16, "font_color": ACCENT, "valign": "vcenter"},
    "help": {"font_size": 9, "italic": True, "font_color": GREY, "text_wrap": True, "valign": "top"},
    "plain": {"text_wrap": True, "valign": "top"},
    "label": {**BORDER, "valign": "vcenter", "text_wrap": True},
    "group": {"bold": True, "font_color": "#FFFFFF", "bg_color": ACCENT, "valign": "vcenter"},
    "header": {**BORDER, "bold": True, "text_wrap": True, "align": "center", "valign": "vcenter"},
    "cell": {**BORDER, "text_wrap": True, "valign": "top", "num_format": "@"},
    "date": {**BORDER, "valign": "top", "num_format": "yyyy-mm-dd", "align": "left"},
    "number": {**BORDER, "valign": "top", "num_format": "0"},
    "link": {**BORDER, "valign": "top", "font_color": "#0B5394", "underline": 1},
    "mark": {},
    "big": {"bold": True, "font_size": 14, "font_color": ACCENT, "align": "left"},
}
WIDTHS = {
    Kind.TEXT: 16,
    Kind.PERSON: 8,
    Kind.PHONE: 12,
    Kind.EMAIL: 16,
    Kind.DEADLINE: 11,
    Kind.CODE: 8,
    Kind.CHOICE: 8,
}
"""Column widths in Chinese characters; half a header's length is the least."""


class Formats:
    """The formats of one workbook, each made once."""

    def __init__(self, book: xlsxwriter.Workbook) -> None:
        """Begin with none."""
        self._book = book
        self._made: dict[tuple[str, tuple[tuple[str, Any], ...]], Format] = {}

    def __call__(self, name: str, **more: Any) -> Format:
        """The format ``name`` with ``more`` properties."""
        key = (name, tuple(sorted(more.items())))
        if key not in self._made:
            properties = FONT | SPECS[name] | more
            # Without a colour of its own xlsxwriter gives a font that of the theme.
            self._made[key] = self._book.add_format(
                {"theme": 0 if "font_color" in properties else NO_THEME} | properties
            )
        return self._made[key]

    def number(self, name: str, **more: Any) -> None:
        """Give the format its number in the workbook now: before all that are used later."""
        self(name, **more)._get_xf_index()


def new_book(target: Any, book_class: type[xlsxwriter.Workbook] = PlainBook, **options: Any) -> xlsxwriter.Workbook:
    """A workbook that makes nothing live of a text and says nothing of the clock."""
    usual = options.get("default_format_properties", {})  # copied below: xlsxwriter writes into what it is given
    book = book_class(
        target,
        {"strings_to_urls": False, "strings_to_formulas": False, "strings_to_numbers": False, "in_memory": True}
        | options
        | {"default_format_properties": {"theme": NO_THEME, **usual}},
    )
    book.theme_xml = THEME
    book.set_properties({"created": CREATED})
    book.set_calc_mode("auto")
    return book


@cache
def width(field: Field) -> float:
    """The width of a field's column, in Excel's units."""
    least = -(-len(field.header) // 2) + 1
    return 2 * max(field.width or WIDTHS.get(field.kind, 7), least, 5) + 1


@lru_cache(4096)
def count_lines(text: str, room: float) -> int:
    """Lines that ``text`` takes in a column of ``room`` units."""
    return sum(max(1, -(-units(line) // max(int(room) - 1, 1))) for line in text.split("\n"))


def units(line: str) -> int:
    """The width of a line; a Chinese character counts two."""
    # In UTF-8 an ASCII character is one byte and a Chinese one three.
    return len(line) + (len(line.encode("utf-8", "replace")) - len(line)) // 2


def text_format(field: Field) -> str:
    """The number format that keeps what is typed: text for all that a spreadsheet would turn into something else."""
    return "yyyy-mm-dd" if field.kind is Kind.DATE else "0" if field.kind is Kind.INTEGER else "@"
