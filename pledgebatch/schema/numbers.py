"""Whole numbers as people type them, Chinese numerals included."""

import re
from functools import cache

from pledgebatch.schema.texts import squeeze

NUMERALS = "〇零一二三四五六七八九十百千两"
TENS = str.maketrans({"廿": "二十", "卄": "二十", "卅": "三十"})
"""Tens that are one character."""
_DIGITS = dict(zip("〇零○一二三四五六七八九", "000123456789", strict=True))
_LETTER_O = re.compile("(?<=[〇零○一二三四五六七八九])[Oo]+(?=[〇零○一二三四五六七八九年])")
"""The letter that stands for the numeral in 二O一一年."""
LIST_MARKS = "。.、,;)"
"""What stands behind the number of a row in a list that was numbered by hand; an opening bracket before it is asked about."""
_UNITS = re.compile(r"(?<=\d)(?:人|名|个|位|次|页|张|票|份|件|岁|年度?|号)$")


@cache
def arabic(text: str) -> str:
    """``text`` with its Chinese numerals as digits: 一九八五年三月 → 1985年3月, 廿三人 → 23人."""
    text = _LETTER_O.sub(lambda match: "〇" * len(match[0]), text).translate(TENS)
    return re.sub(f"[{NUMERALS}○]+", lambda match: _number(match[0]), text)


def _number(numeral: str) -> str:
    if all(character in _DIGITS for character in numeral):
        return "".join(_DIGITS[character] for character in numeral)
    import cn2an  # which takes a tenth of a second to be imported

    try:
        return str(cn2an.cn2an(numeral.replace("○", "零"), "smart"))
    except ValueError:
        return numeral


def whole(text: str) -> int | None:
    """A whole number, with a unit or the mark of a list or not (30人, 1,200, 三十, 2.); None for anything else, 2.5 and 2000万 included."""
    if re.search(
        "(?<![〇零一二三四五六七八九十百千两])[一二三四五六七八九]{2,3}(?![〇零一二三四五六七八九十百千万])", text
    ):
        return None  # 三四个 means three or four
    bare = _UNITS.sub("", arabic(squeeze(text).rstrip(LIST_MARKS))).removeprefix("第").removeprefix("约")
    match = re.fullmatch(r"([+-]?)(\d{1,3}(?:,\d{3})+|\d{1,15})(?:\.0+)?", bare)
    return int(match[1] + match[2].replace(",", "")) if match else None
