"""What could not be read of a month's workbooks, and what was last known of it.

Neither stands in a ledger or a count: a column that is not there is not blank, and a sheet that is not there is not empty.
"""

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping

import pandas as pd

from pledgebatch.months.changes import SAID_ANEW, by_row, worded
from pledgebatch.schema.columns import type_cells
from pledgebatch.schema.fields import Sheet
from pledgebatch.schema.frames import LAST_KNOWN, UNREAD, Tables, as_declared, empty
from pledgebatch.schema.kinds import RAW
from pledgebatch.schema.records import tuples
from pledgebatch.schema.sheets import BY_KEY, MEMBERS, ORGANISATION, SHEETS, TABLES
from pledgebatch.schema.states import LIVE
from pledgebatch.schema.words import ANY_YEAR, in_words

NEVER_EMPTIED = ("members", "items")
"""The tables that an organisation has rows in once it had some."""


def find_unread(
    marked: Tables, submissions: pd.DataFrame, layout: pd.DataFrame, reports: Tables | None
) -> pd.DataFrame:
    """What of the workbooks that count could not be read, in columns ``UNREAD``.

    ``marked`` are their rows with ``set_aside``, ``layout`` says which columns they had. Of a nil return without rows
    that is what could not be read of the last report, which it says has not changed.
    """
    live = submissions.loc[submissions["state"].isin(LIVE), ["submission", "organisation", "file"]]
    had: dict[tuple[str, str], set[int]] = defaultdict(set)
    for key, field_key, number in tuples(layout[["sheet", "field", "submission"]]):
        had[key, field_key].add(number)
    everybody = set(live["submission"])
    found: list[tuple[int, str, str | None]] = []
    for sheet in SHEETS:
        lack = {field.key: everybody - had[sheet.key, field.key] for field in sheet.fields}
        whole = set.intersection(*lack.values()).union(*(lack[key] for key in sheet.identity))
        whole |= (_all_set_aside(marked[sheet.key]) | _emptied(sheet, marked, live, reports)) & everybody
        found += [(number, sheet.key, None) for number in sorted(whole)]
        found += [(number, sheet.key, key) for key, numbers in lack.items() for number in sorted(numbers - whole)]
    rows = pd.DataFrame(found, columns=["submission", "sheet", "field"]).astype({"submission": "Int64"})
    rows = as_declared(rows.merge(live, on="submission"), UNREAD)
    return pd.concat([rows, _as_before(marked, live, reports)], ignore_index=True)


def find_lacking(unread: pd.DataFrame, needs: Mapping[str, Collection[str]]) -> set[str]:
    """The organisations of whose workbooks one of the fields (by sheet) could not be read."""
    if unread.empty:
        return set()
    missed = pd.Series(False, index=unread.index)
    for sheet, fields in needs.items():
        missed |= (unread["sheet"] == sheet) & (unread["field"].isna() | unread["field"].isin(fields))
    return set(unread.loc[missed, "organisation"])


def _all_set_aside(rows: pd.DataFrame) -> set[int]:
    """The submissions of whose rows none stands in the ledger."""
    return set(rows["submission"]) - set(rows.loc[rows["set_aside"].isna(), "submission"])


def _emptied(sheet: Sheet, marked: Tables, live: pd.DataFrame, reports: Tables | None) -> set[int]:
    """The submissions that give no row of the roster or of the items, though the last report had some: nobody means that."""
    if reports is None or sheet.key not in NEVER_EMPTIED:
        return set()
    forms = marked[ORGANISATION.key].set_index("submission")
    year = (live["submission"].map(forms["period"]) // 12).astype("Int64").astype("str")
    before = reports[sheet.key][["organisation", "reported"]].drop_duplicates()
    last = live["organisation"].map(dict(zip(before["organisation"], before["reported"].str[:4], strict=True)))
    had = last.notna() & ((sheet is MEMBERS) | (last == year))
    nil = live["submission"].isin(forms.index[forms["nil_return"] == "是"])
    return set(live.loc[had & ~nil, "submission"]) - set(marked[sheet.key]["submission"])


def _as_before(marked: Tables, live: pd.DataFrame, reports: Tables | None) -> pd.DataFrame:
    if reports is None or reports["unread"].empty:
        return empty(UNREAD)
    forms, tables = marked[ORGANISATION.key], [sheet.key for sheet in TABLES]
    spoke = {number for key in tables for number in marked[key]["submission"]}
    silent = set(forms.loc[forms["nil_return"] == "是", "submission"]) - spoke
    before = reports["unread"].loc[reports["unread"]["sheet"].isin(tables), ["organisation", "sheet", "field"]]
    return as_declared(before.merge(live[live["submission"].isin(silent)], on="organisation"), UNREAD)


def last_known(lacking: pd.DataFrame, ledgers: Tables, reports: Tables, rolled: Tables) -> pd.DataFrame:
    """What stood last in what is ``lacking`` (``UNREAD``), in columns ``LAST_KNOWN``.

    ``rolled`` are the last ``reports`` as texts, as they roll forward into this month.
    """
    pieces = [empty(LAST_KNOWN)]
    for key, own in lacking.groupby("sheet", sort=False):
        sheet, texts = BY_KEY[str(key)], rolled[str(key)]
        asked = [field.key for field in sheet.fields if not (sheet.form and field.key in SAID_ANEW)]
        whole, columns = own[own["field"].isna()], own[own["field"].isin(asked)]
        rows = texts.assign(nth=texts.groupby("organisation").cumcount())
        pieces += [_cells(rows, sheet, field, whole) for field in asked if len(whole)]
        if len(columns):
            matched = _matched(sheet, columns, ledgers[sheet.key], texts)
            pieces += [
                _cells(matched, sheet, str(field), those) for field, those in columns.groupby("field", sort=False)
            ]
    known = as_declared(pd.concat(pieces, ignore_index=True), LAST_KNOWN)
    known["since"] = _since(known, reports)
    return known.sort_values(["submission", "sheet", "nth", "field"], kind="stable", ignore_index=True)


def _cells(rows: pd.DataFrame, sheet: Sheet, field: str, own: pd.DataFrame) -> pd.DataFrame:
    """The texts of a field of ``rows`` where they say something, of those who lack it."""
    texts = rows.loc[rows[field].fillna("") != "", ["organisation", "nth", field]].rename(columns={field: "text"})
    texts = texts.merge(own[["organisation", "submission", "file"]], on="organisation")
    return as_declared(texts.assign(sheet=sheet.key, field=field), LAST_KNOWN)


def _matched(sheet: Sheet, lacking: pd.DataFrame, ledger: pd.DataFrame, texts: pd.DataFrame) -> pd.DataFrame:
    """The rows of ``texts`` that this month's ``ledger`` has too, with ``nth``, their place in it."""
    codes = set(lacking["organisation"])
    unnumbered = set(lacking.loc[lacking["field"] == sheet.number, "organisation"])
    now = ledger[ledger["organisation"].isin(codes)]
    places = now.groupby("organisation").cumcount()
    now = by_row(sheet, worded(sheet, now), unnumbered)[["organisation", "number", "nth"]].assign(place=places)
    then = by_row(sheet, texts[texts["organisation"].isin(codes)], unnumbered)
    both = then.merge(now, on=["organisation", "number", "nth"])
    return both.drop(columns="nth").rename(columns={"place": "nth"})


def _since(known: pd.DataFrame, reports: Tables) -> pd.Series:
    """The month in which each cell was read: that of the last report, unless it had it from an earlier one."""
    place = ["organisation", "sheet", "field"]
    earlier = reports["last_known"].drop_duplicates(place)[[*place, "since"]]
    forms = Recalled(reports)[ORGANISATION.key]
    reported = dict(zip(forms["organisation"], forms["reported"], strict=True))
    months = known[place].merge(earlier, how="left", on=place)["since"].set_axis(known.index)
    return months.fillna(known["organisation"].map(reported).astype("str")).astype("str")


def find_uncompared(lacking: pd.DataFrame, reports: Tables) -> pd.DataFrame:
    """What cannot be compared with the last ``reports``, in columns ``UNREAD``: what is ``lacking`` now, and what was
    lacking then and is not known from before."""
    then, known = reports["unread"], reports["last_known"]
    place = ["organisation", "sheet"]
    recalled_whole = pd.MultiIndex.from_frame(then[place]).isin(pd.MultiIndex.from_frame(known[place]))
    return pd.concat([lacking, then.loc[~recalled_whole | then["field"].notna(), list(UNREAD)]], ignore_index=True)


class Recalled(Mapping[str, pd.DataFrame]):
    """Ledgers with what was last known of what could not be read in its place."""

    def __init__(self, ledgers: Tables) -> None:
        """The ``ledgers`` have ``last_known`` beside the sheets; rows that are set aside stay as they are."""
        self._ledgers = ledgers

    def __getitem__(self, key: str) -> pd.DataFrame:
        """The rows of a sheet."""
        rows, known = self._ledgers[key], self._ledgers["last_known"]
        return recalled(BY_KEY[key], rows, known[known["sheet"] == key]) if len(known) else rows

    def __iter__(self) -> Iterator[str]:
        """The keys of the sheets."""
        return (sheet.key for sheet in SHEETS)

    def __len__(self) -> int:
        """How many sheets there are."""
        return len(SHEETS)


def recalled(sheet: Sheet, rows: pd.DataFrame, known: pd.DataFrame, by_number: bool = False) -> pd.DataFrame:
    """``rows`` of a sheet with the cells of ``known`` in their places; below them the rows of which nothing else is known.

    ``by_number`` fills rows in that are set aside too, where they have the number of a row that is known.
    """
    if known.empty:
        return rows
    places = _places(sheet, rows, known if by_number else known.iloc[:0])
    wanted = list(zip(known["organisation"], known["nth"].astype("int64"), strict=True))
    alone = known[[place not in places for place in wanted]].drop_duplicates(["organisation", "nth"])
    more = alone[
        [name for name in ("submission", "organisation", "file", "reported") if name in rows and name in alone]
    ]
    places |= {
        (code, nth): len(rows) + at
        for at, (code, nth) in enumerate(zip(alone["organisation"], alone["nth"], strict=True))
    }
    rows = pd.concat([rows, more.reindex(columns=rows.columns).astype(rows.dtypes)], ignore_index=True)
    at = pd.Series([places[place] for place in wanted], index=known.index)
    for key, own in known.groupby("field", sort=False):
        own = own[rows.loc[at[own.index], str(key) + RAW].isna().to_numpy()]
        values, raws = type_cells(sheet[str(key)], own["text"].tolist(), ANY_YEAR)
        for name, cells in ((str(key), values), (str(key) + RAW, raws)):
            rows.loc[at[own.index], name] = pd.Series(cells).astype(rows[name].dtype).array
    return rows


def _places(sheet: Sheet, rows: pd.DataFrame, numbered: pd.DataFrame) -> dict[tuple[str, int], int]:
    """Where the rows of each organisation stand, the first of those in the ledger being 0; and, by their numbers, rows that
    are set aside and ``numbered`` knows."""
    aside = rows["set_aside"].notna() if "set_aside" in rows else pd.Series(False, index=rows.index)
    codes, at = rows["organisation"], pd.Series(range(len(rows)), index=rows.index)
    standing = zip(codes[~aside], codes[~aside].groupby(codes).cumcount(), at[~aside], strict=True)
    places = {(code, nth): place for code, nth, place in standing}
    if sheet.number and len(numbered):
        numbers = in_words(sheet[sheet.number], rows[aside]).fillna("")
        at_number = dict(zip(zip(codes[aside], numbers, strict=True), at[aside], strict=True))
        own = numbered[numbered["field"] == sheet.number]
        for code, nth, text in own[["organisation", "nth", "text"]].itertuples(index=False):
            if (code, text) in at_number:
                places.setdefault((code, nth), at_number[code, text])
    return places
