"""What was handed over, in the ledgers of the months before: rows stand with the organisation that has them since.

Whatever looks back (the next workbook, movements, history rules, nil returns) then needs to know nothing of it.
"""

from collections.abc import Callable, Collection, Iterator, Mapping
from typing import Any

import pandas as pd

from pledgebatch.months.unread import Recalled
from pledgebatch.schema.columns import type_cells
from pledgebatch.schema.fields import Field, Sheet
from pledgebatch.schema.frames import Tables
from pledgebatch.schema.kinds import RAW
from pledgebatch.schema.sheets import BY_KEY, ITEMS, MEMBERS, ORGANISATION, TABLES
from pledgebatch.schema.texts import squeeze
from pledgebatch.schema.words import ANY_YEAR, show_values

MERGER, TRANSFER = "并入", "转移"
REFERENCES = {
    (sheet.key, str(other.number)): other.key
    for sheet in TABLES
    for other in TABLES
    if other is not sheet and other.number in sheet.by_key
}
"""Fields that name a row of another sheet by its number."""
ONCE = ["period", "cause", "giver", "receiver"]


class Followed(Mapping[str, pd.DataFrame]):
    """The ledgers of a month with what was handed over since."""

    def __init__(self, ledgers: Tables, handovers: pd.DataFrame, organisations: Collection[str] | None) -> None:
        """The ``ledgers`` hold the givers too; of what is theirs no more only the ``organisations`` are kept."""
        self._ledgers, self._handovers, self._organisations = ledgers, handovers, organisations

    def __getitem__(self, key: str) -> pd.DataFrame:
        """The rows of a sheet; the forms stay whose they are, for they tell what was approved then."""
        rows = self._ledgers[key]
        if key == ORGANISATION.key or rows.empty:
            return rows
        for lines in _each(self._handovers):
            moving = _moving(BY_KEY[key], rows, lines)
            if moving.any():
                rows = _together(rows[~moving], _handed_on(BY_KEY[key], rows[moving], lines))
        return rows if self._organisations is None else rows[rows["organisation"].isin(list(self._organisations))]

    def __iter__(self) -> Iterator[str]:
        """The keys of the sheets."""
        return iter(self._ledgers)

    def __len__(self) -> int:
        """How many sheets there are."""
        return len(self._ledgers)


def since(handovers: pd.DataFrame | None, month: object) -> pd.DataFrame | None:
    """What was handed over after a month; None where that is nothing."""
    if handovers is None or handovers.empty:
        return None
    later = handovers[handovers["period"] > str(month)]
    return later if len(later) else None


def with_givers(organisations: Collection[str] | None, handovers: pd.DataFrame | None) -> Collection[str] | None:
    """The ``organisations``, and those from whom they have something, directly or through others."""
    if organisations is None or handovers is None or handovers.empty:
        return organisations
    pairs = handovers[["giver", "receiver"]].drop_duplicates().itertuples(index=False, name=None)
    givers: dict[str, set[str]] = {}
    for giver, receiver in pairs:
        givers.setdefault(receiver, set()).add(giver)
    known, waiting = set(organisations), list(organisations)
    while waiting:
        fresh = givers.get(waiting.pop(), set()) - known
        known |= fresh
        waiting += sorted(fresh)
    return known


Earlier = Callable[[str, str], Tables | None]
"""Gives the last report of an organisation before a month."""


def follow_reports(
    reports: dict[str, pd.DataFrame], handovers: pd.DataFrame | None, earlier: Earlier
) -> dict[str, pd.DataFrame]:
    """Last ``reports``, each in its own month: what was handed over stands in the receiver's, unless that is newer, and
    tells itself what has become of it. Where the giver has reported since, what it gave is in its ``earlier`` report."""
    if handovers is None or handovers.empty:
        return reports
    forms = reports[ORGANISATION.key]
    reported = dict(zip(forms["organisation"], forms["reported"], strict=True))
    concerned = set(handovers["giver"]) & set(reported)
    if not concerned:
        return reports
    now = reports | dict(Recalled(reports))
    for lines in _each(handovers):
        period, cause, giver, receiver = lines[ONCE].iloc[0]
        takes = reported.get(receiver, "") < period
        if giver not in reported or (reported[giver] >= period and not takes):
            continue
        if reported[giver] >= period:
            before = earlier(giver, period)
            if before is not None and cause == TRANSFER and receiver in reported:
                moved = before[ITEMS.key][_moving(ITEMS, before[ITEMS.key], lines)]
                now[ITEMS.key] = _together(now[ITEMS.key], _handed_on(ITEMS, moved, lines))
            continue
        for sheet in TABLES:
            moving = _moving(sheet, now[sheet.key], lines)
            if moving.any():
                now["last_known"] = _known_without(now["last_known"], sheet, now[sheet.key], moving)
                moved, rest = now[sheet.key][moving], now[sheet.key][~moving]
                now[sheet.key] = _together(rest, _handed_on(sheet, moved, lines)) if takes else rest
        if cause == MERGER:
            for key in (ORGANISATION.key, "unread", "last_known"):
                now[key] = now[key][now[key]["organisation"] != giver]
            if receiver not in reported:  # a new one begins with what it was given
                blank = {"organisation": receiver, "reported": reported[giver]}
                form = pd.DataFrame([blank]).reindex(columns=forms.columns).astype(forms.dtypes)
                now[ORGANISATION.key] = _together(now[ORGANISATION.key], form)
                reported[receiver] = reported[giver]
            del reported[giver]
    return {key: rows.reset_index(drop=True) for key, rows in now.items()}


def follow_numbers(rows: pd.DataFrame, handovers: pd.DataFrame | None) -> pd.DataFrame:
    """Rows that say which row they are about by ``organisation``, ``sheet`` (its name) and ``number``, as answers and what was
    decided of them do: about the row as its receiver has it."""
    if handovers is None or handovers.empty or rows.empty:
        return rows
    names = {sheet.key: sheet.name for sheet in TABLES}
    for lines in _each(handovers):
        _, _, giver, receiver = lines[ONCE].iloc[0]
        numbered = zip(lines["sheet"].map(names), lines["number"], strict=True)
        new = dict(zip(numbered, lines["new_number"], strict=True))
        places = zip(rows["organisation"], rows["sheet"], rows["number"], strict=True)
        found = [new.get((sheet, number)) if code == giver else None for code, sheet, number in places]
        numbers = pd.Series(found, index=rows.index, dtype="str")
        moved = numbers.notna()
        whose = rows["organisation"].mask(moved, receiver)
        rows = rows.assign(organisation=whose, number=rows["number"].mask(moved, numbers))
    return rows


def _each(handovers: pd.DataFrame) -> Iterator[pd.DataFrame]:
    for _, lines in handovers.groupby(ONCE, sort=False):
        yield lines


def _moving(sheet: Sheet, rows: pd.DataFrame, lines: pd.DataFrame) -> pd.Series:
    """Which rows of a sheet go along: all of an organisation that merged, of a member the items that were handed over."""
    own: pd.Series = rows["organisation"] == lines["giver"].iloc[0]
    if lines["cause"].iloc[0] == MERGER or not own.any():
        return own
    if sheet is not ITEMS:
        return pd.Series(False, index=rows.index)
    numbers = lines.loc[lines["sheet"] == sheet.key, "number"]
    chosen: pd.Series = own & rows[str(sheet.number)].isin(numbers.tolist())
    return chosen


def _handed_on(sheet: Sheet, rows: pd.DataFrame, lines: pd.DataFrame) -> pd.DataFrame:
    """Rows as the receiver has them: under its code, with the numbers that they and what they refer to have there."""
    columns: dict[str, Any] = {"organisation": lines["receiver"].iloc[0]}
    for field in sheet.fields:
        table = sheet.key if field.key == sheet.number else REFERENCES.get((sheet.key, field.key))
        if table is not None:
            own = lines[lines["sheet"] == table]
            columns |= _renumbered(field, rows, dict(zip(own["number"], own["new_number"], strict=True)))
    if sheet is MEMBERS:
        columns |= _under_name(rows, lines[lines["sheet"] == ORGANISATION.key])
    if sheet is ITEMS and lines["status"].notna().any():
        open_ = lines.dropna(subset=["status"])
        before = rows["item_no"].map(dict(zip(open_["number"], open_["status"], strict=True))).astype("str")
        withdrawn = (rows["status"] == "撤销") & before.notna()
        columns |= {key: rows[key].mask(withdrawn, before) for key in ("status", "status" + RAW)}
    return rows.assign(**columns)


def _renumbered(field: Field, rows: pd.DataFrame, numbers: Mapping[str, str]) -> dict[str, pd.Series]:
    """A column of numbers as they are with the receiver; blank where a row was not handed over."""
    words = show_values(field, rows[field.key])
    new = [numbers.get(word, "") if isinstance(word, str) else "" for word in words]
    values, raws = type_cells(field, new, ANY_YEAR)
    typed = {field.key: values, field.key + RAW: raws}
    return {key: pd.Series(cells, index=rows.index).astype(rows[key].dtype) for key, cells in typed.items()}


def _under_name(rows: pd.DataFrame, names: pd.DataFrame) -> dict[str, pd.Series]:
    """所在党支部: the receiver's name in the place of the giver's."""
    now = {squeeze(old): new for old, new in zip(names["number"], names["new_number"], strict=True)}
    columns = {}
    for key in ("branch", "branch" + RAW):
        texts = [now.get(squeeze(text), text) if isinstance(text, str) else text for text in rows[key]]
        columns[key] = pd.Series(texts, index=rows.index, dtype=rows[key].dtype)
    return columns


def _known_without(known: pd.DataFrame, sheet: Sheet, rows: pd.DataFrame, moving: pd.Series) -> pd.DataFrame:
    """What was last known of a sheet by the places that rows have once those ``moving`` are gone."""
    own = (known["sheet"] == sheet.key) & known["organisation"].isin(rows.loc[moving, "organisation"])
    if not own.any():
        return known
    nth = rows.groupby("organisation").cumcount()
    left = rows[~moving].groupby("organisation").cumcount()
    code = rows["organisation"]
    now = {place: left.get(index) for index, place in zip(rows.index, zip(code, nth, strict=True), strict=True)}
    places = [
        now.get(place) if mine else place[1]
        for mine, place in zip(own, zip(known["organisation"], known["nth"], strict=True), strict=True)
    ]
    return known.assign(nth=pd.Series(places, index=known.index, dtype="Int64")).dropna(subset=["nth"])


def _together(rows: pd.DataFrame, more: pd.DataFrame) -> pd.DataFrame:
    return pd.concat([rows, more[rows.columns]], ignore_index=True).astype(rows.dtypes)
