"""The archive: reads consolidated months back from their Parquet and manifests."""

import hashlib
import json
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import fields
from functools import cache, lru_cache, partial
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from pledgebatch.engine.dataset import Part, Source, Stored
from pledgebatch.months.followed import MERGER, Followed, follow_numbers, follow_reports, since, with_givers
from pledgebatch.months.unread import Recalled
from pledgebatch.notice.parameters import Parameters
from pledgebatch.notice.periods import Period
from pledgebatch.schema.archive_tables import ARCHIVE_TABLES, FRAMES, has_table, read_table, require_table, table_of
from pledgebatch.schema.choosing import choose
from pledgebatch.schema.digests import (
    DATA,
    MANIFEST,
    as_it_stands,
    damaged_month,
    file_in_use,
    names_of,
    require_as_written,
)
from pledgebatch.schema.frames import COVERAGE, OF_NO_SHEET, Tables, empty
from pledgebatch.schema.month import History, Month
from pledgebatch.schema.sheets import BOOK_SHEETS, BY_KEY, ORGANISATION, SHEETS
from pledgebatch.schema.states import LIVE

MANIFEST_TYPES: Mapping[str, type | tuple[type, ...]] = {
    "parameters": (int, float, str),
    "not_evaluated": str,
    "built_on": str,
    "offices": str,
}
"""What every manifest says, one value a name, with the type of the values."""
FIGURED = {"coverage": list(COVERAGE), "findings": ["organisation", "rule", "clause", "severity", "waiver"]}
"""What a month's figures are made from, beside the rows of its tables."""
BESIDE = ("unread", "last_known")
"""The tables beside the ledgers that say what of them could not be read, and what was last known of it."""


def consolidated_months(output: Path) -> list[Period]:
    """The months in ``output``, in their order."""
    folders = [path for path in sorted(output.glob("20[0-9][0-9]-[01][0-9]")) if "01" <= path.name[5:] <= "12"]
    return [Period.parse(path.name) for path in folders if is_month(path)]


def is_month(folder: Path) -> bool:
    """Whether a month was published in ``folder``, damaged or not."""
    return (folder / MANIFEST).exists() or (folder / DATA).is_dir()


def last_period(output: Path, year: int, before: int = 13) -> Period | None:
    """The last month consolidated in ``year`` before the month ``before``."""
    return next(
        (each for each in reversed(consolidated_months(output)) if each.year == year and each.month < before), None
    )


def history(
    output: Path,
    period: Period,
    organisations: Collection[str] | None = None,
    handovers: pd.DataFrame | None = None,
) -> History:
    """What ``period`` is compared with, of all or of some ``organisations``; with none, only what is no table.

    What was handed over stands with those who have it in ``period``, by the ``handovers`` until then. Last month's figures are no business of some organisations alone. Raises DamagedMonth where a month is damaged.
    """
    last = last_period(output, period.year, period.month)
    earlier = last_period(output, period.year, last.month) if last else None
    last_year = last_period(output, period.year - 1)
    if not organisations:  # before anybody begins to compare with them
        for each in dict.fromkeys((last, earlier, last_year)):
            if each:
                require_whole(output / str(each))
    before = [each for each in consolidated_months(output) if each < period]
    read = cache(partial(Ledgers, output, organisations=with_givers(organisations, handovers)))

    def compared(month: Period | None) -> Tables | None:
        if month is None:
            return None
        later, ledgers = since(handovers, month), Recalled(read(month))
        return ledgers if later is None else Followed(ledgers, later, organisations)

    return History(
        last=compared(last),
        earlier=compared(earlier),
        last_year=compared(last_year),
        reports=last_reports(output, period, organisations, handovers, read),
        orders=_orders_of(output, newest, handovers) if (newest := last or last_year) else None,
        answers=_answers_of(output, before[-1], handovers) if before else None,
        figures=read_figures(output / str(last)) if last and not organisations else None,
        built_on=built_on(output, period),
    )


def built_on(output: Path, period: Period) -> dict[str, str]:
    """The months that ``period`` rests on, were it made now, each with its fingerprint. Raises DamagedMonth."""
    before = [each for each in consolidated_months(output) if each < period]
    last_year = last_period(output, period.year - 1)
    months = {*before[-1:], *(each for each in before if each.year == period.year), *([last_year] if last_year else [])}
    return {str(each): fingerprint(output / str(each)) for each in sorted(months)}


def _orders_of(output: Path, month: Period, handovers: pd.DataFrame | None) -> pd.DataFrame:
    """The orders known by the end of a month; those of an organisation that merged are its receiver's."""
    orders, later = read_table(output / str(month), "orders"), since(handovers, month)
    if later is None:
        return orders
    merged = later[later["cause"] == MERGER].drop_duplicates("giver")
    receivers = orders["organisation"].map(dict(zip(merged["giver"], merged["receiver"], strict=True)))
    return orders.assign(organisation=receivers.astype("str").fillna(orders["organisation"]))


def _answers_of(output: Path, month: Period, handovers: pd.DataFrame | None) -> pd.DataFrame:
    """The answers that held by the end of a month, about the rows as they stand now."""
    return follow_numbers(read_table(output / str(month), "answers"), since(handovers, month))


def fingerprint(folder: Path) -> str:
    """The SHA-256 of the manifest of a month's folder, which names all that the month was made from."""
    read_manifest(folder)
    return hashlib.sha256((folder / MANIFEST).read_bytes()).hexdigest()


def read_manifest(folder: Path) -> dict[str, Any]:
    """The manifest of a month's folder. Raises DamagedMonth where it is not what was written."""
    require_as_written(folder, MANIFEST)
    return dict(_manifest(folder, *as_it_stands(folder / MANIFEST)))


@lru_cache(64)
def _manifest(folder: Path, *standing: int) -> dict[str, Any]:
    """What a manifest says, read once a process as long as it stands as it did."""
    try:
        manifest: dict[str, Any] = json.loads((folder / MANIFEST).read_text("utf-8"))
        each = [(value, kind) for key, kind in MANIFEST_TYPES.items() for value in dict(manifest[key]).values()]
        whole = isinstance(manifest["inputs"], list) and all(isinstance(value, kind) for value, kind in each)
        for period in (manifest["period"], *manifest["built_on"]):
            Period.parse(period)
    except PermissionError:
        raise file_in_use(folder / MANIFEST) from None
    except (OSError, ValueError, KeyError, TypeError, RecursionError):
        whole = False
    if not whole:
        raise damaged_month(folder, f"{MANIFEST} 读不出来")
    return manifest


def require_whole(folder: Path) -> None:
    """Raise DamagedMonth where anything that the month in ``folder`` kept is not what was written.

    Of a month that an earlier version published without digests, it is seen whether its tables can be opened.
    """
    read_manifest(folder)
    for name in sorted(names_of(folder) or ()):
        require_as_written(folder, name)
    for name in ARCHIVE_TABLES:
        require_table(folder, name)


def last_reports(
    output: Path,
    period: Period,
    organisations: Collection[str] | None = None,
    handovers: pd.DataFrame | None = None,
    read: "Callable[[Period], Ledgers] | None" = None,
) -> dict[str, pd.DataFrame] | None:
    """The ledger rows of each organisation's last report before ``period``, no older than the year before, and what of it
    could not be read (``BESIDE``).

    An organisation that missed a month loses nothing by it. ``reported`` is the month of the report. What was handed
    over since stands with its receiver (``follow_reports``). ``read`` gives the ledgers of a month where some are at hand.
    """
    wanted = with_givers(organisations, handovers)
    read = read or partial(Ledgers, output, organisations=wanted)
    months = [each for each in consolidated_months(output) if each < period and each.year >= period.year - 1]
    pieces: list[dict[str, pd.DataFrame]] = []
    seen: set[str] = set()
    for each in reversed(months):
        if wanted is not None and seen >= set(wanted):
            break
        rows = read(each)
        fresh = _find_reporting(rows) - seen
        if fresh:
            seen |= fresh
            pieces.append(
                {
                    key: rows[key][rows[key]["organisation"].isin(fresh)].assign(reported=str(each))
                    for key in (*rows, *BESIDE)
                }
            )
    if not pieces:
        return None
    together = {key: pd.concat([piece[key] for piece in pieces], ignore_index=True) for key in pieces[0]}

    def earlier(giver: str, month: str) -> Tables | None:
        given = handovers[handovers["period"] < month] if handovers is not None else None
        return last_reports(output, Period.parse(month), [giver], given)

    followed = follow_reports(together, handovers, earlier)
    if wanted is organisations or organisations is None:
        return followed
    own = list(organisations)
    return {key: rows[rows["organisation"].isin(own)].reset_index(drop=True) for key, rows in followed.items()}


def last_findings(output: Path, period: Period, organisations: Collection[str]) -> tuple[pd.DataFrame, pd.DataFrame]:
    """The findings of each of ``organisations`` in its last report of the year before ``period``, and its answers then."""
    pieces: list[list[pd.DataFrame]] = [[empty(FRAMES[name]) for name in ("findings", "answers")]]
    wanted = set(organisations)
    for each in reversed(consolidated_months(output)):
        if each >= period or each.year != period.year or not wanted:
            continue
        folder = output / str(each)
        coverage = read_table(folder, "coverage", ["organisation", "state"], _of(wanted))
        codes = set(coverage.loc[coverage["state"].isin(LIVE), "organisation"])
        pieces.append([read_table(folder, name, only=_of(codes)) for name in ("findings", "answers")])
        wanted -= codes
    findings, answers = (pd.concat(each, ignore_index=True) for each in zip(*pieces, strict=True))
    return findings, answers


def _find_reporting(rows: Tables) -> set[str]:
    """The organisations that reported: with their form, or without one that could be read."""
    lacking = rows["unread"]
    return {*rows[ORGANISATION.key]["organisation"], *lacking.loc[lacking["sheet"] == ORGANISATION.key, "organisation"]}


class Ledgers(Mapping[str, pd.DataFrame]):
    """The rows in the ledgers of a consolidated month, by sheet key, of all or of some ``organisations``: each read once,
    when it is asked for. ``BESIDE`` may be asked for too."""

    def __init__(self, output: Path, period: Period, organisations: Collection[str] | None = None) -> None:
        """Read nothing yet of the ``period`` in ``output``."""
        self._read = cache(partial(_ledger_rows, output, period, organisations))

    def __getitem__(self, key: str) -> pd.DataFrame:
        """The rows of a sheet."""
        if key not in BY_KEY and key not in BESIDE:
            raise KeyError(key)
        return self._read(key)

    def __iter__(self) -> Iterator[str]:
        """The keys of the sheets."""
        return (sheet.key for sheet in SHEETS)

    def __len__(self) -> int:
        """How many sheets there are."""
        return len(SHEETS)


def _ledger_rows(output: Path, period: Period, organisations: Collection[str] | None, key: str) -> pd.DataFrame:
    rows = read_table(output / str(period), key, only=_of(organisations))
    return _drop_set_aside(rows) if key in BY_KEY else rows


def in_ledger(tables: Tables) -> dict[str, pd.DataFrame]:
    """The rows of the sheets that stand in the ledger, without the column that says so."""
    return {sheet.key: _drop_set_aside(tables[sheet.key]) for sheet in SHEETS}


def _drop_set_aside(rows: pd.DataFrame) -> pd.DataFrame:
    return choose(rows, rows["set_aside"].isna()).drop(columns="set_aside")


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
    keys = (*FRAMES, *(sheet.key for sheet in BOOK_SHEETS), *OF_NO_SHEET)
    read = {key: read_table(folder, key, only=only if "organisation" in ARCHIVE_TABLES[key] else None) for key in keys}
    return _month(folder, read, {key: rows for key, rows in read.items() if key not in FRAMES})


def read_registry_of(folder: Path) -> pd.DataFrame:
    """The registry that a month published in ``folder`` was made with."""
    return read_table(folder, "registry")


def read_figures(folder: Path) -> Month:
    """As much of a month published in ``folder`` as its figures are made from; its tables are read when asked for."""
    frames = {name: empty(columns) for name, columns in FRAMES.items()}
    read = {name: read_table(folder, name, keys) for name, keys in FIGURED.items()}
    beside = [key for key in BESIDE if has_table(folder, key)]
    tables = [*(sheet.key for sheet in SHEETS), *beside]
    return _month(folder, frames | read, stored_month(folder, tables))


def stored_month(folder: Path, tables: Sequence[str]) -> Stored:
    """The ``tables`` of a month published in ``folder``, read when they are asked for."""
    return Stored([Part((Source(folder / DATA, reader=table_of),))], tables)


def _month(folder: Path, frames: Mapping[str, Any], tables: Tables) -> Month:
    manifest = read_manifest(folder)
    every: dict[str, Any] = {
        name: frames[name] if name in frames else empty(columns) for name, columns in FRAMES.items()
    }
    return Month(
        period=Period.parse(manifest["period"]),
        parameters=_parameters(manifest["parameters"]),
        tables=tables,
        not_evaluated=manifest["not_evaluated"],
        built_on=manifest["built_on"],
        offices=manifest["offices"],
        **every,
    )


def _parameters(values: Mapping[str, Any]) -> Parameters:
    """The parameters a manifest names, as far as there are such today."""
    return Parameters(**{each.name: values[each.name] for each in fields(Parameters) if each.name in values})
