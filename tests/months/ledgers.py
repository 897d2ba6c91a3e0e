"""Ledgers for tests: a small table in the test becomes typed frames, by the program's own understanding."""

from collections.abc import Mapping, Sequence

from pledgebatch.schema.fields import Sheet
from pledgebatch.schema.frames import Tables, columns_of, frame
from pledgebatch.schema.kinds import RAW, understand
from pledgebatch.schema.sheets import SHEETS

Rows = Mapping[str, Sequence[Mapping[str, str]]]


def ledgers(year: int = 2011, **organisations: Rows) -> Tables:
    """The ledgers of a month: the rows of each organisation by sheet key, as typed; a form is there without being asked."""
    return {
        sheet.key: frame(
            columns_of(sheet),
            [
                {"organisation": code, "file": f"{code}.xlsx", "row": number} | _typed(sheet, row, year)
                for code, sheets in organisations.items()
                for number, row in enumerate(sheets.get(sheet.key, [{}] if sheet.form else []), 4)
            ],
        )
        for sheet in SHEETS
    }


def _typed(sheet: Sheet, row: Mapping[str, str], year: int) -> dict[str, object]:
    typed: dict[str, object] = {}
    for field in sheet.fields:
        text = row.get(field.key, "")
        typed[field.key], typed[field.key + RAW] = understand(field, text, year), text
    return typed
