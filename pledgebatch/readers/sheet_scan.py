"""The quick scan of a sheet: from its bytes, how far it reaches, how many values it holds, what a reader may misread.

It is quick because it never parses: an ordinary sheet costs a few scans. A sheet spelled in any other way than programs
spell it is parsed after all.
"""

import re
from dataclasses import dataclass
from functools import lru_cache

from pledgebatch.readers.number_formats import DAYS_TO_1904, STRIKE
from pledgebatch.readers.shared_strings import ALTERNATE, PICTURE, Shared, has_rare_escape
from pledgebatch.readers.sheet_details import Place
from pledgebatch.readers.sheet_xml import parse_sheet
from pledgebatch.schema.cells import SERIALS

MOST_ROWS, MOST_COLUMNS = 1_048_576, 16_384
MOST_CELLS = 20_000_000
"""The bounding box of the cells used; one cell at the far corner of the grid makes a reader ask for 550 GB."""
NARROW = 702
"""Columns up to ZZ: a sheet without a third letter is no wider."""

# Each begins with plain letters, which is what makes them fast.
_ROW = re.compile(rb"""row\b[^<>]*?\br=["'](\d+)""")
_NOT_NEAR = re.compile(rb'<c(?! r="[A-Z]{1,2}\d{1,4}")')
_CELL = re.compile(rb'<c(?: r="([A-Za-z]+)(\d+)")?')
_FILLED = re.compile(rb'<c r="([A-Za-z]+)(\d+)"[^<>]*(?<!/)>')
_NO_DIGIT = re.compile(rb"<v>(?!\d)")


@dataclass(frozen=True)
class SheetScan:
    """What a scan found: the sheet's part, its values, whether it is hidden, and whether it must be parsed."""

    part: str
    values: int
    reach: Place
    """The last row and column in use, counted from 1, or a bound of them where that is small."""
    odd: bool
    """Formulas, comments, repeated rows, spacing or strokes inside values: what a reader may misread or leave out."""
    has_details: bool
    """Hidden rows or merged cells."""
    hidden: bool
    misread: bool = False
    """The quick reader would misread it, or ask for more memory than there is."""


def scan_sheet(part: str, text: bytes, hidden: bool, shared: Shared) -> SheetScan:
    """SheetScan at the ``text`` of a worksheet. Raises what damaged XML raises, where it must be parsed."""
    start, end = text.find(b"<sheetData"), text.rfind(b"</sheetData>")

    def has(letter: bytes, word: bytes = b"") -> bool:
        # A single rare letter is found, or not, a hundred times faster than a word; only then is the word looked for.
        return text.find(letter, start, end) >= 0 and text.find(word, start, end) >= 0

    rows = _ROW.findall(text)
    lowest = max(map(int, set(rows)), default=0)
    near = lowest * NARROW <= MOST_CELLS and not _NOT_NEAR.search(text, start, end)
    reach = (lowest, NARROW) if near else _reach(text, start, end)
    has_alternatives = text.find(ALTERNATE.encode(), start, end) >= 0
    if start < 0 or reach is None or has_alternatives or has(b":", b":c") or (end < 0 and b"<sheetData/>" not in text):
        return scan_by_parsing(part, text, hidden, shared, has_alternatives or shared.misread)
    values = text.count(b"</v>", start, end)
    if inline := has(b"l", b"inlineStr"):
        values += text.count(b"</is>", start, end)
    odd = len(set(rows)) != len(rows) or has(b"\n") or has(b"'") or shared.misread or shared.pictures
    formulas = has(b"f", b"<f")
    odd = odd or formulas or has(b"!", b"<!") or has(b"?", b"<?") or (inline and has(b"D", PICTURE))
    odd = odd or _strikes(text, shared, start, end) or (inline and has(b"k", STRIKE.encode()))
    odd = odd or _NO_DIGIT.search(text, start, end) is not None or _shows(text, shared, start, end)
    has_details = text.find(b"<mergeCell ", end) >= 0 or has(b"d", b'hidden="')
    misread = shared.misread or has(b"-", b't="s"><v>-')
    misread = misread or ((inline or formulas) and has_rare_escape(text, start, end))
    return SheetScan(part, values, reach, odd, has_details, hidden, misread)


def scan_by_parsing(part: str, text: bytes, hidden: bool, shared: Shared, misread: bool = True) -> SheetScan:
    """As ``scan_sheet``, exact in what the sheet reaches: only cells that hold something count."""
    details = parse_sheet(text, shared)
    return SheetScan(part, details.values, details.extent, True, True, hidden, misread)


def _shows(text: bytes, shared: Shared, start: int, end: int) -> bool:
    """Whether a number stands in a cell that shows it as another text, or as a day that nobody means."""
    used = [style for style in shared.formats.codes if text.find(b' s="%d"' % style, start, end) >= 0]
    days = shared.formats.days.intersection(used)
    others = [style for style in used if style not in days]
    if others and _numbers_in(tuple(others)).search(text, start, end):
        return True
    found = set(_numbers_in(tuple(sorted(days))).findall(text, start, end)) if days else ()
    return any(not _is_serial(number, shared.since_1904) for number in found)


def _strikes(text: bytes, shared: Shared, start: int, end: int) -> bool:
    """Whether cells may hold something that is struck through."""
    used = (text.find(b' s="%d"' % style, start, end) >= 0 for style in shared.formats.struck)
    return any(shared.struck.values()) or any(used)


@lru_cache(64)
def _numbers_in(styles: tuple[int, ...]) -> re.Pattern[bytes]:
    return re.compile(rb' s="(?:%s)"(?: t="n"| [cv]m="\d+")*><v>([^<]*)' % b"|".join(b"%d" % style for style in styles))


def _is_serial(number: bytes, since_1904: bool) -> bool:
    return number.isdigit() and int(number) + DAYS_TO_1904 * since_1904 in SERIALS


def _reach(text: bytes, start: int, end: int) -> Place | None:
    """The last row and column with something in them; None where cells do not say where they are in the usual way."""
    cells = set(_CELL.findall(text, start, end))
    if (b"", b"") in cells:
        return None
    if max((int(row) for _, row in cells), default=0) * _widest(cells) > MOST_CELLS:
        cells = set(_FILLED.findall(text, start, end))  # rows and columns that are only formatted reach nowhere
    return max((int(row) for _, row in cells), default=0), _widest(cells)


def _widest(cells: set[tuple[bytes, bytes]]) -> int:
    return max(map(_number, {letters for letters, _ in cells}), default=0)


def _number(letters: bytes) -> int:
    number = 0
    for letter in letters.upper():
        number = number * 26 + letter - 64
    return number
