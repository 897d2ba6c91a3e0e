"""Reads pages as people do: the words without the markup."""

import html
import re

INVISIBLE = re.compile(r"<(style|script)>.*?</\1>", re.DOTALL)
TAG = re.compile(r"<[^>]+>")
OUTSIDE = re.compile(r"https?:|//[a-z]|@import|url\(|<(?:img|link|iframe|script src)", re.IGNORECASE)
"""What would make a page ask for something beside itself."""


def words(page: str) -> str:
    """The visible words, white space folded."""
    return " ".join(html.unescape(TAG.sub(" ", INVISIBLE.sub("", page))).split())


def section(page: str, heading: str) -> str:
    """The visible words below an h2 that begins with ``heading``."""
    pieces = re.split(r"<h2>", page)
    return next(words(piece) for piece in pieces[1:] if words(piece).startswith(heading))
