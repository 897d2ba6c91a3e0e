"""How the workbooks look: one palette, one type, named cell formats."""

import datetime as dt
from collections.abc import Iterable
from functools import cache, lru_cache
from typing import Any

import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.sharedstrings import SharedStringTable
from xlsxwriter.utility import xl_col_to_name
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
    nothing to prefix. This, and ``write_texts``, halve the time that rows take.
    """

    def __init__(self) -> None:
        """Begin with rows of the usual height."""
        super().__init__()
        self._heights: dict[int, float] = {}

    def fit_row(self, row: int, height: float) -> None:
        """Make a row ``height`` points high for now: unlike ``set_row`` it may still grow with what is typed."""
        self._heights[row] = height

    def _write_row(self, row: int, spans: str | None, row_info: Any = None, empty_row: bool = False) -> None:
        if row in self._heights and row_info is None and not empty_row:
            self._xml_start_tag("row", [("r", row + 1), ("ht", self._heights[row])])
        else:
            super()._write_row(row, spans, row_info, empty_row)

    def write_texts(self, first: int, column: int, texts: Iterable[str], look: Format) -> None:
        """Write ``texts``, all fit for cells, down a column from row ``first``; blank ones leave their cells alone."""
        index, table, letter = self.str_table._get_shared_string_index, self.table, xl_col_to_name(column)
        row = first
        for row, text in enumerate(texts, first):
            if text:
                table[row][column] = (letter, index(text), look)
        self._check_dimensions(row, column)

    def _write_cell(self, row: int, column: int, cell: Any) -> None:
        if cell.__class__ is tuple:
            letter, index, look = cell
            self.fh.write(f'<c r="{letter}{row + 1}" s="{look.xf_index}" t="s"><v>{index}</v></c>')
        else:
            super()._write_cell(row, column, cell)

    def _xml_string_element(self, index: int, attributes: Attributes = ()) -> None:
        told = ""
        for key, value in attributes:
            told += f' {key}="{value}"'
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


@cache
def width(field: Field) -> float:
    """The width of a field's column, in Excel's units."""
    least = -(-len(field.header) // 2) + 1
    return 2 * max(field.width or WIDTHS.get(field.kind, 7), least, 5) + 1


@lru_cache(4096)
def lines(text: str, units: float) -> int:
    """Lines that ``text`` takes in a column of ``units``; a Chinese character counts two."""
    sizes = (sum(1 if char.isascii() else 2 for char in line) for line in text.split("\n"))
    return sum(max(1, -(-size // max(int(units) - 1, 1))) for size in sizes)


def text_format(field: Field) -> str:
    """The number format that keeps what is typed: text for all that a spreadsheet would turn into something else."""
    return "yyyy-mm-dd" if field.kind is Kind.DATE else "0" if field.kind is Kind.INTEGER else "@"
