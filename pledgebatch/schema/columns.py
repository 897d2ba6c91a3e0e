"""Columns that grow file by file: each distinct cell is held, and understood, once, however often it is typed."""

from array import array
from collections import defaultdict
from collections.abc import Sequence
from itertools import count
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa

from pledgebatch.schema import texts
from pledgebatch.schema.arrow import as_texts
from pledgebatch.schema.cells import LOST, Cell, Lost, as_typed, comparable
from pledgebatch.schema.fields import Field, Kind
from pledgebatch.schema.kinds import DTYPES, WITH_YEAR, for_kind, understand


class Column:
    """The cells of a field: its distinct cells, numbered as they first came, and the number of each cell."""

    def __init__(self, field: Field) -> None:
        """A column of ``field``, still empty."""
        self.field = field
        self._next = count().__next__
        self._distinct: dict[int, defaultdict[Cell, int]] = {}
        """By pledge year the distinct cells and their numbers; a kind that needs no year has one, 0."""
        self._numbers = array("i")
        self.longest = 0
        """The length of the longest text typed, as ``arrays`` found it."""

    def add(self, cells: Sequence[Cell], year: int) -> None:
        """Add the cells of a file of the pledge ``year``, at least one, while they are still at hand."""
        year = year if self.field.kind in WITH_YEAR else 0
        numbers = self._distinct.get(year)
        if numbers is None:
            numbers = self._distinct[year] = defaultdict(self._next)
        first = cells[0]
        if first is cells[-1] and isinstance(first, str | Lost) and cells.count(first) == len(cells):
            self._numbers.extend(array("i", (numbers[first],)) * len(cells))
            return
        if not {0, 1}.isdisjoint(cells):
            cells = [comparable(cell) for cell in cells]
        self._numbers.extend(map(numbers.__getitem__, cells))

    def arrays(self) -> tuple[Any, Any]:
        """The values understood and the texts typed, one for each cell."""
        values, raws = self._understand_each()
        self.longest = max(map(len, filter(None, raws)), default=0)
        typed = self._each_text(raws)
        dtype = DTYPES.get(self.field.kind, "str")
        if dtype == "str":
            return as_texts(typed if values == raws else self._each_text(values)), as_texts(typed)
        if dtype == "Int64":
            missing = np.array([value is None for value in values], dtype=bool)
            whole = np.array([value or 0 for value in values], dtype=np.int64)
            return pd.arrays.IntegerArray(self._each(whole), self._each(missing)), as_texts(typed)
        return self._each(np.array(values, dtype="datetime64[D]").astype(dtype)), as_texts(typed)

    def _understand_each(self) -> tuple[list[Any], list[str | None]]:
        """The values and the texts of the distinct cells, by their number."""
        if self.field.kind is Kind.TEXT and set(map(type, self._distinct.get(0, ()))) <= {str}:
            # As by the others, without asking each of thousands of texts what it is.
            cells = list(self._distinct.get(0, ()))
            return list(map(texts.trim, cells)), [cell if texts.is_visible(cell) else "" for cell in cells]
        pairs: list[tuple[Cell, int]] = [("", 0)] * sum(map(len, self._distinct.values()))
        for year, numbers in self._distinct.items():
            for cell, number in numbers.items():
                pairs[number] = for_kind(self.field.kind, cell), year
        values = [understand(self.field, cell, year) for cell, year in pairs]
        return values, [None if cell is LOST else as_typed(cell) for cell, _ in pairs]

    def _each(self, distinct: np.ndarray) -> np.ndarray:
        """What is known of the distinct cells, for each cell."""
        times = len(self._numbers)
        return distinct if len(distinct) == times else distinct.take(np.frombuffer(self._numbers, np.intc))

    def _each_text(self, distinct: list[str | None]) -> pa.Array:
        strings, times = pa.array(distinct, pa.large_string()), len(self._numbers)
        if len(distinct) == times:
            return strings
        if len(distinct) == 1:
            return pa.repeat(strings[0], times)
        return strings.take(pa.array(np.frombuffer(self._numbers, np.intc)))


def type_cells(field: Field, cells: Sequence[Cell], year: int) -> tuple[Any, Any]:
    """``cells`` of one pledge ``year`` as arrays of the values understood and of the texts typed."""
    column = Column(field)
    if cells:
        column.add(cells, year)
    return column.arrays()


def text_array(values: Sequence[str | None]) -> Any:
    """An array of texts, None where one is missing; quicker than pandas makes it, who looks at each first."""
    return as_texts(pa.array(values, pa.large_string()))


def whole_array(values: Sequence[int | None]) -> Any:
    """An array of whole numbers, None where one is missing."""
    if None not in values:
        return pd.arrays.IntegerArray(np.array(values, np.int64), np.zeros(len(values), bool))
    missing = np.array([value is None for value in values])
    return pd.arrays.IntegerArray(np.array([1 if value is None else value for value in values], np.int64), missing)


def blank_texts(count: int) -> Any:
    """An array of so many texts that are missing; pandas would repeat a missing value a million times."""
    return as_texts(pa.nulls(count, pa.large_string()))
