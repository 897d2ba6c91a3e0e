"""A month narrowed to some organisations or to a part of itself, and the rows of its ledgers."""

from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import replace
from functools import cache
from typing import Any

import pandas as pd

from pledgebatch.months import archive
from pledgebatch.schema import stored
from pledgebatch.schema.frames import OF_NO_SHEET, Month, Tables, columns_of, empty
from pledgebatch.schema.sheets import SHEETS

FRAMES = tuple(name for name in archive.FRAMES if name != "registry")
"""The frames of a month that have an organisation in each row."""


def restrict(month: Month, organisations: Collection[str]) -> Month:
    """The same month for some organisations only."""

    def only(frame: pd.DataFrame) -> pd.DataFrame:
        return frame[frame["organisation"].isin(organisations)].reset_index(drop=True)

    frames: dict[str, Any] = {name: only(getattr(month, name)) for name in FRAMES}
    return replace(
        month,
        tables=stored.only(month.tables, organisations),
        before=restrict(month.before, organisations) if month.before else None,
        **frames,
    )


def split(month: Month, parts: list[list[str]]) -> list[Month]:
    """The month in several parts, each for some organisations; every frame is sorted out once."""
    part_of = {code: number for number, codes in enumerate(parts) for code in codes}

    def sorted_out(frame: pd.DataFrame) -> list[pd.DataFrame]:
        numbers = frame["organisation"].map(part_of)
        groups = dict(iter(frame.groupby(numbers)))
        return [groups.get(number, frame.iloc[:0]) for number in range(len(parts))]

    frames: dict[str, list[Any]] = {name: sorted_out(getattr(month, name)) for name in FRAMES}
    frames["tables"] = [stored.only(month.tables, codes) for codes in parts]
    light = replace(month, registry=month.registry.iloc[:0], before=None)
    return [replace(light, **{name: pieces[number] for name, pieces in frames.items()}) for number in range(len(parts))]


def in_parts(month: Month) -> Iterator[Month]:
    """The month in parts that fit in memory one at a time: each with its own rows and findings, and little else."""
    tables = month.tables
    if not isinstance(tables, stored.Stored):
        yield month
        return
    nothing = bare(month)
    for part in tables.parts:
        codes = part.organisations or frozenset()
        if tables.organisations is None or not codes.isdisjoint(tables.organisations):
            found = month.findings[month.findings["organisation"].isin(codes)].reset_index(drop=True)
            yield replace(nothing, tables=replace(tables, parts=[part]), findings=found)


def bare(month: Month) -> Month:
    """The month without a row."""
    frames: dict[str, Any] = {name: getattr(month, name).iloc[:0] for name in (*FRAMES, "registry")}
    return replace(month, tables=_no_rows(), before=None, **frames)


@cache
def _no_rows() -> Tables:
    sheets = {sheet.key: empty({**columns_of(sheet), "set_aside": "str"}) for sheet in SHEETS}
    return sheets | {name: empty(columns) for name, columns in OF_NO_SHEET.items()}


def in_memory(month: Month) -> Month:
    """The month with its rows in memory."""
    return replace(month, tables=dict(month.tables))


def apart(month: Month, groups: Sequence[Sequence[str]]) -> Iterator[Month]:
    """The rows and findings of some organisations at a time, ``""`` for those of nobody, of a month in memory."""
    group_of = {code: number for number, codes in enumerate(groups) for code in codes}

    def sorted_out(rows: pd.DataFrame) -> list[pd.DataFrame]:
        numbers = rows["organisation"].fillna("").map(group_of)
        return [rows[numbers == number].reset_index(drop=True) for number in range(len(groups))]

    tables = {name: sorted_out(rows) for name, rows in month.tables.items()}
    for number, findings in enumerate(sorted_out(month.findings)):
        yield replace(month, findings=findings, tables={name: rows[number] for name, rows in tables.items()})


def ledger(
    month: Month,
    key: str,
    columns: Sequence[str] | None = None,
    chosen: Callable[[pd.DataFrame], pd.Series] | None = None,
    by: Sequence[str] = (),
) -> pd.DataFrame:
    """The rows of a sheet that stand in the ledger: of all columns or some, all rows or those ``chosen`` ``by`` some.

    Of a month on disk only what is asked for is ever held together, and of a part without chosen rows little is read.
    """
    found: list[pd.DataFrame] = []
    for part in stored.apart(month.tables):
        if chosen is not None and found:
            told = next(stored.pieces(part, key, [*by, "set_aside"]))
            if not (told["set_aside"].isna() & chosen(told)).any():
                continue
        rows = next(stored.pieces(part, key, columns and [*columns, "set_aside"]))
        aside = rows["set_aside"].notna()
        rows = rows[~aside] if aside.any() else rows
        found.append(rows if chosen is None else rows[chosen(rows)])
    return found[0] if len(found) == 1 else pd.concat(found, ignore_index=True)
