"""Telephone numbers and e-mail addresses as people type them."""

import re
import unicodedata

from pledgebatch.schema.texts import LOOK_ALIKE_DASHES, fold

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
