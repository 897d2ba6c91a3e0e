"""Makes an inbox of N organisations, 50 members and 150 items each; every third one has something to mend."""

import sys
from pathlib import Path

import pandas as pd

from pledgebatch.notice.periods import Period
from pledgebatch.publish.registry_book import write_registry
from pledgebatch.publish.workbook import write_workbook

PERIOD = Period(2011, 4)
MEMBERS, ITEMS = 50, 150


def make(folder: Path, count: int) -> None:
    """Fill ``folder`` with a registry and an inbox for 2011-04."""
    inbox = folder / "inbox" / str(PERIOD)
    inbox.mkdir(parents=True, exist_ok=True)
    codes = [f"B{number:05d}" for number in range(count)]
    top = {"unit_code": "G", "org_name": "测区党委", "org_type": "党委", "unit_name": "测区", "unit_category": "局机关",
           "relation": "直属", "parent_code": "", "reports": "否"}  # fmt: skip
    rows = [top | {"unit_code": code, "org_name": f"测区{code}学校党支部", "org_type": "党支部", "unit_name": f"测区{code}学校",
                   "unit_category": "公办学校", "parent_code": "G", "reports": "是"} for code in codes]  # fmt: skip
    write_registry(folder / "registry.xlsx", pd.DataFrame([top, *rows]))
    for row in rows:
        answers = {
            key: row[key] for key in ("unit_code", "org_name", "org_type", "unit_name", "unit_category", "relation")
        }
        answers |= {"year": "2011", "period": str(PERIOD), "parent_org": "测区党委", "member_count": str(MEMBERS), "head": name(row["unit_code"], 0),
                    "phone": "0519-86501234", "legacy_answer": "无", "org_date": "2011-03-08"}  # fmt: skip
        frames = {"members": members(row), "items": items(row)}
        write_workbook(inbox / f"{row['org_name']}_承诺台账_201104.xlsx", PERIOD, answers, frames)


def name(code: str, number: int) -> str:
    """An invented name that nobody else has."""
    digits = f"{int(code[1:]):05d}{number:02d}"
    return "".join("零壹贰叁肆伍陆柒捌玖"[int(digit)] for digit in digits)


def members(row: dict[str, str]) -> pd.DataFrame:
    code = row["unit_code"]
    return pd.DataFrame(
        [
            {"member_no": str(n), "name": name(code, n),
             "sex": "男性" if n == 7 and int(code[1:]) % 3 == 0 else "男", "birth_month": f"19{60 + n % 25}-{n % 12 + 1:02d}", "ethnicity": "汉族", "post": "教师", "joined_month": "2006-07",
             "education": "大学本科", "branch": row["org_name"], "post_type": "专业技术岗位", "is_leader": "否" if n else "是",
             "pledge_form": "书面" if n else "口头", "oral_reason": "" if n else "其他", "oral_study_date": "" if n else "2011-03-04", "participation_plan": "带头学习，做好本职", "signed": "是", "signed_date": "2011-03-08",
             "branch_opinion": "同意", "branch_sealed": "是", "branch_date": "2011-03-10", "change": "在册"}
            for n in range(MEMBERS)
        ]
    )  # fmt: skip


def items(row: dict[str, str]) -> pd.DataFrame:
    code = row["unit_code"]
    return pd.DataFrame(
        [
            {"item_no": f"D{n}", "pledger": "党员" if n % MEMBERS else "组织", "member_no": str(n % MEMBERS) if n % MEMBERS else "", "part": ("共性", "岗位", "创新")[n // MEMBERS],
             "text": f"{code}第{n}项：6月底前为{n + 3}名学生各辅导{n % 7 + 2}次，并做好记录", "measures": "列出日程，按月记录", "due": "2011-06-30",
             "virtue": "带头服务群众" if n % MEMBERS else "工作业绩好", "basis": "岗位职责", "advanced": "是", "annual_task": "是", "fits_post": "是", "public_wish": "是",
             "feasible": "是", "reviewer": "审查小组", "review_date": "2011-03-11", "conclusion": "通过", "publicity": "会议",
             "publicity_date": "2011-03-12", "plan": "按月推进", "status": "进行中", "progress": f"第{n % 5}步"}
            for n in range(ITEMS)
        ]
    )  # fmt: skip


if __name__ == "__main__":
    make(Path(sys.argv[1]), int(sys.argv[2]))
