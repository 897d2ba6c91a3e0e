"""The defined names of the workbook: columns as the formulas take them, which rows are in use, the days of the month."""

import datetime as dt
from collections.abc import Iterator, Mapping

from pledgebatch.rules.machinery.conditions import CUTOFF, FIRST_DAY, NOTHING, named_by
from pledgebatch.schema.fields import Sheet
from pledgebatch.schema.sheets import MEMBERS, ORGANISATION, TABLES
from pledgebatch.workbooks.form import FORM_ROWS
from pledgebatch.workbooks.formula_cells import (
    FOLDED,
    Cells,
    bare_of,
    column_of,
    day_of,
    fold,
    in_use,
    name_of,
    without,
)
from pledgebatch.workbooks.formulas import STAYING, STAYS, expression, staying
from pledgebatch.workbooks.table import START


def end_of_use(sheet: Sheet, last: int) -> str:
    """How many rows there are down to the last in use, one at least; ``last`` is the last with room."""
    keys = [key for key in sheet.by_key if key != sheet.number]
    cells = f"'{sheet.name}'!${column_of(sheet, keys[0])}${START + 1}:${column_of(sheet, keys[-1])}${last + 1}"
    return f"=MAX(1,SUMPRODUCT(MAX((LEN({cells})>0)*(ROW({cells})-{START}))))"


def total(sheet: Sheet, table: str) -> str:
    """How many rows of ``table`` have content."""
    return f"=SUMPRODUCT({in_use(sheet)}*{staying(table, Cells(sheet, whole=True))}1)"


def defined_names(last: tuple[int, ...], ends: tuple[str, ...], cutoff: dt.date) -> dict[str, str]:
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
    name = Cells(MEMBERS, whole=True).folded("change")
    return found | {STAYS: f"={stay.replace(name, found[name][1:])}"}


def _all_name(sheet: Sheet) -> str:
    return f"bare_{sheet.key}"


def _all_cells(sheet: Sheet, row: int, end: str) -> str:
    """All cells of a table without white space, down to the last row in use."""
    last = column_of(sheet, sheet.fields[-1].key)
    return bare_of(f"'{sheet.name}'!$A${START + 1}:INDEX('{sheet.name}'!${last}${START + 1}:${last}${row + 1},{end})")


def _is_used(sheet: Sheet) -> str:
    """Which rows have two cells filled in, and do not say 无 alone of what they name."""
    cells = _all_name(sheet)
    places = f"ROW('{sheet.name}'!$A$1:$A${len(sheet.fields)})"
    filled = f"MMULT((LEN({cells})>0)*1,{places}^0)"
    says = f"MMULT((LEN({without(cells, *NOTHING)})>0)*1,({places}>{int(sheet.number == sheet.fields[0].key)})*1)"
    return f"({filled}>1)*({says}+(LEN({name_of('bare', sheet, named_by(sheet))})=0)>0)"


def _names_of(sheet: Sheet, columns: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    for key, cells in columns.items():
        yield name_of("cells", sheet, key), f"={cells}"
        yield name_of("bare", sheet, key), f"={bare_of(cells)}"
        yield name_of(FOLDED, sheet, key), f"={fold(sheet[key], bare_of(cells))}"
        yield name_of("day", sheet, key), f"={day_of(sheet[key], cells)}"
