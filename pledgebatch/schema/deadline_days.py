"""What each wording of a deadline comes to: a day, noted while the text is read from left to right."""

import calendar
import datetime as dt
import re
from dataclasses import dataclass, field

from pledgebatch.schema.dates import day_of, full_year
from pledgebatch.schema.feasts import feast, lunar
from pledgebatch.schema.terms import NAMED, SchoolYear, end_of

_PARTS = {"上旬": 10, "初": 10, "中旬": 20, "中": 20}


@dataclass
class Found:
    """A day that a text names, and where."""

    day: dt.date
    begins: int
    ends: int
    first: dt.date
    """The first day of what it is the last of."""
    often: bool = False
    with_year: bool = False


@dataclass
class Scan:
    """A text that is read: the days found so far, and the year and month that hold for what follows."""

    year: int
    school: SchoolYear
    since: dt.date
    month: int = 0
    explicit: bool = False
    found: list[Found] = field(default_factory=list)

    def add(self, match: re.Match[str], day: dt.date | None, first: dt.date | None = None, often: bool = False) -> None:
        """Note a day; one that the calendar lacks is none."""
        if day:
            self.found.append(Found(day, *match.span(), first or day, often, self.explicit))

    def in_year(self, digits: str) -> None:
        """Take what follows in another year."""
        self.year = full_year(digits, self.year + 20)
        self.explicit = True


def day_in_month(year: int, month: int, day: int) -> dt.date | None:
    """A day, or the last one of a month that is shorter."""
    return (
        day_of(year, month, min(day, calendar.monthrange(year, month)[1]))
        if 1 <= month <= 12 and 1900 <= year <= 2099
        else None
    )


def _note_months(scan: Scan, match: re.Match[str], first: int, last: int) -> None:
    scan.add(match, day_in_month(scan.year, last, 31), day_of(scan.year, first, 1))


def note_date(scan: Scan, match: re.Match[str]) -> None:
    """2011年3月5日, 2011.3.5, 20110305."""
    digits, month, day = (each for each in match.groups() if each and each not in "-./,、。")
    scan.in_year(digits)
    scan.month = int(month)
    scan.add(match, day_of(scan.year, scan.month, int(day)))


def note_year(scan: Scan, match: re.Match[str]) -> None:
    """2011年底, 明年; a year within a text holds for what follows, and is a deadline of its own only at the end."""
    if words := {"明": 1, "次": 1, "来": 1, "翌": 1, "下": 1, "今": 0, "本": 0, "当": 0, "同": 0}.get(match[0][0]):
        scan.year += words
        scan.explicit = True
    elif match[0][0].isdigit():
        scan.in_year(match[1])
    if match[2] or match.end() == len(match.string) and match[0][0].isdigit():
        _note_months(scan, match, 1, 12)


def note_month(scan: Scan, match: re.Match[str]) -> None:
    """2011年6月底, 6月中旬."""
    if match[1]:
        scan.in_year(match[1])
    _note_part_of_month(scan, match, int(match[2]), match[3])


def _note_part_of_month(scan: Scan, match: re.Match[str], month: int, part: str | None) -> None:
    scan.month = month
    last = day_in_month(scan.year, month, _PARTS.get(part or "", 31))
    if last:
        first = 1 if not part or part in ("初", "上旬") else 11 if part in ("中", "中旬") else 21
        scan.add(match, last, last.replace(day=first))


def note_day(scan: Scan, match: re.Match[str]) -> None:
    """6月20日, 6.20."""
    scan.month = int(match[1])
    scan.add(match, day_of(scan.year, scan.month, int(match[2])))


def note_day_alone(scan: Scan, match: re.Match[str]) -> None:
    """20日, of the month named last."""
    if scan.month:
        scan.add(match, day_of(scan.year, scan.month, int(match[1])))


def note_month_alone(scan: Scan, match: re.Match[str]) -> None:
    """The 6 of 3月-6."""
    if scan.found and scan.found[-1].first < scan.found[-1].day:
        _note_part_of_month(scan, match, int(match[1]), None)


def note_part_alone(scan: Scan, match: re.Match[str]) -> None:
    """下旬, of the month named last."""
    if scan.month:
        _note_part_of_month(scan, match, scan.month, match[1])


def note_quarter(scan: Scan, match: re.Match[str]) -> None:
    """第三季度, Q3."""
    last = 3 * int(match[1] or match[2])
    _note_months(scan, match, last - 2, last)


def note_half(scan: Scan, match: re.Match[str]) -> None:
    """上半年, 年中."""
    _note_months(scan, match, *((1, 6) if match[0][0] in "上前" or match[0] == "年中" else (7, 12)))


def note_season(scan: Scan, match: re.Match[str]) -> None:
    """春季, 冬天."""
    _note_months(scan, match, *{"春": (3, 5), "夏": (6, 8), "秋": (9, 11), "冬": (10, 12)}[match[0][0]])


def note_whole_year(scan: Scan, match: re.Match[str]) -> None:
    """全年, 年底."""
    _note_months(scan, match, 1, 12)


def note_often(scan: Scan, match: re.Match[str]) -> None:
    """每月, 天天: the whole year, and no day that anything must be done by."""
    scan.add(match, day_of(scan.year, 12, 31), day_of(scan.year, 1, 1), often=True)


def note_feast(scan: Scan, match: re.Match[str]) -> None:
    """教师节, as ``with_marks`` marked it."""
    day = feast(int(match[1]), scan.year)
    if day and (day.month, day.day) == (1, 1) and not scan.explicit:
        day = day_of(scan.year, 12, 31)  # 元旦前 of a plan for the year: before the next one
    scan.add(match, day)


def note_lunar_day(scan: Scan, match: re.Match[str]) -> None:
    """农历八月十五."""
    month, day = match.groups()[:2] if match[1] else match.groups()[2:]
    scan.add(match, lunar(scan.year, {"正": 1, "冬": 11, "腊": 12}.get(month) or int(month), int(day)))


def note_term(scan: Scan, match: re.Match[str]) -> None:
    """本学期末, 放寒假前."""
    since = dt.date(scan.year, 1, 1) if scan.explicit and scan.year != scan.since.year else scan.since
    named = NAMED.match(match.string, match.start())
    assert named  # what matched begins with such a name
    scan.add(match, end_of(named, scan.school, since))


def note_length(scan: Scan, match: re.Match[str]) -> None:
    """三个月内, from the day on which it was pledged."""
    number, half, unit = match.groups()[:3] if match[3] else match.groups()[3:]
    count = (0.5 if number == "半" else int(number)) + (0.5 if half else 0)
    months = {"年": 12, "季度": 3, "季": 3, "学期": 5, "月": 1}.get(unit)
    since = scan.since
    if months is None:
        days = count * {"星期": 7, "周": 7, "礼拜": 7, "旬": 10}.get(unit, 1)
        scan.add(match, since + dt.timedelta(round(days)))
        return
    whole, half = divmod(count * months, 1)
    ordinal = since.year * 12 + since.month - 1 + int(whole)
    end = day_in_month(ordinal // 12, ordinal % 12 + 1, since.day)
    scan.add(match, end + dt.timedelta(15) if end and half else end)


def note_this_month(scan: Scan, match: re.Match[str]) -> None:
    """本月底, 下月."""
    ordinal = scan.since.year * 12 + scan.since.month - 1 + (match[0][0] in "下次")
    scan.add(match, day_in_month(ordinal // 12, ordinal % 12 + 1, _PARTS.get(match[1] or "", 31)))
