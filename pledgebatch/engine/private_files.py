"""Nobody else on the machine reads what a workspace holds of persons: folders 0700, files 0600, where there are modes."""

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

OTHERS = 0o077
"""The modes by which others than the owner read, write and enter."""
OURS = ("output", ".cache", "mail", "forms", "inbox", "input_templates", ".desk", ".door", "letters")
"""The folders of a workspace in which persons are named; registry and settings are the office's own files."""
LOGS = ("pledgebatch.log", "desk.log")


@contextmanager
def private() -> Iterator[None]:
    """Let what is made meanwhile be readable by nobody else; workers started meanwhile do the same."""
    before = os.umask(OTHERS)
    try:
        yield
    finally:
        os.umask(before)


def open_private(path: str, flags: int) -> int:
    """How ``open`` opens a file that nobody else reads, whatever is allowed otherwise."""
    return os.open(path, flags, 0o600)


def close_to_others(workspace: Path) -> None:
    """Close what an earlier version, or another program, left open in a workspace.

    A folder is closed last, so that one that is closed holds nothing that others reach, and is not looked through again.
    """
    if os.name == "nt":  # the folder's own permissions are inherited there
        return
    for name in (*OURS, *LOGS):
        _close(workspace / name)


def _close(place: Path | os.DirEntry[str]) -> None:
    with suppress(OSError):  # somebody else's, or gone meanwhile
        if place.is_symlink():
            return
        mode = place.stat().st_mode
        if not mode & OTHERS:
            return
        if place.is_dir():
            with os.scandir(place) as inside:
                for each in inside:
                    _close(each)
        os.chmod(place, mode & ~OTHERS & 0o7777)
