"""The folders of a published month: one for each organisation, one for each superior, and what stands in them already."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import pandas as pd

from pledgebatch.publish.render import href
from pledgebatch.schema.month import Month
from pledgebatch.xlsx.safe_text import file_name, make_distinct


@dataclass(frozen=True)
class Place:
    """Where a month is published, and what of it stands already."""

    folder: Path
    old: Path = Path()
    """The month as it was published before."""
    same: Collection[str] = ()
    """The folders in ``old`` that are not written again."""
    names: Mapping[str, str] = field(default_factory=dict)
    """The folder of each organisation."""

    def keeps(self, kind: str, code: str) -> bool:
        """Whether the folder of an organisation stands as it would be written."""
        return f"{kind}/{self.names[code]}" in self.same


def folder_names(registry: pd.DataFrame) -> dict[str, str]:
    """The folder of each registered organisation: its code and name; no two are alike."""
    codes = registry["organisation"].tolist()
    return dict(zip(codes, make_distinct(map(file_name, codes, registry["org_name"].fillna(""))), strict=True))


def subtrees(registry: pd.DataFrame) -> dict[str, list[str]]:
    """For each superior organisation, the codes of all those below it; a circle in the registry is cut."""
    below: dict[str, list[str]] = {}
    for code, parent in zip(registry["organisation"], registry["parent_code"], strict=True):
        if isinstance(parent, str) and parent != code:
            below.setdefault(parent, []).append(code)
    known = set(registry["organisation"])
    return {code: _all_below(code, below) for code in below if code in known}


def moves_below(month: Month, superior: str) -> pd.DataFrame:
    """What the office changed in its registry below a superior, before or now."""
    moves = month.registry_moves
    own = [superior in above.split("、") for above in moves["superiors"].fillna("")]
    return moves[pd.Series(own, index=moves.index, dtype="bool")].reset_index(drop=True)


def _all_below(code: str, below: Mapping[str, list[str]]) -> list[str]:
    found: dict[str, None] = {}
    waiting = list(below[code])
    while waiting:
        each = waiting.pop(0)
        if each not in found and each != code:
            found[each] = None
            waiting.extend(below.get(each, []))
    return list(found)


def links_in(folder: Path, kind: str, name: str) -> dict[str, str]:
    """Links to the files that were written for an organisation or a superior."""
    paths = sorted((folder / kind / name).iterdir())
    return {path.stem.partition("_")[0]: href(f"{kind}/{name}/{path.name}") for path in paths}


def write_page(path: Path, text: str) -> None:
    """Write a page, the same on every system."""
    path.write_text(text, "utf-8", newline="\n")
