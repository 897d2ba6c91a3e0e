"""A month rebuilt: what was sent is kept, and compared with what stands now."""

import os
import shutil
from pathlib import Path

import pandas as pd

from pledgebatch.months.archive import MANIFEST, in_ledger
from pledgebatch.months.changes import movements
from pledgebatch.schema.frames import Month, Movement, as_agreed

SENT = "sent"
"""The folder of a month's output in which earlier versions stand as they were sent, numbered from 1."""
COMPARISON = "重做对照"
TOLD = ["organisation", "file", "sheet", "cell", "rule", "severity", "message"]


def keep_as_sent(old: Path, fresh: Path, again: bool) -> Path | None:
    """Keep earlier versions of a month in ``fresh``, with the one in ``old`` itself where it is rebuilt ``again``.

    Returns the folder of the last version sent, None where there is none. A month rebuilt to the same bytes is no
    new version.
    """
    if not (old / MANIFEST).is_file():
        return None
    versions = sorted((old / SENT).iterdir(), key=lambda path: int(path.name)) if (old / SENT).is_dir() else []
    for version in versions:
        shutil.copytree(version, fresh / SENT / version.name, copy_function=_link)
    if again and _content(old) != _content(fresh):
        number = len(versions) + 1
        shutil.copytree(
            old, fresh / SENT / str(number), ignore=lambda folder, names: {SENT} & set(names) if Path(folder) == old else set(),
            copy_function=_link,
        )  # fmt: skip
        return fresh / SENT / str(number)
    return fresh / SENT / versions[-1].name if versions else None


def differences(sent: Month, now: Month) -> dict[str, pd.DataFrame]:
    """What differs from what was sent: ``states`` of organisations, ``rows`` of the ledgers, ``findings``, ``files``."""
    return {
        "states": _fields(sent.coverage, now.coverage, ["organisation"], "state"),
        "rows": movements(in_ledger(sent.tables), in_ledger(now.tables)),
        "findings": _whole(as_agreed(sent.findings), as_agreed(now.findings), TOLD),
        "files": _whole(sent.submissions, now.submissions, ["organisation", "file", "sha256", "state"]),
    }


def _fields(old: pd.DataFrame, new: pd.DataFrame, key: list[str], field: str) -> pd.DataFrame:
    both = old[[*key, field]].merge(new[[*key, field]], how="outer", on=key, suffixes=("_before", "_after"))
    both = both.rename(columns={f"{field}_before": "before", f"{field}_after": "after"})
    return both[both["before"].fillna("") != both["after"].fillna("")].reset_index(drop=True)


def _whole(old: pd.DataFrame, new: pd.DataFrame, key: list[str]) -> pd.DataFrame:
    """Lines that one has and the other has not, with ``kind``; several alike count as several."""
    old, new = (rows[key].assign(nth=rows.groupby(key, dropna=False).cumcount()) for rows in (old, new))
    both = old.merge(new, how="outer", on=[*key, "nth"], indicator="side")
    kinds = {"left_only": str(Movement.GONE), "right_only": str(Movement.ADDED)}
    only = both[both["side"] != "both"]
    told = only.assign(kind=only["side"].astype("str").map(kinds)).drop(columns=["nth", "side"])
    order = {**dict.fromkeys(key[:2], True), "kind": False}  # what is gone stands before what took its place
    return told.sort_values(list(order), ascending=list(order.values()), kind="stable", ignore_index=True)


def _content(folder: Path) -> dict[str, bytes]:
    """Every file below ``folder`` but the earlier versions and the comparison with them."""
    paths = sorted(path for path in folder.rglob("*") if path.is_file())
    own = [path for path in paths if path.relative_to(folder).parts[0] != SENT and not path.name.startswith(COMPARISON)]
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in own}


def _link(source: str, target: str) -> str:
    """A second name for the same file; a copy where the disk has none."""
    try:
        os.link(source, target)
    except OSError:
        shutil.copy2(source, target)
    return target
