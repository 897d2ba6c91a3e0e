"""Months and years of reporting as people write them: on the command line and as names of folders."""

import re

from pledgebatch.notice.periods import Period
from pledgebatch.schema.dates import plain_text
from pledgebatch.schema.texts import visible

_BEFORE_DIGIT, _AFTER_DIGIT = r"(?<=[〇零○一二三四五六七八九十])", r"(?=[〇零○一二三四五六七八九])"
_LETTER_FOR_ZERO = re.compile(f"{_BEFORE_DIGIT}[OoＯｏ]{_AFTER_DIGIT}")
"""二O一一年: the letter stands for 〇."""
_ABOUT = "\"'“”‘’「」《》()（）[]【】。，、；：.,;:-·"
"""What stands about a month and says nothing."""
_BETWEEN = re.compile(r"(?<=\d)\s+(?=\d)")
_MONTH = re.compile(r"(20\d\d)(?:[-./年_,、。·\\](0?[1-9]|1[0-2])|(0[1-9]|1[0-2]))月?份?")
_YEAR = re.compile(r"(20\d\d)年?度?份?")


def read_period(text: str) -> Period | None:
    """2011-3, 201103, 2011.3, 2011/03, 2011年3月, 二〇一一年三月, full width or not; None for what is no month of a year."""
    match = _MONTH.fullmatch(_plain(text))
    return Period(int(match[1]), int(match[2] or match[3])) if match else None


def read_year(text: str) -> int | None:
    """2011, 2011年, 二〇一一年度; None for what is no year."""
    match = _YEAR.fullmatch(_plain(text))
    return int(match[1]) if match else None


def _plain(text: str) -> str:
    spaced = _BETWEEN.sub("-", visible(text).strip())
    return plain_text(_LETTER_FOR_ZERO.sub("〇", spaced).strip(_ABOUT)).strip(_ABOUT)
