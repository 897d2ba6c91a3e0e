"""Feasts by name: those of the calendar, those of the lunar calendar, and those reckoned from the days of the week."""

import datetime as dt
import re
from collections.abc import Callable
from functools import cache

LUNAR_YEARS = range(1900, 2099)
"""The years whose lunar calendar is known."""
_NO_NUMERAL_BEFORE = "(?<![〇零○一二三四五六七八九十百千第周期])"
_NO_COUNT_BEHIND = "(?![〇零○一二三四五六七八九十百千年月日号个年级周天次所名人年])"
_SHORT = {
    "三八": (3, 8),
    "五一": (5, 1),
    "五四": (5, 4),
    "六一": (6, 1),
    "七一": (7, 1),
    "八一": (8, 1),
    "十一": (10, 1),
}
"""Feasts called by their month and day alone."""
_LONG = {
    "元旦": (1, 1), "妇女节": (3, 8), "学雷锋(?:纪念|活动)?日": (3, 5), "植树节": (3, 12), "劳动节": (5, 1), "青年节": (5, 4), "护士节": (5, 12),
    "儿童节": (6, 1), "高考": (6, 7), "建党(?:[0-9一二三四五六七八九十百]+周年)?(?:节|纪念日|日)?|党的?生日": (7, 1), "建军节": (8, 1), "教师节": (9, 10), "国庆节?|建国[0-9一二三四五六七八九十百]+周年": (10, 1),
    "记者节": (11, 8), "消防(?:宣传)?日": (11, 9), "圣诞节?": (12, 25),
    "爱耳日": (3, 3), "消费者权益日": (3, 15), "水日": (3, 22), "防治结核病日|结核病日": (3, 24), "世界卫生日": (4, 7), "地球日": (4, 22), "读书日": (4, 23),
    "(?:预防接种|计划免疫)(?:宣传)?日": (4, 25), "防灾减灾日|减灾日": (5, 12), "(?:世界)?无烟日": (5, 31), "环境日": (6, 5), "爱眼日": (6, 6), "献血(?:者)?日": (6, 14), "禁毒日": (6, 26),
    "医师节": (8, 19), "爱牙日": (9, 20), "高血压日": (10, 8), "精神卫生日": (10, 10), "糖尿病日": (11, 14), "艾滋病日": (12, 1), "法制宣传日|宪法日": (12, 4), "志愿者日": (12, 5),
}  # fmt: skip
_LUNAR = {"春节|大年初一": (1, 1), "元宵节?": (1, 15), "端午节?": (5, 5), "七夕节?": (7, 7), "中秋节?": (8, 15), "重阳节?|敬老节|老人节": (9, 9),
          "腊八节?": (12, 8)}  # fmt: skip
_TERMS = {"清明节?": (4, 4.81), "冬至": (12, 21.94)}
"""Of the sun's terms those that are kept as feasts, each with its month and what its day is reckoned from (2000 to 2099)."""


def _of_term(year: int, month: int, constant: float) -> dt.date | None:
    since = year - 2000
    return dt.date(year, month, int(since * 0.2422 + constant) - since // 4) if 0 <= since < 100 else None


def lunar(year: int, month: int, day: int) -> dt.date | None:
    """The day of the calendar on which that of the lunar ``year`` falls; None where it is not known."""
    if year not in LUNAR_YEARS or not (1 <= month <= 12 and 1 <= day <= 30):
        return None
    from lunardate import LunarDate  # which few deadlines need

    try:
        found: dt.date = LunarDate(year, month, day).to_solar_date()
    except ValueError:  # that year has no such day
        return None
    return found


def _new_year_s_eve(year: int) -> dt.date | None:
    day = lunar(year, 1, 1)
    return day - dt.timedelta(1) if day else None


def _sunday(year: int, month: int, count: int) -> dt.date:
    first = dt.date(year, month, 1)
    return first + dt.timedelta((6 - first.weekday()) % 7 + 7 * (count - 1))


def _on(year: int, month: int, day: int) -> dt.date:
    return dt.date(year, month, day)


Reckoned = Callable[[int], dt.date | None]


@cache
def _feasts() -> tuple[tuple[str, Reckoned], ...]:
    """The patterns of the names, each with what gives the day of a year."""
    long_first = [
        (f"(?:国际|世界|全国|中国)?(?:{name})", lambda year, day=day: _on(year, *day)) for name, day in _LONG.items()
    ]
    of_moon = [(name, lambda year, day=day: lunar(year, *day)) for name, day in _LUNAR.items()]
    of_sun = [(name, lambda year, at=at: _of_term(year, *at)) for name, at in _TERMS.items()]
    others: list[tuple[str, Reckoned]] = [
        ("除夕|大年三十", _new_year_s_eve),
        ("母亲节", lambda year: _sunday(year, 5, 2)),
        ("父亲节", lambda year: _sunday(year, 6, 3)),
    ]
    names = "|".join(name for name in (*_LONG, *_LUNAR))
    short = [
        (
            f"{_NO_NUMERAL_BEFORE}{name}{_NO_COUNT_BEHIND}(?:国际)?(?:{names})?(?:黄金周|长假|小长假|节)?",
            lambda year, day=day: _on(year, *day),
        )
        for name, day in _SHORT.items()
    ]
    return (*short, *long_first, *of_moon, *of_sun, *others)


@cache
def _any_feast() -> re.Pattern[str]:
    return re.compile("|".join(f"({name})" for name, _ in ((f"(?:{name})", day) for name, day in _feasts())))


def with_marks(text: str) -> str:
    """``text`` with each feast as a mark that no figures in Chinese hide: ``{4}`` for the fifth of the list."""
    return _any_feast().sub(lambda match: f"{{{(match.lastindex or 1) - 1}}}", text)


def feast(mark: int, year: int) -> dt.date | None:
    """The day in ``year`` of the feast that ``with_marks`` marked."""
    return _feasts()[mark][1](year)
