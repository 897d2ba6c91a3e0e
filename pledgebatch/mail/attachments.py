"""The attachments of a mail, under the names their senders gave them, whatever the program they wrote with."""

import re
from collections.abc import Iterator
from email.header import decode_header
from email.message import Message
from email.utils import collapse_rfc2231_value, parseaddr
from functools import partial
from pathlib import PurePosixPath

from pledgebatch.intake.litter import is_litter
from pledgebatch.schema.texts import squeeze, visible

CHINESE = {"gb2312": "gb18030", "gbk": "gb18030", "gb_2312-80": "gb18030", "x-gbk": "gb18030"}
"""Charsets that say less than they hold: 镕 and 𠮷 are in GB18030 only."""
_UNSAFE = re.compile(r'[<>:"/\\|?*\x00-\x1f\x7f\u200e\u200f\u202a-\u202e\u2066-\u2069]')
_RESERVED = re.compile(r"(?i)(con|prn|aux|nul|com\d|lpt\d)(\..*)?")
LONGEST_STEM, LONGEST_SUFFIX = 80, 10


def attachments(message: Message) -> list[tuple[str, bytes]]:
    """Every attachment with its name; pictures shown within the text, and what programs left behind, are none."""
    found = []
    for part in message.walk():
        if part.is_multipart():
            continue
        name = attachment_name(part)
        shown = part.get_content_maintype() == "image" and "Content-ID" in part
        if not name and part.get_content_maintype() in ("text", "image"):
            continue
        payload = part.get_payload(decode=True)
        if isinstance(payload, bytes) and not shown and not is_litter(name, partial(bytes, payload)):
            found.append((name or "附件", payload))
    return found


def attachment_name(part: Message) -> str:
    """The name in Content-Disposition, or else in Content-Type: RFC 2231, encoded words, or plain GBK or UTF-8 bytes."""
    for header, key in (("content-disposition", "filename"), ("content-type", "name")):
        for name, value in part.raw_items():
            if name.lower() == header and (said := _parameter(header_text(str(value)), key)):
                return said
    return ""


def _parameter(text: str, key: str) -> str:
    alone = Message()
    alone["Content-Disposition"] = text.replace("\r", "").replace("\n", "")
    said = alone.get_param(key, header="content-disposition")
    if isinstance(said, tuple):
        charset, language, value = said
        said = (CHINESE.get((charset or "").lower(), charset), language, value)
        try:
            return collapse_rfc2231_value(said, errors="replace").strip()
        except UnicodeError:
            return str(value).strip()
    return words(said).strip() if isinstance(said, str) else ""


def header_text(value: str) -> str:
    """A header as its sender meant it: bytes that are no ASCII are UTF-8, or else GBK, never declared."""
    data = value.encode("utf-8", "surrogateescape")
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        return data.decode("gb18030", "replace")


def words(text: str) -> str:
    """Encoded words decoded, also within quotes, where old programs put them."""
    told = ""
    for piece, charset in decode_header(text):
        if isinstance(piece, str):
            told += piece
            continue
        try:
            told += piece.decode(CHINESE.get((charset or "ascii").lower(), charset or "ascii"))
        except (LookupError, UnicodeDecodeError):
            told += header_text(piece.decode("ascii", "surrogateescape"))
    return told


def sender_of(message: Message) -> str:
    """The address a mail says it is from, in lower case."""
    return squeeze(parseaddr(_first(message, "from"))[1]).lower()


def subject_of(message: Message) -> str:
    """The subject in words."""
    return " ".join(words(_first(message, "subject")).split())


def _first(message: Message, key: str) -> str:
    return next((header_text(str(value)) for name, value in message.raw_items() if name.lower() == key), "")


def safe_name(name: str) -> str:
    """A name that every disk takes: no path in it, nothing hidden, its suffix kept."""
    bare = _UNSAFE.sub("", PurePosixPath(visible(name.replace("\\", "/"))).name).strip(". ")
    stem, dot, suffix = bare.rpartition(".")
    if not dot or len(suffix) > LONGEST_SUFFIX:
        stem, dot, suffix = bare, "", ""
    stem = stem[:LONGEST_STEM].strip(". ") or "附件"
    whole = f"{stem}{dot}{suffix}"
    return f"_{whole}" if _RESERVED.fullmatch(whole) or whole.startswith("~$") else whole


def free_names(name: str) -> Iterator[str]:
    """``name``, then the same with a number, for a place where it is taken."""
    path = PurePosixPath(name)
    yield name
    number = 2
    while True:
        yield f"{path.stem}（{number}）{path.suffix}"
        number += 1
