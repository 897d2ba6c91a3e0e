"""Typed rows kept on disk in parts, for a month that need not fit in memory at once."""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from pledgebatch.schema.arrow import as_frame, as_table
from pledgebatch.schema.choosing import choose

PACKED = pa.ipc.IpcWriteOptions(compression="lz4", use_threads=False)
"""How tables are kept. Other workers are the threads: columns of a few rows cost more to hand out than to pack."""
AT_ONCE = 1 << 16
"""Rows that are packed together."""
Tables = Mapping[str, pd.DataFrame]
"""Frames by name."""
Reader = Callable[[Path, str, Collection[str] | None], pa.Table]
"""Takes a folder, the name of a table, and the columns wanted, or None for all; returns those that it has."""
Change = Callable[[str, pd.DataFrame], pd.DataFrame]
"""Takes the name of a table and some of its rows, of all columns or some, and returns them changed."""


@dataclass(frozen=True)
class Source:
    """A folder with a file a table, in whatever form there is a reader for."""

    folder: Path
    numbers: Mapping[int, int] | None = None
    """The submissions to read, by the numbers under which they are stored, and the numbers they have now; None reads
    all as they are."""
    organisations: frozenset[str] | None = None
    """The organisations whose rows are read, ``""`` for rows of nobody; None for all."""
    reader: Reader | None = None
    """What reads the tables; None for those that ``store`` kept."""


@dataclass(frozen=True)
class Part:
    """Rows that are read together: of one source, or of several in the order of their submissions."""

    sources: tuple[Source, ...]
    organisations: frozenset[str] | None = None
    """The organisations that have rows here, ``""`` for rows of nobody, where that is known."""
    made_from: Mapping[str, str] = field(default_factory=dict)
    """What the rows of each organisation, ``""`` for those of nobody, were made from, as digests."""


@dataclass(frozen=True)
class Which:
    """Which rows of a table are wanted."""

    by: Sequence[str]
    """The columns that tell."""
    rows: Callable[[pd.DataFrame], pd.Series]
    """Takes them, and says of each row whether it is wanted."""


@dataclass(frozen=True, eq=False)
class Stored(Mapping[str, pd.DataFrame]):
    """Tables by name, each read from its parts when it is asked for."""

    parts: Sequence[Part]
    names: Sequence[str]
    organisations: frozenset[str] | None = None
    """The organisations whose rows are read, ``""`` for rows of nobody; None for all."""
    changed: Change | None = None
    """What is done to rows when they are read."""
    prefix: str = ""
    """How the names of the files begin."""

    def __getitem__(self, name: str) -> pd.DataFrame:
        """The whole table."""
        if name not in self.names:
            raise KeyError(name)
        if self.changed is None:
            return as_frame(pa.concat_tables(self.arrow_pieces(name)))
        return pd.concat(list(self.pieces(name)), ignore_index=True)

    def __iter__(self) -> Iterator[str]:
        """The names of the tables."""
        return iter(self.names)

    def __len__(self) -> int:
        """How many tables there are."""
        return len(self.names)

    def pieces(
        self, name: str, columns: Sequence[str] | None = None, which: Which | None = None
    ) -> Iterator[pd.DataFrame]:
        """A table part by part, of at least one, in ``columns`` or all; all rows or those that are chosen."""
        if self.changed is None:
            yield from (as_frame(rows) for rows in self.arrow_pieces(name, columns, which))
            return
        asked = columns and list(dict.fromkeys([*columns, *(which.by if which else ())]))
        for rows in self.arrow_pieces(name, asked):
            yield _choose(self.changed(name, as_frame(rows)), columns, which)

    def arrow_pieces(
        self, name: str, columns: Sequence[str] | None = None, which: Which | None = None
    ) -> Iterator[pa.Table]:
        """``pieces`` as they are on disk, not ``changed``."""
        for part, own in self.wanted():
            rows = _in_order(_read(part, self.prefix + name, columns, own, which))
            yield rows if columns is None else rows.select(list(columns))

    def wanted(self) -> Iterator[tuple[Part, frozenset[str] | None]]:
        """The parts to read, of at least one, and the organisations to read of them; None for all."""
        asked = self.organisations
        if asked is None:
            yield from ((part, None) for part in self.parts)
            return
        each = [(part, asked if part.organisations is None else asked & part.organisations) for part in self.parts]
        yield from [(part, own) for part, own in each if own] or each[-1:]

    def of_submissions(self, numbers: Collection[int]) -> "Stored":
        """Only the rows of the submissions that have ``numbers`` now."""
        return self.renumbered({number: number for number in numbers})

    def renumbered(self, numbers: Mapping[int, int]) -> "Stored":
        """Only the rows of some submissions: the numbers they have now, and those they get."""
        parts = []
        for part in self.parts:
            each_numbers = [
                {old: numbers[now] for old, now in (source.numbers or {}).items() if now in numbers}
                for source in part.sources
            ]
            sources = tuple(
                replace(each, numbers=own) for each, own in zip(part.sources, each_numbers, strict=True) if own
            )
            if sources:
                parts.append(replace(part, sources=sources))
        if not parts:
            first = self.parts[0]
            parts = [replace(first, sources=(replace(first.sources[0], numbers={}),))]
        return replace(self, parts=parts)


ORDERED = (("submission",), ("organisation", "file"), ("organisation",))
"""What the rows of a part are in the order of: the first of these that a table has."""


def _read(
    part: Part, name: str, columns: Sequence[str] | None, organisations: frozenset[str] | None, which: Which | None
) -> list[pa.Table]:
    """A table of each source of ``part``, in ``columns`` or all, and in those that tell which rows and in what order."""
    sources = [source for source in part.sources if _may_have(source, organisations)] or part.sources[-1:]
    return [_of_source(source, name, columns, organisations, which) for source in sources]


def _may_have(source: Source, organisations: frozenset[str] | None) -> bool:
    return organisations is None or source.organisations is None or not organisations.isdisjoint(source.organisations)


def _of_source(
    source: Source,
    name: str,
    columns: Sequence[str] | None,
    organisations: frozenset[str] | None,
    which: Which | None,
) -> pa.Table:
    beside = (*(which.by if which else ()), "submission", "organisation", "file")
    rows = (source.reader or _read_stored)(source.folder, name, columns and {*columns, *beside})
    has = rows.schema.names
    for wanted in (organisations, source.organisations):
        if wanted is not None and "organisation" in has:
            codes = pc.fill_null(rows["organisation"], "")
            rows = rows.filter(pc.is_in(codes, value_set=pa.array(sorted(wanted), codes.type)))
    if source.numbers is not None and "submission" in has:
        place = pc.index_in(rows["submission"], value_set=pa.array(list(source.numbers), pa.int64()))
        now = pc.take(pa.array(list(source.numbers.values()), pa.int64()), place)
        rows = rows.set_column(has.index("submission"), "submission", now)
        rows = rows.filter(pc.is_valid(now)) if now.null_count else rows
    if which:
        chosen = which.rows(as_frame(rows.select(list(which.by))))
        rows = rows if chosen.all() else rows.filter(pa.array(chosen))
    return rows


def _read_stored(folder: Path, name: str, columns: Collection[str] | None) -> pa.Table:
    """A table that ``store`` kept, in all its columns or in those of ``columns`` that it has."""
    with pa.OSFile(str(folder / f"{name}.arrow")) as file:
        places: list[int] | None = None
        if columns is not None:
            has = pa.ipc.open_file(file).schema.names
            places = [place for place, key in enumerate(has) if key in columns]
        options = pa.ipc.IpcReadOptions(included_fields=places, use_threads=False)
        return pa.ipc.open_file(file, options=options).read_all()


def _in_order(tables: Sequence[pa.Table]) -> pa.Table:
    """The rows of the sources of a part, in the order in which one source would have them."""
    if len(tables) == 1:
        return tables[0]
    rows = pa.concat_tables(tables).combine_chunks()
    keys = next((keys for keys in ORDERED if {*keys} <= {*rows.schema.names}), ())
    return rows.take(pc.sort_indices(rows, [(key, "ascending") for key in keys])) if keys else rows


def _choose(rows: pd.DataFrame, columns: Sequence[str] | None, which: Which | None) -> pd.DataFrame:
    rows = choose(rows, which.rows(rows)) if which else rows
    return rows if columns is None else rows[list(columns)]


def of_submissions(tables: Tables, numbers: Collection[int]) -> Tables:
    """The rows of some submissions."""
    if isinstance(tables, Stored):
        return tables.of_submissions(numbers)
    return {name: choose(rows, rows["submission"].isin(numbers)) for name, rows in tables.items()}


def store(tables: Tables, folder: Path) -> None:
    """Keep ``tables`` in ``folder``."""
    for name, rows in tables.items():
        table = as_table(rows)
        with (
            pa.OSFile(str(folder / f"{name}.arrow"), "wb") as file,
            pa.ipc.new_file(file, table.schema, options=PACKED) as writer,
        ):
            writer.write_table(table, max_chunksize=AT_ONCE)


def pieces(
    tables: Tables, name: str, columns: Sequence[str] | None = None, which: Which | None = None
) -> Iterator[pd.DataFrame]:
    """A table in pieces that fit in memory, of at least one, in ``columns`` or all; a table in memory is one piece."""
    if isinstance(tables, Stored):
        yield from tables.pieces(name, columns, which)
    else:
        yield _choose(tables[name], columns, which)


def arrow_pieces(tables: Tables, name: str) -> Iterator[pa.Table]:
    """``pieces`` of a whole table, as they are kept."""
    if isinstance(tables, Stored) and tables.changed is None:
        yield from tables.arrow_pieces(name)
    else:
        yield from map(as_table, pieces(tables, name))


def change_rows(tables: Tables, change: Change) -> Tables:
    """The tables with their rows changed; those on disk when they are read."""
    if isinstance(tables, Stored):
        return replace(tables, changed=change)
    return {name: change(name, rows) for name, rows in tables.items()}


def of_organisations(tables: Tables, organisations: Collection[str]) -> Tables:
    """The tables for some organisations; those on disk are read when they are asked for."""
    if isinstance(tables, Stored):
        chosen = frozenset(organisations)
        return replace(tables, organisations=chosen if tables.organisations is None else chosen & tables.organisations)
    return {
        name: choose(rows, rows["organisation"].fillna("").isin(organisations)).reset_index(drop=True)
        for name, rows in tables.items()
    }
