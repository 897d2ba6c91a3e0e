"""Word lists and patterns of the heuristics, read from ``data/``, and the one way to look for them."""

import re
import tomllib
from collections.abc import Callable, Iterable
from functools import cache
from importlib.resources import files
from itertools import islice
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from pledgebatch.schema.texts import MOST_COMPARED, MOST_JUDGED, squeeze


@cache
def lists(name: str) -> dict[str, Any]:
    """The lists of ``data/<name>.toml`` by key; ``<kind>`` in a pattern stands for one of that kind in ``[kinds]``.

    A kind is either words, of which the longest that fits is taken, or patterns, of which the first is.
    """
    read = tomllib.loads(files("pledgebatch.rules").joinpath("data", f"{name}.toml").read_text("utf-8"))
    kinds: dict[str, str] = {}
    for key, kind in read.pop("kinds", {}).items():
        kinds[key] = literal(kind.split()) if isinstance(kind, str) else any_of(_spelled_out(kind, kinds))
    return {key: _spelled_out(value, kinds) for key, value in read.items()}


def _spelled_out(value: Any, kinds: dict[str, str]) -> Any:
    if isinstance(value, dict):
        return {key: _spelled_out(each, kinds) for key, each in value.items()}
    if isinstance(value, list):
        return [_spelled_out(each, kinds) for each in value]
    if isinstance(value, str):
        return re.sub(r"<([a-z_]+)>", lambda name: kinds.get(name[1], name[0]), value)
    return value


def any_of(patterns: Iterable[str]) -> str:
    """One pattern for several."""
    return "(?:" + "|".join(patterns) + ")"


def over_distinct(texts: pd.Series, judge: Callable[[pd.Series], pd.Series], fold: bool = True) -> pd.Series:
    """What ``judge`` says of each distinct text, folded (width, white space), over all of ``texts``.

    A blank text gives False, or is missing where ``judge`` gives texts. Heuristics look at distinct texts only:
    branches copy, and one text is judged the same wherever it stands.
    """
    places, distinct = pd.factorize(beginning(texts, MOST_JUDGED))
    each = pd.Series(distinct, dtype="str")
    judged = judge(folded(each) if fold else each)
    spread = judged.take(places.clip(0)) if len(each) else pd.Series(index=texts.index, dtype=judged.dtype)
    known = pd.Series(places >= 0, index=texts.index)
    spread = spread.set_axis(texts.index)
    return spread & known if judged.dtype == bool else spread.where(known)


def beginning(texts: pd.Series, most: int = MOST_COMPARED) -> pd.Series:
    """As much of each text as is compared, or judged."""
    return texts.str.slice(0, most)


def narrow(texts: pd.Series) -> pd.Series:
    """Texts in one width, with one blank for several; line ends stay."""
    plain = pc.utf8_normalize(pa.array(texts, pa.large_string()), "NFKC")
    plain = pc.replace_substring_regex(pc.replace_substring_regex(plain, r"[ \t\f\v]+", " "), r"\s*[\r\n]\s*", "\n")
    return pd.Series(plain.to_pandas().array, index=texts.index, dtype="str")


def folded(texts: pd.Series) -> pd.Series:
    """Texts in one width and without white space."""
    plain = pc.replace_substring_regex(pc.utf8_normalize(pa.array(texts, pa.large_string()), "NFKC"), r"\s+", "")
    return pd.Series(plain.to_pandas().array, index=texts.index, dtype="str")


AT_ONCE = 8
"""So many patterns are looked for at once: of more, the quick engine's memory runs out, and it is many times slower."""


def has(texts: pd.Series, *patterns: str) -> pd.Series:
    """Which texts hold one of ``patterns``."""
    strings = pa.array(texts, pa.large_string())
    found_here = np.zeros(len(texts), dtype=bool)
    for start in range(0, len(patterns), AT_ONCE):
        matches = pc.match_substring_regex(strings, any_of(patterns[start : start + AT_ONCE])).fill_null(False)
        found_here |= matches.to_numpy(zero_copy_only=False)
    return pd.Series(found_here, index=texts.index, dtype=bool)


def without(texts: pd.Series, pattern: str, put: str = "") -> pd.Series:
    """The texts with ``pattern`` taken out."""
    if _is_for_python(pattern) or ("$" in pattern and has(texts, "\n").any()):
        return texts.str.replace(pattern, put, regex=True)
    plain = pc.replace_substring_regex(pa.array(texts, pa.large_string()), pattern, put)
    return pd.Series(plain.to_pandas().array, index=texts.index, dtype="str")


def without_words(texts: pd.Series, words: Iterable[str]) -> pd.Series:
    """The texts with plain ``words`` taken out, from the left, of those that begin alike the longest.

    The quick engine loses its way among thousands of words: it takes ten times as long.
    """
    beginning_with = _by_beginning(tuple(words))
    rest = []
    for text in texts.tolist():
        place, kept = 0, ""
        while place < len(text):
            first = text[place]
            for word in beginning_with.get(text[place : place + 2]) or beginning_with.get(first, []):
                if text.startswith(word, place):
                    place += len(word)
                    break
            else:
                kept += first
                place += 1
        rest.append(kept)
    return pd.Series(rest, index=texts.index, dtype="str")


@cache
def _by_beginning(words: tuple[str, ...]) -> dict[str, list[str]]:
    """The words by their first two characters, the longest first, each with the word that is its first character alone."""
    beginning_with: dict[str, list[str]] = {}
    for word in sorted(words, key=len, reverse=True):
        beginning_with.setdefault(word[:2], []).append(word)
    for first, alike in beginning_with.items():
        alike += beginning_with.get(first[0], []) if len(first) == 2 else []
    return beginning_with


@cache
def _is_for_python(pattern: str) -> bool:
    """Whether the quick engine does not know what ``pattern`` asks, or takes less for white space, letters and digits.

    pandas finds that out by parsing the pattern, every time anew: slower than all the looking.
    """
    return re.search(r"\(\?(?:[=!]|<[=!])|\\[dDsSwWbBu]", pattern) is not None


def found(texts: pd.Series, *patterns: str) -> pd.Series:
    """What of each text matches one of ``patterns`` first, or its group where it has one; missing where nothing does."""
    hits = texts[has(texts, *patterns)]
    seek = re.compile(any_of(patterns))
    words = [match[match.lastindex or 0] if (match := seek.search(text)) else text for text in hits]
    return pd.Series(words, index=hits.index, dtype="str").reindex(texts.index)


def all_found(texts: pd.Series, patterns: Iterable[str], most: int) -> pd.Series:
    """Everything in each text that matches one of ``patterns``, at most so many, one a line; missing where nothing does."""
    sought = list(patterns)
    hits = texts[has(texts, *sought)]
    seek = re.compile(any_of(sought))
    words = ["\n".join(each[each.lastindex or 0] for each in islice(seek.finditer(text), most)) for text in hits]
    return pd.Series(words, index=hits.index, dtype="str").reindex(texts.index)


def as_it_stands(text: str, words: str) -> str:
    """The ``words`` found in a folded ``text``, as they stand in the text itself."""
    parts = [(place, each) for place, each in enumerate(text) for each in squeeze(each)]
    start = "".join(each for _, each in parts).find(words)
    if start < 0 or not words:
        return words
    return text[parts[start][0] : parts[start + len(words) - 1][0] + 1]


def length(texts: pd.Series) -> pd.Series:
    """Letters and figures of each text, punctuation not counted."""
    return without(texts, r"[^\pL\pN]").str.len()


def share(texts: pd.Series, pattern: str) -> pd.Series:
    """The part of each text's letters and figures that lie in matches of ``pattern``."""
    hits = texts[has(texts, pattern)]
    whole = length(hits)
    part = (whole - length(without(hits, pattern, ","))) / whole.where(whole > 0)
    return part.reindex(texts.index).fillna(0)


def literal(words: Iterable[str]) -> str:
    """A pattern for plain words, the longest of those that begin alike first; in an order in which RE2 sees what they share."""
    return any_of(map(re.escape, sorted(words, reverse=True)))
