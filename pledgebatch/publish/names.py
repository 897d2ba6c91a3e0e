"""Finds persons' names in texts, however they are written: spaced, in traditional characters, with a title."""

import csv
import re
import tomllib
from collections.abc import Collection, Iterator
from functools import cache, cached_property
from importlib.resources import files
from typing import Any

from pledgebatch.schema.texts import LOOK_ALIKE_DASHES, LOOK_ALIKE_DOTS, is_name, simplify, squeeze, visible

DOT = "·"
UNSEEN, SPACE = "\0", " "
LONGEST = 30
"""Characters of the longest name that is looked for."""
LONGEST_CHINESE = 4
AMBIGUOUS = 2
"""A name of so many characters may be another word (高峰): it is one where it stands by itself."""
COUNTS = tuple("一二三四五六七八九十两几每这那数0123456789")
"""After which what looks like a name with a space in it is a word and another: 一张 伟大的蓝图."""
MOST_SPACES = 2
"""Between two characters of one name."""
_HAN = re.compile("[\u3007\u3400-\u9fff\ue000-\uf8ff\uf900-\ufaff\U00020000-\U0003ffff]")
_DOTS = re.compile(f"[{re.escape(''.join(map(chr, LOOK_ALIKE_DOTS)))}]")
PARTED = re.compile(r"[^、，,;；/／|+＋\n]+")
"""What stands between the commas of a cell that names several."""


@cache
def _words() -> dict[str, Any]:
    return tomllib.loads(_data("names.toml"))


@cache
def _ordinary() -> frozenset[str]:
    """Words of two characters that could be names."""
    rows = csv.DictReader(_data("ordinary_words.csv").splitlines())
    return frozenset(row["first"] + second for row in rows for second in row["second"])


def _data(name: str) -> str:
    return files(__package__).joinpath("data", name).read_text("utf-8")


class _Alike(dict[int, str]):
    """Each character as one that it is compared by, so that places stay: simplify, of ordinary width."""

    def __init__(self) -> None:
        super().__init__(LOOK_ALIKE_DASHES)

    def __missing__(self, code: int) -> str:
        char = chr(code)
        if not visible(char):
            alike = UNSEEN
        else:
            folded = squeeze(char)
            same = folded if len(folded) == 1 else char
            alike = SPACE if char.isspace() and char not in "\n\r\t" else self.get(ord(same)) or simplify(same)
        self[code] = alike
        return alike


@cache
def _alike() -> _Alike:
    return _Alike()


def as_compared(text: str) -> str:
    """A text with each character as one that it is compared by, in its place."""
    return text.translate(_alike())


def normalise_name(name: str) -> str:
    """A name as it is compared: no spaces, simplify characters, one kind of dot."""
    return as_compared(name).translate(LOOK_ALIKE_DOTS).replace(UNSEEN, "").replace(SPACE, "")


def find_persons(cell: str, known: Collection[str] = ()) -> Iterator[str]:
    """The persons that a cell for persons names, as they are compared: the ``known``, and what can be a name."""
    words = _words()
    for each in PARTED.findall(cell):
        name = normalise_name(each)
        if name in known or (
            2 <= len(name) <= LONGEST_CHINESE
            and all(map(_HAN.match, name))
            and name[0] in words["surnames"]
            and not set(name) & set(words["of_groups"])
            and name not in _ordinary()
        ):
            yield name


class Names:
    """The names of persons, as they are compared, to be found in texts."""

    def __init__(self, names: Collection[str]) -> None:
        """Take the ``names``; what has no letters only, or but one, is no name to look for."""
        self._names = frozenset(name for name in names if 2 <= len(name) <= LONGEST and is_name(name))
        self._names |= {name.replace(DOT, "") for name in self._names if DOT in name}

    def __bool__(self) -> bool:
        return bool(self._names)

    def __iter__(self) -> Iterator[str]:
        return iter(self._names)

    @cached_property
    def _start(self) -> re.Pattern[str]:
        return re.compile(f"[{''.join(re.escape(first) for first in sorted({name[0] for name in self._names}))}]")

    @cached_property
    def _dotted(self) -> bool:
        return any(DOT in name for name in self._names)

    @cached_property
    def _lengths(self) -> list[int]:
        return sorted({len(name) for name in self._names}, reverse=True)

    def __getstate__(self) -> dict[str, Any]:
        """The names alone: a pattern is made again where it is wanted."""
        return {"_names": self._names}

    def find(self, alike: str) -> Iterator[tuple[int, int, str]]:
        """Where names stand in a text as compared, from left to right, the longest first, each with itself."""
        alike, end = _DOTS.sub(DOT, alike) if self._dotted else alike, 0
        for found in self._start.finditer(alike):
            if found.start() < end:
                continue
            for stop, name in self._from(alike, found.start()):
                counted = SPACE in alike[found.start() : stop] and alike[: found.start()].endswith(COUNTS)
                if not counted and (not _is_ambiguous(name) or _stands_alone(alike, found.start(), stop)):
                    end = stop
                    yield found.start(), stop, name
                    break

    def _from(self, alike: str, start: int) -> Iterator[tuple[int, str]]:
        """The names that begin at a place, the longest first, with where they end."""
        letters, stops, spaces = "", [], 0
        for place in range(start, len(alike)):
            char = alike[place]
            if char == UNSEEN:
                continue
            if char == SPACE:
                spaces += 1
                if spaces > MOST_SPACES:
                    break
                continue
            spaces = 0
            letters += char
            stops.append(place + 1)
            if len(letters) == self._lengths[0]:
                break
        for length in self._lengths:
            if length <= len(letters) and letters[:length] in self._names:
                yield stops[length - 1], letters[:length]


def _is_ambiguous(name: str) -> bool:
    return len(name) <= AMBIGUOUS and (name in _ordinary() or name[0] in _words()["of_words"])


def _stands_alone(alike: str, start: int, stop: int) -> bool:
    """Whether what stands before and after leaves a name, and no other word."""
    before, after = alike[:start].rstrip(UNSEEN), alike[stop:].lstrip(UNSEEN)
    words = _words()
    left = not before or not _HAN.match(before[-1]) or before.endswith(tuple(words["before"]))
    return left and (not after or not _HAN.match(after[0]) or after.startswith(tuple(words["after"])))
