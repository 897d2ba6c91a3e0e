"""Shares the comparing of a whole month's texts out over the workers."""

from collections.abc import Iterable
from concurrent.futures import Executor
from pathlib import Path

from pledgebatch.rules.alike import BANDS, Label, Numbers, joined, labels_of

SHARES, MOST = 2, 500_000
"""Each so many texts are compared in so many tasks; each task prepares all texts anew, so there are no more."""


def shared_out(pool: Executor, folder: Path) -> Label:
    """``labels_of`` by the workers of ``pool``, which find the texts in ``folder``."""

    def label(texts: list[str], cutoff: float) -> Numbers:
        file = folder / "texts.txt"
        file.write_text("\n".join(texts), "utf-8", newline="\n")
        count = SHARES * -(-len(texts) // MOST)
        tasks = [pool.submit(_label, file, cutoff, range(share, BANDS, count)) for share in range(count)]
        try:
            return joined([task.result() for task in tasks])
        finally:
            file.unlink()

    return label


def _label(file: Path, cutoff: float, bands: Iterable[int]) -> Numbers:
    return labels_of(file.read_text("utf-8").split("\n"), cutoff, bands)
