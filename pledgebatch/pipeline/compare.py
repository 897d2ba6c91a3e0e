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

from pledgebatch.engine.cache import Memory, digest, making
from pledgebatch.rules.language.near_duplicates import (
    BANDS,
    Label,
    Numbers,
    Sketches,
    Texts,
    distinct,
    joined,
    labels_by,
    sketch,
    still_holding,
)

SKETCHED = "sketches"
"""The table of a judged part that holds its distinct texts, and what near-duplicates are proposed by."""
TEXT, WORDS = "text", [f"sketch_{number}" for number in range(8)]
"""Its columns: the text, its sketch in eight words, and ``key_`` with a number for each band."""
SHARES, MOST = 2, 500_000
"""Each so many texts are compared in so many tasks."""
FEW = 0.1
"""The share of the texts that may have changed for the others to be left alone."""
ALIKE = "alike"
"""The kind of what is remembered of comparing."""
TEXTS, PLACES, LABELS = "texts.arrow", "places.npy", "labels.npy"


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
        labels: Numbers
        if memory.has(name):
            labels = np.load(place / LABELS)
        else:
            before = [memory.folder / each for each in memory.made(ALIKE) if each.startswith(kind)]
            labels = _compare(pool, now, parts, cutoff, before[-1] if before else None)
            with making(place) as folder:
                (now / TEXTS).rename(folder / TEXTS)
                np.save(folder / LABELS, labels)
        return labels

    return label


def _compare(pool: Executor, folder: Path, parts: Sequence[Path], cutoff: float, before: Path | None) -> Numbers:
    """The labels of the texts in ``folder``; those that were ``before`` and came to what is kept there have told much."""
    told: Numbers | None = pool.submit(label_again, folder, parts, cutoff, before).result() if before else None
    if told is not None:
        return told
    count = SHARES * -(-pool.submit(find_places, folder, parts).result() // MOST)
    tasks = [pool.submit(label_share, folder, parts, cutoff, range(share, BANDS, count)) for share in range(count)]
    return joined([task.result() for task in tasks])


def label_again(folder: Path, parts: Sequence[Path], cutoff: float, before: Path) -> Numbers | None:
    """The labels of the texts in ``folder``, little of which changed; None where all are better compared by several."""
    texts, then = _texts(folder), _texts(before)
    if pc.sum(pc.is_in(texts, value_set=then)).as_py() < (1 - FEW) * max(len(texts), len(then)):
        return None
    places = _places(texts, parts)
    keys = list(_columns_at(parts, places, map(_key, range(BANDS))))
    known = still_holding(texts, keys, then, np.load(before / LABELS))
    return labels_by(texts, _sketches(parts, places), keys, cutoff, known)


def find_places(folder: Path, parts: Sequence[Path]) -> int:
    """Write down where in ``parts`` the texts in ``folder`` stand; returns how many texts there are."""
    places = _places(_texts(folder), parts)
    np.save(folder / PLACES, places)
    return len(places)


def label_share(folder: Path, parts: Sequence[Path], cutoff: float, bands: Iterable[int]) -> Numbers:
    """The labels of the texts in ``folder`` as some ``bands`` tell."""
    places = np.load(folder / PLACES)
    keys = _columns_at(parts, places, map(_key, bands))
    return labels_by(_texts(folder), _sketches(parts, places), keys, cutoff)


def _places(texts: Texts, parts: Sequence[Path]) -> Numbers:
    """Where in ``parts``, one after the other, each of ``texts`` stands first."""
    standing = pa.concat_tables([_columns(part, [TEXT]) for part in parts])[TEXT].combine_chunks()
    found = pc.index_in(texts, value_set=standing)
    places: Numbers = found.to_numpy(zero_copy_only=not found.null_count)
    return places


def _sketches(parts: Sequence[Path], places: Numbers) -> Sketches:
    words = np.empty((len(places), len(WORDS)), np.uint64)
    for number, column in enumerate(_columns_at(parts, places, WORDS)):
        words[:, number] = column
    return words.view(np.uint8)


def _columns_at(parts: Sequence[Path], places: Numbers, names: Iterable[str]) -> Iterator[Any]:
    """The values at some ``places`` of ``parts``, a column at a time."""
    for name in names:
        yield np.concatenate([_columns(part, [name])[name].to_numpy() for part in parts])[places]


def _key(band: int) -> str:
    return f"key_{band}"


def _texts(folder: Path) -> Texts:
    return feather.read_table(folder / TEXTS)[TEXT].combine_chunks()


def _columns(part: Path, names: list[str]) -> pa.Table:
    return feather.read_table(part / f"{SKETCHED}.arrow", names)
