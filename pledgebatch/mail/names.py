"""Names of files that every disk takes, made of those that senders gave."""

import re
from collections.abc import Iterator
from pathlib import PurePosixPath

from pledgebatch.schema.texts import visible

_UNSAFE = re.compile(r'[<>:"/\\|?*\x00-\x1f\x7f\ud800-\udfff]')
"""What disks do not take in a name: halves of characters neither."""
_RESERVED = re.compile(r"(?i)(con|prn|aux|nul|com\d|lpt\d)(\..*)?")
LONGEST_STEM, LONGEST_SUFFIX = 80, 10
LONGEST_BYTES = 245
"""Disks take 255; a number may be added."""


def safe_name(name: str) -> str:
    """A name that every disk takes: no path in it, nothing hidden, its suffix kept."""
    bare = _UNSAFE.sub("", PurePosixPath(visible(name.replace("\\", "/"))).name).strip(". ")
    stem, dot, suffix = bare.rpartition(".")
    if not dot or len(suffix) > LONGEST_SUFFIX:
        stem, dot, suffix = bare, "", ""
    room = LONGEST_BYTES - len(f"{dot}{suffix}".encode())
    stem = stem[:LONGEST_STEM].encode()[:room].decode("utf-8", "ignore").strip(". ") or "附件"
    whole = f"{stem}{dot}{suffix}"
    return f"_{whole}" if _RESERVED.fullmatch(whole) or whole.startswith("~$") else whole


def free_names(name: str) -> Iterator[str]:
    """``name``, then the same with a number, for a place where it is taken."""
    path = PurePosixPath(name)
    yield name
    number = 2
    while True:
        yield f"{path.stem}（{number}）{path.suffix}"
        number += 1
