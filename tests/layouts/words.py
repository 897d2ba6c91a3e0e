"""The words of other people's tables: other headers, what is written about a header, and columns that are none of ours."""

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from random import Random

from tests.layouts.inventing import PLACES, SURNAMES, Row
from tests.layouts.sketch import Column

RENAMED: Mapping[str, Mapping[str, tuple[str, ...]]] = {
    "organisations": {
        "unit_code": ("党组织代码", "单位编码"), "year": ("年度",), "period": ("所属月份", "月份"), "org_name": ("党组织全称", "填报单位", "支部名称"),
        "org_type": ("组织类别",), "unit_name": ("单位名称",), "unit_category": ("单位性质",), "parent_org": ("上级党组织", "上级党组织名称"),
        "member_count": ("党员总数", "党员数"), "head": ("党组织书记", "负责人"), "phone": ("联系方式", "电话"), "legacy_answer": ("遗留问题（有/无）",),
        "org_sealed": ("是否盖章",), "org_date": ("承诺时间",), "approval_opinion": ("上级党组织意见",), "approval_sealed": ("上级盖章",),
        "approval_date": ("上级审定时间",), "supervision_contact": ("监督电话",), "filled_by": ("填报人",), "filled_on": ("填报日期",),
    },
    "members": {
        "member_no": ("编号", "党员编号"), "name": ("党员姓名", "名字", "承诺人姓名"), "sex": ("男/女", "党员性别"), "birth_month": ("出生日期", "出生时间"),
        "ethnicity": ("民族成份",), "post": ("职务", "现任职务", "职务/职业", "工作岗位"), "joined_month": ("入党日期", "入党年月", "加入党组织日期"),
        "education": ("学历", "最高学历"), "branch": ("所属支部", "所属党支部", "党支部"), "post_type": ("岗位类型", "岗位性质"),
        "is_leader": ("是否领导干部", "是否任领导职务"), "pledge_form": ("承诺形式",), "participation_plan": ("活动打算", "参加活动打算"),
        "signed": ("本人签字",), "signed_date": ("签字日期", "签字时间"), "branch_opinion": ("支部意见", "支部审核意见"), "branch_sealed": ("支部盖章",),
        "branch_date": ("支部审定时间", "支部审核日期"), "change": ("变动情况", "在册情况"),
    },
    "items": {
        "item_no": ("承诺编号", "编号"), "pledger": ("承诺对象", "主体"), "member_no": ("党员编号",), "name": ("承诺人", "姓名"), "part": ("承诺类别", "类别"),
        "text": ("承诺内容", "公开承诺内容", "承诺项目"), "measures": ("工作措施", "推进措施", "措施"), "responsible": ("负责人", "责任领导"),
        "due": ("完成期限", "办结时限", "完成时间", "时限"), "virtue": ("五个好/五带头",), "basis": ("依据",), "real_deed": ("实事好事",),
        "beneficiary": ("受益对象",), "key_project": ("重点项目",), "reviewer": ("审核人",), "review_date": ("审核日期", "审核时间"), "conclusion": ("审核结果",),
        "publicity": ("公示方式", "公开方式"), "publicity_date": ("公示时间", "公开时间"), "plan": ("工作计划",), "status": ("当前状态", "完成状态"),
        "progress": ("进展情况", "落实情况"), "done_date": ("实际完成时间",), "result": ("完成情况及佐证",),
    },
}  # fmt: skip
"""Words seen in real tables, in the table of the reader."""
UNLISTED: Mapping[str, Mapping[str, tuple[str, ...]]] = {
    "members": {
        "name": ("党员（姓名）", "同志姓名"), "birth_month": ("出生年月日", "出生年、月"), "joined_month": ("入党年月日", "何时入党", "加入中国共产党时间"),
        "education": ("学历层次", "文化层次"), "post": ("职务（岗位）", "所任职务"), "branch": ("组织关系所在支部",), "ethnicity": ("民 族 别",),
        "signed_date": ("本人签名时间",), "branch_date": ("支部盖章日期",),
    },
    "items": {
        "text": ("承诺具体内容", "承诺的事项"), "measures": ("落实措施", "保障措施", "具体做法"), "due": ("承诺完成时间", "拟完成时间", "兑现时限"),
        "responsible": ("具体责任人", "承办责任人"), "publicity": ("公示形式",), "publicity_date": ("公示日期",), "progress": ("推进情况", "践诺情况"),
        "status": ("目前进度", "进度状态"), "name": ("承诺党员", "承诺党员姓名"), "part": ("承诺类型",),
    },
}  # fmt: skip
"""Words that nobody listed: what stands below them, and beside them, must say what they are."""
HINTS = {
    "birth_month": "（如1985-03）", "joined_month": "（年月）", "due": "（年/月/日）", "signed": "（是/否）", "is_leader": "（是/否）", "sex": "（男/女）",
    "phone": "（手机或固话）", "member_count": "（人）", "org_name": "（全称）", "name": "（本人姓名）", "text": "（一行一件）", "org_sealed": "（盖章填“是”）",
}  # fmt: skip


def decorate(random: Random, key: str, header: str, nth: int) -> str:
    """``header`` with what clerks write about one."""
    return random.choice(
        (
            lambda: f"{nth}.{header}", lambda: f"*{header}", lambda: f"{header}（必填）", lambda: f"{header}：", lambda: f"（{nth}）{header}",
            lambda: _broken(header), lambda: header + HINTS.get(key, ""), lambda: f"{header}*", lambda: f"★{header}", lambda: f"{nth}、{header}",
            lambda: f"　{header} ", lambda: _spaced(header) if len(header) <= 3 else header,
        )
    )()  # fmt: skip


def _broken(header: str) -> str:
    half = (len(header) + 1) // 2
    return f"{header[:half]}\n{header[half:]}"


def _spaced(header: str) -> str:
    return "  ".join(header)


@dataclass(frozen=True)
class Trap:
    """A column of the branch's own that looks like a field of ours: what stands in it, and beside which field."""

    header: tuple[str, ...]
    sheet: str
    beside: str
    fill: Callable[[Row, int, Random], object]
    may: tuple[str, ...] = ()

    def column(self, random: Random) -> Column:
        return Column("", random.choice(self.header), fill=lambda row, nth: self.fill(row, nth, random), may=self.may)


def _someone(row: Row, nth: int, random: Random) -> str:
    return random.choice(SURNAMES) + random.choice(("春生", "桂林", "翠萍", "大伟", "金凤", "云飞"))


def _later(key: str, low: int, high: int) -> Callable[[Row, int, Random], object]:
    """A month some years after that of a field."""

    def fill(row: Row, nth: int, random: Random) -> object:
        return f"{min(2010, int(row[key][:4]) + random.randint(low, high))}.{random.randint(1, 12):02d}"

    return fill


def _of(*words: object) -> Callable[[Row, int, Random], object]:
    return lambda row, nth, random: random.choice(words)


def _day(row: Row, nth: int, random: Random) -> object:
    return dt.datetime(2011, random.randint(1, 3), random.randint(1, 28))


LAST_YEAR = (
    "全年上公开课4次",
    "订阅党报党刊",
    "为灾区捐款",
    "慰问困难职工5人",
    "完成校舍维修",
    "组织一次集中义诊",
    "参加业务培训两次",
)
TRAPS = (
    Trap(("党内职务",), "members", "post", _of("支部书记", "组织委员", "宣传委员", "纪检委员", "无", "普通党员")),
    Trap(("职称", "专业技术职称"), "members", "post", _of("小学高级", "中学一级", "主治医师", "副主任医师", "主管护师", "助理会计师", "未评")),
    Trap(("学位",), "members", "education", _of("学士", "硕士", "无", "学士")),
    Trap(("毕业院校", "毕业学校及专业"), "members", "education", _of("常州师范学校", "省委党校", "江南教育学院", "东吴医学院")),
    Trap(("所学专业",), "members", "post", _of("汉语言文学", "临床医学", "数学教育", "会计学", "护理学")),
    Trap(("参加工作时间", "参加工作年月"), "members", "joined_month", _later("birth_month", 18, 23)),
    Trap(("转正时间", "转为正式党员时间"), "members", "joined_month", _later("joined_month", 1, 1)),
    Trap(("入团时间",), "members", "joined_month", _later("birth_month", 14, 18)),
    Trap(("任现职时间",), "members", "birth_month", _later("joined_month", 1, 9)),
    Trap(("身份证号", "公民身份号码"), "members", "birth_month",
         lambda row, nth, random: f"320499{row['birth_month'].replace('-', '')}{random.randint(1, 28):02d}{random.randint(100, 999)}0"),
    Trap(("籍贯",), "members", "ethnicity", lambda row, nth, random: f"{random.choice(PLACES)}{random.choice(('县', '市', '区'))}"),
    Trap(("家庭住址",), "members", "branch", lambda row, nth, random: f"{random.choice(PLACES)}路{random.randint(1, 99)}号"),
    Trap(("家庭电话", "宅电"), "members", "name", lambda row, nth, random: f"8{random.randint(1000000, 9999999)}"),
    Trap(("手机号码",), "members", "sex", lambda row, nth, random: f"139{random.randint(10000000, 99999999)}"),
    Trap(("年龄",), "members", "birth_month", lambda row, nth, random: 2011 - int(row["birth_month"][:4])),
    Trap(("党龄（年）",), "members", "joined_month", lambda row, nth, random: 2011 - int(row["joined_month"][:4])),
    Trap(("工号", "教工号"), "members", "member_no", lambda row, nth, random: random.randint(1001, 1999)),
    Trap(("入党介绍人",), "members", "name", _someone),
    Trap(("联系领导", "结对干部"), "members", "name", _someone),
    Trap(("政治面貌",), "members", "change", _of("中共党员", "中共预备党员")),
    Trap(("健康状况",), "members", "change", _of("良好", "健康", "一般")),
    Trap(("是否流动党员",), "members", "is_leader", _of("否", "否", "是")),
    Trap(("是否困难党员",), "members", "signed", _of("否", "否", "是")),
    Trap(("备注", "备 注"), "members", "joined_month", _of("2011.3", "2010年9月退休", "2009.7调入", "", "1998年7月任教")),
    Trap(("上年承诺", "去年承诺事项", "2010年承诺内容"), "items", "text", lambda row, nth, random: random.choice(LAST_YEAR)),
    Trap(("完成比例", "完成百分比"), "items", "status", _of("30%", "50%", "20%", "已过半")),
    Trap(("审核人",), "items", "responsible", _someone, ("reviewer",)),
    Trap(("监督人",), "items", "responsible", _someone),
    Trap(("协办人", "配合人"), "items", "responsible", _someone),
    Trap(("启动时间", "开始时间"), "items", "due", _day),
    Trap(("检查时间",), "items", "due", _day),
    Trap(("群众评价",), "items", "status", _of("满意", "较满意", "基本满意")),
    Trap(("自评得分",), "items", "item_no", lambda row, nth, random: random.randint(85, 100)),
    Trap(("所需经费（元）",), "items", "beneficiary", lambda row, nth, random: random.randint(2, 90) * 100),
    Trap(("备注",), "items", "due", _of("2011.5复查", "", "6月验收", "见记录本")),
)  # fmt: skip
"""Columns of which none may be read as ours."""
