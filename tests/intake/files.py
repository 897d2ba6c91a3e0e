"""Files as branches send them, right and wrong: made from a right workbook, by changing its parts."""

import io
import tempfile
import zipfile
from collections.abc import Callable
from functools import cache
from pathlib import Path

import openpyxl
from msoffcrypto.format.ooxml import OOXMLFile

from pledgebatch.engine.workers import Serial
from pledgebatch.intake.batch import Batch
from pledgebatch.intake.find import find
from pledgebatch.pipeline.collect import collect
from tests import books

MEMBERS, ITEMS = "xl/worksheets/sheet3.xml", "xl/worksheets/sheet4.xml"
Change = Callable[[bytes], bytes]


@cache
def right() -> bytes:
    """A right workbook of S1 for 2011-03."""
    with tempfile.TemporaryDirectory() as folder:
        return books.write(Path(folder) / "made.xlsx").read_bytes()


def with_part(part: str, change: Change, data: bytes | None = None) -> bytes:
    """The workbook with one part of its container changed."""
    made = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data or right())) as old, zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as new:
        for info in old.infolist():
            text = old.read(info)
            new.writestr(info.filename, change(text) if info.filename == part else text)
    return made.getvalue()


def replaced(part: str, old: bytes, new: bytes, count: int = 1) -> bytes:
    """The workbook with some bytes of a part replaced; they must be there."""

    def change(text: bytes) -> bytes:
        assert old in text, (part, old)
        return text.replace(old, new, count)

    return with_part(part, change)


def edited(edit: Callable[[openpyxl.Workbook], None]) -> bytes:
    """The workbook opened, edited and saved with another library, as other programs would."""
    book = openpyxl.load_workbook(io.BytesIO(right()))
    edit(book)
    made = io.BytesIO()
    book.save(made)
    return made.getvalue()


def locked(password: str, data: bytes | None = None) -> bytes:
    """The workbook with a password to open it."""
    made = io.BytesIO()
    OOXMLFile(io.BytesIO(data or right())).encrypt(password, made)
    return made.getvalue()


def zipped(**members: bytes) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members.items():
            archive.writestr(name.replace("__", "."), data)
    return made.getvalue()


def take_in(folder: Path, passwords: tuple[str, ...] = (), **named: bytes) -> Batch:
    """Put files into an inbox and read them; ``__`` in a name stands for the dot."""
    inbox = folder / "in"
    inbox.mkdir(parents=True, exist_ok=True)
    for name, data in named.items():
        (inbox / name.replace("__", ".")).write_bytes(data)
    return collect(find(inbox), 2011, Serial(), passwords)
