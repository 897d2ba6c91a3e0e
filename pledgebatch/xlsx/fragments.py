"""Pieces of a sheet that workers write apart, and the workbook that is put together from them."""

import json
import zipfile
import zlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import BinaryIO

from pledgebatch.xlsx.writer import make_ordinary, numbered

END = b"</sheetData>"
LEVEL, QUICK = 6, 1
"""How thoroughly is compressed: as xlsxwriter does itself, and what is unpacked again soon."""
DAY = (1980, 1, 1, 0, 0, 0)
"""The date that xlsxwriter gives to every member, so that the same content is the same bytes."""
INDEX, DATA = "pieces.json", "pieces.bin"


@dataclass(frozen=True)
class Piece:
    """Rows of a sheet as compressed XML; any number of pieces one after the other are compressed XML again.

    A piece has no row numbers yet and fits anywhere, or is ``placed``.
    """

    view: str
    """The view whose rows these are."""
    rows: int
    needs: tuple[float, ...]
    """The width that each column needs here; 0 where it says nothing."""
    size: int
    """Of the XML, in bytes."""
    crc: int
    packed: int
    """Bytes when compressed."""
    data: bytes | None
    """The compressed bytes, or None where they are kept in ``place``."""
    place: tuple[str, int] = ("", 0)
    """The file that holds them, and where in it they begin."""

    def read(self) -> bytes:
        """The compressed bytes."""
        if self.data is not None:
            return self.data
        with open(self.place[0], "rb") as file:
            file.seek(self.place[1])
            return file.read(self.packed)


def compress(whole: bytes, level: int = LEVEL) -> tuple[int, int, int, bytes]:
    """The size and CRC of a text, and the text compressed so that more can follow, its length first."""
    packer = zlib.compressobj(level, zlib.DEFLATED, -zlib.MAX_WBITS)
    data = packer.compress(whole) + packer.flush(zlib.Z_FULL_FLUSH)
    return len(whole), zlib.crc32(whole), len(data), data


def placed(piece: Piece, first: int) -> Piece:
    """The rows of ``piece`` with references, the first in row ``first``."""
    lines = zlib.decompressobj(-zlib.MAX_WBITS).decompress(piece.read())
    return Piece(piece.view, piece.rows, piece.needs, *compress(numbered(lines, first)))


def keep(pieces: Iterable[Piece], folder: Path) -> None:
    """Keep ``pieces`` in ``folder``, each as soon as it is there."""
    told = []
    with (folder / DATA).open("wb") as file:
        for piece in pieces:
            told.append(asdict(replace(piece, data=None, place=("", file.tell()))))
            file.write(piece.read())
    (folder / INDEX).write_text(json.dumps(told, ensure_ascii=False), "utf-8")


def kept(folder: Path) -> list[Piece]:
    """The pieces kept in ``folder``; what they hold is read when it is needed."""
    told = json.loads((folder / INDEX).read_text("utf-8"))
    file = str(folder / DATA)
    return [Piece(**{**each, "needs": tuple(each["needs"]), "place": (file, each["place"][1])}) for each in told]


def put_together(skeleton: BinaryIO, target: Path | BinaryIO, rows: Mapping[str, Iterable[Piece]]) -> None:
    """Write the workbook ``skeleton`` to ``target``, the placed pieces of ``rows`` below the rows of the members they name."""
    with zipfile.ZipFile(skeleton) as old, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED, compresslevel=LEVEL) as new:
        for name in old.namelist():
            content = old.read(name)
            if name in rows:
                above, end, below = content.partition(END)
                _write(new, name, [_plain(above), *rows[name], _plain(end + below)])
            else:
                new.writestr(zipfile.ZipInfo(name, DAY), content, zipfile.ZIP_DEFLATED)
        make_ordinary(new)


def _plain(content: bytes) -> Piece:
    return Piece("", 0, (), *compress(content))


def _write(book: zipfile.ZipFile, name: str, parts: Sequence[Piece]) -> None:
    """Write a member that is compressed already, which zipfile itself does not offer."""
    last = zlib.compressobj(LEVEL, zlib.DEFLATED, -zlib.MAX_WBITS).flush()
    member = zipfile.ZipInfo(name, DAY)
    member.compress_type = zipfile.ZIP_DEFLATED
    member.file_size = sum(part.size for part in parts)
    member.compress_size = sum(part.packed for part in parts) + len(last)
    member.CRC = 0
    for part in parts:
        member.CRC = _joined(member.CRC, part.crc, part.size)
    file = book.fp
    assert file is not None
    member.header_offset = file.tell()
    file.write(member.FileHeader())
    for part in parts:
        file.write(part.read())
    file.write(last)
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
