"""A glance at the bytes of a worksheet: how far it reaches, how many values it holds, what a reader may misread.

It is quick because it never parses: an ordinary sheet costs a few scans. A sheet spelled in any other way than programs
spell it is parsed after all.
"""

import re
from dataclasses import dataclass

from pledgebatch.intake.closely import Place, look_closely

MOST_ROWS, MOST_COLUMNS = 1_048_576, 16_384
MOST_CELLS = 20_000_000
"""The bounding box of the cells used; one cell at the far corner of the grid makes a reader ask for 550 GB."""
NARROW, LOW = 702, 9_999
"""Columns up to ZZ and rows of four digits: a sheet without a third letter or a fifth digit reaches no further."""

# Each begins with plain letters, which is what makes them fast.
_ROW = re.compile(rb"""row\b[^>]*?\br=["'](\d+)""")
_FAR = re.compile(rb'<c r="(?:([A-Za-z]{3,})(\d+)|[A-Za-z]{1,2}(\d{5,}))')
_FILLED = re.compile(rb'<c r="([A-Za-z]+)(\d+)"[^>]*(?<!/)>')


@dataclass(frozen=True)
class Glance:
    """A sheet as it was seen: its part, its values, whether it is hidden, and whether a closer look is due."""

    part: str
    values: int
    reach: Place
    """The last row and column in use, counted from 1, or a bound of them where that is small."""
    odd: bool
    """Formulas, comments, repeated rows or spacing inside values: what a reader may misread or leave out."""
    folded: bool
    """Hidden rows or merged cells."""
    hidden: bool


def glance(part: str, text: bytes, shared: bytes, hidden: bool) -> Glance:
    """Glance at the ``text`` of a worksheet. Raises what damaged XML raises, where it must be parsed."""
    start, end = text.find(b"<sheetData"), text.rfind(b"</sheetData>")
    cells = text.count(b"<c", start, end)
    plain = start >= 0 and cells == text.count(b'<c r="', start, end) and text.find(b":c", start, end) < 0
    if not plain or (end < 0 and b"<sheetData/>" not in text):
        seen = look_closely(text, shared)
        return Glance(part, seen.values, seen.extent, True, True, hidden)
    values = text.count(b"</v>", start, end)
    if text.find(b"inlineStr", start, end) >= 0:
        values += text.count(b"</is>", start, end)
    rows = _ROW.findall(text)
    repeated = len(set(rows)) != len(rows)
    # A single rare letter is found, or not, ten times faster than a word; only then is the word looked for.
    odd = repeated or text.find(b"\n", start, end) >= 0 or text.find(b"<v> ", start, end) >= 0
    odd = odd or any(
        text.find(letter, start, end) >= 0 and text.find(sign, start, end) >= 0
        for letter, sign in ((b"f", b"<f"), (b"!", b"<!"), (b"?", b"<?"))
    )
    folded = text.find(b"<mergeCell ", end) >= 0 or text.find(b'hidden="', start, end) >= 0
    return Glance(part, values, _reach(text, rows), odd, folded, hidden)


def _reach(text: bytes, rows: list[bytes]) -> Place:
    far = set(_FAR.findall(text))
    row = max(map(int, {*rows, *(tall or row for _, row, tall in far)}), default=0)
    column = max((_number(letters) for letters, *_ in far if letters), default=NARROW)
    if row * column <= MOST_CELLS:
        return row, column
    filled = set(_FILLED.findall(text))  # rows and columns that are only formatted reach nowhere
    return max((int(row) for _, row in filled), default=0), max((_number(letters) for letters, _ in filled), default=0)


def _number(letters: bytes) -> int:
    number = 0
    for letter in letters.upper():
        number = number * 26 + letter - 64
    return number
