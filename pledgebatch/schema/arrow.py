"""Frames from Arrow tables."""

import pandas as pd
import pyarrow as pa

NUMBERS = {pa.int64(): pd.Int64Dtype()}
"""Whole numbers, which may be missing."""


def as_frame(rows: pa.Table) -> pd.DataFrame:
    """Rows as a frame, by the types of their columns: what pandas noted of them takes longer to read than a few rows."""
    frame: pd.DataFrame = rows.replace_schema_metadata(None).to_pandas(types_mapper=NUMBERS.get)
    return frame
