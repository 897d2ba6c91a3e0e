"""A container with some of its members unpacked, so that a reader reads the very texts that were checked, or corrected.

It costs as much as it saves; what it is for is that two programs never take the same bytes for different members.
"""

import struct
import zipfile
from collections.abc import Iterable, Mapping

_LOCAL, _ENTRY, _END = struct.Struct("<4s5H3L2H"), struct.Struct("<4s6H3L5H2L"), struct.Struct("<4s4H2LH")
_VERSION, _DAY = 20, 33
"""Of the format that is written; and the first day of 1980, which no reader asks for."""
_UTF_8 = 0x800
"""The bit that says how a name is written."""


def repack(data: bytes, members: Iterable[zipfile.ZipInfo], texts: Mapping[str, bytes]) -> bytes:
    """The container ``data``, of ``members``, with the ``texts`` of some of them behind it and a directory of its own.

    A container with a member that says to be of gigabytes stays as it is.
    """
    chunks, directory, at = [data], list[bytes](), len(data)
    try:
        for member in members:
            name = member.orig_filename.encode("utf-8" if member.flag_bits & _UTF_8 else "cp437")
            text = texts.get(member.filename)
            bits, method, packed, place = (
                member.flag_bits,
                member.compress_type,
                member.compress_size,
                member.header_offset,
            )
            if text is not None:
                bits, method, packed, place = bits & _UTF_8, zipfile.ZIP_STORED, len(text), at
            header_fields = bits, method, 0, _DAY, member.CRC, packed, member.file_size, len(name)
            if text is not None:
                header = _LOCAL.pack(b"PK\3\4", _VERSION, *header_fields, 0)
                chunks += header, name, text
                at += len(header) + len(name) + len(text)
            directory += _ENTRY.pack(b"PK\1\2", _VERSION, _VERSION, *header_fields, 0, 0, 0, 0, 0, place), name
    except struct.error:
        return data
    count, entries = len(directory) // 2, b"".join(directory)
    return b"".join((*chunks, entries, _END.pack(b"PK\5\6", 0, 0, count, count, len(entries), at, 0)))
