"""Made-up months: rows written as people type them, understood and judged by the program's own functions."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

import pandas as pd

from pledgebatch.months.archive import in_ledger
from pledgebatch.months.understood import list_understood
from pledgebatch.notice.lists import CATEGORIES
from pledgebatch.notice.parameters import Parameters
from pledgebatch.notice.periods import Period, stages_due
from pledgebatch.pipeline.accounts import set_rows_aside
from pledgebatch.pipeline.coverage import count_pledges, list_coverage
from pledgebatch.pipeline.verdicts import decide_verdicts, find_unanswered
from pledgebatch.rules.book import BY_CODE
from pledgebatch.schema.fields import Sheet
from pledgebatch.schema.frames import (
    CHANGE,
    CORRECTED,
    FINDING,
    OF_NO_SHEET,
    RECONCILIATION,
    SUBMISSION,
    UNREAD,
    columns_of,
    empty,
    frame,
)
from pledgebatch.schema.kinds import RAW, understand
from pledgebatch.schema.month import Month
from pledgebatch.schema.sheets import BOOK_SHEETS, REGISTRY, SHEETS
from pledgebatch.schema.states import LIVE, State

PERIOD = Period(2011, 5)
OFFICE = "D01"
FIRST_ROW = 4
"""Where the rows of a table begin in the standard workbook."""
Row = Mapping[str, str]


@dataclass
class Unit:
    """An organisation, what became of its workbook, and the rows typed into it, by sheet key."""

    code: str
    name: str
    category: str = CATEGORIES[1]
    parent: str = OFFICE
    state: State = State.ACCEPTED
    rows: dict[str, list[Row]] = field(default_factory=dict)

    @property
    def file(self) -> str:
        return f"{self.name}_承诺台账_201105.xlsx"


def member(number: int, name: str, **more: str) -> Row:
    """A member as typed; ``more`` overrides."""
    return {
        "member_no": str(number), "name": name, "sex": "女", "birth_month": "1975-08", "ethnicity": "汉", "post": "教师",
        "joined_month": "1999年7月", "education": "大学本科", "branch": "第一小学党支部", "post_type": "专业技术岗位",
        "is_leader": "否", "pledge_form": "书面",
    } | more  # fmt: skip


def item(number: str, text: str, **more: str) -> Row:
    """An item of the organisation as typed; ``more`` overrides."""
    return {
        "item_no": number, "pledger": "组织", "part": "共性", "text": text, "measures": "每月召开一次座谈会",
        "due": "2011-06-30", "status": "进行中",
    } | more  # fmt: skip


def finding(code: str, organisation: str, message: str, **more: object) -> dict[str, object]:
    """A finding of rule ``code``; clause and severity are the rule's unless ``more`` says otherwise."""
    rule = BY_CODE[code]
    record = {"organisation": organisation, "rule": code, "message": message, "clause": rule.clause}
    return record | {"severity": str(rule.severity)} | more


def month_of(
    units: Sequence[Unit],
    findings: Iterable[dict[str, object]] = (),
    strays: Iterable[dict[str, object]] = (),
    period: Period = PERIOD,
    not_evaluated: Mapping[str, str] | None = None,
) -> Month:
    """The month in which ``units`` reported; ``strays`` are files received besides."""
    received = [unit for unit in units if unit.state is not State.MISSING]
    registry = _registry(units)
    submissions = _submissions(received, strays)
    tables = {sheet.key: _typed(sheet, received, period) for sheet in BOOK_SHEETS}
    marked, aside = set_rows_aside(tables, submissions)
    marked = {key: rows.assign(**{CORRECTED: pd.Series(pd.NA, rows.index, "str")}) for key, rows in marked.items()}
    files = {unit.code: unit.file for unit in received}
    found = frame(FINDING, [{"file": files.get(str(each["organisation"])), **each} for each in findings])
    coverage = list_coverage(registry, submissions, count_pledges(marked, empty(UNREAD)), found)
    due, unsaid = stages_due(period), dict(not_evaluated or {})
    return Month(
        period=period,
        parameters=Parameters(),
        registry=registry,
        submissions=submissions,
        coverage=coverage,
        tables={
            **marked,
            **{name: empty(columns) for name, columns in OF_NO_SHEET.items()},
            "understood": list_understood(in_ledger(marked)),
        },
        findings=found,
        verdicts=decide_verdicts(coverage, found, find_unanswered(marked), unsaid, due),
        set_aside=aside,
        reconciliation=_reconciliation(received, marked),
        changes=empty(CHANGE),
        not_evaluated=unsaid,
    )


def _registry(units: Sequence[Unit]) -> pd.DataFrame:
    office = {"organisation": OFFICE, "unit_code": OFFICE, "org_name": "教育局党工委", "reports": "否"}
    rows: list[dict[str, object]] = [office]
    for unit in units:
        rows.append(
            {
                "organisation": unit.code,
                "unit_code": unit.code,
                "org_name": unit.name,
                "unit_category": unit.category,
                "unit_name": unit.name.removesuffix("党支部"),
                "parent_code": unit.parent,
                "relation": "直属",
                "reports": "是",
                "contact": "周敏",
                "phone": "0519-85501234",
                "email": f"{unit.code}@example.org".lower(),
            }  # fmt: skip
        )
    return frame(columns_of(REGISTRY), rows)


def _submissions(received: Sequence[Unit], strays: Iterable[dict[str, object]]) -> pd.DataFrame:
    rows: list[dict[str, object]] = []
    for unit in received:
        known = {"organisation": unit.code, "file": unit.file, "state": str(unit.state)}
        rows.append(known | {"received": "2011-05-28 09:30:00", "reason": REASONS.get(unit.state)})
    rows.extend({"received": "2011-05-29 16:05:00", **stray} for stray in strays)
    known_of_all = ({"submission": n, "size": 20_480, "sha256": f"{n:064x}"} for n in range(1, len(rows) + 1))
    return frame(SUBMISSION, [known | row for known, row in zip(known_of_all, rows, strict=True)])


REASONS = {State.UNREADABLE: "文件已加密，请取消密码后重新报送", State.WRONG_PERIOD: "不是 2011-05 的工作簿"}


def _typed(sheet: Sheet, received: Sequence[Unit], period: Period) -> pd.DataFrame:
    rows: list[dict[str, object]] = []
    for number, unit in enumerate(received, 1):
        for row, typed in enumerate(unit.rows.get(sheet.key, []), FIRST_ROW):
            place = {"submission": number, "organisation": unit.code, "file": unit.file}
            record: dict[str, object] = place | {"row": None if sheet.form else row}
            for each in sheet.fields:
                record[each.key + RAW] = typed.get(each.key, "")
                record[each.key] = understand(each, typed.get(each.key, ""), period.year)
            rows.append(record)
    return frame(columns_of(sheet), rows)


def _reconciliation(received: Sequence[Unit], marked: Mapping[str, pd.DataFrame]) -> pd.DataFrame:
    rows: list[dict[str, object]] = []
    for unit in received:
        for sheet in SHEETS if unit.state in LIVE else ():
            own = marked[sheet.key].loc[marked[sheet.key]["organisation"] == unit.code, "set_aside"]
            aside, blank = int(own.notna().sum()), 0 if sheet.form else 1
            counts = {"read": len(own) + blank, "ledger": len(own) - aside, "set_aside": aside, "blank": blank}
            rows.append({"organisation": unit.code, "file": unit.file, "sheet": sheet.name, **counts})
    return frame(RECONCILIATION, rows)


SCHOOLS = (
    "第一小学", "第二小学", "实验小学", "清潭小学", "香梅小学", "飞龙小学", "三井小学", "薛家小学", "第一中学", "实验中学",
    "新北中学", "奔牛中学", "河海中学", "百草园幼儿园", "三井医院", "孟河卫生院", "西夏墅卫生院", "罗溪卫生院", "春江卫生院",
    "新桥卫生院", "外国语学校", "同济民办学校", "广仁医院", "局机关",
)  # fmt: skip
STATES = {
    2: State.RETURNED, 5: State.RETURNED, 7: State.NIL, 9: State.LATE, 11: State.UNREADABLE, 12: State.RETURNED,
    15: State.MISSING, 17: State.WRONG_PERIOD, 19: State.MISSING, 22: State.RETURNED,
}  # fmt: skip
PLEDGES = (
    ("共性", "6 月底前为 120 名外来务工人员子女建立成长档案"),
    ("岗位", "每周三下午开放图书馆，全年接待学生不少于 4,000 人次"),
    ("创新", "与三个社区结对，每季度办一次家庭教育讲座"),
)
SURNAMES, GIVEN = "王李张刘陈杨黄赵周吴", ("敏", "建国", "丽华", "志强", "秀英", "晓东", "海燕", "文斌")


def county() -> Month:
    """A whole month of 24 organisations, with every state and findings of each severity."""
    units = [_unit(number, name) for number, name in enumerate(SCHOOLS, 1)]
    findings = [found for unit in units for found in _found(unit)]
    strays: list[dict[str, object]] = [
        {"organisation": "X99", "file": "新建小学_承诺台账_201105.xlsx", "state": "unknown_organisation",
         "reason": "组织编码不在单位名册中"},
        {"file": "报表/扫描件.pdf", "state": "unreadable", "reason": "这是 PDF 文件，请报送 Excel 工作簿"},
        {"organisation": "C001", "file": "第一小学党支部(旧).xlsx", "state": "superseded",
         "reason": "以后报的“第一小学党支部_承诺台账_201105.xlsx”为准"},
    ]  # fmt: skip
    return month_of(units, findings, strays, not_evaluated={"FIL05": "本年度没有上月台账可供比较"})


def _unit(number: int, name: str) -> Unit:
    category = CATEGORIES[0 if number == 24 else 4 if number == 23 else 3 if number > 20 else 2 if number > 14 else 1]
    unit = Unit(f"C{number:03d}", f"{name}党支部", category, state=STATES.get(number, State.ACCEPTED))
    names = [SURNAMES[(number + n) % 10] + GIVEN[(number * 3 + n) % 8] for n in range(number % 5 + 4)]
    unit.rows["organisations"] = [
        {"unit_code": unit.code, "org_name": unit.name, "member_count": str(len(names)), "head": names[0]}
    ]
    unit.rows["members"] = [member(n, each, branch=unit.name) for n, each in enumerate(names, 1)]
    unit.rows["members"][-1] = member(len(names), names[-1], pledge_form="口头", oral_reason="年老体弱")
    unit.rows["items"] = [
        item(
            f"Z{n}", text, part=part, publicity="会议", publicity_date="2011-03-12", due=f"2011-0{3 + n}-{10 + number}"
        )
        for n, (part, text) in enumerate(PLEDGES, 1)
    ]
    for n, each in enumerate(names[:-1], 1):
        part, text = PLEDGES[n % 3]
        mine = {"pledger": "党员", "member_no": str(n), "name": each, "part": part}
        unit.rows["items"].append(item(f"D{n}", f"{text}（{each}）", due="12月底前", **mine))
    if number % 6 == 0:
        unit.rows["items"].append(item("D99", "", due="等通知"))
    return unit


def _found(unit: Unit) -> list[dict[str, object]]:
    if unit.state is State.MISSING:
        return [finding("DDL03", unit.code, "本月尚未收到承诺工作簿，请尽快报送")]
    if unit.state is State.UNREADABLE:
        return [finding("FIL05", unit.code, "文件无法读取：文件已加密，请取消密码后重新报送")]
    found: list[dict[str, object]] = []
    if unit.state is State.RETURNED:
        place: dict[str, object] = {"sheet": "党员承诺", "field": "birth_month"}
        message = "“出生年月”填的“85.3”不能识别，请填年月，如 1985-03"
        found += [finding("MEM03", unit.code, message, **place, row=n, cell=f"D{n}", value="85.3") for n in range(5, 8)]
        who = str(unit.rows["members"][1]["name"])
        message = f"“{who}”没有书面承诺事项，也没有口头承诺记录，请补填承诺事项，或按口头承诺填写原因和研究日期"
        found += [finding("COV02", unit.code, message, sheet="党员承诺", field="name", row=5, cell="B5", value=who)]
        message = "“完成时限”未填写，请填完成时限，如 2011-06-30 或 6月底前"
        place = {"sheet": "承诺事项", "field": "due"}
        found += [finding("ITM03", unit.code, message, **place, row=n, cell=f"I{n}", value="") for n in (4, 6, 7, 9)]
    if unit.state in (State.ACCEPTED, State.RETURNED, State.LATE) and int(unit.code[1:]) % 3 == 0:
        message = "缺少“创新”内容，请补上"
        found.append(
            finding("ITM14", unit.code, message, sheet="承诺事项", field="part", row=4, cell="E4", value="共性")
        )
    if int(unit.code[1:]) % 4 == 0:
        message = "文件名应为“党组织名称_承诺台账_年月”，下次请按此命名"
        found.append(finding("FIL04", unit.code, message, severity="notice"))
    return found
