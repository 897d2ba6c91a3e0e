"""Conditions of the rule book as formulas of Excel 2010, over one row or over all rows of a table at once.

A formula that may stand over ranges uses products and sums for and and or, and no function that refuses arrays.
Texts are searched for, never looked up: a typed ? or * is no wildcard to FIND.
"""

from pledgebatch.rules.facts.tables import GONE
from pledgebatch.rules.machinery.conditions import (
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
)
from pledgebatch.schema.cells import SERIALS
from pledgebatch.schema.fields import Sheet
from pledgebatch.schema.sheets import BY_KEY, ORGANISATION
from pledgebatch.workbooks.formula_cells import Cells, column_of, in_use, total_of
from pledgebatch.workbooks.spellings import spellings_in_formula
from pledgebatch.workbooks.table import START

STAYS, STAYING = "stays", ~Is("change", GONE)
"""The defined name that gives, row by row, whether a member has not left, and the condition for it."""


def count(sheet: Sheet, table: str, condition: Condition) -> str:
    """How many rows of ``table`` are so, without a leading =."""
    cells = Cells(sheet, whole=True)
    if sheet.form:
        return f"{expression(condition, cells)}*1"
    if isinstance(condition, Either):
        return f"{count(sheet, table, condition.one)}+{count(sheet, table, condition.other)}"
    if isinstance(condition, Repeated):
        return _count_repeated(cells, condition.key)
    return f"SUMPRODUCT({in_use(sheet)}*{staying(table, cells)}{expression(condition, cells)})"


def _count_repeated(cells: Cells, key: str) -> str:
    """All rows but those whose number stands once; a row without a number gets one of its own."""
    number, row = cells.folded(key), f"ROW({cells.raw(key)})"
    lone = f"1-{in_use(cells.sheet)}*(LEN({number})>0)"
    numbers = f'REPT({number},{in_use(cells.sheet)})&REPT(" "&{row},{lone})'
    return f"ROWS({cells.raw(key)})-SUMPRODUCT((FREQUENCY(MATCH({numbers},{numbers},0),{row}-{START})=1)*1)"


def mark(sheet: Sheet, table: str, at: str, condition: Condition) -> str:
    """The formula of a conditional format over the cells of field ``at``, written for the first of them."""
    cells = Cells(sheet, at=at)
    if sheet.form:
        return f"={expression(condition, cells)}*1"
    row = f"$A{START + 1}:${column_of(sheet, sheet.fields[-1].key)}{START + 1}"
    return f"=(COUNTA({row})>1)*{staying(table, cells)}{expression(condition, cells)}"


def staying(table: str, cells: Cells) -> str:
    """The factor that leaves out members who have left, where only the others count."""
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
            return f"ISNUMBER(FIND({_sought(cells, key)},{spellings_in_formula(cells.sheet[key], values)}))"
        case Repeated(key):
            # As typed, so that a screen full of marks is quick; the count on the self-check folds what was typed.
            every = Cells(cells.sheet, whole=True).raw(key)
            return f"(LEN({cells.bare(key)})>0)*(SUMPRODUCT(({every}={cells.raw(key)})*1)>1)"
        case Not(Blank(key)):
            return f"(LEN({cells.bare(key)})>0)"
        case Not(Unlisted(key)):
            return expression(Is(key, cells.sheet[key].choices), cells)
        case Not(Is(key, values)):
            return f"ISERROR(FIND({_sought(cells, key)},{spellings_in_formula(cells.sheet[key], values)}))"
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
    raise NotImplementedError(condition)  # a kind of condition that somebody added without its formula


def _before(cells: Cells, one: str, other: str) -> str:
    """1 through what must be so: what is no day makes an error of it, and is not counted."""
    first, last = cells.day(one), cells.day(other)
    bounds = [f"({first}>={SERIALS[0]})*"] * (one in cells.sheet.by_key)
    bounds += [f"({last}<={SERIALS[-1]})*"] * (other in cells.sheet.by_key)
    return f"ISNUMBER(1/({''.join(bounds)}({first}<{last})))"


def _named(cells: Cells, table: str, key: str, condition: Condition | None) -> str:
    """Whether a row of ``table`` of which ``condition`` is so has the same in ``key``; a blank is the same as nothing."""
    others = Cells(BY_KEY[table], whole=True)
    listed = others.folded(key)
    if condition:
        listed = f"REPT({listed},{expression(condition, others)})"
    return f"(LEN({cells.bare(key)})>0)*ISNUMBER(MATCH({cells.folded(key)},{listed},0))"


def _sought(cells: Cells, key: str) -> str:
    return f'" "&{cells.folded(key)}&" "'
