"""Judgements of texts, each asked once of each text while it is remembered."""

from collections.abc import Callable
from functools import update_wrapper
from typing import Any

import pandas as pd

MOST_REMEMBERED = 5_000
"""From so many texts on what was said of them is forgotten before others are judged."""


class Remembered:
    """Decorates what judges texts one by one, wherever they stand: the large patterns are made ready for new texts alone.

    A branch's workbook is judged again and again before it is sent, and branches copy.
    """

    def __init__(self, judge: Callable[[pd.Series], pd.Series]) -> None:
        """Remember what ``judge`` says of each of a column of texts, none of which is missing."""
        self._judge = judge
        self._known: dict[str, Any] = {}
        self._dtype: Any = None
        update_wrapper(self, judge)

    def __call__(self, texts: pd.Series) -> pd.Series:
        """What is said of each of ``texts``."""
        if len(self._known) > MOST_REMEMBERED:
            self._known = {}
        known = self._known  # that of this call, whatever other threads forget
        each = texts.tolist()
        new = [text for text in dict.fromkeys(each) if text not in known]
        if new or self._dtype is None:
            of_new = self._judge(pd.Series(new, dtype="str"))
            self._dtype = of_new.dtype
            known.update(zip(new, of_new.tolist(), strict=True))
        judged: pd.Series = pd.Series([known[text] for text in each], index=texts.index, dtype=self._dtype)
        return judged
