"""Word lists and patterns of the heuristics, read from ``data/``, and the one way to look for them."""

import re
import tomllib
from collections.abc import Callable, Iterable
from functools import cache
from importlib.resources import files
from typing import Any

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc


@cache
def lists(name: str) -> dict[str, Any]:
    """The lists of ``data/<name>.toml`` by key."""
    return tomllib.loads(files(__package__).joinpath("data", f"{name}.toml").read_text("utf-8"))


def any_of(patterns: Iterable[str]) -> str:
    """One pattern for several."""
    return "(?:" + "|".join(patterns) + ")"


def over_distinct(texts: pd.Series, judge: Callable[[pd.Series], pd.Series]) -> pd.Series:
    """What ``judge`` says of each distinct text, folded (width, white space), over all of ``texts``; blanks are missing.

    Heuristics look at distinct texts only: branches copy, and one text is judged the same wherever it stands.
    """
    distinct = pd.Series(texts.dropna().unique(), dtype="str")
    told = judge(folded(distinct))
    return texts.map(pd.Series(told.array, index=pd.Index(distinct, dtype="str")))


def folded(texts: pd.Series) -> pd.Series:
    """Texts in one width and without white space."""
    plain = pc.replace_substring_regex(pc.utf8_normalize(pa.array(texts, pa.large_string()), "NFKC"), r"\s+", "")
    return pd.Series(plain.to_pandas().array, index=texts.index, dtype="str")


def has(texts: pd.Series, pattern: str) -> pd.Series:
    """Which texts hold ``pattern``; a missing one does not."""
    return texts.str.contains(pattern, regex=True).fillna(False).astype(bool)


def without(texts: pd.Series, pattern: str, put: str = "") -> pd.Series:
    """The texts with ``pattern`` taken out."""
    return texts.str.replace(pattern, put, regex=True)


def literal(words: Iterable[str]) -> str:
    """A pattern for plain words, the longest first."""
    return any_of(map(re.escape, sorted(words, key=len, reverse=True)))
