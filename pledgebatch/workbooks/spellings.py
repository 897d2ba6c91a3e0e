"""All that means one of a field's choices, as a text in which a formula searches; long ones stand on the hidden sheet."""

from collections.abc import Mapping
from functools import cache

import xlsxwriter
from xlsxwriter.worksheet import Worksheet

from pledgebatch.schema.choices import NO, YES, choice
from pledgebatch.schema.fields import Field, Kind
from pledgebatch.schema.kinds import BEYOND_SPELLINGS
from pledgebatch.schema.sheets import HIDDEN_NAME, SHEETS

LONGEST_TEXT = 255
"""Excel's limit of a text inside a formula."""
LONGEST_REPEATED = 100
"""A longer list of all that a choice may be written as stands once, on the hidden sheet, behind a defined name."""
FIRST_SPELLINGS = 4
"""The row of the hidden sheet where the long spellings begin."""


def spellings(field: Field, values: tuple[str, ...]) -> str:
    """All that means one of ``values`` in a cell of ``field``, each between spaces, which no folded text contains."""
    if field.kind is not Kind.CHOICE:
        return f" {' '.join(values)} "
    words = dict.fromkeys((*field.spellings, *sorted(YES), *sorted(NO)))
    return f" {' '.join(word for word in words if choice(word, field) in values)} "


@cache
def spellings_in_formula(field: Field, values: tuple[str, ...]) -> str:
    """The same as a formula has it: in quotes, or the defined name of a long one."""
    words = spellings(field, values)
    if values == field.choices and len(words) > LONGEST_REPEATED:
        return _spellings_name(field)
    if len(words) > LONGEST_TEXT:
        raise NotImplementedError(f"spellings of {values} are too long for a formula, and have no name")
    return f'"{words}"'


def _spellings_name(field: Field) -> str:
    return f"spellings_{field.listed[1:] if field.listed.startswith('@') else field.key}"


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
    texts = {_spellings_name(field): spellings(field, field.choices) for field in fields}
    return {name: text for name, text in texts.items() if len(text) > LONGEST_REPEATED}
