"""How the workbooks look: one palette, one type, named cell formats."""

import datetime as dt
from collections.abc import Iterable
from typing import Any

import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.sharedstrings import SharedStringTable
from xlsxwriter.worksheet import Worksheet

from pledgebatch.notice.periods import Stage
from pledgebatch.schema.fields import Field, Kind
from pledgebatch.schema.frames import Severity

FONT = {"font_name": "宋体", "font_size": 10.5}
ACCENT = "#8C1D18"
GREY = "#6B6B6B"
LINE = "#BFBFBF"
PREFILLED_COLOUR = "#EDEDED"
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


Attributes = Iterable[tuple[str, Any]]


class PlainStrings(SharedStringTable):  # type: ignore[misc]
    """Texts of a workbook, none of which is markup: xlsxwriter takes ``<r>…</r>`` for rich text of its own making."""

    def _xml_rich_si_element(self, string: str) -> None:
        self._xml_si_element(string)


class PlainSheet(Worksheet):  # type: ignore[misc]
    """A sheet as xlsxwriter writes it, but for what typed text and our formulas do not need.

    Cell attributes are numbers and references: nothing to escape. Formulas use no function newer than Excel 2010:
    nothing to prefix. Both cost a quarter of a workbook's time.
    """

    def _xml_string_element(self, index: int, attributes: Attributes = ()) -> None:
        told = "".join(f' {key}="{value}"' for key, value in attributes)
        self.fh.write(f'<c{told} t="s"><v>{index}</v></c>')

    def _xml_rich_inline_string(self, string: str, attributes: Attributes = ()) -> None:
        self._xml_inline_string(string, False, attributes)

    def _prepare_formula(self, formula: str, expand_future_functions: bool = False) -> str:
        return formula.removeprefix("=")


class PlainBook(xlsxwriter.Workbook):  # type: ignore[misc]
    """A workbook of plain sheets and plain strings."""

    worksheet_class = PlainSheet

    def __init__(self, target: Any, options: dict[str, Any]) -> None:
        """Begin without sheets."""
        super().__init__(target, options)
        self.str_table = PlainStrings()


def new_book(target: Any, **options: Any) -> xlsxwriter.Workbook:
    """A workbook that makes nothing live of a text and says nothing of the clock."""
    book = PlainBook(
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


def lines(text: str, units: float) -> int:
    """Lines that ``text`` takes in a column of ``units``; a Chinese character counts two."""
    sizes = (sum(1 if char.isascii() else 2 for char in line) for line in text.split("\n"))
    return sum(max(1, -(-size // max(int(units) - 1, 1))) for size in sizes)


def text_format(field: Field) -> str:
    """The number format that keeps what is typed: text for all that a spreadsheet would turn into something else."""
    return "yyyy-mm-dd" if field.kind is Kind.DATE else "0" if field.kind is Kind.INTEGER else "@"
