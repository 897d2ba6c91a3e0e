"""Texts clause by clause: each distinct clause is judged once, and what is judged comes back to the texts it stands in."""

from functools import cached_property

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from pledgebatch.rules.language.words import length

BREAKS = r"[,;。!?:\n]+"
"""What parts clauses, in a folded text."""


class Clauses:
    """The clauses of folded texts."""

    def __init__(self, texts: pd.Series) -> None:
        """Part ``texts``, none of which is missing."""
        self._index = texts.index
        parts = pc.split_pattern_regex(pa.array(texts, pa.large_string()), BREAKS)
        parts = parts.combine_chunks() if isinstance(parts, pa.ChunkedArray) else parts
        flat = pc.list_flatten(parts)
        filled = pc.not_equal(flat, "")
        coded = pc.dictionary_encode(flat.filter(filled))
        coded = coded.combine_chunks() if isinstance(coded, pa.ChunkedArray) else coded
        self._text = pc.list_parent_indices(parts).filter(filled).to_numpy()
        self._clause = coded.indices.to_numpy(zero_copy_only=False)
        self.each = pd.Series(coded.dictionary.to_pandas(), dtype="str")
        """The distinct clauses."""

    def any(self, judged: pd.Series) -> pd.Series:
        """Which texts have a clause of which ``judged`` is true."""
        return self._back(np.bincount(self._text, judged.to_numpy()[self._clause], len(self._index)) > 0)

    def count(self, judged: pd.Series) -> pd.Series:
        """How many letters and figures stand in those clauses of each text of which ``judged`` is true."""
        weights = self._lengths * judged.to_numpy()
        return self._back(np.bincount(self._text, weights[self._clause], len(self._index)))

    @cached_property
    def _lengths(self) -> np.ndarray:
        return length(self.each).to_numpy()

    def number(self, judged: pd.Series) -> pd.Series:
        """How many clauses of each text there are of which ``judged`` is true."""
        return self._back(np.bincount(self._text, judged.to_numpy()[self._clause], len(self._index)))

    def first_of(self, words: pd.Series) -> pd.Series:
        """The first of the ``words``, one a clause or missing, that stand in each text."""
        places = np.flatnonzero(words.notna().to_numpy()[self._clause])
        texts, firsts = np.unique(self._text[places], return_index=True)
        chosen = words.to_numpy(dtype=object)[self._clause[places[firsts]]]
        return pd.Series(chosen, self._index[texts], dtype="str").reindex(self._index)

    def first(self, judged: pd.Series) -> pd.Series:
        """The first of each text's clauses of which ``judged`` is true; missing where there is none."""
        return self.first_of(self.each.where(judged))

    def _back(self, values: np.ndarray) -> pd.Series:
        return pd.Series(values, self._index)
