"""Checks a container before it is read: what would abort, hang or flood the reader is refused."""

import io
import re
import struct
import zipfile
import zlib
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import lru_cache
from xml.etree import ElementTree
from xml.parsers import expat

from pledgebatch.readers.file_types import BROKEN_ZIP
from pledgebatch.readers.number_formats import NO_FORMATS, formats_of
from pledgebatch.readers.package_parts import PackageParts, find_parts
from pledgebatch.readers.repack import repack
from pledgebatch.readers.shared_strings import Shared
from pledgebatch.readers.sheet_scan import MOST_CELLS, MOST_COLUMNS, MOST_ROWS, SheetScan, scan_by_parsing, scan_sheet

BEGINNING = 4_096
MOST_PARTS = 2_000
LARGEST_PART = 128 * 2**20
LARGEST_WHOLE = 256 * 2**20
GREATEST_RATIO = 250
RATIO_MATTERS_ABOVE = 10 * 2**20
MOST_UNPACKED = 16 * 2**20
MOST_TEXT = 256 * 2**20
"""Characters in all cells together: one long text may stand in a million cells, and a reader writes it out in each."""

_COUNT = re.compile(rb"""\s(?:unique)?[Cc]ount\s*=\s*["']\s*\+?(\d+)\s*["']""")
"""How many texts a part says that it holds."""

DAMAGED = "文件已损坏，无法打开，请用 Excel 或 WPS 核对后重新报送"
TOO_LARGE = "文件展开后过大，不像承诺工作簿，请把内容复制到下发的工作簿中重新报送"
UNSAFE = "文件中含有外部定义，不安全，请把内容复制到下发的工作簿中重新报送"
TOO_WIDE = "工作表“{name}”的内容散布范围过大（用到第 {row} 行、第 {column} 列），请删去远处的多余单元格"
BROKEN = (*BROKEN_ZIP, ElementTree.ParseError, expat.ExpatError)
"""What a damaged container, or damaged XML in it, raises."""


@dataclass(frozen=True)
class Skip:
    """Sheets that need not be read: those of these ``names``, in a workbook that has all the ``others`` too."""

    names: frozenset[str] = frozenset()
    others: frozenset[str] = frozenset()

    def to_read(self, names: Iterable[str]) -> dict[str, None]:
        """Those of a workbook's sheets that are read, in their order."""
        each = dict.fromkeys(names)
        return {name: None for name in each if name not in self.names} if each.keys() >= self.others else each


READ_ALL = Skip()


@dataclass
class Precheck:
    """What the check found: ``reason`` in Chinese why the file must not be read, empty where it may be."""

    reason: str = ""
    sheets: dict[str, SheetScan] = field(default_factory=dict)
    """By name; a name that occurs twice keeps the first."""
    repeated: list[str] = field(default_factory=list)
    """Names that several sheets share; a reader sees but one of them."""
    shared: Shared = field(default_factory=Shared)
    container: bytes = b""
    """What the quick reader is given: the container, its sheets unpacked as they were checked where that takes little
    memory. Empty where the parts do not have the names by which it looks for them."""


def check_container(data: bytes, skip: Skip = READ_ALL) -> Precheck:
    """Check an OOXML or ODF container."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as container:
            members = container.infolist()
            if len({member.filename for member in members}) < len(members):
                return Precheck(DAMAGED)  # of two members of one name each reader sees another
            reason = _too_large(members) or _unsafe(members, data)
            return Precheck(reason) if reason else _check_sheets(container, data, skip)
    except BROKEN:
        return Precheck(DAMAGED)


def too_wide(reaches: dict[str, tuple[int, int]]) -> str:
    """Why sheets that reach so far, in rows and columns, must not be read; empty where they may be."""
    total = 0
    for name, (row, column) in reaches.items():
        total += row * column
        if row > MOST_ROWS or column > MOST_COLUMNS or total > MOST_CELLS:
            return TOO_WIDE.format(name=name, row=row, column=column)
    return ""


def _too_large(members: list[zipfile.ZipInfo]) -> str:
    if len(members) > MOST_PARTS or sum(member.file_size for member in members) > LARGEST_WHOLE:
        return TOO_LARGE
    for member in members:
        steep = member.file_size > GREATEST_RATIO * max(member.compress_size, 1)
        if member.file_size > LARGEST_PART or (steep and member.file_size > RATIO_MATTERS_ABOVE):
            return TOO_LARGE
    return ""


def _unsafe(members: list[zipfile.ZipInfo], data: bytes) -> str:
    parsed = (member for member in members if _is_parsed(member.filename))
    return UNSAFE if any(_is_unsafe(_packed_bytes(data, member), member.compress_type) for member in parsed) else ""


def _is_parsed(part: str) -> bool:
    # LibreOffice gives the macros of its own documents a document type; no reader opens them. Sheets are checked below,
    # where they are read at all.
    return part.lower().endswith((".xml", ".rels")) and not part.startswith(
        ("Basic/", "Dialogs/", "xl/worksheets/sheet")
    )


def _packed_bytes(data: bytes, member: zipfile.ZipInfo) -> bytes:
    name, extra = struct.unpack_from("<HH", data, member.header_offset + 26)
    start = member.header_offset + 30 + name + extra
    return data[start : start + member.compress_size]


@lru_cache(256)
def _is_unsafe(packed: bytes, method: int) -> bool:
    """Whether a part defines a document type; most parts of a workbook are the same in all workbooks."""
    if method == zipfile.ZIP_STORED:
        return defines(packed)
    if method != zipfile.ZIP_DEFLATED:
        raise NotImplementedError(method)  # as zipfile does: one of BROKEN
    stream = zlib.decompressobj(-zlib.MAX_WBITS)
    start = stream.decompress(packed, BEGINNING)
    return defines(
        start + stream.decompress(stream.unconsumed_tail, LARGEST_PART) if _begins_with_comment(start) else start
    )


def defines(text: bytes) -> bool:
    """Whether a part defines a document type, which stands before its root element; in UTF-16 too."""
    start = (text if _begins_with_comment(text) else text[:BEGINNING]).replace(b"\0", b"")
    return b"<!DOCTYPE" in start or b"<!ENTITY" in start


def _begins_with_comment(text: bytes) -> bool:
    """Whether the beginning holds a comment, behind which a definition may stand further on."""
    return b"<!--" in text[:BEGINNING].replace(b"\0", b"")


def _check_sheets(container: zipfile.ZipFile, data: bytes, skip: Skip) -> Precheck:
    parts = find_parts(container)
    if parts is None:
        return Precheck()
    found = Precheck(shared=_read_shared(container, parts))
    texts, room = {parts.strings: found.shared.texts} if parts.strings else {}, MOST_UNPACKED - len(found.shared.texts)
    texts = texts if room > 0 else {}
    wanted = skip.to_read(tab.name for tab in parts.tabs)
    for tab in parts.tabs:
        if tab.name not in wanted:
            continue
        text = container.read(tab.part)
        if defines(text):
            return Precheck(UNSAFE)
        if tab.name in found.sheets:
            found.repeated.append(tab.name)
        else:
            found.sheets[tab.name] = scan_sheet(tab.part, text, tab.hidden, found.shared)
            room -= len(text)
            if room > 0:
                texts[tab.part] = text
    _check_reach(found, container)
    if sum(sheet.values for sheet in found.sheets.values()) * len(found.shared.texts) > MOST_TEXT:
        whole = (container.read(sheet.part) for sheet in found.sheets.values())
        found.reason = found.reason or (TOO_LARGE if _repeats_too_much(whole, found.shared.texts) else "")
    if not found.reason and parts.usual:
        texts |= _without_false_count(found.shared.texts, parts.strings)
        found.container = repack(data, container.infolist(), texts)
    return found


def _without_false_count(texts: bytes, part: str) -> dict[str, bytes]:
    """The shared texts without their count, where it is more than their bytes could hold: a reader makes room for as many."""
    most = len(texts) // len("<si/>")
    if all(len(count) < 10 and int(count) <= most for count in _COUNT.findall(texts[:BEGINNING])):
        return {}
    return {part: _COUNT.sub(b"", texts[:BEGINNING]) + texts[BEGINNING:]}


def _read_shared(container: zipfile.ZipFile, parts: PackageParts) -> Shared:
    texts, styles = (container.read(part) if part else b"" for part in (parts.strings, parts.styles))
    formats = formats_of(styles) if styles and not defines(styles) else NO_FORMATS
    return Shared(texts if not defines(texts) else b"", formats, parts.since_1904)


def _check_reach(found: Precheck, container: zipfile.ZipFile) -> None:
    """Refuse sheets that reach too far: each is bounded from above, and parsed where the bounds are too wide."""
    if too_wide({name: sheet.reach for name, sheet in found.sheets.items()}):
        for name, sheet in found.sheets.items():
            found.sheets[name] = scan_by_parsing(sheet.part, container.read(sheet.part), sheet.hidden, found.shared)
        found.reason = too_wide({name: sheet.reach for name, sheet in found.sheets.items()})


def _repeats_too_much(texts: Iterable[bytes], shared: bytes) -> bool:
    """Whether the shared texts, each as often as it is used, are more than can be held."""
    shared, *texts = (text.replace(b"\0", b"") for text in (shared, *texts))
    lengths = [len(text) for text in re.split(rb"</(?:\w+:)?si>", shared)]
    if max(lengths) * sum(text.count(b"v>") for text in texts) <= MOST_TEXT:
        return False
    used = Counter(number for text in texts for number in re.findall(rb">\s*(\d+)\s*</", text))
    return (
        sum(count * lengths[int(at)] for at, count in used.items() if len(at) < 10 and int(at) < len(lengths))
        > MOST_TEXT
    )
