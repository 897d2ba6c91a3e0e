"""五.6, 六.1: self-check, votes and closing at year-end, and what must be rectified."""

import pandas as pd

from pledgebatch.notice.parameters import Parameters, percent
from pledgebatch.notice.periods import Period
from pledgebatch.rules.facts.approval import SENT_BACK
from pledgebatch.rules.machinery.cells import blank, no_hints, placed, sure, unclear
from pledgebatch.rules.machinery.conditions import Is
from pledgebatch.rules.machinery.required import required, required_together
from pledgebatch.rules.machinery.rule import ALWAYS, ERROR, FACT, ROW, UNIT, WARNING, YEAR, Rule
from pledgebatch.schema.sheets import ASSESSMENTS, MEMBERS, ORGANISATION

SELF_CHECK = ("self_check", "self_check_date")
VOTES = ("satisfied", "fairly_satisfied", "basically_satisfied", "dissatisfied")
ORGANISATION_ITSELF = 0
"""In the place of a member's number where the organisation is meant."""

EVA01 = Rule(
    "EVA01", "五.6-1", "要", ERROR, FACT, ROW, YEAR,
    asks="党组织和每名党员年底都已自查",
    mend="对照承诺自查，填写自查情况和日期",
    owns=tuple(f"{sheet.key}.{key}" for sheet in (ORGANISATION, MEMBERS) for key in SELF_CHECK),
)  # fmt: skip


for _table in ("organisations", "roster"):
    required_together(EVA01, _table, SELF_CHECK)

EVA02 = Rule(
    "EVA02", "五.6-1", "要", ERROR, FACT, UNIT, YEAR,
    asks="党员和群众都对党组织作了评议，票数不小于 0、不超过参加人数",
    mend="组织评议并填写《评议整改》；核对票数和参加人数",
)  # fmt: skip


@EVA02.case(on="units", about="assessments", message="《评议整改》中没有{hint}对党组织的评议，请组织评议后补填")
def without_votes(units: pd.DataFrame, assessments: pd.DataFrame, layout: pd.DataFrame) -> pd.Series:
    """Votes on the organisation are required, those on single members are not; an unclear row may be the one missed."""
    own = assessments[~sure(assessments["pledger"] == "党员")]
    lacks = {}
    for assessor in ASSESSMENTS["assessor"].choices:
        voted = own.loc[own["assessor"].isna() | (own["assessor"] == assessor), "submission"]
        lacks[assessor] = ~units["submission"].isin(voted)
    words = pd.Series("", index=units.index, dtype="str")
    for assessor, lack in lacks.items():
        words += lack.map({True: f"和{assessor}", False: ""}).astype("str")
    return words.str[1:].where(placed(units, layout, "assessments", "pledger", "assessor") & (words != ""))


@EVA02.case(
    on="assessments",
    at="satisfied",
    message="四项票数之和 {hint} 超过参加人数 {attendance}，请核对票数和参加人数",
)
def more_votes_than_people(assessments: pd.DataFrame) -> pd.Series:
    """On the organisation or on a member; who abstains makes them fewer, nothing makes them more."""
    cast = _cast(assessments)
    return cast.astype("str").where(sure(cast > assessments["attendance"]))


@EVA02.case(on="assessments", at="satisfied", message="{hint}小于 0，票数至少是 0，请核对")
def fewer_votes_than_none(assessments: pd.DataFrame) -> pd.Series:
    """A vote below zero would make up for one too many, and for dissatisfaction."""
    words = pd.Series("", index=assessments.index, dtype="str")
    for key in VOTES:
        header = f"、“{ASSESSMENTS[key].header}”"
        words += sure(assessments[key] < 0).map({True: header, False: ""}).astype("str")
    return words.str[1:].where(words != "")


def _cast(assessments: pd.DataFrame) -> pd.Series:
    """All votes of a row, missing where one of the four is."""
    return assessments[list(VOTES)].sum(axis=1).where(~unclear(assessments, *VOTES)).astype("Int64")


EVA03 = Rule(
    "EVA03", "五.6-1", "要", WARNING, FACT, ROW, YEAR,
    asks="结合民主评议党员进行，有评议日期",
    mend="填写民主评议党员日期",
    owns=("organisations.appraisal_date",),
)  # fmt: skip

required(EVA03, "organisations", "appraisal_date")


EVA04 = Rule(
    "EVA04", "六.1-3", "要", ERROR, FACT, ROW, YEAR,
    asks="年底每个事项都有结果",
    mend="从下拉列表中选择年终结果",
    owns=("items.final_result",),
)  # fmt: skip

# Withdrawn is closed; an item sent back in review is not to be closed until it is passed.
required(EVA04, "items", "final_result", ~Is("status", ("撤销",)) & ~Is("conclusion", (SENT_BACK,)))


EVA05 = Rule(
    "EVA05", "六.1-4", "应", ERROR, FACT, UNIT, ALWAYS,
    asks="未完成的、群众不满意的限期整改，并按期改好",
    mend="未完成的、不满意票超过 {dissatisfaction} 的，在《评议整改》中对该组织或党员填“限期整改”和整改期限；改好的填整改完成日期",
    owns=("assessments.rectify_by",),
)  # fmt: skip


@EVA05.case(
    on="items",
    at="final_result",
    message="年终结果为“{final_result}”，《评议整改》中却没有对{hint}限期整改，请补填整改要求和期限",
    stage=YEAR,
)
def unfinished_and_not_rectified(items: pd.DataFrame, assessments: pd.DataFrame, layout: pd.DataFrame) -> pd.Series:
    """Rectification is ordered of the one who pledged; reported once a pledger, at the first item. Unclear rows count."""
    hints = no_hints(items)
    unfinished = items[sure(items["final_result"] == "未完成") & placed(items, layout, "assessments", "rectify")]
    pledgers = _pledgers(unfinished)
    ordered = assessments[~sure(assessments["rectify"] == "否")]
    unsure = ordered.loc[_pledgers(ordered).isna(), "submission"]
    known = pd.MultiIndex.from_arrays([ordered["submission"], _pledgers(ordered)])
    rectified = pd.MultiIndex.from_arrays([unfinished["submission"], pledgers]).isin(known)
    first = ~pd.DataFrame({"submission": unfinished["submission"], "pledger": pledgers}).duplicated()
    first_items = unfinished[first & pledgers.notna() & ~rectified & ~unfinished["submission"].isin(unsure)]
    who = first_items["name"].fillna("该党员").where(first_items["pledger"] == "党员", "党组织")
    hints[first_items.index] = who.astype("str")
    return hints


def _pledgers(rows: pd.DataFrame) -> pd.Series:
    """The member's number, or that of the organisation itself; missing where unclear."""
    members = rows["member_no"].where(sure(rows["pledger"] == "党员"))
    return members.where(~sure(rows["pledger"] == "组织"), ORGANISATION_ITSELF)


@EVA05.case(on="assessments", at="rectify", message="不满意票占 {hint}，应当限期整改，请填“是”并填整改期限", stage=YEAR)
def dissatisfied_and_not_rectified(assessments: pd.DataFrame, parameters: Parameters) -> pd.Series:
    """More than the parameter's share of the votes cast."""
    share = assessments["dissatisfied"].astype("Float64") / _cast(assessments).astype("Float64")
    over = sure(share > parameters.dissatisfaction)
    ordered = sure(assessments["rectify"] == "是") | (assessments["rectify"].isna() & ~blank(assessments, "rectify"))
    hints = no_hints(assessments)
    breached = over & ~ordered
    hints[breached] = share[breached].map(percent).astype("str") + f"，超过 {percent(parameters.dissatisfaction)}"
    return hints


# Rectification is ordered for a day.
required(EVA05, "assessments", "rectify_by", Is("rectify", ("是",)), stage=YEAR)


@EVA05.case(
    on="assessments",
    at="rectify_by",
    message="整改期限“{rectify_by}”已过，没有整改完成日期，请尽快整改，改好的补填日期",
)
def rectification_overdue(assessments: pd.DataFrame, period: Period) -> pd.Series:
    """Past its day at the cut-off and not done by then; a day of completion that was not understood is FLD01's."""
    cutoff = pd.Timestamp(period.cutoff)
    open_still = blank(assessments, "rectified_on") | sure(assessments["rectified_on"] > cutoff)
    return sure(assessments["rectify"] == "是") & sure(assessments["rectify_by"] < cutoff) & open_still


EVA06 = Rule(
    "EVA06", "五.6-2", "注重", WARNING, FACT, UNIT, YEAR,
    asks="与领导点评、评选表彰衔接：有领导点评，未完成承诺的不列入表彰",
    mend="领导点评记入《工作记录》；有事项未完成的不列入评选表彰",
)  # fmt: skip


@EVA06.case(on="units", about="records", message="《工作记录》中没有领导点评，点评过的请补记，没有点评的请安排")
def without_comment(units: pd.DataFrame, records: pd.DataFrame, layout: pd.DataFrame) -> pd.Series:
    """The record of the organisation counts; the members' own column adds to it and cannot stand in for it."""
    recorded = records.loc[records["activity"].isna() | (records["activity"] == "领导点评"), "submission"]
    return placed(units, layout, "records", "activity") & ~units["submission"].isin(recorded)


@EVA06.case(on="roster", at="award_nominee", message="“{name}”拟评选表彰，但有承诺事项的年终结果是“{hint}”，请核对")
def nominee_with_unfinished_items(roster: pd.DataFrame, items: pd.DataFrame) -> pd.Series:
    """部分完成 is unfinished too; an item without a result is EVA04's business, one withdrawn or not passed nobody's."""
    closed = items["status"].isin(["撤销"]) | sure(items["conclusion"] == SENT_BACK)
    unfinished = items[sure(items["pledger"] == "党员") & ~closed & items["final_result"].isin(["未完成", "部分完成"])]
    worst = unfinished.dropna(subset=["member_no"]).sort_values("final_result", ascending=False, kind="stable")
    worst = worst.drop_duplicates(["submission", "member_no"])[["submission", "member_no", "final_result"]]
    result = roster[["submission", "member_no"]].merge(worst, how="left", on=["submission", "member_no"])
    return result["final_result"].set_axis(roster.index).where(sure(roster["award_nominee"] == "是"))


RULES = (EVA01, EVA02, EVA03, EVA04, EVA05, EVA06)
