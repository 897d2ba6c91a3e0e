"""附件1, 附件2: seals, signatures and their dates, the approval above them, and the copies of the form."""

import pandas as pd

from pledgebatch.rules.machinery.cells import day, sure, unfilled, unread, unusable
from pledgebatch.rules.machinery.conditions import Before, Blank, Is, Unlisted
from pledgebatch.rules.machinery.rule import ALWAYS, ERROR, FACT, NOTICE, PUBLISH, ROW, WARNING, Breach, Rule
from pledgebatch.schema.fields import Field
from pledgebatch.schema.sheets import MEMBERS, ORGANISATION

YES, WRITTEN = ("是",), ("书面",)
"""The answers that leave nothing to ask for; a pledge that is signed."""


def _not_yes(rows: pd.DataFrame, field: Field, todo: str) -> pd.Series:
    """A sentence where the answer is blank, not understood, or 否."""
    hints = unusable(rows, field)
    hints[sure(rows[field.key] == "否")] = f"“{field.header}”填的是“否”，{todo}"
    return hints


ORG10 = Rule(
    "ORG10", "附件1", "form", ERROR, FACT, ROW, PUBLISH,
    asks="承诺书已盖党组织章，有承诺日期",
    mend="盖章后填“是”，并填写承诺书上的日期",
    owns=("organisations.org_sealed", "organisations.org_date"),
)  # fmt: skip


@ORG10.case(on="organisations", at="org_sealed", offline=~Is("org_sealed", YES))
def not_sealed(organisations: pd.DataFrame) -> pd.Series:
    """Without the seal it is not the organisation's pledge."""
    return _not_yes(organisations, ORGANISATION["org_sealed"], "承诺书应加盖党组织章，盖章后改填“是”")


@ORG10.case(on="organisations", at="org_date", offline_blanks=Blank("org_date"))
def not_dated(organisations: pd.DataFrame) -> pd.Series:
    """Blank, or not a date."""
    return unusable(organisations, ORGANISATION["org_date"])


ORG11 = Rule(
    "ORG11", "附件1", "form", ERROR, FACT, ROW, PUBLISH,
    asks="上一级党组织已审定：有意见、盖章和日期，日期不早于承诺日期",
    mend="送上一级党组织审定，并按承诺书填写意见、盖章和日期",
    owns=("organisations.approval_opinion", "organisations.approval_sealed", "organisations.approval_date"),
)  # fmt: skip


@ORG11.case(on="organisations", at="approval_opinion", offline=Blank("approval_opinion"))
def approval_unsaid(organisations: pd.DataFrame) -> pd.Series:
    """The superior organisation has given no opinion."""
    return unfilled(organisations, ORGANISATION["approval_opinion"])


@ORG11.case(on="organisations", at="approval_sealed", offline=~Is("approval_sealed", YES))
def approval_not_sealed(organisations: pd.DataFrame) -> pd.Series:
    """Its seal is missing."""
    return _not_yes(organisations, ORGANISATION["approval_sealed"], "请上一级党组织盖章，盖章后改填“是”")


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
    "ORG12", "附件1注", "可", NOTICE, FACT, ROW, ALWAYS,
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
    "ORG13", "附件1注", "form", WARNING, FACT, ROW, PUBLISH,
    asks="承诺书一式三份：送上一级党组织、自存、公示",
    mend="补齐缺少的一份，办妥后填“是”",
    owns=("organisations.copy_parent", "organisations.copy_own", "organisations.copy_public"),
)  # fmt: skip


def _missing(key: str) -> Breach:
    def copy_missing(organisations: pd.DataFrame) -> pd.Series:
        """One of the three copies is not accounted for."""
        return _not_yes(organisations, ORGANISATION[key], "承诺书一式三份，请补齐这一份，办妥后改填“是”")

    return copy_missing


for _key in ("copy_parent", "copy_own", "copy_public"):
    ORG13.case(on="organisations", at=_key, offline=~Is(_key, YES))(_missing(_key))

MEM13 = Rule(
    "MEM13", "附件2", "form", ERROR, FACT, ROW, PUBLISH,
    asks="书面承诺有本人签名和日期",
    mend="请本人在承诺书上签名，填“是”并填写签名日期",
    owns=("members.signed", "members.signed_date"),
)  # fmt: skip


@MEM13.case(on="roster", at="signed", offline=~Is("signed", YES) & Is("pledge_form", WRITTEN))
def not_signed(roster: pd.DataFrame) -> pd.Series:
    """An oral pledge needs no signature; where the form of the pledge is not known this is quiet."""
    hints = _not_yes(roster, MEMBERS["signed"], "书面承诺应由本人签名，签名后改填“是”")
    return hints.where(sure(roster["pledge_form"] == "书面"))


@MEM13.case(on="roster", at="signed_date", offline_blanks=Blank("signed_date") & Is("pledge_form", WRITTEN))
def signature_not_dated(roster: pd.DataFrame) -> pd.Series:
    """Blank, or not a date."""
    return unusable(roster, MEMBERS["signed_date"]).where(sure(roster["pledge_form"] == "书面"))


MEM14 = Rule(
    "MEM14", "附件2", "form", ERROR, FACT, ROW, PUBLISH,
    asks="党支部已审定每份承诺书：有意见、盖章和日期，日期不早于签名日期",
    mend="由党支部审定，并按承诺书填写意见、盖章和日期",
    owns=("members.branch_opinion", "members.branch_sealed", "members.branch_date"),
)  # fmt: skip


@MEM14.case(on="roster", at="branch_opinion", offline=Blank("branch_opinion") & ~Unlisted("pledge_form"))
def branch_unsaid(roster: pd.DataFrame) -> pd.Series:
    """The branch gives its opinion on oral pledges too; where no form of pledge is given there is none to approve."""
    return unfilled(roster, MEMBERS["branch_opinion"]).where(roster["pledge_form"].notna())


@MEM14.case(on="roster", at="branch_sealed", offline=~Is("branch_sealed", YES) & ~Unlisted("pledge_form"))
def branch_not_sealed(roster: pd.DataFrame) -> pd.Series:
    """The branch's seal is missing."""
    hints = _not_yes(roster, MEMBERS["branch_sealed"], "请党支部盖章，盖章后改填“是”")
    return hints.where(roster["pledge_form"].notna())


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


RULES = (ORG10, ORG11, ORG12, ORG13, MEM13, MEM14)
