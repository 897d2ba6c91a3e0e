"""What moved between two months: rows added, gone and changed, field by field, from what to what."""

from collections.abc import Collection, Mapping

import numpy as np
import pandas as pd

from pledgebatch.notice.periods import Period, Stage
from pledgebatch.schema.fields import Field, Sheet
from pledgebatch.schema.frames import MOVEMENT, Tables, as_declared, by_organisation, empty
from pledgebatch.schema.sheets import MEMBERS, ORGANISATION, SHEETS
from pledgebatch.schema.states import Movement
from pledgebatch.schema.words import in_words, numbers_in

SAID_ANEW = ("year", "period", "nil_return", "filled_by", "filled_on")
"""Answers of the form that every report gives anew; they are no movement."""
YEARLY = tuple(field.key for field in MEMBERS.fields if field.required is Stage.ALWAYS)
"""The particulars of a member that go with the member into a new year; the pledge itself is made anew."""
ROW = ["organisation", "number", "nth"]
"""What a row is known by: its organisation, its number (or what stands for one), and which of several alike it is."""


def movements(
    before: Tables,
    after: Tables,
    only: Mapping[str, Collection[str]] | None = None,
    unread: pd.DataFrame | None = None,
    everyone: bool = False,
) -> pd.DataFrame:
    """The differences of ledgers ``before`` and ``after``, over the organisations that stand in both, or ``everyone``.

    ``only`` narrows the comparison to some sheets and their fields. What one of the two did not have a column for is
    not known to differ; ``unread`` (``UNREAD``) says what of either could not be read: nothing of it came or went.
    Reversing the months reverses the differences. ``since`` is left missing.
    """
    either = (set(rows[ORGANISATION.key]["organisation"]) for rows in (before, after))
    both = set.union(*either) if everyone else set.intersection(*either)
    found = [empty({**MOVEMENT, "nth": "Int64", "place": "Int64"})]
    for place, sheet in enumerate(SHEETS):
        keys = [field.key for field in sheet.fields] if only is None else only.get(sheet.key, ())
        if keys and any(len(rows[sheet.key]) for rows in (before, after)):
            compared, unnumbered = both, set()
            if unread is not None and len(unread):
                own = unread[unread["sheet"] == sheet.key]
                compared = both - set(own.loc[own["field"].isna(), "organisation"])
                unnumbered = set(own.loc[own["field"] == sheet.number, "organisation"])
            old, new = (_compare(sheet, rows[sheet.key], compared, unnumbered) for rows in (before, after))
            old, new = _by_text(sheet, old, new), _by_text(sheet, new, old)
            asked = [sheet[key] for key in keys if key not in SAID_ANEW and key != sheet.number]
            if len(old) or len(new):
                found.append(_differences(sheet, asked, old, new).assign(sheet=sheet.name, place=place))
    together = pd.concat(found, ignore_index=True)
    together["padded"] = together["number"].str.zfill(12)
    order = ["organisation", "place", "padded", "number", "nth"]
    return as_declared(together.sort_values(order, kind="stable", ignore_index=True), MOVEMENT)


def compare_with_last_reports(
    reports: Tables, now: Tables, period: Period, unread: pd.DataFrame, known: pd.DataFrame
) -> pd.DataFrame:
    """What moved between each organisation's last report (its month in column ``reported``) and this month.

    Pledges are made year by year (五): against a report of the year before, only the particulars of members count.
    ``unread`` and ``known`` are what could not be read this month, and what was last known of it.
    """
    found = [empty(MOVEMENT)]
    for same_year, only in ((True, None), (False, {MEMBERS.key: YEARLY})):
        old = {key: rows[(rows["reported"].str[:4] == str(period.year)) == same_year] for key, rows in reports.items()}
        if len(old[ORGANISATION.key]):
            found.append(movements(old, now, only, unread))
    forms = reports[ORGANISATION.key]
    reported = dict(zip(forms["organisation"], forms["reported"], strict=True))
    together = pd.concat(found, ignore_index=True)
    together = together.assign(since=together["organisation"].map(reported).astype("str"))
    missed = _not_read(unread, known)
    return by_organisation([missed, together]) if len(missed) else together


def _not_read(unread: pd.DataFrame, known: pd.DataFrame) -> pd.DataFrame:
    """What could not be read and once was: a line for each column, or one for a whole sheet, with its rows counted."""
    place = ["organisation", "sheet", "field"]
    whole = pd.MultiIndex.from_frame(unread.loc[unread["field"].isna(), place[:2]])
    known = known.assign(field=known["field"].mask(pd.MultiIndex.from_frame(known[place[:2]]).isin(whole)))
    lines = known.groupby(place, dropna=False, sort=False).agg(since=("since", "first"), rows=("nth", "nunique"))
    lines = lines.reset_index()
    names = {sheet.key: sheet.name for sheet in SHEETS}
    lines["before"] = lines["rows"].astype("str") + " 行"
    lines = lines.assign(sheet=lines["sheet"].map(names), number="", kind=str(Movement.UNREAD))
    return as_declared(lines, MOVEMENT)


def _compare(
    sheet: Sheet, rows: pd.DataFrame, organisations: Collection[str], unnumbered: Collection[str]
) -> pd.DataFrame:
    """The rows of ``organisations`` in words, known by ``ROW``."""
    return by_row(sheet, worded(sheet, rows[rows["organisation"].isin(organisations)]), unnumbered)


def worded(sheet: Sheet, rows: pd.DataFrame) -> pd.DataFrame:
    """Rows of a sheet in words, with ``organisation``."""
    texts = {field.key: in_words(field, rows) for field in sheet.fields}
    return pd.DataFrame({**texts, "organisation": rows["organisation"]}, index=rows.index)


def by_row(sheet: Sheet, texts: pd.DataFrame, unnumbered: Collection[str] = ()) -> pd.DataFrame:
    """Rows in words with what they are known by, ``ROW``; those of the ``unnumbered`` are known without their numbers."""
    among = texts["organisation"].isin(unnumbered) if unnumbered else None
    keyed = texts.assign(number=numbers_in(sheet, {key: texts[key] for key in sheet.by_key}, among))
    return keyed.assign(nth=keyed.groupby(["organisation", "number"]).cumcount())


def _by_text(sheet: Sheet, rows: pd.DataFrame, others: pd.DataFrame) -> pd.DataFrame:
    """A row whose number could not be read has the number of the one of the others that says the same and is missing here."""
    if not sheet.number or not rows[sheet.number].isna().any():
        return rows
    words = ["organisation", sheet.identity[0]]
    lost = rows[rows[sheet.number].isna()].drop_duplicates(words, keep=False)
    known = pd.MultiIndex.from_frame(rows[ROW[:2]])
    free = others[~pd.MultiIndex.from_frame(others[ROW[:2]]).isin(known)].drop_duplicates(words, keep=False)
    numbers = free.set_index(words)["number"].reindex(pd.MultiIndex.from_frame(lost[words])).set_axis(lost.index)
    number = numbers.reindex(rows.index).fillna(rows["number"])
    rows = rows.assign(number=number)
    return rows.assign(nth=rows.groupby(["organisation", "number"]).cumcount())


def _differences(sheet: Sheet, asked: Collection[Field], old: pd.DataFrame, new: pd.DataFrame) -> pd.DataFrame:
    places = [rows[ROW].assign(**{name: np.arange(len(rows))}) for rows, name in ((old, "old"), (new, "new"))]
    pairs = places[0].merge(places[1], how="outer", on=ROW)
    words = sheet.identity[0] if sheet.identity else "pledger" if "pledger" in sheet.by_key else sheet.fields[0].key
    pieces = []
    for kind, rows, there, elsewhere, column in (
        (Movement.ADDED, new, "new", "old", "after"),
        (Movement.GONE, old, "old", "new", "before"),
    ):
        whole = pairs[pairs[elsewhere].isna()]
        texts = rows[words].array.take(whole[there].to_numpy(np.intp))
        pieces.append(whole[ROW].assign(**{column: texts}, kind=str(kind)))
    matched = pairs[pairs["old"].notna() & pairs["new"].notna()]
    before, after = (matched[name].to_numpy(np.intp) for name in ("old", "new"))
    for field in asked:
        was, now = old[field.key].array.take(before), new[field.key].array.take(after)
        if was.equals(now):
            continue
        differ = (was != now) & ~was.isna() & ~now.isna()
        if differ.any():
            values = {"before": was[differ], "after": now[differ]}
            pieces.append(matched.loc[differ, ROW].assign(kind=str(Movement.CHANGED), field=field.key, **values))
    return pd.concat(pieces, ignore_index=True)
