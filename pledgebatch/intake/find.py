"""Finds what came back in an inbox: files in any folders, zips two deep included."""

import datetime as dt
import io
import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import count, islice
from pathlib import Path

from pledgebatch.intake.identify import BROKEN_ZIP, Format, identify

LARGEST_FILE = 64 * 2**20
DEEPEST_ZIP = 2
MOST_MEMBERS = 500
TOO_BIG = f"文件超过 {LARGEST_FILE // 2**20} MB，请删去图片等无关内容后重新报送"
TOO_MANY = f"压缩包内超过 {MOST_MEMBERS} 个文件，或内层压缩包过大，请分开报送"
WORKBOOK_PART = "[Content_Types].xml"
LITTER = frozenset((".ds_store", "thumbs.db", "desktop.ini", ".gitkeep"))
"""Files that systems leave in folders; nobody sent them."""
OFFICE_TIME = dt.timezone(dt.timedelta(hours=8))
"""Times are shown as the office's clock showed them, wherever the program runs."""


@dataclass(frozen=True)
class Arrival:
    """A file received: ``file`` is its path inside the inbox, ``members`` are its places in the zips that hold it."""

    file: str
    path: Path
    members: tuple[int, ...]
    size: int
    received: str
    refused: str = ""
    """Why it cannot be looked into, in Chinese."""

    @property
    def name(self) -> str:
        """The bare file name."""
        return self.file.rpartition("/")[2]

    def refuse(self, reason: str) -> "Arrival":
        """The same file, not to be looked into."""
        return replace(self, refused=reason)

    def read(self) -> bytes:
        """The bytes; raises one of BROKEN_ZIP where they cannot be had."""
        data = self.path.read_bytes()
        for member in self.members:
            with _open(data) as container:
                data = container.read(container.infolist()[member])
        return data


def find(inbox: Path) -> list[Arrival]:
    """Every file below ``inbox``, in the order of its path, each under a name of its own."""
    paths = sorted(path for path in inbox.rglob("*") if path.is_file() and path.name.lower() not in LITTER)
    found: list[Arrival] = []
    for path in paths:
        # A name that is not UTF-8 on this disk is shown with marks for what cannot be.
        file = path.relative_to(inbox).as_posix().encode("utf-8", "surrogateescape").decode("utf-8", "replace")
        stat = path.stat()
        received = dt.datetime.fromtimestamp(int(stat.st_mtime), OFFICE_TIME).strftime("%Y-%m-%d %H:%M:%S")
        whole = Arrival(file, path, (), stat.st_size, received)
        found.extend(_look_inside(whole))
    return list(_named_apart(found))


def _named_apart(found: Sequence[Arrival]) -> Iterator[Arrival]:
    """Files are told apart by name, but a zip may hold several of one name."""
    taken: set[str] = set()
    for each in found:
        stem, dot, suffix = each.file.rpartition(".")
        names = (f"{stem or suffix}（{number}）{dot if stem else ''}{suffix if stem else ''}" for number in count(2))
        file = each.file if each.file not in taken else next(name for name in names if name not in taken)
        taken.add(file)
        yield each if file == each.file else replace(each, file=file)


def arrival(path: Path) -> Arrival:
    """One file by itself, as ``check`` is given it."""
    file = path.name.encode("utf-8", "surrogateescape").decode("utf-8", "replace")
    return Arrival(file, path, (), path.stat().st_size, "")


def _look_inside(whole: Arrival) -> list[Arrival]:
    if whole.size > LARGEST_FILE:
        return [whole.refuse(TOO_BIG)]
    try:
        with whole.path.open("rb") as stream:
            start = stream.read(64)
        # Programs put this part first; a zip of several files does not have it at all.
        is_zip = start.startswith(b"PK") and WORKBOOK_PART.encode() not in start
        data = whole.path.read_bytes() if is_zip else b""
    except OSError:
        return [whole.refuse("文件无法打开，请检查文件是否正被占用或无权读取")]
    if not data or identify(data, whole.name) is not Format.ARCHIVE:
        return [whole]
    inside = list(islice(_members(whole, data, ()), MOST_MEMBERS + 1))
    return (inside or [whole]) if len(inside) <= MOST_MEMBERS else [whole.refuse(TOO_MANY)]


def _members(whole: Arrival, data: bytes, chain: tuple[int, ...]) -> Iterator[Arrival]:
    try:
        with _open(data) as container:
            infos = container.infolist()
            if len(infos) > 2 * MOST_MEMBERS or sum(info.file_size for info in infos if _is_zip(info)) > LARGEST_FILE:
                yield whole.refuse(TOO_MANY)
                return
            for place, info in sorted(enumerate(infos), key=lambda each: each[1].filename):
                name = info.filename.replace("\\", "/").strip("/")
                if info.is_dir() or name.rpartition("/")[2].lower() in LITTER or name.startswith("__MACOSX/"):
                    continue
                inside = Arrival(f"{whole.file}/{name}", whole.path, (*chain, place), info.file_size, whole.received)
                if info.flag_bits & 1:
                    yield inside.refuse("压缩包设有密码，请取消密码后重新报送")
                elif info.file_size > LARGEST_FILE:
                    yield inside.refuse(TOO_BIG)
                elif _is_zip(info):
                    content = container.read(info)
                    if identify(content) is not Format.ARCHIVE:
                        yield inside
                    elif len(inside.members) >= DEEPEST_ZIP:
                        yield inside.refuse("压缩包套了太多层，请解压后报送")
                    else:
                        yield from _members(inside, content, inside.members)
                else:
                    yield inside
    except BROKEN_ZIP:
        yield whole.refuse("压缩包已损坏，无法打开，请重新压缩后报送")


def _is_zip(info: zipfile.ZipInfo) -> bool:
    return info.filename.lower().endswith(".zip")


def _open(data: bytes) -> zipfile.ZipFile:
    # Zips made on Chinese Windows carry their names in GBK, without saying so.
    try:
        return zipfile.ZipFile(io.BytesIO(data), metadata_encoding="gb18030")
    except UnicodeDecodeError:
        return zipfile.ZipFile(io.BytesIO(data))
