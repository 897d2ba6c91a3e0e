"""Reads consolidated months back from their Parquet."""

from pathlib import Path

import pandas as pd

from pledgebatch.notice.periods import Period
from pledgebatch.schema.sheets import SHEETS


def last_period(output: Path, period: Period) -> Period | None:
    """The last month consolidated before ``period`` in the same year."""
    months = [Period(period.year, month) for month in range(1, period.month)]
    return next((each for each in reversed(months) if (output / str(each) / "manifest.json").is_file()), None)


def ledger_rows(output: Path, period: Period) -> dict[str, pd.DataFrame]:
    """The rows in the ledgers of a consolidated month, by sheet key."""
    tables = {sheet.key: pd.read_parquet(output / str(period) / "data" / f"{sheet.key}.parquet") for sheet in SHEETS}
    return {key: rows[rows["set_aside"].isna()].drop(columns="set_aside") for key, rows in tables.items()}
