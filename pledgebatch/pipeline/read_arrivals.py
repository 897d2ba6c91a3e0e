"""Reads arrivals by the workers: into memory, or onto disk, where most of a month stays."""

import hashlib
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Executor, Future
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any, TypeVar

import pandas as pd

from pledgebatch.engine.cache import Cache, digest, making
from pledgebatch.engine.dataset import Part, Source, Stored, store
from pledgebatch.engine.engine import Engine
from pledgebatch.intake.batch import Batch, read_batch
from pledgebatch.intake.find import Arrival
from pledgebatch.intake.layouts.known import NOTHING, Known
from pledgebatch.mistakes import OutOfTime, mendable
from pledgebatch.readers.read import UNFIT
from pledgebatch.schema.sheets import BOOK_SHEETS

BATCH = 25
"""Workbooks a task: enough to outweigh the cost of handing it over."""
ROWS = "rows"
"""The kind of what is cached of reading."""
TABLES = tuple(sheet.key for sheet in BOOK_SHEETS)
BESIDE = tuple(each.name for each in fields(Batch) if each.name != "tables")
"""What is known of a batch beside its tables: little enough to stay in cache."""

Numbered = Sequence[tuple[int, Arrival]]
Read = TypeVar("Read")


@dataclass(frozen=True)
class Reading:
    """What files are read by, the same for all of a month."""

    year: int
    passwords: Sequence[str] = ()
    known: Known = NOTHING
    """What is known of branches' tables before they are read."""


def read_arrivals(
    arrivals: Sequence[Arrival], year: int, pool: Executor, passwords: Sequence[str] = (), known: Known = NOTHING
) -> Batch:
    """Read ``arrivals``, numbered in their order. One that breaks its worker costs itself only."""
    batches = _read_each(list(enumerate(arrivals)), lambda task: pool.submit(read_batch, task, year, passwords, known))
    return merge([batch for batch, _ in batches]) if batches else read_batch([], year)


def read_stored(arrivals: Sequence[Arrival], reading: Reading, order: Mapping[str, int], engine: Engine) -> Batch:
    """What ``read_arrivals`` gives, its tables on disk; what the cache knows by its SHA-256 is not read again.

    Workbooks named as agreed are read in the ``order`` of their organisations' names, so that those assessed together
    are found together.
    """
    cache = engine.cache
    known = _find_read_before(arrivals, cache, reading.known.digest)
    fresh = [(number, arrival) for number, arrival in enumerate(arrivals) if number not in known]
    fresh.sort(key=lambda each: (order.get(each[1].name.partition("_")[0], len(order)), each[0]))
    stored: dict[str, dict[int, int]] = {}
    for number, (name, old) in known.items():
        stored.setdefault(name, {})[old] = number
    place = cache.folder / ROWS
    for name, task in _read_each(fresh, lambda task: engine.submit(read_onto, task, reading, place)):
        stored.setdefault(f"{ROWS}/{name}", {}).update({old: number for old, (number, _) in enumerate(task)})
    parts = [Part((Source(cache.use(name), numbers),)) for name, numbers in sorted(stored.items())]
    beside = Stored(parts, BESIDE)
    frames = {name: beside[name].sort_values("submission", kind="stable", ignore_index=True) for name in BESIDE}
    for key in ("file", "size", "received"):
        now = [getattr(arrivals[number], key) for number in frames["files"]["submission"]]
        frames["files"][key] = pd.Series(now, dtype=frames["files"][key].dtype)
    cache.save()
    return Batch(tables=Stored(parts, TABLES), **frames)


def read_onto(task: Numbered, reading: Reading, place: Path) -> str:
    """Read ``task`` and keep it below ``place``, numbered from 0; returns the name it is kept under."""
    numbered = [(number, arrival) for number, (_, arrival) in enumerate(task)]
    batch = read_batch(numbered, reading.year, reading.passwords, reading.known)
    name = digest(*batch.files[["sha256", "file", "reason", "searched"]].itertuples(index=False, name=None))
    with making(place / name) as folder:
        store({**batch.tables, **{name: getattr(batch, name) for name in BESIDE}}, folder)
    return name


def _find_read_before(arrivals: Sequence[Arrival], cache: Cache, searched: str) -> dict[int, tuple[str, int]]:
    """Where the arrivals that were read before are kept: the name, and their number there; each place serves once.

    What was searched by other knowledge than that whose digest is ``searched`` is read again.
    """
    places: dict[str, list[tuple[str, int]]] = {}
    for name in cache.made(ROWS):
        files = Stored([Part((Source(cache.folder / name),))], ["files"])["files"]
        same = files["reason"].isna() & (files["searched"].isna() | (files["searched"] == searched))
        for old, sha256 in files.loc[same, ["submission", "sha256"]].itertuples(index=False):
            places.setdefault(sha256, []).append((name, int(old)))
    if not places:
        return {}
    found = [(number, places.get(_sha256(arrival))) for number, arrival in enumerate(arrivals)]
    return {number: left.pop(0) for number, left in found if left}


def _sha256(arrival: Arrival) -> str:
    if arrival.refused:
        return ""
    try:
        return hashlib.sha256(arrival.read()).hexdigest()
    except Exception:  # whatever is wrong with the file, reading it in earnest will tell
        return ""


def _read_each(numbered: Numbered, read: Callable[[Numbered], "Future[Read]"]) -> list[tuple[Read, Numbered]]:
    """What ``read`` gives for each task of a few of ``numbered``; one that breaks its worker is found out and refused."""
    tasks = [numbered[start : start + BATCH] for start in range(0, len(numbered), BATCH)]
    futures = [(task, read(task)) for task in tasks]
    outcomes: list[tuple[Read, Numbered]] = []
    for task, future in futures:
        try:
            outcomes.append((future.result(), task))
        except Exception as mistake:  # the worker died, hung or ran out of memory: find out which file it was
            _raise_mendable(mistake)
            outcomes.extend((_read_alone(each, read), [each]) for each in task)
    return outcomes


def _read_alone(each: tuple[int, Arrival], read: Callable[[Numbered], "Future[Read]"]) -> Read:
    number, arrival = each
    try:
        return read([each]).result()
    except OutOfTime:
        reason = "读取时间过长，请把内容复制到下发的工作簿中重新报送"
    except Exception as mistake:  # whatever it is, it costs this file only
        _raise_mendable(mistake)
        reason = UNFIT
    return read([(number, arrival.refuse(reason))]).result()


def _raise_mendable(mistake: Exception) -> None:
    """Raise what is no file's fault: a disk that is full, or that nothing can be written to."""
    if named := mendable(mistake):
        raise named from mistake


def merge(batches: Sequence[Batch]) -> Batch:
    """Several batches as one, in their order."""

    def together(frames: list[pd.DataFrame]) -> pd.DataFrame:
        return pd.concat(frames, ignore_index=True) if len(frames) > 1 else frames[0]

    frames: dict[str, Any] = {name: together([getattr(batch, name) for batch in batches]) for name in BESIDE}
    return Batch(tables={key: together([batch.tables[key] for batch in batches]) for key in TABLES}, **frames)
