"""What the clauses of a pledge say: something that can be counted or seen, a duty, a wish. The words are in ``data/speech.toml``.

A clause says *nothing* when the words that anybody could say of anything leave next to nothing of it, or its shape is that
of a wish. It says a *duty* when it forbids, or does what is prescribed. It is *concrete* when it names a number, a
frequency or a date that is its own and not the norm's, or a thing or a deed that can be seen.
"""

from functools import cache
from hashlib import sha256

import pandas as pd
import pyarrow as pa

from pledgebatch.rules.clauses import Clauses
from pledgebatch.rules.measure import dates, quantified
from pledgebatch.rules.words import any_of, found, has, length, lists, literal, without


def _said(*path: str) -> list[str]:
    value = lists("speech")
    for key in path[:-1]:
        value = value[key]
    told = value[path[-1]]
    return told.split() if isinstance(told, str) else list(told)


@cache
def _words(*paths: tuple[str, str]) -> str:
    return literal(dict.fromkeys(word for path in paths for word in _said(*path)))


@cache
def _shapes(*path: str) -> str:
    return any_of(_said(*path))


NOTHING = (("nothing", "function"), ("nothing", "manner"), ("nothing", "things"))
CONCRETE = (("concrete", "things"), ("concrete", "deeds"))


def left_of(clauses: pd.Series) -> pd.Series:
    """What the words that say nothing leave of each clause, dates apart."""
    bare = without(without(clauses, _shapes("nothing", "labels")), dates())
    return without(without(bare, _words(*NOTHING)), r"[^\pL\pN]")


def says_nothing(clauses: pd.Series) -> pd.Series:
    """Which clauses say nothing; one that is only a date says when."""
    said = lists("speech")["nothing"]
    whole, rest = length(without(clauses, dates())), length(left_of(clauses))
    some = has(clauses, _words(*CONCRETE))
    likely = (rest <= said["left"] * whole) & ~measured(clauses) & ~some
    little = (rest <= said["least"]) & ((rest == 0) | ~some)
    empty = little | likely | has(clauses, _shapes("nothing", "shapes"))
    return empty & (whole > 0)


def measured(clauses: pd.Series) -> pd.Series:
    """Which clauses name a number or a frequency that is their own."""
    return quantified(without(without(clauses, _shapes("duty", "norms"), "、"), _shapes("nothing", "labels"), "、"))


def seen(clauses: pd.Series) -> pd.Series:
    """Which clauses name a thing, a deed, or a time of the day or the year."""
    things = [_words(*CONCRETE), _shapes("concrete", "times"), dates()]
    return has(clauses, any_of(things))


def dutiful(clauses: pd.Series) -> pd.Series:
    """Which clauses forbid, or do what is prescribed, or what the post is there for."""
    forbidden = has(without(clauses, _shapes("duty", "not_forbidding")), _shapes("duty", "negations"))
    ordered = has(clauses, _shapes("duty", "orders"))
    working = has(clauses, _words(("duty", "jobs")))
    rest = without(without(clauses[working], _words(("duty", "jobs"), ("duty", "about_jobs"), *NOTHING)), r"[^\pL\pN]")
    return forbidden | ordered | (length(rest) <= 1).reindex(clauses.index, fill_value=False)


def compares(clauses: pd.Series) -> pd.Series:
    """What of each clause says that something will be more or less; missing where nothing does."""
    return found(without(clauses, _shapes("more", "not_counted"), "、"), _shapes("more", "patterns"))


def promises_all(clauses: pd.Series) -> pd.Series:
    """What of each clause promises an outcome without exception; missing where nothing does."""
    return found(without(clauses, _shapes("absolute", "not_absolute"), "、"), _shapes("absolute", "patterns"))


class Speech:
    """What texts say, clause by clause."""

    def __init__(self, texts: pd.Series) -> None:
        """Judge folded ``texts``, none of which is missing."""
        self.texts, self.clauses = texts, Clauses(texts)
        each = self.clauses.each
        self._empty, self._duty, numbers = says_nothing(each), dutiful(each), measured(each)
        self._short = length(left_of(each)) <= 3
        self._more = compares(each).where(~numbers)
        self._all = promises_all(each)
        concrete = (numbers | (seen(each) & ~self._duty)) & ~self._empty & self._all.isna()
        self._concrete = self.clauses.any(concrete)
        self._whole = self.clauses.count(pd.Series(True, each.index))
        self._counted = self.clauses.any(numbers & ~self._empty)

    @property
    def duty(self) -> pd.Series:
        """The first duty of each text that is mostly duty, with nothing concrete beyond it."""
        mostly = self.clauses.count(self._duty) * 2 >= self._whole
        first = self.clauses.first(self._duty)
        outcome = self.clauses.any((self._more.notna() & ~self._duty) | self._all.notna())
        return first.where(mostly & (self._whole > 0) & ~self._concrete & ~outcome)

    @property
    def nothing(self) -> pd.Series:
        """The first empty clause of each text that is mostly empty, with nothing concrete and no duty or outcome in its place."""
        empty = self._empty & self._more.isna() & self._all.isna()
        compared = self.clauses.any(self._more.notna())
        mostly = self.clauses.count(self._empty) * 2 >= self._whole
        told = mostly & self.clauses.any(empty) & ~self._concrete & self.duty.isna() & ~self.clauses.any(self._all.notna())
        unknown = self.clauses.any(~self._empty & self._more.isna())
        return self.clauses.first(empty).where(told & ~(compared & unknown))

    @property
    def general(self) -> pd.Series:
        """The first clause of each text that says how nothing is done: of each clause next to nothing is left, or a duty."""
        vague = self._empty | (self._duty & self._short)
        mostly = self.clauses.count(vague) * 2 > self._whole
        return self.clauses.first(vague).where(mostly & ~self._concrete)

    @property
    def more(self) -> pd.Series:
        """The words of each text that compare a quantity without a figure."""
        words = self.clauses.first_of(self._more.where(~self._duty))
        return words.where(~self._counted & ~self.clauses.any(self._all.notna()))

    @property
    def everything(self) -> pd.Series:
        """The words of each text that promise without exception."""
        return self.clauses.first_of(self._all)


_LAST: dict[bytes, Speech] = {}
"""What the last texts say: several rules ask it of the same ones, one after the other."""


def speech(texts: pd.Series) -> Speech:
    """What folded ``texts`` say, looked through once for all rules that ask in a row."""
    strings = pa.array(texts, pa.large_string())
    strings = strings.combine_chunks() if isinstance(strings, pa.ChunkedArray) else strings
    digest = sha256(str(len(texts)).encode())
    for buffer in strings.buffers()[1:]:
        digest.update(memoryview(buffer or b""))
    key = digest.digest()
    if key not in _LAST:
        _LAST.clear()
        _LAST[key] = Speech(texts)
    return _LAST[key]
