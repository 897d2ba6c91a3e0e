"""附件1, 附件2 and their notes: seals, signatures and their dates, the approval above them, and the copies of the form."""

import pandas as pd

from pledgebatch.rules.machinery.cells import blank, day, given, sure, unread, unusable
from pledgebatch.rules.machinery.conditions import Before, Blank, Is, Unlisted
from pledgebatch.rules.machinery.required import NO, confirmed, required
from pledgebatch.rules.machinery.rule import ALWAYS, ERROR, FACT, NOTICE, PUBLISH, ROW, UNIT, WARNING, Rule
from pledgebatch.schema.kinds import RAW
from pledgebatch.schema.sheets import MEMBERS, ORGANISATION

WRITTEN = Is("pledge_form", ("书面",))
"""A pledge that is signed."""


ORG10 = Rule(
    "ORG10", "附件1-3", "form", ERROR, FACT, ROW, PUBLISH,
    asks="承诺书已盖党组织章，有承诺日期",
    mend="盖章后填“是”，并填写承诺书上的日期",
    owns=("organisations.org_sealed", "organisations.org_date"),
)  # fmt: skip

# Without the seal it is not the organisation's pledge.
confirmed(ORG10, "organisations", "org_sealed", "承诺书应加盖党组织章，盖章后改填“是”")

required(ORG10, "organisations", "org_date")


ORG11 = Rule(
    "ORG11", "附件1-4", "form", ERROR, FACT, ROW, PUBLISH,
    asks="上一级党组织已审定：有意见、盖章和日期，日期不早于承诺日期",
    mend="送上一级党组织审定，并按承诺书填写意见、盖章和日期",
    owns=("organisations.approval_opinion", "organisations.approval_sealed", "organisations.approval_date"),
)  # fmt: skip

required(ORG11, "organisations", "approval_opinion")

confirmed(ORG11, "organisations", "approval_sealed", "请上一级党组织盖章，盖章后改填“是”")


@ORG11.case(
    on="organisations",
    at="approval_date",
    offline_blanks=Blank("approval_date"),
    offline_sure=Before("approval_date", "org_date"),
)
def approved_before_pledged(organisations: pd.DataFrame) -> pd.Series:
    """Blank, not a date, or before the pledge that it approves; the same day is in order."""
    hints = unusable(organisations, ORGANISATION["approval_date"])
    early = sure(organisations["approval_date"] < organisations["org_date"])
    hints[early] = (
        "上一级党组织审定日期 " + day(organisations["approval_date"]) + " 早于承诺日期 " + day(organisations["org_date"])
        + "，应先承诺后审定，请核对两个日期"
    )  # fmt: skip
    return hints


ORG12 = Rule(
    "ORG12", "附件1注-1", "可", NOTICE, FACT, ROW, ALWAYS,
    asks="另附纸的页数为 1 以上的整数，没有另附纸的不填",
    mend="按另附纸的张数填写；没有另附纸的清空此栏",
    owns=("organisations.continuation_pages",),
)  # fmt: skip


@ORG12.case(on="organisations", at="continuation_pages")
def pages_wrong(organisations: pd.DataFrame) -> pd.Series:
    """Extra sheets are allowed, so a blank is in order."""
    hints = unread(organisations, ORGANISATION["continuation_pages"])
    hints[sure(organisations["continuation_pages"] < 1)] = "“另附纸页数”应为 1 以上的整数，没有另附纸的请清空此栏"
    return hints


ORG13 = Rule(
    "ORG13", "附件1注-2", "form", WARNING, FACT, ROW, PUBLISH,
    asks="承诺书一式三份：送上一级党组织、自存、公示",
    mend="补齐缺少的一份，办妥后填“是”",
    owns=("organisations.copy_parent", "organisations.copy_own", "organisations.copy_public"),
)  # fmt: skip


for _key in ("copy_parent", "copy_own", "copy_public"):
    confirmed(ORG13, "organisations", _key, "承诺书一式三份，请补齐这一份，办妥后改填“是”")

MEM13 = Rule(
    "MEM13", "附件2-3", "form", ERROR, FACT, ROW, PUBLISH,
    asks="书面承诺有本人签名和日期",
    mend="请本人在承诺书上签名，填“是”并填写签名日期",
    owns=("members.signed", "members.signed_date"),
)  # fmt: skip

# An oral pledge needs no signature; where the form of the pledge is not known this is quiet.
confirmed(MEM13, "roster", "signed", "书面承诺应由本人签名，签名后改填“是”", WRITTEN)

required(MEM13, "roster", "signed_date", WRITTEN)


MEM14 = Rule(
    "MEM14", "附件2-4", "form", ERROR, FACT, ROW, PUBLISH,
    asks="党支部已审定每份承诺书：有意见、盖章和日期，日期不早于签名日期",
    mend="由党支部审定，并按承诺书填写意见、盖章和日期",
    owns=("members.branch_opinion", "members.branch_sealed", "members.branch_date"),
)  # fmt: skip

# The branch gives its opinion on oral pledges too; where no form of pledge is given there is none to approve.
required(MEM14, "roster", "branch_opinion", ~Unlisted("pledge_form"))

confirmed(MEM14, "roster", "branch_sealed", "请党支部盖章，盖章后改填“是”", ~Unlisted("pledge_form"))


@MEM14.case(
    on="roster",
    at="branch_date",
    offline_blanks=Blank("branch_date") & ~Unlisted("pledge_form"),
    offline_sure=Before("branch_date", "signed_date") & ~Unlisted("pledge_form"),
)
def reviewed_before_signed(roster: pd.DataFrame) -> pd.Series:
    """Blank, not a date, or before the signature; the same day is in order."""
    hints = unusable(roster, MEMBERS["branch_date"])
    early = sure(roster["branch_date"] < roster["signed_date"])
    hints[early] = (
        "党支部审定日期 " + day(roster["branch_date"]) + " 早于签名日期 " + day(roster["signed_date"])
        + "，应先签名后审定，请核对两个日期"
    )  # fmt: skip
    return hints.where(roster["pledge_form"].notna())


MEM17 = Rule(
    "MEM17", "附件2注-1", "form", NOTICE, FACT, UNIT, PUBLISH,
    asks="党员承诺书一式三份：交党组织、自存、公示",
    mend="补齐缺少的一份，办妥后在《党员承诺》中填“是”",
)  # fmt: skip

COPIES = ("copy_branch", "copy_own", "copy_public")
MOST_NAMED = 5


@MEM17.case(on="units", about="members")
def copies_missing(units: pd.DataFrame, roster: pd.DataFrame) -> pd.Series:
    """One notice an organisation: a written pledge has three copies, an oral one none; what cannot be understood is FLD01's."""
    lacks = pd.Series(False, index=roster.index)
    for key in COPIES:
        lacks |= blank(roster, key) | sure(roster[key] == NO)
    short = roster.loc[
        lacks & sure(roster["pledge_form"] == "书面") & given(roster, "name"), ["submission", "name" + RAW]
    ]
    groups = short.groupby("submission")["name" + RAW]
    names = groups.agg(
        lambda each: "、".join(each[:MOST_NAMED]) + (f" 等 {len(each)} 人" if len(each) > MOST_NAMED else "")
    )
    words = units["submission"].map(names).astype("str")
    return "承诺书一式三份（交党组织、自存、公示）没有全部填“是”的党员：" + words + "。请补齐，办妥后改填“是”"


RULES = (ORG10, ORG11, ORG12, ORG13, MEM13, MEM14, MEM17)
