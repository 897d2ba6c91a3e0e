"""Cells as formulas take them: bare, as the office compares them, as days; one row of a sheet, or all its rows in use.

Whole columns go through defined names, which state once how typed text is folded, and reach down to the last row in use,
so that a short table is quick.
"""

from xlsxwriter.utility import xl_col_to_name

from pledgebatch.rules.machinery.conditions import DOTS, UNSEEN, WHITE
from pledgebatch.schema.choices import STRAY_MARKS
from pledgebatch.schema.fields import Field, Kind, Sheet
from pledgebatch.schema.texts import LOOK_ALIKE_DASHES
from pledgebatch.workbooks.form import FORM_ROWS
from pledgebatch.workbooks.table import START

FOLDED = "said"
"""How the names of columns begin that are folded as the office compares them."""


class Cells:
    """The cells that a formula speaks of, bare and folded: one row of a sheet, or all its rows in use."""

    def __init__(self, sheet: Sheet, whole: bool = False, at: str = "") -> None:
        """``whole`` means all rows; ``at`` is the field whose cell is marked, relative in its column too."""
        self.sheet, self.whole, self.at = sheet, whole, at

    def raw(self, key: str) -> str:
        """What was typed: the cells themselves."""
        if self.whole:
            return name_of("cells", self.sheet, key)
        if self.sheet.form:
            return f"$B${FORM_ROWS[key] + 1}" if key != self.at else f"B{FORM_ROWS[key] + 1}"
        column = "" if key == self.at else "$"
        return f"{column}{column_of(self.sheet, key)}{START + 1}"

    def bare(self, key: str) -> str:
        """What was typed, without white space."""
        return name_of("bare", self.sheet, key) if self.whole else bare_of(self.raw(key))

    def day(self, key: str) -> str:
        """The number of the day, an error where it is not certain."""
        if key not in self.sheet.by_key:
            return key
        return name_of("day", self.sheet, key) if self.whole else day_of(self.sheet[key], self.raw(key))

    def folded(self, key: str) -> str:
        """What was typed, as the office compares it."""
        return name_of(FOLDED, self.sheet, key) if self.whole else fold(self.sheet[key], self.bare(key))


def column_of(sheet: Sheet, key: str) -> str:
    """The letter of a field's column."""
    return str(xl_col_to_name(list(sheet.by_key).index(key)))


def name_of(how: str, sheet: Sheet, key: str) -> str:
    """The defined name of a column, ``how`` it is taken; by its letter, for names are many and files should be light."""
    return f"{how}_{sheet.key}_{column_of(sheet, key)}"


def in_use(sheet: Sheet) -> str:
    """The defined name that tells, row by row, whether a table has content: a number alone was given in advance, a lone
    text is no row (以下空白, 填表人：…), nor is 无."""
    return f"in_use_{sheet.key}"


def total_of(table: str) -> str:
    """The defined name of how many rows of a table have content, or of how many members have not left."""
    return f"total_{table}"


def day_of(field: Field, cell: str) -> str:
    """The number of a day, an error where none is written as 2011-03-05, or 2011-03 for a month's first.

    Excel takes 3/5 for a day too, of the year in which it is opened: hence the dashes.
    """
    if field.kind is Kind.MONTH:
        return f'(({cell}&"-01")+0)/((LEN({cell})=7)*(MID({cell},5,1)="-"))'
    return f'INT({cell}+0)/((ISNUMBER({cell})+(LEN({cell})=10)*(MID({cell},5,1)&MID({cell},8,1)="--"))>0)'


def bare_of(cell: str) -> str:
    """What stands in a cell, without white space and what nobody sees."""
    return f'SUBSTITUTE({without(cell, *WHITE[:-1], *UNSEEN)},CHAR(10),"")'


def fold(field: Field, bare: str) -> str:
    """The text ``bare`` in a cell of ``field``, as the office compares it."""
    if field.kind is Kind.CHOICE:
        # ASC makes marks half width too: those of Chinese, which no choice has, go before.
        marks = [*map(chr, STRAY_MARKS)]
        text = without(
            f"ASC({without(bare, *(mark for mark in marks if not mark.isascii()))})", *filter(str.isascii, marks)
        )
        return f"UPPER({text})" if {"是", "有"} & {*field.choices} else text
    text = f"ASC({bare})"
    if field.kind is Kind.PERSON:
        return without(text, *DOTS, "~")  # to MATCH, ~ says of the mark behind it that it is none
    if field.kind is Kind.CODE:
        for dash in map(chr, LOOK_ALIKE_DASHES):
            text = f'SUBSTITUTE({text},"{dash}","-")'
        return f"UPPER({text})"
    return text


def without(text: str, *marks: str) -> str:
    """A text without some marks."""
    for char in marks:
        text = f'SUBSTITUTE({text},"{char}","")'
    return text
