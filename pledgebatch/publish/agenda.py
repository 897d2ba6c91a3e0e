"""What is left to do at the end of a month, as frames: whom to remind, what is due, what must be mended, who is barred."""

import datetime as dt
from typing import Any

import pandas as pd

from pledgebatch.months.orders import DONE
from pledgebatch.notice.periods import Period, Stage, in_order, pledge_deadline, stages_due
from pledgebatch.publish.figures import DATED, DONE_WITH, WATCHED, find_overdue, find_uncovered
from pledgebatch.publish.masking import WITHHELD
from pledgebatch.publish.month_slice import ledger_rows
from pledgebatch.publish.personal_texts import COVER
from pledgebatch.rules.facts.tables import GONE
from pledgebatch.schema.frames import as_declared, empty
from pledgebatch.schema.month import Month
from pledgebatch.schema.records import records
from pledgebatch.schema.sheets import ITEMS
from pledgebatch.schema.states import LIVE, State

REMINDER = {
    "organisation": "str", "org_name": "str", "parent_name": "str", "label": "str", "reason": "str", "contact": "str",
    "phone": "str", "email": "str",
}  # fmt: skip
DUE = {
    "organisation": "str", "person": "str", "number": "str", "text": "str", "due": "datetime64[s]", "status": "str",
    "days": "Int64",
}  # fmt: skip
PERSON = {"organisation": "str", "person": "str", "count": "Int64", "days": "Int64", "due": "datetime64[s]"}
TASK = {"organisation": "str", "task": "str", "count": "Int64", "by": "datetime64[s]"}
AWARD = {"organisation": "str", "number": "str", "name": "str", "barred": "str", "unfinished": "Int64", "items": "str"}
UNFINISHED = ("部分完成", "未完成")
MENDING = "改正错误后重新报送（见退回修改工作簿）"
STAGE_TASKS = {
    Stage.PLEDGE: "提出承诺：征求意见、承诺事项、具体措施",
    Stage.PUBLISH: "审查并公开承诺：盖章、审定、审查五问、公开形式和日期、实施计划",
    Stage.MONTH: "每月填写各事项的进展状态，建立分析例会、台账、督导检查三项制度",
    Stage.HALF: "半年小结：指导组来访、经验报告、宣传报道",
    Stage.YEAR: "年终：自查、民主评议、测评票数、各事项年终结果",
}
"""What each stage asks of an organisation (五, 六)."""


def list_reminders(month: Month) -> pd.DataFrame:
    """催报名单: those whose workbook is still wanted, with whom to call; superior by superior."""
    coverage = month.coverage
    wanted = coverage[~coverage["state"].isin(LIVE) | (coverage["state"] == State.RETURNED)]
    reasons = month.submissions.drop_duplicates("file").set_index("file")["reason"]
    reason = wanted["file"].map(reasons).astype("str").fillna("没有收到任何文件")
    returned = wanted["state"] == State.RETURNED
    reason = reason.mask(returned, "有 " + wanted["error"].astype("str") + " 处错误，改正后重新报送")
    labels = wanted["state"].map({str(state): state.label for state in State})
    listed = wanted.assign(label=labels, reason=reason, last=returned)
    listed = listed.sort_values(["parent_name", "last", "organisation"], kind="stable", ignore_index=True)
    return as_declared(listed, REMINDER)


def list_overdue(month: Month) -> pd.DataFrame:
    """Items past their last day, oldest first, each with its person."""
    return _due(find_overdue(month))


def list_due_next_month(month: Month) -> pd.DataFrame:
    """Items to be done by the end of the next month, the nearest first; ``days`` are those left."""
    cutoff, following = pd.Timestamp(month.period.cutoff), pd.Timestamp(month.period.following.cutoff)

    def soon(items: pd.DataFrame) -> pd.Series:
        return items["due"].between(cutoff, following) & ~items["status"].isin(DONE_WITH)

    rows = ledger_rows(month, ITEMS.key, WATCHED, soon, DATED)
    rows = rows.assign(days=(rows["due"] - cutoff).dt.days)
    return _due(rows.sort_values(["days", "organisation", "row"], kind="stable"))


def _due(items: pd.DataFrame) -> pd.DataFrame:
    person = items["responsible"].fillna(items["name"])
    return as_declared(items.assign(person=person, number=items["item_no"]), DUE).reset_index(drop=True)


def count_by_person(due: pd.DataFrame) -> pd.DataFrame:
    """How many of ``due`` each person has, and the most pressing of them."""
    if due.empty:
        return empty(PERSON)
    unseen = due["person"].str.endswith((COVER, WITHHELD)).fillna(False).astype(bool)  # of several 张＊ who is who
    person = due["person"].mask(unseen, "（姓名按设置略去或遮盖）").fillna("（没有写责任人）")
    groups = due.assign(person=person).groupby(["organisation", "person"])
    return groups.agg(count=("number", "size"), days=("days", "max"), due=("due", "min")).reset_index()


def list_blanks(month: Month) -> pd.DataFrame:
    """Members without a pledge, by name; what the rule about them found."""
    return find_uncovered(month)[["organisation", "value", "cell", "message"]].reset_index(drop=True)


def list_tasks(month: Month) -> pd.DataFrame:
    """What each organisation must still do, under the stage calendar; in the order of pressing."""
    period, coverage = month.period, month.coverage
    pieces = [
        _tasks_for_counts(coverage, "error", MENDING),
        _tasks_for_rows(list_overdue(month), "超过时限的事项：更新状态并填写结果，或按程序变更时限"),
        _tasks_for_rows(
            month.orders[month.orders["state"] != DONE].rename(columns={"by": "due"}),
            "限期整改：完成后填写整改完成日期",
        ),
        _tasks_for_rows(list_blanks(month), "没有承诺的党员：补填承诺事项或口头承诺"),
        _tasks_for_rows(list_due_next_month(month), f"{period.following.month}月底前到期的事项：抓紧落实"),
    ]
    absent = coverage.loc[~coverage["state"].isin(LIVE), ["organisation"]]
    pieces.insert(0, absent.assign(task=f"报送 {period.label}承诺工作簿", count=1))
    for stage in in_order(_stages(period.following, month) - _stages(period, month)):
        last = period.following.cutoff if stage not in (Stage.PLEDGE, Stage.PUBLISH) else _deadline(month)
        pieces.append(coverage[["organisation"]].assign(task=STAGE_TASKS[stage], by=pd.Timestamp(last)))
    together = pd.concat([as_declared(piece, TASK) for piece in pieces], ignore_index=True)
    return together.sort_values("organisation", kind="stable", ignore_index=True)


def group_tasks(tasks: pd.DataFrame) -> dict[str, list[dict[str, Any]]]:
    """The tasks of each organisation for its report; mending errors is what the report itself is about."""
    tasks = tasks[tasks["task"] != MENDING]
    dated = tasks.assign(by=tasks["by"].dt.strftime("%Y-%m-%d").astype("str"))
    return {str(code): records(own) for code, own in dated.groupby("organisation")}


def _stages(period: Period, month: Month) -> frozenset[Stage]:
    return stages_due(period, month.parameters.pledge_deadline)


def _deadline(month: Month) -> dt.date:
    return pledge_deadline(month.period.following.year, month.parameters.pledge_deadline)


def _tasks_for_counts(coverage: pd.DataFrame, key: str, task: str) -> pd.DataFrame:
    return coverage[coverage[key] > 0].rename(columns={key: "count"}).assign(task=task)


def _tasks_for_rows(rows: pd.DataFrame, task: str) -> pd.DataFrame:
    if rows.empty:
        return empty(TASK)
    dated = rows.assign(by=rows.get("due", pd.Series(pd.NaT, index=rows.index)))
    counts = dated.groupby("organisation").agg(count=("organisation", "size"), by=("by", "min")).reset_index()
    return counts.assign(task=task)


def list_awards(month: Month) -> pd.DataFrame:
    """Who is proposed for an award, and who is barred by unfinished items (五.6)."""
    members = ledger_rows(month, "members", ("organisation", "member_no", "name", "award_nominee", "change"))
    items = ledger_rows(month, ITEMS.key, ("organisation", "item_no", "pledger", "member_no", "status", "final_result"))
    named = members[(members["award_nominee"] == "是") & ~members["change"].isin(GONE)]
    open_ = ~items["status"].isin(DONE_WITH) | items["final_result"].isin(UNFINISHED)
    left = items[open_ & (items["pledger"] == "党员")].dropna(subset=["member_no"])
    groups = left.groupby(["organisation", "member_no"])["item_no"]
    unfinished = groups.agg(unfinished="size", items=lambda each: "、".join(each.dropna())).reset_index()
    nominees = named.merge(unfinished, how="left", on=["organisation", "member_no"]).fillna({"unfinished": 0})
    nominees = nominees.sort_values(["organisation", "member_no"], kind="stable", ignore_index=True)
    barred = pd.Series("可以评选", index=nominees.index, dtype="str").mask(
        nominees["unfinished"] > 0, "有未完成事项，不宜评选"
    )
    return as_declared(nominees.assign(barred=barred, number=nominees["member_no"].astype("str")), AWARD)
