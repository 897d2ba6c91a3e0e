"""What mail programs wrap a file in, beside MIME: the files inside by name, each opened with a library."""

import binascii
import logging
import re
import struct
from collections.abc import Iterator
from typing import Any

import olefile
from asn1crypto import cms
from tnefparse import TNEF
from tnefparse import properties as mapi

from pledgebatch.schema.texts import decode_text

logging.getLogger("tnefparse").setLevel(logging.CRITICAL)
NAMELESS = "附件"
_STORAGE = bytes.fromhex("0b00000000000000c000000000000046")
"""Stands before what Outlook shows within the text of a mail."""
DEEPEST = 20
CHINESE_PAGES = ("cp936", "cp54936")
DATA_FORK = 1
REAL_NAME = 3
_UU = re.compile(rb"(?m)^begin [0-7]{3,4} ([^\r\n]+)\r?\n((?:[ -`]*\r?\n)+?)[` ]?\r?\nend[ \t]*\r?$")

Files = list[tuple[str, bytes]]


class _Lenient(TNEF):  # type: ignore[misc]  # tnefparse has no types
    """One character that a code page lacks must not cost the attachments, nor a code page that nobody knows."""

    declared = ""

    @property
    def codepage(self) -> str:
        """What the library decodes with: something that takes any bytes, and gives them back."""
        return "latin-1"

    @codepage.setter
    def codepage(self, name: str | None) -> None:
        self.declared = name or self.declared


def in_tnef(data: bytes, depth: int = 0) -> Files:
    """The attachments in a winmail.dat, those of mails attached to it included. Raises whatever the library does."""
    if depth > DEEPEST:
        raise RecursionError
    _require_whole(data, missing=3 if depth else 0)
    found: Files = []
    whole = _Lenient(data, do_checksum=False)
    for each in whole.attachments:
        if hasattr(each, "embed"):
            found.extend(in_tnef(each.data, depth + 1))
        elif not each.data:
            raise ValueError("an attachment without anything in it, or that the library did not understand")
        else:
            found.append((_tnef_name(each, whole.declared), bytes(each.data).removeprefix(_STORAGE)))
    return found


def _require_whole(data: bytes, missing: int) -> None:
    """Raise ValueError for what was cut off, of which the library says nothing. It cuts zeros from the end itself of what
    is embedded: so many bytes may be ``missing``."""
    place = 6
    while place < len(data) and data[place:].strip(b"\0\r\n"):
        place += 11 + int.from_bytes(data[place + 5 : place + 9], "little")
    if place > len(data) + missing:
        raise ValueError("cut off")


def _tnef_name(attachment: Any, codepage: str) -> str:
    long = [each for each in attachment.mapi_attrs if each.name == mapi.MAPI_ATTACH_LONG_FILENAME]
    raw = long[0].data if long else attachment._name
    if isinstance(raw, str) and max(raw, default="") > "\xff":  # in Unicode
        return raw.partition("\0")[0] or NAMELESS
    data = raw if isinstance(raw, bytes) else raw.encode("latin-1", "replace")
    name = data.decode("gb18030", "replace") if codepage in CHINESE_PAGES else decode_text(data)
    return name.partition("\0")[0] or NAMELESS


def in_signed(data: bytes) -> bytes | None:
    """What was signed, its signature left alone; None for a signature by itself. Raises whatever the library does."""
    content: Any = cms.ContentInfo.load(data)["content"]["encap_content_info"]["content"]
    native = content.native
    return native if isinstance(native, bytes) else None


def in_apple(data: bytes, name: str) -> Files:
    """The file in AppleSingle; AppleDouble has none, for the file itself stands beside it."""
    _, _, _, count = struct.unpack_from(">LL16sH", data)
    entries: dict[int, bytes] = {}
    for number in range(count):
        kind, start, size = struct.unpack_from(">LLL", data, 26 + 12 * number)
        entries[kind] = data[start : start + size]
    return (
        [(decode_text(entries.get(REAL_NAME, b"")) or name or NAMELESS, entries[DATA_FORK])]
        if entries.get(DATA_FORK)
        else []
    )


def in_text(data: bytes) -> Files:
    """The files that stand in a text in uuencode, as old programs sent them."""
    return [(decode_text(name).strip(), b"".join(_uu_lines(lines))) for name, lines in _UU.findall(data)]


def _uu_lines(lines: bytes) -> Iterator[bytes]:
    for line in lines.splitlines():
        try:
            yield binascii.a2b_uu(line)
        except binascii.Error:  # some programs write more than they count
            count = (((line[0] - 32) & 63) * 4 + 5) // 3
            yield binascii.a2b_uu(line[: count + 1])


def in_outlook(data: bytes) -> tuple[str, Files]:
    """The sender's address and the attachments of a mail as Outlook saves it (.msg), those of mails attached to it
    included. Raises whatever the library does."""
    with olefile.OleFileIO(data) as ole:
        sender = _outlook_text(ole, [], "5D01") or _outlook_text(ole, [], "0C1F")
        places = [each for each in ole.listdir(streams=True, storages=False) if each[-1].endswith("37010102")]
        files = [(_outlook_name(ole, each[:-1]), ole.openstream(each).read()) for each in sorted(places)]
    return sender.strip().lower(), files


def _outlook_name(ole: Any, place: list[str]) -> str:
    return next((name for tag in ("3707", "3704", "3001") if (name := _outlook_text(ole, place, tag))), NAMELESS)


def _outlook_text(ole: Any, place: list[str], tag: str) -> str:
    for kind, decode in (("001F", lambda data: data.decode("utf-16-le", "replace")), ("001E", decode_text)):
        stream = [*place, f"__substg1.0_{tag}{kind}"]
        if ole.exists(stream):
            return decode(ole.openstream(stream).read()).partition("\0")[0]
    return ""
