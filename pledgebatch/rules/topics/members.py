"""附件2: each member on the roster. Members who left (转出, 去世, 其他) are left alone, but for their number and name."""

import re

import pandas as pd

from pledgebatch.notice.periods import Period
from pledgebatch.rules.facts.branches import bare_name, is_within
from pledgebatch.rules.facts.names import names_of, shown_names
from pledgebatch.rules.facts.pledgers import NO_POST
from pledgebatch.rules.machinery.cells import no_hints, of_organisation, squeezed, sure, unread, unusable
from pledgebatch.rules.machinery.conditions import CUTOFF, Before, Blank, Is, Unlisted
from pledgebatch.rules.machinery.required import required
from pledgebatch.rules.machinery.rule import ALWAYS, BATCH, ERROR, FACT, ROW, UNIT, WARNING, Rule
from pledgebatch.schema.sheets import MEMBERS
from pledgebatch.schema.texts import fold, is_name

LONGEST_NAME = 50
AGES = range(18, 111)
MOST_NAMED = 3
"""Other organisations that a message names."""


def _asked(code: str, key: str, asks: str, mend: str) -> Rule:
    """A rule of annex 2 that every row answers one field of the form."""
    return Rule(code, "附件2-1", "form", ERROR, FACT, ROW, ALWAYS, asks, mend, owns=(f"members.{key}",))


MEM01 = _asked("MEM01", "name", "姓名已填写，只含汉字、字母和间隔号", "填写姓名，删去编号、称呼和其他符号")

# A member without a name has no line in the ledger.
required(MEM01, "members", "name")


@MEM01.case(on="members", at="name")
def name_odd(members: pd.DataFrame) -> pd.Series:
    """Letters of any script, the name dot U+00B7 between them, and single spaces in Latin names."""
    hints = no_hints(members)
    names = members["name"]
    odd = {name for name in names.dropna().unique() if not is_name(name)}
    hints[names.isin(odd)] = "姓名中有数字或符号，请只留姓名（少数民族姓名的间隔号用“·”）"
    hints[sure(names.str.len() > LONGEST_NAME)] = f"姓名超过 {LONGEST_NAME} 个字，请核对"
    return hints


MEM02 = _asked("MEM02", "sex", "性别为男或女", "从下拉列表中选择")

required(MEM02, "roster", "sex")


MEM03 = _asked("MEM03", "birth_month", "出生年月是一个年月，年龄在 18 至 110 岁之间", "按档案填写，如 1985-03")


@MEM03.case(on="roster", at="birth_month", offline_blanks=Blank("birth_month"))
def birth_month_wrong(roster: pd.DataFrame, period: Period) -> pd.Series:
    """Not a month, or an age in the period that a member cannot have."""
    hints = unusable(roster, MEMBERS["birth_month"])
    age = (period.ordinal - roster["birth_month"]) // 12
    outside = sure((age < AGES[0]) | (age > AGES[-1]))
    hints[outside] = "按出生年月推算为 " + age[outside].astype("str") + " 岁，不在 18 至 110 岁之间，请核对出生年月"
    return hints


MEM04 = _asked("MEM04", "ethnicity", "民族为 56 个民族之一（可省“族”字）", "从下拉列表中选择")

# Blank, or none of the 56; the nearest is suggested.
required(MEM04, "roster", "ethnicity")


MEM05 = _asked("MEM05", "post", "职务或职业已填写；只有无职党员可填“无”", "填写现任职务或职业")

required(MEM05, "roster", "post")


@MEM05.case(
    on="roster",
    at="post",
    message="岗位类别为“{post_type}”，职务或职业不能填“{post}”，请填写现任职务或职业，或更正岗位类别",
    offline=Is("post", NO_POST) & ~Unlisted("post_type") & ~Is("post_type", ("无职党员",)),
)
def post_none(roster: pd.DataFrame) -> pd.Series:
    """Only a member without office may answer 无."""
    typed = roster["post_type"]
    return squeezed(roster["post"]).isin(NO_POST) & typed.notna() & sure(typed != "无职党员")


MEM06 = _asked("MEM06", "joined_month", "入党时间是一个年月，不晚于填报月份", "按档案填写，如 2006-07")


@MEM06.case(
    on="roster", at="joined_month", offline_blanks=Blank("joined_month"), offline_sure=Before(CUTOFF, "joined_month")
)
def joined_month_wrong(roster: pd.DataFrame, period: Period) -> pd.Series:
    """Not a month, or still to come."""
    hints = unusable(roster, MEMBERS["joined_month"])
    hints[sure(roster["joined_month"] > period.ordinal)] = f"入党时间晚于填报月份 {period}，请核对"
    return hints


MEM07 = Rule(
    "MEM07", "附件2-1", "-", WARNING, FACT, ROW, ALWAYS,
    asks="入党时已满十八周岁",
    mend="核对出生年月与入党时间；档案如此的不必修改",
)  # fmt: skip


@MEM07.case(
    on="roster",
    at="joined_month",
    message="入党时间 {joined_month} 早于满十八周岁的月份（出生年月 {birth_month}），请核对两者",
)
def joined_before_eighteen(roster: pd.DataFrame) -> pd.Series:
    """A member cannot have joined before turning eighteen; history has exceptions, so this asks rather than refuses."""
    return sure(roster["joined_month"] < roster["birth_month"] + 18 * 12)


MEM08 = _asked("MEM08", "education", "文化程度为学历等级之一", "从下拉列表中选择")

required(MEM08, "roster", "education", only_blank=True)


@MEM08.case(on="roster", at="education", severity=WARNING)
def education_unknown(roster: pd.DataFrame) -> pd.Series:
    """Maps to no level."""
    return unread(roster, MEMBERS["education"])


MEM09 = Rule(
    "MEM09", "附件2-1", "form", ERROR, FACT, UNIT, ALWAYS,
    asks="所在党支部为本组织，或本组织在名册上的下级组织",
    mend="填写党组织全称",
    owns=("members.branch",),
)  # fmt: skip


@MEM09.case(on="roster", at="branch", offline_blanks=Blank("branch"))
def branch_elsewhere(
    roster: pd.DataFrame, organisations: pd.DataFrame, registry: pd.DataFrame | None = None
) -> pd.Series:
    """Equals 党组织名称 after folding, or a registered name, of now or before, of its own or of a child. Without a registry, only a 党支部 is judged."""
    hints = unusable(roster, MEMBERS["branch"])
    own = of_organisation(roster, organisations, "org_name").astype("str")
    branch = squeezed(roster["branch"])
    elsewhere = branch.notna() & own.notna() & sure(branch != squeezed(own))
    if registry is None:
        kind = of_organisation(roster, organisations, "org_type")
        elsewhere &= kind == "党支部"
    else:
        # A wrong 党组织名称 is ORG01's business; the members' own line may be right.
        registered = names_of(registry)
        parents = registered.get_level_values(0).map(
            dict(zip(registry["organisation"], registry["parent_code"], strict=True))
        )
        children = pd.MultiIndex.from_arrays([parents, registered.get_level_values(1)])
        named = pd.MultiIndex.from_arrays([roster["organisation"], branch])
        elsewhere &= ~named.isin(registered) & ~named.isin(children)
    elsewhere &= ~_within(roster[elsewhere], branch[elsewhere], organisations, registry).reindex(
        roster.index, fill_value=False
    )
    hints[elsewhere] = "所在党支部不是本组织“" + own[elsewhere] + "”或其下级组织，请填全称"
    return hints


def _within(
    rows: pd.DataFrame, branch: pd.Series, organisations: pd.DataFrame, registry: pd.DataFrame | None
) -> pd.Series:
    """Which branches are the organisation's own under another name, or one within it, and no other's in the registry."""
    keys = ["org_name", "unit_name"]
    answers = [of_organisation(rows, organisations, key).fillna("") for key in keys]
    others = frozenset() if registry is None else frozenset(names_of(registry).get_level_values(1))
    pairs = list(zip(branch, *answers, strict=True))
    within = {
        pair: pair[0] not in others and is_within(pair[0], frozenset(bare_name(name) for name in pair[1:] if name))
        for pair in set(pairs)
    }
    return pd.Series([within[pair] for pair in pairs], rows.index, dtype=bool)


MEM10 = Rule(
    "MEM10", "四-4", "一般", ERROR, FACT, ROW, ALWAYS,
    asks="岗位类别为五类之一",
    mend="从下拉列表中选择",
    owns=("members.post_type",),
)  # fmt: skip

# The kind of post decides what a member's 岗位 pledge should be about.
required(MEM10, "roster", "post_type")


MEM11 = Rule(
    "MEM11", "二.2-3", "要", ERROR, FACT, ROW, ALWAYS,
    asks="是否担任领导职务填是或否，并与职务相符",
    mend="书记、校长、院长、园长、主任、局长、科长及其副职填“是”",
    owns=("members.is_leader",),
)  # fmt: skip

OFFICE = re.compile(r".*副?(?:书记|校长|院长|园长|主任|局长|科长)")
NOT_AN_OFFICE = re.compile(r".*(?:班|年级|年段|级部|年部)主任|(?:原|前|曾|离任|离休|离职|退休|退居|卸任|现已退|过去).*")
BETWEEN_TITLES = re.compile(r"[、,/;+&()\[\]\s]+|兼任?|并任|以?及")


def holds_office(post: str) -> bool:
    """Whether a folded post names a leading office as a whole title, with or without a department before it."""
    titles = BETWEEN_TITLES.split(post)
    return any(OFFICE.fullmatch(title) and not NOT_AN_OFFICE.fullmatch(title) for title in titles)


required(MEM11, "roster", "is_leader")


@MEM11.case(
    on="roster", at="is_leader", message="职务为“{post}”，“是否担任领导职务”却填“{is_leader}”，请核对", severity=WARNING
)
def office_denied(roster: pd.DataFrame) -> pd.Series:
    """An office counts only as a whole title: 班主任, 主任医师 and 院长办公室干事 are none."""
    posts = roster["post"]
    offices = [post for post in posts.dropna().unique() if holds_office(fold(post))]
    return posts.isin(offices) & sure(roster["is_leader"] == "否")


MEM12 = Rule(
    "MEM12", "三-1", "都应", ERROR, FACT, BATCH, ALWAYS,
    asks="同一名党员只在一个组织登记一次",
    mend="删去重复的一行；已转出的在“人员变动”中注明",
    across=True,
)  # fmt: skip


@MEM12.case(on="roster", at="name", message="本组织中有另一行与“{name}”姓名、出生年月相同，请删去重复的一行")
def listed_twice(roster: pd.DataFrame) -> pd.Series:
    """Same name and birth month within one organisation: every row involved gets a finding."""
    known = roster.dropna(subset=["name", "birth_month"])
    return known.duplicated(["submission", "name", "birth_month"], keep=False).reindex(roster.index, fill_value=False)


@MEM12.case(on="roster", at="name", severity=WARNING)
def listed_elsewhere(roster: pd.DataFrame, organisations: pd.DataFrame) -> pd.Series:
    """The same person in two organisations of the same month; the others are named, the first few."""
    person = ["name", "birth_month"]
    known = roster.dropna(subset=person)
    shared = known[known.groupby(person)["organisation"].transform("nunique") > 1]
    names = shown_names(organisations[["organisation", "org_name"]])  # another rule asks for a name that is missing
    messages: dict[tuple[object, ...], str] = {}
    places = shared[[*person, "organisation"]].drop_duplicates().sort_values("organisation")
    together = places.groupby(person)["organisation"].agg(list).reset_index()
    for *who, codes in together.itertuples(index=False, name=None):
        for code in codes:
            others = [str(names.get(other) or other) for other in codes[: MOST_NAMED + 1] if other != code]
            more = f"等 {len(codes) - 1} 个组织" if len(codes) - 1 > MOST_NAMED else ""
            where = "、".join(others[:MOST_NAMED]) + more
            messages[(*who, code)] = f"同名同出生年月的党员也列在：{where}，请核对应在哪一方"
    rows = shared[[*person, "organisation"]].itertuples(index=False, name=None)
    hints = pd.Series([messages[row] for row in rows], index=shared.index, dtype="str")
    return hints.reindex(roster.index)


MEM16 = Rule(
    "MEM16", "五.5-3", "要", ERROR, FACT, UNIT, ALWAYS,
    asks="党员序号已填写，在本工作簿中不重复",
    mend="补填序号；重复的改用未用过的序号",
    owns=("members.member_no",),
)  # fmt: skip


@MEM16.case(on="members", at="member_no", offline_blanks=Blank("member_no"))
def member_no_wrong(members: pd.DataFrame) -> pd.Series:
    """The number follows the member through the months; every row that shares one gets a finding."""
    hints = unusable(members, MEMBERS["member_no"])
    repeated = members["member_no"].notna() & members.duplicated(["submission", "member_no"], keep=False)
    hints[repeated] = "序号与另一行重复，请改用未用过的序号"
    return hints


RULES = (MEM01, MEM02, MEM03, MEM04, MEM05, MEM06, MEM07, MEM08, MEM09, MEM10, MEM11, MEM12, MEM16)
