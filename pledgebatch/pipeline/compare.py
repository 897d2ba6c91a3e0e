"""Shares the comparing of a whole month's texts out over the workers, who find what the texts come to in judged parts."""

import hashlib
from collections.abc import Iterable, Sequence
from concurrent.futures import Executor
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.feather as feather

from pledgebatch.months.memory import Memory, digest, making
from pledgebatch.rules.alike import BANDS, Label, Numbers, Texts, distinct, joined, labels_by, sketch

SKETCHED = "sketches"
"""The table of a judged part that holds its distinct texts, and what near-duplicates are proposed by."""
TEXT, WORDS = "text", [f"sketch_{number}" for number in range(8)]
"""Its columns: the text, its sketch in eight words, and ``key_`` with a number for each band."""
SHARES, MOST = 2, 500_000
"""Each so many texts are compared in so many tasks."""
ALIKE = "alike"
"""The kind of what is remembered of comparing."""
TEXTS, PLACES, LABELS = "texts.arrow", "places.npy", "labels.npy"


def sketched(texts: pd.Series) -> pd.DataFrame:
    """The distinct ``texts`` with their sketches and keys, as a judged part keeps them."""
    told = distinct(texts)
    sketches, keys = sketch(told)
    words = dict(zip(WORDS, np.ascontiguousarray(sketches.view(np.uint64).T), strict=True))
    bands = {f"key_{band}": keys[:, band] for band in range(BANDS)}
    return pd.DataFrame({TEXT: pd.Series(told, dtype="str"), **words, **bands})


def shared_out(pool: Executor, memory: Memory, parts: Sequence[Path]) -> Label:
    """``labels_of`` by the workers of ``pool`` for texts of judged ``parts``; of the same texts it is remembered."""

    def label(texts: Texts, cutoff: float) -> Numbers:
        with making(memory.folder / ALIKE / "now") as folder:
            feather.write_feather(pa.table({TEXT: texts}), folder / TEXTS, compression="uncompressed")
            with (folder / TEXTS).open("rb") as file:
                told = hashlib.file_digest(file, "sha256").hexdigest()
            name = f"{ALIKE}/{digest(told, cutoff)}"
            if not memory.has(name):
                _compare(pool, folder, parts, cutoff, memory.use(name))
        labels: Numbers = np.load(memory.use(name) / LABELS)
        return labels

    return label


def _compare(pool: Executor, folder: Path, parts: Sequence[Path], cutoff: float, place: Path) -> None:
    """Compare the texts in ``folder``, and keep their labels in the folder ``place``."""
    pool.submit(find_places, folder, parts).result()
    count = SHARES * -(-len(np.load(folder / PLACES, mmap_mode="r")) // MOST)
    tasks = [pool.submit(label_share, folder, parts, cutoff, range(share, BANDS, count)) for share in range(count)]
    labels = joined([task.result() for task in tasks])
    with making(place) as made:
        np.save(made / LABELS, labels)


def find_places(folder: Path, parts: Sequence[Path]) -> None:
    """Write down where in ``parts``, one after the other, the texts in ``folder`` stand first."""
    known = pa.concat_tables([_columns(part, [TEXT]) for part in parts])[TEXT].combine_chunks()
    places = pc.index_in(_texts(folder), value_set=known)
    np.save(folder / PLACES, places.to_numpy(zero_copy_only=not places.null_count))


def label_share(folder: Path, parts: Sequence[Path], cutoff: float, bands: Iterable[int]) -> Numbers:
    """The labels of the texts in ``folder`` as some ``bands`` tell."""
    places = np.load(folder / PLACES)

    def column(name: str) -> Any:
        return np.concatenate([_columns(part, [name])[name].to_numpy() for part in parts])[places]

    sketches = np.empty((len(places), len(WORDS)), np.uint64)
    for number, name in enumerate(WORDS):
        sketches[:, number] = column(name)
    keys = (column(f"key_{band}") for band in bands)
    return labels_by(_texts(folder), sketches.view(np.uint8), keys, cutoff)


def _texts(folder: Path) -> Texts:
    return feather.read_table(folder / TEXTS)[TEXT].combine_chunks()


def _columns(part: Path, names: list[str]) -> pa.Table:
    return feather.read_table(part / f"{SKETCHED}.arrow", names)
