"""A month narrowed to some organisations or to a part of itself, and the rows of its ledgers."""

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import replace
from functools import cache
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from pledgebatch.engine import dataset
from pledgebatch.schema import archive_tables
from pledgebatch.schema.choosing import choose
from pledgebatch.schema.frames import MARKED, OF_NO_SHEET, Tables, columns_of, empty
from pledgebatch.schema.month import Month
from pledgebatch.schema.sheets import BOOK_SHEETS

FRAMES = tuple(name for name in archive_tables.FRAMES if name not in archive_tables.OF_THE_OFFICE)
"""The frames of a month that have an organisation in each row."""


def restrict(month: Month, organisations: Collection[str]) -> Month:
    """The same month for some organisations only."""
    codes = pa.array(list(organisations), pa.large_string())

    def only(frame: pd.DataFrame) -> pd.DataFrame:
        wanted = pc.is_in(pa.array(frame["organisation"], codes.type), value_set=codes)
        return choose(frame, wanted).reset_index(drop=True)

    frames: dict[str, Any] = {name: only(getattr(month, name)) for name in FRAMES}
    return replace(
        month,
        tables=dataset.of_organisations(month.tables, organisations),
        before=restrict(month.before, organisations) if month.before else None,
        **frames,
    )


def split_month(month: Month, groups: Sequence[Collection[str]]) -> list[Month]:
    """The month in several parts, each of some organisations, ``""`` for what is nobody's; every frame is sorted out once."""
    group_of = {code: number for number, codes in enumerate(groups) for code in codes}

    def sorted_out(rows: pd.DataFrame) -> list[pd.DataFrame]:
        places, codes = pd.factorize(rows["organisation"])  # of nobody's rows -1, the last
        group = np.array([group_of.get(code, -1) for code in (*codes, "")])[places]
        return [choose(rows, group == number).reset_index(drop=True) for number in range(len(groups))]

    parts: dict[str, list[Any]] = {name: sorted_out(getattr(month, name)) for name in FRAMES}
    if isinstance(month.tables, dataset.Stored):
        parts["tables"] = [dataset.of_organisations(month.tables, codes) for codes in groups]
    else:
        tables = {name: sorted_out(rows) for name, rows in month.tables.items()}
        parts["tables"] = [{name: rows[number] for name, rows in tables.items()} for number in range(len(groups))]
    light = replace(month, before=None, **_nothing(month, archive_tables.OF_THE_OFFICE))
    return [replace(light, **{name: each[number] for name, each in parts.items()}) for number in range(len(groups))]


def iterate_parts(month: Month) -> Iterator[Month]:
    """The month in parts, at least one, that fit in memory one at a time: each with its rows and findings, and little else."""
    tables = month.tables
    if not isinstance(tables, dataset.Stored):
        yield month
        return
    nothing = without_rows(month)
    part_of = {code: number for number, part in enumerate(tables.parts) for code in part.organisations or ()}
    places = month.findings.groupby(month.findings["organisation"].map(part_of)).indices
    numbers = {id(part): number for number, part in enumerate(tables.parts)}
    for part, _ in tables.wanted():
        found = month.findings.take(np.asarray(places.get(numbers[id(part)], ()), np.intp)).reset_index(drop=True)
        yield replace(nothing, tables=replace(tables, parts=[part]), findings=found)


def without_rows(month: Month) -> Month:
    """The month without a row."""
    return replace(month, tables=_no_rows(), before=None, **_nothing(month, archive_tables.FRAMES))


def _nothing(month: Month, names: Iterable[str]) -> dict[str, Any]:
    return {name: getattr(month, name).iloc[:0] for name in names}


@cache
def _no_rows() -> Tables:
    sheets = {sheet.key: empty({**columns_of(sheet), **MARKED}) for sheet in BOOK_SHEETS}
    return sheets | {name: empty(columns) for name, columns in OF_NO_SHEET.items()}


def load_rows(month: Month) -> Month:
    """The month with its rows in memory."""
    return replace(month, tables=dict(month.tables))


def ledger_rows(
    month: Month,
    key: str,
    columns: Sequence[str] | None = None,
    chosen: Callable[[pd.DataFrame], pd.Series] | None = None,
    by: Sequence[str] = (),
) -> pd.DataFrame:
    """The rows of a sheet that stand in the ledger: of all columns or some, all rows or those ``chosen`` ``by`` some.

    Of a month on disk only what is asked for is ever held together.
    """

    def wanted(rows: pd.DataFrame) -> pd.Series:
        standing = rows["set_aside"].isna()
        return standing if chosen is None else standing & chosen(rows)

    which = dataset.Which((*by, "set_aside"), wanted)
    found = list(dataset.pieces(month.tables, key, columns and [*columns, "set_aside"], which))
    return found[0] if len(found) == 1 else pd.concat(found, ignore_index=True)
