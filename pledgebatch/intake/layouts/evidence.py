"""What speaks for a column being a field: its words, the kind of its cells, and what stood there last month."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from statistics import median

from pledgebatch.intake.fitting import ANY_YEAR, fits
from pledgebatch.intake.labels import label_of
from pledgebatch.intake.layouts.words import TIMES, meant, nearly_meant
from pledgebatch.schema.cells import Cell, as_typed
from pledgebatch.schema.fields import Field, Kind, Sheet
from pledgebatch.schema.kinds import show, understand
from pledgebatch.schema.synonyms import is_other
from pledgebatch.schema.texts import squeeze

Target = tuple[Sheet, Field]
Decided = Mapping[tuple[str, str], Mapping[int, tuple[str, str] | None]]
"""By tab and label, both as they are compared, and by column what the office said: the sheet and field it is; none where
it is no field of ours."""
LOOKED_AT = 300
"""Cells of a column that are looked at."""
FEW_COLUMNS = 4
CONTRADICTED = -2.5
VALUE = {
    Kind.TEXT: 0.5, Kind.CODE: 0.5, Kind.INTEGER: 0.7, Kind.PERSON: 1.0, Kind.MONTH: 1.0, Kind.DATE: 1.0, Kind.DEADLINE: 1.0,
    Kind.CHOICE: 1.0, Kind.PHONE: 1.5, Kind.EMAIL: 1.5,
}  # fmt: skip
"""How much cells of the kind speak for a field."""
YES_NO = frozenset("是否有无")
OVERLAP, FEWEST_ALIKE = 4.0, 3
"""How much last month's own cells speak for a field, and how many distinct ones it takes."""
OLD = ("birth_month", "joined_month", "promised_on")
"""Days that may be of long ago; all others are of the year of the pledge or near it."""
_MONTH = Field("", "", Kind.MONTH)


@dataclass
class Column:
    """A column of a block, or what was taken out of one."""

    place: int
    headers: tuple[str, ...]
    cells: Sequence[Cell]
    taken_out: bool = False
    rows: Sequence[int] | None = None
    """The places of the rows that tell something; all where it is None."""

    @cached_property
    def filled(self) -> list[Cell]:
        """Its cells that hold something, as many as are looked at."""
        cells = self.cells if self.rows is None else [self.cells[row] for row in self.rows]
        return [cell for cell in cells if as_typed(cell).strip()][:LOOKED_AT]

    @cached_property
    def header(self) -> str:
        """Its header as it is shown."""
        return self.headers[0] if self.headers else ""

    @cached_property
    def is_other(self) -> bool:
        """Whether its header names something that none of our fields is."""
        if any(TIMES.fullmatch(label_of(text)) for text in self.headers):
            return True
        return any(is_other(label_of(text)) for text in self.headers[:1])

    def middle(self, year: int) -> float | None:
        """The month in the middle of its days, in months since year 0; None where most of it is no day."""
        months = [understand(_MONTH, cell, year) for cell in self.filled]
        known = [each for each in months if each is not None]
        return median(known) if len(known) * 5 >= len(months) * 4 and known else None


def telling(columns: Sequence[Sequence[Cell]]) -> list[int] | None:
    """The places of the rows in which more than a word or two stands: not subtotals, titles and signatures."""
    if len(columns) < FEW_COLUMNS or not columns[0]:
        return None
    counts = [sum(bool(as_typed(cell).strip()) for cell in line) for line in zip(*columns, strict=True)]
    usual = sorted(counts)[len(counts) // 2]
    return [row for row, count in enumerate(counts) if count * 3 > usual] if usual > 2 else None


@dataclass(frozen=True)
class Clues:
    """What is known besides the table itself."""

    year: int
    last: Mapping[tuple[str, str], frozenset[str]] = field(default_factory=dict)
    """By sheet and field what stood there last month, in our notation."""
    decided: Decided = field(default_factory=dict)
    tab: str = ""
    """The tab that is being read, as it is compared."""
    month: int | None = None
    """The month that the workbook is of, where it says so."""

    def decision(self, header: str, column: int) -> tuple[bool, tuple[str, str] | None]:
        """Whether the office said something of a column, and the sheet and field it is; none where it is none of ours."""
        word = label_of(header)
        here = self.decided.get((self.tab, word))
        if here is None:
            elsewhere = [each for (_, label), each in self.decided.items() if label == word]
            here = elsewhere[0] if len(elsewhere) == 1 and len(elsewhere[0]) == 1 else None
        if not here:
            return False, None
        if column in here:
            return True, here[column]
        return (True, next(iter(here.values()))) if len(here) == 1 else (False, None)


@dataclass(frozen=True)
class Evidence:
    """What speaks for one column being one field."""

    word: float = 0.0
    value: float = 0.0
    same: float = 0.0
    """The part of its distinct cells that stood there last month."""

    @property
    def total(self) -> float:
        """All of it together."""
        return self.word + self.value + (OVERLAP * self.same if self.same >= 0.5 else 0.0)

    @property
    def grounds(self) -> int:
        """How many independent grounds there are."""
        return (self.word > 0) + (self.value > 0) + (self.same >= 0.5)


def evidence(target: Target, column: Column, clues: Clues) -> Evidence:
    """What speaks for ``column`` being ``target``."""
    sheet, of = target
    word = max((meant(sheet, text).get(of.key, 0.0) for text in column.headers), default=0.0)
    if not word and column.is_other:
        return Evidence(CONTRADICTED)
    word = word or max((nearly_meant(sheet, text).get(of.key, 0.0) for text in column.headers[:1]), default=0.0)
    if not word and any(meant(sheet, text) or nearly_meant(sheet, text) for text in column.headers[:1]):
        return Evidence(CONTRADICTED)
    return Evidence(word, _value(target, column, clues.year), _same(target, column, clues))


def _value(target: Target, column: Column, year: int) -> float:
    sheet, of = target
    if not column.filled:
        return 0.0
    distinct = of.key in sheet.identity and of.kind is Kind.PERSON
    if not fits(of, column.filled, distinct):
        return CONTRADICTED
    if of.key == sheet.number and len({squeeze(as_typed(cell)) for cell in column.filled}) * 4 < len(column.filled) * 3:
        return CONTRADICTED
    if of.kind in (Kind.MONTH, Kind.DATE, Kind.DEADLINE) and not _is_likely(of, column, year):
        return CONTRADICTED
    weight = VALUE[of.kind]
    return weight / 2 if of.choices and YES_NO.issuperset(of.choices) else weight


def _is_likely(of: Field, column: Column, year: int) -> bool:
    """Whether days are such as the field has: a birth a generation ago, a signature within the year."""
    middle = column.middle(year)
    if middle is None:
        return True
    then = middle / 12
    if of.key == "birth_month":
        return year - 100 < then < year - 17
    if of.key in OLD:
        return year - 85 < then < year + 1
    return year - 2 < then < year + 3


def _same(target: Target, column: Column, clues: Clues) -> float:
    """The part of the distinct cells that stood there last month, where that tells one field from others."""
    sheet, of = target
    last = clues.last.get((sheet.key, of.key), frozenset())
    if len(last) < FEWEST_ALIKE or not column.filled or of.kind is Kind.CHOICE:
        return 0.0
    words = {in_notation(of, cell, clues.year) for cell in column.filled} - {""}
    return len(words & last) / len(words) if len(words) >= FEWEST_ALIKE else 0.0


def in_notation(of: Field, cell: Cell, year: int) -> str:
    """A cell as it is compared with what stood there last month."""
    return squeeze(show(of, understand(of, cell, year)))


def is_distinctive(of: Field, column: Column) -> bool:
    """Whether the cells alone tell that a column is this field: a list of its own, or telephone numbers."""
    if of.kind is Kind.PHONE:
        return True
    if of.kind is not Kind.CHOICE or YES_NO.issuperset(of.choices) or len(of.choices) < 2:
        return False
    # A list that ends with 其他 understands every text.
    values = [understand(of, cell, ANY_YEAR) for cell in column.filled]
    listed = sum(value is not None and "其他" not in value for value in values)
    return listed * 5 >= len(values) * 4
