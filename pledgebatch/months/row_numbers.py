"""By which number the row of a finding goes: its own (序号, 事项编号), never Excel's."""

from collections.abc import Collection, Sequence

import pandas as pd

from pledgebatch.engine.dataset import of_organisations, pieces
from pledgebatch.schema.frames import Tables
from pledgebatch.schema.kinds import RAW, show
from pledgebatch.schema.sheets import SHEETS
from pledgebatch.schema.texts import code

Place = tuple[str, str, int]
"""A file, the name of a sheet, and Excel's row."""


def numbers_of(findings: pd.DataFrame, tables: Tables) -> Sequence[Collection[str]]:
    """For each of the ``findings`` the numbers of its row as typed and as understood, as codes; none where it has no row.

    Of rows that share their place, items that stand in columns beside a member, that is the one whose cell is meant.
    """
    own = of_organisations(tables, findings["organisation"].dropna().unique())
    known: dict[Place, list[tuple[set[str], str]]] = {}
    for sheet in SHEETS:
        files = set(findings.loc[findings["sheet"] == sheet.name, "file"].dropna())
        if not sheet.number or not files:
            continue
        field, columns = sheet[sheet.number], ["file", "row", "cells", sheet.number, sheet.number + RAW]
        for rows in pieces(own, sheet.key, columns):
            for file, row, cells, value, raw in rows[rows["file"].isin(files)].itertuples(index=False, name=None):
                both = (show(field, value), raw if isinstance(raw, str) else "")
                numbers = {number for number in map(code, both) if number}
                known.setdefault((file, sheet.name, row), []).append((numbers, cells if isinstance(cells, str) else ""))
    found = []
    for file, name, row, field_, cell in findings[["file", "sheet", "row", "field", "cell"]].itertuples(
        index=False, name=None
    ):
        there = known.get((file, name, row), []) if not pd.isna(row) else []
        if len(there) > 1:
            there = [each for each in there if f"{field_}={cell}" in each[1].split("\n")]
        found.append(there[0][0] if there else frozenset())
    return found
