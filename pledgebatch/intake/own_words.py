"""Choices as people say them in tables of their own: understood where no workbook of the office offered the choices.

What a workbook of the office counts on its self-check is what the office finds; its formulas know spellings alone.
"""

from collections.abc import Mapping
from typing import Any

from pledgebatch.intake.tables import Taken
from pledgebatch.schema.cells import Cell, Ditto
from pledgebatch.schema.choices import choice, in_own_words
from pledgebatch.schema.fields import Field, Sheet
from pledgebatch.schema.texts import LONGEST_VALUE


def is_made_by_the_office(hidden: Mapping[str, Any]) -> bool:
    """Whether a workbook holds what the office writes into the hidden sheet of those that it sends out."""
    return not {"template_version", "hidden_code", "hidden_period"}.isdisjoint(hidden)


def take_own_words(sheet: Sheet, taken: Taken) -> None:
    """Have cells that say a choice in words of their own mean it, shown as they were typed."""
    for field in sheet.fields:
        cells = taken.columns.get(field.key)
        if cells is None or not field.choices:
            continue
        meant = {cell: value for cell in {*filter(_may_be_words, cells)} if (value := _meant(cell, field))}
        if meant:
            taken.columns[field.key] = [Ditto(cell, meant[cell]) if cell in meant else cell for cell in cells]


def _may_be_words(cell: Cell) -> bool:
    return isinstance(cell, str) and 0 < len(cell) <= LONGEST_VALUE


def _meant(text: str, field: Field) -> str | None:
    return None if choice(text, field) else in_own_words(text, field)
