"""The archive: reads consolidated months back from their Parquet and manifests."""

import hashlib
import json
from collections.abc import Callable, Collection, Iterator, Mapping
from functools import cache, partial
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from pledgebatch.notice.parameters import Parameters
from pledgebatch.notice.periods import Period
from pledgebatch.schema.frames import (
    CHANGE,
    COVERAGE,
    FINDING,
    FORMER_NAMES,
    OF_NO_SHEET,
    ORDER,
    RECONCILIATION,
    REGISTRY_MOVE,
    REMARK,
    SET_ASIDE,
    SUBMISSION,
    VERDICT,
    History,
    Month,
    Tables,
    columns_of,
    empty,
)
from pledgebatch.schema.kinds import CELL
from pledgebatch.schema.sheets import BY_KEY, ORGANISATION, REGISTRY, SHEETS, WAIVERS
from pledgebatch.schema.stored import Part, Source, Stored

FRAMES = {
    "registry": {**columns_of(REGISTRY), FORMER_NAMES: "str"},
    "waivers": {**columns_of(WAIVERS), **{field.key + CELL: "str" for field in WAIVERS.fields}},
    "remarks": REMARK,
    "registry_moves": REGISTRY_MOVE,
    "submissions": SUBMISSION,
    "coverage": COVERAGE,
    "findings": FINDING,
    "verdicts": VERDICT,
    "set_aside": SET_ASIDE,
    "reconciliation": RECONCILIATION,
    "changes": CHANGE,
    "orders": ORDER,
}
"""The frames of a month that its ``data`` holds beside the sheets', by the name of the Month's attribute."""
OF_THE_OFFICE = ("registry", "waivers", "remarks", "registry_moves")
"""Those that say what the office goes by, and are not divided among organisations."""
FIGURED = {"coverage": list(COVERAGE), "findings": ["organisation", "rule", "clause", "severity", "waiver"]}
"""What a month's figures are made from, beside the rows of its tables."""
MANIFEST = "manifest.json"


def consolidated(output: Path) -> list[Period]:
    """The months in ``output``, in their order."""
    return [Period.parse(path.parent.name) for path in sorted(output.glob(f"20[0-9][0-9]-[01][0-9]/{MANIFEST}"))]


def last_period(output: Path, year: int, before: int = 13) -> Period | None:
    """The last month consolidated in ``year`` before the month ``before``."""
    return next((each for each in reversed(consolidated(output)) if each.year == year and each.month < before), None)


def history(output: Path, period: Period, organisations: Collection[str] | None = None) -> History:
    """What ``period`` is compared with, of all or of some ``organisations``; with none, only what is no table.

    Last month's figures are no business of some organisations alone.
    """
    last = last_period(output, period.year, period.month)
    earlier = last_period(output, period.year, last.month) if last else None
    last_year = last_period(output, period.year - 1)
    before = [each for each in consolidated(output) if each < period]
    same_year = [each for each in before if each.year == period.year]
    read = cache(partial(Ledgers, output, organisations=organisations))
    return History(
        last=read(last) if last else None,
        earlier=read(earlier) if earlier else None,
        last_year=read(last_year) if last_year else None,
        reports=last_reports(output, period, organisations, read),
        orders=pd.read_parquet(_data(output, newest, "orders")) if (newest := last or last_year) else None,
        figures=read_figures(output / str(last)) if last and not organisations else None,
        built_on={
            str(each): fingerprint(output / str(each))
            for each in sorted({each for each in (*before[-1:], last_year, *same_year) if each})
        },
    )


def fingerprint(folder: Path) -> str:
    """The SHA-256 of the manifest of a month's folder, which names all that the month was made from."""
    return hashlib.sha256((folder / MANIFEST).read_bytes()).hexdigest()


def read_manifest(folder: Path) -> dict[str, Any]:
    """The manifest of a month's folder."""
    said: dict[str, Any] = json.loads((folder / MANIFEST).read_text("utf-8"))
    return said


def last_reports(
    output: Path,
    period: Period,
    organisations: Collection[str] | None = None,
    read: "Callable[[Period], Ledgers] | None" = None,
) -> dict[str, pd.DataFrame] | None:
    """The ledger rows of each organisation's last report before ``period``, no older than the year before.

    An organisation that missed a month loses nothing by it. ``reported`` is the month of the report. ``read`` gives the
    ledgers of a month where some are at hand.
    """
    read = read or partial(Ledgers, output, organisations=organisations)
    months = [each for each in consolidated(output) if each < period and each.year >= period.year - 1]
    pieces: list[dict[str, pd.DataFrame]] = []
    seen: set[str] = set()
    for each in reversed(months):
        if organisations is not None and seen >= set(organisations):
            break
        rows = read(each)
        fresh = set(rows[ORGANISATION.key]["organisation"]) - seen
        if fresh:
            seen |= fresh
            pieces.append(
                {k: table[table["organisation"].isin(fresh)].assign(reported=str(each)) for k, table in rows.items()}
            )
    if not pieces:
        return None
    return {sheet.key: pd.concat([piece[sheet.key] for piece in pieces], ignore_index=True) for sheet in SHEETS}


class Ledgers(Mapping[str, pd.DataFrame]):
    """The rows in the ledgers of a consolidated month, by sheet key, of all or of some ``organisations``: each read once,
    when it is asked for."""

    def __init__(self, output: Path, period: Period, organisations: Collection[str] | None = None) -> None:
        """Read nothing yet of the ``period`` in ``output``."""
        self._read = cache(partial(_ledger_rows, output, period, organisations))

    def __getitem__(self, key: str) -> pd.DataFrame:
        """The rows of a sheet."""
        if key not in BY_KEY:
            raise KeyError(key)
        return self._read(key)

    def __iter__(self) -> Iterator[str]:
        """The keys of the sheets."""
        return (sheet.key for sheet in SHEETS)

    def __len__(self) -> int:
        """How many sheets there are."""
        return len(SHEETS)


def _ledger_rows(output: Path, period: Period, organisations: Collection[str] | None, key: str) -> pd.DataFrame:
    return _standing(pd.read_parquet(_data(output, period, key), filters=_of(organisations)))


def in_ledger(tables: Tables) -> dict[str, pd.DataFrame]:
    """The rows of the sheets that stand in the ledger, without the column that says so."""
    return {sheet.key: _standing(tables[sheet.key]) for sheet in SHEETS}


def _standing(rows: pd.DataFrame) -> pd.DataFrame:
    return rows[rows["set_aside"].isna()].drop(columns="set_aside")


def _of(organisations: Collection[str] | None) -> pc.Expression | None:
    """The condition that a row is of one of ``organisations``; none where all are wanted."""
    if organisations is None:
        return None
    codes, field = sorted(organisations), pc.field("organisation")
    one_of_them = field.isin(pa.array(codes, pa.large_string()))
    # Row groups are passed over by the first and the last code in them, not by a list.
    return one_of_them & (field >= codes[0]) & (field <= codes[-1]) if codes else one_of_them


def read_month(folder: Path, organisation: str = "") -> Month:
    """A month as it was published in ``folder``, of all or of one ``organisation``."""
    only = _of([organisation] if organisation else None)
    keys = (*FRAMES, *(sheet.key for sheet in SHEETS), *OF_NO_SHEET)
    data = folder / "data"
    read = {
        key: pd.read_parquet(data / f"{key}.parquet", filters=_may_filter(key, only)) for key in keys if _has(data, key)
    }
    return _month(folder, read, {key: rows for key, rows in read.items() if key not in FRAMES})


def _has(data: Path, key: str) -> bool:
    """Whether a month has a frame; one archived by an earlier version has not all that say what the office goes by."""
    return key not in OF_THE_OFFICE or (data / f"{key}.parquet").is_file()


def _may_filter(key: str, only: pc.Expression | None) -> pc.Expression | None:
    return only if "organisation" in FRAMES.get(key, {"organisation": ""}) else None


def read_registry_of(folder: Path) -> pd.DataFrame:
    """The registry that a month published in ``folder`` was made with."""
    return pd.read_parquet(folder / "data" / "registry.parquet")


def read_figures(folder: Path) -> Month:
    """As much of a month published in ``folder`` as its figures are made from; its tables are read when asked for."""
    frames = {name: empty(columns) for name, columns in FRAMES.items()}
    data = folder / "data"
    read = {name: pd.read_parquet(data / f"{name}.parquet", columns=keys) for name, keys in FIGURED.items()}
    return _month(folder, frames | read, Stored([Part((Source(data),))], [sheet.key for sheet in SHEETS]))


def _month(folder: Path, frames: Mapping[str, Any], tables: Tables) -> Month:
    manifest = read_manifest(folder)
    held: dict[str, Any] = {
        name: frames[name] if name in frames else empty(columns) for name, columns in FRAMES.items()
    }
    return Month(
        period=Period.parse(manifest["period"]),
        parameters=Parameters(**manifest["parameters"]),
        tables=tables,
        not_evaluated=manifest["not_evaluated"],
        built_on=manifest["built_on"],
        offices=manifest["offices"],
        **held,
    )


def _data(output: Path, period: Period, name: str) -> Path:
    return output / str(period) / "data" / f"{name}.parquet"
