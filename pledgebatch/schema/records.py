"""Rows of frames as plain records, for those who write a page or a sheet of a few of them."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import Any

import pandas as pd
import pyarrow as pa

from pledgebatch.schema.states import State

Record = dict[str, Any]


def records(frame: pd.DataFrame) -> list[dict[str, Any]]:
    """The rows as dicts, missing values as empty texts."""
    names = list(map(str, frame.columns))
    columns = [
        ["" if value is None or value is pd.NA or value != value else value for value in values_of(frame[name])]
        for name in frame.columns
    ]
    return [dict(zip(names, row, strict=True)) for row in zip(*columns, strict=True)]


def values_of(column: pd.Series) -> list[Any]:
    """The values of a column; of texts, None where one is missing: pandas takes five times as long to list a few."""
    return pa.array(column).to_pylist() if column.dtype == "str" else column.tolist()


def tuples(frame: pd.DataFrame) -> Iterator[tuple[Any, ...]]:
    """The rows as plain tuples; ``itertuples`` asks texts that Arrow holds one by one, which takes four times as long."""
    return zip(*(frame[name].tolist() for name in frame.columns), strict=True)


def with_labels(frame: pd.DataFrame) -> list[dict[str, Any]]:
    """As ``records``, with the state in words as ``label``."""
    return [row | {"label": State(row["state"]).label} for row in records(frame)]


def group_records(rows: Iterable[Record], *keys: str) -> dict[Any, list[Record]]:
    """Records by the value of ``keys``, in the order in which each value first comes."""
    groups: dict[Any, list[Record]] = defaultdict(list)
    for row in rows:
        groups[row[keys[0]] if len(keys) == 1 else tuple(row[key] for key in keys)].append(row)
    return groups
