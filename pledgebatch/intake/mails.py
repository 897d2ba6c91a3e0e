"""What came with a mail: its attachments, out of whatever its sender's program wrapped them in."""

import datetime as dt
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from email import message_from_bytes, policy
from email.message import Message
from functools import partial
from pathlib import PurePosixPath

from pledgebatch.intake.litter import is_litter
from pledgebatch.intake.mail_texts import attachment_name, headers_alone, identity_of, sender_of, sent_at, subject_of
from pledgebatch.intake.wrapped import NAMELESS, in_apple, in_outlook, in_signed, in_text, in_tnef
from pledgebatch.readers.file_types import REFUSED, Format, Unreadable, detect_type

WRAPPERS = (Format.MAIL, Format.OUTLOOK, Format.TNEF, Format.SIGNED, Format.APPLE)
"""What holds files and is looked into, beside zips."""
NOTHING_BY_ITSELF = (Format.TNEF, Format.SIGNED, Format.APPLE)
"""What programs add to mails, and is nothing where there is no file in it."""
MOST_FILES = 500
DEEPEST = 50
"""Parts within parts."""
TOO_DEEP = "邮件里一层套一层，套得太深，无法拆开，请把工作簿直接作为附件重新发送"
TOO_MANY = f"邮件里超过 {MOST_FILES} 个附件，请分开发送"
IN_PIECES = "邮件被拆成几封发送，无法拼合，请把工作簿压缩后作为附件重新发送"
BROKEN = {
    Format.TNEF: "Outlook 的富文本格式邮件（winmail.dat），无法打开，请把邮件改为 HTML 或纯文本格式，附上工作簿重新发送",
    Format.SIGNED: "数字签名的邮件或文件（.p7m）已损坏，无法打开，请不加签名，附上工作簿重新发送",
    Format.OUTLOOK: "邮件（.msg）已损坏，无法打开，请直接报送工作簿（.xlsx）",
    Format.MAIL: "邮件已损坏或不完整，附件取不出来，请附上工作簿重新发送",
    Format.APPLE: REFUSED[Format.APPLE],
}
"""Why what was wrapped could not be had, and what to do."""
_SIGNATURES = ("application/pkcs7-signature", "application/x-pkcs7-signature", "application/pgp-signature")


@dataclass(frozen=True)
class Enclosed:
    """A file that came with a mail; what could not be opened is one itself, whole."""

    name: str
    data: bytes


@dataclass(frozen=True)
class Mail:
    """A mail as received."""

    sender: str
    subject: str
    identity: str
    sent: dt.datetime | None
    kind: str
    """Its MIME type."""
    files: tuple[Enclosed, ...]


def read_mail(data: bytes) -> Mail:
    """A mail with what came with it; one that cannot be taken apart is its only attachment, whole. Never raises for what
    somebody sent."""
    try:
        message = _parse(data)
        kind, files = message.get_content_type(), tuple(_not_too_many(_leaves(message, 0)))
    except Exception:  # whatever the libraries make of what somebody sent
        message, kind = headers_alone(data), ""
        files = (Enclosed(f"{subject_of(message) or '邮件'}.eml", data),)
    return Mail(sender_of(message), subject_of(message), identity_of(message), sent_at(message), kind, files)


def sender_in(data: bytes, format_: Format) -> str:
    """Who sent a mail that was saved as a file; empty where it says nobody."""
    try:
        return in_outlook(data)[0] if format_ is Format.OUTLOOK else sender_of(headers_alone(data))
    except Exception:  # it cannot be opened, as will be told of it
        return ""


def enclosed(data: bytes, format_: Format, name: str = "") -> list[Enclosed]:
    """The files that ``data`` wraps, one of WRAPPERS; what is wrapped in it in turn, and cannot be opened, is one of them, whole.

    Raises Unreadable where it cannot be opened itself.
    """
    return list(_not_too_many(_inside(data, format_, name, 0)))


def _not_too_many(files: Iterable[Enclosed]) -> Iterator[Enclosed]:
    for number, each in enumerate(files):
        if number >= MOST_FILES:
            raise Unreadable(TOO_MANY)
        yield each


def _inside(data: bytes, format_: Format, name: str, depth: int) -> Iterator[Enclosed]:
    if depth > DEEPEST:
        raise Unreadable(TOO_DEEP)
    try:
        if format_ is Format.MAIL:
            yield from _leaves(_parse(data), depth)
            return
        files = _unwrap(data, format_, name)
    except RecursionError:
        raise Unreadable(TOO_DEEP) from None
    except Unreadable:
        raise
    except Exception:  # whatever the libraries raise for bytes that somebody sent
        raise Unreadable(BROKEN[format_]) from None
    for inner, content in files:
        yield from _file(inner, content, depth + 1)


def _unwrap(data: bytes, format_: Format, name: str) -> list[tuple[str, bytes]]:
    if format_ is Format.TNEF:
        return in_tnef(data)
    if format_ is Format.OUTLOOK:
        return in_outlook(data)[1]
    if format_ is Format.APPLE:
        return in_apple(data, name)
    content = in_signed(data)
    path = PurePosixPath(name)
    return [] if content is None else [(path.stem if path.suffix.lower() == ".p7m" else name, content)]


def _parse(data: bytes) -> Message:
    try:
        return message_from_bytes(data, policy=policy.compat32)
    except RecursionError:
        raise Unreadable(TOO_DEEP) from None


def _leaves(message: Message, depth: int) -> Iterator[Enclosed]:
    """The files in the parts of a mail, in their order."""
    waiting = [(message, depth)]
    while waiting:
        part, depth = waiting.pop()
        kind, inside = part.get_content_type(), part.get_payload()
        if depth > DEEPEST:
            raise Unreadable(TOO_DEEP)
        if kind == "message/partial":
            raise Unreadable(IN_PIECES)
        if part.is_multipart() and isinstance(inside, list):
            waiting.extend((each, depth + 1) for each in reversed(inside) if isinstance(each, Message))
        elif part.get_content_maintype() == "multipart":
            raise Unreadable(BROKEN[Format.MAIL])
        elif kind not in _SIGNATURES:
            yield from _leaf(part, depth)


def _leaf(part: Message, depth: int) -> Iterator[Enclosed]:
    """The file that a part is; pictures shown within the text are none, nor is the text, but for files written into it."""
    name, payload = attachment_name(part), part.get_payload(decode=True)
    if not isinstance(payload, bytes):
        return
    is_text, is_image = (part.get_content_maintype() == each for each in ("text", "image"))
    if is_image and "Content-ID" in part:
        return
    if not name and is_text and part.get_content_disposition() != "attachment":
        for inner, content in in_text(payload):
            yield from _file(inner, content, depth + 1)
    elif name or not is_image or part.get_content_disposition() == "attachment":
        yield from _file(name, payload, depth + 1)


def _file(name: str, data: bytes, depth: int) -> Iterator[Enclosed]:
    """A file, or what it wraps."""
    if is_litter(name, partial(bytes, data)):
        return
    format_ = detect_type(data, name)
    bare = PurePosixPath(name).suffix.lower() in ("", ".eml")
    if bare and format_ is not Format.MAIL and data[:12].lower().startswith((b"content-", b"mime-version")):
        format_ = Format.MAIL  # what was signed has headers of its own
    if format_ not in WRAPPERS:
        yield Enclosed(name or NAMELESS, data)
        return
    try:
        yield from list(_inside(data, format_, name, depth))
    except Unreadable:
        yield Enclosed(name or (f"{NAMELESS}.eml" if format_ is Format.MAIL else NAMELESS), data)
