"""三, 六.1: nothing and nobody of last month gets lost, and who is new soon pledges."""

import pandas as pd

from pledgebatch.rules.facts.handed import handed_to
from pledgebatch.rules.facts.pledgers import of_pledger
from pledgebatch.rules.facts.progress import OPEN
from pledgebatch.rules.facts.tables import GONE
from pledgebatch.rules.machinery.cells import given, no_hints, placed, short, squeezed, sure
from pledgebatch.rules.machinery.rule import ERROR, FACT, HISTORY, MONTHLY, WARNING, Rule

MOST_NAMED = 5
"""Rows that are gone which a message names."""

TRK06 = Rule(
    "TRK06", "六.1-3", "要", ERROR, FACT, HISTORY, MONTHLY,
    asks="上月的事项本月都在；不再承诺的注明撤销",
    mend="补回不见了的事项，编号不变；不再承诺的保留原行，进展状态填“撤销”并写明原因",
)  # fmt: skip


@TRK06.case(
    on="units",
    about="items",
    message="《承诺事项》中上月的 {hint} 不见了，请按原编号补回；不再承诺的保留原行，进展状态填“撤销”",
)
def item_gone(units: pd.DataFrame, items: pd.DataFrame, last_items: pd.DataFrame, layout: pd.DataFrame) -> pd.Series:
    """Reported once an organisation, with the numbers; one whose number was left blank or typed twice is ITM24's business."""
    kept = last_items[last_items["status"] != "撤销"]
    misnumbered = items[items["item_no"].isna() | items.duplicated(["submission", "item_no"], keep=False)]
    lost = _lost(kept, items, misnumbered, "item_no", "text")
    named = lost["item_no"].astype("str") + "“" + lost["text"].map(lambda text: short(text, 16)).astype("str") + "”"
    return _listed(units, lost, named, "件").where(placed(units, layout, "items", "item_no"))


@TRK06.case(
    on="items",
    at="status",
    message="党员已{hint}，这件事项仍填“{status}”：不再承诺的请填“撤销”并在“变更原因”中写明，由他人接办的改填接办人；转到本系统其他党组织的，确认后随本人转去",
)
def open_though_member_left(
    items: pd.DataFrame,
    members: pd.DataFrame,
    last_items: pd.DataFrame,
    handed_items: pd.DataFrame | None = None,
) -> pd.Series:
    """Whoever left keeps the row on the roster, and pledges nothing any more: what is open is withdrawn, not forgotten."""
    left = of_pledger(items, members, "change")
    left = left.where(left.isin(GONE)).replace("其他", "离开")
    stayed = handed_to(items, handed_items).isna()
    return left.where(stayed & sure(items["pledger"] == "党员") & items["status"].isin(OPEN))


@TRK06.case(
    on="items",
    at="item_no",
    message="这件事项已随党员本人转到{hint}，由那里填报，不再计入本组织，请删去这一行",
)
def left_behind(items: pd.DataFrame, last_items: pd.DataFrame, handed_items: pd.DataFrame | None = None) -> pd.Series:
    """Confirmed by the office, and in the other's workbook since: it stands in one ledger only."""
    return handed_to(items, handed_items).where(items["status"].isin(OPEN) | items["status"].isna())


TRK07 = Rule(
    "TRK07", "三-1", "都应", ERROR, FACT, HISTORY, MONTHLY,
    asks="上月的党员本月都在，调出、去世的注明；新转入的一个月内作出承诺",
    mend="补回不见了的党员，调出、去世的保留原行，在“人员变动”中注明；新转入的补填承诺事项",
)  # fmt: skip


@TRK07.case(
    on="units",
    about="members",
    message="《党员承诺》中上月的 {hint} 不见了，请补回；调出、去世的保留原行，在“人员变动”中填“转出”或“去世”",
)
def member_gone(
    units: pd.DataFrame, members: pd.DataFrame, last_members: pd.DataFrame, layout: pd.DataFrame
) -> pd.Series:
    """Reported once an organisation, by name; who is still listed under another number has not left."""
    lost = _lost(last_members[~last_members["change"].isin(GONE)], members, members, "member_no", "name")
    named = lost["name"] + "（序号 " + lost["member_no"].astype("str") + "）"
    return _listed(units, lost, named, "人").where(placed(units, layout, "members", "member_no"))


@TRK07.case(
    on="roster",
    at="change",
    message="“{name}”转入已满一个月，仍没有承诺，请补填承诺事项",
    severity=WARNING,
)
def newcomer_without_pledge(roster: pd.DataFrame, items: pd.DataFrame, last_members: pd.DataFrame) -> pd.Series:
    """Marked 转入 and listed last month already. COV02 grants the first report only, so from the second it speaks too,
    as of anybody on the roster: this one says at 人员变动 that the month of grace is over."""
    place = ["organisation", "member_no"]
    listed = pd.MultiIndex.from_frame(roster[place]).isin(pd.MultiIndex.from_frame(last_members[place].dropna()))
    newcomer = (roster["change"] == "转入") & roster["name"].notna() & listed
    if not newcomer.any():
        return newcomer
    pledged = items[given(items, "text") & ~sure(items["pledger"] == "组织")]
    for key in ("member_no", "name"):
        named = pd.MultiIndex.from_frame(pledged[["submission", key]].dropna())
        newcomer &= ~pd.MultiIndex.from_frame(roster[["submission", key]]).isin(named)
    oral = (roster["pledge_form"] == "口头") | (given(roster, "pledge_form") & roster["pledge_form"].isna())
    return newcomer & ~sure(oral)


def _lost(before: pd.DataFrame, rows: pd.DataFrame, renumbered: pd.DataFrame, number: str, text: str) -> pd.DataFrame:
    """The rows of ``before`` whose number no row has now, nor is their text in one of ``renumbered``."""
    place = ["organisation", number]
    numbered = before.dropna(subset=place)
    lost = numbered[~pd.MultiIndex.from_frame(numbered[place]).isin(pd.MultiIndex.from_frame(rows[place]))]
    if lost.empty:
        return lost
    moved = pd.MultiIndex.from_arrays([renumbered["organisation"], squeezed(renumbered[text])])
    return lost[~pd.MultiIndex.from_arrays([lost["organisation"], squeezed(lost[text])]).isin(moved)]


def _listed(units: pd.DataFrame, lost: pd.DataFrame, named: pd.Series, measure: str) -> pd.Series:
    """What each of ``units`` lost: the first few by name, and how many."""
    hints = no_hints(units)
    judged = lost["organisation"].isin(units["organisation"])
    if not judged.any():
        return hints
    groups = named[judged].groupby(lost.loc[judged, "organisation"])
    words = {
        code: "、".join(names[:MOST_NAMED]) + (f" 等 {len(names)} {measure}" if len(names) > MOST_NAMED else "")
        for code, names in groups.agg(list).items()
    }
    return units["organisation"].map(words).astype("str")


RULES = (TRK06, TRK07)
