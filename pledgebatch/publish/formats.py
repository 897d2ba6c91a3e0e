"""How the workbooks look: one palette, one type, named cell formats."""

import datetime as dt
from typing import Any

import xlsxwriter
from xlsxwriter.format import Format

from pledgebatch.notice.periods import Stage
from pledgebatch.schema.fields import Field, Kind
from pledgebatch.schema.frames import Severity

FONT = {"font_name": "宋体", "font_size": 10.5}
ACCENT = "#8C1D18"
GREY = "#6B6B6B"
LINE = "#BFBFBF"
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
SEVERITY_COLOURS = {Severity.ERROR: "#F8CBCB", Severity.WARNING: "#FFE699", Severity.NOTICE: "#D6E4F5"}
SPECS: dict[str, dict[str, Any]] = {
    "title": {"bold": True, "font_size": 16, "font_color": ACCENT, "valign": "vcenter"},
    "help": {"font_size": 9, "font_color": GREY, "text_wrap": True, "valign": "top"},
    "plain": {"text_wrap": True, "valign": "top"},
    "label": {"border": 1, "border_color": LINE, "valign": "vcenter", "text_wrap": True},
    "group": {"bold": True, "font_color": "#FFFFFF", "bg_color": ACCENT, "valign": "vcenter"},
    "header": {
        "bold": True,
        "border": 1,
        "border_color": LINE,
        "text_wrap": True,
        "align": "center",
        "valign": "vcenter",
    },
    "cell": {"border": 1, "border_color": LINE, "text_wrap": True, "valign": "top", "num_format": "@"},
    "date": {"border": 1, "border_color": LINE, "valign": "top", "num_format": "yyyy-mm-dd", "align": "left"},
    "number": {"border": 1, "border_color": LINE, "valign": "top", "num_format": "0"},
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
            self._made[key] = self._book.add_format(FONT | SPECS[name] | more)
        return self._made[key]


def new_book(target: Any, **options: Any) -> xlsxwriter.Workbook:
    """A workbook that makes nothing live of a text and says nothing of the clock."""
    book = xlsxwriter.Workbook(
        target,
        {"strings_to_urls": False, "strings_to_formulas": False, "strings_to_numbers": False, "in_memory": True}
        | options,
    )
    book.set_properties({"created": CREATED})
    book.set_calc_mode("auto")
    return book


def width(field: Field) -> float:
    """The width of a field's column, in Excel's units."""
    least = -(-len(field.header) // 2) + 1
    return 2 * max(field.width or WIDTHS.get(field.kind, 7), least, 5) + 1


def text_format(field: Field) -> str:
    """The number format that keeps what is typed: text for all that a spreadsheet would turn into something else."""
    return "yyyy-mm-dd" if field.kind is Kind.DATE else "0" if field.kind is Kind.INTEGER else "@"
