"""Finds what came back in an inbox: files in any folders, zips two deep included."""

import datetime as dt
import io
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from pledgebatch.intake.identify import Format, identify

LARGEST_FILE = 64 * 2**20
DEEPEST_ZIP = 2
MOST_MEMBERS = 500
LITTER = frozenset((".ds_store", "thumbs.db", "desktop.ini", ".gitkeep"))
"""Files that systems leave in folders; nobody sent them."""
OFFICE_TIME = dt.timezone(dt.timedelta(hours=8))
"""Times are shown as the office's clock showed them, wherever the program runs."""


@dataclass(frozen=True)
class Arrival:
    """A file received: ``file`` is its path inside the inbox, ``members`` leads to it through zips."""

    file: str
    path: Path
    members: tuple[str, ...]
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
        """The bytes; raises OSError or zipfile.BadZipFile where they cannot be had."""
        data = self.path.read_bytes()
        for member in self.members:
            with _open(data) as container:
                data = container.read(member)
        return data


def find(inbox: Path) -> list[Arrival]:
    """Every file below ``inbox``, in the order of its path."""
    paths = sorted(path for path in inbox.rglob("*") if path.is_file() and path.name.lower() not in LITTER)
    found: list[Arrival] = []
    for path in paths:
        # A name that is not UTF-8 on this disk is shown with marks for what cannot be.
        file = path.relative_to(inbox).as_posix().encode("utf-8", "surrogateescape").decode("utf-8", "replace")
        stat = path.stat()
        received = dt.datetime.fromtimestamp(int(stat.st_mtime), OFFICE_TIME).strftime("%Y-%m-%d %H:%M:%S")
        whole = Arrival(file, path, (), stat.st_size, received)
        found.extend(_look_inside(whole))
    return found


def arrival(path: Path) -> Arrival:
    """One file by itself, as ``check`` is given it."""
    file = path.name.encode("utf-8", "surrogateescape").decode("utf-8", "replace")
    return Arrival(file, path, (), path.stat().st_size, "")


def _look_inside(whole: Arrival) -> Iterator[Arrival]:
    if whole.size > LARGEST_FILE:
        yield whole.refuse(f"文件超过 {LARGEST_FILE // 2**20} MB，请删去图片等无关内容后重新报送")
        return
    try:
        with whole.path.open("rb") as stream:
            is_zip = stream.read(2) == b"PK"
        data = whole.path.read_bytes() if is_zip and not _is_workbook(whole.path) else b""
    except OSError:
        yield whole.refuse("文件无法打开，请检查文件是否正被占用或无权读取")
        return
    if data and identify(data, whole.name) is Format.ARCHIVE:
        yield from _members(whole, data, ())
    else:
        yield whole


def _is_workbook(path: Path) -> bool:
    try:
        with zipfile.ZipFile(path) as container:
            return "[Content_Types].xml" in container.namelist()
    except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError):
        return False


def _members(whole: Arrival, data: bytes, chain: tuple[str, ...]) -> Iterator[Arrival]:
    try:
        with _open(data) as container:
            infos = [info for info in container.infolist() if not info.is_dir()]
            if len(infos) > MOST_MEMBERS:
                yield whole.refuse(f"压缩包内超过 {MOST_MEMBERS} 个文件，请分开报送")
                return
            for info in sorted(infos, key=lambda info: info.filename):
                name = info.filename.replace("\\", "/").strip("/")
                if name.rpartition("/")[2].lower() in LITTER or name.startswith("__MACOSX/"):
                    continue
                inside = Arrival(
                    f"{whole.file}/{name}", whole.path, (*chain, info.filename), info.file_size, whole.received
                )
                if info.flag_bits & 1:
                    yield inside.refuse("压缩包设有密码，请取消密码后重新报送")
                elif info.file_size > LARGEST_FILE:
                    yield inside.refuse(f"文件超过 {LARGEST_FILE // 2**20} MB，请删去图片等无关内容后重新报送")
                elif name.lower().endswith(".zip"):
                    content = container.read(info)
                    if identify(content) is not Format.ARCHIVE:
                        yield inside
                    elif len(inside.members) >= DEEPEST_ZIP:
                        yield inside.refuse("压缩包套了太多层，请解压后报送")
                    else:
                        yield from _members(inside, content, inside.members)
                else:
                    yield inside
    except (zipfile.BadZipFile, OSError, EOFError, RuntimeError, NotImplementedError, ValueError):
        yield whole.refuse("压缩包已损坏，无法打开，请重新压缩后报送")


def _open(data: bytes) -> zipfile.ZipFile:
    # Zips made on Chinese Windows carry their names in GBK, without saying so.
    try:
        return zipfile.ZipFile(io.BytesIO(data), metadata_encoding="gb18030")
    except UnicodeDecodeError:
        return zipfile.ZipFile(io.BytesIO(data))
