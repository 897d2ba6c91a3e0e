"""Zips as people make them: opened whatever their names are written in, each name read for itself."""

import io
import struct
import unicodedata
import zipfile
import zlib

UTF_8 = 0x800
"""The flag of a member that says its name is UTF-8."""
UNICODE_PATH = 0x7075
"""The extra field that holds a name in UTF-8, with a check sum of the name it stands for."""


def open_zip(data: bytes) -> zipfile.ZipFile:
    """A zip whose names need not be what their flags say: ``zipfile`` would refuse the whole of it for one such name.

    Raises what opening a damaged zip raises.
    """
    return zipfile.ZipFile(io.BytesIO(_without_flags(data)))


def name_of(member: zipfile.ZipInfo) -> str:
    """The path of a member, with ``/`` between folders: the Unicode path field, strict UTF-8, GB18030, whichever is first.

    macOS writes UTF-8 without saying so, Chinese Windows GBK, and one zip may hold both. What is none of them is shown
    as zips of old were.
    """
    raw = member.orig_filename.encode("utf-8" if member.flag_bits & UTF_8 else "cp437")
    name = _unicode_path(member.extra, raw) or _decode_name(raw) or member.orig_filename
    return unicodedata.normalize("NFC", name.partition("\0")[0].replace("\\", "/").strip("/"))


def _decode_name(raw: bytes) -> str:
    for encoding in ("utf-8", "gb18030"):
        try:
            return raw.decode(encoding)
        except UnicodeDecodeError:
            continue
    return ""


def _unicode_path(extra: bytes, raw: bytes) -> str:
    """The name in the Unicode path field, where there is one that was made for the name ``raw``."""
    while len(extra) >= 4:
        kind, size = struct.unpack_from("<HH", extra)
        field, extra = extra[4 : 4 + size], extra[4 + size :]
        if kind == UNICODE_PATH and len(field) == size > 5:
            version, checked = struct.unpack_from("<BL", field)
            if version == 1 and checked == zlib.crc32(raw):
                try:
                    return field[5:].decode("utf-8")
                except UnicodeDecodeError:
                    return ""
    return ""


def _without_flags(data: bytes) -> bytes:
    """``data`` with no name said to be UTF-8, so that each reads as the bytes it is; as it was where that cannot be done."""
    end = data.rfind(b"PK\x05\x06")
    if end < 0 or end + 22 > len(data):
        return data
    count, size, start = struct.unpack_from("<HLL", data, end + 10)
    shift = end - size - start  # what stands before the zip itself
    plain, place = bytearray(data), end - size
    for _ in range(count):
        if place < 0 or data[place : place + 4] != b"PK\x01\x02" or place + 46 > len(data):
            return data
        lengths = struct.unpack_from("<HHH", data, place + 28)
        local = struct.unpack_from("<L", data, place + 42)[0] + shift
        if data[local : local + 4] != b"PK\x03\x04":
            return data
        for flags in (place + 8, local + 6):
            plain[flags + 1] &= 0xFF ^ (UTF_8 >> 8)
        place += 46 + sum(lengths)
    return bytes(plain)
