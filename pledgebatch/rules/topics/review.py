"""五, 五.3: the branch reviews each item, in the order of the steps. What a reviewer judges is asked, never decided."""

import pandas as pd

from pledgebatch.notice.clauses import FIVE_ANSWERS
from pledgebatch.rules.facts.approval import MEMBER, PASSED, SENT_BACK
from pledgebatch.rules.facts.earlier_months import added_later, as_it_stood
from pledgebatch.rules.facts.pledgers import of_pledger, pledge_dates
from pledgebatch.rules.language.words import without
from pledgebatch.rules.machinery.cells import (
    days,
    given,
    no_hints,
    of_organisation,
    squeezed,
    sure,
    unusable,
)
from pledgebatch.rules.machinery.conditions import FIRST_DAY, Before, Blank, Condition, Is, Unlisted
from pledgebatch.rules.machinery.required import required, required_together
from pledgebatch.rules.machinery.rule import (
    ALWAYS,
    ERROR,
    FACT,
    HEURISTIC,
    JUDGEMENT,
    NOTICE,
    PUBLISH,
    ROW,
    UNIT,
    WARNING,
    Breach,
    Rule,
)
from pledgebatch.schema.sheets import ITEMS

REVIEWED = ("reviewer", "review_date", "conclusion")

REV01 = Rule(
    "REV01", "五.3-1", "要", ERROR, FACT, ROW, PUBLISH,
    asks="党员的每个事项都经党支部审查，有审查人、审查日期和审查结论",
    mend="由审查人审查后填写",
    owns=tuple(f"items.{key}" for key in REVIEWED),
)  # fmt: skip


# The organisation's own items are approved by its superior, which is ORG11's business.
required_together(REV01, "items", REVIEWED, Is("pledger", (MEMBER,)))

REV02 = Rule(
    "REV02", "五.3-1", "重点", ERROR, JUDGEMENT, ROW, PUBLISH,
    asks="党员每个事项的审查五问都已回答",
    mend="由审查人逐项回答：体现先进性、围绕年度任务、体现岗位职责、符合群众意愿、切实可行",
    owns=tuple(f"items.{key}" for key in FIVE_ANSWERS),
    asks_reviewer=True,
)  # fmt: skip


def _unanswered(key: str) -> Breach:
    before = FIVE_ANSWERS[: FIVE_ANSWERS.index(key)]

    def unanswered(items: pd.DataFrame) -> pd.Series:
        """Blank, or none of the three answers, of a member's item: one question an item, at the first of the five."""
        answered = pd.concat([unusable(items, ITEMS[each]).isna() for each in (key, *before)], axis=1).iloc[:, 1:]
        return unusable(items, ITEMS[key]).where(answered.all(axis=1) & sure(items["pledger"] == MEMBER))

    return unanswered


def _open_question(key: str) -> Condition:
    """The same as a formula: this answer is missing, and those before it are not."""
    asked: Condition = Unlisted(key) & Is("pledger", (MEMBER,))
    for each in FIVE_ANSWERS[: FIVE_ANSWERS.index(key)]:
        asked &= ~Unlisted(each)
    return asked


for _key in FIVE_ANSWERS:
    REV02.case(on="items", at=_key, offline=_open_question(_key))(_unanswered(_key))


REV03 = Rule(
    "REV03", "五.3-2", "要", ERROR, FACT, ROW, ALWAYS,
    asks="五问都答“是”的才通过；退回完善的有完善意见和完善期限",
    mend="改正审查结论或五问的回答；退回完善的补填完善意见和完善期限",
    owns=("items.advice", "items.redo_by"),
)  # fmt: skip


def _passed_in_spite(key: str, answer: str) -> Breach:
    graver = ("否",) if answer == "需完善" else ()

    def passed_in_spite(items: pd.DataFrame) -> pd.Series:
        """Reported once an item, at the first such answer; beside a 否, 需完善 is not reported."""
        passed = sure(items[key] == answer) & sure(items["conclusion"] == PASSED)
        if not passed.any():
            return passed
        for each in FIVE_ANSWERS[: FIVE_ANSWERS.index(key)]:
            passed &= ~sure(items[each] == answer)
        for each in FIVE_ANSWERS:
            passed &= ~items[each].isin(graver)
        return passed

    return passed_in_spite


def _passed_offline(key: str, answer: str) -> Condition:
    """The same as a formula."""
    passed: Condition = Is(key, (answer,)) & Is("conclusion", (PASSED,))
    for each in FIVE_ANSWERS[: FIVE_ANSWERS.index(key)]:
        passed &= ~Is(each, (answer,))
    if answer == "需完善":
        for each in FIVE_ANSWERS:
            passed &= ~Is(each, ("否",))
    return passed


for _answer, _severity in (("否", ERROR), ("需完善", WARNING)):
    for _key in FIVE_ANSWERS:
        REV03.case(
            on="items",
            at=_key,
            message=f"“{ITEMS[_key].header}”答“{_answer}”，审查结论却是“通过”，请核对：应退回完善，或改正回答",
            severity=_severity,
            offline=_passed_offline(_key, _answer),
        )(_passed_in_spite(_key, _answer))

# The notice asks to guide, not only to refuse.
required(REV03, "items", "advice", Is("conclusion", (SENT_BACK,)))

# And to urge: by a day.
required(REV03, "items", "redo_by", Is("conclusion", (SENT_BACK,)))


REV05 = Rule(
    "REV05", "五.3-1", "要", NOTICE, HEURISTIC, UNIT, ALWAYS,
    asks="逐一审查：意见有针对性，审查人不是承诺人自己",
    mend="逐项写明意见；由他人审查",
)  # fmt: skip


@REV05.case(on="units", about="items", message="{hint} 个事项的完善意见一字不差，请核对是否逐一审查")
def same_comment_throughout(units: pd.DataFrame, items: pd.DataFrame) -> pd.Series:
    """Every item of the organisation has a comment, and it is the same one; the same day for all is quite usual."""
    comments = (
        without(squeezed(items["advice"]), r"[^\pL\pN]+").groupby(items["submission"]).agg(["count", "size", "nunique"])
    )
    same = comments[(comments["count"] == comments["size"]) & (comments["size"] > 1) & (comments["nunique"] == 1)]
    return units["submission"].map(same["size"].astype("str")).astype("str")


TITLES = (
    r"^(?:(?:审查人|(?:党?总?支部?|党委|学校|医院|教导|总务|办公室)?(?:副?(?:书记|校长|院长|园长|主任|局长|科长)|[组宣纪]\pL{0,3}委员|委员|组长))"
    r"[:：、，,\pZ]*)+|"
    r"(?:同志|(?:副?(?:书记|校长|院长|园长|主任|局长|科长))|委员|老师|医生|[（(][^（）()]*[）)])+$"
)
"""What is written before or behind a name; it hides nobody."""


@REV05.case(
    on="items",
    at="reviewer",
    message="审查人“{reviewer}”就是承诺人自己，请由支部委员会的其他同志审查",
    severity=WARNING,
)
def reviewed_by_the_pledger(items: pd.DataFrame, members: pd.DataFrame) -> pd.Series:
    """A member's own item, by the name on the item or on the roster."""
    reviewer = without(items["reviewer"], TITLES)
    own = sure(reviewer == items["name"]) | sure(reviewer == of_pledger(items, members, "name"))
    return own & sure(items["pledger"] == MEMBER)


REV06 = Rule(
    "REV06", "五-4", "要", ERROR, FACT, ROW, ALWAYS,
    asks="先征求意见，再承诺，再审查，再公开",
    mend="核对各环节的日期；确实颠倒的补做后按实际日期填写",
)  # fmt: skip


@REV06.case(
    on="items",
    at="opinion_no",
    message="所依据的意见 {opinion_no} 是 {hint} 才征求的，晚于承诺日期，请核对两者",
    unless=added_later,
)
def pledged_before_consulting(
    items: pd.DataFrame, opinions: pd.DataFrame, organisations: pd.DataFrame, members: pd.DataFrame
) -> pd.Series:
    """The opinion that the item cites; an item added later may cite a later one, and where even the first consultation
    is later than the first pledge, CON02 says it of the organisation."""
    listed = opinions.dropna(subset=["opinion_no"]).drop_duplicates(["submission", "opinion_no"])
    place = ["submission", "opinion_no"]
    consulted = items[place].merge(listed[[*place, "date"]], how="left", on=place)["date"].set_axis(items.index)
    early = sure(consulted > pledge_dates(items, organisations, members))
    if not early.any():
        return no_hints(items)
    signed = items["submission"].map(members.groupby("submission")["signed_date"].min())
    first_pledge = pd.concat([of_organisation(items, organisations, "org_date"), signed], axis=1).min(axis=1)
    first_opinion = items["submission"].map(opinions.groupby("submission")["date"].min())
    early &= ~sure(first_opinion > first_pledge)
    return days(consulted, early)


@REV06.case(on="items", at="review_date", message="审查日期“{review_date}”早于承诺日期 {hint}，请核对两者")
def reviewed_before_pledging(items: pd.DataFrame, organisations: pd.DataFrame, members: pd.DataFrame) -> pd.Series:
    """The organisation pledges on 承诺日期, a member on 签名日期; the same day is in order."""
    pledged = pledge_dates(items, organisations, members)
    return days(pledged, sure(items["review_date"] < pledged))


@REV06.case(
    on="items",
    at="publicity_date",
    message="公开日期“{publicity_date}”早于{hint}，请核对两者",
    # What was reviewed this month may have been public since before it was changed: the workbook does not know.
    offline_sure=Before("publicity_date", "review_date") & Before("review_date", FIRST_DAY) & Blank("change_reason"),
)
def public_before_review(
    items: pd.DataFrame,
    organisations: pd.DataFrame,
    members: pd.DataFrame,
    last_items: pd.DataFrame | None = None,
) -> pd.Series:
    """Told against the review, or against the pledge where no review is dated. What was public before it was changed and
    reviewed again (a reason is given, or last month shows it) is in order: PUB03 asks for a new publication."""
    reviewed, public = items["review_date"], items["publicity_date"]
    early = sure(public < reviewed) & ~given(items, "change_reason")
    if last_items is not None and early.any():
        was = as_it_stood(items, last_items, "item_no", "review_date", "publicity_date")
        early &= ~sure((was["publicity_date"] == public) & (was["review_date"] <= public))
    pledged = pledge_dates(items, organisations, members)
    unreviewed = sure(public < pledged) & reviewed.isna()
    return ("审查日期 " + days(reviewed, early)).fillna("承诺日期 " + days(pledged, unreviewed))


RULES = (REV01, REV02, REV03, REV05, REV06)
