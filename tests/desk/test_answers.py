"""Answering by click: the same workbooks as by hand, many lines at once, and taken back again."""

import pytest

from pledgebatch.intake.decisions import read_decisions
from pledgebatch.intake.layouts.decisions import read_layouts
from pledgebatch.workbooks.layouts_book import write_layouts
from tests import decided, quick_months
from tests.desk.conftest import OWN
from tests.desk.test_month import text_of, workbook

GUESS = {
    "unit_code": "S1", "tab": "党员承诺", "cell": "D4", "header": "学历层次", "sheet": "党员承诺", "field": "文化程度", "basis": "按上月的内容认出",
    "sure": "待确认", "handled": "", "clerk": "",
}  # fmt: skip


def decisions(place):
    return read_decisions(place / "decisions.xlsx", ["S1", "S2"])


def shown(desk, name: str) -> str:
    page = desk.get("/answers?month=2011-03").text
    return page.partition(f'action="/answers/{name}"')[2].partition('name="shown" value="')[2].partition('"')[0]


def test_a_finding_is_corrected_by_click_and_taken_back(desk, place, tmp_path):
    (place / "inbox" / "2011-03" / "一小.xlsx").write_bytes(workbook(tmp_path, phone="5"))
    before = quick_months.consolidate(place, "2011-03", "ORG06", "FIL05")
    assert (before.findings["field"] == "phone").sum() == 1
    page = desk.get("/answers?month=2011-03&organisation=S1").text
    link = page.partition("/answers?month=2011-03&amp;organisation=S1&amp;sheet=")[2].partition('"')[0]
    filled = desk.get(f"/answers?month=2011-03&organisation=S1&sheet={link.replace('&amp;', '&')}").text
    for value in ("组织承诺", "联系电话", "5"):
        assert f'value="{value}"' in filled
    line = {
        "unit_code": "S1",
        "from_period": "2011-03",
        "sheet": "组织承诺",
        "number": "",
        "field": "联系电话",
        "value": "5",
    }
    said = line | {"corrected": "0519-85501234", "reason": "电话核实", "decided_by": "周敏", "month": "2011-03"}
    assert "《更正单》写入 1 行" in desk.press("/answers/corrections", **said)
    assert "里已经有了" in desk.press("/answers/corrections", **said)
    assert not (quick_months.consolidate(place, "2011-03", "ORG06", "FIL05").findings["field"] == "phone").any()
    assert 'value="周敏"' in desk.get("/answers").text
    assert "已撤销" in desk.press("/answers/undo")
    assert decisions(place).corrections.empty
    assert desk.post("/answers/undo", headers=OWN).status_code == 409


def test_many_are_given_longer_at_once_and_a_file_is_refused(desk, place):
    both = {
        "unit_code": ["S1", "S2"],
        "period": "2011-03",
        "until": "2011-04-20",
        "reason": "停电",
        "decided_by": "周敏",
    }
    assert desk.post("/answers/extensions", data=both, headers=OWN).status_code == 200
    assert decisions(place).extensions["unit_code"].tolist() == ["S1", "S2"]
    assert desk.post("/answers/extensions", data=both | {"unit_code": []}, headers=OWN).status_code == 409
    assert "“延至”没有填" in desk.post("/answers/extensions", data=both | {"until": ""}, headers=OWN).text
    (place / "inbox" / "2011-03" / "不知.xlsx").write_bytes(b"")
    quick_months.consolidate(place, "2011-03", "ORG06", "FIL05")
    assert "不知.xlsx" in text_of(desk.get("/answers?month=2011-03").text)
    desk.press(
        "/answers/files",
        path="不知.xlsx",
        period="2011-03",
        decision="不采用",
        reason="空的",
        decided_by="周敏",
        belongs_to="",
    )
    desk.press("/answers/words", unit_code="S1", period="2011-03", opinion='=HYPERLINK("x")<b>')
    assert decisions(place).files["path"].tolist() == ["不知.xlsx"]
    assert decisions(place).words["opinion"].tolist() == ['=HYPERLINK("x")<b>']
    assert "<b>" not in desk.get("/answers").text.partition("已经定的")[2]


def test_explanations_are_decided_many_at_once_unless_the_book_was_changed_since(desk, place):
    decided.decide(place, "说明审定", {}, {"组织编码": "S2"}, {"编号": "3"})
    old = shown(desk, "explanations")
    rows = [str(each) for each in decisions(place).explanations["row"]][:2]
    said = {"row": rows, "decision": "采纳", "opinion": "属实", "decided_by": "周敏"}
    assert desk.post("/answers/explanations", data=said | {"shown": old}, headers=OWN).status_code == 200
    assert decisions(place).explanations["decision"].tolist() == ["采纳", "采纳", ""]
    assert "刚刚改过" in desk.post("/answers/explanations", data=said | {"shown": old}, headers=OWN).text
    assert "说明审定（1）" in desk.get("/answers").text
    desk.press("/answers/undo")
    assert decisions(place).explanations["decision"].tolist() == ["", "", ""]
    desk.post("/answers/explanations", data=said, headers=OWN)
    decided.type_cell(place, "说明审定", "J9", "采纳")
    assert "后来又改过" in desk.post("/answers/undo", headers=OWN).text


def test_guesses_of_tables_are_confirmed(desk, place):
    write_layouts(
        place / "layouts.xlsx",
        [GUESS, GUESS | {"cell": "E4", "header": "别的"}, GUESS | {"sure": "明确", "header": "又一个"}],
    )
    assert "表式（2）" in desk.get("/answers").text
    first = read_layouts(place / "layouts.xlsx").rows[0]
    desk.press("/answers/layouts", row=str(first), handled="确认", clerk="周敏", shown=shown(desk, "layouts"))
    book = read_layouts(place / "layouts.xlsx")
    assert [line["handled"] for line in book.lines] == ["确认", "", ""]
    assert book.lines[0]["clerk"] == "周敏"
    assert desk.post("/answers/layouts", data={"row": "99", "handled": "确认"}, headers=OWN).status_code == 409


@pytest.mark.parametrize("name", ["~$decisions.xlsx", ".~lock.decisions.xlsx#"])
def test_a_book_that_is_open_elsewhere_is_not_written_to(desk, place, name):
    decided.decide(place, "经办意见")
    before = (place / "decisions.xlsx").read_bytes()
    (place / name).write_bytes(b"")
    answer = desk.post(
        "/answers/words", data={"unit_code": "S1", "period": "2011-03", "opinion": "另一句"}, headers=OWN
    )
    assert answer.status_code == 409
    assert "请保存、关闭后再试" in answer.text
    assert (place / "decisions.xlsx").read_bytes() == before
    assert "正在 Excel 或 WPS 中打开" in desk.get("/answers").text


@pytest.mark.parametrize(
    ("sheet", "status"), [("explanations", 409), ("transfers", 409), ("registry", 404), ("no", 404)]
)
def test_only_what_the_office_decides_by_itself_is_added_to(desk, place, sheet, status):
    assert desk.post(f"/answers/{sheet}", data={"unit_code": "S1"}, headers=OWN).status_code == status
    assert not len(decisions(place).explanations) + len(decisions(place).transfers)


def test_transfers_are_settled_many_at_once(desk, place):
    decided.decide(place, "转移确认", {"处理": ""}, {"处理": "", "姓名": "赵强"}, {"处理": "", "姓名": "<i>孙</i>"})
    page = desk.get("/answers").text
    assert "转移确认（3）" in page
    assert "<i>孙" not in page
    rows = [str(each) for each in decisions(place).transfers["row"]][:2]
    desk.press("/answers/transfers", row=rows, decision="确认", decided_by="周敏", shown=shown(desk, "transfers"))
    assert decisions(place).transfers["decision"].tolist() == ["确认", "确认", ""]
    waiting, _, held = desk.get("/answers").text.partition("已经定的")
    assert "转移确认（1）" in waiting
    assert "转移确认（2）" in held
