"""Every rule: a case that breaks it, with exactly its code, severity and cell, and a near miss that passes."""

import os
from dataclasses import dataclass, field

import pandas as pd
import pytest
from xlsxwriter.utility import xl_col_to_name

from pledgebatch.intake.batch import read_batch
from pledgebatch.intake.find import find
from pledgebatch.intake.registry import read_registry
from pledgebatch.notice.parameters import Parameters
from pledgebatch.notice.periods import Period
from pledgebatch.pipeline.month import check_month
from pledgebatch.publish.workbook import FORM_ROWS
from pledgebatch.rules.book import RULES
from pledgebatch.schema.sheets import BY_KEY
from tests import books
from tests.books import ITEM, ITEMS, MEMBER, MEMBERS, REGISTRY, changed

RIGHT_NAME = "云溪一小党支部_承诺台账_{}.xlsx"
SECOND = {"unit_code": "S2", "org_name": "云溪二小党支部", "unit_name": "云溪二小", "relation": "指导"}
S2_MEMBERS = [
    row | {"branch": "云溪二小党支部", "birth_month": month}
    for row, month in zip(MEMBERS, ("1971-05", "1983-11", "1941-02"), strict=True)
]
E, W, N = "error", "warning", "notice"


def at(sheet: str, key: str, index: int = 0) -> str:
    """The cell of a field in a workbook written for a test."""
    if sheet == "organisations":
        return f"B{FORM_ROWS[key] + 1}"
    return f"{xl_col_to_name([f.key for f in BY_KEY[sheet].fields].index(key))}{index + 4}"


@dataclass
class Sent:
    """What S1 sends: a right workbook but for this."""

    head: dict = field(default_factory=dict)
    members: list = field(default_factory=lambda: MEMBERS)
    items: list = field(default_factory=lambda: ITEMS)
    period: str = "2011-03"
    name: str = ""
    more: dict = field(default_factory=dict)
    other: dict | None = None
    """A second workbook: name, head, members."""
    damage: object = None


def month(folder, sent: Sent):
    inbox = folder / "inbox"
    head = {"period": sent.period, "year": sent.period[:4]} | sent.head
    digits = sent.period.replace("-", "")
    path = inbox / (sent.name or RIGHT_NAME.format(digits))
    books.write(path, head, sent.members, sent.items, sent.period, **sent.more)
    os.utime(path, (1_300_000_000, 1_300_000_000))
    if sent.damage:
        sent.damage(path)
    others = [sent.other] if sent.other is not None else []
    for other in others:
        members = other.get("members", S2_MEMBERS)
        also = inbox / other.get("name", f"云溪二小党支部_承诺台账_{digits}.xlsx")
        books.write(also, head | other.get("head", SECOND), members, other.get("items", ITEMS), sent.period)
        os.utime(also, (1_300_000_100, 1_300_000_100))
    books.write_registry(folder / "registry.xlsx", REGISTRY)
    registry, _ = read_registry(folder / "registry.xlsx")
    period = Period.parse(sent.more.get("consolidated", sent.period))
    batch = read_batch(list(enumerate(find(inbox))), period.year)
    return check_month(batch, registry, period, Parameters(), None)


def told(folder, sent: Sent) -> set[tuple[str, str, str]]:
    """Rule, severity and cell of every finding, but for the organisation that sent nothing."""
    found = month(folder, sent).findings
    found = found[found["rule"] != "DDL03"]
    return {
        (rule, severity, "" if pd.isna(cell) else cell)
        for rule, severity, cell in found[["rule", "severity", "cell"]].itertuples(index=False)
    }


def head(**fields):
    return Sent(head=fields)


def member(index=1, **fields):
    return Sent(members=changed(MEMBERS, index, **fields))


def item(index=1, **fields):
    return Sent(items=changed(ITEMS, index, **fields))


def april(sent: Sent) -> Sent:
    sent.period = "2011-04"
    return sent


def rename_header(path):
    import openpyxl

    book = openpyxl.load_workbook(path)
    sheet = book["承诺事项"]
    sheet[at("items", "due", -1)].value = "时限"
    book.save(path)


def drop_sheet(path):
    import openpyxl

    book = openpyxl.load_workbook(path)
    del book["遗留问题"]
    book.save(path)


def cut_short(path):
    path.write_bytes(path.read_bytes()[:3000])


def another_code(path):
    import openpyxl

    book = openpyxl.load_workbook(path)
    book["_pledgebatch"]["B1"].value = "S2"
    book.save(path)


M, I, O = "members", "items", "organisations"  # noqa: E741
LONG = "阿" * 51
BREACHES = [
    ("FIL01", E, at(I, "due", -1), Sent(damage=rename_header)),
    ("FIL01", E, "", Sent(damage=drop_sheet)),
    ("FIL02", W, "", Sent(name="甲.xlsx", other={"head": {"head": "李 明"}, "members": MEMBERS, "name": RIGHT_NAME.format("201103")})),
    ("FIL03", E, at(O, "period"), head(period="2011-02")),
    ("FIL03", E, at(O, "year"), head(year="2010")),
    ("FIL04", N, "", Sent(name="承诺台账.xlsx")),
    ("FIL05", E, "", Sent(damage=cut_short)),
    ("ORG01", E, at(O, "unit_code"), head(unit_code="S9")),
    ("ORG01", E, at(O, "org_name"), Sent(head={"org_name": "云溪一小支部"}, name="云溪一小支部_承诺台账_201103.xlsx")),
    ("ORG01", E, at(O, "unit_code"), Sent(damage=another_code)),
    ("ORG02", E, at(O, "member_count"), head(member_count="")),
    ("ORG02", E, at(O, "member_count"), head(member_count="三四个")),
    ("ORG02", E, at(O, "member_count"), head(member_count="0")),
    ("ORG03", E, at(O, "member_count"), head(member_count="4")),
    ("ORG04", N, at(O, "member_count"), Sent(head={"member_count": "2"}, members=MEMBERS[:2])),
    ("ORG04", N, at(O, "member_count"), head(org_type="党总支")),
    ("ORG05", E, at(O, "head"), head(head="")),
    ("ORG05", W, at(O, "head"), head(head="王芳")),
    ("ORG06", E, at(O, "phone"), head(phone="")),
    ("ORG06", W, at(O, "phone"), head(phone="1381234")),
    ("ORG07", E, at(O, "unit_category"), head(unit_category="学校")),
    ("ORG08", E, at(O, "parent_org"), head(parent_org="")),
    ("ORG08", E, at(O, "parent_org"), head(parent_org="云溪一小党支部")),
    ("ORG08", E, at(O, "parent_org"), head(parent_org="某某党委")),
    ("MEM01", E, at(M, "name", 2), member(2, name="")),
    ("MEM01", E, at(M, "name", 2), member(2, name="赵强1")),
    ("MEM01", E, at(M, "name", 2), member(2, name="赵（强）")),
    ("MEM01", E, at(M, "name", 2), member(2, name=LONG)),
    ("MEM02", E, at(M, "sex", 1), member(sex="女性")),
    ("MEM03", E, at(M, "birth_month", 1), member(birth_month="1982")),
    ("MEM03", E, at(M, "birth_month", 1), member(birth_month="1982-13")),
    ("MEM03", E, at(M, "birth_month", 2), member(2, birth_month="1899-03", joined_month="1926-01")),
    ("MEM04", E, at(M, "ethnicity", 1), member(ethnicity="汗族")),
    ("MEM05", E, at(M, "post", 1), member(post="")),
    ("MEM05", E, at(M, "post", 1), member(post="无")),
    ("MEM06", E, at(M, "joined_month", 1), member(joined_month="2011-04")),
    ("MEM06", E, at(M, "joined_month", 1), member(joined_month="去年")),
    ("MEM07", W, at(M, "joined_month", 1), member(joined_month="2000-10")),
    ("MEM08", E, at(M, "education", 1), member(education="")),
    ("MEM08", W, at(M, "education", 1), member(education="高深")),
    ("MEM09", E, at(M, "branch", 1), member(branch="云溪二小党支部")),
    ("MEM09", E, at(M, "branch", 1), member(branch="")),
    ("MEM10", E, at(M, "post_type", 1), member(post_type="教师岗位")),
    ("MEM11", E, at(M, "is_leader", 1), member(is_leader="不清楚")),
    ("MEM11", W, at(M, "is_leader", 1), member(post="数学教师、教导主任")),
    ("MEM12", E, at(M, "name", 1), Sent(head={"member_count": "4"}, members=[*MEMBERS, MEMBERS[1] | {"member_no": "4"}])),
    ("MEM12", W, at(M, "name", 0), Sent(other={"members": [m | {"branch": "云溪二小党支部", "birth_month": b} for m, b in zip(MEMBERS, ("1970-05", "1971-01", "1941-01"), strict=True)]})),
    ("MEM16", E, at(M, "member_no", 2), member(2, member_no="")),
    ("MEM16", E, at(M, "member_no", 1), member(2, member_no="2")),
    ("COV01", E, "", Sent(items=ITEMS[3:])),
    ("COV02", E, at(M, "name", 1), Sent(items=ITEMS[:6])),
    ("COV03", E, at(M, "oral_reason", 2), member(2, oral_reason="")),
    ("COV03", E, at(M, "oral_study_date", 2), member(2, oral_study_date="开过会")),
    ("DDL03", W, "", april(Sent())),
    ("ITM01", E, at(I, "text", 9), Sent(items=[*ITEMS, ITEM | {"item_no": "Z9", "text": ""}])),
    ("ITM03", E, at(I, "due", 1), item(due="")),
    ("ITM05", W, at(I, "due", 1), item(due="2012-01-01")),
    ("ITM05", E, at(I, "due", 1), item(due="2011-03-07")),
    ("ITM05", E, at(I, "due", 4), item(4, due="3月4日")),
    ("ITM14", E, at(I, "part", 1), item(part="其他")),
    ("ITM14", W, at(I, "part", 0), Sent(items=[row for row in ITEMS if row["item_no"] != "Z3"])),
    ("ITM14", N, at(I, "part", 0), Sent(head={"unit_category": "局机关"}, items=[row for row in ITEMS if row["item_no"] != "Z3"])),
    ("ITM24", E, at(I, "item_no", 1), item(item_no="")),
    ("ITM24", E, at(I, "item_no", 2), item(item_no="z3")),
    ("ITM25", E, at(I, "member_no", 9), Sent(items=[*ITEMS, ITEMS[3] | {"item_no": "X", "member_no": "9", "name": ""}])),
    ("ITM25", E, at(I, "name", 4), item(4, name="李鸣")),
    ("TRK01", E, at(I, "status", 1), april(item(status=""))),
    ("TRK02", E, at(I, "done_date", 1), april(item(status="已完成", result="签到表"))),
    ("TRK02", E, at(I, "done_date", 1), april(item(status="已完成", done_date="2011-05-01", result="签到表"))),
    ("TRK02", E, at(I, "result", 1), april(item(status="已完成", done_date="2011-04-30"))),
    ("TRK03", E, at(I, "due", 1), april(item(due="2011-04-29"))),
    ("TRK03", N, at(I, "due", 1), april(item(due="2011-05-30"))),
    ("FLD01", W, at(O, "filled_on"), head(filled_on="上周五")),
    ("FLD01", W, at(I, "due", 1), item(due="长期坚持")),
    ("FLD02", N, at(I, "basis", 1), item(basis="")),
    ("FLD02", N, at(M, "pledge_form", 1), member(pledge_form="")),
]  # fmt: skip
PAIRED = {
    ("FIL01", at(I, "due", -1)): {("FIL01", E, at(I, "due", -1))},
    ("FIL02", ""): {("FIL02", W, "")},
    ("MEM12", at(M, "name", 1)): {("MEM12", E, at(M, "name", 1)), ("MEM12", E, at(M, "name", 3))},
    ("MEM16", at(M, "member_no", 1)): {("MEM16", E, at(M, "member_no", 1)), ("MEM16", E, at(M, "member_no", 2))},
    ("ITM24", at(I, "item_no", 2)): {("ITM24", E, at(I, "item_no", 1)), ("ITM24", E, at(I, "item_no", 2))},
}
"""Breaches that involve more than one row: each is told."""


@pytest.mark.parametrize(
    ("rule", "severity", "cell", "sent"), BREACHES, ids=[f"{b[0]}-{n}" for n, b in enumerate(BREACHES)]
)
def test_a_breach_is_told_once_at_its_cell(tmp_path, rule, severity, cell, sent):
    expected = PAIRED.get((rule, cell), {(rule, severity, cell)})
    if rule == "DDL03":
        found = month(tmp_path, sent).findings
        assert set(found[["rule", "severity", "organisation"]].itertuples(index=False, name=None)) == {
            (rule, severity, "S2")
        }
    else:
        assert told(tmp_path, sent) == expected


NEAR_MISSES = {
    "FIL01": Sent(),
    "FIL02": Sent(other={}),
    "FIL03": head(period="2011年3月"),
    "FIL04": Sent(name="分支/云溪一小党支部_承诺台账_201103.xlsx"),
    "FIL05": Sent(),
    "ORG01": head(unit_code="ｓ１", org_name=" 云溪一小党支部　"),
    "ORG02": head(member_count="3人"),
    "ORG03": Sent(
        members=[*MEMBERS, MEMBER | {"member_no": "4", "name": "钱进", "birth_month": "1980-01", "change": "转出"}]
    ),
    "ORG04": Sent(head={"member_count": "三"}),
    "ORG05": head(head="李　明"),
    "ORG06": head(phone="85501234"),
    "ORG07": head(unit_category="公办 学校"),
    "ORG08": head(parent_org="P0"),
    "MEM01": member(2, name="阿依古丽•买买提"),
    "MEM02": member(sex=" 女 "),
    "MEM03": member(birth_month="82.11"),
    "MEM04": member(ethnicity="汉"),
    "MEM05": member(2, post="无"),
    "MEM06": member(joined_month="2011年3月"),
    "MEM07": member(joined_month="2000-11"),
    "MEM08": member(education="本科"),
    "MEM09": member(branch="云溪一小 党支部"),
    "MEM10": member(post_type="服务岗位"),
    "MEM11": member(post="三年级班主任、主任医师"),
    "MEM12": Sent(
        head={"member_count": "4"}, members=[*MEMBERS, MEMBERS[2] | {"member_no": "4", "birth_month": "1940-03"}]
    ),
    "MEM16": Sent(),
    "COV01": Sent(items=[row | {"pledger": " 组织"} if row["pledger"] == "组织" else row for row in ITEMS]),
    "COV02": member(2, pledge_form="口头"),
    "COV03": member(2, oral_study_date="3月4日"),
    "DDL03": Sent(),
    "ITM01": Sent(items=[*ITEMS, {"item_no": "Z9"}]),
    "ITM03": item(due="年底前"),
    "ITM05": item(due="2011-12-31"),
    "ITM14": Sent(head={"unit_category": "民办学校"}),
    "ITM24": item(item_no="Z2-1"),
    "ITM25": item(4, name="李 明"),
    "TRK01": item(status="未开始"),
    "TRK02": april(item(status="已完成", done_date="2011-04-30", result="签到表")),
    "TRK03": april(item(due="2011-05-31")),
    "FLD01": head(filled_on="2011.3.20"),
    "FLD02": Sent(items=[row | {"status": "", "basis": row["basis"]} for row in ITEMS]),
}


@pytest.mark.parametrize("rule", NEAR_MISSES)
def test_a_near_miss_is_not_told(tmp_path, rule):
    assert told(tmp_path, NEAR_MISSES[rule]) == set()


def test_no_rule_is_forgotten():
    codes = {rule.code for rule in RULES}
    assert {breach[0] for breach in BREACHES} == codes
    assert set(NEAR_MISSES) == codes
