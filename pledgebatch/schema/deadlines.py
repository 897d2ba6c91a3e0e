"""Deadlines as people type them, each resolved to its last day."""

import calendar
import datetime as dt
import re

from pledgebatch.schema.dates import date, date_of_number, day_of, month, month_of_number, plain_text
from pledgebatch.schema.texts import squeeze

_DAY = re.compile(r"(\d{1,2})[-./月](\d{1,2})[日号]?")

_SUFFIX = re.compile(r"(?:前后|之前|以前|前|内|完成|止|为止|左右|截止|落实|到位)+$")
_PREFIX = re.compile(r"^(?:在|于|争取|力争|每年(?=.)|截至|截止|[自从]?(?:即日|现在|今)起?[到至]|直?[到至])+")
_OFTEN = (
    r"(?:每[逢隔]?个?[\d半双单]*个?(?:年|月|季度?|周|星期|天|日|晚|旬|学期|工作日|上学日|休息日|节假日|末)"
    r"|隔(?:天|日|周|月)|[按逐](?:日|周|月|季度?|学期)|天天|月月|周周)\S{0,6}"
)
_FREQUENCY = re.compile(rf"(?<=.)[,、]?{_OFTEN}$")
_WHOLE_YEAR = re.compile(
    r"(?:贯穿|覆盖)?(?:于|整个)?(?:全年|整年|1年|年内|年底|年末|年终|本?年度|当年|岁末)(?:坚持|进行|开展|实施|推进|执行|有效|不断|不间断|持续)*"
    rf"|{_OFTEN}"
)
_PARTS = {"上旬": 10, "初": 10, "中旬": 20, "中": 20, "下旬": 31, "底": 31, "末": 31, "份": 31, "": 31}
_MONTH_PART = re.compile(r"(\d{1,2})月(上旬|中旬|下旬|初|中|底|末|份)?(?:底|末)?")
_QUARTER = re.compile(r"(?:第?([1-4])季度?|Q([1-4]))(?:底|末)?", re.IGNORECASE)
_HALVES = {"上半年": 6, "下半年": 12, "前半年": 6, "后半年": 12}
_SEASONS = {"春季": 5, "夏季": 8, "秋季": 11, "冬季": 12}
_DAYS = {
    "(?:三八)?妇女节|三八节?": (3, 8),
    "五一(?:劳动)?节?|(?:国际)?劳动节": (5, 1),
    "五四(?:青年)?节?|青年节": (5, 4),
    "护士节": (5, 12),
    "六一(?:儿童)?节?|(?:国际)?儿童节": (6, 1),
    "七一(?:建党)?节?|建党节": (7, 1),
    "八一(?:建军)?节?|建军节": (8, 1),
    "教师节": (9, 10),
    "十一(?:国庆)?节?|国庆节?": (10, 1),
}
"""The days that need no lunar calendar, by their names."""


def deadline(text: str, year: int) -> dt.date | None:
    """The last day of what is named (6月底前, 上半年, 第三季度, 全年), in the pledge ``year`` unless another is."""
    squeezed = squeeze(text).strip("。,;、").replace("“", "").replace("”", "")
    for name, (month_, day) in _DAYS.items():
        if re.fullmatch(name, _SUFFIX.sub("", squeezed)):
            return day_of(year, month_, day)
    plain = _PREFIX.sub("", _SUFFIX.sub("", plain_text(squeezed)))
    # 3月至6月, 2010年12月-2011年6月: the end counts; a dash inside 2011-06-30 is not a range.
    if found := re.fullmatch(
        r"(.*?(?:月|日|号|年|旬|初|底|季度))(?:至|到|-)(.+)|(\d{1,2})(?:至|到|-)(\d{1,2}月.*)", plain
    ):
        start, plain = found[1] or "", _SUFFIX.sub("", found[2] or found[4])
        if re.fullmatch(r"\d{1,2}[日号]", plain) and (started := re.match(r"(.*月)", start)):
            plain = started[1] + plain
        elif (named := re.match(r"(\d{4}年|明年|次年)", start)) and not re.match(r"\d{4}年|明年|次年", plain):
            plain = named[1] + plain
    if exact := date(plain, year):
        return exact
    for words, shift in (("明年", 1), ("次年", 1), ("今年", 0), ("本年", 0), ("当年", 0)):
        if plain.startswith(words) and len(plain) > len(words) and plain != "本年度":
            year, plain = year + shift, plain[len(words) :]
            break
    if whole_year := re.fullmatch(r"(\d{4})年度?", plain):
        return day_of(int(whole_year[1]), 12, 31)
    if named := re.match(r"(\d{4}|\d{2})(?:年度?)(?=.)", plain):
        year, plain = int(named[1]) if len(named[1]) == 4 else year // 100 * 100 + int(named[1]), plain[named.end() :]
    plain = plain.removeprefix("的")
    if not _WHOLE_YEAR.fullmatch(plain):
        plain = _SUFFIX.sub("", _FREQUENCY.sub("", plain))  # 3月至11月每周三: by the end of November
    if _WHOLE_YEAR.fullmatch(plain) or plain in ("底", "末", "终", "年"):
        return day_of(year, 12, 31)
    if match := _MONTH_PART.fullmatch(plain):
        return _end(year, int(match[1]), _PARTS[match[2] or ""])
    if match := _QUARTER.fullmatch(plain):
        return _end(year, 3 * int(match[1] or match[2]), 31)
    stem = re.sub("(?:底|末)$", "", plain)
    if last := _HALVES.get(stem) or _SEASONS.get(stem):
        return _end(year, last, 31)
    if match := _DAY.fullmatch(plain):
        return day_of(year, int(match[1]), int(match[2]))
    if ordinal := month(plain, year):
        return _end(ordinal // 12, ordinal % 12 + 1, 31)
    return None


def deadline_of_number(number: float, year: int) -> dt.date | None:
    """A deadline from a number cell: a date serial, 20110630, 201106 or 2011.6; 6.3 may be the 3rd or the 30th of June."""
    if day := date_of_number(number):
        return day
    ordinal = month_of_number(number, year) if number > 1900 else None
    return _end(ordinal // 12, ordinal % 12 + 1, 31) if ordinal else None


def _end(year: int, month: int, day: int) -> dt.date | None:
    return day_of(year, month, min(day, calendar.monthrange(year, month)[1])) if 1 <= month <= 12 else None
