"""A container with some of its parts unpacked, so that a reader reads the very texts that were looked at.

It need not unpack them a second time either, which is a tenth of what it does.
"""

import struct
import zipfile
from collections.abc import Iterable, Mapping

_LOCAL, _ENTRY, _END = struct.Struct("<4s5H3L2H"), struct.Struct("<4s6H3L5H2L"), struct.Struct("<4s4H2LH")
_VERSION, _DAY = 20, 33
"""Of the format that is written; and the first day of 1980, for no reader looks at it."""
_UTF_8 = 0x800
"""The bit that says how a name is written."""


def unpacked(data: bytes, parts: Iterable[zipfile.ZipInfo], texts: Mapping[str, bytes]) -> bytes:
    """The container ``data``, of ``parts``, with the ``texts`` of some of them behind it and a directory of its own.

    A container with a part that says to be of gigabytes stays as it is.
    """
    pieces, directory, at = [data], list[bytes](), len(data)
    try:
        for part in parts:
            name = part.orig_filename.encode("utf-8" if part.flag_bits & _UTF_8 else "cp437")
            text = texts.get(part.filename)
            bits, method, packed, place = part.flag_bits, part.compress_type, part.compress_size, part.header_offset
            if text is not None:
                bits, method, packed, place = bits & _UTF_8, zipfile.ZIP_STORED, len(text), at
            said = bits, method, 0, _DAY, part.CRC, packed, part.file_size, len(name)
            if text is not None:
                header = _LOCAL.pack(b"PK\3\4", _VERSION, *said, 0)
                pieces += header, name, text
                at += len(header) + len(name) + len(text)
            directory += _ENTRY.pack(b"PK\1\2", _VERSION, _VERSION, *said, 0, 0, 0, 0, 0, place), name
    except struct.error:
        return data
    count, entries = len(directory) // 2, b"".join(directory)
    return b"".join((*pieces, entries, _END.pack(b"PK\5\6", 0, 0, count, count, len(entries), at, 0)))
