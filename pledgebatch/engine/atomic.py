"""Puts a finished folder or file in the place of the last one, so that there is always one that is whole.

Whoever writes holds the workspace (``pipeline.lock``); a process that is stopped or killed at any point destroys nothing.
"""

import ctypes
import os
import re
import secrets
import shutil
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from pledgebatch.mistakes import OfficeMistake, mendable

PATIENCE = 1.0
"""Seconds that a reader waits for a folder that is being replaced."""
AT_FDCWD, RENAME_EXCHANGE = -100, 2
"""Of Linux: relative to the current folder; two names change places."""


@contextmanager
def replacing(folder: Path) -> Iterator[Path]:
    """Yield an empty folder that takes the place of ``folder`` at the end; after an exception the old one stays.

    Raises OfficeMistake where the place cannot be written to.
    """
    fresh = _fresh(folder)
    try:
        recover(folder)
        try:
            fresh.mkdir(parents=True)
        except OSError as mistake:
            raise mendable(mistake, folder.parent) or _refused(folder.parent) from mistake
        yield fresh
        _swap(fresh, folder)
    except Exception as mistake:
        sentence = mendable(mistake, folder)
        if sentence is None or sentence is mistake:
            raise
        raise OfficeMistake(str(sentence).replace(fresh.name, folder.name)) from mistake
    finally:
        shutil.rmtree(fresh, ignore_errors=True)


@contextmanager
def writing(file: Path, published: Path | None = None) -> Iterator[Path]:
    """Yield a name to write a file under that takes the place of ``file`` at the end; after an exception it is gone.

    What a killed process leaves stands beside ``file``, or beside the folder ``published`` that holds it.
    """
    fresh = _fresh(published or file)
    try:
        yield fresh
        fresh.replace(file)
    finally:
        fresh.unlink(missing_ok=True)


def recover(folder: Path) -> None:
    """Put back the last good ``folder`` if a swap was cut short, and clear away what killed processes left.

    Only for who holds the workspace: another's unfinished work is left work to it.
    """
    old = _old(folder)
    if old.exists() and not folder.exists():
        old.rename(folder)
    left = re.compile(rf"\.{re.escape(folder.name)}\.([0-9a-f]+\.)?(new|old)")
    for each in folder.parent.iterdir() if folder.parent.is_dir() else ():
        if left.fullmatch(each.name):
            _clear(each)


def settle(parent: Path) -> None:
    """See to it that no folder in ``parent`` is between its old place and its new one, as a reader wants it."""
    for old in sorted(parent.glob(".*.old")) if parent.is_dir() else ():
        folder = parent / old.name[1:-4]
        late = time.monotonic() + PATIENCE
        while old.exists() and not folder.exists() and time.monotonic() < late:
            time.sleep(0.05)
        if not folder.exists():
            with suppress(OSError):  # somebody else has, or may: who only reads need not
                old.rename(folder)


def _swap(fresh: Path, folder: Path) -> None:
    """Put ``fresh`` in the place of ``folder``, at one stroke where the system can."""
    if not folder.exists():
        fresh.rename(folder)
    elif not _exchange(fresh, folder):
        old = _old(folder)
        folder.rename(old)
        try:
            fresh.rename(folder)
        except BaseException:  # Ctrl-C too leaves the old one in its place
            old.rename(folder)
            raise
        shutil.rmtree(old, ignore_errors=True)


def _exchange(one: Path, other: Path) -> bool:
    """Let two folders change names, so that neither is ever away; whether that was possible."""
    if sys.platform != "linux":
        return False
    try:
        rename = ctypes.CDLL(None).renameat2
    except AttributeError:  # another C library than glibc
        return False
    names = os.fsencode(one), os.fsencode(other)
    failed: int = rename(AT_FDCWD, names[0], AT_FDCWD, names[1], RENAME_EXCHANGE)  # some file systems cannot
    return not failed


def _fresh(folder: Path) -> Path:
    """A name of this process's own: nobody writes what another is writing."""
    return folder.with_name(f".{folder.name}.{secrets.token_hex(3)}.new")


def _old(folder: Path) -> Path:
    return folder.with_name(f".{folder.name}.old")


def _clear(place: Path) -> None:
    if place.is_dir() and not place.is_symlink():
        shutil.rmtree(place, ignore_errors=True)
    else:
        with suppress(OSError):  # left work is no harm, and cleared away the next time
            place.unlink()


def _refused(folder: Path) -> OfficeMistake:
    return OfficeMistake(f"无法写入 {folder}，请检查文件夹权限、磁盘空间，或文件是否正在 Excel 中打开")


def link(source: str | Path, target: str | Path) -> None:
    """A second name for a file that is not written to any more; a copy where the disk has none."""
    try:
        os.link(source, target)
    except OSError:
        shutil.copy2(source, target)


def is_same_file(one: Path, other: Path) -> bool:
    """Whether two files hold the same bytes."""
    return one.stat().st_size == other.stat().st_size and one.read_bytes() == other.read_bytes()
