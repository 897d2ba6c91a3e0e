"""What is kept of earlier runs, so that a rerun makes only what changed. May be deleted any time."""

import hashlib
import json
import os
import shutil
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path

import pandas as pd

from pledgebatch.mistakes import OfficeMistake
from pledgebatch.schema.digests import sha256_of

INDEX = "index.json"
Stamp = list[list[str | int]]


class Cache:
    """A folder of things made by earlier runs of this very program, each below a name that says what it is made from.

    Nothing is known where the index is damaged or another version of the program wrote it.
    """

    def __init__(self, folder: Path) -> None:
        """Look into ``folder``, which is made. Raises OfficeMistake where it cannot be written to."""
        self.folder = folder
        self.pages: dict[str, str] = {}
        self._known: dict[str, Stamp] = {}
        self._used: set[str] = set()
        try:
            _clear(folder, unless=Path.is_dir)
            folder.mkdir(parents=True, exist_ok=True)
            _clear(folder / INDEX, unless=Path.is_file)
            for kind in folder.iterdir():
                _clear(kind, unless=lambda place: place.is_dir() or place.name == INDEX)
        except OSError:
            raise OfficeMistake(f"无法写入 {folder}，请检查文件夹权限和磁盘空间") from None
        try:
            index = json.loads((folder / INDEX).read_text("utf-8"))
            if index["program"] == program():
                self.pages, self._known = dict(index["pages"]), dict(index["made"])
        except (OSError, ValueError, KeyError, TypeError, RecursionError):  # there is none, or it is damaged
            pass

    def made(self, kind: str) -> list[str]:
        """The names of one ``kind`` that stand as they were made."""
        return sorted(name for name in self._known if name.startswith(f"{kind}/") and self.has(name))

    def has(self, name: str) -> bool:
        """Whether ``name`` stands as it was made."""
        return name in self._known and self._known[name] == stamp(self.folder / name)

    def use(self, name: str) -> Path:
        """The place of ``name``, made in this run or before, which is kept for the next."""
        self._used.add(name)
        return self.folder / name

    def save(self) -> None:
        """Write down what was made so far, so that a run that is cut short need not begin anew."""
        made = self._known | {name: stamp(self.folder / name) for name in sorted(self._used)}
        index = {"program": program(), "pages": self.pages, "made": made}
        fresh = self.folder / f".{INDEX}.new"
        fresh.write_text(json.dumps(index), "utf-8")
        os.replace(fresh, self.folder / INDEX)

    def close(self, pages: Mapping[str, str]) -> None:
        """Write down what was used, with digests of the ``pages``, and forget the rest."""
        self.pages, self._known = dict(pages), {}
        self.save()
        for kind in self.folder.iterdir():
            for each in kind.iterdir() if kind.is_dir() else ():
                if f"{kind.name}/{each.name}" not in self._used:
                    _clear(each)


@contextmanager
def making(place: Path) -> Iterator[Path]:
    """Yield an empty folder that becomes ``place`` when it is done; what stood there is gone then."""
    fresh = place.with_name(f".{place.name}.{os.getpid()}.new")
    shutil.rmtree(fresh, ignore_errors=True)
    fresh.mkdir(parents=True)
    try:
        yield fresh
        _clear(place)
        fresh.rename(place)
    except BaseException:  # Ctrl-C too leaves nothing half made, nor does a full disk
        shutil.rmtree(fresh, ignore_errors=True)
        raise


def _clear(place: Path, unless: Callable[[Path], bool] = lambda place: False) -> None:
    """Let nothing stand at ``place`` that is not what is expected there."""
    if place.is_dir() and not unless(place):
        shutil.rmtree(place, ignore_errors=True)
    elif place.exists() and not unless(place):
        place.unlink(missing_ok=True)


def digest(*parts: object) -> str:
    """A name for what is made from ``parts``: texts, or whatever says itself in full."""
    return hashlib.sha256("\n".join(map(str, parts)).encode("utf-8", "surrogatepass")).hexdigest()[:32]


def digest_of(rows: pd.DataFrame) -> str:
    """A name for what is made from ``rows``, in their order."""
    hashes = pd.util.hash_pandas_object(rows, index=False).to_numpy()
    return digest(list(rows), hashlib.sha256(hashes.tobytes()).hexdigest())


def stamp(folder: Path) -> Stamp:
    """The names, sizes, times and digests of the files in ``folder``: whether they are as they were."""
    paths = sorted(path for path in folder.iterdir() if path.is_file()) if folder.is_dir() else []
    return [[path.name, path.stat().st_size, path.stat().st_mtime_ns, sha256_of(path)] for path in paths]


@cache
def program() -> str:
    """A digest of the program itself: another version may read and write otherwise."""
    digest = hashlib.sha256()
    for path, content in sorted(_sources(files("pledgebatch"))):
        digest.update(path.encode() + content)
    return digest.hexdigest()


def _sources(folder: Traversable, above: str = "") -> list[tuple[str, bytes]]:
    found = []
    for each in folder.iterdir():
        if each.is_dir() and each.name != "__pycache__":
            found += _sources(each, f"{above}{each.name}/")
        elif each.name.endswith((".py", ".csv", ".toml", ".j2")):
            found.append((above + each.name, each.read_bytes()))
    return found
