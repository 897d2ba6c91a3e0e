"""The marked-up return: what the branch sent, in a whole workbook, with what to mend."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import BinaryIO

import pandas as pd

from pledgebatch.months.unread import recalled
from pledgebatch.schema.fields import Sheet
from pledgebatch.schema.frames import counting
from pledgebatch.schema.month import Month
from pledgebatch.schema.sheets import ORGANISATION, SHEETS
from pledgebatch.schema.words import as_sent
from pledgebatch.workbooks.rows import Extras, Rows, Since, extras_by_file, rows_by, since_by
from pledgebatch.workbooks.workbook import write_workbook


@dataclass(frozen=True)
class SentWorkbooks:
    """What the branches sent: the rows of each sheet by file, as they go back, and the findings that count by file."""

    rows: Mapping[str, Mapping[str, Rows]]
    findings: Mapping[str, pd.DataFrame]
    since: Since
    extras: Extras


def sort_by_file(month: Month) -> SentWorkbooks:
    """Everything typed in ``month``, sorted out by file once: frames are slow at a few rows each."""
    found = counting(month.findings)
    rows = {}
    for sheet in SHEETS:
        known = month.tables["last_known"]
        known = known[known["sheet"] == sheet.key]
        typed = recalled(sheet, month.tables[sheet.key], known, by_number=True)
        words = {field.key: as_sent(field, typed, month.period.year) for field in sheet.fields}
        found, numbers = _tell_apart(sheet, found, typed)
        rows[sheet.key] = rows_by("file", sheet, typed[["file"]].assign(row=numbers, **words))
    return SentWorkbooks(
        rows,
        {str(file): own for file, own in found.groupby("file")},
        since_by("file", month.tables["last_known"]),
        extras_by_file(month.tables["extras"]),
    )


APART = 10_000_000
"""Beyond the rows of any sheet: by how much the numbers of rows of one place are told apart."""


def _tell_apart(sheet: Sheet, found: pd.DataFrame, rows: pd.DataFrame) -> tuple[pd.DataFrame, pd.Series]:
    """The findings and the numbers of the rows of ``sheet``, those of several rows out of one place told apart."""
    own = rows["row"]
    several = (
        rows["cells"].notna() & rows.duplicated(["file", "row"], keep=False) if "cells" in rows else own.isna() & False
    )
    if not several.any():
        return found, own
    nth = rows[several].groupby(["file", "row"]).cumcount()
    own = own.copy()
    own[several] += nth.astype("Int64") * APART
    places: dict[tuple[str, int, str], int] = {}
    for file, row, cells, number in zip(
        rows.loc[several, "file"], rows.loc[several, "row"], rows.loc[several, "cells"], own[several], strict=True
    ):
        for place in cells.split("\n"):
            places.setdefault((file, row, place), number)
    here = found[(found["sheet"] == sheet.name) & found["row"].notna() & found["cell"].notna()]
    meant = {
        index: places[key]
        for index, file, row, field, cell in here[["file", "row", "field", "cell"]].itertuples(name=None)
        if (key := (file, row, f"{field}={cell}")) in places
    }
    found = found.copy()
    found["row"] = pd.Series(meant, dtype="Int64").reindex(found.index).fillna(found["row"])
    return found, own


def write_return(month: Month, everything: SentWorkbooks, file: str, target: Path | BinaryIO) -> None:
    """Write what ``file`` held, with its findings marked. The branch's own file stays as received."""
    head = everything.rows[ORGANISATION.key].get(file, Rows())
    answers = {key: texts[0] for key, texts in head.texts.items() if texts}
    since = everything.since.get(file, {})
    rows = {
        sheet.key: replace(
            everything.rows[sheet.key].get(file, Rows()),
            since=since.get(sheet.key, {}),
            extras=everything.extras.get((file, sheet.name), ()),
        )
        for sheet in SHEETS
    }
    findings = everything.findings.get(file, month.findings.iloc[:0])
    write_workbook(target, month.period, answers, rows, findings, month.parameters.pledge_deadline)
