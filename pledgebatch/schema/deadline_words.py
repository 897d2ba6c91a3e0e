"""The wordings of a deadline, each with what notes its day; of two that begin together the first one counts."""

import re
from collections.abc import Callable, Iterator

from pledgebatch.schema import deadline_days as days
from pledgebatch.schema.deadline_days import Scan
from pledgebatch.schema.terms import NAMED

Note = Callable[[Scan, re.Match[str]], None]
"""Notes in a scan the day that a wording comes to."""
OFTEN = (
    r"(?:每[逢隔]?个?[\d半双单]*个?(?:学期|学年|年|月|季度?|周|星期|礼拜|旬|天|日|晚|早|晨|工作日|上学日|休息日|节假日|末|次)(?:\d{1,2}[日号])?(?:[初中末底]|上旬|中旬|下旬)?"
    r"|(?<![\d.第])2个?学期(?:各|都)\d{0,2}次?"
    r"|隔(?:天|日|周|月)|[按逐](?:日|周|月|季度?|学期)|天天|月月|周周|季季|[日周月]清"
    r"|逢(?:单|双)[日周月]|逢(?:周|星期|礼拜)[\d日天末]"
    r"|(?<![\d.年第/\-])(?:1(?:天|日|周|星期|月|季|学期|年)|半个?(?:月|年)|\d个(?:月|季度|学期)|[2-9]周)\d{1,2}次)"
)
"""一月一次 is once a month, and not in January; 三月两次 may be March."""
_PART = "(?:份)?(上旬|中旬|下旬|[初中底末尾])?"
_BOUND = r"(?=$|[前之以止完截至到,、。;:()\-和及日号起])"
_NO_COUNT = r"(?![\d.]|个|次|项|名|人|份|件|场|本|节|周年|类)"
_UNIT = "(季度|月|学期|星期|礼拜|周|旬|天|工作日|日)"
LENGTH = re.compile(
    rf"(?<![每后隔\d.第])(?:(?:签[字名订署]|承诺|公[布开示])[字书]?(?:之日|之|以)?[后起])?(?:(?!\d季度)(\d{{1,3}}|半)个?(半)?个?{_UNIT}|([2-9]|半)()(年))(?:时间|左右)?(?:之|以)?内"
)
THIS_MONTH = re.compile("(?:本|这个?|当|下个?|次)月(上旬|中旬|下旬|[初中底末尾])?内?")
_YEAR_WORD = "([明次来翌今本当同]年)"
_WORDINGS: tuple[tuple[str, Note], ...] = (
    (OFTEN, days.note_often),
    (rf"(\d{{4}}|(?<!\d)\d{{2}})年(\d{{1,2}})[月.\-/](\d{{1,2}})(?:[日号]|(?![\d旬]){_NO_COUNT})", days.note_date),
    (r"(?<!\d)(\d{4}|\d{2})([-./,、。])(\d{1,2})\2(\d{1,2})[日号]?(?![\d月])", days.note_date),
    (r"(?<!\d)(20\d\d)(\d\d)(\d\d)(?!\d)", days.note_date),
    (rf"(\d{{4}}|(?<!\d)\d{{2}})年(\d{{1,2}})月{_PART}", days.note_month),
    (rf"(?<!\d)(\d{{4}})[-./,、。](\d{{1,2}})(?![\d次个])月?{_PART}", days.note_month),
    (r"(?<!\d)(20\d\d)(0[1-9]|1[0-2])(?!\d)()", days.note_month),
    (LENGTH.pattern, days.note_length),
    (THIS_MONTH.pattern, days.note_this_month),
    (r"\{(\d+)\}", days.note_feast),
    (NAMED.pattern, days.note_term),
    (r"(?:农历|阴历|旧历)(\d{1,2}|正|冬|腊)月(?:初)?(\d{1,2})|(正|腊)月初?(\d{1,2})", days.note_lunar_day),
    (r"()(?<!\d)(\d{1,2})月(上旬|中旬|下旬|[初中底末尾])(?!学)", days.note_month),
    (rf"(?<!\d)(\d{{1,2}})月份?(\d{{1,2}})(?:[日号]|{_NO_COUNT})", days.note_day),
    (r"()(?<!\d)(\d{1,2})月()份?", days.note_month),
    (rf"(?<![\d.])(\d{{1,2}})[-./](\d{{1,2}})(?:[日号]|{_BOUND})", days.note_day),
    (r"第?([1-4])季度?(?:之|以)?(?:[初中底末尾]|内)?|Q([1-4])", days.note_quarter),
    (r"[上下前后]半(?:年度?|个年度)(?:[底末]|内)?|年中", days.note_half),
    (r"[春夏秋冬][季天](?!学)(?:[底末]|内)?", days.note_season),
    (r"(\d{4}|(?<!\d)\d{2})(?:年度?|学年)((?:之|以)?内|[底末终尾]|全年)?", days.note_year),
    (rf"{_YEAR_WORD}((?:度|之|以)?内|度?[底末终尾]|度)?", days.note_year),
    (
        r"(?:全|整|整个|一)年(?:度)?(?:[底末内])?|(?<!\d)1年(?:之|以)?内?|年(?:之|以)?内|年[底末终尾前]|岁末|年度(?:[内底末])?",
        days.note_whole_year,
    ),
    (r"(?<=[-至到])(\d{1,2})(?=$|[前止底末完])", days.note_month_alone),
    (r"(?<!\d)(\d{1,2})[日号]", days.note_day_alone),
    (r"(上旬|中旬|下旬)", days.note_part_alone),
)
_PATTERNS = tuple(re.compile(pattern, re.IGNORECASE) for pattern, _ in _WORDINGS)


def matches(plain: str) -> Iterator[tuple[re.Match[str], Note]]:
    """What of a text names days, one after the other, each with what notes it."""
    place = 0
    while match := _FIRST.search(plain, place):
        for pattern, (_, note) in zip(_PATTERNS, _WORDINGS, strict=True):
            if found := pattern.match(plain, match.start()):
                yield found, note
                place = found.end()
                break
        else:
            place = match.start() + 1


_FIRST = re.compile(
    r"[\d每隔按逐天月周季农阴旧正腊本这当下次明来翌今同第Qq上前后年春夏秋冬全整一岁新寒暑放学期开{半中该签承公日逢]"
)
"""How anything that names a day begins."""
