"""Which texts of a whole batch are alike: MinHash-LSH (rensa) proposes pairs, the edit ratio (rapidfuzz) confirms them.

Every text is compared with every other in a small batch. In a large one, texts that agree in all the minima of a band
are proposed, and most of those unlike are sorted out by their lengths and by how many of all their minima agree.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import TypeAlias

import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
from rapidfuzz import fuzz, process
from rensa import RMinHash

Numbers = npt.NDArray[np.int64]
Words = npt.NDArray[np.uint64]
Sketches = npt.NDArray[np.uint8]
"""A byte of each of the minima of each text: all of them of a million texts would be a quarter of a gigabyte."""
Keys = npt.NDArray[np.uint32]
"""What the minima of each text in a band come to."""
Texts: TypeAlias = pa.LargeStringArray
Label = Callable[[Texts, float], Numbers]
"""Takes sorted, distinct texts and the least ratio in hundredths; gives ``labels_of``."""

SMALL = 3000
"""Up to so many texts are compared exhaustively."""
ABREAST = 32
"""So many of them at once with those that follow."""
MINIMA, SEED = 64, 42
BANDS, ROWS = 32, 4
"""So many bands of so many minima; each minimum serves in two bands, which costs nothing and finds more."""
NEIGHBOURS = 6
"""A text is proposed with so many that follow it in a band; in a larger crowd chains hold the cluster together."""
LEAST_AGREEING = 23
"""Of texts that are alike more than so many of the ``MINIMA`` agree; of texts that share some phrases, fewer."""
CHUNK, PAIRS = 50_000, 500_000
"""So many texts are sketched, and so many pairs looked at, at once."""
WORTHWHILE = 10_000
"""Fewer pairs are compared before other threads have begun."""


def clusters(texts: Iterable[str], least: float, label: "Label | None" = None) -> dict[str, int]:
    """The number of its cluster for each text that has a near-duplicate, of edit ratio ``least`` (0 to 1) or more.

    Texts are in one cluster where a chain of near-duplicates joins them. The order of ``texts`` changes nothing.
    ``label`` shares the work out where there are many.
    """
    ordered = distinct(texts)
    ordered = ordered.take(pc.array_sort_indices(ordered))
    cutoff = round(least * 100, 6)
    labels = _all_compared(ordered, cutoff) if len(ordered) <= SMALL else (label or labels_of)(ordered, cutoff)
    sizes = np.bincount(labels, minlength=len(ordered))
    places = np.flatnonzero(sizes[labels] > 1)
    return dict(zip(_those(ordered, places), labels[places].tolist(), strict=True))


def distinct(texts: Iterable[str]) -> Texts:
    """The texts that say something, each once."""
    filled = pa.array(pd.Series(texts, dtype="str").dropna().unique(), pa.large_string())
    filled = filled.combine_chunks() if isinstance(filled, pa.ChunkedArray) else filled
    return filled.filter(pc.not_equal(filled, ""))


def _those(texts: Texts, places: Numbers) -> list[str]:
    chosen: list[str] = texts.take(pa.array(places)).to_pylist()
    return chosen


def _all_compared(texts: Texts, cutoff: float) -> Numbers:
    each = texts.to_pylist()
    labels = np.arange(len(each))
    for start in range(0, len(each), ABREAST):  # with itself and what follows: all with all is each pair twice
        some = each[start : start + ABREAST]
        ratios = process.cdist(some, each[start:], scorer=fuzz.ratio, score_cutoff=cutoff, dtype=np.uint8)
        left, right = np.nonzero(np.triu(ratios, 1))
        labels = _join(labels, start + left, start + right)
    return labels


def labels_of(texts: Texts, cutoff: float) -> Numbers:
    """The place of the first of its cluster for each of ``texts``, sorted and distinct."""
    sketches, keys = sketch(texts)
    return labels_by(texts, sketches, keys.T, cutoff)


def sketch(texts: Texts) -> tuple[Sketches, Keys]:
    """What near-duplicates are proposed by: the sketch of each text, and its keys, a column a band."""
    sketches, keys = np.empty((len(texts), MINIMA), np.uint8), np.empty((len(texts), BANDS), np.uint32)
    for start in range(0, len(texts), CHUNK):
        part = slice(start, start + CHUNK)
        minima = _minima(texts[part].to_pylist())
        sketches[part] = minima.astype(np.uint8)
        for band in range(BANDS):
            keys[part, band] = _key(minima, band)
    return sketches, keys


def labels_by(
    texts: Texts, sketches: Sketches, keys: Iterable[Keys], cutoff: float, known: Numbers | None = None
) -> Numbers:
    """``labels_of`` as the bands tell whose ``keys`` are given; only texts whose label is not ``known``, -1, are compared."""
    lengths = pc.utf8_length(texts).to_numpy().astype(np.int64)
    places = np.arange(len(texts))
    labels, again = (places, None) if known is None else (np.where(known < 0, places, known), known < 0)
    for left, right in _few(keys, again):
        apart = labels[left] != labels[right]
        left, right = left[apart], right[apart]
        # The edit ratio is at most twice the shorter length over both together.
        both, shorter = lengths[left] + lengths[right], np.minimum(lengths[left], lengths[right])
        left, right = (side[shorter * 200 >= cutoff * both] for side in (left, right))
        likely = (sketches[left] == sketches[right]).sum(axis=1, dtype=np.uint8) > LEAST_AGREEING
        left, right = left[likely], right[likely]
        pairs = _those(texts, left), _those(texts, right)
        threads = -1 if len(left) > WORTHWHILE else 1
        ratios = process.cpdist(*pairs, scorer=fuzz.ratio, score_cutoff=cutoff, dtype=np.uint8, workers=threads)
        labels = _join(labels, left[ratios > 0], right[ratios > 0])
    return labels


def still_holding(texts: Texts, keys: Iterable[Keys], before: Texts, labels: Numbers) -> Numbers:
    """The labels of ``texts`` as far as the ``labels`` of the texts ``before`` tell them, -1 where they do not.

    A text is proposed with what shares a key with it. A cluster none of whose texts shares one with a text that came or
    went is what it was, and joined with nothing; only the others must be compared again, among themselves.
    """
    now = pc.index_in(before, value_set=texts).fill_null(-1).to_numpy().astype(np.int64)
    stayed = np.flatnonzero(now >= 0)
    then = np.full(len(texts), -1)
    then[now[stayed]] = stayed
    gone = sketch(before.take(pa.array(np.flatnonzero(now < 0))))[1]
    met = then < 0
    came = np.flatnonzero(met)
    for band, key in enumerate(keys):
        met |= _among(key, np.concatenate([key[came], gone[:, band]]))
    again = np.zeros(len(before), bool)
    again[labels[then[met & (then >= 0)]]] = True
    known = np.full(len(texts), -1)
    same = np.flatnonzero((then >= 0) & ~again[labels[then]])
    known[same] = now[labels[then[same]]]
    return known


def _few(keys: Iterable[Keys], again: "npt.NDArray[np.bool_] | None") -> Iterator[tuple[Numbers, Numbers]]:
    """The places of the pairs that ``keys`` propose, among all texts or those to be compared ``again``, a few at a time."""
    for key in keys:
        places = np.arange(len(key)) if again is None else np.flatnonzero(_among(key, key[again]))
        for left, right in _neighbours(key[places]):
            left, right = places[left], places[right]
            if again is not None:
                both = again[left] & again[right]
                left, right = left[both], right[both]
            for start in range(0, len(left), PAIRS):
                yield left[start : start + PAIRS], right[start : start + PAIRS]


def _among(key: Keys, those: Keys) -> "npt.NDArray[np.bool_]":
    return pd.Series(key).isin(those).to_numpy()


def joined(several: Sequence[Numbers]) -> Numbers:
    """The labels where several labellings of the same texts are put together: whatever one joins is joined."""
    labels, places = several[0], np.arange(len(several[0]))
    for other in several[1:]:
        labels = _join(labels, places, other)
    return labels


def _minima(texts: list[str]) -> npt.NDArray[np.uint32]:
    """The minima of each text's pairs of neighbouring characters, its two ends marked."""
    characters = np.frombuffer("".join(f"\n{text}\n" for text in texts).encode("utf-32-le"), np.uint32)
    pairs = (characters[:-1].astype(np.uint64) << np.uint64(32)) | characters[1:]
    pairs = pairs[pairs != (10 << 32 | 10)]
    lengths = np.fromiter(map(len, texts), np.int64, len(texts))
    offsets = np.concatenate([[0], np.cumsum(lengths + 1)]).astype(np.uint64)
    matrix = RMinHash.digest_matrix_from_flat_token_hashes(_mixed(pairs), offsets, MINIMA, SEED)
    return np.array(matrix.to_rows(), np.uint32)


def _mixed(words: Words) -> Words:
    """Words whose bits all depend on each other (the finish of splitmix64)."""
    words = (words ^ (words >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    words = (words ^ (words >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return words ^ (words >> np.uint64(31))


def _key(minima: npt.NDArray[np.uint32], band: int) -> Keys:
    """What the texts have in a band, as one number each."""
    turn, place = divmod(band * ROWS, MINIMA)
    columns = range(place, place + ROWS) if turn == 0 else range(place // ROWS, MINIMA, MINIMA // ROWS)
    key = np.full(len(minima), band, np.uint64)
    for column in columns:
        key = _mixed(key * np.uint64(31) + minima[:, column])
    return (key >> np.uint64(32)).astype(np.uint32)


def _neighbours(key: Keys) -> Iterator[tuple[Numbers, Numbers]]:
    """Pairs of places with the same key, each with the next few in order."""
    order = np.argsort(key, kind="stable")
    ordered = key[order]
    for step in range(1, NEIGHBOURS + 1):
        same = np.flatnonzero(ordered[:-step] == ordered[step:])
        if not len(same):
            return
        yield order[same], order[same + step]


def _join(labels: Numbers, left: Numbers, right: Numbers) -> Numbers:
    """The labels once ``left`` and ``right`` are joined: the least place of each cluster."""
    joined = labels
    while True:
        ends = joined[left], joined[right]
        apart = ends[0] != ends[1]
        if not apart.any():
            return joined
        joined = joined.copy() if joined is labels else joined
        np.minimum.at(joined, np.maximum(*ends)[apart], np.minimum(*ends)[apart])
        while (joined[joined] != joined).any():
            joined = joined[joined]
