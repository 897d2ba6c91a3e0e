"""附件1: who the organisation is, and how it can be reached."""

import pandas as pd
from rapidfuzz import fuzz, process

from pledgebatch.rules.facts.names import named_in_registry, names_of, shown_names
from pledgebatch.rules.machinery.cells import (
    blank,
    no_hints,
    obscure,
    short,
    squeezed,
    sure,
    unread,
    unusable,
)
from pledgebatch.rules.machinery.conditions import Blank, Same
from pledgebatch.rules.machinery.required import required
from pledgebatch.rules.machinery.rule import ALWAYS, BATCH, ERROR, FACT, NOTICE, ROW, UNIT, WARNING, Rule
from pledgebatch.schema.kinds import RAW
from pledgebatch.schema.sheets import ORGANISATION
from pledgebatch.schema.states import LIVE, State
from pledgebatch.schema.texts import MOST_COMPARED, squeeze

ORG01 = Rule(
    "ORG01", "附件1-1", "form", ERROR, FACT, BATCH, ALWAYS,
    asks="组织编码、党组织名称与单位名册一致",
    mend="按单位名册改正编码或名称；确属新设的，请党委办公室先补录名册",
    owns=("organisations.unit_code", "organisations.org_name"),
)  # fmt: skip


@ORG01.case(on="heads", at="unit_code")
def code_unknown(heads: pd.DataFrame, registry: pd.DataFrame) -> pd.Series:
    """The visible code governs; the one hidden in the workbook is compared with it. Of one that ended nothing is said."""
    hints = no_hints(heads)
    ended = heads["organisation"].isin(registry["organisation"])
    unknown = (heads["state"] == State.UNKNOWN_ORGANISATION) & ~ended
    for index, name, typed in heads.loc[unknown, ["org_name", "unit_code" + RAW]].fillna("").itertuples():
        near = _nearest(name, registry)
        what = f"组织编码“{short(typed)}”不在单位名册中" if typed else "组织编码未填写"
        hints[index] = what + (f"，最接近的是 {near}，请核对" if near else "，请向党委办公室核对")
    judged = heads["state"].isin((*LIVE, State.WRONG_PERIOD))
    hints[judged & blank(heads, "unit_code")] = "组织编码未填写，请填写"
    hidden = heads["hidden_code"]
    tampered = (
        judged & heads["unit_code"].notna() & hidden.notna() & (hidden != "") & sure(hidden != heads["unit_code"])
    )
    names = shown_names(registry)
    for index, made_for, code, typed in heads.loc[tampered, ["hidden_code", "unit_code", "org_name"]].itertuples():
        own = _called(code, typed if isinstance(typed, str) else names.get(code)).strip()
        hints[index] = (
            f"工作簿是为 {_called(made_for, names.get(made_for))}制发的，填的却是 {own}，请核对是否借用了别的单位的工作簿"
        )
    return hints


def _called(code: str, name: str | None) -> str:
    return f"{short(code)}（{short(name)}）" if isinstance(name, str) and name else f"{short(code)} "


def _nearest(name: str, registry: pd.DataFrame) -> str:
    names = dict(zip(registry["org_name"].fillna(""), registry["unit_code"], strict=True))
    best = process.extractOne(
        squeeze(name[:MOST_COMPARED]), list(names), processor=squeeze, scorer=fuzz.ratio, score_cutoff=60
    )
    return f"“{best[0]}”（{names[best[0]]}）" if best else ""


@ORG01.case(on="heads", at="org_name")
def name_differs(heads: pd.DataFrame, registry: pd.DataFrame) -> pd.Series:
    """The name that the registry gives for the code, or gave in an earlier month."""
    hints = no_hints(heads)
    registered = heads["organisation"].map(named_in_registry(registry)).astype("str")
    judged = heads["state"].isin(LIVE) & registered.notna()
    named = pd.MultiIndex.from_arrays([heads["organisation"], squeezed(heads["org_name"])])
    differs = judged & (blank(heads, "org_name") | (heads["org_name"].notna() & ~named.isin(names_of(registry))))
    hints[differs] = "党组织名称与单位名册不一致，名册上为“" + registered[differs] + "”，请改正"
    return hints


ORG02 = Rule(
    "ORG02", "附件1-1", "form", ERROR, FACT, ROW, ALWAYS,
    asks="党员人数为 1 以上的整数",
    mend="按党员名册填写人数，预备党员计算在内",
    owns=("organisations.member_count",),
)  # fmt: skip


@ORG02.case(on="organisations", at="member_count", offline_blanks=Blank("member_count"))
def member_count_wrong(organisations: pd.DataFrame) -> pd.Series:
    """Blank, not a whole number, or below 1."""
    hints = unusable(organisations, ORGANISATION["member_count"])
    hints[sure(organisations["member_count"] < 1)] = "“党员人数”应为 1 以上的整数，请改正"
    return hints


ORG03 = Rule(
    "ORG03", "三-1", "都应", ERROR, FACT, UNIT, ALWAYS,
    asks="党员人数与《党员承诺》中在册的党员人数一致",
    mend="核对名册：补上漏填的党员，或改正党员人数；已调出、去世的在“人员变动”中注明",
)  # fmt: skip


@ORG03.case(
    on="units",
    at="member_count",
    message="党员人数填 {member_count}，《党员承诺》中在册 {hint} 人，两者应当一致，请核对",
)
def members_miscounted(units: pd.DataFrame, members: pd.DataFrame, roster: pd.DataFrame) -> pd.Series:
    """A roster left blank counts nobody, but in a nil return. Quiet where a change of staff was not understood."""
    counts = units["submission"].map(roster.groupby("submission").size()).fillna(0).astype("int64")
    unsure = units["submission"].isin(members.loc[obscure(members, "change"), "submission"])
    differs = sure(units["member_count"] != counts) & sure(units["member_count"] >= 1) & ~unsure
    nil = sure(units["nil_return"] == "是")
    return counts.astype("str").where(differs & (units["has_members"] | ~nil))


ORG04 = Rule(
    "ORG04", "-", "-", NOTICE, FACT, ROW, ALWAYS,
    asks="党支部 3 人以上，党总支 50 至 99 人，党委 100 人以上（经批准的除外）",
    mend="核对党组织类型和党员人数；经上级批准的不必修改",
)  # fmt: skip

SIZES = {"党支部": (3, None), "党总支": (50, 99), "党委": (100, None)}
"""The least and greatest number of members of each type."""


@ORG04.case(
    on="organisations",
    at="member_count",
    message="{org_type}有党员 {member_count} 人，与通常的规模不符，经批准的不必修改",
)
def size_unusual(organisations: pd.DataFrame) -> pd.Series:
    """Lawful with the approval of the superior organisation, so it only asks."""
    count = organisations["member_count"]
    least = organisations["org_type"].map({kind: size[0] for kind, size in SIZES.items()})
    most = organisations["org_type"].map({kind: size[1] for kind, size in SIZES.items() if size[1]})
    return sure(count >= 1) & (sure(count < least) | sure(count > most))


ORG05 = Rule(
    "ORG05", "附件1-1", "form", ERROR, FACT, UNIT, ALWAYS,
    asks="党组织负责人已填写，并在《党员承诺》中列为领导",
    mend="填写负责人姓名；并在《党员承诺》中把该同志“是否担任领导职务”填为“是”",
    owns=("organisations.head",),
)  # fmt: skip

required(ORG05, "organisations", "head")


@ORG05.case(
    on="units",
    at="head",
    message="负责人“{head}”不在《党员承诺》的领导党员之中，请核对姓名和“是否担任领导职务”",
    severity=WARNING,
)
def head_not_a_leader(units: pd.DataFrame, roster: pd.DataFrame) -> pd.Series:
    """Quiet while the member's own answer is blank or was not understood."""
    leaders = roster[(roster["is_leader"] == "是") | roster["is_leader"].isna()]
    named = pd.MultiIndex.from_frame(leaders[["submission", "name"]])
    heads = pd.MultiIndex.from_frame(units[["submission", "head"]])
    return units["head"].notna() & units["has_members"] & ~pd.Series(heads.isin(named), index=units.index)


ORG06 = Rule(
    "ORG06", "附件1-1", "form", ERROR, FACT, ROW, ALWAYS,
    asks="联系电话为手机或固定电话",
    mend="填写 11 位手机号，或带区号的固定电话",
    owns=("organisations.phone",),
)  # fmt: skip

required(ORG06, "organisations", "phone", only_blank=True)


@ORG06.case(on="organisations", at="phone", severity=WARNING)
def phone_unknown(organisations: pd.DataFrame) -> pd.Series:
    """No known mobile or landline form; a landline without area code is a known one."""
    return unread(organisations, ORGANISATION["phone"])


ORG07 = Rule(
    "ORG07", "二.2-1", "要", ERROR, FACT, ROW, ALWAYS,
    asks="单位类别为五类之一",
    mend="从下拉列表中选择",
    owns=("organisations.unit_category",),
)  # fmt: skip

# The category decides which directions of 四 apply.
required(ORG07, "organisations", "unit_category")


ORG08 = Rule(
    "ORG08", "附件1-4", "form", ERROR, FACT, BATCH, ALWAYS,
    asks="上一级党组织在单位名册中，且不是本组织自己",
    mend="按单位名册填写上一级党组织的全称",
    owns=("organisations.parent_org",),
)  # fmt: skip


OWN_SUPERIOR = "上一级党组织填成了本组织自己，请改正"


@ORG08.case(on="organisations", at="parent_org", offline_sure=Same("parent_org", "org_name"))
def parent_wrong(organisations: pd.DataFrame, registry: pd.DataFrame | None = None) -> pd.Series:
    """By name or code; the organisation at the top of the registry has its superior elsewhere and is left alone."""
    parent = squeezed(organisations["parent_org"])
    own = sure(parent == squeezed(organisations["org_name"])) | sure(parent == organisations["organisation"])
    if registry is None:
        return no_hints(organisations).mask(own, OWN_SUPERIOR)
    hints = unusable(organisations, ORGANISATION["parent_org"])
    known = {*names_of(registry).get_level_values(1), *squeezed(registry["unit_code"]).dropna()}
    hints[parent.notna() & ~parent.isin(known)] = "上一级党组织不在单位名册中，请按名册填写全称"
    hints[own] = OWN_SUPERIOR
    top = organisations["organisation"].isin(registry.loc[registry["parent_code"].isna(), "organisation"])
    return hints.where(~top)


ORG09 = Rule(
    "ORG09", "前言-1", "-", NOTICE, FACT, ROW, ALWAYS,
    asks="隶属关系已填写：直属或指导",
    mend="从下拉列表中选择",
    owns=("organisations.relation",),
)  # fmt: skip

# The notice directs the units of the bureau and guides the others.
required(ORG09, "organisations", "relation")


RULES = (ORG01, ORG02, ORG03, ORG04, ORG05, ORG06, ORG07, ORG08, ORG09)
