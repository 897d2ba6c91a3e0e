"""Rows of a standard sheet that were found elsewhere, each value with the cell it came from."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from xlsxwriter.utility import xl_col_to_name, xl_rowcol_to_cell

from pledgebatch.intake.layouts.assignment import Reading
from pledgebatch.intake.layouts.evidence import Column
from pledgebatch.schema.cells import Cell, as_typed
from pledgebatch.schema.fields import Sheet
from pledgebatch.schema.sheets import BY_KEY

Place = tuple[int, int]
Value = tuple[Cell, Place]
"""A cell as it is taken, and where it stands, both counted from 0."""


@dataclass
class Record:
    """One row of a standard sheet."""

    tab: str
    row: int
    values: dict[str, Value] = field(default_factory=dict)
    extras: dict[str, Value] = field(default_factory=dict)
    """By header what stands in columns that are none of ours."""

    def text(self, key: str) -> str:
        """What a field says."""
        return as_typed(self.values[key][0]).strip() if key in self.values else ""


@dataclass
class Piece:
    """Rows of one sheet that were found in one place."""

    sheet: Sheet
    tab: str
    records: list[Record]
    keys: Sequence[str]
    """The fields that it has columns for."""
    changes: list[dict[str, str]] = field(default_factory=list)
    skipped: list[tuple[int, str, str]] = field(default_factory=list)
    """Rows of the tab that are no data, counted from 0, each with the reason and its words."""
    sure: bool = True
    plain: bool = True
    """Whether it is a table of one sheet with a field a column."""


def changes_of(
    tab: str, reading: Reading, columns: Sequence[Column], places: Mapping[int, Place]
) -> list[dict[str, str]]:
    """What is to be told of how the columns of a table were read, in columns of ``CHANGE``.

    ``places`` are the headers' own cells by the number of the column.
    """
    changes = []
    for (sheet, key), choice in reading.fields.items():
        column, of = columns[choice.column], BY_KEY[sheet][key]
        if choice.renamed or choice.sure != "明确" or column.taken_out:
            kind = "renamed_column" if choice.sure == "明确" and not column.taken_out else "guessed_column"
            changes.append(
                {"sheet": BY_KEY[sheet].name, "header": of.header, "field": key, "kind": kind, "tab": tab,
                 "found": column.header or "（无表头）", "cell": xl_rowcol_to_cell(*places[choice.column]),
                 "basis": choice.basis, "sure": choice.sure}
            )  # fmt: skip
    for at, why in reading.held.items():
        sheet, key = reading.nearest[at]
        changes.append(
            {"sheet": BY_KEY[sheet].name, "header": BY_KEY[sheet][key].header, "field": key, "kind": "held_column",
             "tab": tab, "found": columns[at].header or "（无表头）", "cell": xl_rowcol_to_cell(*places[at]), "basis": why}
        )  # fmt: skip
    return changes


def extra_header(column: Column, at: int) -> str:
    """What a column that is none of ours is called."""
    return column.header or f"（{xl_col_to_name(at)} 列，无表头）"
