"""What a workbook can tell by itself: conditions of a row that are formulas of Excel 2010 as well as Python.

Here is what a condition means for texts as typed, with the office's own functions; ``publish/formulas.py`` writes the
same condition as a formula. So the value stored with a formula is right before anything is recalculated, and a test
holds formula and rule against each other.
"""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from pledgebatch.schema.fields import Field, Kind, Sheet
from pledgebatch.schema.sheets import ORGANISATION
from pledgebatch.schema.texts import choice, squeeze

Columns = Callable[[str], Sequence[str]]
"""The texts of a field, by key, in the rows that are asked about; of 组织承诺 by ``answer_key``, the same in each row."""


@dataclass(frozen=True)
class Condition:
    """Something that is so or not so in each row of a sheet; joined with ``&``, ``|`` and ``~``."""

    def __and__(self, other: "Condition") -> "Condition":
        return Both(self, other)

    def __or__(self, other: "Condition") -> "Condition":
        return Either(self, other)

    def __invert__(self) -> "Condition":
        return Not(self)

    def holds(self, sheet: Sheet, columns: Columns) -> list[bool]:
        """Whether it is so, row by row."""
        raise NotImplementedError


@dataclass(frozen=True)
class OfCell(Condition):
    """A condition of one cell, worked out once for each distinct text."""

    key: str

    def holds(self, sheet: Sheet, columns: Columns) -> list[bool]:
        """Whether it is so, row by row."""
        texts = columns(self.key)
        known = {text: self.told(text, sheet[self.key]) for text in set(texts)}
        return [known[text] for text in texts]

    def told(self, text: str, field: Field) -> bool:
        """Whether it is so of ``text``."""
        raise NotImplementedError


@dataclass(frozen=True)
class Blank(OfCell):
    """Nothing was typed."""

    def told(self, text: str, field: Field) -> bool:
        """White space is nothing."""
        return not text.strip()


@dataclass(frozen=True)
class Unlisted(OfCell):
    """Nothing was typed, or none of the choices."""

    def told(self, text: str, field: Field) -> bool:
        """As the office understands it: 汉 for 汉族, √ for 是."""
        return choice(text, field) is None


@dataclass(frozen=True)
class Is(OfCell):
    """One of ``values`` was typed, in any spelling of a choice; of a text, the words themselves."""

    values: tuple[str, ...]

    def told(self, text: str, field: Field) -> bool:
        """As the office understands it."""
        said = choice(text, field) if field.kind is Kind.CHOICE else squeeze(text)
        return said in self.values


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
class Both(Condition):
    """The one and the other."""

    one: Condition
    other: Condition

    def holds(self, sheet: Sheet, columns: Columns) -> list[bool]:
        """Whether it is so, row by row."""
        first = self.one.holds(sheet, columns)
        return [a and b for a, b in zip(first, self.other.holds(sheet, columns), strict=True)] if any(first) else first


@dataclass(frozen=True)
class Either(Condition):
    """The one or the other."""

    one: Condition
    other: Condition

    def holds(self, sheet: Sheet, columns: Columns) -> list[bool]:
        """Whether it is so, row by row."""
        pairs = zip(self.one.holds(sheet, columns), self.other.holds(sheet, columns), strict=True)
        return [a or b for a, b in pairs]


@dataclass(frozen=True)
class Not(Condition):
    """Not so."""

    one: Condition

    def holds(self, sheet: Sheet, columns: Columns) -> list[bool]:
        """Whether it is so, row by row."""
        return [not each for each in self.one.holds(sheet, columns)]


@dataclass(frozen=True)
class OnForm(Condition):
    """Something that is so or not so of 组织承诺, asked of the rows of another sheet."""

    one: Condition

    def holds(self, sheet: Sheet, columns: Columns) -> list[bool]:
        """Whether it is so, row by row."""
        return self.one.holds(ORGANISATION, lambda key: columns(answer_key(key)))


def answer_key(key: str) -> str:
    """What an answer of 组织承诺 is asked for by, among the columns of another sheet."""
    return f"{ORGANISATION.key}.{key}"


def first_lacking(sheet: Sheet, key: str, among: tuple[str, ...]) -> Condition:
    """``key`` lacks its answer; of fields that are filled in together, blanks are told once, at the first."""
    lacks: Condition = Unlisted(key) if sheet[key].choices else Blank(key)
    for each in among[: among.index(key)]:
        lacks &= ~(Blank(key) & Blank(each))
    return lacks
