"""Rows of frames, some of them or in another order.

Pandas takes the rows of each column apart and puts them together again. Mostly all rows are wanted as they stand, or none.
"""

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc


def choose(rows: pd.DataFrame, wanted: Any) -> pd.DataFrame:
    """Those of ``rows`` that are ``wanted``, a truth for each; where all are, without taking them apart."""
    places = np.flatnonzero(wanted)
    if len(places) == len(rows):
        return rows[:]
    return rows.take(places) if len(places) else rows[:0]


def in_order(rows: pd.DataFrame, by: Sequence[str]) -> pd.DataFrame:
    """``rows`` by some columns, missing values last; those alike as they stood. What is in order is not taken apart."""
    keys = pa.table({name: pa.array(rows[name]) for name in by})
    places = pc.sort_indices(keys, [(name, "ascending") for name in by]).to_numpy()
    return rows.take(places) if (np.diff(places.astype(np.int64)) < 0).any() else rows[:]
