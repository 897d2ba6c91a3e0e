"""The compliance report and the receipt, read as a branch reads them."""

import html
import re

import pytest

from pledgebatch.notice.clauses import CLAUSES
from pledgebatch.publish import agenda
from pledgebatch.publish.dossier import make_dossiers
from pledgebatch.publish.report import MOST_LINES, render_receipt, render_report
from pledgebatch.rules.book import BY_CODE, RULES
from pledgebatch.schema.states import State
from pledgebatch.workbooks.causes import APART, places_in_words
from pledgebatch.workbooks.findings import findings_of
from tests.publish.months import FIRST_ROW, Unit, county, finding, item, member, month_of
from tests.publish.pages import OUTSIDE, section, words

CODE = "C001"


def unit(state=State.ACCEPTED, **rows):
    return Unit(CODE, "第一小学党支部", state=state, rows=rows)


def report_of(month, code):
    return render_report(month, make_dossiers(month)[code])


def receipt_of(month, code):
    return render_receipt(month, make_dossiers(month)[code])


def report(*found, state=State.RETURNED, **more):
    return report_of(month_of([unit(state)], found, **more), CODE)


def due(row, message="“完成时限”未填写，请填完成时限", **more):
    place = {"sheet": "承诺事项", "field": "due", "row": row, "cell": f"D{row}"}
    return finding("ITM03", CODE, message, **place | more)


def test_every_clause_appears_once_in_the_order_of_the_notice():
    page = report(due(17))
    assert re.findall(r"<tr><th scope=\"row\"><strong>(.+?)</strong>", page) == [clause.number for clause in CLAUSES]


def test_a_clause_says_its_verdict_and_what_was_found():
    page = report(due(17), due(21), finding("FIL04", CODE, "文件名不合要求", severity="notice"))
    shown = section(page, "逐条对照")
    assert (
        "附件1 基层党组织公开承诺书 名称、人数、负责人、电话、事项与时限、盖章与日期、上级审定。 不合格 2 个错误"
        in shown
    )
    assert "一 目的意义 说明为什么要开展公开承诺，不对填报提出要求。 不适用" in shown


@pytest.mark.parametrize(
    ("state", "found", "expected"),
    [
        (State.ACCEPTED, [], "已接收。 没有发现问题。"),
        (State.RETURNED, [due(4)], "退回修改。 有 1 个错误。请改正错误后重新报送；警告和提示请一并核对。"),
        (State.ACCEPTED, [due(4, severity="warning")], "已接收。 没有错误；有 1 个警告，请核对。"),
        (State.MISSING, [], "未报。 本月还没有收到承诺工作簿，请尽快报送。"),
        (State.UNREADABLE, [], "无法读取。 收到的文件不能采用，请按下面的说明重新报送。"),
    ],
)
def test_the_verdict_stands_on_top_in_plain_words(state, found, expected):
    page = report(*found, state=state)
    assert words(page[page.index("<main>") :]).startswith(expected)


def test_findings_with_the_same_message_stand_together_with_their_cells():
    page = report(*(due(row) for row in range(17, 29)))
    shown = section(page, "问题和改法")
    assert shown.count("“完成时限”未填写，请填完成时限") == 1
    assert "《承诺事项》D17–D28 共 12 处" in shown


def test_cells_are_told_sheet_by_sheet():
    found = county().findings
    some = found[(found["organisation"] == "C002") & found["cell"].notna()]
    assert places_in_words(findings_of(some), {}) == "《党员承诺》B5、D5–D7 共 4 处；《承诺事项》I4、I6、I7、I9 共 4 处"


def test_the_message_comes_before_the_code_and_the_mending_between():
    shown = section(report(due(17)), "问题和改法")
    places = [
        shown.index(part) for part in ("“完成时限”未填写", "D17", f"改法： {BY_CODE['ITM03'].mend}", "规则 ITM03")
    ]
    assert places == sorted(places)


def test_what_was_typed_is_shown_unless_the_message_says_it():
    shown = section(report(due(17, value="等通知"), due(18, value="再议")), "问题和改法")
    assert "原来填的： “等通知”、“再议”" in shown
    again = finding("MEM03", CODE, "“出生年月”填的“85.3”不能识别", sheet="党员承诺", cell="D5", value="85.3")
    assert "原来填的" not in words(report(again))


def test_errors_come_before_warnings_and_many_before_few():
    found = [finding("FIL04", CODE, "文件名", severity="notice"), finding("ITM14", CODE, "缺少“创新”内容"), due(4)]
    found += [finding("MEM03", CODE, "“出生年月”未填写", sheet="党员承诺", cell=f"D{row}") for row in (5, 6)]
    codes = re.findall(r"规则 (\w+)", section(report(*found), "问题和改法"))
    assert codes == ["MEM03", "ITM03", "ITM14", "FIL04"]


def test_the_repairs_that_remove_most_errors_come_first_and_are_three():
    counts = {"ITM03": 4, "MEM03": 3, "MEM02": 2, "MEM08": 1}
    found = [
        finding(code, CODE, f"{code} 第 {n} 处", sheet="党员承诺", cell=f"C{n}")
        for code, count in counts.items()
        for n in range(count)
    ]
    page = report(*found)
    shown = section(page, "先改这几处")
    places = [shown.index(BY_CODE[code].mend) for code in ("ITM03", "MEM03", "MEM02")]
    assert places == sorted(places)
    assert "减少 1 个问题" not in shown
    assert "改后减少 4 个问题： 《党员承诺》C0–C3 共 4 处" in shown


def test_a_repair_says_field_value_and_what_to_type():
    sex = {"sheet": "党员承诺", "field": "sex", "row": 5, "cell": "C5", "value": "女士"}
    wrong = finding("MEM02", CODE, "“性别”填的“女士”不能识别，请填：男、女（是否“女”？）", **sex)
    shown = section(report(wrong, *(due(row) for row in (17, 18))), "先改这几处")
    assert "《承诺事项》完成时限 现在空着， 请填：完成时限，如 2011-06-30 或 6月底前 。改后减少 2 个问题" in shown
    assert "《党员承诺》性别 现在填的是“女士”， 改填“女” 。" in shown


def test_a_place_is_named_for_who_has_no_spreadsheet_at_hand():
    rows = {
        "members": [member(1, "王芳")],
        "items": [item("Z1", "年内为全校教师办两期课堂观察培训班"), item("Z2", "办好食堂")],
    }
    found = [
        due(FIRST_ROW),
        due(FIRST_ROW + 1),
        finding("MEM02", CODE, "“性别”未填写", sheet="党员承诺", field="sex", row=FIRST_ROW, cell="C4"),
    ]
    shown = section(report_of(month_of([unit(State.RETURNED, **rows)], found), CODE), "问题和改法")
    assert "《承诺事项》D4、D5 共 2 处：Z1“年内为全校教师办两期课堂观…”、Z2“办好食堂”" in shown
    assert "《党员承诺》C4：王芳" in shown


def test_what_differs_in_what_it_quotes_alone_is_one_line_where_it_is_much():
    def shown(count):
        found = [
            finding(
                "COV02",
                CODE,
                f"“党员{n}”没有书面承诺事项",
                sheet="党员承诺",
                field="name",
                cell=f"B{n}",
                row=n,
                value=f"党员{n}",
            )
            for n in range(4, 4 + count)
        ]
        return section(report(*found), "问题和改法")

    assert shown(APART).count("”没有书面承诺事项") == APART
    assert shown(12).count("”没有书面承诺事项") == 1
    assert "“…”没有书面承诺事项 位置： 《党员承诺》B4–B15 共 12 处" in shown(12)
    assert "原来填的： “党员4”、“党员5”、“党员6”等" in shown(12)


def test_a_rule_with_many_messages_names_the_rest_by_cell():
    words = "甲乙丙丁戊己庚辛壬"[: MOST_LINES + 3]
    found = [
        finding("COV02", CODE, f"{word}种情况，没有承诺事项", sheet="党员承诺", cell=f"B{n}", value=word)
        for n, word in enumerate(words, 4)
    ]
    shown = section(report(*found), "问题和改法")
    assert shown.count("种情况，没有承诺事项") == MOST_LINES
    assert "同类问题另有 3 处： 《党员承诺》B10–B12 共 3 处" in shown


def test_a_report_is_small_even_with_five_hundred_different_findings():
    members = [member(n, f"党员{n}") for n in range(1, 51)]
    found = [
        finding(
            RULES[n % len(RULES)].code, CODE, f"第 {n} 处：“{'很长的内容' * 8}”不符合要求，请按栏目说明改正",
            sheet="党员承诺", row=n + 4, cell=f"D{n + 4}", value=f"原来填的第 {n} 项" * 20,
        )
        for n in range(500)
    ]  # fmt: skip
    page = report_of(month_of([unit(State.RETURNED, members=members)], found), CODE)
    assert len(page.encode()) < 200_000


HOSTILE = ["<script>alert(1)</script>", '"><img src=x onerror=alert(1)>', "{{ 7*7 }}", "&lt;b&gt;", "'; DROP"]


@pytest.mark.parametrize("text", HOSTILE)
def test_what_a_branch_typed_is_shown_not_run(text):
    found = due(4, value=text, message=f"“{text}”不能识别")
    month = month_of([Unit(CODE, text, state=State.RETURNED, rows={"items": [item("Z1", text)]})], [found])
    for page in (report_of(month, CODE), receipt_of(month, CODE)):
        assert text in html.unescape(page)
        assert not re.search("<(script|img)", page)


def test_rules_not_evaluated_are_told_with_the_reason():
    reason = "本年度没有上月台账可供比较"
    page = report(not_evaluated={"TRK01": reason, "TRK03": reason})
    assert f"{reason}：TRK01、TRK03" in section(page, "未能核验的规则")


def test_questions_left_to_the_reviewer_are_counted_apart():
    asked = {"organisation": CODE, "sheet": "承诺事项", "rule": "REV02", "clause": "五.3", "severity": "error"}
    places = [{"row": row, "field": "advanced", "cell": f"S{row}", "message": "请审查人回答"} for row in (4, 5)]
    page = report_of(
        month_of([unit(items=[item("Z1", "开放图书馆"), item("Z2", "家访")])], [asked | at for at in places]), CODE
    )
    assert "有 2 处要由审查人判断" in section(page, "待审查人回答")


def test_a_waived_finding_is_shown_but_does_not_count():
    found = {"organisation": CODE, "sheet": "组织承诺", "row": 14, "field": "phone", "cell": "B14", "rule": "ORG06",
             "clause": "附件1", "severity": "error", "message": "未填写", "waiver": "豁免至 2011-12-31：新校区未装电话"}  # fmt: skip
    page = report_of(month_of([unit()], [found]), CODE)
    assert "没有发现问题。" in section(page, "问题和改法")
    assert "新校区未装电话" in section(page, "已豁免")
    assert "B14" in section(page, "已豁免")


def test_a_page_asks_for_nothing_beside_itself():
    month = county()
    for page in (report_of(month, "C002"), receipt_of(month, "C002")):
        assert not OUTSIDE.search(page)
        assert page.startswith('<!doctype html>\n<html lang="zh-CN">')


def test_the_receipt_says_what_came_and_what_became_of_its_rows():
    month = month_of([unit(State.RETURNED, members=[member(1, "王敏"), member(2, "")])], [due(4), due(5)])
    shown = words(receipt_of(month, CODE))
    assert "第一小学党支部（C001） 2011年5月" in shown
    assert "退回修改 。错误 2 个，警告 0 个，提示 0 个。" in shown
    assert f"第一小学党支部_承诺台账_201105.xlsx 退回修改 收到时间 2011-05-28 09:30:00 SHA-256 {1:064x}" in shown
    assert "党员承诺 3 1 1 1" in shown
    assert "未入台账的行：《党员承诺》第 5 行（没有姓名）" in shown


def test_the_receipt_of_a_missing_organisation_says_that_nothing_came():
    assert "本月没有收到文件。" in words(receipt_of(month_of([unit(State.MISSING)]), CODE))


def test_a_file_that_could_not_be_used_is_told_why():
    shown = words(receipt_of(month_of([unit(State.UNREADABLE)]), CODE))
    assert "无法读取 文件已加密，请取消密码后重新报送" in shown


def test_the_same_month_gives_the_same_page():
    assert report_of(county(), "C002") == report_of(county(), "C002")


def test_a_report_says_what_is_to_be_done_next():
    month = month_of([Unit("C001", "第一小学党支部", rows={"items": [item("Z1", "六月走访", due="2011-06-20")]})])
    page = render_report(month, make_dossiers(month)["C001"], agenda.group_tasks(agenda.list_tasks(month))["C001"])
    shown = page.partition("接下来要做的")[2].partition("</ul>")[0]
    assert "6月底前到期的事项：抓紧落实（1 件）" in shown
    assert "期限 2011-06-20" in shown
