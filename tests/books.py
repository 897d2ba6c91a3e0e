"""Workbooks for tests: a small table in the test becomes a real .xlsx, written by the one writer."""

from pathlib import Path

import pandas as pd

from pledgebatch.notice.periods import Period
from pledgebatch.publish.registry_book import write_registry
from pledgebatch.publish.workbook import write_workbook

REGISTRY = pd.DataFrame(
    [
        ("P0", "云溪区教育党委", "党委", "云溪区教育局", "局机关", "直属", "", "否"),
        ("S1", "云溪一小党支部", "党支部", "云溪一小", "公办学校", "直属", "P0", "是"),
        ("S2", "云溪二小党支部", "党支部", "云溪二小", "公办学校", "指导", "P0", "是"),
    ],
    columns=["unit_code", "org_name", "org_type", "unit_name", "unit_category", "relation", "parent_code", "reports"],
)
HEAD = {
    "unit_code": "S1", "year": "2011", "period": "2011-03", "org_name": "云溪一小党支部", "org_type": "党支部",
    "unit_name": "云溪一小", "unit_category": "公办学校", "relation": "直属", "parent_org": "云溪区教育党委", "member_count": "3",
    "head": "李明", "phone": "0519-85501234", "legacy_answer": "无", "org_sealed": "是", "org_date": "2011-03-08",
    "approval_opinion": "同意", "approval_sealed": "是", "approval_date": "2011-03-10", "copy_parent": "是", "copy_own": "是",
    "copy_public": "是", "supervision_contact": "0519-85501235", "has_analysis_meeting": "是", "has_ledger": "是",
    "has_inspection": "是",
}  # fmt: skip
MEMBER = {
    "member_no": "1", "name": "李明", "sex": "男", "birth_month": "1970-05", "ethnicity": "汉族", "post": "校长",
    "joined_month": "1995-07", "education": "大学本科", "branch": "云溪一小党支部", "post_type": "管理岗位", "is_leader": "是",
    "pledge_form": "书面", "participation_plan": "带头听课评课", "signed": "是", "signed_date": "2011-03-05",
    "branch_opinion": "同意", "branch_sealed": "是", "branch_date": "2011-03-07", "change": "在册",
}  # fmt: skip
MEMBERS = [
    MEMBER,
    MEMBER | {"member_no": "2", "name": "王芳", "sex": "女", "birth_month": "1982-11", "post": "数学教师",
              "joined_month": "2006-07", "post_type": "专业技术岗位", "is_leader": "否"},
    MEMBER | {"member_no": "3", "name": "赵强", "birth_month": "1940-02", "post": "无", "joined_month": "1966-01",
              "education": "初中", "post_type": "无职党员", "is_leader": "否", "pledge_form": "口头", "oral_reason": "年老体弱",
              "oral_study_date": "2011-03-04"},
]  # fmt: skip
ITEM = {
    "item_no": "Z1", "pledger": "组织", "part": "共性", "text": "每月组织一次集中学习，全年不少于10次", "measures": "列入校历并签到",
    "due": "2011-12-20", "virtue": "领导班子好", "basis": "年度目标", "advanced": "是", "annual_task": "是", "fits_post": "是",
    "public_wish": "是", "feasible": "是", "reviewer": "周敏", "review_date": "2011-03-11", "conclusion": "通过",
    "publicity": "会议", "publicity_date": "2011-03-12", "plan": "按月推进", "status": "进行中", "progress": "已完成两次",
}  # fmt: skip
ITEMS = [
    ITEM,
    ITEM | {"item_no": "Z2", "part": "岗位", "text": "支委每人随堂听课20节并当面反馈", "due": "2011-06-15"},
    ITEM | {"item_no": "Z3", "part": "创新", "text": "校门口加装30米候雨棚", "due": "5月底前"},
    *(
        ITEM | {"item_no": f"D{number}{letter}", "pledger": "党员", "member_no": number, "name": name, "part": part,
                "text": f"{name}第{letter}项：结对辅导{count}名学生", "virtue": "带头服务群众"}
        for number, name in (("1", "李明"), ("2", "王芳"))
        for letter, part, count in (("甲", "共性", 2), ("乙", "岗位", 3), ("丙", "创新", 4))
    ),
]  # fmt: skip
OPINIONS = [
    {
        "opinion_no": "Y1",
        "date": "2011-02-20",
        "method": "座谈会",
        "attendance": "20",
        "opinion": "希望加装雨棚",
        "adopted": "采纳",
    }
]


def write(
    path: Path,
    head: dict[str, str] | None = None,
    members: list[dict[str, str]] | None = None,
    items: list[dict[str, str]] | None = None,
    period: str = "2011-03",
    **others: list[dict[str, str]],
) -> Path:
    """A right workbook of S1 for 2011-03, but for what the test says otherwise."""
    tables = {"members": MEMBERS if members is None else members, "items": ITEMS if items is None else items}
    tables |= {"opinions": OPINIONS} | others
    path.parent.mkdir(parents=True, exist_ok=True)
    rows = {key: pd.DataFrame(lines, dtype="str") for key, lines in tables.items()}
    write_workbook(path, Period.parse(period), HEAD | (head or {}), rows)
    return path


def workspace(folder: Path, registry: pd.DataFrame = REGISTRY) -> Path:
    """A workspace with a registry and an empty inbox for 2011-03."""
    folder.mkdir(parents=True, exist_ok=True)
    write_registry(folder / "registry.xlsx", registry)
    (folder / "inbox" / "2011-03").mkdir(parents=True)
    return folder


def changed(rows: list[dict[str, str]], number: int, **fields: str) -> list[dict[str, str]]:
    """The rows with some fields of one of them changed."""
    return [row | fields if index == number else row for index, row in enumerate(rows)]
