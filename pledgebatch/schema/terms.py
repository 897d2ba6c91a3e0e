"""The school year, as the office's settings tell it, and the words that name its terms and vacations."""

import datetime as dt
import re
from collections.abc import Callable
from dataclasses import dataclass

from pledgebatch.notice.parameters import Parameters

Day = tuple[int, int]
"""Month and day."""
ONE = dt.timedelta(1)


@dataclass(frozen=True)
class SchoolYear:
    """When the two terms of a school year begin and end; the first ends in the year after it began."""

    first_term_begins: Day
    first_term_ends: Day
    second_term_begins: Day
    second_term_ends: Day

    @classmethod
    def of(cls, parameters: Parameters) -> "SchoolYear":
        """The school year of the settings."""
        return cls(
            **{
                key: _day(getattr(parameters, key))
                for key in ("first_term_begins", "first_term_ends", "second_term_begins", "second_term_ends")
            }
        )


def _day(text: str) -> Day:
    month, day = map(int, text.split("-"))
    return month, day


USUAL = SchoolYear.of(Parameters())
"""The school year where nothing is set."""
Named = Callable[[SchoolYear, dt.date], dt.date]
"""Gives the last day of what a word names, from a day on."""


def _next(day: Day, since: dt.date) -> dt.date:
    """The first such day that is not before ``since``."""
    month, number = day
    this = dt.date(since.year, month, number)
    return this if this >= since else dt.date(since.year + 1, month, number)


def _this_term(school: SchoolYear, since: dt.date) -> dt.date:
    return min(_next(school.first_term_ends, since), _next(school.second_term_ends, since))


def _middle(school: SchoolYear, since: dt.date) -> dt.date:
    """Half-way through the term whose middle comes next."""
    halves = []
    for begins, ends in (
        (school.first_term_begins, school.first_term_ends),
        (school.second_term_begins, school.second_term_ends),
    ):
        for year in (since.year - 1, since.year):
            start = dt.date(year, *begins)
            halves.append(start + (_next(ends, start) - start) // 2)
    return min((day for day in halves if day >= since), default=_this_term(school, since))


_FIRST, _SECOND = "(?:第1学期|秋季?学期|秋学期)", "(?:第2学期|春季?学期|春学期)"
_ENDS = "(?:期?[末终]|结束|内|里|期间|完)?"
_NAMES: tuple[tuple[str, Named], ...] = (
    (rf"(?:秋季|9月份?|{_FIRST}|新学[年期]|下学[年期])(?:新生)?(?:开学|开始|学?期?初|开课)", lambda s, d: _next(s.first_term_begins, d)),
    (rf"(?:春季|{_SECOND})(?:新生)?(?:开学|开始|学?期?初|开课)", lambda s, d: dt.date(d.year, *s.second_term_begins)),
    ("(?:新学年|下学年|新学期)(?:开学)?", lambda s, d: min(_next(s.first_term_begins, d), _next(s.second_term_begins, d))),
    ("(?:放|学校放|学生放)?寒假(?:之前|以前|放假|开始|前|来临|到来)|学校?放寒假", lambda s, d: _next(s.first_term_ends, d)),
    ("(?:放|学校放|学生放)?暑[假期](?:之前|以前|放假|开始|前|来临|到来)|学校?放暑假", lambda s, d: _next(s.second_term_ends, d)),
    ("寒假(?:期间|里|中|内|结束|末|底)?", lambda s, d: _next(s.second_term_begins, d) - ONE),
    ("暑[假期](?:期间|里|中|内|结束|末|底)?", lambda s, d: _next(s.first_term_begins, d) - ONE),
    (rf"{_FIRST}{_ENDS}", lambda s, d: _next(s.first_term_ends, d)),
    (rf"{_SECOND}{_ENDS}|(?:本|这1?|该|当前)?学年{_ENDS}", lambda s, d: _next(s.second_term_ends, d)),
    ("(?:本学期)?(?:学期中|期中)(?:考试|测试)?", _middle),
    (rf"(?:本|这1?个?|该|当|全|整个?)学期{_ENDS}|学期[末终]|学期结束|期末(?:考试|测试)?", _this_term),
    ("开学", lambda s, d: min(_next(s.first_term_begins, d), _next(s.second_term_begins, d))),
)  # fmt: skip
NAMED = re.compile("|".join(f"({name})" for name, _ in ((f"(?:{name})", day) for name, day in _NAMES)))
"""What names a term or a vacation, in a text whose numerals are digits."""


def end_of(match: re.Match[str], school: SchoolYear, since: dt.date) -> dt.date:
    """The last day of what ``NAMED`` matched, from ``since`` on."""
    return _NAMES[(match.lastindex or 1) - 1][1](school, since)
