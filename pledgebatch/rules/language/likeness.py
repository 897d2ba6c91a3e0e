"""How like the labelled texts of one kind a text is, where no pattern decides.

Each character of a text, and each pair of neighbours, weighs for or against; the sum over the root of their number is
above 0 where the kind is the likelier. The weights in ``data/weights`` are learned from the labelled texts that may be
looked at, by ``python -m tests.rules.learn``.
"""

import csv
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

import numpy as np
import pandas as pd

from pledgebatch.rules.language.clauses import BREAKS
from pledgebatch.rules.language.words import without

END = ","
"""Stands before and behind a clause: how it begins and ends weighs, too."""
AT_ONCE = 100_000
BIAS = ""
"""The feature that every text has."""


@dataclass(frozen=True)
class _Weights:
    """``places`` numbers the characters, ``pairs`` says where in ``weights`` two of them stand; 0 is what weighs nothing."""

    places: np.ndarray
    pairs: np.ndarray
    weights: np.ndarray
    bias: float


def plain(texts: pd.Series) -> pd.Series:
    """Folded texts as they are weighed: one mark between clauses, one figure for any number."""
    marked = without(without(texts, r"[,;。!?:、\n]+", END), "[0-9〇一二两三四五六七八九十百]+", "0")
    return END + marked.str.strip(END) + END


def likeness(texts: pd.Series, kind: str, whose: str = "weight") -> pd.Series:
    """How like ``kind`` each folded text is; ``whose`` names a column of its weights, where it has several."""
    if texts.empty:
        return pd.Series(index=texts.index, dtype=float)
    weights = _weights(kind, whose)
    weighed = plain(texts)
    parts = [_weigh(weighed.iloc[start : start + AT_ONCE], weights) for start in range(0, len(weighed), AT_ONCE)]
    return pd.Series(np.concatenate(parts), index=texts.index)


def likest_clauses(texts: pd.Series, kind: str, whose: str = "weight") -> pd.Series:
    """The clause of each folded text that is likest: what a message quotes."""
    clauses = texts.str.split(BREAKS, regex=True).explode()
    clauses = clauses[clauses.fillna("") != ""]
    order = likeness(clauses, kind, whose).to_numpy().argsort(kind="stable")[::-1]
    likest = clauses.iloc[order].groupby(level=0).first()
    return likest.reindex(texts.index)


def _weigh(texts: pd.Series, weights: _Weights) -> np.ndarray:
    codes = np.frombuffer("".join(texts).encode("utf-32-le"), dtype="<u4")
    places = weights.places[np.minimum(codes, len(weights.places) - 1)]
    alone = weights.weights[weights.pairs[places, 0]]
    alone[:-1] += weights.weights[weights.pairs[places[:-1], places[1:]]]
    lengths = texts.str.len().to_numpy(dtype=np.int64)
    sums = np.add.reduceat(alone, np.cumsum(lengths) - lengths)
    each: np.ndarray = sums / np.sqrt(2 * lengths - 1) + weights.bias
    return each


@cache
def _weights(kind: str, whose: str) -> _Weights:
    path = files("pledgebatch.rules").joinpath("data", "weights", f"{kind}.csv")
    rows = list(csv.DictReader(path.read_text("utf-8").splitlines()))
    learned = {row["feature"]: float(row[whose]) for row in rows}
    bias = learned.pop(BIAS)
    characters = sorted({each for feature in learned for each in feature})
    places = np.zeros(ord(characters[-1]) + 2, dtype=np.int32)
    places[[ord(each) for each in characters]] = range(1, len(characters) + 1)
    pairs = np.zeros((len(characters) + 1,) * 2, dtype=np.int16)
    for number, feature in enumerate(learned, 1):
        first, *second = (places[ord(each)] for each in feature)
        pairs[first, second[0] if second else 0] = number
    return _Weights(places, pairs, np.array([0.0, *learned.values()], dtype=np.float64), bias)
