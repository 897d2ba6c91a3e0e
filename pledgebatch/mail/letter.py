"""A letter: what one recipient gets, and the bytes that go over the wire."""

import datetime as dt
import email.header
import email.policy
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import format_datetime
from pathlib import Path

from pledgebatch.intake.find import OFFICE_TIME

SEVEN_BIT = email.policy.SMTP.clone(cte_type="7bit", refold_source="none")
"""Every server and client takes seven bits; folding anew would undo the names written for old clients."""
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


def compose(letter: Letter, contents: Sequence[bytes], sender: Address, identity: str, prepared: dt.datetime) -> bytes:
    """The letter as bytes: the same each time, seven bits, names that old clients show too."""
    message = EmailMessage(policy=SEVEN_BIT)
    message["From"] = sender
    message["To"] = Address(letter.org_name, addr_spec=letter.address)
    message["Subject"] = letter.subject
    message["Date"] = format_datetime(prepared.astimezone(OFFICE_TIME))
    message["Message-ID"] = identity
    message.set_content(letter.body, cte="base64")
    for enclosure, data in zip(letter.enclosures, contents, strict=True):
        kind, subtype = TYPES.get(enclosure.path.suffix, ("application", "octet-stream"))
        message.add_attachment(data, maintype=kind, subtype=subtype, filename=enclosure.name, cte="base64")
        *_, part = message.iter_attachments()
        _name_for_old_clients(part, enclosure.name)
    seed = hashlib.sha256(identity.encode()).hexdigest()[:24]
    message.set_boundary(f"=-{seed}-=")
    return message.as_bytes()


def _name_for_old_clients(part: EmailMessage, name: str) -> None:
    """Say the name a second time, as encoded words: clients that know no RFC 2231 read this one."""
    if name.isascii():
        return
    kind = part.get_content_type()
    del part["Content-Type"]
    words = email.header.Header(name, "utf-8", maxlinelen=75).encode()
    # Set as it is: the policy's own parser would make of the words what only newer clients understand.
    part.set_raw("Content-Type", f'{kind};\n name="{words}"')
