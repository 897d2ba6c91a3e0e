"""The kinds: how a cell becomes a value, how a value is shown, and why a cell was not understood.

A frame of typed rows has two columns a field: ``key``, the value as understood (missing where blank or not
understood), and ``key_raw``, the text as typed (``""`` where blank, missing where the column itself is missing).
"""

import datetime as dt
import re
from collections.abc import Callable, Iterable
from difflib import get_close_matches
from typing import Any

import pandas as pd

from pledgebatch.schema import choices, contacts, dates, deadlines, education, numbers, texts
from pledgebatch.schema.cells import Cell, Ditto, FormattedNumber, as_typed, significant
from pledgebatch.schema.fields import Field, Kind

RAW, CELL = "_raw", "_cell"
"""Ends of column names: the text as typed, and, where a frame has it, the cell it stands in."""
DTYPES: dict[Kind, str] = {
    Kind.INTEGER: "Int64",
    Kind.MONTH: "Int64",
    Kind.DATE: "datetime64[s]",
    Kind.DEADLINE: "datetime64[s]",
}
"""Column types of the kinds that are not text."""


def understand(field: Field, cell: Cell, year: int) -> Any:
    """The value of ``cell`` as ``field``'s kind, or None; ``year`` is the pledge year, for what is typed without one."""
    if isinstance(cell, str):
        text = texts.visible(cell) if field.kind is Kind.TEXT else texts.without_mark(texts.visible(cell))
        return _of_text(field, text, year) if text and not text.isspace() else None
    if isinstance(cell, Ditto):
        return understand(field, cell.cell, year)
    if isinstance(cell, FormattedNumber):
        return understand(field, for_kind(field.kind, cell), year)
    if isinstance(cell, dt.date | dt.time | dt.timedelta) and field.kind is Kind.CODE:
        return None  # what was typed, 1-1 or 3/2, cannot be known any more
    if isinstance(cell, dt.datetime):
        cell = cell.date() if field.kind in WITH_YEAR else as_typed(cell)
    if isinstance(cell, dt.date) and field.kind in WITH_YEAR:
        return cell.year * 12 + cell.month - 1 if field.kind is Kind.MONTH else cell
    if isinstance(cell, int | float) and not isinstance(cell, bool) and field.kind in _OF_NUMBER:
        if field.in_year and cell in range(1, 13):
            return year * 12 + int(cell) - 1
        return _OF_NUMBER[field.kind](significant(cell), year)
    text = as_typed(cell)
    return _of_text(field, text, year) if text else None


def for_kind(kind: Kind, cell: Cell) -> Cell:
    """A cell that shows a number otherwise than it is, as a ``kind`` takes it; any other cell as it is."""
    if not isinstance(cell, FormattedNumber):
        return cell
    if kind is Kind.INTEGER:
        return cell.number
    if kind is Kind.PHONE and not contacts.phone(cell.text):
        return cell.number  # with too few places for its digits, a format cuts a number in the wrong place
    if kind not in WITH_YEAR:
        return cell.text
    if cell.day is not None:
        return cell.day
    # Shown with two decimals, 1985.10 is October.
    return cell.text if cell.text.endswith(".10") else cell.number


def _of_text(field: Field, text: str, year: int) -> Any:
    if len(text) > texts.LONGEST_VALUE and field.kind not in _AT_LENGTH:
        return None
    return _OF_TEXT[field.kind](text, field, year)


def _choice(text: str, field: Field) -> str | None:
    """The choice meant, by its spellings, or by what people write about one of its list."""
    return choices.choice(text, field) or (
        BEYOND_SPELLINGS[field.listed](text, field) if field.listed in BEYOND_SPELLINGS else None
    )


BEYOND_SPELLINGS: dict[str, Callable[[str, Field], str | None]] = {
    "@education_levels": lambda text, field: education.level(text),
    "@ethnic_groups": choices.with_remark,
}
"""Lists of which people write more than spellings: no formula can tell what of them is understood."""
_AT_LENGTH = frozenset((Kind.TEXT, Kind.PERSON))
"""The kinds that may be of any length."""
_OF_NUMBER: dict[Kind, Callable[[float, int], Any]] = {
    Kind.DATE: lambda number, year: dates.date_of_number(number),
    Kind.MONTH: dates.month_of_number,
    Kind.DEADLINE: deadlines.deadline_of_number,
}
_OF_TEXT: dict[Kind, Callable[[str, Field, int], Any]] = {
    Kind.TEXT: lambda text, field, year: texts.trim(text),
    Kind.CODE: lambda text, field, year: texts.code(text),
    Kind.INTEGER: lambda text, field, year: numbers.whole(text),
    Kind.CHOICE: lambda text, field, year: _choice(text, field),
    Kind.PERSON: lambda text, field, year: texts.person(text),
    Kind.PHONE: lambda text, field, year: contacts.phone(text),
    Kind.DATE: lambda text, field, year: dates.date(text, year),
    Kind.MONTH: lambda text, field, year: (dates.month_of_year if field.in_year else dates.month)(text, year),
    Kind.DEADLINE: lambda text, field, year: deadlines.deadline(text, year),
    Kind.EMAIL: lambda text, field, year: contacts.email(text),
}
WITH_YEAR = frozenset((Kind.DATE, Kind.MONTH, Kind.DEADLINE))
"""The kinds that may be typed without their year."""


def column(field: Field, values: Iterable[Any]) -> pd.Series:
    """Understood values as a column of the kind's type."""
    dtype = DTYPES.get(field.kind, "str")
    return pd.Series(list(values), dtype=dtype)


def show(field: Field, value: Any) -> str:
    """A value as the office writes it: a month as 2011-03, a date as 2011-03-05."""
    if value is None or value is pd.NA or value is pd.NaT or value != value:
        return ""
    if field.kind is Kind.MONTH:
        return f"{int(value) // 12:04d}-{int(value) % 12 + 1:02d}"
    if field.kind in (Kind.DATE, Kind.DEADLINE):
        return str(value.isoformat()[:10])
    return str(int(value)) if field.kind is Kind.INTEGER else str(value)


FORMS: dict[Kind, str] = {
    Kind.INTEGER: "整数，如 30",
    Kind.PHONE: "手机号（11 位），或带区号的固定电话，如 0519-85501234",
    Kind.DATE: "日期，如 2011-03-05",
    Kind.MONTH: "年月，如 1985-03",
    Kind.DEADLINE: "完成时限，如 2011-06-30 或 6月底前",
    Kind.EMAIL: "一个电子邮箱地址，如 xiaoxue@example.cn，中间不要有空格、中文、尖括号和连着的点",
}
"""What to type, by kind; choices list themselves."""


def form_of(field: Field) -> str:
    """What to type into ``field``, in Chinese; empty where anything will do."""
    if field.kind is Kind.CHOICE:
        short = len(field.choices) <= 10
        return "、".join(field.choices) if short else "、".join(field.choices[:3]) + "等，请从下拉列表中选"
    return FORMS.get(field.kind, "")


ALIKE = 0.75
"""How much of a choice, or of one of its spellings, a text must have for the choice to be offered."""


def _nearest(text: str, field: Field) -> str | None:
    """The one choice that ``text`` is nearly; a wrong one on offer is worse than none."""
    near = get_close_matches(text, field.spellings, 5, ALIKE)
    meant = {field.spellings[word] for word in near}
    return meant.pop() if len(meant) == 1 and not DENIED.search(text) else None


DENIED = re.compile("[未不没无非]|基本|部分|在读|肄业|以[上下]")
"""What turns the meaning of the words that it stands with."""


def explain(field: Field, raw: str) -> str:
    """Why ``raw`` was not understood and what to type instead, in Chinese."""
    if field.kind is Kind.MONTH and "." in raw and raw.replace(".", "").isdigit() and raw.endswith(".1"):
        year = raw.partition(".")[0]
        return f"分不清是 1 月还是 10 月，请改写为“{year}-01”或“{year}-10”"
    if field.kind is Kind.CHOICE:
        near = _nearest(texts.squeeze(raw[: texts.LONGEST_VALUE]), field)
        return f"请填：{form_of(field)}" + (f"（是否“{near}”？）" if near else "")
    return f"请填{form_of(field)}" if form_of(field) else "请核对"
