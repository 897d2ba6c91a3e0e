"""What the workbook of an organisation says in each period."""

from dataclasses import dataclass

from pledgebatch.demo.organisations import SUPERVISORS, Organisation
from pledgebatch.demo.people import members
from pledgebatch.demo.pledges import items
from pledgebatch.notice.periods import Period, Stage, stages_due

PERIODS = ("2010-11", "2010-12", "2011-03", "2011-04")


@dataclass
class Book:
    """The texts of one workbook, ready for the one writer."""

    answers: dict[str, str]
    rows: dict[str, list[dict[str, str]]]


def book(organisation: Organisation, period: Period) -> Book:
    """A wholly right workbook."""
    year = period.year
    day = {name: f"{year}-{'11' if year == 2010 else '03'}-{number:02d}" for name, number in DAYS.items()}
    due = stages_due(period)
    roster = members(organisation, year)
    signed = {"signed": "是", "branch_opinion": "同意", "branch_sealed": "是", "branch_date": day["approved"]}
    roster = [
        row
        | (
            signed | {"signed_date": day["led" if row["is_leader"] == "是" else "pledged"]}
            if row["pledge_form"] == "书面"
            else {}
        )
        for row in roster
    ]
    pledges = [
        row | _reviewed(day) | _tracked(period, number) for number, row in enumerate(items(organisation, roster, year))
    ]
    if Stage.YEAR in due:
        roster = [row | {"self_check": "承诺事项已逐件落实", "self_check_date": f"{year}-12-15"} for row in roster]
    answers = {
        "unit_code": organisation.code, "year": str(year), "period": str(period), "org_name": organisation.name, "org_type": "党支部",
        "unit_name": organisation.unit, "unit_category": organisation.category, "relation": organisation.relation,
        "parent_org": next(name for code, name, _ in SUPERVISORS if code == organisation.parent), "member_count": str(len(roster)),
        "head": roster[0]["name"], "phone": organisation.phone, "legacy_answer": "无", "org_sealed": "是", "org_date": day["pledged"],
        "approval_opinion": "同意，按期落实", "approval_sealed": "是", "approval_date": day["approved"], "copy_parent": "是", "copy_own": "是",
        "copy_public": "是", "supervision_contact": organisation.phone, "filled_by": roster[2]["name"], "filled_on": f"{period}-25",
    }  # fmt: skip
    if Stage.MONTH in due:
        answers |= {"has_analysis_meeting": "是", "has_ledger": "是", "has_inspection": "是"}
    if Stage.YEAR in due:
        answers |= {
            "self_check": "年度承诺全部兑现",
            "self_check_date": f"{year}-12-18",
            "appraisal_date": f"{year}-12-20",
        }
    opinions = [
        {
            "opinion_no": "Y1",
            "date": day["consulted"],
            "method": "座谈会",
            "attendance": "22",
            "opinion": "希望解决服务中的几处不便",
            "adopted": "采纳",
        }
    ]
    return Book(
        answers,
        {
            "members": roster,
            "items": pledges,
            "opinions": opinions,
            "records": _records(period, day),
            "assessments": _assessments(period),
        },
    )


DAYS = {"consulted": 1, "led": 3, "pledged": 8, "approved": 10, "reviewed": 11, "published": 13}
"""Days of the month in which the year's pledges are made, in the order of 五."""


def _reviewed(day: dict[str, str]) -> dict[str, str]:
    answers = dict.fromkeys(("advanced", "annual_task", "fits_post", "public_wish", "feasible"), "是")
    return answers | {
        "reviewer": "审查小组", "review_date": day["reviewed"], "conclusion": "通过", "publicity": "党务政务公开栏",
        "publicity_date": day["published"], "plan": "按月推进，月末对照",
    }  # fmt: skip


def _tracked(period: Period, number: int) -> dict[str, str]:
    if Stage.MONTH not in stages_due(period):
        return {}
    if Stage.YEAR in stages_due(period):
        return {
            "status": "已完成",
            "progress": "已办结",
            "done_date": f"{period}-{15 + number % 10}",
            "result": "有记录、照片和签字",
            "final_result": "完成",
        }
    return {"status": "进行中", "progress": f"已完成第 {number % 5 + 1} 步，按计划推进"}


def _records(period: Period, day: dict[str, str]) -> list[dict[str, str]]:
    rows = [
        ("讨论会议", day["consulted"], "讨论承诺事项"),
        ("跟踪检查", f"{period}-22", "对照承诺检查进度"),
        ("分析例会", f"{period}-24", "分析进度和困难"),
    ]
    if period.month == 12:
        rows += [
            ("领导点评", "12-26", "逐人点评践诺情况"),
            ("指导组来访", "12-10", "听取汇报并提出建议"),
            ("经验报告", "12-21", "报送践诺做法"),
            ("宣传报道", "12-22", "刊发活动简报"),
        ]
    return [
        {
            "date": when if len(when) > 5 else f"{period.year}-{when}",
            "activity": kind,
            "summary": summary,
            "attendance": "15",
        }
        for kind, when, summary in rows
    ]


def _assessments(period: Period) -> list[dict[str, str]]:
    if period.month != 12:
        return []
    votes = {
        "satisfied": "14",
        "fairly_satisfied": "4",
        "basically_satisfied": "2",
        "dissatisfied": "0",
        "attendance": "20",
    }
    return [
        {"pledger": "组织", "assessor": assessor, "date": f"{period}-20", "rectify": "否"} | votes
        for assessor in ("党员", "群众")
    ]
