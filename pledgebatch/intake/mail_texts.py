"""What the headers of a mail say, as its sender meant it, whatever the program it was written with; nothing here raises."""

import datetime as dt
import re
from contextlib import suppress
from email.header import decode_header
from email.message import Message
from email.utils import collapse_rfc2231_value, parseaddr, parsedate_to_datetime

from pledgebatch.schema.texts import decode_text, squeeze

CHINESE = {"gb2312": "gb18030", "gbk": "gb18030", "gb_2312-80": "gb18030", "x-gbk": "gb18030", "cp936": "gb18030"}
"""Charsets that say less than they hold: 镕 and 𠮷 are in GB18030 only."""
_ADDRESS = re.compile(r"[^\s<>\"'(),:;@]+@[^\s<>\"'(),:;@]+")
_HEADER = re.compile(rb"(?im)^([!-9;-~]+)[ \t]*:[ \t]*((?:[^\r\n]|\r?\n[ \t])*)")


def header_text(value: str) -> str:
    """A header as its sender meant it: bytes that are no ASCII are UTF-8, or else GBK, never declared."""
    return decode_text(value.encode("utf-8", "surrogateescape"))


def attachment_name(part: Message) -> str:
    """The name in Content-Disposition, or else in Content-Type: RFC 2231, encoded words, or plain GBK or UTF-8 bytes."""
    for header, key in (("content-disposition", "filename"), ("content-type", "name")):
        for name, value in part.raw_items():
            if name.lower() == header and (parameter := _parameter(header_text(str(value)), key)):
                return parameter
    return ""


def _parameter(text: str, key: str) -> str:
    alone = Message()
    alone["Content-Disposition"] = text.replace("\r", "").replace("\n", "")
    try:
        named = [value for name, value in alone.get_params([], header="content-disposition") if name.lower() == key]
    except Exception:  # whatever the library makes of such a header
        return ""
    # Beside the name as it is by RFC 2231 programs write one that older ones understand.
    parameter = next((value for value in named if isinstance(value, tuple)), named[0] if named else None)
    if isinstance(parameter, tuple):
        charset, language, value = parameter
        parameter = (_charset(charset), language, value)
        try:
            return _sound(collapse_rfc2231_value(parameter, errors="replace")).strip()
        except Exception:  # a charset that nobody knows, or that is no text
            return _sound(str(value)).strip()
    return words(parameter).strip() if isinstance(parameter, str) else ""


def words(text: str) -> str:
    """Encoded words decoded, also within quotes, where old programs put them."""
    try:
        pieces = decode_header(text)
    except Exception:  # damaged Base64, for one
        return _sound(text)
    decoded = ""
    for piece, charset in pieces:
        if isinstance(piece, str):
            decoded += piece
            continue
        try:
            # Beside encoded words the library gives what is no ASCII in this guise.
            decoded += piece.decode(_charset(charset) if charset else "raw-unicode-escape")
        except Exception:  # a charset that nobody knows, or another than the text is written in
            decoded += decode_text(piece)
    return _sound(decoded)


def _charset(name: str | None) -> str:
    return CHINESE.get((name or "ascii").lower(), name or "ascii")


def _sound(text: str) -> str:
    """Text that every file and table takes: some charsets make halves of characters."""
    return text.encode("utf-8", "replace").decode("utf-8")


def sender_of(message: Message) -> str:
    """The address a mail says it is from, in lower case."""
    header = _first(message, "from")
    for text in (header, words(header)):
        address = ""
        with suppress(Exception):  # brackets within brackets, for one
            address = parseaddr(text)[1]
        if not _ADDRESS.fullmatch(squeeze(address)):
            address = (_ADDRESS.findall(text) or [""])[-1]
        if address:
            return squeeze(_sound(address)).lower()
    return ""


def subject_of(message: Message) -> str:
    """The subject in words."""
    return " ".join(words(_first(message, "subject")).split())


def identity_of(message: Message) -> str:
    """The Message-ID, or nothing."""
    return _sound("".join(_first(message, "message-id").split()))


def sent_at(message: Message) -> dt.datetime | None:
    """When a mail says it was sent; None where that is no time."""
    try:
        moment = parsedate_to_datetime(_first(message, "date"))
        return moment.astimezone(dt.UTC)
    except Exception:  # there is nothing that somebody's program has not written there
        return None


def headers_alone(data: bytes) -> Message:
    """The first headers of a mail, found without the library, for one that it cannot take apart."""
    message = Message()
    block = re.split(rb"\r?\n\r?\n", data[:65536].lstrip(), maxsplit=1)[0]
    for name, value in _HEADER.findall(block):
        text = re.sub(rb"\r?\n[ \t]+", b" ", value).decode("ascii", "surrogateescape")
        message.add_header(name.decode("ascii"), text)
    return message


def _first(message: Message, key: str) -> str:
    return next((header_text(str(value)) for name, value in message.raw_items() if name.lower() == key), "")
