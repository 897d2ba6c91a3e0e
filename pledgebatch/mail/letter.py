"""A letter: what one recipient gets, and the bytes that go over the wire."""

import datetime as dt
import email.policy
import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass
from email.header import Header
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import format_datetime
from pathlib import Path, PurePath
from urllib.parse import quote

from pledgebatch.notice.periods import OFFICE_TIME
from pledgebatch.rules.machinery.cells import short
from pledgebatch.schema.contacts import email as as_address
from pledgebatch.schema.fields import Kind
from pledgebatch.schema.kinds import FORMS
from pledgebatch.schema.texts import visible

SEVEN_BIT = email.policy.SMTP.clone(cte_type="7bit", refold_source="none")
"""Every server and client takes seven bits; folding anew would undo the names written for old clients."""
NOT_IN_HEADERS = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff\ufffe\uffff]")
"""What ends a line for one program or another, and what is no character."""
LONGEST_LINE = 75
TYPES = {
    ".xlsx": ("application", "vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
    ".html": ("text", "html"),
}


@dataclass(frozen=True)
class Enclosure:
    """A file in a letter: its name there, where it stands, and the digest of its bytes."""

    name: str
    path: Path
    sha256: str
    size: int

    @classmethod
    def of(cls, path: Path, name: str = "") -> "Enclosure":
        """The file at ``path``."""
        data = path.read_bytes()
        return cls(name or path.name, path, hashlib.sha256(data).hexdigest(), len(data))


@dataclass(frozen=True)
class Letter:
    """What is to go to one organisation; ``kind`` is workbook, report or ledger."""

    kind: str
    organisation: str
    org_name: str
    address: str
    subject: str
    body: str
    enclosures: tuple[Enclosure, ...]
    manifest: str = ""
    """SHA-256 of the manifest of the month the files belong to."""
    part: int = 1

    def digest(self) -> str:
        """What tells this content from any other, whenever it is prepared."""
        whole = hashlib.sha256()
        for text in (self.organisation, self.address, self.subject, self.body, str(self.part)):
            whole.update(text.encode() + b"\0")
        for each in self.enclosures:
            whole.update(f"{each.name}\0{each.sha256}\0".encode())
        return whole.hexdigest()


def message_id(letter: Letter, period: str, generation: int, sender: str) -> str:
    """The same for the same content each time it is tried, so that a mailbox knows a repeated one."""
    domain = sender.rpartition("@")[2] or "localhost"
    return f"<{period}.{letter.kind}.{letter.part}.{generation}.{letter.digest()[:32]}@{domain}>"


class Unwritable(ValueError):
    """A letter that cannot be written: where, why and what to do, in Chinese."""


def correspondent(name: str, address: str) -> Address:
    """Who writes or is written to. Raises Unwritable for what no header takes."""
    if as_address(address) != address.lower():
        raise Unwritable(f"电子邮箱“{quote_text(address)}”写法不对，请填{FORMS[Kind.EMAIL]}")
    if NOT_IN_HEADERS.search(name):
        raise Unwritable(f"名称“{quote_text(name)}”中有换行或控制字符，邮件写不出来，请删去，写在一行里")
    return Address(name, addr_spec=address)


def quote_text(text: str) -> str:
    """A text as a sentence can quote it: in one line, and with a mark for what no terminal takes."""
    return NOT_IN_HEADERS.sub("�", short(text))


def body_text(text: str) -> str:
    """A text as the body of a letter can hold it, on as many lines as it has."""
    return "\n".join(NOT_IN_HEADERS.sub("�", visible(line)) for line in text.splitlines())


def compose(letter: Letter, contents: Sequence[bytes], sender: Address, identity: str, prepared: dt.datetime) -> bytes:
    """The letter as bytes: the same each time, seven bits, names that old clients show too. Raises Unwritable."""
    message = EmailMessage(policy=SEVEN_BIT)
    to = correspondent(letter.org_name, letter.address)
    for key, value in (
        ("From", _mailbox(sender)),
        ("To", _mailbox(to)),
        ("Subject", _words(letter.subject, "Subject")),
    ):
        message.set_raw(key, value)
    message["Date"] = format_datetime(prepared.astimezone(OFFICE_TIME))
    message["Message-ID"] = identity
    message.set_content(letter.body, cte="base64")
    for number, (enclosure, data) in enumerate(zip(letter.enclosures, contents, strict=True), 1):
        kind, subtype = TYPES.get(enclosure.path.suffix, ("application", "octet-stream"))
        message.add_attachment(data, maintype=kind, subtype=subtype, filename=enclosure.name, cte="base64")
        *_, part = message.iter_attachments()
        _name_for_old_clients(part, enclosure.name, plain_name(letter.organisation, enclosure.name, number))
    seed = hashlib.sha256(identity.encode()).hexdigest()[:24]
    message.set_boundary(f"=-{seed}-=")
    return message.as_bytes()


def _words(text: str, header: str) -> str:
    """A text for a header, in encoded words where it is no ASCII or too long; its first line is never empty."""
    if NOT_IN_HEADERS.search(text):
        raise Unwritable(f"“{quote_text(text)}”中有换行或控制字符，邮件写不出来，请删去")
    plain = text.isascii() and len(header) + len(text) < LONGEST_LINE and "=?" not in text
    return text if plain else Header(text, "utf-8", LONGEST_LINE, header).encode(linesep="\r\n")


def _mailbox(who: Address) -> str:
    """A name and its address, the address on a line of its own where the first is full."""
    shown = str(Address(who.display_name, addr_spec=who.addr_spec))
    if shown.isascii() and len(shown) < LONGEST_LINE - len("From: ") and "=?" not in shown:
        return shown
    words = Header(who.display_name, "utf-8", LONGEST_LINE, "From").encode(linesep="\r\n")
    address = f"<{who.addr_spec}>"
    full = len(words.rpartition("\n")[2]) + len(address) + len("From:  ") > LONGEST_LINE
    return f"{words}\r\n {address}" if full else f"{words} {address}"


def plain_name(organisation: str, name: str, number: int) -> str:
    """The name of an attachment for programs that know ASCII only: the organisation's code, the month, its number."""
    path = PurePath(name)
    parts = [organisation, *(part for part in path.stem.split("_") if part.isascii()), str(number)]
    stem = "_".join(kept for part in parts if (kept := re.sub(r"[^A-Za-z0-9.-]", "", part)))
    return stem + re.sub(r"[^A-Za-z0-9.]", "", path.suffix)


def _name_for_old_clients(part: EmailMessage, name: str, plain: str) -> None:
    """Say the name in all ways: by RFC 2231, in ASCII, and as encoded words, which some old clients know alone."""
    if name.isascii():
        return
    kind = part.get_content_type()
    del part["Content-Type"]
    words = Header(name, "utf-8", 75).encode()
    # Set as it is: the policy's own parser would make of the words what only newer clients understand.
    part.set_raw("Content-Type", f'{kind};\n name="{words}"')
    del part["Content-Disposition"]
    # RFC 2231 first: of two names many programs, Python's among them, take the first.
    part.set_raw(
        "Content-Disposition", f"attachment;\n filename*=utf-8''{quote(name, safe='')};\n filename=\"{plain}\""
    )
