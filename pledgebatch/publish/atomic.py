"""Puts a finished folder in the place of the last one, so that there is always one that is whole."""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from pledgebatch.mistakes import OfficeMistake


@contextmanager
def replacing(folder: Path) -> Iterator[Path]:
    """Yield an empty folder that takes the place of ``folder`` at the end; after an exception the old one stays.

    Raises OfficeMistake where the place cannot be written to.
    """
    fresh = folder.with_name(f".{folder.name}.new")
    recover(folder)
    try:
        shutil.rmtree(fresh, ignore_errors=True)
        fresh.mkdir(parents=True)
    except OSError:
        raise OfficeMistake(
            f"无法写入 {folder.parent}，请检查文件夹权限、磁盘空间，或文件是否正在 Excel 中打开"
        ) from None
    try:
        yield fresh
        _swap(fresh, folder)
    except OSError as mistake:
        raise OfficeMistake(
            f"写入 {folder} 时出错（{mistake.strerror or mistake}），请检查磁盘空间，并关闭正在打开的输出文件后重试；上一次的结果没有改动"
        ) from None
    finally:
        shutil.rmtree(fresh, ignore_errors=True)


def recover(folder: Path) -> None:
    """Put back the last good ``folder`` if a swap was cut short."""
    old = _old(folder)
    if old.exists() and not folder.exists():
        old.rename(folder)


def _swap(fresh: Path, folder: Path) -> None:
    old = _old(folder)
    shutil.rmtree(old, ignore_errors=True)
    if folder.exists():
        folder.rename(old)
    fresh.rename(folder)
    shutil.rmtree(old, ignore_errors=True)


def _old(folder: Path) -> Path:
    return folder.with_name(f".{folder.name}.old")


def link(source: str | Path, target: str | Path) -> None:
    """A second name for a file that is not written to any more; a copy where the disk has none."""
    try:
        os.link(source, target)
    except OSError:
        shutil.copy2(source, target)
