"""What readers give: the cells of a sheet, and the text of each as it was typed."""

import datetime as dt
from dataclasses import dataclass
from enum import Enum, auto
from typing import Any

from pledgebatch.schema import texts

Cell = Any
"""What a reader gives: str, float, int, bool, datetime, date, time, timedelta or None."""

SERIALS = range(7_306, 73_051)
"""The numbers by which Excel counts the days from 1920-01-01 to 2099-12-31."""


class Lost(Enum):
    """See ``LOST``."""

    CELL = auto()


LOST = Lost.CELL
"""A cell whose content did not arrive: its column is missing, or it holds an error. Neither blank nor typed."""


@dataclass(frozen=True)
class Ditto:
    """A cell that says in words (``typed``) what another ``cell`` says: 同上."""

    typed: str
    cell: Cell


@dataclass(frozen=True)
class FormattedNumber:
    """A ``number`` whose cell shows it as another ``text``, or as a ``day`` that hardly anybody means."""

    number: float
    text: str
    day: Cell = None


def significant(number: float) -> float:
    """A number as spreadsheets show it, with 15 digits: 12.000000000000002 is 12."""
    return float(f"{number:.15g}")


def as_typed(cell: Cell) -> str:
    """The text of a cell, as near to what was typed as the file tells; ``""`` for a blank one."""
    if isinstance(cell, str):
        return cell if texts.is_visible(cell) else ""
    if cell is None or cell is LOST:
        return ""
    if isinstance(cell, Ditto):
        return cell.typed
    if isinstance(cell, FormattedNumber):
        return cell.text
    if isinstance(cell, bool):
        return "TRUE" if cell else "FALSE"
    if isinstance(cell, float):
        cell = significant(cell) if abs(cell) < 1e15 else cell
        return str(int(cell)) if cell.is_integer() and abs(cell) < 1e15 else repr(cell)
    if isinstance(cell, dt.datetime):
        return cell.date().isoformat() if cell.time() == dt.time() else cell.isoformat(" ", "seconds")
    return str(cell)


def comparable(cell: Cell) -> Cell:
    """A cell that is the same as another only where both say the same: TRUE equals 1, and only as a text is it another."""
    return as_typed(cell) if isinstance(cell, bool) else cell
