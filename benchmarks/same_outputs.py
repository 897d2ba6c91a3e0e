"""Compares two workspaces file by file: whether a change of the program left what it writes as it was.

    python benchmarks/same_outputs.py BEFORE AFTER

Prints each difference, and ends with status 1 where there is one. A container (a workbook, a zip) must have the same
members in the same order with the same unpacked bytes, everything else the same bytes; but for digests, which follow from
how a container was packed, and the program's version. What a command keeps for itself (``.cache``) is not compared.
"""

import re
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pandas as pd

DIGEST = re.compile(rb"\b[0-9a-f]{64}\b")
VERSION = re.compile(rb'("(?:program|version|pledgebatch)": *)"[^"]*"')
NOT_COMPARED = {".cache", "pledgebatch.log", ".pledgebatch.lock"}


def differences(before: Path, after: Path) -> Iterator[str]:
    """What differs between the files of two folders, in the order of their names."""
    one, other = _files(before), _files(after)
    for name in sorted(one.keys() | other.keys()):
        if name not in one or name not in other:
            yield f"{name}: only {'after' if name in other else 'before'}"
        elif one[name].read_bytes() != other[name].read_bytes():
            yield from (f"{name}: {what}" for what in _unlike(one[name], other[name]))


def _files(folder: Path) -> dict[str, Path]:
    found = {path.relative_to(folder): path for path in folder.rglob("*") if path.is_file()}
    return {name.as_posix(): path for name, path in found.items() if NOT_COMPARED.isdisjoint(name.parts)}


def _unlike(one: Path, other: Path) -> Iterator[str]:
    if zipfile.is_zipfile(one) and zipfile.is_zipfile(other):
        yield from _unlike_members(one, other)
    elif one.suffix == ".parquet":
        if not _without_digests(pd.read_parquet(one)).equals(_without_digests(pd.read_parquet(other))):
            yield "other rows"
    elif _neutral(one.read_bytes()) != _neutral(other.read_bytes()):
        yield "other bytes"


def _unlike_members(one: Path, other: Path) -> Iterator[str]:
    with zipfile.ZipFile(one) as before, zipfile.ZipFile(other) as after:
        if before.namelist() != after.namelist():
            yield f"members {before.namelist()}, then {after.namelist()}"
            return
        for name in before.namelist():
            if _neutral(before.read(name)) != _neutral(after.read(name)):
                yield f"member {name}"


def _neutral(data: bytes) -> bytes:
    return VERSION.sub(rb'\1"?"', DIGEST.sub(b"?", data))


def _without_digests(rows: pd.DataFrame) -> pd.DataFrame:
    digests = [key for key in rows if "sha256" in str(key)]
    return rows.drop(columns=digests).replace(DIGEST.pattern.decode(), "?", regex=True)


if __name__ == "__main__":
    found = list(differences(Path(sys.argv[1]), Path(sys.argv[2])))
    print("\n".join(found) or "the same")
    sys.exit(bool(found))
