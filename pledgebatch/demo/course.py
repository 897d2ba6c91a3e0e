"""The course of a pledge year in the demo: when the branches consult, sign, review and publish, and what is due when."""

import datetime as dt
from dataclasses import dataclass

from pledgebatch.notice.periods import Period

PERIODS = ("2010-11", "2010-12", "2011-03", "2011-04")


@dataclass(frozen=True)
class Course:
    """The days on which the steps of 五 are taken, in their order; ``deadlines`` are the last days of the pledges."""

    consulted: tuple[dt.date, ...]
    oral_studied: dt.date
    leaders_signed: dt.date
    members_signed: dt.date
    branch_agreed: dt.date
    organisation_pledged: dt.date
    approved: dt.date
    reviewed: dt.date
    published: dt.date
    deadlines: tuple[dt.date, ...]


def _days(year: int, text: str) -> tuple[dt.date, ...]:
    """``11-03 11-05`` in ``year``."""
    return tuple(dt.date.fromisoformat(f"{year}-{day}") for day in text.split())


def _course(year: int, steps: str, deadlines: str) -> Course:
    *consulted, oral, leaders, members, branch, own, approved, reviewed, published = _days(year, steps)
    return Course(
        tuple(consulted), oral, leaders, members, branch, own, approved, reviewed, published, _days(year, deadlines)
    )


COURSES = {
    2010: _course(
        2010,
        "11-03 11-04 11-05 11-08 11-09 11-10 11-14 11-15 11-16 11-17 11-19",
        "12-06 12-08 12-10 12-14 12-16 12-18 12-21 12-24",
    ),
    2011: _course(
        2011,
        "02-16 02-17 02-18 02-22 02-23 02-24 02-28 03-01 03-02 03-03 03-07",
        "04-20 05-15 05-31 06-15 06-30 07-10 04-22 09-30 10-20 11-15 11-30 12-10 12-20",
    ),
}
NEWCOMER_SIGNED, NEWCOMER_REVIEWED, NEWCOMER_PUBLISHED = _days(2011, "04-06 04-07 04-12")
"""A member who arrives in April pledges then."""


def in_words(day: dt.date) -> str:
    """A last day as a pledge says it: 6月20日, 6月底."""
    last = day == Period(day.year, day.month).cutoff
    return f"{day.month}月底" if last else f"{day.month}月{day.day}日"
