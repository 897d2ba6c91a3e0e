"""Files wrapped as mail programs wrap them: winmail.dat, signed mails, .msg, AppleSingle, uuencode; made by hand."""

import binascii
import struct
from collections.abc import Mapping
from email.message import EmailMessage
from email.policy import SMTP
from typing import Any

DATA = b"PK\x03\x04 a workbook"
TNEF_HEAD = b"\x78\x9f\x3e\x22\x07\x00"
_ID_SIGNED, _ID_DATA = (b"\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x07" + end for end in (b"\x02", b"\x01"))


def mail(
    *files: tuple[str, bytes], sender: str = "s1@x.cn", subject: str = "回复", kind: str = "octet-stream"
) -> bytes:
    message = EmailMessage(policy=SMTP)
    message["From"], message["To"], message["Subject"], message["Message-ID"] = sender, "o@x.cn", subject, "<1@x>"
    message.set_content("见附件")
    for name, data in files:
        message.add_attachment(data, maintype="application", subtype=kind, filename=name)
    return message.as_bytes()


def tnef(*files: tuple[str, bytes], unicode: bool = False, inner: bytes = b"", subject: bytes = b"") -> bytes:
    """What Outlook sends as winmail.dat: names in the code page of its Windows, or also in Unicode; ``inner`` is the
    winmail.dat of a mail attached to it."""
    said = TNEF_HEAD + _attribute(1, 0x89006, b"\0\0\1\0") + _attribute(1, 0x69007, struct.pack("<II", 936, 0))
    if subject:
        said += _attribute(1, 0x18004, subject + b"\0")
    for name, data in files:
        said += _attribute(2, 0x69002, bytes(14)) + _attribute(2, 0x6800F, data)
        if unicode:
            text = (name + "\0").encode("utf-16-le")
            padded = text + bytes(-len(text) % 4)
            long = struct.pack("<IHHII", 1, 0x1F, 0x3707, 1, len(text)) + padded
            said += _attribute(2, 0x18010, b"SHORT~1.XLS\0") + _attribute(2, 0x69005, long)
        else:
            said += _attribute(2, 0x18010, name.encode("gb18030") + b"\0")
    if inner:
        message = b"\x07\x03\x02\0\0\0\0\0\xc0\0\0\0\0\0\0\x46" + inner
        told = struct.pack("<IHHII", 1, 0x0D, 0x3701, 1, len(message)) + message + bytes(-len(message) % 4)
        said += _attribute(2, 0x69002, bytes(14)) + _attribute(2, 0x69005, told)
    return said


def _attribute(level: int, tag: int, data: bytes) -> bytes:
    return struct.pack("<BII", level, tag, len(data)) + data + struct.pack("<H", sum(data) & 0xFFFF)


def signed(content: bytes | None, streamed: bool = False) -> bytes:
    """Signed data of PKCS #7 around ``content``, or a signature by itself; ``streamed``, with lengths left open, as
    Apple Mail and OpenSSL write them."""
    if streamed:
        pieces = b"".join(_der(4, content[at : at + 1000]) for at in range(0, len(content or b""), 1000))
        inside = b"\x30\x80" + _ID_DATA + b"\xa0\x80\x24\x80" + pieces + bytes(6)
        return b"\x30\x80" + _ID_SIGNED + b"\xa0\x80\x30\x80\x02\x01\x01\x31\x00" + inside + b"\x31\x00" + bytes(6)
    inside = _der(0x30, _ID_DATA + (_der(0xA0, _der(4, content)) if content is not None else b""))
    return _der(0x30, _ID_SIGNED + _der(0xA0, _der(0x30, b"\x02\x01\x01\x31\x00" + inside + b"\x31\x00")))


def sealed() -> bytes:
    return _der(0x30, _ID_SIGNED[:-1] + b"\x03" + _der(0xA0, _der(0x30, b"\x02\x01\x00" + bytes(400))))


def _der(tag: int, data: bytes) -> bytes:
    size = len(data).to_bytes(4, "big").lstrip(b"\0")
    length = bytes([len(data)]) if len(data) < 128 else bytes([0x80 + len(size)]) + size
    return bytes([tag]) + length + data


def apple(data: bytes, name: str = "", double: bool = False) -> bytes:
    """AppleSingle, or the half of AppleDouble that has no file in it."""
    forks = {3: name.encode(), 2: b"resources", **({} if double else {1: data})}
    start, heads, body = 26 + 12 * len(forks), b"", b""
    for kind, fork in forks.items():
        heads += struct.pack(">LLL", kind, start + len(body), len(fork))
        body += fork
    return struct.pack(">LL16sH", 0x51607 if double else 0x51600, 0x20000, b"", len(forks)) + heads + body


def uuencoded(name: str, data: bytes) -> bytes:
    lines = b"".join(binascii.b2a_uu(data[at : at + 45]) for at in range(0, len(data), 45))
    return b"begin 644 " + name.encode("gbk") + b"\n" + lines + b"`\nend\n"


def msg(*files: tuple[str, bytes], sender: str = "s1@x.cn") -> bytes:
    """A mail as Outlook saves it."""
    tree: dict[str, object] = {
        "__properties_version1.0": bytes(32),
        "__substg1.0_5D01001F": sender.encode("utf-16-le"),
    }
    for number, (name, data) in enumerate(files):
        tree[f"__attach_version1.0_#{number:08X}"] = {
            "__properties_version1.0": bytes(8),
            "__substg1.0_3707001F": name.encode("utf-16-le"),
            "__substg1.0_37010102": data,
        }
    return compound(tree)


def compound(tree: Mapping[str, object]) -> bytes:
    """A compound file (OLE) of storages and streams; those below 4 KB stand in the stream of small ones, as they must."""
    entries: list[list[Any]] = [["Root Entry", 5, -1, tree]]
    sectors: list[bytes] = []
    fat: list[int] = []

    def store(data: bytes) -> int:
        first, count = len(sectors), max(1, -(-len(data) // 512))
        sectors.extend(data[at * 512 : at * 512 + 512].ljust(512, b"\0") for at in range(count))
        fat.extend([*range(first + 1, first + count), -2])
        return first

    small, small_fat = b"", list[int]()

    def store_small(data: bytes) -> int:
        nonlocal small
        first, count = len(small_fat), max(1, -(-len(data) // 64))
        small += data.ljust(count * 64, b"\0")
        small_fat.extend([*range(first + 1, first + count), -2])
        return first

    packed: list[bytes] = []
    links: dict[int, tuple[int, int, int]] = {}
    waiting = [0]
    while waiting:
        place = waiting.pop()
        inside = entries[place][3]
        if not isinstance(inside, Mapping):
            continue
        first = len(entries)
        for each, (name, content) in enumerate(inside.items()):
            entries.append([name, 1 if isinstance(content, Mapping) else 2, -1, content])
            links[first + each] = (-1, first + each + 1 if each + 1 < len(inside) else -1, -1)
            waiting.append(first + each)
        links[place] = (*links.get(place, (-1, -1, -1))[:2], first)
    starts = {
        place: (store if len(content) >= 4096 else store_small)(content)
        for place, (*_, content) in enumerate(entries)
        if isinstance(content, bytes)
    }
    sizes = {place: len(entries[place][3]) for place in starts} | {0: len(small)}
    starts[0] = store(small)
    small_table = store(b"".join(struct.pack("<i", each) for each in small_fat))
    for place, (name, kind, _, _) in enumerate(entries):
        text = (name + "\0").encode("utf-16-le")
        left, right, child = links.get(place, (-1, -1, -1))
        packed.append(
            text.ljust(64, b"\0") + struct.pack("<HBBiii", len(text), kind, 1, left, right, child) + bytes(36)
            + struct.pack("<iQ", starts.get(place, 0), sizes.get(place, 0))
        )  # fmt: skip
    directory = store(b"".join(packed))
    count = next(n for n in range(1, 100) if n * 128 >= len(fat) + n)
    own = len(fat)
    fat.extend([-3] * count)
    table = b"".join(struct.pack("<i", each) for each in fat).ljust(count * 512, b"\xff")
    head = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(16) + struct.pack("<HHHHH", 0x3E, 3, 0xFFFE, 9, 6) + bytes(6)
    head += struct.pack("<IIiIIiIiI", 0, count, directory, 0, 4096, small_table, 1, -2, 0)
    places = [*range(own, own + count), *[-1] * (109 - count)]
    return head + b"".join(struct.pack("<i", each) for each in places) + b"".join(sectors) + table
