"""Makes an inbox of N organisations, 50 members and 150 items each; every third one has something to mend.

Items fall due from June to December, and are done when they are due; the year is closed in December.
"""

import hashlib
import sys
from pathlib import Path

import pandas as pd

from pledgebatch.engine.workers import workers
from pledgebatch.notice.periods import Period
from pledgebatch.workbooks.registry_book import write_registry
from pledgebatch.workbooks.workbook import write_workbook

PERIOD = Period(2011, 4)
MEMBERS, ITEMS = 50, 150
SLOTS = [
    words.split()
    for words in (
        "晨读时 午休后 放学前 例会上 值班日 家访中 周末 课间 门诊前 夜班后 赶集日 节日前 开学初 期中后 期末前 查房后 接诊时 下乡时 汛期里 冬闲时 "
        "早操后 升旗前 体检季 招生季 年检前 盘点日 培训周 读书月 禁毒日 助残日 敬老节 植树周 爱眼日 科技周 法制课 队会上 支部会 工会日 接待日 开放日",
        "陪高年级孩子 同新任教师 替独居老人 与住院病人 给留守儿童 向转岗职工 帮困难家庭 请退休同志 带实习护士 约学生家长 邀社区居民 引外来工人 领青年医生 "
        "扶残疾朋友 随村卫生员 找班组骨干 会食堂师傅 教宿舍楼长 劝吸烟患者 慰问军属 接送幼儿 看望孤寡 联系厂医 走访农户 指导社团 组织骨干 动员邻里 辅导后进 "
        "护理产妇 照看术后病人 提醒慢病患者 培养后备 安排轮岗 协助门卫 陪练球队 点评教案 督促保洁 登记访客 回访出院者 劝导摊贩",
        "讲解用电常识 整理旧病历 修补图书封面 清点急救药品 练习心肺复苏 校对收费清单 种下二十棵树 检查消防水带 誊写值班日志 测量血压血糖 排查楼道杂物 "
        "更换走廊灯管 复核处方剂量 布置荣誉橱窗 翻新球场划线 调试广播设备 编写验方手册 核算伙食开支 录制示范视频 分装体检试管 登记疫苗批号 擦洗防滑地垫 "
        "绘制疏散路线 校准体重秤 归还借用教具 消毒候诊座椅 修订请假流程 搬运取暖煤块 采买文体用品 张贴办事指南 晾晒宿舍被褥 保养救护车辆 汇编优秀案例 统计缺勤原因 "
        "改造雨水沟盖 缝补舞台幕布 清洗空调滤网 抄录英雄事迹 比对库存账目 翻译外文说明",
        "当场签收 次日公布 留下照片 记入台账 逐户回执 月底通报 双人复核 交支书审阅 请监督员验看 存进档案柜 贴在公开栏 录入电子表 写成简报 听取意见 打分排名 "
        "拍照存证 列表销号 集中点评 互换岗位 现场演示 反馈院办 报送教务 抄告后勤 征询满意度 附上清单 约定复查 设立样板 结对互查 轮流主持 分片包干 限期补做 "
        "奖励先进 编号留存 开会讲评 送达本人 通知家属 请人旁听 随手清场 汇总成册 隔周再查",
    )
]
"""Words of which pledges are put together: when, with whom, what, how."""
ORDER = (0, 1, 2, 3, 1, 2)
"""The slots of a pledge."""

OPINIONS = pd.DataFrame(
    [
        {
            "opinion_no": "Y1",
            "date": "2011-02-25",
            "method": "座谈会",
            "attendance": "12",
            "opinion": "盼多开放图书馆",
            "adopted": "采纳",
        }
    ]
)
MONTHLY, HALF_YEARLY, YEARLY = (
    ("跟踪检查", "分析例会", "讨论会议"),
    ("指导组来访", "经验报告", "宣传报道"),
    ("领导点评",),
)
RECORDED = {4: MONTHLY, 6: MONTHLY + HALF_YEARLY, 9: MONTHLY, 12: MONTHLY + HALF_YEARLY + YEARLY}
"""What is recorded in which months."""
VOTES = pd.DataFrame(
    [{"pledger": "组织", "assessor": assessor, "date": "2011-12-20", "attendance": "40", "satisfied": "36", "fairly_satisfied": "3",
      "basically_satisfied": "1", "dissatisfied": "0", "rectify": "否"} for assessor in ("党员", "群众")]
)  # fmt: skip
CLOSED = {"self_check": "对照承诺逐项查过", "self_check_date": "2011-12-15"}
FIRST_DUE, OVERDUE = 6, 11
"""The month in which the first items fall due, and the item that every third organisation leaves undone."""


def make(folder: Path, count: int, period: Period = PERIOD) -> None:
    """Fill ``folder`` with a registry and an inbox for ``period``; from month to month every second item moves on
    until it falls due."""
    inbox = folder / "inbox" / str(period)
    inbox.mkdir(parents=True, exist_ok=True)
    codes = [f"B{number:05d}" for number in range(count)]
    top = {"unit_code": "G", "org_name": "测区党委", "org_type": "党委", "unit_name": "测区", "unit_category": "局机关",
           "relation": "直属", "parent_code": "", "reports": "否"}  # fmt: skip
    rows = [top | {"unit_code": code, "org_name": f"测区{code}学校党支部", "org_type": "党支部", "unit_name": f"测区{code}学校",
                   "unit_category": "公办学校", "parent_code": "G", "reports": "是"} for code in codes]  # fmt: skip
    write_registry(folder / "registry.xlsx", pd.DataFrame([top, *rows]))
    with workers() as pool:
        for task in [
            pool.submit(write_some, inbox, period, rows[start : start + 100]) for start in range(0, count, 100)
        ]:
            task.result()


def write_some(inbox: Path, period: Period, rows: list[dict[str, str]]) -> None:
    """Write the workbooks of some organisations."""
    for row in rows:
        answers = {
            key: row[key] for key in ("unit_code", "org_name", "org_type", "unit_name", "unit_category", "relation")
        }
        answers |= {"year": "2011", "period": str(period), "parent_org": "测区党委", "member_count": str(MEMBERS), "head": name(row["unit_code"], 1),
                    "phone": "0519-86501234", "legacy_answer": "无", "org_date": "2011-03-08", "org_sealed": "是", "approval_opinion": "同意", "approval_sealed": "是",
                    "approval_date": "2011-03-10", "copy_parent": "是", "copy_own": "是", "copy_public": "是", "supervision_contact": "0519-86501235",
                    "has_analysis_meeting": "是", "has_ledger": "是", "has_inspection": "是"}  # fmt: skip
        frames = {
            "members": members(row),
            "items": items(row, period),
            "opinions": OPINIONS,
            "records": records(period),
        }
        if period.month == 12:
            answers |= CLOSED | {"appraisal_date": "2011-12-20"}
            frames |= {"members": frames["members"].assign(**CLOSED), "assessments": VOTES}
        file = f"{row['org_name']}_承诺台账_{period.year}{period.month:02d}.xlsx"
        write_workbook(inbox / file, period, answers, frames)


def name(code: str, number: int) -> str:
    """An invented name that nobody else has."""
    digits = f"{int(code[1:]):05d}{number:02d}"
    return "".join("零壹贰叁肆伍陆柒捌玖"[int(digit)] for digit in digits)


def members(row: dict[str, str]) -> pd.DataFrame:
    code = row["unit_code"]
    return pd.DataFrame(
        [
            {"member_no": str(n), "name": name(code, n),
             "sex": "不详" if n == 7 and int(code[1:]) % 3 == 0 else "男", "birth_month": f"19{60 + n % 25}-{n % 12 + 1:02d}" if n else "1938-05", "ethnicity": "汉族", "post": "教师兼校医、后勤", "joined_month": "2006-07",
             "education": "大学本科", "branch": row["org_name"], "post_type": "专业技术岗位", "is_leader": "是" if n == 1 else "否",
             "pledge_form": "书面" if n else "口头", "oral_reason": "" if n else "年老体弱", "oral_study_date": "" if n else "2011-03-04", "participation_plan": "每季度上一次党课，结对帮扶一名学生", "signed": "是", "signed_date": "2011-03-08",
             "branch_opinion": "同意", "branch_sealed": "是", "branch_date": "2011-03-10", "change": "在册",
             "copy_branch": "是", "copy_own": "是", "copy_public": "是"}
            for n in range(MEMBERS)
        ]
    )  # fmt: skip


def pledge(code: str, number: int) -> str:
    """An invented pledge that few others resemble, of a million and a half."""
    chosen = hashlib.blake2b(f"{code} {number}".encode(), digest_size=len(ORDER)).digest()
    when, whom, what, how, other, more = (SLOTS[slot][each % 40] for slot, each in zip(ORDER, chosen, strict=True))
    return f"{when}{whom}{what}{number % 7 + 2}次，{how}；{other}{more}一遍"


def records(period: Period) -> pd.DataFrame:
    """What was done up to ``period``."""
    months = [month for month in RECORDED if month <= max(period.month, min(RECORDED))]
    done = [(month, activity) for month in months for activity in RECORDED[month]]
    return pd.DataFrame(
        [{"date": f"2011-{month:02d}-08", "activity": each, "summary": f"{each}，有记录"} for month, each in done]
    )


def items(row: dict[str, str], period: Period) -> pd.DataFrame:
    """The items as they stand at the end of ``period``."""
    code = row["unit_code"]
    due = [Period(2011, FIRST_DUE + n % (13 - FIRST_DUE)) for n in range(ITEMS)]
    left = [int(code[1:]) % 3 == 0 and n == OVERDUE for n in range(ITEMS)]
    done = [each <= period and not undone for each, undone in zip(due, left, strict=True)]
    told = pd.DataFrame(
        [
            {"item_no": f"D{n}", "pledger": "党员" if n % MEMBERS else "组织", "member_no": str(n % MEMBERS) if n % MEMBERS else "", "part": ("共性", "岗位", "创新")[n // MEMBERS],
             "text": pledge(code, n), "measures": "列出日程，按月记录", "due": due[n].cutoff.isoformat(),
             "virtue": "带头服务群众" if n % MEMBERS else "工作业绩好", "direction": "" if n % MEMBERS else "优质发展", "real_deed": "是", "beneficiary": "学生和家长",
             "opinion_no": "" if n % MEMBERS else "Y1", "basis": "岗位职责", "advanced": "是", "annual_task": "是", "fits_post": "是", "public_wish": "是",
             "feasible": "是", "reviewer": "审查小组", "review_date": "2011-03-11", "conclusion": "通过", "publicity": "会议",
             "publicity_date": "2011-03-12", "plan": "按月推进", "status": "已完成" if done[n] else "进行中", "progress": f"第{(n + period.month) // 2 % 9}步",
             "done_date": f"{due[n]}-20" if done[n] else "", "result": "已办结，有照片" if done[n] else ""}
            for n in range(ITEMS)
        ]
    )  # fmt: skip
    return told.assign(final_result=["未完成" if undone else "完成" for undone in left]) if period.month == 12 else told


if __name__ == "__main__":
    make(Path(sys.argv[1]), int(sys.argv[2]))
