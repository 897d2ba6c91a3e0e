"""How ``workspace.tar.xz`` was made: ``python -m tests.past.make``, by the version of the program it is to remember.

It was made once, by the commit that brought it here. Made again by a later program it would remember nothing.
"""

import io
import os
import shutil
import tarfile
import tempfile
import zipfile
from pathlib import Path

import pledgebatch
from tests import books
from tests.past import PACKED, RECEIVED

SECOND = {"unit_code": "S2", "org_name": "云溪二小党支部", "unit_name": "云溪二小", "relation": "指导"}
APRIL = {"period": "2011-04", "filled_on": "2011-04-01"}


def build(place: Path) -> None:
    """March with findings, April with a nil return, and May received but not consolidated."""
    books.workspace(place)
    inbox = place / "inbox"
    books.write(inbox / "2011-03" / "一小.xlsx", {"phone": "85501234"})
    books.write(inbox / "2011-03" / "二小.xlsx", SECOND)
    books.write(inbox / "2011-04" / "一小.xlsx", APRIL, period="2011-04")
    nil = SECOND | APRIL | {"nil_return": "是"}
    books.write(inbox / "2011-04" / "二小.xlsx", nil, [], [], "2011-04", opinions=[], records=[])
    for period in ("2011-03", "2011-04"):
        loosen(inbox / period)
        pledgebatch.consolidate(place, period, workers=0)
    pledgebatch.make_templates(place, "2011-05", workers=0)
    (inbox / "2011-05").mkdir()
    for path in (place / "input_templates" / "2011-05").glob("*.xlsx"):
        path.rename(inbox / "2011-05" / path.name)
    shutil.rmtree(place / "input_templates")
    loosen(place)


def loosen(folder: Path) -> None:
    """Write workbooks anew without compressing them, so that together they can be packed small."""
    for path in sorted(folder.rglob("*.xlsx")):
        with zipfile.ZipFile(path) as book:
            members = [(name, book.read(name)) for name in book.namelist()]
        with zipfile.ZipFile(path, "w", zipfile.ZIP_STORED) as book:
            for name, content in members:
                book.writestr(zipfile.ZipInfo(name), content)
        os.utime(path, (RECEIVED, RECEIVED))


def pack(place: Path) -> None:
    """Put the workspace into ``PACKED``."""
    with tarfile.open(PACKED, "w:xz", preset=9) as packed:
        for path in sorted(path for path in place.rglob("*") if path.is_file()):
            member = tarfile.TarInfo(path.relative_to(place).as_posix())
            content = path.read_bytes()
            member.size = len(content)
            packed.addfile(member, io.BytesIO(content))


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as folder:
        build(Path(folder) / "w")
        pack(Path(folder) / "w")
