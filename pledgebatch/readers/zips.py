"""Zips as people make them: opened whatever their names are written in, each name read for itself."""

import io
import struct
import unicodedata
import zipfile
import zlib

UTF_8 = 0x800
"""The flag of a member that says its name is UTF-8."""
UNICODE_PATH, SET_ASIDE = 0x7075, 0x7570
"""The extra field that holds a name in UTF-8, with a check sum of the name it stands for; and how we call it, since
``zipfile`` of Python 3.12 refuses the whole of a zip for one that it cannot read."""


def open_zip(data: bytes) -> zipfile.ZipFile:
    """A zip whose names need not be what their flags say: ``zipfile`` would refuse the whole of it for one such name.

    Raises what opening a damaged zip raises.
    """
    return zipfile.ZipFile(io.BytesIO(_changed(data, flags=True)))


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
        if kind == SET_ASIDE and len(field) == size > 5:
            version, checked = struct.unpack_from("<BL", field)
            if version == 1 and checked == zlib.crc32(raw):
                try:
                    return field[5:].decode("utf-8")
                except UnicodeDecodeError:
                    return ""
    return ""


def without_odd_fields(data: bytes) -> bytes:
    """``data`` with no extra field for which ``zipfile`` would refuse it: others open such a container, too."""
    return _changed(data, flags=False)


def _changed(data: bytes, flags: bool) -> bytes:
    """``data`` with its extra fields set aside, and, for ``flags``, no name said to be UTF-8; as it was where it is damaged."""
    plain = bytearray(data)
    for entry, header, fields in _places(data):
        plain[fields] = _set_aside(plain[fields])
        for place in (entry + 8, header + 6) if flags else ():
            plain[place + 1] &= 0xFF ^ (UTF_8 >> 8)
    return bytes(plain)


def _places(data: bytes) -> list[tuple[int, int, slice]]:
    """Where each member's entry in the directory stands, its own header, and the entry's extra fields; none if that is damaged."""
    end = data.rfind(b"PK\x05\x06")
    if end < 0 or end + 22 > len(data):
        return []
    count, size, start = struct.unpack_from("<HLL", data, end + 10)
    shift = end - size - start  # what stands before the zip itself
    places, entry = [], end - size
    for _ in range(count):
        if entry < 0 or data[entry : entry + 4] != b"PK\x01\x02" or entry + 46 > len(data):
            return []
        name, extra, comment = struct.unpack_from("<HHH", data, entry + 28)
        header = struct.unpack_from("<L", data, entry + 42)[0] + shift
        if data[header : header + 4] != b"PK\x03\x04":
            return []
        fields = entry + 46 + name
        places.append((entry, header, slice(fields, fields + extra)))
        entry = fields + extra + comment
    return places


def _set_aside(extra: bytearray) -> bytearray:
    """Extra fields in which ``zipfile`` looks for no name, and none that is cut short; as many bytes as before."""
    place = 0
    while place + 4 <= len(extra):
        kind, size = struct.unpack_from("<HH", extra, place)
        if place + 4 + size > len(extra):
            return extra[:place] + bytes(len(extra) - place)
        if kind == UNICODE_PATH:
            struct.pack_into("<H", extra, place, SET_ASIDE)
        place += 4 + size
    return extra
