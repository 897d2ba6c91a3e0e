"""Pieces of a sheet that workers write apart, and the workbook that is put together from them."""

import json
import zipfile
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import BinaryIO

END = b"</sheetData>"
LEVEL = 6
"""As thorough as xlsxwriter itself."""
DAY = (1980, 1, 1, 0, 0, 0)
"""The date that xlsxwriter gives to every member, so that the same content is the same bytes."""
INDEX, DATA = "pieces.json", "pieces.bin"


@dataclass(frozen=True)
class Piece:
    """Rows of a sheet as compressed XML; any number of pieces one after the other are compressed XML again."""

    view: str
    """The view whose rows these are."""
    sheet: int
    """On which of its sheets, from 0."""
    rows: int
    fills: tuple[bool, ...]
    """Whether each column says anything."""
    size: int
    """Of the XML, in bytes."""
    crc: int
    data: bytes


def compress(text: str) -> tuple[int, int, bytes]:
    """The size and CRC of ``text``, and the text compressed so that more can follow."""
    whole = text.encode()
    packer = zlib.compressobj(LEVEL, zlib.DEFLATED, -zlib.MAX_WBITS)
    return len(whole), zlib.crc32(whole), packer.compress(whole) + packer.flush(zlib.Z_FULL_FLUSH)


def keep(pieces: Sequence[Piece], folder: Path) -> None:
    """Keep ``pieces`` in ``folder``."""
    with (folder / DATA).open("wb") as data:
        data.writelines(piece.data for piece in pieces)
    told = [asdict(piece) | {"data": len(piece.data)} for piece in pieces]
    (folder / INDEX).write_text(json.dumps(told, ensure_ascii=False), "utf-8")


def kept(folder: Path) -> list[Piece]:
    """The pieces kept in ``folder``."""
    told = json.loads((folder / INDEX).read_text("utf-8"))
    with (folder / DATA).open("rb") as data:
        return [Piece(**{**each, "fills": tuple(each["fills"]), "data": data.read(each["data"])}) for each in told]


def put_together(skeleton: BinaryIO, target: Path | BinaryIO, rows: Mapping[str, Sequence[Piece]]) -> None:
    """Write the workbook ``skeleton`` to ``target``, the pieces of ``rows`` below the rows of the members they name."""
    with zipfile.ZipFile(skeleton) as old, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED, compresslevel=LEVEL) as new:
        for name in old.namelist():
            content = old.read(name)
            if name in rows:
                above, end, below = content.partition(END)
                _write(new, name, [compress(above.decode()), *rows[name], compress((end + below).decode())])
            else:
                new.writestr(zipfile.ZipInfo(name, DAY), content, zipfile.ZIP_DEFLATED)


def _write(book: zipfile.ZipFile, name: str, parts: Sequence[Piece | tuple[int, int, bytes]]) -> None:
    """Write a member that is compressed already, which zipfile itself does not offer."""
    told = [(part.size, part.crc, part.data) if isinstance(part, Piece) else part for part in parts]
    last = zlib.compressobj(LEVEL, zlib.DEFLATED, -zlib.MAX_WBITS).flush()
    member = zipfile.ZipInfo(name, DAY)
    member.compress_type = zipfile.ZIP_DEFLATED
    member.file_size = sum(size for size, _, _ in told)
    member.compress_size = sum(len(data) for _, _, data in told) + len(last)
    member.CRC = 0
    for size, crc, _ in told:
        member.CRC = _joined(member.CRC, crc, size)
    file = book.fp
    assert file is not None
    member.header_offset = file.tell()
    file.writelines([member.FileHeader(), *(data for _, _, data in told), last])
    book.filelist.append(member)
    book.NameToInfo[name] = member
    book.start_dir = file.tell()


def _joined(first: int, second: int, size: int) -> int:
    """The CRC-32 of two texts together, from that of each and the ``size`` of the second.

    A CRC is a remainder of polynomials: ``first`` moves up by ``size`` bytes, that is, is multiplied by x to 8 * size.
    """
    power, square = 1 << 31, 1 << 23  # x to 0 and to 8, the highest power in the lowest bit
    while size:
        if size & 1:
            power = _product(power, square)
        square = _product(square, square)
        size >>= 1
    return _product(first, power) ^ second


def _product(one: int, other: int) -> int:
    """The product of two polynomials, less multiples of the CRC's own."""
    told = 0
    while one:
        if one & 1 << 31:
            told ^= other
        one = one << 1 & 0xFFFFFFFF
        other = other >> 1 ^ (0xEDB88320 if other & 1 else 0)
    return told
