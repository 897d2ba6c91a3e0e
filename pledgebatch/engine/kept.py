"""What people put into a folder of outputs, or changed there: kept when the folder is written anew.

Such a folder holds a record of what the program wrote; whatever else stands in it is somebody's. Of what an earlier
version wrote, which kept no record, nothing is known.
"""

import re
import unicodedata
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path

from pledgebatch.engine.atomic import is_same_file, link, replacing
from pledgebatch.schema.digests import as_it_stands, sha256_of

RECORD = ".pledgebatch.written"
LINE = re.compile(r"([0-9a-f]{64}|-)  (.+)")
"""A digest and a path, as the usual programs for digests write them; a stroke for what nobody writes into."""
EDITED = frozenset((".xlsx", ".csv", ".docx"))
"""What people write into; where a page or a table of data is not as it was written, a disk is to blame."""
CHANGED = "（改过的{}）"
LEFT = (".", "~$")
"""How the names of files begin that programs leave behind."""


@contextmanager
def writing_anew(folder: Path) -> Iterator[Path]:
    """Yield an empty folder that takes the place of ``folder`` at the end, as ``replacing`` does, with what others had in it."""
    with replacing(folder) as fresh:
        yield fresh
        _record_own(fresh)
        if folder.is_dir():
            _keep_others(folder, fresh)


def find_others(folder: Path) -> dict[str, bool]:
    """The files in ``folder`` that are not as the program wrote them, and whether it wrote them at all."""
    own = _read_records(folder)
    if own is None:
        return {}
    found = {}
    for name in _files(folder):
        digest = own.get(_as_recorded(name))
        if digest is None or (Path(name).suffix in EDITED and sha256_of(folder / name) != digest):
            found[name] = digest is not None
    return found


def list_own(folder: Path) -> list[Path]:
    """The files right in ``folder`` that the program wrote, changed since or not; all where no record is near."""
    paths = sorted(path for path in folder.iterdir() if path.is_file())
    near = next((above / RECORD for above in (folder, *folder.parents) if (above / RECORD).is_file()), None)
    if near is None:
        return paths
    own = _read_record(near, *as_it_stands(near))
    return [path for path in paths if _as_recorded(path.relative_to(near.parent).as_posix()) in own]


def _record_own(folder: Path) -> None:
    """Write down in ``folder`` what the program wrote there; a folder in it with a record of its own has its own."""
    others = {path.parent for path in folder.rglob(RECORD) if path.parent != folder}
    paths = [folder / name for name in _files(folder) if others.isdisjoint((folder / name).parents)]
    lines = [
        f"{sha256_of(path) if path.suffix in EDITED else '-'}  {path.relative_to(folder).as_posix()}\n"
        for path in paths
    ]
    (folder / RECORD).write_text("".join(lines), "utf-8", newline="\n")


def _keep_others(old: Path, fresh: Path) -> None:
    """Keep in ``fresh``, which is to take the place of ``old``, what others put into ``old``, each file in its place.

    What they changed of the program's own stands beside it, under a name that says so.
    """
    for name, changed in sorted(
        find_others(old).items(), key=lambda each: each[1]
    ):  # a name that is theirs stays theirs
        source, target = old / name, fresh / name
        if target.exists() and is_same_file(source, target):
            continue
        target.parent.mkdir(parents=True, exist_ok=True)
        link(source, _name_beside(target) if changed or target.exists() else target)


def _read_records(folder: Path) -> dict[str, str] | None:
    """By path the digests that the record of ``folder`` says, or that of the folder around it, and those of folders in
    it; None where neither it nor the one around has any."""
    near = [above / RECORD for above in (folder.parent, folder) if (above / RECORD).is_file()]
    if not near:
        return None
    inside = sorted((path for path in folder.rglob(RECORD) if path not in near), key=lambda path: len(path.parts))
    own = {}
    for record in (*near, *inside):
        for name, digest in _read_record(record, *as_it_stands(record)).items():
            path = record.parent / name
            if path.is_relative_to(folder):
                own[path.relative_to(folder).as_posix()] = digest
    return own


@lru_cache(8)
def _read_record(record: Path, *standing: int) -> Mapping[str, str]:
    """What one record says of each path, read once a process as long as it stands as it did."""
    lines = LINE.findall(record.read_text("utf-8", errors="replace"))
    return {_as_recorded(name): digest for digest, name in lines}


def _as_recorded(name: str) -> str:
    """A path as one text, however a disk composes its characters."""
    return unicodedata.normalize("NFC", name)


def _files(folder: Path) -> list[str]:
    """The paths of all files below ``folder`` but those that programs leave behind."""
    paths = (path for path in folder.rglob("*") if path.is_file() and not path.name.startswith(LEFT))
    return sorted(path.relative_to(folder).as_posix() for path in paths)


def _name_beside(path: Path) -> Path:
    """A free name for another copy of the file at ``path``."""
    marks = (CHANGED.format(number or "") for number in (0, *range(2, 10**6)))
    names = (path.with_name(f"{path.stem}{mark}{path.suffix}") for mark in marks)
    return next(each for each in names if not each.exists())
