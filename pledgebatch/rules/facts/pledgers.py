"""Whose the items are: of the organisation itself, or of a member on the roster."""

import pandas as pd

from pledgebatch.rules.machinery.cells import blank, given, of_organisation, sure
from pledgebatch.rules.machinery.conditions import Blank, Condition, Has, Is, NamedIn
from pledgebatch.schema.kinds import RAW
from pledgebatch.schema.sheets import TABLES

MEMBER = ["submission", "member_no"]
"""What names a member within the batch."""
NO_POST = ("无", "无职务", "没有", "暂无")
NAMED_BY = ("member_no", "name")
"""What an item may name its pledger by."""


def _spoke() -> Condition:
    spoke: Condition = ~Is("nil_return", ("是",))
    for sheet in TABLES:
        spoke |= Has(sheet.key)
    return spoke


SPOKE = _spoke()
"""``units`` as the workbook finds it by itself: not a nil return without rows."""
_PLEDGED = ~Blank("text") & ~Is("pledger", ("组织",))
_OF_NOBODY = (~Blank("member_no") & ~NamedIn("members", NAMED_BY[:1])) | (
    ~Blank("name") & ~NamedIn("members", NAMED_BY[1:])
)
WITHOUT_ITEMS = ~Blank("name") & ~NamedIn("items", NAMED_BY, _PLEDGED) & ~Has("items", _PLEDGED & _OF_NOBODY)
"""``without_items`` as the workbook finds it by itself, where every item is of somebody on the list: another may be of a
member who is named there in a way that only the office understands."""
NEWCOMER = Is("change", ("转入",))
"""Who may be in the first report: the workbook does not know whether there was one before."""


def own_items(items: pd.DataFrame, *keys: str) -> pd.DataFrame:
    """The submissions and ``keys`` of the items of organisations: those whose 承诺主体 is 组织."""
    return items.loc[(items["pledger"] == "组织") & given(items, "text"), ["submission", *keys]]


def member_items(items: pd.DataFrame, people: pd.DataFrame, *keys: str) -> pd.DataFrame:
    """``MEMBER`` and ``keys`` of the items of ``people``, rows of the member sheet, each found by its number."""
    chosen = (items["pledger"] == "党员") & given(items, "text") & items["member_no"].notna()
    rows = items.loc[chosen, [*MEMBER, *keys]]
    return rows[pd.MultiIndex.from_frame(rows[MEMBER]).isin(pd.MultiIndex.from_frame(people[MEMBER].dropna()))]


def among(rows: pd.DataFrame, others: pd.DataFrame) -> pd.Series:
    """Which rows are of a submission that has rows in ``others``."""
    return rows["submission"].isin(others["submission"])


def unowned(items: pd.DataFrame) -> pd.DataFrame:
    """Whose workbooks have items of nobody known: what a pledger lacks cannot be told there."""
    nobody = items["pledger"].isna() | ((items["pledger"] == "党员") & items["member_no"].isna())
    return items.loc[nobody.fillna(True) & given(items, "text"), ["submission"]]


def unknown(rows: pd.DataFrame, key: str) -> pd.Series:
    """Something was typed that was not understood, or the column is missing: what stands there is not known."""
    return rows[key].isna() & ~blank(rows, key)


def perhaps_listed(rows: pd.DataFrame, listed: pd.DataFrame, key: str) -> pd.Series:
    """Which rows are of a submission that lists something under a number that is not known: it may be any number."""
    return among(rows, listed.loc[unknown(listed, key), ["submission"]])


def lacking(units: pd.DataFrame, items: pd.DataFrame, key: str, has: pd.Series) -> pd.Series:
    """The units with items of their own of which none ``has`` what field ``key`` should say; a boolean over ``units``."""
    own = own_items(items, key, key + RAW)
    quiet = pd.concat([own.loc[unknown(own, key), "submission"], items.loc[items["pledger"].isna(), "submission"]])
    return among(units, own) & ~among(units, own[has.reindex(own.index)]) & ~units["submission"].isin(quiet)


def first_lacking(items: pd.DataFrame, people: pd.DataFrame, key: str, has: pd.Series) -> pd.Series:
    """The first item of each of ``people`` with items of which none ``has`` what ``key`` should say; over ``items``."""
    rows = member_items(items, people, key, key + RAW)
    rows = rows.assign(has=has.reindex(rows.index) | unknown(rows, key))
    lacks = ~rows.groupby(MEMBER)["has"].transform("any").astype(bool) & ~rows.duplicated(MEMBER)
    return (lacks & ~among(rows, unowned(items))).reindex(items.index, fill_value=False)


def pledge_dates(items: pd.DataFrame, organisations: pd.DataFrame, members: pd.DataFrame) -> pd.Series:
    """The day on which each item was pledged, missing where unknown."""
    by_organisation = of_organisation(items, organisations, "org_date")
    by_member = of_pledger(items, members, "signed_date")
    return by_organisation.where(items["pledger"] == "组织", by_member.where(items["pledger"] == "党员"))


def of_pledger(items: pd.DataFrame, members: pd.DataFrame, key: str) -> pd.Series:
    """What the roster says of each item's member, missing where the number matches no row."""
    return of_pledgers(items, members, key)[key]


def of_pledgers(items: pd.DataFrame, members: pd.DataFrame, *keys: str) -> pd.DataFrame:
    """``of_pledger``, of several ``keys``."""
    listed = members[[*MEMBER, *keys]].dropna(subset=["member_no"]).drop_duplicates(MEMBER)
    return items[MEMBER].merge(listed, how="left", on=MEMBER)[list(keys)].set_axis(items.index)


def without_items(roster: pd.DataFrame, items: pd.DataFrame) -> pd.Series:
    """Members with a name of whom no item tells, by number or by name."""
    pledged = items.loc[given(items, "text") & sure(items["pledger"] != "组织"), ["submission", *NAMED_BY]]
    covered = pd.Series(False, index=roster.index)
    for key in NAMED_BY:
        named = pd.MultiIndex.from_frame(pledged.dropna(subset=[key])[["submission", key]])
        covered |= pd.MultiIndex.from_frame(roster[["submission", key]]).isin(named) & roster[key].notna()
    return roster["name"].notna() & ~covered


def newcomers(roster: pd.DataFrame, last_members: pd.DataFrame | None) -> pd.Series:
    """Members marked 转入 who were not there in the last month."""
    before = last_members if last_members is not None else roster.iloc[:0]
    known = pd.MultiIndex.from_frame(before[["organisation", "member_no"]])
    here = pd.MultiIndex.from_frame(roster[["organisation", "member_no"]])
    return sure((roster["change"] == "转入") & ~here.isin(known))
