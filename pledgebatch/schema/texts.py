"""Typed text folded to one form, and the kinds that stay text: code and person."""

import re
import unicodedata
from functools import cache
from typing import Any

LOOK_ALIKE_DOTS = dict.fromkeys(map(ord, "•・.．∙⋅‧●。᛫⸱⸳◦▪⚫"), "·")
LOOK_ALIKE_DASHES = dict.fromkeys(map(ord, "－—–‐‑−ー─~～"), "-")
RARE_CHARACTERS = range(0x20000, 0x40000)
"""The planes of Chinese characters, those not yet in use included."""
APOSTROPHES = "'’‘`＇｀"
_UNSEEN = re.compile(
    "[\\x00-\\x08\\x0e-\\x1b\\x7f-\\x84\\x86-\\x9f\\xad\\u034f\\u061c\\u115f\\u1160\\u17b4\\u17b5\\u180b-\\u180f\\u200b-\\u200f\\u202a-\\u202e"
    "\\u2060-\\u206f\\u2800\\u3164\\ufe00-\\ufe0f\\ufeff\\uffa0\\ufff0-\\ufffb\\U000e0000-\\U000e0fff]"
)
"""Marks of no width, of direction, of joining and of variants, and control characters: they come with every paste."""
_NOTHING = "".join(mark for mark in map(chr, range(0x10000)) if mark.isspace() or _UNSEEN.match(mark))
"""White space and what nobody sees."""
MOST_JUDGED, MOST_COMPARED = 2_000, 500
"""Characters of a text that are looked through, and that are compared with another text: what it means is clear by then, and comparing takes the square of the length, or worse."""
LONGEST_VALUE = 200
"""Characters of a text that may be a code, a choice, a number, a day: a longer one is none, and is not looked through."""


def visible(text: str) -> str:
    """``text`` without the characters that nobody sees."""
    return _UNSEEN.sub("", text) if _UNSEEN.search(text) else text


def is_visible(text: str) -> bool:
    """Whether anything can be seen of a text."""
    rest = text.strip(_NOTHING)
    return bool(rest) and (rest[0] < "\U000e0000" or bool(visible(rest)))


def fold(text: str) -> str:
    """``text`` as it is seen, full width, padding and repeated white space removed: for comparing, never for showing."""
    return _compose(" ".join(visible(unicodedata.normalize("NFKC", text)).split()))


def squeeze(text: str) -> str:
    """``text`` folded, without any white space."""
    return _compose("".join(visible(unicodedata.normalize("NFKC", text)).split()))


def _compose(text: str) -> str:
    """``text`` with its letters and their marks in one, which what went may have stood between: folding twice changes nothing."""
    return unicodedata.normalize("NFC", text)


def without_mark(text: str) -> str:
    """``text`` without apostrophes in front, by which spreadsheets know that a text follows; programs may add more."""
    start = text.lstrip()
    return start.lstrip(APOSTROPHES + _NOTHING) if start[:1] in APOSTROPHES else text


def trim(text: str) -> str | None:
    """A text field: only the padding, foreign line ends and what nobody sees go."""
    if "\n" in text or "\r" in text:
        text = text.replace("\r\n", "\n").replace("_x000D_\n", "\n").replace("\r", "\n")
    return visible(text).strip() or None


def code(text: str) -> str | None:
    """A code: folded to upper case without spaces; a code that became the number 3.0 is whole again."""
    folded = _compose(squeeze(text).upper()).translate(LOOK_ALIKE_DASHES)
    return re.sub(r"^(\d+)\.0+$", r"\1", folded) or None


def person(text: str) -> str | None:
    """A name: padding between Chinese characters removed (张　三), look-alike dots made U+00B7."""
    folded = fold(text)
    if folded.isalpha():
        return folded
    if not re.search("[A-Za-z]", folded):
        folded = _compose(folded.replace(" ", "")).translate(LOOK_ALIKE_DOTS)
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


def decode_text(data: bytes) -> str:
    """Text in an unnamed encoding: UTF-8, or else GBK."""
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        return data.decode("gb18030", "replace")


def simplify(text: str) -> str:
    """A text in simplified characters."""
    return text if is_common(text) else str(_converter().convert(text))


def is_common(text: str) -> bool:
    """Whether a text holds common characters only, which are all simplified ones."""
    try:
        text.encode("gb2312")
    except UnicodeEncodeError:
        return False
    return True


@cache
def _converter() -> Any:
    from opencc import OpenCC  # which hardly any month needs

    return OpenCC("t2s")
