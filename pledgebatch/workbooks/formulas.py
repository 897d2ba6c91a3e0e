"""Conditions of the rule book as formulas of Excel 2010, over one row or over all rows of a table at once.

A formula that may stand over ranges uses products and sums for and and or, and no function that refuses arrays.
Texts are searched for, never looked up: a typed ? or * is no wildcard to FIND. Whole columns go through defined names,
which say once how typed text is folded, and reach down to the last row in use, so that a short table is quick.
"""

import datetime as dt
from collections.abc import Iterator, Mapping
from functools import cache

import xlsxwriter
from xlsxwriter.utility import xl_col_to_name
from xlsxwriter.worksheet import Worksheet

from pledgebatch.rules.facts.tables import GONE
from pledgebatch.rules.machinery.conditions import (
    CUTOFF,
    DOTS,
    FIRST_DAY,
    NOTHING,
    UNSEEN,
    WHITE,
    Before,
    Blank,
    Both,
    Condition,
    Either,
    Has,
    Is,
    NamedIn,
    Not,
    OnForm,
    Repeated,
    Same,
    Unlisted,
    named_by,
)
from pledgebatch.schema.dates import SERIALS
from pledgebatch.schema.fields import Field, Kind, Sheet
from pledgebatch.schema.kinds import BEYOND_SPELLINGS
from pledgebatch.schema.sheets import BY_KEY, HIDDEN_NAME, MEMBERS, ORGANISATION, SHEETS, TABLES
from pledgebatch.schema.texts import LOOK_ALIKE_DASHES, NO, STRAY_MARKS, YES, choice
from pledgebatch.workbooks.form import FORM_ROWS
from pledgebatch.workbooks.table import START

LONGEST_TEXT = 255
"""Excel's limit of a text inside a formula."""
LONGEST_REPEATED = 100
"""A longer list of all that a choice may be written as stands once, on the hidden sheet, behind a defined name."""
STAYS, STAYING = "stays", ~Is("change", GONE)
"""The defined name that tells, row by row, whether a member has not left, and the condition for it."""
FIRST_SPELLINGS = 4
"""The row of the hidden sheet where the long spellings begin."""


class Cells:
    """The cells that a formula speaks of, bare and folded: one row of a sheet, or all its rows in use."""

    def __init__(self, sheet: Sheet, whole: bool = False, at: str = "") -> None:
        """``whole`` means all rows; ``at`` is the field whose cell is marked, relative in its column too."""
        self.sheet, self.whole, self.at = sheet, whole, at

    def raw(self, key: str) -> str:
        """What was typed: the cells themselves."""
        if self.whole:
            return _name("cells", self.sheet, key)
        if self.sheet.form:
            return f"$B${FORM_ROWS[key] + 1}" if key != self.at else f"B{FORM_ROWS[key] + 1}"
        column = "" if key == self.at else "$"
        return f"{column}{column_of(self.sheet, key)}{START + 1}"

    def bare(self, key: str) -> str:
        """What was typed, without white space."""
        return _name("bare", self.sheet, key) if self.whole else _bare(self.raw(key))

    def day(self, key: str) -> str:
        """The number of the day, an error where it is not certain."""
        if key not in self.sheet.by_key:
            return key
        return _name("day", self.sheet, key) if self.whole else _day(self.sheet[key], self.raw(key))

    def said(self, key: str) -> str:
        """What was typed, as the office compares it."""
        return _name("said", self.sheet, key) if self.whole else _said(self.sheet[key], self.bare(key))


def column_of(sheet: Sheet, key: str) -> str:
    """The letter of a field's column."""
    return str(xl_col_to_name(list(sheet.by_key).index(key)))


def _name(how: str, sheet: Sheet, key: str) -> str:
    """The defined name of a column, ``how`` it is taken; by its letter, for names are many and files should be light."""
    return f"{how}_{sheet.key}_{column_of(sheet, key)}"


def in_use(sheet: Sheet) -> str:
    """The defined name that tells, row by row, whether a table has content: a number alone was given in advance, a lone
    text is no row (以下空白, 填表人：…), nor is 无."""
    return f"in_use_{sheet.key}"


def count(sheet: Sheet, table: str, condition: Condition) -> str:
    """How many rows of ``table`` are so, without a leading =."""
    cells = Cells(sheet, whole=True)
    if sheet.form:
        return f"{expression(condition, cells)}*1"
    if isinstance(condition, Either):
        return f"{count(sheet, table, condition.one)}+{count(sheet, table, condition.other)}"
    if isinstance(condition, Repeated):
        return _count_repeated(cells, condition.key)
    return f"SUMPRODUCT({in_use(sheet)}*{_stays(table, cells)}{expression(condition, cells)})"


def _count_repeated(cells: Cells, key: str) -> str:
    """All rows but those whose number stands once; a row without a number gets one of its own."""
    said, row = cells.said(key), f"ROW({cells.raw(key)})"
    lone = f"1-{in_use(cells.sheet)}*(LEN({said})>0)"
    numbers = f'REPT({said},{in_use(cells.sheet)})&REPT(" "&{row},{lone})'
    return f"ROWS({cells.raw(key)})-SUMPRODUCT((FREQUENCY(MATCH({numbers},{numbers},0),{row}-{START})=1)*1)"


def total_of(table: str) -> str:
    """The defined name of how many rows of a table have content, or of how many members have not left."""
    return f"total_{table}"


def mark(sheet: Sheet, table: str, at: str, condition: Condition) -> str:
    """The formula of a conditional format over the cells of field ``at``, written for the first of them."""
    cells = Cells(sheet, at=at)
    if sheet.form:
        return f"={expression(condition, cells)}*1"
    row = f"$A{START + 1}:${column_of(sheet, sheet.fields[-1].key)}{START + 1}"
    return f"=(COUNTA({row})>1)*{_stays(table, cells)}{expression(condition, cells)}"


def _stays(table: str, cells: Cells) -> str:
    if table != "roster":
        return ""
    return f"{STAYS}*" if cells.whole else f"{expression(STAYING, cells)}*"


def expression(condition: Condition, cells: Cells) -> str:
    """The condition over ``cells``, as something that can be multiplied."""
    match condition:
        case Blank(key):
            return f"(LEN({cells.bare(key)})=0)"
        case Unlisted(key):
            return expression(~Is(key, cells.sheet[key].choices), cells)
        case Is(key, values):
            return f"ISNUMBER(FIND({_sought(cells, key)},{_listed(cells.sheet[key], values)}))"
        case Repeated(key):
            # As typed, so that a screen full of marks is quick; the count on the self-check folds what was typed.
            every = Cells(cells.sheet, whole=True).raw(key)
            return f"(LEN({cells.bare(key)})>0)*(SUMPRODUCT(({every}={cells.raw(key)})*1)>1)"
        case Not(Blank(key)):
            return f"(LEN({cells.bare(key)})>0)"
        case Not(Unlisted(key)):
            return expression(Is(key, cells.sheet[key].choices), cells)
        case Not(Is(key, values)):
            return f"ISERROR(FIND({_sought(cells, key)},{_listed(cells.sheet[key], values)}))"
        case Before(one, other):
            return _before(cells, one, other)
        case Same(one, other):
            # Not =, to which A and a are the same.
            return f"(LEN({cells.bare(one)})>0)*EXACT({cells.bare(one)},{cells.bare(other)})"
        case Has(table, None):
            return f"({total_of(table)}>0)"
        case Has(table, Condition() as one):
            return f"({count(BY_KEY[table], table, one)}>0)"
        case NamedIn(table, keys, one):
            return f"(({'+'.join(_named(cells, table, key, one) for key in keys)})>0)"
        case OnForm(one):
            return expression(one, Cells(ORGANISATION, whole=True))
        case Not(OnForm(one)):
            return expression(~one, Cells(ORGANISATION, whole=True))
        case Not(Not(one)):
            return expression(one, cells)
        case Not(one):
            return f"(1-{expression(one, cells)})"
        case Both(one, other):
            return f"{expression(one, cells)}*{expression(other, cells)}"
        case Either(one, other):
            return f"(({expression(one, cells)}+{expression(other, cells)})>0)"
    raise NotImplementedError(condition)


def _before(cells: Cells, one: str, other: str) -> str:
    """1 through what must be so: what is no day makes an error of it, and is not counted."""
    first, last = cells.day(one), cells.day(other)
    bounds = [f"({first}>={SERIALS[0]})*"] * (one in cells.sheet.by_key)
    bounds += [f"({last}<={SERIALS[-1]})*"] * (other in cells.sheet.by_key)
    return f"ISNUMBER(1/({''.join(bounds)}({first}<{last})))"


def _day(field: Field, cell: str) -> str:
    """The number of a day, an error where none is written as 2011-03-05, or 2011-03 for a month's first.

    Excel takes 3/5 for a day too, of the year in which it is opened: hence the dashes.
    """
    if field.kind is Kind.MONTH:
        return f'(({cell}&"-01")+0)/((LEN({cell})=7)*(MID({cell},5,1)="-"))'
    return f'INT({cell}+0)/((ISNUMBER({cell})+(LEN({cell})=10)*(MID({cell},5,1)&MID({cell},8,1)="--"))>0)'


def _named(cells: Cells, table: str, key: str, condition: Condition | None) -> str:
    """Whether a row of ``table`` of which ``condition`` is so has the same in ``key``; a blank is the same as nothing."""
    others = Cells(BY_KEY[table], whole=True)
    listed = others.said(key)
    if condition:
        listed = f"REPT({listed},{expression(condition, others)})"
    return f"(LEN({cells.bare(key)})>0)*ISNUMBER(MATCH({cells.said(key)},{listed},0))"


def _bare(cell: str) -> str:
    return f'SUBSTITUTE({_without(cell, *WHITE[:-1], *UNSEEN)},CHAR(10),"")'


def _said(field: Field, bare: str) -> str:
    if field.kind is Kind.CHOICE:
        # ASC makes marks half width too: those of Chinese, which no choice has, go before.
        marks = [*map(chr, STRAY_MARKS)]
        text = _without(
            f"ASC({_without(bare, *(mark for mark in marks if not mark.isascii()))})", *filter(str.isascii, marks)
        )
        return f"UPPER({text})" if {"是", "有"} & {*field.choices} else text
    text = f"ASC({bare})"
    if field.kind is Kind.PERSON:
        return _without(text, *DOTS, "~")  # to MATCH, ~ says of the mark behind it that it is none
    if field.kind is Kind.CODE:
        for dash in map(chr, LOOK_ALIKE_DASHES):
            text = f'SUBSTITUTE({text},"{dash}","-")'
        return f"UPPER({text})"
    return text


def _without(text: str, *marks: str) -> str:
    for char in marks:
        text = f'SUBSTITUTE({text},"{char}","")'
    return text


def spellings(field: Field, values: tuple[str, ...]) -> str:
    """All that means one of ``values`` in a cell of ``field``, each between spaces, which no folded text contains."""
    if field.kind is not Kind.CHOICE:
        return f" {' '.join(values)} "
    words = dict.fromkeys((*field.spellings, *sorted(YES), *sorted(NO)))
    return f" {' '.join(word for word in words if choice(word, field) in values)} "


def _sought(cells: Cells, key: str) -> str:
    return f'" "&{cells.said(key)}&" "'


@cache
def _listed(field: Field, values: tuple[str, ...]) -> str:
    told = spellings(field, values)
    if values == field.choices and len(told) > LONGEST_REPEATED:
        return _spellings_name(field)
    if len(told) > LONGEST_TEXT:
        raise NotImplementedError(f"spellings of {values} are too long for a formula, and have no name")
    return f'"{told}"'


def _spellings_name(field: Field) -> str:
    return f"spellings_{field.listed[1:] if field.listed.startswith('@') else field.key}"


def end_of_use(sheet: Sheet, last: int) -> str:
    """How many rows there are down to the last in use, one at least; ``last`` is the last with room."""
    keys = [key for key in sheet.by_key if key != sheet.number]
    cells = f"'{sheet.name}'!${column_of(sheet, keys[0])}${START + 1}:${column_of(sheet, keys[-1])}${last + 1}"
    return f"=MAX(1,SUMPRODUCT(MAX((LEN({cells})>0)*(ROW({cells})-{START}))))"


def total(sheet: Sheet, table: str) -> str:
    """How many rows of ``table`` have content."""
    return f"=SUMPRODUCT({in_use(sheet)}*{_stays(table, Cells(sheet, whole=True))}1)"


def names(last: tuple[int, ...], ends: tuple[str, ...], cutoff: dt.date) -> dict[str, str]:
    """What formulas may name; ``last`` and ``ends`` say, table by table, where room ends and which cell tells where use ends."""
    found = dict(
        _names_of(ORGANISATION, {key: f"'{ORGANISATION.name}'!$B${row + 1}" for key, row in FORM_ROWS.items()})
    )
    for key, day in ((CUTOFF, cutoff.day), (FIRST_DAY, 1)):
        found[key] = f"=DATE({cutoff.year},{cutoff.month},{day})"
    for sheet, row, end in zip(TABLES, last, ends, strict=True):
        columns = {}
        for key in sheet.by_key:
            letter = column_of(sheet, key)
            start = f"'{sheet.name}'!${letter}${START + 1}"
            columns[key] = f"{start}:INDEX({start}:${letter}${row + 1},{end})"
        found[_all_name(sheet)] = f"={_all_cells(sheet, row, end)}"
        found[in_use(sheet)] = f"={_is_used(sheet)}"
        found |= _names_of(sheet, columns)
    stay = expression(STAYING, Cells(MEMBERS, whole=True))
    name = Cells(MEMBERS, whole=True).said("change")
    return found | {STAYS: f"={stay.replace(name, found[name][1:])}"}


def _all_name(sheet: Sheet) -> str:
    return f"bare_{sheet.key}"


def _all_cells(sheet: Sheet, row: int, end: str) -> str:
    """All cells of a table without white space, down to the last row in use."""
    last = column_of(sheet, sheet.fields[-1].key)
    return _bare(f"'{sheet.name}'!$A${START + 1}:INDEX('{sheet.name}'!${last}${START + 1}:${last}${row + 1},{end})")


def _is_used(sheet: Sheet) -> str:
    """Which rows have two cells filled in, and do not say 无 alone of what they name."""
    cells = _all_name(sheet)
    places = f"ROW('{sheet.name}'!$A$1:$A${len(sheet.fields)})"
    filled = f"MMULT((LEN({cells})>0)*1,{places}^0)"
    says = f"MMULT((LEN({_without(cells, *NOTHING)})>0)*1,({places}>{int(sheet.number == sheet.fields[0].key)})*1)"
    return f"({filled}>1)*({says}+(LEN({_name('bare', sheet, named_by(sheet))})=0)>0)"


def _names_of(sheet: Sheet, columns: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    for key, cells in columns.items():
        yield _name("cells", sheet, key), f"={cells}"
        yield _name("bare", sheet, key), f"={_bare(cells)}"
        yield _name("said", sheet, key), f"={_said(sheet[key], _bare(cells))}"
        yield _name("day", sheet, key), f"={_day(sheet[key], cells)}"


def write_spellings(book: xlsxwriter.Workbook, hidden: Worksheet) -> None:
    """Write the long spellings on the ``hidden`` sheet and name them."""
    for row, (name, text) in enumerate(_long_spellings().items(), FIRST_SPELLINGS):
        hidden.write_string(row, 1, text)
        book.define_name(name, f"='{HIDDEN_NAME}'!$B${row + 1}")


@cache
def _long_spellings() -> Mapping[str, str]:
    fields = [
        field
        for sheet in SHEETS
        for field in sheet.fields
        if field.choices and not field.several and field.listed not in BEYOND_SPELLINGS
    ]
    told = {_spellings_name(field): spellings(field, field.choices) for field in fields}
    return {name: text for name, text in told.items() if len(text) > LONGEST_REPEATED}
