"""二.2, 二.3, 五: real deeds and whom they serve, what a pledge rests on, how it is carried out."""

import pandas as pd

from pledgebatch.notice.parameters import Parameters
from pledgebatch.rules.facts.approval import APPROVED, approved
from pledgebatch.rules.facts.pledgers import (
    MEMBER,
    NO_POST,
    among,
    first_lacking,
    lacking,
    member_items,
    own_items,
    unknown,
    unowned,
)
from pledgebatch.rules.machinery.cells import given, no_hints, squeezed, sure, unfilled
from pledgebatch.rules.machinery.conditions import Blank, Is
from pledgebatch.rules.machinery.required import required
from pledgebatch.rules.machinery.rule import ALWAYS, ERROR, FACT, NOTICE, PLEDGE, PUBLISH, ROW, UNIT, WARNING, Rule
from pledgebatch.schema.kinds import RAW
from pledgebatch.schema.sheets import ITEMS

ITM19 = Rule(
    "ITM19", "二.3-2", "要", WARNING, FACT, UNIT, PLEDGE,
    asks="每年承诺几件实事好事：组织一般不少于 {real_deeds_organisation}，每名党员不少于 {real_deeds_member}",
    mend="补充为群众办实事的事项，或把已有的这类事项的“是否实事好事”填为“是”",
)  # fmt: skip


@ITM19.case(
    on="units", about="items", message="组织的承诺事项没有一件实事好事，请补充，或把已有的“是否实事好事”填为“是”"
)
def no_deed(units: pd.DataFrame, items: pd.DataFrame) -> pd.Series:
    """Items whose 承诺主体 is 组织; an organisation without any is COV01's business."""
    return lacking(units, items, "real_deed", items["real_deed"] == "是")


@ITM19.case(on="units", about="items", severity=NOTICE)
def few_deeds(units: pd.DataFrame, items: pd.DataFrame, parameters: Parameters) -> pd.Series:
    """Some, and fewer than the office's figure."""
    own = own_items(items, "real_deed", "real_deed" + RAW)
    count = units["submission"].map(own[own["real_deed"] == "是"].groupby("submission").size()).fillna(0)
    few = (count > 0) & (count < parameters.real_deeds_organisation)
    unsure = pd.concat([own[unknown(own, "real_deed")], items.loc[items["pledger"].isna(), ["submission"]]])
    hints = no_hints(units)
    wanted = f" 件，一般不少于 {parameters.real_deeds_organisation} 件，可酌情补充"
    messages = "组织的承诺事项中实事好事只有 " + count.astype("int64").astype("str") + wanted
    hints[few & ~among(units, unsure)] = messages
    return hints


@ITM19.case(on="items", at="real_deed", severity=NOTICE)
def member_with_few_deeds(items: pd.DataFrame, roster: pd.DataFrame, parameters: Parameters) -> pd.Series:
    """Reported once a member, at the first item; a member without items is COV02's business."""
    rows = member_items(items, roster, "real_deed", "real_deed" + RAW, "name")
    rows = rows.assign(deed=rows["real_deed"] == "是", unsure=unknown(rows, "real_deed"))
    by_member = rows.groupby(MEMBER)
    count = by_member["deed"].transform("sum")
    few = (count < parameters.real_deeds_member) & ~by_member["unsure"].transform("any") & ~rows.duplicated(MEMBER)
    few &= ~among(rows, unowned(items))
    hints = no_hints(items)
    names = rows["name"].fillna("该党员")
    wanted = f" 件，一般不少于 {parameters.real_deeds_member} 件，可酌情补充"
    messages = "“" + names + "”的承诺事项中实事好事有 " + count.astype("int64").astype("str") + wanted
    hints[few[few].index] = messages[few]
    return hints


ITM20 = Rule(
    "ITM20", "五.1-1", "力求", NOTICE, FACT, ROW, ALWAYS,
    asks="实事好事写明受益群众",
    mend="填写这件实事惠及哪些群众，如“全体学生”“周边居民”",
)  # fmt: skip

# A real deed is done for somebody.
required(
    ITM20,
    "items",
    "beneficiary",
    Is("real_deed", ("是",)),
    message="这是一件实事好事，“受益群众”未填写，请填写惠及哪些群众",
)


ITM21 = Rule(
    "ITM21", "五.2-1", "注重", NOTICE, FACT, ROW, PLEDGE,
    asks="每个事项写明承诺依据",
    mend="从下拉列表中选择承诺依据",
    owns=("items.basis",),
)  # fmt: skip

required(ITM21, "items", "basis")


ITM23 = Rule(
    "ITM23", "二.2-4", "要", ERROR, FACT, UNIT, PLEDGE,
    asks="无职党员结合设岗定责或义工服务作出承诺",
    mend="在该党员的事项中填“设岗定责或义工”，如“环境卫生监督岗”“每月义工一次”",
)  # fmt: skip


@ITM23.case(
    on="items", at="duty", message="“{name}”是无职党员，没有一项承诺结合设岗定责或义工服务，请填写所设岗位或义工"
)
def without_duty(items: pd.DataFrame, roster: pd.DataFrame) -> pd.Series:
    """Told at the first item; 无 is no duty. A member who pledges orally has no items and is left to COV03."""
    idle = roster[(roster["post_type"] == "无职党员") & ~sure(roster["pledge_form"] == "口头")]
    return first_lacking(items, idle, "duty", given(items, "duty") & ~squeezed(items["duty"]).isin(NO_POST))


ITM10 = Rule(
    "ITM10", "五.5-1", "要", ERROR, FACT, ROW, PUBLISH,
    asks="审查通过的事项有实施计划",
    mend="补填实施计划：分几步做、何时做到哪一步",
    owns=("items.plan",),
)  # fmt: skip


@ITM10.case(on="items", at="plan", offline=Blank("plan") & APPROVED)
def without_plan(items: pd.DataFrame, organisations: pd.DataFrame) -> pd.Series:
    """An item sent back in review needs none until it is passed."""
    return unfilled(items, ITEMS["plan"]).where(approved(items, organisations))


RULES = (ITM10, ITM19, ITM20, ITM21, ITM23)
