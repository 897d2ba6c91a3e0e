"""A glance at the bytes of a worksheet: how far it reaches, how many values it holds, what a reader may misread.

It is quick because it never parses: an ordinary sheet costs a few scans. A sheet spelled in any other way than programs
spell it is parsed after all.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass

from pledgebatch.intake.closely import Place, look_closely

MOST_ROWS, MOST_COLUMNS = 1_048_576, 16_384
MOST_CELLS = 20_000_000
"""The bounding box of the cells used; one cell at the far corner of the grid makes a reader ask for 550 GB."""
NARROW = 702
"""Columns up to ZZ: a sheet without a third letter is no wider."""

# Each begins with plain letters, which is what makes them fast.
_ROW = re.compile(rb"""row\b[^>]*?\br=["'](\d+)""")
_NOT_NEAR = re.compile(rb'<c(?! r="[A-Z]{1,2}\d{1,4}")')
_CELL = re.compile(rb'<c(?: r="([A-Za-z]+)(\d+)")?')
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


def glance(part: str, text: bytes, hidden: bool, shared: Callable[[], bytes]) -> Glance:
    """Glance at the ``text`` of a worksheet. Raises what damaged XML raises, where it must be parsed."""
    start, end = text.find(b"<sheetData"), text.rfind(b"</sheetData>")

    def has(letter: bytes, word: bytes = b"") -> bool:
        # A single rare letter is found, or not, a hundred times faster than a word; only then is the word looked for.
        return text.find(letter, start, end) >= 0 and text.find(word, start, end) >= 0

    rows = _ROW.findall(text)
    lowest = max(map(int, set(rows)), default=0)
    near = lowest * NARROW <= MOST_CELLS and not _NOT_NEAR.search(text, start, end)
    reach = (lowest, NARROW) if near else _reach(text, start, end)
    if start < 0 or reach is None or has(b":", b":c") or (end < 0 and b"<sheetData/>" not in text):
        seen = look_closely(text, shared())
        return Glance(part, seen.values, seen.extent, True, True, hidden)
    values = text.count(b"</v>", start, end)
    if has(b"l", b"inlineStr"):
        values += text.count(b"</is>", start, end)
    odd = len(set(rows)) != len(rows) or has(b"\n") or has(b"><v> ")
    odd = odd or has(b"f", b"<f") or has(b"!", b"<!") or has(b"?", b"<?")
    folded = text.find(b"<mergeCell ", end) >= 0 or has(b"d", b'hidden="')
    return Glance(part, values, reach, odd, folded, hidden)


def _reach(text: bytes, start: int, end: int) -> Place | None:
    """The last row and column with something in them; None where cells do not say where they are in the usual way."""
    cells = set(_CELL.findall(text, start, end))
    if (b"", b"") in cells:
        return None
    if max((int(row) for _, row in cells), default=0) * _widest(cells) > MOST_CELLS:
        cells = set(_FILLED.findall(text))  # rows and columns that are only formatted reach nowhere
    return max((int(row) for _, row in cells), default=0), _widest(cells)


def _widest(cells: set[tuple[bytes, bytes]]) -> int:
    return max(map(_number, {letters for letters, _ in cells}), default=0)


def _number(letters: bytes) -> int:
    number = 0
    for letter in letters.upper():
        number = number * 26 + letter - 64
    return number
