"""Reads consolidated months back from their Parquet."""

from pathlib import Path

import pandas as pd

from pledgebatch.notice.periods import Period
from pledgebatch.schema.frames import History, Tables
from pledgebatch.schema.sheets import SHEETS


def last_period(output: Path, year: int, before: int = 13) -> Period | None:
    """The last month consolidated in ``year`` before the month ``before``."""
    months = [Period(year, month) for month in range(1, before)]
    return next((each for each in reversed(months) if (output / str(each) / "manifest.json").is_file()), None)


def history(output: Path, period: Period) -> History:
    """What ``period`` is compared with."""
    last = last_period(output, period.year, period.month)
    earlier = last_period(output, period.year, last.month) if last else None
    last_year = last_period(output, period.year - 1)
    return History(*(ledger_rows(output, each) if each else None for each in (last, earlier, last_year)))


def in_ledger(tables: Tables) -> dict[str, pd.DataFrame]:
    """The rows of the sheets that stand in the ledger, without the column that says so."""
    rows = {sheet.key: tables[sheet.key] for sheet in SHEETS}
    return {key: each[each["set_aside"].isna()].drop(columns="set_aside") for key, each in rows.items()}


def ledger_rows(output: Path, period: Period) -> dict[str, pd.DataFrame]:
    """The rows in the ledgers of a consolidated month, by sheet key."""
    return in_ledger(
        {sheet.key: pd.read_parquet(output / str(period) / "data" / f"{sheet.key}.parquet") for sheet in SHEETS}
    )
