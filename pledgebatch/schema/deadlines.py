"""Deadlines as people type them, each resolved to its last day.

The days, months, quarters, terms and feasts that a text names are found one after the other, whatever words stand about
them; the last of them counts. What only says how often is the whole year; what says that there is no end has none.
"""

import calendar
import datetime as dt
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace

from pledgebatch.schema.dates import date_of_number, day_of, full_year, month_of_number, plain_text
from pledgebatch.schema.feasts import feast, lunar, with_marks
from pledgebatch.schema.terms import NAMED, USUAL, SchoolYear, end_of
from pledgebatch.schema.texts import squeeze

MOST_WORDS = 24
"""Characters about the days that a deadline may have; more is another text that happens to name a day."""
PLEDGED = {2010: (11, 1)}
"""From when on a deadline of a year counts where nobody signed; in later years from March."""
OFTEN = (
    r"(?:每[逢隔]?个?[\d半双单]*个?(?:学期|学年|年|月|季度?|周|星期|礼拜|旬|天|日|晚|早|晨|工作日|上学日|休息日|节假日|末|次)(?:\d{1,2}[日号])?(?:[初中末底]|上旬|中旬|下旬)?"
    r"|隔(?:天|日|周|月)|[按逐](?:日|周|月|季度?|学期)|天天|月月|周周|季季|[日周月]清)"
)
ENDLESS = re.compile(
    r"长期|随时|立[行即知说整查]|即知|即[查时]即?|常[态抓年]|经常|今后|以后|永远|永久|一直|始终|坚持不懈|持之以恒|持续|平时|平常|日常|不定期|不间断|不断|尽[快早]|近期|适时|择[期机]|终身|一如既往|无限期|不限|在职|任期|在岗|退休|时刻"
)
"""Words by which a pledge has no end."""
UNDECIDED = re.compile(
    r"[待未另]定|视[^,;。]*(?:定|情况)|条件(?:成熟|具备|允许|许可)|有条件|看情况|根据(?:实际)?(?:情况|需要)|再[定议说]|不[详明清]"
)
"""Words by which nobody knows yet."""
_PARTS = {"上旬": 10, "初": 10, "中旬": 20, "中": 20}
_PART = "(?:份)?(上旬|中旬|下旬|[初中底末尾])?"
_BOUND = r"(?=$|[前之以止完截至到,、。;:()\-和及日号起])"
_NO_COUNT = r"(?![\d.]|个|次|项|名|人|份|件|场|本|节|周年|类)"


_BEGINS = re.compile(r"份?(?:[起始]|开始|启动|以来|以后|之后|后)(?![至到\-])")
"""What stands behind a day on which something only begins."""


@dataclass
class _Found:
    """A day that a text names."""

    day: dt.date
    begins: int
    ends: int
    first: dt.date
    """The first day of what it is the last of."""
    often: bool = False
    with_year: bool = False


@dataclass
class _Scan:
    """What is known while a text is looked through: the year and the month that hold for what follows."""

    year: int
    school: SchoolYear
    since: dt.date
    month: int = 0
    explicit: bool = False
    found: list[_Found] = field(default_factory=list)

    def add(self, match: re.Match[str], day: dt.date | None, first: dt.date | None = None, often: bool = False) -> None:
        """Note a day; one that the calendar lacks is none."""
        if day:
            self.found.append(_Found(day, *match.span(), first or day, often, self.explicit))

    def in_year(self, digits: str) -> None:
        """Take what follows in another year."""
        self.year = full_year(digits, self.year + 20)
        self.explicit = True


def deadline(text: str, year: int, school: SchoolYear = USUAL, since: dt.date | None = None) -> dt.date | None:
    """The last day of what is named (6月底前, 上半年, 第三季度, 全年), in the pledge ``year`` unless another is.

    What hangs on when it was pledged (三个月内, 放寒假前) counts from ``since``; a length of time without that day is not
    understood.
    """
    plain = _plain(text)
    if UNDECIDED.search(plain):
        return None
    remarks = re.findall(r"\(([^()]*)\)", plain)
    bare = re.sub(r"\([^()]*\)", "", plain)
    found = _last(bare, year, school, since) if bare else None
    if found and not (found.often or found.first < found.day):
        return found.day
    for remark in remarks:
        inside = _last(remark, year, school, since)
        if inside and not inside.often and (not found or found.first <= inside.day <= found.day):
            return inside.day
    return found.day if found else None


def deadline_of_number(number: float, year: int) -> dt.date | None:
    """A deadline from a number cell: a date serial, 20110630, 201106 or 2011.6; 6.3 may be the 3rd or the 30th of June."""
    if day := date_of_number(number):
        return day
    ordinal = month_of_number(number, year) if number > 1900 else None
    return _end(ordinal // 12, ordinal % 12 + 1, 31) if ordinal else None


def hangs_on_more(text: str) -> bool:
    """Whether a deadline names a term, or a length of time: what its day is depends on settings and on the signature."""
    plain = _plain(text)
    return bool(NAMED.search(plain) or _LENGTH.search(plain) or _THIS_MONTH.search(plain))


def _plain(text: str) -> str:
    squeezed = re.sub("[“”\"'‘’「」『』《》〈〉·]", "", squeeze(text)).strip("。,;、.:!！")
    mended = re.sub("(?<=[月年])低", "底", re.sub("(?<=[月年])未(?!来)", "末", squeezed)).replace("月分", "月份")
    return plain_text(with_marks(mended))


def _last(plain: str, year: int, school: SchoolYear, since: dt.date | None) -> _Found | None:
    """The last of the days that ``plain`` names."""
    from_day = since or dt.date(year, *PLEDGED.get(year, (3, 1)))
    scan = _Scan(year, school, from_day)
    rest = ""
    place = 0
    for match, act in _matches(plain):
        rest += plain[place : match.start()] + "\n"
        place = match.end()
        if since is None and act in (_length, _this_month):
            return None
        act(scan, match)
    rest += plain[place:]
    found = [each for each in scan.found if not _BEGINS.match(plain, each.ends)]
    lasting = [each for each in found if not each.often]
    if not found or (not lasting and ENDLESS.search(rest)):
        return None
    if len(re.sub(r"\W", "", rest)) > MOST_WORDS:
        return None
    return _latest(plain, _finer(plain, lasting)) if lasting else found[-1]


def _finer(plain: str, found: list[_Found]) -> list[_Found]:
    """Without those that the next one says more exactly: 上半年6月, 第二季度5月底前."""
    told = []
    for one, after in zip(found, [*found[1:], None], strict=True):
        near = after and re.fullmatch(r"[的,、:/(]?", plain[one.ends : after.begins])
        if not (
            after and near and one.first < one.day and one.first <= after.day <= one.day and after.first > one.first
        ):
            told.append(one)
    return told


def _latest(plain: str, found: list[_Found]) -> _Found:
    """The last day; the end of a range that begins later in the year is in the next."""
    ends = found[:1]
    for before, one in zip(found, found[1:], strict=False):
        is_range = re.fullmatch(r"(?:份|起|开始)?(?:至|到|-)+", plain[before.ends : one.begins])
        if (
            is_range
            and one.day < before.first
            and not one.with_year
            and (later := day_of(one.day.year + 1, one.day.month, one.day.day))
        ):
            one = replace(one, day=later)
        ends.append(one)
    return max(ends, key=lambda each: each.day)


def _end(year: int, month: int, day: int) -> dt.date | None:
    return (
        day_of(year, month, min(day, calendar.monthrange(year, month)[1]))
        if 1 <= month <= 12 and 1900 <= year <= 2099
        else None
    )


def _months(scan: _Scan, match: re.Match[str], first: int, last: int) -> None:
    scan.add(match, _end(scan.year, last, 31), day_of(scan.year, first, 1))


def _of_date(scan: _Scan, match: re.Match[str]) -> None:
    digits, month, day = (each for each in match.groups() if each and each not in "-./,、。")
    scan.in_year(digits)
    scan.month = int(month)
    scan.add(match, day_of(scan.year, scan.month, int(day)))


def _of_year(scan: _Scan, match: re.Match[str]) -> None:
    if words := {"明": 1, "次": 1, "来": 1, "翌": 1, "下": 1, "今": 0, "本": 0, "当": 0, "同": 0}.get(match[0][0]):
        scan.year += words
        scan.explicit = True
    elif match[0][0].isdigit():
        scan.in_year(match[1])
    if match[2] or match.end() == len(match.string) and match[0][0].isdigit():
        _months(scan, match, 1, 12)


def _of_month(scan: _Scan, match: re.Match[str]) -> None:
    if match[1]:
        scan.in_year(match[1])
    _part_of_month(scan, match, int(match[2]), match[3])


def _part_of_month(scan: _Scan, match: re.Match[str], month: int, part: str | None) -> None:
    scan.month = month
    last = _end(scan.year, month, _PARTS.get(part or "", 31))
    if last:
        first = 1 if not part or part in ("初", "上旬") else 11 if part in ("中", "中旬") else 21
        scan.add(match, last, last.replace(day=first))


def _of_day(scan: _Scan, match: re.Match[str]) -> None:
    scan.month = int(match[1])
    scan.add(match, day_of(scan.year, scan.month, int(match[2])))


def _day_alone(scan: _Scan, match: re.Match[str]) -> None:
    if scan.month:
        scan.add(match, day_of(scan.year, scan.month, int(match[1])))


def _month_alone(scan: _Scan, match: re.Match[str]) -> None:
    if scan.found and scan.found[-1].first < scan.found[-1].day:
        _part_of_month(scan, match, int(match[1]), None)


def _part_alone(scan: _Scan, match: re.Match[str]) -> None:
    if scan.month:
        _part_of_month(scan, match, scan.month, match[1])


def _of_quarter(scan: _Scan, match: re.Match[str]) -> None:
    last = 3 * int(match[1] or match[2])
    _months(scan, match, last - 2, last)


def _of_half(scan: _Scan, match: re.Match[str]) -> None:
    _months(scan, match, *((1, 6) if match[0][0] in "上前" or match[0] == "年中" else (7, 12)))


def _of_season(scan: _Scan, match: re.Match[str]) -> None:
    _months(scan, match, *{"春": (3, 5), "夏": (6, 8), "秋": (9, 11), "冬": (10, 12)}[match[0][0]])


def _whole_year(scan: _Scan, match: re.Match[str]) -> None:
    _months(scan, match, 1, 12)


def _often(scan: _Scan, match: re.Match[str]) -> None:
    scan.add(match, day_of(scan.year, 12, 31), day_of(scan.year, 1, 1), often=True)


def _of_feast(scan: _Scan, match: re.Match[str]) -> None:
    day = feast(int(match[1]), scan.year)
    if day and (day.month, day.day) == (1, 1) and not scan.explicit:
        day = day_of(scan.year, 12, 31)  # 元旦前 of a plan for the year: before the next one
    scan.add(match, day)


def _of_moon(scan: _Scan, match: re.Match[str]) -> None:
    month, day = match.groups()[:2] if match[1] else match.groups()[2:]
    scan.add(match, lunar(scan.year, {"正": 1, "冬": 11, "腊": 12}.get(month) or int(month), int(day)))


def _of_term(scan: _Scan, match: re.Match[str]) -> None:
    since = dt.date(scan.year, 1, 1) if scan.explicit and scan.year != scan.since.year else scan.since
    named = NAMED.match(match.string, match.start())
    assert named
    scan.add(match, end_of(named, scan.school, since))


def _length(scan: _Scan, match: re.Match[str]) -> None:
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
    end = _end(ordinal // 12, ordinal % 12 + 1, since.day)
    scan.add(match, end + dt.timedelta(15) if end and half else end)


def _this_month(scan: _Scan, match: re.Match[str]) -> None:
    ordinal = scan.since.year * 12 + scan.since.month - 1 + (match[0][0] in "下次")
    scan.add(match, _end(ordinal // 12, ordinal % 12 + 1, _PARTS.get(match[1] or "", 31)))


Act = Callable[[_Scan, re.Match[str]], None]
_UNIT = "(季度|月|学期|星期|礼拜|周|旬|天|工作日|日)"
_LENGTH = re.compile(
    rf"(?<![每后隔\d.第])(?:(?:签[字名订署]|承诺|公[布开示])[字书]?(?:之日|之|以)?[后起])?(?:(?!\d季度)(\d{{1,3}}|半)个?(半)?个?{_UNIT}|([2-9]|半)()(年))(?:时间|左右)?(?:之|以)?内"
)
_THIS_MONTH = re.compile("(?:本|这个?|当|下个?|次)月(上旬|中旬|下旬|[初中底末尾])?内?")
_YEAR_WORD = "([明次来翌今本当同]年)"
_SCANNED: tuple[tuple[str, Act], ...] = (
    (OFTEN, _often),
    (r"(\d{4}|(?<!\d)\d{2})年(\d{1,2})[月.\-/](\d{1,2})[日号]?(?![\d旬])", _of_date),
    (r"(?<!\d)(\d{4}|\d{2})([-./,、。])(\d{1,2})\2(\d{1,2})[日号]?(?![\d月])", _of_date),
    (r"(?<!\d)(20\d\d)(\d\d)(\d\d)(?!\d)", _of_date),
    (rf"(\d{{4}}|(?<!\d)\d{{2}})年(\d{{1,2}})月{_PART}", _of_month),
    (rf"(?<!\d)(\d{{4}})[-./,、。](\d{{1,2}})(?![\d次个])月?{_PART}", _of_month),
    (r"(?<!\d)(20\d\d)(0[1-9]|1[0-2])(?!\d)()", _of_month),
    (_LENGTH.pattern, _length),
    (_THIS_MONTH.pattern, _this_month),
    (r"\{(\d+)\}", _of_feast),
    (NAMED.pattern, _of_term),
    (r"(?:农历|阴历|旧历)(\d{1,2}|正|冬|腊)月(?:初)?(\d{1,2})|(正|腊)月初?(\d{1,2})", _of_moon),
    (r"()(?<!\d)(\d{1,2})月(上旬|中旬|下旬|[初中底末尾])(?!学)", _of_month),
    (rf"(?<!\d)(\d{{1,2}})月份?(\d{{1,2}})(?:[日号]|{_NO_COUNT})", _of_day),
    (r"()(?<!\d)(\d{1,2})月()份?", _of_month),
    (rf"(?<![\d.])(\d{{1,2}})[-./](\d{{1,2}})(?:[日号]|{_BOUND})", _of_day),
    (r"第?([1-4])季度?(?:之|以)?(?:[初中底末尾]|内)?|Q([1-4])", _of_quarter),
    (r"[上下前后]半(?:年度?|个年度)(?:[底末]|内)?|年中", _of_half),
    (r"[春夏秋冬][季天](?!学)(?:[底末]|内)?", _of_season),
    (r"(\d{4}|(?<!\d)\d{2})(?:年度?|学年)((?:之|以)?内|[底末终尾]|全年)?", _of_year),
    (rf"{_YEAR_WORD}((?:度|之|以)?内|度?[底末终尾]|度)?", _of_year),
    (
        r"(?:全|整|整个|一)年(?:度)?(?:[底末内])?|(?<!\d)1年(?:之|以)?内?|年(?:之|以)?内|年[底末终尾前]|岁末|年度(?:[内底末])?",
        _whole_year,
    ),
    (r"(?<=[-至到])(\d{1,2})(?=$|[前止底末完])", _month_alone),
    (r"(?<!\d)(\d{1,2})[日号]", _day_alone),
    (r"(上旬|中旬|下旬)", _part_alone),
)
_PATTERNS = tuple(re.compile(pattern, re.IGNORECASE) for pattern, _ in _SCANNED)


def _matches(plain: str) -> Iterator[tuple[re.Match[str], Act]]:
    """What of a text names days, one after the other, each with what notes it."""
    place = 0
    while match := _FIRST.search(plain, place):
        for pattern, (_, act) in zip(_PATTERNS, _SCANNED, strict=True):
            if found := pattern.match(plain, match.start()):
                yield found, act
                place = found.end()
                break
        else:
            place = match.start() + 1


_FIRST = re.compile(
    r"[\d每隔按逐天月周季农阴旧正腊本这当下次明来翌今同第Qq上前后年春夏秋冬全整一岁新寒暑放学期开{半中该签承公日]"
)
"""How anything that names a day begins."""
