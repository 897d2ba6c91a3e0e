"""The texts of tables as they go into workbooks: fit for cells, and sorted out by whose they are."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from pledgebatch.publish.safe import cell_texts
from pledgebatch.schema.fields import Sheet


@dataclass(frozen=True)
class Rows:
    """The texts of a table by field key, and for each row its place in the branch's own file."""

    own: list[int] = field(default_factory=list)
    texts: Mapping[str, list[str]] = field(default_factory=dict)
    locked: Mapping[str, list[bool]] = field(default_factory=dict)
    """By field key, which rows may not change it."""

    def __len__(self) -> int:
        return len(self.own)

    def column(self, key: str) -> list[str]:
        """The texts of a field, blank where the frame does not have it."""
        return self.texts.get(key) or [""] * len(self.own)

    def only(self, places: Sequence[int]) -> "Rows":
        """The rows at some places."""
        own = [self.own[at] for at in places]
        texts = {key: list(map(told.__getitem__, places)) for key, told in self.texts.items()}
        locked = {key: list(map(flags.__getitem__, places)) for key, flags in self.locked.items()}
        return Rows(own, texts, {key: flags for key, flags in locked.items() if any(flags)})


def rows_of(sheet: Sheet, frame: pd.DataFrame | Rows | None, suffix: str = "") -> Rows:
    """The texts of ``frame``, made fit for cells; they may be that already.

    Columns are field keys with ``suffix``; those that are blank from top to bottom are left out.
    """
    if isinstance(frame, Rows):
        return frame
    if frame is None or frame.empty:
        return Rows()
    columns = {each.key: each.key + suffix for each in sheet.fields}
    told = {key: frame[name] for key, name in columns.items() if name in frame}
    texts = {key: cell_texts(column.tolist()) for key, column in told.items() if column.any()}
    own = frame["row"].fillna(0).astype("int64").tolist() if "row" in frame else [0] * len(frame)
    settled = frame["settled"].tolist() if "settled" in frame else []
    return Rows(own, texts, dict.fromkeys(sheet.settled, settled) if any(settled) else {})


def rows_by(whose: str, sheet: Sheet, frame: pd.DataFrame, suffix: str = "") -> dict[str, Rows]:
    """The texts of ``frame`` sorted out by its column ``whose``, all at once: frames are slow at a few rows each."""
    every = rows_of(sheet, frame, suffix)
    return {str(one): every.only(np.asarray(places).tolist()) for one, places in frame.groupby(whose).indices.items()}
