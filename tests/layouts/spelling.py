"""How words are typed: a month as 1985.03 or as a day of a spreadsheet, yes as √; always understood as what was meant."""

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass, field
from random import Random
from typing import Any

from pledgebatch.schema.fields import Field, Kind
from pledgebatch.schema.kinds import show, understand
from tests.layouts.inventing import YEAR

Cell = Any
MONTHS: dict[str, Callable[[int, int], Cell]] = {
    "1985-03": lambda year, month: f"{year}-{month:02d}",
    "1985.03": lambda year, month: f"{year}.{month:02d}",
    "1985年3月": lambda year, month: f"{year}年{month}月",
    "198503": lambda year, month: f"{year}{month:02d}",
    "1985/3": lambda year, month: f"{year}/{month}",
    "day": lambda year, month: dt.datetime(year, month, 1),
    "1985.03.15": lambda year, month: f"{year}.{month:02d}.15",
}
DATES: dict[str, Callable[[dt.date], Cell]] = {
    "2011-03-05": lambda day: day.isoformat(),
    "2011.3.5": lambda day: f"{day.year}.{day.month}.{day.day}",
    "2011年3月5日": lambda day: f"{day.year}年{day.month}月{day.day}日",
    "20110305": lambda day: f"{day:%Y%m%d}",
    "3月5日": lambda day: f"{day.month}月{day.day}日" if day.year == YEAR else day.isoformat(),
    "day": lambda day: dt.datetime(day.year, day.month, day.day),
}
LAST_DAYS = (31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)
SHORTER = {
    "大学本科": ("本科", "大学", "大学本科"), "大学专科": ("大专", "专科"), "中等职业": ("中专", "中师"), "汉族": ("汉", "汉族"),
    "回族": ("回", "回族"), "专业技术岗位": ("专业技术",), "党务政务公开栏": ("公开栏", "党务公开栏", "党务政务公开栏"),
}  # fmt: skip


@dataclass
class Hand:
    """One clerk's way of typing, which stays the same through a workbook."""

    random: Random
    month: str = ""
    date: str = ""
    yes: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.month = self.month or self.random.choice(list(MONTHS))
        self.date = self.date or self.random.choice(list(DATES))
        self.yes = self.yes or self.random.choice(({}, {}, {"是": "√", "否": "×"}, {"是": "是", "否": ""}))

    def type(self, of: Field, word: str) -> Cell:
        """``word``, which is in our notation, as this clerk types it; never so that another value would be understood."""
        if not word:
            return ""
        typed = self._typed(of, word)
        if typed == "" or canonical(of, typed) == canonical(of, word):
            return typed
        return word

    def _typed(self, of: Field, word: str) -> Cell:
        if of.kind is Kind.MONTH:
            return MONTHS[self.month](int(word[:4]), int(word[5:7]))
        if of.kind is Kind.DATE:
            return DATES[self.date](dt.date.fromisoformat(word))
        if of.kind is Kind.DEADLINE:
            return self._deadline(dt.date.fromisoformat(word))
        if of.kind is Kind.INTEGER:
            return int(word)
        if of.listed == "是|否":
            return self.yes.get(word, word)
        if of.kind is Kind.CHOICE:
            return self.random.choice(SHORTER.get(word, (word,)))
        if of.kind is Kind.PERSON and len(word) == 2 and self.month in ("day", "1985.03"):
            return f"{word[0]}　{word[1]}"
        return word

    def _deadline(self, day: dt.date) -> Cell:
        if day.day == LAST_DAYS[day.month - 1] and self.random.random() < 0.6:
            return f"{day.month}月底前" if self.date != "2011-03-05" else f"{day.year}年{day.month}月底"
        return DATES[self.date](day)


def canonical(of: Field, typed: Cell) -> str:
    """What a typed cell is understood as, in our notation; blank where it is not understood."""
    return show(of, understand(of, typed, YEAR))
