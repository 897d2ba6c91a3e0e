"""Right workbooks, for any month, of two organisations: what examples and tests change."""

from collections.abc import Mapping
from typing import Any

from pledgebatch.notice.periods import Period, Stage, stages_due
from pledgebatch.schema.deadlines import deadline
from tests import books

OTHER = {"unit_code": "S2", "org_name": "云溪二小党支部", "unit_name": "云溪二小", "relation": "指导"}
OTHER_NAMES = {"李明": "孙伟", "王芳": "陈静", "赵强": "何勇"}
OTHER_TEXTS = {
    "Z1": "每季度开一次读书交流会，全年4次", "Z2": "教研组长每月检查教案12份并逐份批注", "Z3": "在操场东侧加装4盏照明灯",
    "D1甲": "4月起每月写一篇学习笔记，全年9篇", "D1乙": "每两周参加一次备课组讨论，全年16次", "D1丙": "11月底前走访30户学生家庭",
    "D2甲": "每周三清点班级图书角，缺书三天内补齐", "D2乙": "带2名新教师，每月互听互评4节课", "D2丙": "9月底前办一期15人的书法兴趣班",
}  # fmt: skip
EARLIER_TEXTS = {"Z1": "每月更换一次公开栏，全年不少于9次", "Z2": "支委与每名青年教师谈心2次", "Z3": "把4间教室的黑板换成护眼绿板",
                 "D1甲": "10月底前给学生讲3次校史", "D1乙": "每周巡查食堂2次并记入台账", "D1丙": "每月8日答复校长信箱来信",
                 "D2甲": "值周期间每天7点到校，全学期不迟到", "D2乙": "给缺课的学生当面补课20节", "D2丙": "12月底前录制8段微课视频"}  # fmt: skip
"""Right pledges of the other organisation, and of the year before: no two alike."""
IN_2010 = {"2011-02": "2010-10", "2011-03": "2010-11", "2011-05": "2010-11", "2011-06": "2010-12", "2011-10": "2010-12", "5月底前": "12月20日前",
           "2011": "2010"}  # fmt: skip


def right_answers(period: Period) -> dict[str, str]:
    """The form of S1, right for ``period``."""
    year_end = {
        "self_check": "逐项对照，全部兑现",
        "self_check_date": f"{period.year}-12-20",
        "appraisal_date": f"{period.year}-12-22",
    }
    answers = books.HEAD | (year_end if Stage.YEAR in stages_due(period) else {})
    return _in_year({"row": answers}, period)["row"] | {"period": str(period), "year": str(period.year)}


def right_rows(sheet: str, period: Period, second: bool = False) -> dict[str, dict[str, str]]:
    """The rows of a sheet by number, right for ``period``."""
    kept = {
        "members": {row["member_no"]: row for row in books.MEMBERS},
        "items": {row["item_no"]: row for row in books.ITEMS},
        "opinions": {row["opinion_no"]: row for row in books.OPINIONS},
        "records": {str(number): row for number, row in enumerate(books.RECORDS, 1)},
        "assessments": {str(number): row for number, row in enumerate(books.ASSESSMENTS, 1)},
    }
    rows = _in_year(kept.get(sheet, {}), period)
    if sheet == "records":
        rows = {number: row for number, row in rows.items() if row["date"] <= str(period.cutoff)}
    year_end = Stage.YEAR in stages_due(period)
    if sheet == "assessments" and not year_end:
        return {}
    if sheet == "members":
        checked = {
            "self_check": "承诺全部兑现",
            "self_check_date": f"{period.year}-12-20",
            "leader_comment": "兑现较好",
        }
        rows = {number: row | (checked if year_end else {}) for number, row in rows.items()}
    if sheet == "items":
        rows = {number: row | _standing(row, period) for number, row in rows.items()}
        texts = OTHER_TEXTS if second else EARLIER_TEXTS if period.year == 2010 else {}
        rows = {number: row | ({"text": texts[number]} if number in texts else {}) for number, row in rows.items()}
    return {number: of_the_other(row) for number, row in rows.items()} if second else rows


def changed_rows(
    sheet: str, changes: Mapping[str, Any], period: Period, second: bool = False
) -> dict[str, dict[str, str]]:
    """The rows of a sheet as an example changes them."""
    rows = right_rows(sheet, period, second)
    edits = dict(changes.get(sheet, {}))
    everywhere = edits.pop("all", {})
    rows = {number: row | everywhere for number, row in rows.items()} if everywhere is not False else {}
    for number, edit in edits.items():
        if edit is False:
            del rows[number]
        else:
            base = rows.get(edit.get("like", number), {})
            rows[number] = base | {key: text for key, text in edit.items() if key != "like"}
    return rows


def _standing(row: dict[str, str], period: Period) -> dict[str, str]:
    """How an item stands at the end of ``period``: those due are done, the others go on."""
    due = deadline(row["due"], period.year)
    closed = {"final_result": "完成"} if Stage.YEAR in stages_due(period) else {}
    if due and due <= period.cutoff or closed:
        done = min(due, period.cutoff) if due else period.cutoff
        return closed | {
            "status": "已完成",
            "done_date": f"{done:%Y-%m-01}",
            "result": "已兑现，有记录可查",
            "progress": "完成",
        }
    return {"progress": f"{period.month}月按计划推进"}


def _in_year(rows: dict[str, dict[str, str]], period: Period) -> dict[str, dict[str, str]]:
    """The rows with the dates of the pledge year of ``period``."""
    if period.year != 2010:
        return rows
    moved = {}
    for number, row in rows.items():
        moved[number] = dict(row)
        for key, text in row.items():
            for old, new in IN_2010.items():
                text = text.replace(old, new)
            moved[number][key] = text
    return moved


def of_the_other(row: dict[str, str]) -> dict[str, str]:
    """The same row for people of the other organisation."""
    moved = {key: OTHER_NAMES.get(text, text) for key, text in row.items()}
    if "branch" in moved:
        moved |= {
            "branch": OTHER["org_name"],
            "birth_month": f"{int(moved['birth_month'][:4]) + 1}{moved['birth_month'][4:]}",
        }
    return moved
