"""二.2: leading members take the lead, and their standard is higher."""

import pandas as pd

from pledgebatch.rules.facts.pledgers import (
    MEMBER,
    NEWCOMER,
    WITHOUT_ITEMS,
    among,
    member_items,
    newcomers,
    unowned,
    without_items,
)
from pledgebatch.rules.language.measure import measurable
from pledgebatch.rules.machinery.cells import day, no_hints, sure
from pledgebatch.rules.machinery.conditions import Is
from pledgebatch.rules.machinery.rule import ALWAYS, ERROR, FACT, HEURISTIC, PLEDGE, ROW, UNIT, WARNING, Rule

COV05 = Rule(
    "COV05", "二.2-3", "要", WARNING, FACT, ROW, ALWAYS,
    asks="担任领导职务的党员作书面承诺",
    mend="改为书面承诺并填写承诺事项；不担任领导职务的改正“是否担任领导职务”",
)  # fmt: skip


@COV05.case(
    on="roster",
    at="pledge_form",
    message="“{name}”担任领导职务，承诺方式却填“{pledge_form}”，领导党员应带头书面承诺",
    offline=Is("is_leader", ("是",)) & Is("pledge_form", ("口头",)),
)
def leader_pledges_orally(roster: pd.DataFrame) -> pd.Series:
    """An oral pledge is for members in difficulties, not for those who lead."""
    return sure((roster["is_leader"] == "是") & (roster["pledge_form"] == "口头"))


LDR01 = Rule(
    "LDR01", "二.2-3", "要", ERROR, FACT, UNIT, PLEDGE,
    asks="担任领导职务的党员有书面承诺事项",
    mend="在《承诺事项》中补填该同志的承诺事项",
)  # fmt: skip


@LDR01.case(
    on="roster",
    at="name",
    message="“{name}”担任领导职务，却没有书面承诺事项，领导党员应带头承诺，请在《承诺事项》中补填",
    offline_sure=Is("is_leader", ("是",)) & WITHOUT_ITEMS & ~NEWCOMER,
)
def leader_without_items(
    roster: pd.DataFrame, items: pd.DataFrame, last_members: pd.DataFrame | None = None
) -> pd.Series:
    """Said beside COV02, as 二.2 asks it of leaders apart from 三; newcomers are left alone as there."""
    return sure(roster["is_leader"] == "是") & without_items(roster, items) & ~newcomers(roster, last_members)


LDR02 = Rule(
    "LDR02", "二.2-3", "要", WARNING, FACT, UNIT, PLEDGE,
    asks="担任领导职务的党员带头签名，不落在半数普通党员之后",
    mend="核对签名日期；确属在后的，今后由领导党员先承诺",
)  # fmt: skip


@LDR02.case(
    on="roster",
    at="signed_date",
    message="“{name}”担任领导职务，签名日期“{signed_date}”晚于半数以上普通党员（到 {hint} 已过半），请核对日期",
)
def leader_signed_late(roster: pd.DataFrame) -> pd.Series:
    """More than half of the ordinary members, those without a date included, signed on a strictly earlier day."""
    ordinary = roster[roster["is_leader"] == "否"]
    half = ordinary.groupby("submission").size() // 2
    signed = ordinary.dropna(subset=["signed_date"]).sort_values(["submission", "signed_date"], kind="stable")
    turn = signed[signed.groupby("submission").cumcount() == signed["submission"].map(half)]
    past_half = turn.set_index("submission")["signed_date"].reindex(roster["submission"]).set_axis(roster.index)
    return day(past_half).where(sure((roster["is_leader"] == "是") & (roster["signed_date"] > past_half)))


LDR03 = Rule(
    "LDR03", "二.2-3", "应", WARNING, HEURISTIC, UNIT, PLEDGE,
    asks="领导党员的承诺高于普通党员：事项数、可衡量的比例不低于本支部普通党员的中位数",
    mend="由审查人核定：内容和标准确实高于普通党员的不必修改；否则补充或写明数量、时间",
    asks_reviewer=True,
)  # fmt: skip


@LDR03.case(on="roster", at="name")
def leader_below_the_median(roster: pd.DataFrame, items: pd.DataFrame) -> pd.Series:
    """Medians over the workbook's ordinary members with written items; a leader without items is LDR01's business."""
    rows = member_items(items, roster, "text")
    judged = rows.assign(measurable=measurable(rows["text"])).groupby(MEMBER)["measurable"]
    pledged = pd.DataFrame({"number": judged.count(), "share": judged.mean()})
    standing = pledged.reindex(pd.MultiIndex.from_frame(roster[MEMBER])).set_axis(roster.index)
    ordinary = standing[roster["is_leader"] == "否"].dropna()
    middle = ordinary.groupby(roster["submission"]).median().reindex(roster["submission"]).set_axis(roster.index)
    leads = sure(roster["is_leader"] == "是") & ~among(roster, unowned(items))
    fewer, softer = (leads & sure(standing[key] < middle[key]) for key in ("number", "share"))
    number, share = _counted(standing["number"], middle["number"]), _percent(standing["share"], middle["share"])
    hints = no_hints(roster)
    why = ("；承诺事项 " + number).where(fewer, "") + ("；写明数量或时间的占 " + share).where(softer, "")
    asked = "“" + roster["name"] + "”担任领导职务，" + why.str[1:] + "，请审查人核定其内容和标准是否高于普通党员"
    hints[fewer | softer] = asked
    return hints


def _counted(own: pd.Series, middle: pd.Series) -> pd.Series:
    return own.map("{:g} 项，少于普通党员的中位数 ".format).astype("str") + middle.map("{:g} 项".format).astype("str")


def _percent(own: pd.Series, middle: pd.Series) -> pd.Series:
    return own.map("{:.0%}，低于普通党员的中位数 ".format).astype("str") + middle.map("{:.0%}".format).astype("str")


RULES = (COV05, LDR01, LDR02, LDR03)
