"""Periods, stages and the calendar that says which stage applies when."""

import calendar
import datetime as dt
import re
from collections.abc import Collection
from dataclasses import dataclass
from enum import StrEnum

from pledgebatch.notice.parameters import USUAL_DEADLINE

OFFICE_TIME = dt.timezone(dt.timedelta(hours=8))
"""Times are shown as the office's clock showed them, wherever the program runs."""
FIRST_DEADLINE = dt.date(2010, 11, 30)
"""五: the pledges of the first year are in principle made by the end of November."""


class Stage(StrEnum):
    """When a rule starts to apply, or a column to be required."""

    ALWAYS = "always"
    PLEDGE = "pledge"
    PUBLISH = "publish"
    MONTH = "month"
    HALF = "half"
    YEAR = "year"

    @property
    def label(self) -> str:
        """The stage in the words of the office."""
        return STAGE_LABELS[self]


STAGE_LABELS = {
    Stage.ALWAYS: "随时",
    Stage.PLEDGE: "承诺",
    Stage.PUBLISH: "审查公开",
    Stage.MONTH: "按月跟踪",
    Stage.HALF: "半年",
    Stage.YEAR: "年终",
}


@dataclass(frozen=True, order=True)
class Period:
    """One month of reporting, such as 2011-03."""

    year: int
    month: int

    @classmethod
    def parse(cls, text: str) -> "Period":
        """Read ``2011-03``; anything else raises ValueError."""
        match = re.fullmatch(r"(20\d\d)-(0[1-9]|1[0-2])", text, re.ASCII)
        if match is None:
            raise ValueError(text)
        return cls(int(match[1]), int(match[2]))

    @classmethod
    def of_ordinal(cls, ordinal: int) -> "Period":
        """The period with this count of months since year 0."""
        return cls(ordinal // 12, ordinal % 12 + 1)

    def __str__(self) -> str:
        return f"{self.year:04d}-{self.month:02d}"

    @property
    def ordinal(self) -> int:
        """Months since year 0: the value of a month field."""
        return self.year * 12 + self.month - 1

    @property
    def cutoff(self) -> dt.date:
        """The last day: the date that rules compare with, never today."""
        return dt.date(self.year, self.month, calendar.monthrange(self.year, self.month)[1])

    @property
    def following(self) -> "Period":
        """The next month."""
        return self.of_ordinal(self.ordinal + 1)

    @property
    def label(self) -> str:
        """The period in Chinese."""
        return f"{self.year}年{self.month}月"


def pledge_deadline(year: int, later_years: tuple[int, int] = USUAL_DEADLINE) -> dt.date:
    """五: ``FIRST_DEADLINE`` in the first year, at the beginning of the year in later ones (a setting)."""
    return FIRST_DEADLINE if year <= FIRST_DEADLINE.year else dt.date(year, *later_years)


def stages_due(period: Period, later_years: tuple[int, int] = USUAL_DEADLINE) -> frozenset[Stage]:
    """The stages whose rules apply in ``period``."""
    deadline = pledge_deadline(period.year, later_years)
    due = {Stage.ALWAYS}
    if period.cutoff >= deadline:
        due |= {Stage.PLEDGE, Stage.PUBLISH}
    if period > Period(deadline.year, deadline.month):
        due.add(Stage.MONTH)
    if period.month in (6, 12):
        due.add(Stage.HALF)
    if period.month == 12:
        due.add(Stage.YEAR)
    return frozenset(due)


def in_order(stages: Collection[Stage]) -> list[Stage]:
    """The stages in the order of the year."""
    return [stage for stage in Stage if stage in stages]
