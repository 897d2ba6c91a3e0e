"""Frames from Arrow tables, and tables from frames."""

from functools import lru_cache
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa

TEXT = pd.StringDtype("pyarrow", na_value=np.nan)
WHOLE = pd.Int64Dtype()
"""Texts, and whole numbers, which may be missing."""


def as_frame(rows: pa.Table) -> pd.DataFrame:
    """Rows as a frame, by the types of their columns: Arrow itself takes four times as long over a few rows."""
    columns = {name: _as_column(cells) for name, cells in zip(rows.schema.names, rows.columns, strict=True)}
    return pd.DataFrame(columns, pd.RangeIndex(rows.num_rows), copy=False)


def _as_column(cells: pa.ChunkedArray) -> Any:
    if pa.types.is_large_string(cells.type):
        return as_texts(cells if cells.num_chunks else cells.combine_chunks())  # pandas cannot join none
    if pa.types.is_int64(cells.type):
        return WHOLE.__from_arrow__(cells)  # type: ignore[attr-defined]  # the stubs lack it
    return cells.to_pandas().array


def as_table(rows: pd.DataFrame) -> pa.Table:
    """A frame as a table, with what pandas notes of its columns; none of them holds objects."""
    schema = _noted(tuple(rows.columns), tuple(rows.dtypes))
    if rows.empty:
        return schema.empty_table()
    return pa.Table.from_arrays([pa.array(column, from_pandas=True) for _, column in rows.items()], schema=schema)


@lru_cache(256)
def _noted(names: tuple[str, ...], dtypes: tuple[Any, ...]) -> pa.Schema:
    nothing = pd.DataFrame({name: pd.Series(dtype=dtype) for name, dtype in zip(names, dtypes, strict=True)})
    return pa.Schema.from_pandas(nothing, preserve_index=False)


def as_texts(strings: pa.Array | pa.ChunkedArray) -> Any:
    """Texts that Arrow holds, as pandas takes them."""
    return pd.arrays.ArrowStringArray(strings, dtype=TEXT)  # type: ignore[call-arg]  # the stubs lack the type
