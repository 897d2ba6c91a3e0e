"""五.1, 五.2: the public is consulted first; then pledges are discussed, and old problems taken up."""

import pandas as pd

from pledgebatch.rules.facts.pledgers import SPOKE, among, lacking, perhaps_listed
from pledgebatch.rules.language.remembered import Remembered
from pledgebatch.rules.language.speech import speech
from pledgebatch.rules.language.words import over_distinct
from pledgebatch.rules.machinery.cells import day, given, has_sheet, no_hints, sure, unclear, unusable
from pledgebatch.rules.machinery.conditions import Has
from pledgebatch.rules.machinery.required import required
from pledgebatch.rules.machinery.rule import ALWAYS, ERROR, FACT, NOTICE, PLEDGE, ROW, UNIT, WARNING, Rule
from pledgebatch.schema.sheets import ORGANISATION

CON01 = Rule(
    "CON01", "五.1-1", "要", ERROR, FACT, UNIT, PLEDGE,
    asks="承诺前征求过群众意见",
    mend="在《征求意见》中补填走访、座谈、问卷等征求意见的情况",
)  # fmt: skip


@CON01.case(
    on="units",
    about="opinions",
    message="《征求意见》没有填写，承诺前应广泛征求群众意见，请补填征求意见的日期、方式和意见",
    offline=~Has("opinions") & SPOKE,
)
def nobody_consulted(units: pd.DataFrame, opinions: pd.DataFrame, layout: pd.DataFrame) -> pd.Series:
    """A sheet that is missing altogether is FIL01's business."""
    return ~among(units, opinions) & has_sheet(units, layout, "opinions")


@CON01.case(
    on="units",
    about="opinions",
    severity=NOTICE,
    message="《征求意见》只记了一个人的一条意见，承诺前应广泛征求群众意见，请补记其他的走访、座谈或问卷",
)
def one_person_consulted(units: pd.DataFrame, opinions: pd.DataFrame) -> pd.Series:
    """One opinion from one person for a whole organisation. Quiet where how many took part is not known."""
    by_unit = opinions.groupby("submission")["attendance"].agg(["size", "max"])
    alone = by_unit.index[(by_unit["size"] == 1) & sure(by_unit["max"] == 1)]
    return units["submission"].isin(alone)


CON02 = Rule(
    "CON02", "五.1-1", "要", ERROR, FACT, UNIT, ALWAYS,
    asks="先征求意见，后作出承诺",
    mend="核对首次征求意见的日期、承诺日期和签名日期；确属先承诺的，补征意见后重新承诺",
)  # fmt: skip


@CON02.case(
    on="opinions",
    at="date",
    message="首次征求意见的日期“{date}”晚于最早的承诺（{hint}），应先征求意见后承诺，请核对日期",
)
def consulted_after_pledging(opinions: pd.DataFrame, organisations: pd.DataFrame, roster: pd.DataFrame) -> pd.Series:
    """The earliest of 承诺日期 and all 签名日期 counts, the same day is in order; reported at the first consultation.

    Quiet where the date of a consultation is missing: it may have been the first.
    """
    by_organisation = organisations.assign(who="党组织", when=organisations["org_date"])
    by_member = roster.assign(who=roster["name"].fillna("党员"), when=roster["signed_date"])
    pledges = pd.concat([each[["submission", "who", "when"]] for each in (by_organisation, by_member)])
    earliest = pledges.dropna(subset=["when"]).sort_values(["submission", "when"], kind="stable")
    earliest = earliest.drop_duplicates("submission").set_index("submission").reindex(opinions["submission"])
    pledged = earliest["when"].set_axis(opinions.index)
    who = earliest["who"].set_axis(opinions.index).astype("str")
    in_order = opinions.sort_values(["submission", "date", "row"], kind="stable")
    first = ~in_order.duplicated("submission").reindex(opinions.index)
    undated = opinions["submission"].isin(opinions.loc[opinions["date"].isna(), "submission"])
    return (who + " " + day(pledged)).where(first & ~undated & sure(opinions["date"] > pledged))


CON03 = Rule(
    "CON03", "五.1-1", "要", WARNING, FACT, UNIT, PLEDGE,
    asks="承诺以群众意见为依据：组织事项至少有一项引用意见，引用的编号在《征求意见》中",
    mend="在“群众意见编号”中填《征求意见》里的意见编号",
)  # fmt: skip


@CON03.case(
    on="items",
    at="opinion_no",
    message="群众意见编号“{opinion_no}”不在《征求意见》中，请核对编号，或补填这条意见",
    severity=ERROR,
)
def opinion_unknown(items: pd.DataFrame, opinions: pd.DataFrame) -> pd.Series:
    """Where no consultation is recorded at all, that is CON01's business."""
    return _cites_unknown(items, opinions, "opinion_no") & among(items, opinions)


@CON03.case(
    on="units", about="items", message="组织的承诺事项没有一项引用群众意见，请在根据意见提出的事项中填“群众意见编号”"
)
def no_opinion_heeded(units: pd.DataFrame, items: pd.DataFrame, opinions: pd.DataFrame) -> pd.Series:
    """Only items whose 承诺主体 is 组织 count; quiet where CON01 or COV01 has spoken."""
    return lacking(units, items, "opinion_no", given(items, "opinion_no")) & among(units, opinions)


@CON03.case(
    on="opinions",
    at="adopted",
    severity=NOTICE,
    message="这条意见“{adopted}”，却没有承诺事项引用它，请在据此提出的事项中填“群众意见编号”，或改填采纳情况",
)
def adopted_without_an_item(opinions: pd.DataFrame, items: pd.DataFrame, units: pd.DataFrame) -> pd.Series:
    """Adopted, wholly, and no item rests on it. Quiet where no item of the organisation rests on any, or one cites
    an unknown one: that is said, and may be the reason."""
    number = ["submission", "opinion_no"]
    cited = pd.MultiIndex.from_frame(opinions[number]).isin(pd.MultiIndex.from_frame(items[number].dropna()))
    judged = sure(opinions["adopted"] == "采纳") & opinions["opinion_no"].notna()
    unheeded = units.loc[no_opinion_heeded(units, items, opinions), "submission"]
    unfounded = items.loc[opinion_unknown(items, opinions), "submission"]
    reported = opinions["submission"].isin(unheeded) | opinions["submission"].isin(unfounded)
    return judged & ~cited & ~reported & ~perhaps_listed(opinions, items, "opinion_no")


def _cites_unknown(items: pd.DataFrame, listed: pd.DataFrame, key: str) -> pd.Series:
    known = pd.MultiIndex.from_frame(listed[["submission", key]].dropna())
    unlisted = items[key].notna() & ~pd.MultiIndex.from_frame(items[["submission", key]]).isin(known)
    return unlisted & ~perhaps_listed(items, listed, key)


CON04 = Rule(
    "CON04", "五.2-3", "要", ERROR, FACT, UNIT, PLEDGE,
    asks="说明有无遗留问题；未解决的问题作为重点项目列入承诺事项",
    mend="填写“有无遗留问题”；有的填《遗留问题》，未解决的列入承诺事项并把“是否重点项目”填为“是”",
    owns=("organisations.legacy_answer",),
)  # fmt: skip


@CON04.case(on="units", at="legacy_answer")
def legacy_unsaid(units: pd.DataFrame) -> pd.Series:
    """Neither 有 nor 无."""
    return unusable(units, ORGANISATION["legacy_answer"])


@CON04.case(
    on="units",
    at="legacy_answer",
    message="“有无遗留问题”填“{legacy_answer}”，《遗留问题》却没有填写，请补填，或改填“无”",
)
def legacy_not_listed(units: pd.DataFrame, legacy: pd.DataFrame, layout: pd.DataFrame) -> pd.Series:
    """There are problems, and none is named."""
    return sure(units["legacy_answer"] == "有") & ~among(units, legacy) & has_sheet(units, layout, "legacy")


@CON04.case(on="legacy", at="problem")
def legacy_not_taken_up(legacy: pd.DataFrame, items: pd.DataFrame, layout: pd.DataFrame) -> pd.Series:
    """An unsolved problem with no item that cites it and is marked 重点项目; the first item that cites it is named."""
    number = ["submission", "legacy_no"]
    citing = items.dropna(subset=["legacy_no"])
    # What was typed as 是否重点项目 and not understood may well be a 是.
    marked = citing[(citing["key_project"] == "是") | (citing["key_project"].isna() & given(citing, "key_project"))]
    taken_up = pd.MultiIndex.from_frame(legacy[number]).isin(pd.MultiIndex.from_frame(marked[number]))
    judged = sure(legacy["solved"] == "未解决") & ~unclear(legacy, "legacy_no", "problem")
    judged &= has_sheet(legacy, layout, "items") & ~perhaps_listed(legacy, items, "legacy_no")
    first = citing.drop_duplicates(number).set_index(number)["item_no"].fillna("（未编号）")
    cited = first.reindex(pd.MultiIndex.from_frame(legacy[number])).set_axis(legacy.index).astype("str")
    hints = no_hints(legacy)
    unsolved = "遗留问题 " + legacy["legacy_no"] + " 尚未解决，"
    without = unsolved + "没有列入承诺事项，请补列一项，填上问题编号，并把“是否重点项目”填为“是”"
    unmarked = unsolved + "承诺事项 " + cited + " 引用了它，请把该事项的“是否重点项目”填为“是”"
    hints[judged & ~taken_up] = unmarked.where(cited.notna(), without)
    return hints


@CON04.case(
    on="items", at="legacy_no", message="遗留问题编号“{legacy_no}”不在《遗留问题》中，请核对编号，或补填这个问题"
)
def legacy_unknown(items: pd.DataFrame, legacy: pd.DataFrame, units: pd.DataFrame, layout: pd.DataFrame) -> pd.Series:
    """Where 有 was answered and no problem is listed, that has been said."""
    unlisted = units[(units["legacy_answer"] == "有") & ~among(units, legacy)]
    judged = has_sheet(items, layout, "legacy") & ~among(items, unlisted)
    return _cites_unknown(items, legacy, "legacy_no") & judged


CON05 = Rule(
    "CON05", "五.2-4", "可", NOTICE, FACT, UNIT, PLEDGE,
    asks="开会讨论过承诺事项",
    mend="开过班子成员会、党员群众代表会的，在《工作记录》中补记一条“讨论会议”",
)  # fmt: skip


@CON05.case(on="units", about="records", message="《工作记录》中没有“讨论会议”，开会讨论过承诺事项的请补记")
def never_discussed(units: pd.DataFrame, records: pd.DataFrame, layout: pd.DataFrame) -> pd.Series:
    """Quiet where a 工作环节 is blank or was not understood: it may be the one."""
    discussed = records[(records["activity"] == "讨论会议") | records["activity"].isna()]
    return ~among(units, discussed) & has_sheet(units, layout, "records")


MEM15 = Rule(
    "MEM15", "五.2-2", "-", NOTICE, FACT, ROW, PLEDGE,
    asks="党员写明参加活动的打算",
    mend="填写本人参加创先争优活动的具体打算",
    owns=("members.participation_plan",),
)  # fmt: skip

# The notice asks each member for a plan before the pledges.
required(MEM15, "roster", "participation_plan")


@MEM15.case(on="roster", at="participation_plan", message="“{hint}”没有说打算做什么，请写明参加哪项活动、做哪件事")
def plan_says_nothing(roster: pd.DataFrame) -> pd.Series:
    """积极参加, 认真学习, 服从安排: nothing that could be done."""
    return over_distinct(roster["participation_plan"], _general)


@Remembered
def _general(plans: pd.Series) -> pd.Series:
    """The first clause of each of those folded plans that say how nothing is done."""
    return speech(plans).general


RULES = (CON01, CON02, CON03, CON04, CON05, MEM15)
