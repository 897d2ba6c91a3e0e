"""Typed rows kept on disk in parts, for a month that need not fit in memory at once."""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.feather as feather
import pyarrow.parquet as pq

from pledgebatch.schema.frames import Tables

Change = Callable[[str, pd.DataFrame], pd.DataFrame]
"""Takes the name of a table and some of its rows, of all columns or some, and returns them changed."""


@dataclass(frozen=True)
class Part:
    """A folder with a file a table: of Arrow, which is fast, or of Parquet, which lasts."""

    folder: Path
    numbers: Mapping[int, int] | None = None
    """The submissions to read, by the numbers under which they are stored, and the numbers they have now; None reads
    all as they are."""
    organisations: frozenset[str] | None = None
    """The organisations that have rows here, where that is known."""


@dataclass(frozen=True, eq=False)
class Stored(Mapping[str, pd.DataFrame]):
    """Tables by name, each read from its parts when it is asked for."""

    parts: Sequence[Part]
    names: Sequence[str]
    organisations: frozenset[str] | None = None
    """The organisations whose rows are read; None for all."""
    changed: Change | None = None
    """What is done to rows when they are read."""
    prefix: str = ""
    """How the names of the files begin."""

    def __getitem__(self, name: str) -> pd.DataFrame:
        """The whole table."""
        if name not in self.names:
            raise KeyError(name)
        return pd.concat(list(self.pieces(name)), ignore_index=True)

    def __iter__(self) -> Iterator[str]:
        """The names of the tables."""
        return iter(self.names)

    def __len__(self) -> int:
        """How many tables there are."""
        return len(self.names)

    def pieces(self, name: str, columns: Sequence[str] | None = None) -> Iterator[pd.DataFrame]:
        """A table part by part, of at least one, in ``columns`` or all."""
        for number, part in enumerate(self.parts):
            wanted = self.organisations
            if wanted is not None and part.organisations is not None:
                wanted = wanted & part.organisations
            if wanted is None or wanted or number == len(self.parts) - 1:
                rows = _read(part, self.prefix + name, columns, wanted)
                yield rows if self.changed is None else self.changed(name, rows)

    def of_submissions(self, numbers: Collection[int]) -> "Stored":
        """Only the rows of the submissions that have ``numbers`` now."""
        chosen = set(numbers)
        parts = [
            replace(part, numbers={old: new for old, new in part.numbers.items() if new in chosen})
            for part in self.parts
            if part.numbers and not chosen.isdisjoint(part.numbers.values())
        ]
        return replace(self, parts=parts or [replace(part, numbers={}) for part in self.parts[:1]])


def _read(
    part: Part, name: str, columns: Sequence[str] | None, organisations: frozenset[str] | None
) -> pd.DataFrame:
    asked = columns and [*columns, *({"organisation"} - {*columns} if organisations is not None else ())]
    kept = part.folder / f"{name}.arrow"
    if kept.exists():
        rows: pd.DataFrame = feather.read_table(kept, asked).to_pandas()
    else:
        rows = pq.ParquetFile(part.folder / f"{name}.parquet").read(asked).to_pandas()
        # Parquet makes milliseconds of days in seconds.
        rows = rows.astype({key: "datetime64[s]" for key, dtype in rows.dtypes.items() if dtype.kind == "M"})
    if part.numbers is not None and "submission" in rows:
        number = rows["submission"].map(part.numbers).astype("Int64")
        rows = rows.assign(submission=number)
        if number.isna().any():
            rows = rows[number.notna()].reset_index(drop=True)
    if organisations is not None:
        rows = rows[rows["organisation"].isin(organisations)].reset_index(drop=True)
    return rows if columns is None else rows[list(columns)]


def of_submissions(tables: Tables, numbers: Collection[int]) -> Tables:
    """The rows of some submissions."""
    if isinstance(tables, Stored):
        return tables.of_submissions(numbers)
    return {name: rows[rows["submission"].isin(numbers)] for name, rows in tables.items()}


def store(tables: Tables, folder: Path) -> None:
    """Keep ``tables`` in ``folder``."""
    for name, rows in tables.items():
        table = pa.Table.from_pandas(rows, preserve_index=False)
        feather.write_feather(table, folder / f"{name}.arrow", compression="lz4")


def pieces(tables: Tables, name: str, columns: Sequence[str] | None = None) -> Iterator[pd.DataFrame]:
    """A table in pieces that fit in memory, of at least one; a table in memory is one piece."""
    if isinstance(tables, Stored):
        yield from tables.pieces(name, columns)
    else:
        yield tables[name] if columns is None else tables[name][list(columns)]


def changed(tables: Tables, change: Change) -> Tables:
    """The tables with their rows changed; those on disk when they are read."""
    if isinstance(tables, Stored):
        return replace(tables, changed=change)
    return {name: change(name, rows) for name, rows in tables.items()}


def only(tables: Tables, organisations: Collection[str]) -> Tables:
    """The tables for some organisations; those on disk are read when they are asked for."""
    if isinstance(tables, Stored):
        chosen = frozenset(organisations)
        return replace(tables, organisations=chosen if tables.organisations is None else chosen & tables.organisations)
    return {
        name: rows[rows["organisation"].isin(organisations)].reset_index(drop=True) for name, rows in tables.items()
    }
