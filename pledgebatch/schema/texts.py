"""Typed text folded to one form, and the kinds that stay text: code, choice, person, phone, e-mail."""

import re
import unicodedata
from functools import cache
from typing import Any

from pledgebatch.schema.fields import Field

LOOK_ALIKE_DOTS = dict.fromkeys(map(ord, "•・.．∙⋅‧●。᛫⸱⸳◦▪⚫"), "·")
LOOK_ALIKE_DASHES = dict.fromkeys(map(ord, "－—–‐‑−ー─~～"), "-")
RARE_CHARACTERS = range(0x20000, 0x40000)
"""The planes of Chinese characters, those not yet in use included."""
STRAY_MARKS = dict.fromkeys(map(ord, "。.,、;:"))
"""What stands about a choice and says nothing: no choice contains any of it."""
APOSTROPHES = frozenset("'’‘`＇")
_UNSEEN = re.compile(
    "[\\x00-\\x08\\x0e-\\x1b\\x7f-\\x84\\x86-\\x9f\\xad\\u034f\\u061c\\u115f\\u1160\\u17b4\\u17b5\\u180b-\\u180f\\u200b-\\u200f\\u202a-\\u202e"
    "\\u2060-\\u206f\\u2800\\u3164\\ufe00-\\ufe0f\\ufeff\\uffa0\\ufff0-\\ufffb\\U000e0000-\\U000e0fff]"
)
"""Marks of no width, of direction, of joining and of variants, and control characters: they come with every paste."""
_NOTHING = "".join(mark for mark in map(chr, range(0x10000)) if mark.isspace() or _UNSEEN.match(mark))
"""White space and what nobody sees."""
OTHER = "其他"
PARTED, JOINED = re.compile(r"[、,;/|+\n\t]+"), re.compile(r"以及|[和及与]|\s+")
"""What stands between the choices of a set: certainly, and where all that it parts is known."""
OTHER_IN_WORDS = re.compile(r"(?:其他|其它)[(:](.+?)\)?")
REMARK = re.compile(r"\([^()]*\)")
NOT_PUBLIC = re.compile(
    r".*?(?:口头|电话|当面|私下|个别)|[尚还]?[未没不]有?(?:公[开示布告]|进行)|暂[未不无缓]|待[定公办]|[无没略\W]+$|没有$|不详"
)
"""What is typed of pledges that nobody could read anywhere."""
YES = frozenset(("是", "有", "√", "✓", "✔", "☑", "对", "已", "Y", "YES", "TRUE", "T"))
MOST_JUDGED, MOST_COMPARED = 2_000, 500
"""Characters of a text that are looked through, and that are compared with another text: what is said by then is what is
said, and comparing takes the square of the length, or worse."""
LONGEST_VALUE = 200
"""Characters of a text that may be a code, a choice, a number, a day: a longer one is none, and is not looked through."""
NO = frozenset(("否", "无", "×", "✕", "✗", "✘", "不是", "没有", "未", "N", "NO", "FALSE", "F"))


def visible(text: str) -> str:
    """``text`` without the characters that nobody sees."""
    return _UNSEEN.sub("", text) if _UNSEEN.search(text) else text


def is_told(text: str) -> bool:
    """Whether anything can be seen of a text."""
    rest = text.strip(_NOTHING)
    return bool(rest) and (rest[0] < "\U000e0000" or bool(visible(rest)))


def fold(text: str) -> str:
    """``text`` as it is seen, full width, padding and repeated white space removed: for comparing, never for showing."""
    return " ".join(visible(unicodedata.normalize("NFKC", text)).split())


def squeeze(text: str) -> str:
    """``text`` folded, without any white space."""
    return "".join(visible(unicodedata.normalize("NFKC", text)).split())


def without_mark(text: str) -> str:
    """``text`` without an apostrophe in front, by which spreadsheets are told that a text follows."""
    return text.lstrip()[1:] if text.lstrip()[:1] in APOSTROPHES else text


def trimmed(text: str) -> str | None:
    """A text field: only the padding, foreign line ends and what nobody sees go."""
    if "\n" in text or "\r" in text:
        text = text.replace("\r\n", "\n").replace("_x000D_\n", "\n").replace("\r", "\n")
    return visible(text).strip() or None


def code(text: str) -> str | None:
    """A code: folded to upper case without spaces; a code that became the number 3.0 is whole again."""
    folded = squeeze(text).upper().translate(LOOK_ALIKE_DASHES)
    return re.sub(r"^(\d+)\.0+$", r"\1", folded) or None


def person(text: str) -> str | None:
    """A name: padding between Chinese characters removed (张　三), look-alike dots made U+00B7."""
    folded = fold(text)
    if folded.isalpha():
        return folded
    if not re.search("[A-Za-z]", folded):
        folded = folded.replace(" ", "").translate(LOOK_ALIKE_DOTS)
    return folded or None


def is_name(text: str) -> bool:
    """Whether a name holds letters only, of any script, with dots and spaces between them.

    〇 is a numeral to Unicode, and a rare character may be newer than it or stand in an area that fonts use as they like.
    """
    return all(part and all(map(_is_letter, part)) for part in re.split("[· ]", text))


def _is_letter(character: str) -> bool:
    return (
        character.isalpha()
        or character == "〇"
        or unicodedata.category(character) in ("Co", "Mn", "Mc")
        or ord(character) in RARE_CHARACTERS
    )


def choice(text: str, field: Field) -> str | None:
    """The choice that ``text`` means (√ for 是, 汉 for 汉族, 专业技术 for 专业技术岗位), or None; of a set, all of them."""
    return choices(text, field) if field.several else _one_choice(text, field)


def choices(text: str, field: Field) -> str | None:
    """The choices that ``text`` names, joined by 、 in the order of the list, what is not listed as 其他（…）.

    None where nothing is named that could be meant: 口头, 电话, 未公开 are no ways to make a pledge public (五.4).
    """
    named: list[str] = []
    for piece in PARTED.split(unicodedata.normalize("NFKC", visible(text))):
        named += _named(piece, field)
    meant = dict.fromkeys(named)
    listed = [each for each in field.choices if each in meant]
    return "、".join([*listed, *(each for each in meant if each not in field.choices)]) or None


def _named(piece: str, field: Field) -> list[str]:
    """The choices that a piece of a set names; what is not listed as 其他 with its words, and nothing where nothing is meant."""
    plain = squeeze(piece).strip("。.:")
    in_words = OTHER_IN_WORDS.fullmatch(plain)
    if not in_words:
        for pieces in ([REMARK.sub("", plain)], JOINED.split(piece.strip())):
            known = [choice for choice in (_one_choice(each, field) for each in pieces) if choice]
            if len(known) == len(pieces):
                return known
    words = in_words[1] if in_words else plain
    return [f"{OTHER}（{words}）"] if words and not NOT_PUBLIC.match(words) else []


def _one_choice(text: str, field: Field) -> str | None:
    folded = squeeze(text).translate(STRAY_MARKS)
    if value := field.spellings.get(folded):
        return value
    upper = folded.upper()
    for words, values in ((YES, ("是", "有")), (NO, ("否", "无"))):
        if upper in words:
            return next((value for value in values if value in field.choices), None)
    return None


def decoded(data: bytes) -> str:
    """Text of which nobody said what it is written in: UTF-8, or else GBK."""
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        return data.decode("gb18030", "replace")


def simplified(text: str) -> str:
    """A text in simplified characters."""
    return str(_converter().convert(text))


@cache
def _converter() -> Any:
    from opencc import OpenCC  # which hardly any month needs

    return OpenCC("t2s")


def with_remark(text: str, field: Field) -> str | None:
    """The choice that ``text`` means where a remark behind it says the same again: 汉族（汉）."""
    outer, _, remark = squeeze(text).removesuffix(")").partition("(")
    value = field.spellings.get(outer)
    return value if value and field.spellings.get(remark) == value else None


MOBILE = re.compile(r"(?:\+?86-?)?(1[3-9]\d{9})")
LANDLINE = re.compile(r"\(?(0(?:10|2\d|[3-9]\d{2}))\)?-?([1-9]\d{6,7})(?:-|转)?(\d{1,6})?")
LOCAL = re.compile(r"([2-9]\d{6,7})(?:(?:-|转)(\d{1,6}))?")
SERVICE = re.compile(r"([48]00)-?(\d{3})-?(\d{4})|(1\d{4,5}|95\d{3,4})")
LOST_ZERO = re.compile(r"((?:10|2\d|[3-9]\d{2}))-?([1-9]\d{6,7})")


_WHOSE = re.compile(r"\((?=[^()]*[^\W\d])[^()\d]*\)|(?:[^\W\dA-Za-z转]+|\b(?:tel|phone|mobile)\b)[:.]?", re.IGNORECASE)
"""Whose a number is, and what sort of one: （办）, 手机, 王老师."""


def phone(text: str) -> str | None:
    """A mobile or landline number in its usual form, several joined by 、; None when no part of the form is known."""
    folded = unicodedata.normalize("NFKC", text).translate(LOOK_ALIKE_DASHES)
    parts = [
        _one_phone("".join(part.split()))
        for part in re.split(r"[、,，;；/]|(?<=\d{7})\s+(?=\d{7})", _WHOSE.sub(" ", folded))
        if part.strip()
    ]
    return "、".join(part for part in parts if part) if parts and all(parts) else None


def _one_phone(text: str) -> str | None:
    text = re.sub(r"\.0$", "", text)
    digits = text.replace("-", "")
    if match := MOBILE.fullmatch(digits):
        return match[1]
    if match := LANDLINE.fullmatch(text):
        return f"{match[1]}-{match[2]}" + (f"-{match[3]}" if match[3] else "")
    if match := LOCAL.fullmatch(text):
        return match[1] + (f"-{match[2]}" if match[2] else "")
    if SERVICE.fullmatch(text):
        return digits
    # A cell that became a number has lost the leading 0 of its area code.
    if match := LOST_ZERO.fullmatch(text):
        return f"0{match[1]}-{match[2]}"
    return None


_LABEL = r"\w(?:[\w-]*\w)?"
ADDRESS = re.compile(rf"[\w+-]+(?:\.[\w+-]+)*@{_LABEL}(?:\.{_LABEL})+", re.ASCII)
LONGEST_LOCAL, LONGEST_DOMAIN = 64, 189
"""What servers take before and behind the @, 254 in all (RFC 5321, 4.5.3.1)."""
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")


def email(text: str) -> str | None:
    """An address that a letter can be written to, in lower case, or None; the one declaration of what an address is."""
    folded = fold(text).lower()
    if _CONTROL.search(text.strip()):  # what stood there is not known, and a letter must not go to somebody else
        return None
    local, _, domain = folded.partition("@")
    if len(local) > LONGEST_LOCAL or len(domain) > LONGEST_DOMAIN:
        return None
    return folded if ADDRESS.fullmatch(folded) else None
