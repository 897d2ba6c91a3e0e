"""What the clauses of a pledge say: something that can be counted or seen, a duty, a wish. The words are in ``data/speech.toml``.

A clause says *nothing* when the words that anybody could say of anything leave next to nothing of it, or its shape is that
of a wish. It says a *duty* when it forbids, or does what is prescribed. It is *concrete* when it names a number, a
frequency or a date that is its own and not the norm's, or a thing or a deed that can be seen.
"""

from functools import cache, cached_property
from hashlib import sha256

import pandas as pd
import pyarrow as pa

from pledgebatch.rules.language.clauses import Clauses
from pledgebatch.rules.language.likeness import likeness, likest_clauses
from pledgebatch.rules.language.measure import dates, numbered, quantified
from pledgebatch.rules.language.placeholders import scraps_of
from pledgebatch.rules.language.words import any_of, found, has, length, lists, literal, without, without_words


def _listed(*path: str) -> list[str]:
    value = lists("speech")
    for key in path[:-1]:
        value = value[key]
    words = value[path[-1]]
    return words.split() if isinstance(words, str) else list(words)


@cache
def _plain(*paths: tuple[str, str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(word for path in paths for word in _listed(*path)))


@cache
def _words(*paths: tuple[str, str]) -> str:
    return literal(_plain(*paths))


@cache
def _shapes(*path: str) -> str:
    return any_of(_listed(*path))


OTHER, SHORT = 5, 3
"""Characters left of a clause that says something else, and at most of a duty that says nothing else."""
LIKE_DUTY, LIKE_DUTY_ANYWAY, UNLIKE_DUTY = 0.5, 1.5, -2.0
"""From which likeness on a text that no pattern tells is a duty, and from which even with a number or a deed in it; up to
which it is none though a pattern tells."""
LIKE_ABSOLUTE = 0.0
"""From which likeness on a text that no pattern tells is a promise without exception."""
STEPS = 2
"""So many steps of the daily work are a list of them."""
NOTHING = (("nothing", "function"), ("nothing", "manner"), ("nothing", "things"))
CONCRETE = (("concrete", "things"), ("concrete", "deeds"))


def left_of(clauses: pd.Series) -> pd.Series:
    """What the words that say nothing leave of each clause, dates apart."""
    bare = without(without(clauses, _shapes("nothing", "labels")), dates())
    bare = without(bare, lists("speech")["nothing"]["abstract"])
    return without(without_words(bare, _plain(*NOTHING)), r"[^\pL\pN]")


def says_nothing(clauses: pd.Series, left: pd.Series, numbers: pd.Series) -> pd.Series:
    """Which clauses say nothing, ``left`` characters of them apart; one that is only a date says when.

    ``numbers`` says which of them are ``measured``.
    """
    words = lists("speech")["nothing"]
    whole, rest = length(without(clauses, dates())), left
    some = numbers | has(clauses, _words(*CONCRETE))
    likely = (rest <= words["left"] * whole) & ~some
    little = (rest == 0) | ((rest <= words["least"]) & ~some)
    empty = little | likely | has(clauses, _shapes("nothing", "shapes"))
    nothing: pd.Series = empty & (whole > 0)
    return nothing


def measured(clauses: pd.Series) -> pd.Series:
    """Which clauses name a number or a frequency that is their own."""
    return quantified(without(without(clauses, _shapes("duty", "norms"), "、"), _shapes("nothing", "labels"), "、"))


def seen(clauses: pd.Series) -> pd.Series:
    """Which clauses name a thing, a deed, or a time of the day or the year."""
    things = [_words(*CONCRETE), _shapes("concrete", "times"), dates()]
    return has(clauses, any_of(things))


def dutiful(clauses: pd.Series, beyond: pd.Series) -> pd.Series:
    """Which clauses forbid, or do what is prescribed, or what the post is there for; ``beyond`` says which ``exceed`` it."""
    besides = beyond & has(clauses, _words(("concrete", "deeds")))
    ordered = has(clauses, _shapes("duty", "orders")) & ~besides & ~has(clauses, lists("speech")["duty"]["company"])
    working = has(clauses, _words(("duty", "jobs")))
    about_work = _plain(("duty", "jobs"), ("duty", "about_jobs"), *NOTHING)
    rest = without(without_words(clauses[working], about_work), r"[^\pL\pN]")
    return (
        forbids(clauses) | ordered | prescribed(clauses) | (length(rest) <= 1).reindex(clauses.index, fill_value=False)
    )


def forbids(clauses: pd.Series) -> pd.Series:
    """Which clauses say what is not done."""
    return has(without(clauses, _shapes("duty", "not_forbidding")), _shapes("duty", "negations"))


def often(clauses: pd.Series) -> pd.Series:
    """Which clauses say how often, and no other number that is their own."""
    own = without(without(clauses, lists("speech")["duty"]["rhythms"], "、"), _shapes("duty", "norms"), "、")
    return ~numbered(without(own, _shapes("nothing", "labels"), "、"))


def prescribed(clauses: pd.Series) -> pd.Series:
    """Which clauses say themselves that they do what is prescribed."""
    return has(clauses, lists("speech")["duty"]["prescribed"])


def routine(clauses: pd.Series, beyond: pd.Series) -> pd.Series:
    """Which clauses name a step of the daily work, or what is not done in it, and nothing done ``beyond`` it."""
    forbids = has(without(clauses, _shapes("duty", "not_forbidding")), "[^,;。]不[^,;。]|不[^,;。]{2}")
    steps = has(clauses, _words(("duty", "routine"))) | has(clauses, _shapes("duty", "habits"))
    return (forbids | steps) & ~beyond


def exceeds(clauses: pd.Series) -> pd.Series:
    """Which clauses say what is done beyond the daily work: for somebody, more than before, otherwise than before."""
    return has(without(clauses, lists("speech")["duty"]["not_beyond"], "、"), _shapes("duty", "beyond"))


def compares(clauses: pd.Series) -> pd.Series:
    """What of each clause says that something will be more or less; missing where nothing does."""
    return found(without(clauses, _shapes("more", "not_counted"), "、"), _shapes("more", "patterns"))


def promises_all(clauses: pd.Series) -> pd.Series:
    """What of each clause promises an outcome without exception; missing where nothing does."""
    return found(without(clauses, _shapes("absolute", "not_absolute"), "、"), *_listed("absolute", "patterns"))


class Speech:
    """What texts say, clause by clause."""

    def __init__(self, texts: pd.Series) -> None:
        """Judge folded ``texts``, none of which is missing."""
        self._texts = texts
        self._clauses = clauses = Clauses(texts)
        each = clauses.each
        numbers, beyond = measured(each), exceeds(each)
        self._left = length(left_of(each))
        self._empty, self._duty = says_nothing(each, self._left, numbers), dutiful(each, beyond)
        self._more, self._all = compares(each).where(~numbers), promises_all(each)
        outcome = self._all.notna() | (self._more.notna() & ~self._duty)
        usual = routine(each, beyond) & (~numbers | often(each)) & ~outcome
        self._routine, self._usual = usual & ~self._empty, usual & self._empty
        regular = self._duty | self._routine
        speaks = ~self._empty & self._all.isna()
        concrete = (numbers | (seen(each) & ~regular)) & speaks
        deeds = (numbers & ~(regular & often(each))) | (has(each, _words(("concrete", "deeds"))) & ~regular)
        other = ~self._empty & ~self._duty & ~outcome & (self._left >= OTHER)
        self._concrete, self._outcome = clauses.any(concrete), clauses.any(outcome)
        self._deeds = clauses.any(deeds & speaks)
        further = ~self._empty & ~self._duty & ~outcome & (self._left >= SHORT)
        self._beyond = clauses.any(further & beyond)
        self._other = clauses.any(other & (self._more.isna()))
        self._scrap = scraps_of(texts).notna()
        self._dated = clauses.any(has(each, _shapes("dated", "patterns")))
        self._counted = clauses.any(numbers & ~self._empty)
        self._whole = clauses.count(pd.Series(True, each.index))

    @cached_property
    def duty(self) -> pd.Series:
        """The first duty of each text that is mostly duty, with nothing concrete beyond it."""
        mostly_duty = self._dutiful & self._nothing_besides
        each = self._clauses
        list_of_some = (each.number(pd.Series(True, self._duty.index)) >= STEPS) & each.any(
            self._duty | self._routine | self._usual
        )
        likely = list_of_some & ~mostly_duty & ~self._wishful & ~self._outcome & ~self._dated & ~self._scrap
        like = likeness(self._texts[mostly_duty | likely], "duty").reindex(mostly_duty.index)
        words = self._clauses.first(self._duty | self._routine).where(mostly_duty & (like > UNLIKE_DUTY))
        likely &= like > self._nothing_besides.map({True: LIKE_DUTY, False: LIKE_DUTY_ANYWAY})
        return words.fillna(likest_clauses(self._texts[likely], "duty"))

    @cached_property
    def _dutiful(self) -> pd.Series:
        """Texts that are mostly duty, by length or by number of clauses, or are steps of the daily work."""
        each, strict = self._clauses, self._duty
        clauses = strict | self._routine
        several = each.number(pd.Series(True, strict.index))
        mostly = each.count(clauses) * 2 >= self._whole
        half = each.number(strict) * 2 >= several
        regular = each.number(clauses)
        steps = regular + each.number(self._usual).clip(upper=regular)
        return (each.any(strict) & (mostly | half)) | ((steps >= STEPS) & (steps * 3 >= several * 2))

    @cached_property
    def _nothing_besides(self) -> pd.Series:
        """Texts without a deed, an outcome or a day of their own."""
        besides = self._deeds | self._outcome | self._beyond | self._dated | self._scrap
        return (self._whole > 0) & ~besides

    @cached_property
    def nothing(self) -> pd.Series:
        """The first empty clause of each text that is mostly empty, with nothing concrete and no duty or outcome in its place."""
        wish = self._empty & self._more.isna() & self._all.isna()
        return self._clauses.first(wish).where(self._wishful & self.duty.isna())

    @cached_property
    def _wishful(self) -> pd.Series:
        """Texts that are mostly empty, with nothing concrete and no outcome; some of them are duties."""
        each = self._clauses
        wish = self._empty & self._more.isna() & self._all.isna()
        half = each.number(self._empty) * 2 >= each.number(pd.Series(True, self._empty.index))
        mostly = (each.count(self._empty) * 2 >= self._whole) | (half & ~self._other)
        wishful = mostly & each.any(wish) & ~self._concrete & ~each.any(self._all.notna())
        compared, unknown = each.any(self._more.notna()), each.any(~self._empty & self._more.isna())
        deed = self._dated & each.any(~self._empty & (self._left >= SHORT))
        return wishful & ~(compared & unknown) & ~deed & ~self._scrap

    @cached_property
    def general(self) -> pd.Series:
        """The first clause of each text that says how nothing is done: of each clause next to nothing is left, or a duty."""
        each = self._clauses
        vague = self._empty | (has(each.each, _shapes("general", "patterns")) & (self._left <= SHORT))
        mostly = each.count(vague) * 4 >= self._whole * 3
        return each.first(vague).where(mostly & (self._whole > 0) & ~self._concrete)

    @cached_property
    def more(self) -> pd.Series:
        """The words of each text that compare a quantity without a figure, and say no deed besides."""
        words = self._clauses.first_of(self._more.where(~self._duty))
        return words.where(~self._counted & ~self._other & ~self._scrap & ~self._clauses.any(self._all.notna()))

    @cached_property
    def everything(self) -> pd.Series:
        """The words of each text that promise without exception."""
        words = self._clauses.first_of(self._all)
        likely = words.isna() & ~self._scrap & ~self._clauses.any(forbids(self._clauses.each))
        return words.fillna(_likest(self._texts[likely], "absolute", LIKE_ABSOLUTE))


def _likest(texts: pd.Series, kind: str, least: float) -> pd.Series:
    """The likest clause of each of those ``texts`` that are like a kind at all."""
    like = texts[likeness(texts, kind) > least]
    return likest_clauses(like, kind)


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
    last = _LAST.get(key)
    if last is None:
        last = Speech(texts)
        _LAST.clear()
        _LAST[key] = last
    return last
