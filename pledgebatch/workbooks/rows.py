"""The texts of tables as they go into workbooks: fit for cells, and sorted out by whose they are."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeVar

import numpy as np
import pandas as pd

from pledgebatch.schema.corrected import note_of, originals_of
from pledgebatch.schema.fields import Sheet
from pledgebatch.schema.frames import CORRECTED, NOTE
from pledgebatch.schema.records import values_of
from pledgebatch.xlsx.safe_text import cell_text, cell_texts

Each = TypeVar("Each")


@dataclass(frozen=True)
class Rows:
    """The texts of a table by field key, and for each row its place in the branch's own file."""

    own: list[int] = field(default_factory=list)
    texts: Mapping[str, list[str]] = field(default_factory=dict)
    locked: Mapping[str, list[bool]] = field(default_factory=dict)
    """By field key, which rows may not change it."""
    corrected: Mapping[str, list[str]] = field(default_factory=dict)
    """By field key, what is noted on the cells that the office corrected; empty for others."""
    since: Mapping[str, str] = field(default_factory=dict)
    """By field key the month in which its texts were read last, where they could not be read since."""
    extras: Sequence[tuple[str, Mapping[int, str]]] = ()
    """The branch's own columns: the header of each, and its texts by the place of the row in the branch's own file."""

    def __len__(self) -> int:
        return len(self.own)

    def column(self, key: str) -> list[str]:
        """The texts of a field, blank where the frame does not have it."""
        return self.texts.get(key) or [""] * len(self.own)

    def take(self, places: Sequence[int]) -> "Rows":
        """The rows at some places."""
        own = [self.own[at] for at in places]
        texts = {key: list(map(texts.__getitem__, places)) for key, texts in self.texts.items()}
        locked = {key: list(map(flags.__getitem__, places)) for key, flags in self.locked.items()}
        notes = {key: list(map(notes.__getitem__, places)) for key, notes in self.corrected.items()}
        return Rows(own, texts, _some(locked), _some(notes))


def rows_of(sheet: Sheet, frame: pd.DataFrame | Rows | None) -> Rows:
    """The texts of ``frame``, made fit for cells; they may be that already.

    Columns are field keys; those that are blank from top to bottom are left out.
    """
    if isinstance(frame, Rows):
        return frame
    if frame is None or frame.empty:
        return Rows()
    columns = {each.key: frame[each.key] for each in sheet.fields if each.key in frame}
    values = {key: values_of(column) for key, column in columns.items()}
    texts = {key: cell_texts(each) for key, each in values.items() if any(each)}
    own = frame["row"].fillna(0).astype("int64").tolist() if "row" in frame else [0] * len(frame)
    settled = frame["settled"].tolist() if "settled" in frame else []
    return Rows(own, texts, dict.fromkeys(sheet.settled, settled) if any(settled) else {}, _notes_of(frame))


def _notes_of(frame: pd.DataFrame) -> dict[str, list[str]]:
    """By field what is noted on the cells that the office corrected."""
    if CORRECTED not in frame or frame[CORRECTED].isna().all():
        return {}
    marks = [originals_of(mark) for mark in frame[CORRECTED]]
    keys = sorted({key for mark in marks for key in mark})
    return {key: [cell_text(note_of(mark[key])) if key in mark else "" for mark in marks] for key in keys}


def _some(columns: Mapping[str, list[Each]]) -> dict[str, list[Each]]:
    """The columns in which anything stands."""
    return {key: values for key, values in columns.items() if any(values)}


Since = Mapping[str, Mapping[str, Mapping[str, str]]]
"""By whose it is and by sheet: the fields of which last known texts stand, and the month in which those were read."""


def since_by(whose: str, known: pd.DataFrame) -> Since:
    """What is last ``known`` (``LAST_KNOWN``), sorted out by its column ``whose``."""
    since: dict[str, dict[str, dict[str, str]]] = {}
    for one, sheet, key, month in known[[whose, "sheet", "field", "since"]].drop_duplicates().itertuples(index=False):
        since.setdefault(one, {}).setdefault(sheet, {})[key] = month
    return since


Extras = Mapping[tuple[str, str], Sequence[tuple[str, Mapping[int, str]]]]
"""By file and the name of a sheet: the branch's own columns in their order."""


def extras_by_file(extras: pd.DataFrame) -> Extras:
    """The branch's own columns among ``extras`` (``EXTRA``); of two with one header the cells of a row come in order."""
    cells = extras[~extras["header"].str.fullmatch(NOTE.format(r"[A-Z]+\d+")).astype(bool)]
    nth = cells.groupby(["file", "sheet", "header", "row"]).cumcount()
    columns_of: dict[tuple[str, str], dict[tuple[str, int], dict[int, str]]] = {}
    places = cells[["file", "sheet", "header", "row", "value"]].itertuples(index=False)
    for number, (file, sheet, header, row, value) in zip(nth, places, strict=True):
        columns_of.setdefault((file, sheet), {}).setdefault((header, number), {})[row] = cell_text(value)
    return {
        place: [(cell_text(header), texts) for (header, _), texts in columns.items()]
        for place, columns in columns_of.items()
    }


def rows_by(whose: str, sheet: Sheet, frame: pd.DataFrame) -> dict[str, Rows]:
    """The texts of ``frame`` sorted out by its column ``whose``, all at once: frames are slow at a few rows each."""
    every = rows_of(sheet, frame)
    return {str(one): every.take(np.asarray(places).tolist()) for one, places in frame.groupby(whose).indices.items()}
