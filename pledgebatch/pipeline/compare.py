"""Shares the comparing of a whole month's texts out over the workers, who find what the texts come to in judged parts."""

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import Executor
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.feather as feather

from pledgebatch.months.memory import Memory, digest, making
from pledgebatch.rules.alike import BANDS, Label, Numbers, Texts, distinct, joined, labels_by, sketch, still_holding

SKETCHED = "sketches"
"""The table of a judged part that holds its distinct texts, and what near-duplicates are proposed by."""
TEXT, WORDS = "text", [f"sketch_{number}" for number in range(8)]
"""Its columns: the text, its sketch in eight words, and ``key_`` with a number for each band."""
SHARES, MOST = 2, 500_000
"""Each so many texts are compared in so many tasks."""
ALIKE = "alike"
"""The kind of what is remembered of comparing: the texts, where they stand, the labels known before and those found."""
TEXTS, PLACES, KNOWN, LABELS = "texts.arrow", "places.npy", "known.npy", "labels.npy"


def sketched(texts: pd.Series) -> pd.DataFrame:
    """The distinct ``texts`` with their sketches and keys, as a judged part keeps them."""
    told = distinct(texts)
    sketches, keys = sketch(told)
    words = dict(zip(WORDS, np.ascontiguousarray(sketches.view(np.uint64).T), strict=True))
    bands = {_key(band): keys[:, band] for band in range(BANDS)}
    return pd.DataFrame({TEXT: pd.Series(told, dtype="str"), **words, **bands})


def shared_out(pool: Executor, memory: Memory, parts: Sequence[Path]) -> Label:
    """``labels_of`` by the workers of ``pool`` for texts of judged ``parts``; what ``memory`` can tell is not compared."""

    def label(texts: Texts, cutoff: float) -> Numbers:
        now = memory.folder / ALIKE / "now"
        with making(now) as folder:
            feather.write_feather(pa.table({TEXT: texts}), folder / TEXTS, compression="uncompressed")
        with (now / TEXTS).open("rb") as file:
            told = hashlib.file_digest(file, "sha256").hexdigest()
        kind = f"{ALIKE}/{cutoff:g}-"
        place = memory.use(name := kind + digest(told))
        if not memory.has(name):
            before = [memory.folder / each for each in memory.made(ALIKE) if each.startswith(kind)]
            labels = _compare(pool, now, parts, cutoff, before[-1] if before else None)
            with making(place) as folder:
                (now / TEXTS).rename(folder / TEXTS)
                np.save(folder / LABELS, labels)
        return _numbers(place, LABELS)

    return label


def _compare(pool: Executor, folder: Path, parts: Sequence[Path], cutoff: float, before: Path | None) -> Numbers:
    """The labels of the texts in ``folder``; those that were ``before`` and came to what is kept there have told much."""
    count = SHARES * -(-pool.submit(find_places, folder, parts, before).result() // MOST)
    tasks = [pool.submit(label_share, folder, parts, cutoff, range(share, BANDS, count)) for share in range(count)]
    return joined([task.result() for task in tasks])


def find_places(folder: Path, parts: Sequence[Path], before: Path | None) -> int:
    """Write down where in ``parts``, one after the other, the texts in ``folder`` stand first, and what labels of those
    ``before`` still hold; returns how many texts there are."""
    texts = _texts(folder)
    standing = pa.concat_tables([_columns(part, [TEXT]) for part in parts])[TEXT].combine_chunks()
    found = pc.index_in(texts, value_set=standing)
    places: Numbers = found.to_numpy(zero_copy_only=not found.null_count)
    np.save(folder / PLACES, places)
    if before:
        keys = _columns_at(parts, places, map(_key, range(BANDS)))
        np.save(folder / KNOWN, still_holding(texts, keys, _texts(before), _numbers(before, LABELS)))
    return len(texts)


def label_share(folder: Path, parts: Sequence[Path], cutoff: float, bands: Iterable[int]) -> Numbers:
    """The labels of the texts in ``folder`` as some ``bands`` tell."""
    places = _numbers(folder, PLACES)
    known = _numbers(folder, KNOWN) if (folder / KNOWN).exists() else None
    sketches = np.empty((len(places), len(WORDS)), np.uint64)
    for number, words in enumerate(_columns_at(parts, places, WORDS)):
        sketches[:, number] = words
    keys = _columns_at(parts, places, map(_key, bands))
    return labels_by(_texts(folder), sketches.view(np.uint8), keys, cutoff, known)


def _key(band: int) -> str:
    return f"key_{band}"


def _columns_at(parts: Sequence[Path], places: Numbers, names: Iterable[str]) -> Iterator[Any]:
    """The values at some ``places`` of ``parts``, one after the other, a column at a time."""
    for name in names:
        yield np.concatenate([_columns(part, [name])[name].to_numpy() for part in parts])[places]


def _numbers(folder: Path, name: str) -> Numbers:
    numbers: Numbers = np.load(folder / name)
    return numbers


def _texts(folder: Path) -> Texts:
    return feather.read_table(folder / TEXTS)[TEXT].combine_chunks()


def _columns(part: Path, names: list[str]) -> pa.Table:
    return feather.read_table(part / f"{SKETCHED}.arrow", names)
