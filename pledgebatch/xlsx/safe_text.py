"""Typed text made safe for the files that people open."""

import re
from collections.abc import Iterable

from pledgebatch.schema.texts import visible

LONGEST_CELL = 32_767
LONGEST_NAME, MOST_BYTES = 80, 220
CUT = "…（过长，已截断）"
_ILLEGAL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")
_UNSAFE_IN_NAME = re.compile(r'[<>:"/\\|?*\x00-\x1f]')
_RESERVED = re.compile(r"(?i)(con|prn|aux|nul|com\d|lpt\d)(\..*)?")


def cell_text(text: object) -> str:
    """``text`` as a cell can hold it: no characters that XML forbids, no more than a cell's length."""
    if not isinstance(text, str):
        return ""
    if not text.isprintable():
        text = _ILLEGAL.sub("", text)
    return text if len(text) <= LONGEST_CELL else text[: LONGEST_CELL - len(CUT)] + CUT


def cell_texts(texts: Iterable[object]) -> list[str]:
    """``texts`` as cells can hold them."""
    # Nearly all are: they are not asked twice.
    return [
        text if isinstance(text, str) and text.isprintable() and len(text) <= LONGEST_CELL else cell_text(text)
        for text in texts
    ]


def file_name(*parts: str) -> str:
    """Parts joined by ``_`` as a name that Windows accepts, and any disk; where it is too long the longest part is cut.
    Marks that nobody sees are left out.
    """
    words = [_UNSAFE_IN_NAME.sub("", visible(part.strip()))[:LONGEST_NAME] for part in parts if part]
    # Disks count bytes, and something is put before or behind most names.
    while len("_".join(words)) > LONGEST_NAME or len("_".join(words).encode("utf-8", "replace")) > MOST_BYTES:
        longest = max(range(len(words)), key=lambda place: len(words[place]))
        words[longest] = words[longest][:-1]
    name = "_".join(words).strip(". ")
    return f"_{name}" if not name or _RESERVED.fullmatch(name) else name


def make_distinct(names: Iterable[str]) -> list[str]:
    """``names`` as they may stand in one folder: one that Windows takes for an earlier one gets a number."""
    distinct: list[str] = []
    taken: set[str] = set()
    for name in names:
        own, number = name, 1
        while own.casefold() in taken:
            number += 1
            own = f"{name}_{number}"
        taken.add(own.casefold())
        distinct.append(own)
    return distinct
