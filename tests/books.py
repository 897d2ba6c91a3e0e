"""Workbooks for tests: a small table in the test becomes a real .xlsx, written by the one writer."""

import hashlib
from pathlib import Path

import pandas as pd

from pledgebatch.notice.periods import Period
from pledgebatch.workbooks.registry_book import write_registry
from pledgebatch.workbooks.workbook import write_workbook

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
    "branch_opinion": "同意", "branch_sealed": "是", "branch_date": "2011-03-07", "change": "在册", "copy_branch": "是",
    "copy_own": "是", "copy_public": "是",
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
    "item_no": "Z1", "pledger": "组织", "part": "共性", "text": "每月组织一次集中学习，全年不少于10次", "measures": "列入校历，逐次签到",
    "due": "2011-12-20", "virtue": "领导班子好", "direction": "创建五个好党组织", "basis": "年度目标", "advanced": "是",
    "annual_task": "是", "fits_post": "是", "public_wish": "是", "feasible": "是", "reviewer": "周敏",
    "review_date": "2011-03-11", "conclusion": "通过", "publicity": "会议", "publicity_date": "2011-03-12",
    "plan": "按月推进，月底小结", "status": "进行中", "progress": "已完成两次",
}  # fmt: skip
DEED = {"real_deed": "是", "beneficiary": "学生和家长"}
ITEMS = [
    ITEM,
    ITEM | DEED | {"item_no": "Z2", "part": "岗位", "text": "支委每人随堂听课20节并当面反馈", "measures": "开学时排定听课表",
                   "due": "2011-06-15", "virtue": "工作业绩好", "direction": "质量管理"},
    ITEM | DEED | {"item_no": "Z3", "part": "创新", "text": "校门口加装30米长的候雨棚", "measures": "暑假前招标，雨季前装好", "due": "5月底前",
                   "virtue": "群众反映好", "direction": "服务群众为民办实事", "basis": "群众意见", "opinion_no": "Y1"},
    *(
        ITEM | more | {"item_no": number, "pledger": "党员", "member_no": number[1], "name": name, "part": part, "text": text,
                       "measures": measures, "due": due, "direction": "", "virtue": virtue, "basis": "岗位职责"}
        for number, name, part, text, measures, due, virtue, more in (
            ("D1甲", "李明", "共性", "6月底前上4节思想品德示范课，课后收集学生的反馈", "与班主任商定时间，印发反馈单", "2011-06-20", "带头学习提高", {}),
            ("D1乙", "李明", "岗位", "每周随堂听课3节，全年不少于90节", "当天填写评课表交给教师", "2011-12-20", "带头争创佳绩", {}),
            ("D1丙", "李明", "创新", "9月起每月15日接待家长来访，年底前不少于4次", "设来访登记簿，一周内答复", "2011-12-20", "带头服务群众", DEED),
            ("D2甲", "王芳", "共性", "每天放学护送一年级学生过马路，每次20分钟", "与值周教师排好班次", "2011-12-20", "带头遵纪守法", {}),
            ("D2乙", "王芳", "岗位", "与4名数学学困生结对，每周二辅导40分钟", "建辅导记录，期末对比成绩", "2011-06-20", "带头服务群众", {}),
            ("D2丙", "王芳", "创新", "10月底前编成一册60题的趣味数学练习，印发给四年级学生", "每月编10题，请教研组校对", "2011-10-31", "带头争创佳绩", DEED),
        )
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
RECORDS = [
    {"date": date, "activity": activity, "summary": summary, "responsible": "李明", "channel": channel}
    for date, activity, summary, channel in (
        ("2011-03-02", "讨论会议", "讨论本年度承诺事项", ""),
        ("2011-03-22", "分析例会", "分析一季度进展", ""),
        ("2011-03-25", "跟踪检查", "查看各项进展", ""),
        ("2011-05-10", "领导点评", "负责人逐人点评", ""),
        ("2011-05-18", "指导组来访", "指导组到校查看台账", ""),
        ("2011-06-08", "经验报告", "报送结对辅导的做法", ""),
        ("2011-06-10", "宣传报道", "简报介绍候雨棚", "活动简报"),
        ("2011-06-21", "分析例会", "分析二季度进展", ""),
        ("2011-06-24", "督导检查", "督导组查看记录", ""),
        ("2011-09-20", "分析例会", "分析三季度进展", ""),
        ("2011-09-23", "跟踪检查", "查看各项进展", ""),
        ("2011-11-16", "指导组来访", "指导组回访", ""),
        ("2011-12-06", "经验报告", "报送全年总结", ""),
        ("2011-12-08", "宣传报道", "网站刊登兑现情况", "专题网站"),
        ("2011-12-14", "分析例会", "分析全年兑现情况", ""),
        ("2011-12-16", "督导检查", "年终督导", ""),
    )
]
VOTES = {"date": "2011-12-22", "attendance": "20", "satisfied": "15", "fairly_satisfied": "3", "basically_satisfied": "2",
         "dissatisfied": "0", "rectify": "否"}  # fmt: skip
ASSESSMENTS = [{"pledger": "组织", "assessor": assessor} | VOTES for assessor in ("党员", "群众")]


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
    tables |= {"opinions": OPINIONS, "records": RECORDS[:3]} | others
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


def digests(folder: Path) -> dict[str, str]:
    """The SHA-256 of every file below ``folder``, by its path."""
    files = (path for path in sorted(folder.rglob("*")) if path.is_file())
    return {path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest() for path in files}
