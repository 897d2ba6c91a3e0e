"""附件1/2, 四, 五: what each pledge says, by when, and whose it is."""

import pandas as pd

from pledgebatch.notice.periods import Period
from pledgebatch.rules.facts.pledgers import among, of_pledger, perhaps_listed, pledge_dates, unowned
from pledgebatch.rules.machinery.cells import given, no_hints, of_organisation, sure, unclear, unusable
from pledgebatch.rules.machinery.conditions import Blank, Repeated
from pledgebatch.rules.machinery.required import required
from pledgebatch.rules.machinery.rule import ALWAYS, ERROR, FACT, NOTICE, PLEDGE, ROW, UNIT, WARNING, Rule
from pledgebatch.schema.sheets import ITEMS

PARTS = ITEMS["part"].choices
TITLE = r"[(（][^()（）]*[)）]$|(?:同志|老师|医生|校长|院长|书记)$"
OFFICES = "局机关"
"""The category in which the three parts of 四 are customary rather than asked for."""

ITM01 = Rule(
    "ITM01", "附件1/2-2", "form", ERROR, FACT, ROW, ALWAYS,
    asks="每一行都写明承诺事项",
    mend="补填承诺事项；多余的行请整行清空",
    owns=("items.text",),
)  # fmt: skip

# A row with other content but no pledge has no line in the ledger.
required(ITM01, "items", "text")


ITM03 = Rule(
    "ITM03", "附件1/2-2", "form", ERROR, FACT, ROW, ALWAYS,
    asks="每个事项都有完成时限",
    mend="填写完成时限，如 2011-06-30 或 6月底前",
    owns=("items.due",),
)  # fmt: skip

# No deadline; one that cannot be resolved is ITM04's business.
required(ITM03, "items", "due", only_blank=True)


ITM05 = Rule(
    "ITM05", "五-1", "一般", WARNING, FACT, ROW, ALWAYS,
    asks="完成时限在承诺年度之内，不早于承诺日期",
    mend="改为本年度内可以完成的时限；跨年的分年度承诺",
)  # fmt: skip


@ITM05.case(on="items", at="due", message="完成时限“{due}”超出承诺年度（{hint} 年 12 月 31 日），请改在本年度内")
def due_after_the_year(items: pd.DataFrame, period: Period) -> pd.Series:
    """Pledges are made year by year; a wrong 承诺年度 is FIL03's business."""
    year = pd.Series(str(period.year), index=items.index, dtype="str")
    return year.where(sure(items["due"].dt.year > period.year))


@ITM05.case(on="items", at="due", message="完成时限“{due}”早于承诺日期 {hint}，请核对时限和承诺日期", severity=ERROR)
def due_before_the_pledge(items: pd.DataFrame, organisations: pd.DataFrame, members: pd.DataFrame) -> pd.Series:
    """The organisation pledges on 承诺日期, a member on 签名日期."""
    pledged = pledge_dates(items, organisations, members)
    day: pd.Series = pledged.dt.strftime("%Y-%m-%d").astype("str")
    return day.where(sure(items["due"] < pledged))


ITM14 = Rule(
    "ITM14", "四-4", "一般", WARNING, FACT, UNIT, PLEDGE,
    asks="每个承诺主体的事项包括共性、岗位、创新三部分",
    mend="补上缺少的部分，或改正内容类别",
    owns=("items.part",),
)  # fmt: skip

required(ITM14, "items", "part", severity=ERROR)


@ITM14.case(on="items", at="part", message="{hint}，请补上")
def part_missing(items: pd.DataFrame, organisations: pd.DataFrame, members: pd.DataFrame) -> pd.Series:
    """Schools and clinics, public and private; reported once a pledger, at its first item."""
    return _parts_missing(items, organisations, members, offices=False)


@ITM14.case(on="items", at="part", message="{hint}，可酌情补上", severity=NOTICE)
def part_missing_in_an_office(items: pd.DataFrame, organisations: pd.DataFrame, members: pd.DataFrame) -> pd.Series:
    """局机关 gets a notice, not a warning."""
    return _parts_missing(items, organisations, members, offices=True)


def _parts_missing(items: pd.DataFrame, organisations: pd.DataFrame, members: pd.DataFrame, offices: bool) -> pd.Series:
    """A pledger with an item whose part is unclear may well have all three; one that is not on the roster is ITM25's."""
    category = of_organisation(items, organisations, "unit_category")
    pledger = ["submission", "pledger", "member_no"]
    listed = of_pledger(items, members, "row").notna()
    judged = given(items, "text") & ((items["pledger"] == "组织") | ((items["pledger"] == "党员") & listed))
    judged &= category.notna() & ((category == OFFICES) == offices)
    if not judged.any():
        return no_hints(items)
    rows = items.loc[judged, [*pledger, "part", "name"]]
    numbers = rows["member_no"].where(rows["pledger"] == "党员")
    rows = rows.assign(member_no=numbers)
    who = rows.groupby(pledger, dropna=False, sort=False).ngroup()
    has = {part: who.isin(who[rows["part"] == part]) for part in PARTS}
    quiet = who.isin(who[rows["part"].isna()]) | who.duplicated() | among(rows, unowned(items))
    hints = no_hints(items)
    lacking = pd.Series("", index=rows.index, dtype="str")
    for part in PARTS:
        lacking += pd.Series("", index=rows.index, dtype="str").where(has[part], f"、{part}")
    names = rows["name"].fillna("该党员").where(rows["pledger"] == "党员", "组织")
    messages = names + "的承诺事项缺少" + lacking.str[1:] + "部分"
    hints.loc[rows.index] = messages.where((lacking != "") & ~quiet)
    return hints


ITM24 = Rule(
    "ITM24", "五.5-3", "要", ERROR, FACT, UNIT, ALWAYS,
    asks="事项编号已填写，在本工作簿中不重复",
    mend="补填编号；重复的改用未用过的编号",
    owns=("items.item_no",),
)  # fmt: skip


@ITM24.case(on="items", at="item_no", offline=Blank("item_no") | Repeated("item_no"))
def item_no_wrong(items: pd.DataFrame) -> pd.Series:
    """The number follows the item through the months; every row that shares one gets a finding."""
    hints = unusable(items, ITEMS["item_no"])
    repeated = items["item_no"].notna() & items.duplicated(["submission", "item_no"], keep=False)
    hints[repeated] = "事项编号与另一行重复，请改用未用过的编号"
    return hints


ITM25 = Rule(
    "ITM25", "三-1", "都应", ERROR, FACT, UNIT, ALWAYS,
    asks="党员承诺事项的序号、姓名与《党员承诺》一致",
    mend="按《党员承诺》改正党员序号或姓名",
    owns=("items.member_no",),
)  # fmt: skip


@ITM25.case(on="items", at="member_no")
def pledger_not_on_the_roster(items: pd.DataFrame, members: pd.DataFrame) -> pd.Series:
    """A member's item that matches no row of the member sheet."""
    hints = unusable(items, ITEMS["member_no"])
    listed = pd.MultiIndex.from_frame(members[["submission", "member_no"]].dropna())
    known = pd.MultiIndex.from_frame(items[["submission", "member_no"]]).isin(listed)
    hints[items["member_no"].notna() & ~known] = "《党员承诺》中没有这个序号的党员，请核对序号"
    hints[perhaps_listed(items, members, "member_no") & items["member_no"].notna()] = pd.NA
    return hints.where((items["pledger"] == "党员") & items["submission"].isin(members["submission"]))


@ITM25.case(on="items", at="name", message="姓名“{name}”与《党员承诺》中该序号的“{hint}”不一致，请改正序号或姓名")
def name_disagrees(items: pd.DataFrame, members: pd.DataFrame) -> pd.Series:
    """Name and number point at different members; a title behind the name, 李明（校长） or 王芳同志, is none of it."""
    registered = of_pledger(items, members, "name")
    disagree = (
        (items["pledger"] == "党员") & ~unclear(items, "name") & registered.notna() & (items["name"] != registered)
    )
    if disagree.any():
        one, other = (names[disagree].str.replace(TITLE, "", regex=True) for names in (items["name"], registered))
        disagree[disagree] = one != other
    return registered.where(disagree)


RULES = (ITM01, ITM03, ITM05, ITM14, ITM24, ITM25)
