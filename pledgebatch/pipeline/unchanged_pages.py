"""Which pages of a month would be written again just as they stand."""

import hashlib
from collections.abc import Mapping
from pathlib import Path

import pandas as pd

from pledgebatch.engine.cache import Cache, stamp
from pledgebatch.publish.folders import folder_names, moves_below, subtrees
from pledgebatch.publish.month_slice import FRAMES
from pledgebatch.publish.personal_texts import find_hidden
from pledgebatch.publish.protection import UNPROTECTED, Protection
from pledgebatch.schema.month import Month


def pages_of(month: Month, protection: Protection = UNPROTECTED) -> dict[str, str]:
    """The folders of organisations and superiors, each with a digest of all that its files are made from."""
    common = repr((month.period, month.parameters, sorted(month.not_evaluated.items()), sorted(month.built_on.items())))
    codes = [*month.registry["organisation"], *month.coverage["organisation"]]
    digests = {code: hashlib.sha256(common.encode()) for code in codes}
    nobody_s = hashlib.sha256()  # the superior of everybody has the office's own books, which hold it too
    for name in FRAMES:  # the rows of the tables are named by the SHA-256 of the file they stand in
        rows = getattr(month, name)
        if rows.empty:
            continue
        rows = rows.drop(columns="submission", errors="ignore")
        hashes = pd.util.hash_pandas_object(rows, index=False)
        for code, own in hashes.groupby(rows["organisation"].fillna(""), sort=False):
            digests.get(code, nobody_s).update(name.encode() + own.to_numpy().tobytes())
    kept_back = (
        repr(protection)
        + nobody_s.hexdigest()
        + "".join(each.digest() for each in find_hidden(month, protection).values())
    )
    names = folder_names(month.registry)
    pages = {f"organisations/{names[code]}": digests[code].hexdigest() for code in month.coverage["organisation"]}
    for superior, below in subtrees(month.registry).items():
        moves = moves_below(month, superior).to_csv(index=False)
        together = kept_back + moves + "".join(digests[code].hexdigest() for code in sorted(below) if code in digests)
        pages[f"supervisors/{names[superior]}"] = together
    return pages


def find_unchanged(cache: Cache, pages: Mapping[str, str], old: Path) -> set[str]:
    """The ``pages`` that stand in ``old`` as they would be written now; nobody touched them since."""
    now = with_stamps(pages, old)
    return {place for place in pages if now[place] == cache.pages.get(place)}


def with_stamps(pages: Mapping[str, str], folder: Path) -> dict[str, str]:
    """``pages`` with the sizes and times of their files in ``folder``."""
    return {place: f"{digest} {stamp(folder / place)}" for place, digest in pages.items()}
