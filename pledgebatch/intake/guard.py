"""A look into a container before it is read: what would abort, hang or flood the reader is refused.

The look also counts the values of each sheet, to be compared with what the reader gives, and notes where a sheet is
written in a way that a reader may misread. It is quick because it never parses: an ordinary sheet costs a few scans.
"""

import io
import re
import zipfile
import zlib
from collections.abc import Iterable
from dataclasses import dataclass, field
from xml.etree import ElementTree

from pledgebatch.schema.sheets import GUIDE_NAME, SELF_CHECK_NAME, SHEETS

STANDARD = frozenset(sheet.name for sheet in SHEETS)
OURS = frozenset((GUIDE_NAME, SELF_CHECK_NAME))
MOST_PARTS = 2_000
LARGEST_PART = 400 * 2**20
LARGEST_WHOLE = 800 * 2**20
GREATEST_RATIO = 250
RATIO_MATTERS_ABOVE = 10 * 2**20
MOST_ROWS, MOST_COLUMNS = 1_048_576, 16_384
MOST_CELLS = 20_000_000
"""The bounding box of the cells used; one cell at the far corner of the grid makes a reader ask for 550 GB."""
NARROW = 702
"""Columns up to ZZ: a sheet without a third letter is no wider."""

# Each begins with plain letters, which is what makes them fast.
_ROW = re.compile(rb"""row\b[^>]*?\br=["'](\d+)""")
_WIDE = re.compile(rb""" r=["']([A-Za-z]{3,})(\d+)""")
DAMAGED = "文件已损坏，无法打开，请用 Excel 或 WPS 核对后重新报送"
TOO_LARGE = "文件展开后过大，不像承诺工作簿，请把内容复制到下发的工作簿中重新报送"
UNSAFE = "文件中含有外部定义，不安全，请把内容复制到下发的工作簿中重新报送"
TOO_WIDE = "工作表“{name}”的内容散布范围过大（用到第 {row} 行、第 {column} 列），请删去远处的多余单元格"
BROKEN = (
    zipfile.BadZipFile,
    zlib.error,
    OSError,
    EOFError,
    RuntimeError,
    NotImplementedError,
    ValueError,
    KeyError,
    ElementTree.ParseError,
)
"""What opening a damaged container raises."""


@dataclass(frozen=True)
class Glance:
    """A sheet as it was seen: its part, its values, whether it is hidden, and whether a closer look is due."""

    part: str
    values: int
    odd: bool
    """Formulas, comments, repeated rows or spacing inside values: what a reader may misread or leave out."""
    folded: bool
    """Hidden rows or merged cells."""
    hidden: bool


@dataclass
class Look:
    """What the look found: ``reason`` in Chinese why the file must not be read, empty where it may be."""

    reason: str = ""
    sheets: dict[str, Glance] = field(default_factory=dict)
    """By name; a name that occurs twice keeps the first."""
    repeated: list[str] = field(default_factory=list)
    """Names that several sheets share; a reader sees but one of them."""
    since_1904: bool = False
    """Whether days are counted from 1904."""


def look(data: bytes) -> Look:
    """Look into an OOXML or ODF container."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as container:
            parts = container.infolist()
            reason = _too_large(parts) or next(
                (UNSAFE for part in parts if part.filename.endswith((".xml", ".rels")) and _defines(container, part)),
                "",
            )
            return Look(reason) if reason else _sheets(container)
    except BROKEN:
        return Look(DAMAGED)


def _too_large(parts: list[zipfile.ZipInfo]) -> str:
    if len(parts) > MOST_PARTS or sum(part.file_size for part in parts) > LARGEST_WHOLE:
        return TOO_LARGE
    for part in parts:
        steep = part.file_size > GREATEST_RATIO * max(part.compress_size, 1)
        if part.file_size > LARGEST_PART or (steep and part.file_size > RATIO_MATTERS_ABOVE):
            return TOO_LARGE
    return ""


def to_read(names: Iterable[str]) -> dict[str, None]:
    """The sheets to read: not those that only speak to the branch, where all the others have their own names."""
    each = dict.fromkeys(names)
    return {name: None for name in each if name not in OURS} if each.keys() >= STANDARD else each


def _defines(container: zipfile.ZipFile, part: zipfile.ZipInfo) -> bool:
    # A document type stands before the root element, so the beginning of a part tells.
    if part.filename.startswith("xl/worksheets/sheet"):
        return False  # looked at below, where it belongs to the workbook at all
    return has_definitions(_beginning(container, part.filename))


def _beginning(container: zipfile.ZipFile, part: str) -> bytes:
    with container.open(part) as stream:
        return stream.read(4096)


def has_definitions(text: bytes) -> bool:
    """Whether the beginning of a part defines entities; in UTF-16 too."""
    start = text[:4096].replace(b"\0", b"")
    return b"<!DOCTYPE" in start or b"<!ENTITY" in start


def _sheets(container: zipfile.ZipFile) -> Look:
    seen = Look()
    sheets = sheets_of(container)
    wanted = to_read(name for name, *_ in sheets)
    for name, part, hidden, since_1904 in sheets:
        seen.since_1904 |= since_1904
        text = container.read(part) if name in wanted else _beginning(container, part)
        if has_definitions(text):
            return Look(UNSAFE)
        if name not in wanted:
            continue
        row, column, rows_repeat = _extent(text)
        if row > MOST_ROWS or column > MOST_COLUMNS or row * column > MOST_CELLS:
            return Look(TOO_WIDE.format(name=name, row=row, column=column))
        if name in seen.sheets:
            seen.repeated.append(name)
        else:
            seen.sheets[name] = _glance(part, text, rows_repeat, hidden)
    return seen


def sheets_of(container: zipfile.ZipFile) -> list[tuple[str, str, bool, bool]]:
    """Name, part, whether hidden, whether counted from 1904, of each worksheet; none for ODF."""
    names = set(container.namelist())
    if "xl/workbook.xml" not in names or "xl/_rels/workbook.xml.rels" not in names:
        return []
    links = {
        link.get("Id"): link.get("Target", "")
        for link in ElementTree.fromstring(container.read("xl/_rels/workbook.xml.rels"))
    }
    found, since_1904 = [], False
    for element in ElementTree.fromstring(container.read("xl/workbook.xml")).iter():
        kind = element.tag.rpartition("}")[2]
        if kind == "workbookPr":
            since_1904 = element.get("date1904") in ("1", "true")
        elif kind == "sheet":
            link = next((value for key, value in element.attrib.items() if key.endswith("}id")), None)
            target = (links.get(link) or "").replace("\\", "/")
            part = target.lstrip("/") if target.startswith("/") else f"xl/{target}"
            hidden = element.get("state", "visible") != "visible"
            if part in names and "chartsheets/" not in part:
                found.append((element.get("name", ""), part, hidden, since_1904))
    return found


def _extent(text: bytes) -> tuple[int, int, bool]:
    """The last row and a bound of the columns used, and whether a row number repeats."""
    rows = _ROW.findall(text)
    far = set(_WIDE.findall(text))
    row = max(map(int, {*rows, *(row for _, row in far)}), default=0)
    column = max((_number(letters) for letters, _ in far), default=NARROW)
    return row, column, len(set(rows)) != len(rows)


def _glance(part: str, text: bytes, rows_repeat: bool, hidden: bool) -> Glance:
    start, end = text.find(b"<sheetData"), text.find(b"</sheetData>")
    values = text.count(b"</v>")
    if text.find(b"inlineStr", start, end) >= 0:
        values += text.count(b"</is>")
    # A single rare letter is found, or not, ten times faster than a word; only then is the word looked for.
    odd = rows_repeat or (end < 0 and values > 0) or text.find(b"\n", start, end) >= 0
    odd = odd or any(
        text.find(letter, start, end) >= 0 and text.find(sign, start, end) >= 0
        for letter, sign in ((b"f", b"<f"), (b"!", b"<!"), (b"?", b"<?"))
    )
    odd = odd or text.find(b"<v> ", start, end) >= 0
    folded = text.find(b"<mergeCell ", end) >= 0 or text.find(b'hidden="', start, end) >= 0
    return Glance(part, values, odd, folded, hidden)


def _number(letters: bytes) -> int:
    number = 0
    for letter in letters.upper():
        number = number * 26 + letter - 64
    return number
