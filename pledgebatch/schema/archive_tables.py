"""What a month keeps on disk: its tables with their columns, and the one gate through which they are read back."""

from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from pyarrow.dataset import ParquetFileFormat
from pyarrow.fs import LocalFileSystem

from pledgebatch.mistakes import mendable
from pledgebatch.schema.arrow import as_frame
from pledgebatch.schema.digests import DATA, DamagedMonth, damaged_month, file_in_use, names_of, require_as_written
from pledgebatch.schema.frames import (
    ANSWER,
    CHANGE,
    COVERAGE,
    DECIDED,
    EVENT,
    FINDING,
    FORMER_NAMES,
    HANDED,
    HANDOVER,
    MARKED,
    OF_NO_SHEET,
    ORDER,
    RECONCILIATION,
    REGISTRY_MOVE,
    REMARK,
    SET_ASIDE,
    SUBMISSION,
    UNCLAIMED,
    UNDECIDED,
    VERDICT,
    columns_of,
)
from pledgebatch.schema.kinds import CELL
from pledgebatch.schema.sheets import BOOK_SHEETS, REGISTRY, WAIVERS

FRAMES = {
    "registry": {**columns_of(REGISTRY), FORMER_NAMES: "str"},
    "waivers": {**columns_of(WAIVERS), **{field.key + CELL: "str" for field in WAIVERS.fields}},
    "events": EVENT,
    "handovers": HANDOVER,
    "remarks": REMARK,
    "registry_moves": REGISTRY_MOVE,
    "handed": HANDED,
    "unclaimed": UNCLAIMED,
    "submissions": SUBMISSION,
    "coverage": COVERAGE,
    "findings": FINDING,
    "verdicts": VERDICT,
    "set_aside": SET_ASIDE,
    "reconciliation": RECONCILIATION,
    "changes": CHANGE,
    "orders": ORDER,
    "undecided": UNDECIDED,
    "answers": ANSWER,
    "decided": DECIDED,
}
"""The frames of a month that its ``data`` holds beside the sheets', by the name of the Month's attribute."""
OF_THE_OFFICE = ("registry", "waivers", "events", "handovers", "remarks")
"""Those that say what the office goes by, and are not divided among organisations."""
ARCHIVE_TABLES: Mapping[str, Mapping[str, str]] = {
    **FRAMES,
    **{sheet.key: {**columns_of(sheet), **MARKED} for sheet in BOOK_SHEETS},
    **OF_NO_SHEET,
}
"""Every table of a month, with its columns and their types."""
ESSENTIAL = frozenset(("submission", "organisation", "file", "row", "set_aside", "state"))
"""Columns that say whose a row is and whether it counts: no month was ever written without them."""
FIRST = frozenset((
    *("registry", "submissions", "coverage", "findings", "verdicts", "set_aside", "reconciliation", "changes", "orders"),
    *("organisations", "members", "items", "opinions", "legacy", "records", "assessments"),
    *("extras", "understood", "movements"),
))  # fmt: skip
"""The tables that every month has, those too that were published without digests."""
PARQUET, HERE = ParquetFileFormat(), LocalFileSystem()
ARROW = {"str": pa.large_string(), "Int64": pa.int64(), "datetime64[s]": pa.timestamp("s")}


def read_table(
    month: Path, name: str, columns: Collection[str] | None = None, only: pc.Expression | None = None
) -> pd.DataFrame:
    """``table_of`` as a frame."""
    return as_frame(table_of(month / DATA, name, columns, only))


def table_of(
    data: Path, name: str, columns: Collection[str] | None = None, only: pc.Expression | None = None
) -> pa.Table:
    """A table in the folder ``data`` of a month, as it is declared today: all or some columns, all rows or ``only`` some.

    What the month did not have yet is missing, what is declared no more is left out. Raises DamagedMonth where the file
    is not what was written.
    """
    month, wanted = data.parent, _some(ARCHIVE_TABLES[name], columns)
    if not has_table(month, name):
        return conform(pa.table({}), wanted)
    with _opened(data, name, wanted) as file:
        has = file.schema_arrow.names
        if only is None:
            rows = conform(file.read([key for key in has if key in wanted]), wanted)
        elif ARCHIVE_TABLES[name].keys() <= set(has):  # row groups that hold none of them are passed over
            few = PARQUET.make_fragment((data / f"{name}.parquet").as_posix(), HERE)
            rows = conform(few.to_table(columns=[key for key in has if key in wanted], filter=only), wanted)
        else:  # what is asked of the rows may be about a column that the month did not have yet
            rows = conform(conform(file.read(), ARCHIVE_TABLES[name]).filter(only), wanted)
        if names_of(month) is None:
            rows.validate(full=True)
    return rows


def require_table(month: Path, name: str) -> None:
    """Raise DamagedMonth where a table of a month is not what was written, or, without a digest, cannot be opened."""
    if has_table(month, name):
        with _opened(month / DATA, name, ARCHIVE_TABLES[name]):
            pass


@contextmanager
def _opened(data: Path, name: str, wanted: Collection[str]) -> Iterator[pq.ParquetFile]:
    """The file of a table, of which the ``wanted`` columns are to be read. Raises DamagedMonth where that fails."""
    month, inside = data.parent, f"{data.name}/{name}.parquet"
    require_as_written(month, inside)
    try:
        with pq.ParquetFile(data / f"{name}.parquet") as file:
            if lost := sorted(ESSENTIAL.intersection(wanted).difference(file.schema_arrow.names)):
                raise damaged_month(month, f"{inside} 缺少 {'、'.join(lost)} 列")
            yield file
    except (DamagedMonth, MemoryError):  # want of memory is no fault of the file's
        raise
    except PermissionError:
        raise file_in_use(data / f"{name}.parquet") from None
    except Exception as mistake:  # whatever else the reader makes of it, it is not what was written
        raise mendable(mistake, inside) or damaged_month(month, f"{inside} 读不出来") from mistake


def conform(rows: pa.Table, columns: Mapping[str, str]) -> pa.Table:
    """``rows`` in just these ``columns``, of these types; one that they lack is missing throughout, and comes last."""
    has = [key for key in rows.schema.names if key in columns]
    lacking = [key for key in columns if key not in has]
    known = {key: _of_type(rows[key], columns[key]) for key in has}
    return pa.table(known | {key: pa.nulls(rows.num_rows, ARROW[columns[key]]) for key in lacking})


def has_table(month: Path, name: str) -> bool:
    """Whether a month had a table at all when it was published."""
    names = names_of(month)
    return name in FIRST or (names is not None and f"{DATA}/{name}.parquet" in names)


def _some(declared: Mapping[str, str], columns: Collection[str] | None) -> dict[str, str]:
    return {key: dtype for key, dtype in declared.items() if columns is None or key in columns}


def _of_type(values: pa.ChunkedArray, dtype: str) -> pa.ChunkedArray:
    """A column in the type that is declared today, for Parquet makes milliseconds of days in seconds; what cannot be said
    in it is missing."""
    kind = ARROW[dtype]
    if values.type == kind:
        return values
    try:
        return values.cast(kind, safe=not pa.types.is_timestamp(values.type))
    except pa.ArrowException:
        return pa.chunked_array([pa.nulls(len(values), kind)])
