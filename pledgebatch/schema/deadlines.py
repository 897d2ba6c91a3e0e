"""Deadlines as people type them, each resolved to its last day.

The days, months, quarters, terms and feasts that a text names are found one after the other, whatever words stand about
them; the last of them counts. What only says how often is the whole year; what says that there is no end has none.
"""

import datetime as dt
import re
from dataclasses import replace

from pledgebatch.schema.dates import date_of_number, day_of, month_of_number, plain_text
from pledgebatch.schema.deadline_days import Found, Scan, day_in_month, note_length, note_this_month
from pledgebatch.schema.deadline_words import LENGTH, THIS_MONTH, matches
from pledgebatch.schema.feasts import with_marks
from pledgebatch.schema.terms import NAMED, USUAL, SchoolYear
from pledgebatch.schema.texts import squeeze

MOST_WORDS = 24
"""Characters about the days that a deadline may have; more is another text that happens to name a day."""
PLEDGED = {2010: (11, 1)}
"""From when on a deadline of a year counts where nobody signed; in later years from March."""
ENDLESS = re.compile(
    r"长期|随时|立[行即知说整查]|即知|即[查时]即?|常[态抓年]|经常|今后|以后|永远|永久|一直|始终|坚持不懈|持之以恒|持续|平时|平常|日常|不定期|不间断|不断|尽[快早]|近期|适时|择[期机]|终身|一如既往|无限期|不限|在职|任期|在岗|退休|时刻"
)
"""Words by which a pledge has no end."""
UNDECIDED = re.compile(
    r"[待未另]定|视[^,;。]*(?:定|情况)|条件(?:成熟|具备|允许|许可)|有条件|看情况|根据(?:实际)?(?:情况|需要)|再[定议说]|不[详明清]"
)
"""Words by which nobody knows yet."""
_BEGINS = re.compile(r"份?(?:[起始]|开始|启动|以来|以后|之后|后)(?![至到\-])")
"""What stands behind a day on which something only begins."""
_ARRIVES = re.compile(r"(?:来临|到来|来到|来)(?:之|以)?前")
"""What stands behind a time that must not have come yet."""


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
    return day_in_month(ordinal // 12, ordinal % 12 + 1, 31) if ordinal else None


def hangs_on_more(text: str) -> bool:
    """Whether a deadline names a term, or a length of time: what its day is depends on settings and on the signature."""
    plain = _plain(text)
    return bool(NAMED.search(plain) or LENGTH.search(plain) or THIS_MONTH.search(plain))


def _plain(text: str) -> str:
    squeezed = re.sub("[“”\"'‘’「」『』《》〈〉·]", "", squeeze(text)).strip("。,;、.:!！")
    mended = re.sub("(?<=[月年])低", "底", re.sub("(?<=[月年])未(?!来)", "末", squeezed)).replace("月分", "月份")
    return plain_text(with_marks(mended))


def _last(plain: str, year: int, school: SchoolYear, since: dt.date | None) -> Found | None:
    """The last of the days that ``plain`` names."""
    from_day = since or dt.date(year, *PLEDGED.get(year, (3, 1)))
    scan = Scan(year, school, from_day)
    rest = ""
    place = 0
    for match, note in matches(plain):
        rest += plain[place : match.start()] + "\n"
        place = match.end()
        if since is None and note in (note_length, note_this_month):
            return None
        note(scan, match)
    rest += plain[place:]
    found = [_arriving(plain, each) for each in _lasting(plain, scan.found)]
    lasting = [each for each in found if not each.often]
    if not found or (not lasting and ENDLESS.search(rest)):
        return None
    if len(re.sub(r"\W", "", rest)) > MOST_WORDS:
        return None
    return _latest(plain, _finer(plain, lasting)) if lasting else found[-1]


def _lasting(plain: str, found: list[Found]) -> list[Found]:
    """Without those on which something only begins: 9月起; of several that say so together, 9月新学期起, all."""
    kept: list[Found] = []
    begins_at = -1
    for each in reversed(found):
        if (each.ends == begins_at and not each.often) or _BEGINS.match(plain, each.ends):
            begins_at = each.begins
        else:
            kept.insert(0, each)
    return kept


def _arriving(plain: str, each: Found) -> Found:
    """Before a season or a term arrives is before its first day."""
    return replace(each, day=each.first) if _ARRIVES.match(plain, each.ends) else each


def _finer(plain: str, found: list[Found]) -> list[Found]:
    """Without those that the next one says more exactly: 上半年6月, 第二季度5月底前."""
    kept = []
    for one, after in zip(found, [*found[1:], None], strict=True):
        near = after and re.fullmatch(r"[的,、:/(]?", plain[one.ends : after.begins])
        if not (
            after and near and one.first < one.day and one.first <= after.day <= one.day and after.first > one.first
        ):
            kept.append(one)
    return kept


def _latest(plain: str, found: list[Found]) -> Found:
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
