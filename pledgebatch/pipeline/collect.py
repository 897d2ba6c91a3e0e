"""Reads all arrivals of an inbox through the workers: into memory, or onto disk, where most of a month stays."""

import hashlib
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Executor, Future
from dataclasses import fields
from pathlib import Path
from typing import Any, TypeVar

import pandas as pd

from pledgebatch.engine.cache import Memory, digest, making
from pledgebatch.engine.dataset import Part, Source, Stored, store
from pledgebatch.intake.batch import Batch, read_batch
from pledgebatch.intake.find import Arrival
from pledgebatch.mistakes import OutOfTime, mendable
from pledgebatch.readers.read import UNFIT
from pledgebatch.schema.sheets import SHEETS

BATCH = 25
"""Workbooks a task: enough to outweigh the cost of handing it over."""
ROWS = "rows"
"""The kind of what is remembered of reading."""
TABLES = tuple(sheet.key for sheet in SHEETS)
BESIDE = tuple(each.name for each in fields(Batch) if each.name != "tables")
"""What is known of a batch beside its tables: little enough to stay in memory."""

Numbered = Sequence[tuple[int, Arrival]]
Read = TypeVar("Read")


def collect(arrivals: Sequence[Arrival], year: int, pool: Executor, passwords: Sequence[str] = ()) -> Batch:
    """Read ``arrivals``, numbered in their order. One that breaks its worker costs itself only."""
    batches = _each(list(enumerate(arrivals)), lambda task: pool.submit(read_batch, task, year, passwords))
    return merge([batch for batch, _ in batches]) if batches else read_batch([], year)


def collect_stored(
    arrivals: Sequence[Arrival],
    year: int,
    pool: Executor,
    passwords: Sequence[str],
    memory: Memory,
    order: Mapping[str, int],
) -> Batch:
    """What ``collect`` gives, its tables on disk; what ``memory`` knows by its SHA-256 is not read again.

    Workbooks named as agreed are read in the ``order`` of their organisations' names, so that those judged together
    are found together.
    """
    kept = _known(arrivals, memory)
    fresh = [(number, arrival) for number, arrival in enumerate(arrivals) if number not in kept]
    fresh.sort(key=lambda each: (order.get(each[1].name.partition("_")[0], len(order)), each[0]))
    stored: dict[str, dict[int, int]] = {}
    for number, (name, old) in kept.items():
        stored.setdefault(name, {})[old] = number
    place = memory.folder / ROWS
    for name, task in _each(fresh, lambda task: pool.submit(read_onto, task, year, passwords, place)):
        stored.setdefault(f"{ROWS}/{name}", {}).update({old: number for old, (number, _) in enumerate(task)})
    parts = [Part((Source(memory.use(name), numbers),)) for name, numbers in sorted(stored.items())]
    beside = Stored(parts, BESIDE)
    frames = {name: beside[name].sort_values("submission", kind="stable", ignore_index=True) for name in BESIDE}
    for key in ("file", "size", "received"):
        now = [getattr(arrivals[number], key) for number in frames["files"]["submission"]]
        frames["files"][key] = pd.Series(now, dtype=frames["files"][key].dtype)
    return Batch(tables=Stored(parts, TABLES), **frames)


def read_onto(task: Numbered, year: int, passwords: Sequence[str], place: Path) -> str:
    """Read ``task`` and keep it below ``place``, numbered from 0; returns the name it is kept under."""
    batch = read_batch([(number, arrival) for number, (_, arrival) in enumerate(task)], year, passwords)
    name = digest(*batch.files[["sha256", "file", "reason"]].itertuples(index=False, name=None))
    with making(place / name) as folder:
        store({**batch.tables, **{name: getattr(batch, name) for name in BESIDE}}, folder)
    return name


def _known(arrivals: Sequence[Arrival], memory: Memory) -> dict[int, tuple[str, int]]:
    """Where the arrivals that were read before are kept: the name, and their number there; each place serves once."""
    places: dict[str, list[tuple[str, int]]] = {}
    for name in memory.made(ROWS):
        files = Stored([Part((Source(memory.folder / name),))], ["files"])["files"]
        for old, sha256 in files.loc[files["reason"].isna(), ["submission", "sha256"]].itertuples(index=False):
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


def _each(numbered: Numbered, read: Callable[[Numbered], "Future[Read]"]) -> list[tuple[Read, Numbered]]:
    """What ``read`` gives for each task of a few of ``numbered``; one that breaks its worker is told apart and refused."""
    tasks = [numbered[start : start + BATCH] for start in range(0, len(numbered), BATCH)]
    futures = [(task, read(task)) for task in tasks]
    told: list[tuple[Read, Numbered]] = []
    for task, future in futures:
        try:
            told.append((future.result(), task))
        except Exception as mistake:  # the worker died, hung or ran out of memory: find out which file it was
            _only_its_own(mistake)
            told.extend((_alone(each, read), [each]) for each in task)
    return told


def _alone(each: tuple[int, Arrival], read: Callable[[Numbered], "Future[Read]"]) -> Read:
    number, arrival = each
    try:
        return read([each]).result()
    except OutOfTime:
        reason = "读取时间过长，请把内容复制到下发的工作簿中重新报送"
    except Exception as mistake:  # whatever it is, it costs this file only
        _only_its_own(mistake)
        reason = UNFIT
    return read([(number, arrival.refuse(reason))]).result()


def _only_its_own(mistake: Exception) -> None:
    """Raise what is no file's fault: a disk that is full, or that nothing can be written to."""
    if told := mendable(mistake):
        raise told from mistake


def merge(batches: Sequence[Batch]) -> Batch:
    """Several batches as one, in their order."""

    def together(frames: list[pd.DataFrame]) -> pd.DataFrame:
        return pd.concat(frames, ignore_index=True) if len(frames) > 1 else frames[0]

    frames: dict[str, Any] = {name: together([getattr(batch, name) for batch in batches]) for name in BESIDE}
    return Batch(tables={key: together([batch.tables[key] for batch in batches]) for key in TABLES}, **frames)
