"""Finds what came back in an inbox: files in any folders, in zips two deep, and in mails that were saved there."""

import datetime as dt
import errno
import hashlib
import os
import stat
import zipfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial
from itertools import count
from pathlib import Path

from pledgebatch.intake.litter import is_litter
from pledgebatch.intake.mails import NOTHING_BY_ITSELF, WRAPPERS, enclosed, sender_in
from pledgebatch.notice.periods import OFFICE_TIME
from pledgebatch.readers.file_types import BROKEN_ZIP, REFUSED, Format, Unreadable, detect_type
from pledgebatch.readers.zips import name_of, open_zip

LARGEST_FILE = 64 * 2**20
DEEPEST_ZIP = 2
DEEPEST = 4
"""Zips and mails within each other."""
MOST_MEMBERS = 500
TOO_BIG = f"文件超过 {LARGEST_FILE // 2**20} MB，请删去图片等无关内容后重新报送"
TOO_MANY = f"压缩包内超过 {MOST_MEMBERS} 个文件，或内层压缩包过大，请分开报送"
NO_ACCESS = "无法打开，请检查是否正被占用或无权读取"
TOO_LONG = "路径太长，系统打不开，请移到浅一些的文件夹，或缩短名称"
NO_FILE = "不是文件（是管道、设备之类），没有读取，请移走"
LEADS_OUT = "是指向收件文件夹以外的链接（快捷方式），没有读取，请把文件本身放进来"
LEADS_TO_FOLDER = "是指向文件夹的链接（快捷方式），没有读取，请把文件本身放进来"
LEADS_NOWHERE = "是失效的链接（快捷方式），指向的文件不存在，请把文件本身放进来"
HOLDERS = (".zip", ".eml", ".msg", ".p7m", "winmail.dat")
WORKBOOK_PART = "[Content_Types].xml"


@dataclass(frozen=True)
class Arrival:
    """A file received: ``file`` is its path inside the inbox, ``members`` are its places in the zips and mails that hold it."""

    file: str
    path: Path
    members: tuple[int, ...]
    size: int
    received: str
    """The time of the file on disk, as the office's clock shows it; the book of receipts may know better."""
    refused: str = ""
    """Why it cannot be looked into, in Chinese."""
    litter: bool = False
    """Whether a program left it behind, and nobody sent it."""
    sender: str = ""
    """The address of the mail that it lies in here, where it does; the book of receipts may know better."""

    @property
    def name(self) -> str:
        """The bare file name."""
        return self.file.rpartition("/")[2]

    def refuse(self, reason: str) -> "Arrival":
        """The same file, not to be looked into."""
        return replace(self, refused=reason)

    def read(self) -> bytes:
        """The bytes; raises one of BROKEN_ZIP where they cannot be had."""
        return self.within(self.path.read_bytes())

    def within(self, data: bytes) -> bytes:
        """The bytes, given those of the file on disk."""
        for member in self.members:
            format_ = detect_type(data)
            if format_ is Format.ARCHIVE:
                with open_zip(data) as container:
                    data = container.read(container.infolist()[member])
            else:  # a mail, it may be with damaged headers
                data = enclosed(data, format_ if format_ in WRAPPERS else Format.MAIL)[member].data
        return data


def find(inbox: Path) -> list[Arrival]:
    """Every file that was sent below ``inbox``, in the order of its path, each under a name of its own; what is there but
    is not looked into is refused by name."""
    return search(inbox)[0]


def search(inbox: Path) -> tuple[list[Arrival], int]:
    """What ``find`` gives, and how many files beside it programs left behind."""
    found: list[Arrival] = []
    for path, reason in sorted(walk(inbox)):
        # A name that is not UTF-8 on this disk is shown with marks for what cannot be.
        file = path.relative_to(inbox).as_posix().encode("utf-8", "surrogateescape").decode("utf-8", "replace")
        try:
            status = None if reason else path.stat()
        except OSError as mistake:
            status, reason = None, _unread(mistake)
        if status is None:
            found.append(Arrival(file, path, (), 0, "", reason))
            continue
        received = dt.datetime.fromtimestamp(int(status.st_mtime), OFFICE_TIME).strftime("%Y-%m-%d %H:%M:%S")
        found.extend(_look_inside(Arrival(file, path, (), status.st_size, received)))
    sent = [each for each in found if not each.litter]
    return list(_named_apart(sent)), len(found) - len(sent)


def walk(inbox: Path) -> Iterator[tuple[Path, str]]:
    """The files below ``inbox``, each with why it is not to be looked into: links that lead out of it, what is no file,
    and folders that cannot be opened among them."""
    root = inbox.resolve()
    waiting = [inbox]
    while waiting:
        folder = waiting.pop()
        try:
            with os.scandir(folder) as entries:
                inside = list(entries)
        except OSError as mistake:
            if folder != inbox or inbox.exists():
                yield folder, _unread(mistake)
            continue
        for entry in inside:
            path = Path(entry.path)
            if is_link(path):
                yield path, _where_it_leads(path, root)
            elif entry.is_dir(follow_symlinks=False):
                waiting.append(path)
            else:
                yield path, "" if entry.is_file(follow_symlinks=False) else NO_FILE


def is_link(path: Path) -> bool:
    """Whether ``path`` is a symbolic link, or a junction of Windows."""
    try:
        status = path.lstat()
    except OSError:  # gone, or a name that the system does not take: reading it will tell
        return False
    tag = getattr(status, "st_reparse_tag", 0)
    return stat.S_ISLNK(status.st_mode) or bool(tag) and tag == getattr(stat, "IO_REPARSE_TAG_MOUNT_POINT", None)


def _where_it_leads(link: Path, root: Path) -> str:
    """Why a link is not followed; empty for one to a file of the same inbox."""
    try:
        target = link.resolve(strict=True)
    except (OSError, RuntimeError):  # it leads nowhere, or round in a circle
        return LEADS_NOWHERE
    if not target.is_relative_to(root):
        return LEADS_OUT
    return "" if target.is_file() else LEADS_TO_FOLDER


def _unread(mistake: OSError) -> str:
    too_long = mistake.errno == errno.ENAMETOOLONG or getattr(mistake, "winerror", 0) == 206
    return TOO_LONG if too_long else NO_ACCESS


def _named_apart(found: Sequence[Arrival]) -> Iterator[Arrival]:
    """Files are told apart by name, but a zip may hold several of one name."""
    taken: set[str] = set()
    for each in found:
        stem, dot, suffix = each.file.rpartition(".")
        names = (f"{stem or suffix}（{number}）{dot if stem else ''}{suffix if stem else ''}" for number in count(2))
        file = each.file if each.file not in taken else next(name for name in names if name not in taken)
        taken.add(file)
        yield each if file == each.file else replace(each, file=file)


def arrivals(path: Path) -> list[Arrival]:
    """One file by itself, as ``check`` is given it, or what a zip or a mail holds."""
    file = path.name.encode("utf-8", "surrogateescape").decode("utf-8", "replace")
    whole = Arrival(file, path, (), path.stat().st_size, "")
    sent = [each for each in _look_inside(whole) if not each.litter]
    return list(_named_apart(sent)) or [whole]


def digests(arrivals: Sequence[Arrival]) -> list[str | None]:
    """The SHA-256 of each file, None where its bytes cannot be had; a zip on disk is read once for all that it holds."""
    found: list[str | None] = []
    path, data = Path(), b""
    for each in arrivals:
        try:
            if each.refused:
                raise ValueError(each.refused)
            if each.path != path:
                path, data = Path(), each.path.read_bytes()
                path = each.path
            found.append(hashlib.sha256(each.within(data)).hexdigest())
        except Exception:  # whatever is wrong with the file, reading it in earnest will tell
            found.append(None)
    return found


def _look_inside(whole: Arrival) -> list[Arrival]:
    try:
        if is_litter(whole.file, _unless_big(whole.size, whole.path.read_bytes)):
            return [replace(whole, litter=True)]
        if whole.size > LARGEST_FILE:
            return [whole.refuse(TOO_BIG)]
        with whole.path.open("rb") as stream:
            start = stream.read(64)
        # Programs put this part first; a zip of several files does not have it at all.
        is_workbook = start.startswith(b"PK") and WORKBOOK_PART.encode() in start
        data = b"" if is_workbook else whole.path.read_bytes()
    except OSError:
        return [whole.refuse(NO_ACCESS)]
    inside: list[Arrival] = []
    sent = 0
    for each in _within(whole, data):
        inside.append(each)
        sent += not each.litter
        if sent > MOST_MEMBERS or len(inside) > 2 * MOST_MEMBERS:
            return [whole.refuse(TOO_MANY)]
    return inside if sent or any(each.file == whole.file for each in inside) else [whole, *inside]


def _within(each: Arrival, data: bytes, zips: int = 0) -> Iterator[Arrival]:
    """A file, or what it holds where it is a zip or a mail, given its bytes and how many zips it is in."""
    format_ = detect_type(data, each.name) if data else None
    if format_ is Format.ARCHIVE:
        if zips >= DEEPEST_ZIP or len(each.members) >= DEEPEST:
            yield each.refuse("压缩包套了太多层，请解压后报送")
        else:
            yield from _members(each, data, zips + 1)
    elif format_ in WRAPPERS:
        yield from _open_mail(each, data, format_, zips)
    else:
        yield each


def _open_mail(whole: Arrival, data: bytes, format_: Format, zips: int) -> Iterator[Arrival]:
    """The files in a mail, or in what mail programs wrap them in."""
    if len(whole.members) >= DEEPEST:
        yield whole.refuse("邮件和压缩包套了太多层，请取出附件后报送")
        return
    sender = whole.sender or sender_in(data, format_)
    try:
        files = enclosed(data, format_, whole.name)
    except Unreadable as why:
        yield replace(whole, sender=sender).refuse(str(why))
        return
    if not files:
        nothing = format_ in NOTHING_BY_ITSELF
        yield replace(whole, litter=True) if nothing else replace(whole, sender=sender).refuse(REFUSED[format_])
    for place, each in enumerate(files):
        file = f"{whole.file}/{each.name.replace(chr(92), '/').rpartition('/')[2] or whole.name}"
        inside = replace(whole, file=file, members=(*whole.members, place), size=len(each.data), sender=sender)
        if inside.size > LARGEST_FILE:
            yield inside.refuse(TOO_BIG)
        else:
            yield from _within(inside, each.data, zips)


def _members(whole: Arrival, data: bytes, zips: int) -> Iterator[Arrival]:
    try:
        with open_zip(data) as container:
            infos = container.infolist()
            if len(infos) > 2 * MOST_MEMBERS or sum(info.file_size for info in infos if _holds(info)) > LARGEST_FILE:
                yield whole.refuse(TOO_MANY)
                return
            names = [name_of(info) for info in infos]
            for place, info in sorted(enumerate(infos), key=lambda each: names[each[0]]):
                if info.is_dir() or not names[place]:
                    continue
                file, members = f"{whole.file}/{names[place]}", (*whole.members, place)
                inside = replace(whole, file=file, members=members, size=info.file_size)
                if is_litter(names[place], _unless_big(info.file_size, partial(container.read, info))):
                    yield replace(inside, litter=True)
                elif info.flag_bits & 1:
                    yield inside.refuse("压缩包设有密码，请取消密码后重新报送")
                elif info.file_size > LARGEST_FILE:
                    yield inside.refuse(TOO_BIG)
                else:
                    yield from _within(inside, container.read(info) if _holds(info) else b"", zips)
    except BROKEN_ZIP:
        yield whole.refuse("压缩包已损坏，无法打开，请重新压缩后报送")


def _unless_big(size: int, read: Callable[[], bytes]) -> Callable[[], bytes]:
    return read if size <= LARGEST_FILE else bytes


def _holds(info: zipfile.ZipInfo) -> bool:
    """Whether a member is looked into, by its name: to read all of them would take long."""
    return info.filename.lower().endswith(HOLDERS)
