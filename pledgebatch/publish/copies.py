"""Of several files of one organisation: which was used and why, and what the office should look at first."""

from collections.abc import Iterator
from typing import Any

import pandas as pd

from pledgebatch.rules.facts.names import shown_names
from pledgebatch.schema.month import Month
from pledgebatch.schema.records import with_labels
from pledgebatch.schema.states import LIVE, State


def organisations_with_copies(month: Month) -> list[dict[str, Any]]:
    """The organisations of which several files came, those first whose file in use has errors another has not.

    Each with its ``name``, the ``used`` file, and the ``others``; ``errors`` are those of the file in use where another
    has none.
    """
    names = _names(month)
    listed = []
    for each, files in _with_errors(month).groupby("organisation", sort=False):
        code = str(each)
        if code not in names or len(files) < 2:
            continue
        rows = with_labels(files.sort_values(["received", "file"], kind="stable"))
        used = next((row for row in rows if row["state"] in LIVE), None)
        others = [row for row in rows if row is not used]
        better = any(row["errors"] == 0 for row in others if row["state"] == State.SUPERSEDED)
        errors = used["errors"] if used and better else 0
        listed.append({"name": names[code], "used": used, "others": others, "errors": errors})
    return sorted(listed, key=lambda each: not each["errors"])


def files_of_others(month: Month) -> Iterator[dict[str, Any]]:
    """The files that came from the address of one organisation and claim to be another's."""
    names, files = _names(month), _with_errors(month)
    for row in with_labels(files[files["sent_by"].notna()]):
        yield row | {
            "name": names.get(row["organisation"], row["organisation"]),
            "sender": names.get(row["sent_by"], row["sent_by"]),
            "used": row["state"] in LIVE,
        }


def _names(month: Month) -> dict[str, str]:
    return shown_names(month.registry)


def _with_errors(month: Month) -> pd.DataFrame:
    """The files with ``errors`` and ``sent_by``, which a month rolled up from an earlier version does not have."""
    files = month.submissions.copy()
    for name, dtype in {"errors": "Int64", "sent_by": "str"}.items():
        if name not in files:
            files[name] = pd.Series(pd.NA, index=files.index, dtype=dtype)
    return files
