"""Typed rows kept on disk in parts, for a month that need not fit in memory at once."""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import nullcontext
from dataclasses import dataclass, field, replace
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.feather as feather
import pyarrow.parquet as pq

from pledgebatch.schema.frames import Tables

Change = Callable[[str, pd.DataFrame], pd.DataFrame]
"""Takes the name of a table and some of its rows, of all columns or some, and returns them changed."""


@dataclass(frozen=True)
class Source:
    """A folder with a file a table: of Arrow, which is fast, or of Parquet, which lasts."""

    folder: Path
    numbers: Mapping[int, int] | None = None
    """The submissions to read, by the numbers under which they are stored, and the numbers they have now; None reads
    all as they are."""
    organisations: frozenset[str] | None = None
    """The organisations whose rows are read, ``""`` for rows of nobody; None for all."""


@dataclass(frozen=True)
class Part:
    """Rows that are read together: of one source, or of several in the order of their submissions."""

    sources: tuple[Source, ...]
    organisations: frozenset[str] | None = None
    """The organisations that have rows here, where that is known."""
    made_from: Mapping[str, str] = field(default_factory=dict)
    """What the rows of each organisation, ``""`` for those of nobody, were made from, as digests."""


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
        if self.changed is None and all(len(part.sources) == 1 for part in self.parts):
            return _joined([each for part, own in self.wanted() for each in _read(part, self.prefix + name, None, own)])
        return pd.concat(list(self.pieces(name)), ignore_index=True)

    def __iter__(self) -> Iterator[str]:
        """The names of the tables."""
        return iter(self.names)

    def __len__(self) -> int:
        """How many tables there are."""
        return len(self.names)

    def pieces(self, name: str, columns: Sequence[str] | None = None) -> Iterator[pd.DataFrame]:
        """A table part by part, of at least one, in ``columns`` or all."""
        for part, own in self.wanted():
            rows = _in_order(_read(part, self.prefix + name, columns, own))
            rows = rows if columns is None else rows[list(columns)]
            yield rows if self.changed is None else self.changed(name, rows)

    def wanted(self) -> Iterator[tuple[Part, frozenset[str] | None]]:
        """The parts to read, of at least one, and the organisations to read of them; None for all."""
        for number, part in enumerate(self.parts):
            wanted = self.organisations
            if wanted is not None and part.organisations is not None:
                wanted = wanted & part.organisations
            if wanted is None or wanted or number == len(self.parts) - 1:
                yield part, wanted

    def of_submissions(self, numbers: Collection[int]) -> "Stored":
        """Only the rows of the submissions that have ``numbers`` now."""
        return self.renumbered({number: number for number in numbers})

    def renumbered(self, numbers: Mapping[int, int]) -> "Stored":
        """Only the rows of some submissions: the numbers they have now, and those they get."""
        parts = []
        for part in self.parts:
            told = [
                {old: numbers[now] for old, now in (source.numbers or {}).items() if now in numbers}
                for source in part.sources
            ]
            sources = tuple(replace(each, numbers=own) for each, own in zip(part.sources, told, strict=True) if own)
            if sources:
                parts.append(replace(part, sources=sources))
        if not parts:
            first = self.parts[0]
            parts = [replace(first, sources=(replace(first.sources[0], numbers={}),))]
        return replace(self, parts=parts)


ORDERED = (("submission",), ("organisation", "file"), ("organisation",))
"""What the rows of a part are in the order of: the first of these that a table has."""


def _read(part: Part, name: str, columns: Sequence[str] | None, organisations: frozenset[str] | None) -> list[pa.Table]:
    """A table of each source of ``part``, in ``columns`` or all, and in those that tell which rows and in what order."""
    return [_of_source(source, name, columns, organisations) for source in part.sources]


def _of_source(
    source: Source, name: str, columns: Sequence[str] | None, organisations: frozenset[str] | None
) -> pa.Table:
    arrow, parquet = (source.folder / f"{name}.{kind}" for kind in ("arrow", "parquet"))
    asked = None
    if columns:
        with pa.OSFile(str(arrow)) if arrow.exists() else nullcontext() as file:
            has = pa.ipc.open_file(file).schema.names if file else pq.read_schema(parquet).names
        asked = [*columns, *(key for key in ("submission", "organisation", "file") if key in has and key not in columns)]
    rows: pa.Table = feather.read_table(arrow, asked) if arrow.exists() else pq.ParquetFile(parquet).read(asked)
    if source.numbers is not None and "submission" in rows.schema.names:
        place = pc.index_in(rows["submission"], value_set=pa.array(list(source.numbers), pa.int64()))
        now = pc.take(pa.array(list(source.numbers.values()), pa.int64()), place)
        rows = rows.set_column(rows.schema.get_field_index("submission"), "submission", now)
        rows = rows.filter(pc.is_valid(now)) if now.null_count else rows
    if organisations is not None:
        rows = rows.filter(_among(rows["organisation"], organisations))
    if source.organisations is not None and "organisation" in rows.schema.names:
        rows = rows.filter(_among(pc.fill_null(rows["organisation"], ""), source.organisations))
    return rows


def _among(codes: pa.ChunkedArray, organisations: Collection[str]) -> pa.ChunkedArray:
    return pc.is_in(codes, value_set=pa.array(sorted(organisations), codes.type))


def _joined(tables: Sequence[pa.Table]) -> pd.DataFrame:
    """Tables as one frame: put together before they are turned, which is ten times as fast for many small ones."""
    rows: pd.DataFrame = pa.concat_tables(tables).to_pandas()
    # Parquet makes milliseconds of days in seconds.
    return rows.astype({key: "datetime64[s]" for key, dtype in rows.dtypes.items() if dtype.kind == "M"})


def _in_order(tables: Sequence[pa.Table]) -> pd.DataFrame:
    """The rows of the sources of a part, in the order in which one source would have them."""
    rows = _joined(tables)
    if len(tables) > 1 and (keys := next((list(keys) for keys in ORDERED if {*keys} <= {*rows}), None)):
        rows = rows.sort_values(keys, kind="stable", ignore_index=True)
    return rows


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


def apart(tables: Tables) -> Iterator[Tables]:
    """The tables in parts that fit in memory, of at least one; tables in memory are one part."""
    if isinstance(tables, Stored):
        yield from (replace(tables, parts=[part]) for part, _ in tables.wanted())
    else:
        yield tables


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
