"""The lines of 说明 in a workbook: in which of its cells what each asks about now stands."""

from collections.abc import Mapping
from dataclasses import replace

import pandas as pd
from xlsxwriter.utility import xl_rowcol_to_cell

from pledgebatch.schema.fields import Sheet
from pledgebatch.schema.sheets import SHEETS
from pledgebatch.schema.words import numbers_in
from pledgebatch.workbooks.findings import main_field
from pledgebatch.workbooks.form import FORM_ROWS
from pledgebatch.workbooks.rows import Rows
from pledgebatch.workbooks.table import START


def with_cells(asked: Rows, tables: Mapping[str, Rows]) -> Rows:
    """The lines ``asked`` with their cells: of the row that they name of the branch's own file, or else of the row that is
    known by their number."""
    if not len(asked):
        return asked
    named = {*asked.column("about_sheet")}
    places = {sheet.name: _Places(sheet, tables.get(sheet.key, Rows())) for sheet in SHEETS if sheet.name in named}
    lines = zip(asked.own, *map(asked.column, ("about_sheet", "about_no", "about_field")), strict=True)
    cells = [places[name].cell(own, number, header) if name in places else "" for own, name, number, header in lines]
    return replace(asked, texts={**asked.texts, "cell": cells})


class _Places:
    """Where the rows of a sheet stand in a workbook."""

    def __init__(self, sheet: Sheet, rows: Rows) -> None:
        self._sheet = sheet
        self._keys = {field.header: field.key for field in sheet.fields}
        self._columns = {field.key: place for place, field in enumerate(sheet.fields)}
        self._own = {own: place for place, own in reversed(list(enumerate(rows.own))) if own}
        keys = {key for key in (sheet.number, *sheet.identity, *sheet.known_by) if key}
        texts = {key: pd.Series(rows.column(key), dtype="str") for key in keys}
        numbers = numbers_in(sheet, texts) if keys else ()
        self._numbered = {number: place for place, number in reversed(list(enumerate(numbers))) if number}

    def cell(self, own: int, number: str, header: str) -> str:
        """The cell under ``header`` in the row that was ``own``, or has ``number``; empty where there is none."""
        key = self._keys.get(header, "")
        if self._sheet.form:
            return xl_rowcol_to_cell(FORM_ROWS[key], 1) if key else ""
        place = self._own.get(own, self._numbered.get(number))
        return "" if place is None else xl_rowcol_to_cell(START + place, self._columns[key or main_field(self._sheet)])
