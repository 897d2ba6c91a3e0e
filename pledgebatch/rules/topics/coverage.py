"""三, 六.2: everybody pledges, in writing or, where the branch agreed, orally."""

import pandas as pd

from pledgebatch.rules.facts.pledgers import NEWCOMER, SPOKE, WITHOUT_ITEMS, newcomers, without_items
from pledgebatch.rules.machinery.cells import given, no_hints, sure
from pledgebatch.rules.machinery.conditions import Blank, Has, Is, Unlisted
from pledgebatch.rules.machinery.required import required
from pledgebatch.rules.machinery.rule import (
    ALWAYS,
    BATCH,
    ERROR,
    FACT,
    MONTHLY,
    NOTICE,
    PLEDGE,
    ROW,
    UNIT,
    WARNING,
    Rule,
)
from pledgebatch.schema.frames import State

COV01 = Rule(
    "COV01", "三-1", "都应", ERROR, FACT, BATCH, PLEDGE,
    asks="每个党组织都有组织承诺事项",
    mend="在《承诺事项》中补填承诺主体为“组织”的事项",
)  # fmt: skip


@COV01.case(
    on="units",
    about="items",
    message="没有承诺主体为“组织”的承诺事项，请在《承诺事项》中补填",
    offline=~Has("items", (Is("pledger", ("组织",)) & ~Blank("text")) | Unlisted("pledger")) & SPOKE,
)
def organisation_without_item(
    units: pd.DataFrame, items: pd.DataFrame, registry: pd.DataFrame | None = None
) -> pd.Series:
    """For a workbook received; an organisation that sent nothing is missing, which is DDL03's business."""
    own = items[(items["pledger"] == "组织") & given(items, "text")]
    unsure = items.loc[items["pledger"].isna(), "submission"]
    without = ~units["submission"].isin(own["submission"]) & ~units["submission"].isin(unsure)
    if registry is None:
        return without
    return without & units["organisation"].isin(registry.loc[registry["reports"] != "否", "organisation"])


NOT_ORAL = Blank("pledge_form") | Is("pledge_form", ("书面",))
COV02 = Rule(
    "COV02", "三-1", "都应", ERROR, FACT, UNIT, PLEDGE,
    asks="在册党员都有书面承诺事项，或经支部研究的口头承诺",
    mend="在《承诺事项》中补填该党员的事项；确有困难的，承诺方式填“口头”并填原因和支部研究日期",
)  # fmt: skip


@COV02.case(
    on="roster",
    at="name",
    message="“{name}”没有书面承诺事项，也没有口头承诺记录，请补填承诺事项，或按口头承诺填写原因和研究日期",
    offline_sure=WITHOUT_ITEMS & NOT_ORAL & ~NEWCOMER,
)
def member_without_pledge(
    roster: pd.DataFrame, items: pd.DataFrame, last_members: pd.DataFrame | None = None
) -> pd.Series:
    """An oral record that is incomplete is COV03's business; a newcomer (转入) is left alone in the first report."""
    return without_pledge(roster, items, last_members)


def without_pledge(roster: pd.DataFrame, items: pd.DataFrame, last_members: pd.DataFrame | None) -> pd.Series:
    """Members with neither written items nor an oral pledge, newcomers in their first report excepted."""
    oral = (roster["pledge_form"] == "口头") | (given(roster, "pledge_form") & roster["pledge_form"].isna())
    return without_items(roster, items) & ~sure(oral) & ~newcomers(roster, last_members)


COV03 = Rule(
    "COV03", "三-2", "可以", ERROR, FACT, ROW, ALWAYS,
    asks="口头承诺有原因，并经党支部研究",
    mend="补填口头承诺原因和支部研究日期；不属困难情形的改为书面承诺",
    owns=("members.oral_reason", "members.oral_study_date"),
)  # fmt: skip

required(COV03, "roster", "oral_reason", Is("pledge_form", ("口头",)))

# The branch must have discussed it.
required(COV03, "roster", "oral_study_date", Is("pledge_form", ("口头",)))


COV06 = Rule(
    "COV06", "六.2-1", "力争", NOTICE, FACT, BATCH, MONTHLY,
    asks="在册党员全部作出承诺，不留空白点",
    mend="督促提示中的党员作出承诺，补填承诺事项或口头承诺",
)  # fmt: skip


@COV06.case(on="units", about="members")
def not_everybody(
    units: pd.DataFrame,
    roster: pd.DataFrame,
    items: pd.DataFrame,
    last_members: pd.DataFrame | None = None,
) -> pd.Series:
    """Only organisations that reported; whoever COV02 names is missing here, so that both count alike."""
    missing = roster[without_pledge(roster, items, last_members)]
    names = missing.groupby("submission")["name"].agg("、".join)
    hints = no_hints(units)
    incomplete = units["submission"].isin(names.index)
    here = units.loc[incomplete, "submission"]
    everybody, count = (here.map(rows.groupby("submission").size()) for rows in (roster, missing))
    covered = ((everybody - count) * 1000 // everybody / 10).astype("str")
    hints[incomplete] = (
        "在册党员 " + everybody.astype("str") + " 人中有 " + count.astype("str") + " 人没有承诺，覆盖率 "
        + covered + "%，请督促：" + here.map(names).astype("str")
    )  # fmt: skip
    return hints


DDL03 = Rule(
    "DDL03", "-", "-", WARNING, FACT, BATCH, MONTHLY,
    asks="每月按时报送{late}",
    mend="尽快报送本月承诺工作簿",
    across=True,
)  # fmt: skip


@DDL03.case(on="reporting", message="本月尚未收到承诺工作簿，请尽快报送")
def nothing_received(reporting: pd.DataFrame) -> pd.Series:
    """The reminder list."""
    return reporting["state"] == State.MISSING


RULES = (COV01, COV02, COV03, COV06, DDL03)
