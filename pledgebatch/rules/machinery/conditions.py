"""What a workbook can tell by itself: conditions of a row that are formulas of Excel 2010 as well as Python.

Here is what a condition means for texts as typed, with the office's own functions; ``workbooks/formulas.py`` writes the
same condition as a formula. So the value stored with a formula is right before anything is recalculated, and a test
holds formula and rule against each other.
"""

import datetime as dt
import re
from abc import ABC, abstractmethod
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache

import pandas as pd

from pledgebatch.rules.machinery.cells import blank
from pledgebatch.schema.cells import SERIALS
from pledgebatch.schema.choices import choice
from pledgebatch.schema.dates import of_serial
from pledgebatch.schema.fields import Field, Kind, Sheet
from pledgebatch.schema.sheets import BY_KEY, ORGANISATION
from pledgebatch.schema.texts import LOOK_ALIKE_DASHES, squeeze

Columns = Callable[[str], Sequence[str]]
"""The texts of a field, by key, in the rows that are asked about; of another sheet by ``key_on``: those of 组织承诺 the
same in each row, those of a table in its own rows. Of any other key blanks, as many as there are rows."""
CUTOFF, FIRST_DAY = "cutoff", "first_day"
"""The keys of the last and the first day of the month, days as text, the same in each row."""
WHITE = (" ", "　", "\xa0", "\n")
"""The white space that is nothing to a formula."""
UNSEEN = tuple(map(chr, (0x200B, 0x200E, 0xFEFF, *range(0x202A, 0x202F))))
"""What nobody sees and comes with most pastes: nothing to a formula either."""
NOTHING = (
    *("本月", "本年度", "本年", "目前", "暂时", "暂", "均", "尚", "没有", "没", "无", "此项", "内容", "情况"),
    *(
        "遗留问题",
        "问题",
        "意见和建议",
        "意见",
        "建议",
        "评议",
        "整改",
        "记录",
        "。",
        ".",
        "/",
        "\\",
        "-",
        "—",
        "*",
        "×",
        "_",
    ),
)
"""What is typed in a row to say that there is none: a formula takes what consists of it for no more than that."""
DOTS = "·•．.・‧"
"""The dots of names that a formula knows: it compares names without them."""
MOST_REMEMBERED = 20_000
"""Texts of which is known what they come to: the answers of a workbook are mostly the same few."""
_NOTHING_SEEN = re.compile(f"[{''.join((*WHITE, *UNSEEN))}]")
_DAY, _MONTH = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII), re.compile(r"\d{4}-\d\d", re.ASCII)


@dataclass(frozen=True)
class Condition(ABC):
    """Something that is so or not so in each row of a sheet; joined with ``&``, ``|`` and ``~``."""

    def __and__(self, other: "Condition") -> "Condition":
        return Both(self, other)

    def __or__(self, other: "Condition") -> "Condition":
        return Either(self, other)

    def __invert__(self) -> "Condition":
        return Not(self)

    @abstractmethod
    def holds(self, sheet: Sheet, columns: Columns) -> list[bool]:
        """Whether it is so of texts as typed, row by row."""

    def over(self, frame: pd.DataFrame) -> pd.Series:
        """Whether it is so of the rows of a typed frame; what is not known is not so."""
        raise TypeError(f"{type(self).__name__} is for 自查 alone: no rule that requires an answer rests on it")


@dataclass(frozen=True)
class OfCell(Condition):
    """A condition of one cell, worked out once for each distinct text."""

    key: str

    def holds(self, sheet: Sheet, columns: Columns) -> list[bool]:
        """Whether it is so, row by row."""
        texts = columns(self.key)
        known = {text: self.is_so(text, sheet[self.key]) for text in set(texts)}
        return [known[text] for text in texts]

    @abstractmethod
    def is_so(self, text: str, field: Field) -> bool:
        """Whether it is so of ``text``."""


@dataclass(frozen=True)
class Blank(OfCell):
    """Nothing was typed."""

    def is_so(self, text: str, field: Field) -> bool:
        """White space is nothing, nor is what nobody sees."""
        return not bare(text).strip()

    def over(self, frame: pd.DataFrame) -> pd.Series:
        """A missing column is not blank."""
        return blank(frame, self.key)


@dataclass(frozen=True)
class Unlisted(OfCell):
    """Nothing was typed, or none of the choices."""

    def is_so(self, text: str, field: Field) -> bool:
        """As the office understands it: 汉 for 汉族, √ for 是."""
        return choice(text, field) is None

    def over(self, frame: pd.DataFrame) -> pd.Series:
        """None of the choices was understood; nor is one known where the column is missing."""
        return frame[self.key].isna()


@dataclass(frozen=True)
class Is(OfCell):
    """One of ``values`` was typed, in any spelling of a choice; of a text, the words themselves."""

    values: tuple[str, ...]

    def is_so(self, text: str, field: Field) -> bool:
        """As the office understands it."""
        value = choice(text, field) if field.kind is Kind.CHOICE else squeeze(text)
        return value in self.values

    def over(self, frame: pd.DataFrame) -> pd.Series:
        """By what was understood."""
        return frame[self.key].isin(self.values)


@dataclass(frozen=True)
class Repeated(Condition):
    """Another row has the same number; nothing is repeated where nothing was typed."""

    key: str

    def holds(self, sheet: Sheet, columns: Columns) -> list[bool]:
        """Whether it is so, row by row."""
        folded = [squeeze(text).upper() for text in columns(self.key)]
        counts = Counter(folded)
        return [bool(text) and counts[text] > 1 for text in folded]


@dataclass(frozen=True)
class Before(Condition):
    """The day in ``one`` is earlier than that in ``other``, either of them ``CUTOFF`` or ``FIRST_DAY``; both written as the workbook asks.

    A day that is written otherwise is left to the office, which understands more.
    """

    one: str
    other: str

    def holds(self, sheet: Sheet, columns: Columns) -> list[bool]:
        """Whether it is so, row by row."""
        days = []
        for key in (self.one, self.other):
            kind = sheet[key].kind if key in sheet.by_key else Kind.DATE
            days.append([certain_day(text, kind) for text in columns(key)])
        return [bool(one and other and one < other) for one, other in zip(*days, strict=True)]


@dataclass(frozen=True)
class Same(Condition):
    """The same was typed in both fields, but for white space, and something was."""

    one: str
    other: str

    def holds(self, sheet: Sheet, columns: Columns) -> list[bool]:
        """Whether it is so, row by row."""
        pairs = zip(map(bare, columns(self.one)), map(bare, columns(self.other)), strict=True)
        return [bool(one) and one == other for one, other in pairs]


@dataclass(frozen=True)
class Has(Condition):
    """Another ``table`` has a row of which ``one`` is so; any row in use, where nothing is asked."""

    table: str
    one: Condition | None = None

    def holds(self, sheet: Sheet, columns: Columns) -> list[bool]:
        """Whether it is so, the same in each row."""
        own = _columns_of(self.table, columns)
        so = self.one.holds(BY_KEY[self.table], own) if self.one else own("")
        return [any(so) if self.one else bool(so)] * len(columns(""))


@dataclass(frozen=True)
class NamedIn(Condition):
    """A row of another ``table`` of which ``one`` is so, any where nothing is asked, has the same in one of ``keys``."""

    table: str
    keys: tuple[str, ...]
    one: Condition | None = None

    def holds(self, sheet: Sheet, columns: Columns) -> list[bool]:
        """Whether it is so, row by row."""
        own = _columns_of(self.table, columns)
        counts = self.one.holds(BY_KEY[self.table], own) if self.one else [True] * len(own(""))
        named = [False] * len(columns(""))
        for key in self.keys:
            field = sheet[key]
            listed = {compared(text, field) for text, so in zip(own(key), counts, strict=True) if so} - {""}
            named = [so or compared(text, field) in listed for so, text in zip(named, columns(key), strict=True)]
        return named


@dataclass(frozen=True)
class Both(Condition):
    """The one and the other."""

    one: Condition
    other: Condition

    def holds(self, sheet: Sheet, columns: Columns) -> list[bool]:
        """Whether it is so, row by row."""
        first = self.one.holds(sheet, columns)
        return [a and b for a, b in zip(first, self.other.holds(sheet, columns), strict=True)] if any(first) else first

    def over(self, frame: pd.DataFrame) -> pd.Series:
        """Whether it is so, row by row."""
        return self.one.over(frame) & self.other.over(frame)


@dataclass(frozen=True)
class Either(Condition):
    """The one or the other."""

    one: Condition
    other: Condition

    def holds(self, sheet: Sheet, columns: Columns) -> list[bool]:
        """Whether it is so, row by row."""
        pairs = zip(self.one.holds(sheet, columns), self.other.holds(sheet, columns), strict=True)
        return [a or b for a, b in pairs]

    def over(self, frame: pd.DataFrame) -> pd.Series:
        """Whether it is so, row by row."""
        return self.one.over(frame) | self.other.over(frame)


@dataclass(frozen=True)
class Not(Condition):
    """Not so."""

    one: Condition

    def holds(self, sheet: Sheet, columns: Columns) -> list[bool]:
        """Whether it is so, row by row."""
        return [not each for each in self.one.holds(sheet, columns)]

    def over(self, frame: pd.DataFrame) -> pd.Series:
        """Whether it is so, row by row."""
        return ~self.one.over(frame)


@dataclass(frozen=True)
class OnForm(Condition):
    """Something that is so or not so of 组织承诺, asked of the rows of another sheet."""

    one: Condition

    def holds(self, sheet: Sheet, columns: Columns) -> list[bool]:
        """Whether it is so, row by row."""
        return self.one.holds(ORGANISATION, _columns_of(ORGANISATION.key, columns))


def key_on(sheet: str, key: str) -> str:
    """What a field of ``sheet`` is asked for by, among the columns of another sheet."""
    return f"{sheet}.{key}"


def _columns_of(sheet: str, columns: Columns) -> Columns:
    return lambda key: columns(key_on(sheet, key))


def looks_elsewhere(condition: Condition | None) -> bool:
    """Whether a condition looks through the rows of another table, which is slow to do for every cell on a screen."""
    if isinstance(condition, Has | NamedIn):
        return True
    within = (getattr(condition, name, None) for name in ("one", "other"))
    return any(looks_elsewhere(each) for each in within if isinstance(each, Condition))


@lru_cache(MOST_REMEMBERED)
def bare(text: str) -> str:
    """``text`` without white space and what nobody sees, as far as a formula knows them."""
    return _NOTHING_SEEN.sub("", text)


def named_by(sheet: Sheet) -> str:
    """The field that every row of a table has: who or what it is about."""
    return (*sheet.identity, sheet.fields[0].key)[0]


@lru_cache(MOST_REMEMBERED)
def says_something(text: str) -> bool:
    """Whether ``text`` says more than that there is none, as far as a formula knows."""
    rest = bare(text)
    for word in NOTHING:
        rest = rest.replace(word, "")
    return bool(rest)


def compared(text: str, field: Field) -> str:
    """A number or a name as a formula compares it, which takes more for the same than the office does."""
    folded = squeeze(bare(text)).upper()
    if field.kind is Kind.PERSON:
        return re.sub(f"[{re.escape(DOTS)}~]", "", folded)
    return folded.translate(LOOK_ALIKE_DASHES)


@lru_cache(MOST_REMEMBERED)
def certain_day(text: str, kind: Kind = Kind.DATE) -> dt.date | None:
    """The day of a text that is written 2011-03-05, where a month is due the first of 2011-03; None for any other."""
    whole = text
    if kind is Kind.MONTH:
        whole = f"{text}-01" if _MONTH.fullmatch(text) else ""
    try:
        day = dt.date.fromisoformat(whole) if _DAY.fullmatch(whole) else None
    except ValueError:
        return None
    first, last = of_serial(SERIALS[0]), of_serial(SERIALS[-1])
    return day if day and first and last and first <= day <= last else None


def first_lacking(sheet: Sheet, key: str, among: tuple[str, ...]) -> Condition:
    """``key`` lacks its answer; of fields that are filled in together, blanks are reported once, at the first."""
    lacks: Condition = Unlisted(key) if sheet[key].choices else Blank(key)
    for each in among[: among.index(key)]:
        lacks &= ~(Blank(key) & Blank(each))
    return lacks
