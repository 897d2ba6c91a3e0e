"""Dates and months as people type them. Nothing is invented: what is not typed is not understood."""

import datetime as dt
import re

from pledgebatch.schema.cells import SERIALS
from pledgebatch.schema.numbers import arabic
from pledgebatch.schema.texts import LOOK_ALIKE_DASHES, squeeze

_SERIAL_ORIGIN = dt.date(1899, 12, 30)
_YEAR = r"(\d{4}|\d{2})"
_STOPS, _COMMAS = dict.fromkeys(map(ord, "。·\\"), "."), dict.fromkeys(map(ord, "、,"), ".")
"""What a Chinese keyboard gives for a full stop. 10、11 are two months; 72、8 and 07、7 are one."""
_DATE = re.compile(rf"{_YEAR}[-./年](\d{{1,2}})[-./月](\d{{1,2}})[日号]?")
_COMPACT_DATE = re.compile(r"(19\d\d|20\d\d)(\d\d)(\d\d)")
_MONTH = re.compile(rf"{_YEAR}[-./年](\d{{1,2}})月?份?")
_COMPACT_MONTH = re.compile(r"(19\d\d|20\d\d)(\d\d)")
_NAMES = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_ENGLISH = re.compile(
    r"([a-z]{3})[a-z]{0,6}[-./']?(\d{4}|\d{2})|(\d{4}|\d{2})[-./]?([a-z]{3})[a-z]{0,6}", re.IGNORECASE
)
"""Mar-75, as Excel shows a month where the format is English."""
_BEFORE = re.compile(
    "^(?:公元|公历|阳历|约|大约|于|在|自|(?:出生|入党|加入党组织)(?:年月|日期|时间)?|生日|生|加入中国共产党)+[:]?"
)
_AFTER = re.compile(
    "(?:出?生人?|入党|加入(?:中国共产党|党组织|党)?|预备(?:党员|期)?|左右|前后|(?:周|星期|礼拜)[日天1-7]|[上下]午|早上|晚上)*[-./。、,;]*$"
)
"""What is typed about a date and says nothing more of it. 转正 does: it is another day."""
_TIME = re.compile(r"(?:[T ]?\d{1,2}:\d{2}(:\d{2}(\.\d+)?)?(?:\+08:?00)?|T00:00(:00(\.0+)?)?Z)$", re.IGNORECASE)
"""A time of day, as programs write it too. At other hours of another zone (T16:00Z) it is the next day here, or is not."""
_CLOCK = re.compile(r"(?<=[日号\d])(?:[上下]午|早上|晚上)?\d{1,2}[点时](?:半|整|\d{1,2}分?)?$")
_REMARK = re.compile(
    r"\((?:预备[^()\d]*|正式[^()\d]*|(?:周|星期|礼拜)[^()]|[上下]午|入党|出生|生|公历|阳历|已?公开|会议)\)$"
)


def plain_text(text: str) -> str:
    """``text`` without white space, time of day, full width and Chinese numerals, its dashes all alike."""
    plain = squeeze(_TIME.sub("", text.strip()))
    return arabic(plain.replace("元月", "1月")).translate(LOOK_ALIKE_DASHES)


def _bare(text: str) -> str:
    """``plain_text`` without what stands about a date and says nothing more of it, its marks those that we know."""
    plain = _CLOCK.sub("", _REMARK.sub("", plain_text(text)))
    plain = _BEFORE.sub("", _AFTER.sub("", plain)).lstrip(".")
    first = re.match(r"(\d{2,4})\D", plain)
    if not first:
        return plain
    is_year = len(first[1]) != 2 or first[1][0] == "0" or int(first[1]) > 12
    return plain.translate(_STOPS | _COMMAS if is_year else _STOPS)


def full_year(digits: str, year: int) -> int:
    """Two digits mean the last such year not after ``year``, the year being reported on."""
    if len(digits) == 4:
        return int(digits)
    century = year // 100 * 100
    return century + int(digits) - (100 if int(digits) > year % 100 else 0)


def day_of(year: int, month: int, day: int) -> dt.date | None:
    """The day, or None where the calendar has none."""
    try:
        return dt.date(year, month, day) if 1900 <= year <= 2099 else None
    except ValueError:
        return None


def of_serial(number: float) -> dt.date | None:
    """The date behind a lone whole number in a date column."""
    return _SERIAL_ORIGIN + dt.timedelta(days=int(number)) if number in SERIALS else None


def date(text: str, year: int) -> dt.date | None:
    """A day: 2011年3月5日, 2011.3.5, 2011/03/05, 20110305, 二〇一一年三月五日; 3月5日 is taken in ``year``."""
    plain = _bare(text)
    if match := _DATE.fullmatch(plain):
        return day_of(full_year(match[1], year), int(match[2]), int(match[3]))
    if match := _COMPACT_DATE.fullmatch(plain):
        return day_of(int(match[1]), int(match[2]), int(match[3]))
    if match := re.fullmatch(r"(\d{1,2})月(\d{1,2})[日号]", plain):
        return day_of(year, int(match[1]), int(match[2]))
    return None


def date_of_number(number: float) -> dt.date | None:
    """A day from a number cell: a serial, or 20110305."""
    return of_serial(number) or (date(str(int(number)), 0) if float(number).is_integer() else None)


def month(text: str, year: int) -> int | None:
    """A month as months since year 0: 1985年3月, 1985.03, 1985-3, 198503, 85.3, 一九八五年三月, or a whole date."""
    plain = _bare(text)
    if match := _ENGLISH.fullmatch(plain):
        name, digits = match[1] or match[4], match[2] or match[3]
        number = _NAMES.index(name.lower()) + 1 if name.lower() in _NAMES else 0
        return _ordinal(full_year(digits, year), number)
    if match := _MONTH.fullmatch(plain):
        return _ordinal(full_year(match[1], year), int(match[2]))
    if match := _COMPACT_MONTH.fullmatch(plain):
        return _ordinal(int(match[1]), int(match[2]))
    if (day := date(plain, year)) and not re.match(r"\d{1,2}月", plain):
        return _ordinal(day.year, day.month)
    return None


def month_of_year(text: str, year: int) -> int | None:
    """A month typed without its year, 3月 or 三月份, as one of ``year``; else as ``month`` has it."""
    if match := re.fullmatch(r"(\d{1,2})月?份?", _bare(text)):
        return _ordinal(year, int(match[1]))
    return month(text, year)


def month_of_number(number: float, year: int) -> int | None:
    """A month from a number cell; 1985.1 may be January or October and is not understood."""
    if day := of_serial(number):
        return _ordinal(day.year, day.month)
    return None if is_ambiguous(number) else month(f"{number:.10g}", year)


def is_ambiguous(number: float) -> bool:
    """Whether a number cell such as 1985.1 may stand for January as well as October."""
    return round(number % 1, 6) == 0.1


def _ordinal(year: int, month: int) -> int | None:
    return year * 12 + month - 1 if 1900 <= year <= 2099 and 1 <= month <= 12 else None
