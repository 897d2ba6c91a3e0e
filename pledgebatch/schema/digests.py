"""The digests of what a month keeps: one byte that changed since is seen before anything is made of it."""

import hashlib
import json
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path

from pledgebatch.mistakes import OfficeMistake

DATA, DIGESTS = "data", "digests.json"
"""The folder of a month that holds its tables, and the file in it that holds the digests."""
MANIFEST = "manifest.json"


class DamagedMonth(OfficeMistake):
    """What a month kept is not what was written; the text names the month and says how to mend it."""


def damaged_month(month: Path, what: str) -> DamagedMonth:
    """The mistake to raise for the ``month`` of a folder, of which ``what`` is wrong."""
    redo = f"请重做这个月：pledgebatch consolidate --period {month.name} --again"
    return DamagedMonth(f"{month.name} 的存档已损坏（{what}），{redo}")


def seal(month: Path) -> None:
    """Write down the SHA-256 of the manifest and of all data of the ``month`` in a folder."""
    paths = [
        month / MANIFEST,
        *sorted(path for path in (month / DATA).iterdir() if path.is_file() and path.name != DIGESTS),
    ]
    files = {path.relative_to(month).as_posix(): sha256_of(path) for path in paths}
    text = json.dumps({"files": files, "together": _together(files)}, ensure_ascii=False, indent=1, sort_keys=True)
    (month / DATA / DIGESTS).write_text(text + "\n", "utf-8", newline="\n")


def names_of(month: Path) -> frozenset[str] | None:
    """What the ``month`` in a folder wrote down digests of; None where an earlier version published it, without any."""
    digests = _digests(month)
    return None if digests is None else frozenset(digests)


def require_as_written(month: Path, name: str) -> None:
    """Raise DamagedMonth where a file of the ``month`` in a folder is not there, or is known not to be as written."""
    path = month / name
    if not path.is_file():
        raise damaged_month(month, f"缺少 {name}")
    digests = _digests(month)
    if digests is not None and digests.get(name) != sha256_of(path):
        raise damaged_month(month, f"{name} 与汇总时写下的不同")


def _digests(month: Path) -> dict[str, str] | None:
    path = month / DATA / DIGESTS
    if not path.exists():
        return None
    try:
        written = json.loads(path.read_text("utf-8"))
        files: dict[str, str] = written["files"]
        whole = written["together"] == _together(files)
    except PermissionError:
        raise file_in_use(path) from None
    except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError):
        whole = False
    if not whole:
        raise damaged_month(month, f"{DATA}/{DIGESTS} 读不出来")
    return files


def _together(files: Mapping[str, str]) -> str:
    """A digest of the digests themselves."""
    return hashlib.sha256(repr(sorted(files.items())).encode()).hexdigest()


def file_in_use(path: Path) -> OfficeMistake:
    """The mistake to raise for a file that may not be read now."""
    return OfficeMistake(f"{path} 打不开，请检查是否正在别的程序中打开，或无权读取")


def sha256_of(path: Path) -> str:
    """The SHA-256 of a file."""
    return _read_sha256(path, *as_it_stands(path))


def as_it_stands(path: Path) -> tuple[int, int, int]:
    """What tells a process that a file which it has read is still the same: its size and times."""
    state = path.stat()
    return state.st_size, state.st_mtime_ns, state.st_ctime_ns


@lru_cache(4096)
def _read_sha256(path: Path, *standing: int) -> str:
    """The digest of a file, read once a process as long as it stands as it did."""
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except PermissionError:
        raise file_in_use(path) from None
