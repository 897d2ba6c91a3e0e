"""What the styles of cells say: what a number is that is shown as a day, 001 or 85 %, and what is struck through."""

import datetime as dt
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from xml.etree import ElementTree

from pledgebatch.schema.cells import SERIALS, Cell, FormattedNumber, as_typed, significant

STRIKE, FALSE = "strike", ("0", "false")
"""The property by which a text is struck through, and how it is turned off."""
BUILT_IN = (
    dict.fromkeys((*range(14, 23), *range(27, 37), *range(45, 48), *range(50, 59)), "yyyy-mm-dd")
    | dict.fromkeys((9, 10), "0%")
    | {2: "0.00"}
)
"""The formats that a workbook names by number only, as far as they tell anything; 27 to 36 and 50 to 58 are Chinese days."""
DAYS_TO_1904 = 1462
"""Days from the beginning of the usual count to that of workbooks that count from 1904."""
LAST_SERIAL = 2_958_465
YEARS = range(1900, 2100)
"""A number such as 1985 or 1985.3 in a cell that shows days is a year or month that was typed, no day of 1905."""

_SAYS_NOTHING = re.compile(r'"[^"]*"|\\.|_.|\*.|\[(?![hmsHMS]+\])[^\]]*\]')
"""What a format shows as it stands, or leaves room for: none of it is a placeholder of a day or a digit."""
_TOKENS = re.compile(r'"([^"]*)"|\\(.)|_.|\*.|\[[^\]]*\]|([0#?])|(.)', re.DOTALL)
_NOT_SIMPLE = re.compile(r"General|G/通用格式|[,/@]|E[+-]|DBNum|\[[<>=]", re.IGNORECASE)
_CURRENCY = "¥￥$€"


@dataclass(frozen=True)
class Formats:
    """What a workbook's styles tell: the number formats, by the number of the style, and what is struck through."""

    codes: Mapping[int, str]
    struck: frozenset[int] = frozenset()
    """The styles whose text is struck through."""

    @property
    def days(self) -> frozenset[int]:
        """The styles that show a number as a day or time."""
        return frozenset(style for style, code in self.codes.items() if shows_day(code))


NO_FORMATS = Formats({})


@lru_cache(64)
def formats_of(styles: bytes) -> Formats:
    """The number formats in the part of a workbook that holds its styles; most workbooks are made alike."""
    try:
        root = ElementTree.fromstring(styles)
    except ElementTree.ParseError:
        return NO_FORMATS
    codes: dict[str, str] = {str(number): code for number, code in BUILT_IN.items()}
    used: list[ElementTree.Element] = []
    fonts: list[bool] = []
    for element in root.iter():
        kind = element.tag.rpartition("}")[2]
        if kind == "numFmts":
            # Those within the styles of conditional formats have numbers of their own.
            codes |= {each.get("numFmtId", ""): each.get("formatCode", "") for each in element}
        elif kind == "cellXfs":
            used = list(element)
        elif kind == "fonts":
            fonts = [any(map(_strikes, font)) for font in element]
    numbers = enumerate(style.get("numFmtId", "0") for style in used)
    struck = {str(number) for number, strikes in enumerate(fonts) if strikes}
    return Formats(
        {style: codes[number] for style, number in numbers if tells(codes.get(number, ""))},
        frozenset(number for number, style in enumerate(used) if style.get("fontId", "0") in struck),
    )


def _strikes(property_: ElementTree.Element) -> bool:
    return property_.tag.rpartition("}")[2] == STRIKE and property_.get("val") not in FALSE


@lru_cache(1_000)
def shows_day(code: str) -> bool:
    """Whether a format shows a number as a day or time."""
    first = _SAYS_NOTHING.sub("", code).partition(";")[0]
    return bool(re.search("[ymdhs]", first, re.IGNORECASE)) and "general" not in first.lower()


@lru_cache(1_000)
def tells(code: str) -> bool:
    """Whether a format may show a number otherwise than it is."""
    return shows_day(code) or (_is_simple(code) and re.fullmatch("#*0?", code) is None) or "%" in code


def cell_of_number(number: float, code: str, since_1904: bool = False) -> Cell:
    """The cell of a number in a format: the number, the day that it shows, or both where one may be meant for the other."""
    number = significant(number)
    if shows_day(code):
        return _day_of(number, since_1904)
    if "%" in _SAYS_NOTHING.sub("", code):
        percent = number if number.is_integer() and number > 1 else significant(number * 100)
        return FormattedNumber(percent, as_typed(significant(number * 100)) + "%")
    if number < 0 or not _is_simple(code):
        return number
    text = _digits_in(number, code.partition(";")[0])
    return number if text == as_typed(number) else FormattedNumber(number, text)


def _day_of(number: float, since_1904: bool) -> Cell:
    serial = number + DAYS_TO_1904 if since_1904 else number
    day = _calendar(serial) if 0 <= serial <= LAST_SERIAL else None
    if int(serial) in SERIALS or 0 < number < 1:
        return day.time() if 0 < number < 1 and day else _shortest(day)
    typed_as_number = day is None or number < 1 or int(number) in YEARS or serial > SERIALS[-1]
    return FormattedNumber(number, as_typed(number), None if typed_as_number else _shortest(day))


def _calendar(serial: float) -> dt.datetime:
    """Excel counts a 29 February 1900 that never was."""
    origin = dt.datetime(1899, 12, 31 if serial < 60 else 30)
    return origin + dt.timedelta(seconds=round(serial * 86_400))


def _shortest(day: dt.datetime | None) -> Cell:
    return day.date() if day and day.time() == dt.time() else day


def _is_simple(code: str) -> bool:
    """Whether a format only writes digits and words, the first of its sections without a condition."""
    first = code.partition(";")[0]
    bare = _SAYS_NOTHING.sub("", first)
    return bool(bare) and not _NOT_SIMPLE.search(re.sub(r'"[^"]*"|\\.', "", first)) and bool(re.search("[0#?]", bare))


def _digits_in(number: float, code: str) -> str:
    """``number`` as a simple format writes it; decimals that say nothing are left out, and so is the currency."""
    whole, point, decimals = code.partition(".")
    if number.is_integer():
        whole, fraction = whole + re.sub("[0#?]", "", decimals), ""
    else:
        fraction = f"{number:.{len(re.findall('[0#?]', decimals))}f}".partition(".")[2]
        if not point or float(f"{int(number)}.{fraction or 0}") != number:
            return as_typed(number)
        whole += "." + fraction
    digits, shown = str(int(number)), list[str]()
    tokens = list(_TOKENS.finditer(whole if not fraction else whole.rpartition(".")[0]))
    first = next((token for token in tokens if token[3]), None)
    for token in reversed(tokens):
        if not token[3]:
            shown.append((token[1] or token[2] or token[4] or "").translate(dict.fromkeys(map(ord, _CURRENCY))))
        elif token is first:
            shown.append(digits or ("0" if token[3] == "0" else ""))
        else:
            shown.append(digits[-1:] or ("0" if token[3] == "0" else ""))
            digits = digits[:-1]
    text = "".join(reversed(shown)).strip()
    return f"{text}.{fraction}" if fraction else text
