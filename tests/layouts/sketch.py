"""A workbook being laid out: its tabs, and for each cell what it must come to.

A *fact* is a cell that is ours, with the sheet, row and field under which it must arrive. An *own* cell is the branch's,
and must arrive under none. Both are noted while the cell is written, so that the truth needs no second account.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from random import Random

from pledgebatch.schema.cells import as_typed
from pledgebatch.schema.fields import Field
from pledgebatch.schema.sheets import BY_KEY
from tests.layouts.inventing import Filling, Row
from tests.layouts.spelling import Cell, Hand, canonical

Place = tuple[int, int]
IDENTITY = {
    "organisations": "",
    "members": "name",
    "items": "text",
    "opinions": "opinion",
    "legacy": "problem",
    "records": "summary",
}
"""By sheet the field by whose words a row is known here; the form has one row."""


@dataclass
class Page:
    """A tab: cells by 0-based row and column."""

    title: str
    cells: dict[Place, Cell] = field(default_factory=dict)
    merged: list[tuple[int, int, int, int]] = field(default_factory=list)
    """Top, left, bottom, right, each within."""
    hidden: bool = False

    @property
    def height(self) -> int:
        return max((row for row, _ in self.cells), default=-1) + 1

    def put(self, row: int, column: int, *cells: Cell) -> None:
        """Write ``cells`` side by side; what is blank is not written."""
        for step, cell in enumerate(cells):
            if cell != "":
                self.cells[row, column + step] = cell

    def merge(self, top: int, left: int, bottom: int, right: int) -> None:
        if (top, left) != (bottom, right):
            self.merged.append((top, left, bottom, right))


@dataclass(frozen=True)
class Fact:
    """A cell that must arrive as ``value`` of ``field`` in the row of ``sheet`` that is known by ``row``."""

    sheet: str
    row: str
    field: str
    value: str
    tab: str
    place: Place
    header: str
    """What stands above it, or before it, as typed."""
    typed: str
    refusable: bool = False
    """Whether it is as right to hold it back and say so as to read it."""


@dataclass(frozen=True)
class Own:
    """A cell of the branch's own: of the row known by ``row``, it must be no value of any field but those it ``may`` be."""

    sheet: str
    row: str
    header: str
    typed: str
    may: tuple[str, ...] = ()


@dataclass(frozen=True)
class Column:
    """A column of a table: of a field, or (without ``key``) the branch's own."""

    key: str
    header: str
    group: str = ""
    fill: Callable[[Row, int], Cell] | None = None
    """What stands in it, from the row and its place, where that is not the field's own word."""
    may: tuple[str, ...] = ()


@dataclass
class Sketch:
    """A workbook of one organisation."""

    filling: Filling
    random: Random
    hand: Hand
    pages: list[Page] = field(default_factory=list)
    facts: list[Fact] = field(default_factory=list)
    owns: list[Own] = field(default_factory=list)
    strange: list[str] = field(default_factory=list)
    """Tabs that are none of ours: nothing of them is read, and each is named."""
    file: str = ""
    suffix: str = "xlsx"
    writer: str = "openpyxl"
    needs_last: bool = False
    """Whether only last month's report can say what it is."""
    refusable: bool = False
    """What is written while this is set may be held back; see ``Fact``."""

    def page(self, title: str) -> Page:
        made = Page(title)
        self.pages.append(made)
        return made

    def fact(self, page: Page, place: Place, cell: Cell, of: Field, sheet: str, row: str, header: str) -> None:
        """Write a cell of ours and note what it must come to; a blank one says nothing."""
        page.put(*place, cell)
        self.note(page, place, cell, of, sheet, row, header)

    def note(self, page: Page, place: Place, cell: Cell, of: Field, sheet: str, row: str, header: str) -> None:
        """Note what a cell must come to; ``value`` is blank where what is typed is not understood by itself."""
        if typed := as_typed(cell).strip():
            value = canonical(of, cell)
            self.facts.append(Fact(sheet, row, of.key, value, page.title, place, header, typed, self.refusable))

    def identity(self, sheet: str, row: Row) -> str:
        return row[IDENTITY[sheet]] if IDENTITY[sheet] else ""

    def cell(self, sheet: str, column: Column, row: Row, nth: int) -> Cell:
        if column.fill:
            return column.fill(row, nth)
        if not column.key:
            return ""
        return self.hand.type(BY_KEY[sheet][column.key], row.get(column.key, ""))

    def body(
        self, page: Page, sheet: str, columns: Sequence[Column], rows: Sequence[Row], top: int, left: int = 0
    ) -> int:
        """Write ``rows`` below headers that stand elsewhere; returns the row below."""
        for nth, row in enumerate(rows):
            self.line(page, sheet, columns, row, nth, top + nth, left)
        return top + len(rows)

    def line(
        self, page: Page, sheet: str, columns: Sequence[Column], row: Row, nth: int, at: int, left: int = 0
    ) -> None:
        """Write one row."""
        for step, column in enumerate(columns):
            cell, place = self.cell(sheet, column, row, nth), (at, left + step)
            if column.key:
                self.fact(page, place, cell, BY_KEY[sheet][column.key], sheet, self.identity(sheet, row), column.header)
            else:
                page.put(*place, cell)
                self.own(sheet, row, column.header, cell, column.may)

    def own(self, sheet: str, row: Row, header: str, cell: Cell, may: tuple[str, ...] = ()) -> None:
        if typed := as_typed(cell).strip():
            self.owns.append(Own(sheet, self.identity(sheet, row), header, typed, may))

    def headers(self, page: Page, columns: Sequence[Column], top: int, left: int = 0) -> int:
        """Write the headers, in two rows where some are grouped; returns the row below."""
        if not any(column.group for column in columns):
            page.put(top, left, *(column.header for column in columns))
            return top + 1
        begun = 0
        for step, column in enumerate(columns):
            if not column.group:
                page.put(top, left + step, column.header)
                page.merge(top, left + step, top + 1, left + step)
                continue
            page.put(top + 1, left + step, column.header)
            if step == 0 or columns[step - 1].group != column.group:
                begun = step
                page.put(top, left + step, column.group)
            if step == len(columns) - 1 or columns[step + 1].group != column.group:
                page.merge(top, left + begun, top, left + step)
        return top + 2

    def table(
        self, page: Page, sheet: str, columns: Sequence[Column], rows: Sequence[Row], top: int = 0, left: int = 0
    ) -> int:
        """Write a table with its headers; returns the row below it."""
        return self.body(page, sheet, columns, rows, self.headers(page, columns, top, left), left)

    def answers(self, page: Page, labels: dict[str, str], places: dict[str, tuple[Place, Place]]) -> None:
        """Write labels and answers of the form, each at its place."""
        for key, (label, answer) in places.items():
            page.put(*label, labels[key])
            of = BY_KEY["organisations"][key]
            self.fact(
                page, answer, self.hand.type(of, self.filling.head.get(key, "")), of, "organisations", "", labels[key]
            )
