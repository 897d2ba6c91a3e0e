"""decisions.xlsx as read: what holds, and what the office should mend in it, with sheet, row and cell."""

import datetime as dt

import openpyxl
import pytest

from pledgebatch.intake.decisions import read_decisions
from pledgebatch.mistakes import OfficeMistake
from pledgebatch.pipeline.decisions import add_lines
from pledgebatch.schema.decisions import DECISION_SHEETS
from tests.decided import BY_NAME, USUAL, decide, line, type_cell

REGISTERED = ("P0", "S1", "S2")
KEYS = {name: sheet.key for name, sheet in BY_NAME.items()}


def read(place, registered=REGISTERED):
    return read_decisions(place / "decisions.xlsx", registered)


def told(place):
    return [
        (each["sheet"], each["row"], each["cell"], each["message"]) for each in read(place).remarks.to_dict("records")
    ]


def test_there_need_not_be_a_book(tmp_path):
    read_in = read(tmp_path)
    assert read_in.sha256 == ""
    assert all(getattr(read_in, sheet.key).empty for sheet in DECISION_SHEETS)
    assert read_in.remarks.empty


def test_a_blank_book_decides_nothing_and_nothing_is_wrong_with_it(tmp_path):
    decide(tmp_path, "经办意见")
    type_cell(tmp_path, "经办意见", "A2", None)
    for cell in ("B2", "C2"):
        type_cell(tmp_path, "经办意见", cell, None)
    read_in = read(tmp_path)
    assert read_in.words.empty
    assert read_in.remarks.empty
    assert len(read_in.sha256) == 64


@pytest.mark.parametrize("name", USUAL)
def test_a_right_line_of_each_sheet_holds(tmp_path, name):
    decide(tmp_path, name, {"文件": "一小.xlsx"} if name == "文件处理" else {})
    assert told(tmp_path) == []
    assert len(getattr(read(tmp_path), KEYS[name])) == 1


@pytest.mark.parametrize(
    ("name", "said", "cell", "message"),
    [
        ("更正单", {"组织编码": "S9"}, "A2", "“组织编码”的“S9”不在单位名册中"),
        ("更正单", {"组织编码": ""}, "A2", "“组织编码”未填写"),
        ("更正单", {"月份起": "下个月"}, "B2", "“月份起”填的“下个月”不能识别"),
        ("更正单", {"月份起": "3月"}, "B2", "“月份起”填的“3月”不能识别"),
        ("更正单", {"工作表": "党员名册"}, "C2", "没有名为“党员名册”的工作表"),
        ("更正单", {"栏目": "岗位职务"}, "E2", "《党员承诺》没有“岗位职务”这一栏"),
        ("更正单", {"改为": ""}, "G2", "“改为”未填写"),
        ("更正单", {"栏目": "出生年月", "改为": "四十岁"}, "G2", "“出生年月”改为“四十岁”，仍不能识别"),
        ("更正单", {"栏目": "性别", "改为": "女士们"}, "G2", "“性别”改为“女士们”，仍不能识别"),
        ("更正单", {"工作表": "组织承诺", "编号": "", "栏目": "组织编码", "改为": "S2"}, "E2", "“组织编码”不能更正"),
        (
            "更正单",
            {"工作表": "组织承诺", "编号": "", "栏目": "填报月份", "改为": "2011-04"},
            "E2",
            "“填报月份”不能更正",
        ),
        ("更正单", {"理由": ""}, "H2", "“理由”未填写"),
        ("更正单", {"经办人": ""}, "I2", "“经办人”未填写"),
        ("文件处理", {"文件": "一小.xlsx", "处理": "再说"}, "D2", "“处理”填的“再说”不能识别"),
        ("文件处理", {"文件": "一小.xlsx", "归属组织": "S9"}, "C2", "“归属组织”的“S9”不在单位名册中"),
        ("文件处理", {}, "B2", "“文件”未填写"),
        ("报送延期", {"延至": "过几天"}, "C2", "“延至”填的“过几天”不能识别"),
        ("报送延期", {"延至": "4月20日"}, "C2", "没有写年份"),
        ("报送延期", {"批准人": ""}, "E2", "“批准人”未填写"),
        ("经办意见", {"意见": ""}, "C2", "“意见”未填写"),
        ("说明审定", {"审定": "可以"}, "J2", "“审定”填的“可以”不能识别"),
        ("说明审定", {"规则编号": "MEM99"}, "E2", "没有编号为“MEM99”的规则"),
        ("转移确认", {"转入组织": "S1"}, "E2", "转出、转入是同一个组织"),
        ("转移确认", {"出生年月": "不详"}, "C2", "“出生年月”填的“不详”不能识别"),
    ],
)
def test_a_mistake_costs_its_line_alone_and_is_told_with_sheet_row_and_cell(tmp_path, name, said, cell, message):
    other = {"文件处理": {"月份": "2011-04", "文件": "二小.xlsx"}, "转移确认": {"月份": "2011-04"}}
    decide(tmp_path, name, said, other.get(name, {"组织编码": "S2"}))
    ((sheet, row, where, words),) = told(tmp_path)
    assert (sheet, row, where) == (name, 2, cell)
    assert message in words
    assert "这一行没有采用" in words
    assert getattr(read(tmp_path), KEYS[name])["row"].tolist() == [3]


def test_lines_that_decide_the_same_otherwise_are_both_told_and_neither_holds(tmp_path):
    decide(tmp_path, "更正单", {}, {"改为": "英语教师"}, {"编号": "3", "原来填的": "无", "改为": "退休"})
    assert [(row, cell) for _, row, cell, _ in told(tmp_path)] == [(2, "G2"), (3, "G3")]
    assert read(tmp_path).corrections["row"].tolist() == [4]


def test_what_spreadsheets_make_of_dates_and_numbers_is_understood(tmp_path):
    decide(tmp_path, "报送延期")
    type_cell(tmp_path, "报送延期", "B2", dt.date(2011, 3, 1))
    type_cell(tmp_path, "报送延期", "C2", dt.date(2011, 4, 20))
    assert told(tmp_path) == []
    (found,) = read(tmp_path).extensions.to_dict("records")
    assert (found["period"], f"{found['until']:%Y-%m-%d}") == (2011 * 12 + 2, "2011-04-20")


def test_a_cell_that_is_blank_is_written_as_blank(tmp_path):
    decide(tmp_path, "更正单", {"原来填的": "（空）"}, {"编号": "3", "改为": "(空)"})
    assert told(tmp_path) == []
    assert read(tmp_path).corrections[["value", "corrected"]].to_numpy().tolist() == [
        ["", "语文教师"],
        ["数学教师", ""],
    ]


def test_an_undecided_line_holds_without_a_decision(tmp_path):
    decide(tmp_path, "说明审定")
    (found,) = read(tmp_path).explanations.to_dict("records")
    assert (found["decision"], found["sheet_key"], found["field_key"]) == ("", "members", "post")


def test_a_sheet_that_is_gone_is_told(tmp_path):
    decide(tmp_path, "经办意见")
    book = openpyxl.load_workbook(tmp_path / "decisions.xlsx")
    del book["更正单"]
    book.save(tmp_path / "decisions.xlsx")
    ((sheet, _, _, words),) = told(tmp_path)
    assert (sheet, words) == ("更正单", "缺少工作表“更正单”，其中的决定都不起作用；请恢复它的名称和表头")
    assert len(read(tmp_path).words) == 1


def test_a_header_that_is_gone_costs_its_sheet(tmp_path):
    decide(tmp_path, "经办意见")
    decide(tmp_path, "报送延期")
    type_cell(tmp_path, "报送延期", "C1", "备忘")
    assert any("缺少“延至”栏" in words for _, _, _, words in told(tmp_path))
    assert read(tmp_path).extensions.empty
    assert len(read(tmp_path).words) == 1


def test_a_book_that_cannot_be_read_stops_with_a_sentence(tmp_path):
    (tmp_path / "decisions.xlsx").write_bytes(b"PK\3\4 no workbook")
    with pytest.raises(OfficeMistake, match="办公室的决定 decisions.xlsx 无法读取"):
        read(tmp_path)


def test_hostile_words_are_words(tmp_path):
    said = '=HYPERLINK("http://x","y")<b>&"_x000D_\u202e'
    decide(tmp_path, "经办意见", {"意见": said})
    assert told(tmp_path) == []
    (found,) = read(tmp_path).words["opinion_raw"]
    assert found == said
    sheet = openpyxl.load_workbook(tmp_path / "decisions.xlsx")["经办意见"]
    assert sheet["C2"].data_type != "f"


def test_every_line_that_can_be_written_is_read_again(tmp_path):
    for name in USUAL:
        some = [line(name, **({"文件": "一小.xlsx"} if name == "文件处理" else {}))]
        assert add_lines(tmp_path / "decisions.xlsx", BY_NAME[name], some) == 1
        assert add_lines(tmp_path / "decisions.xlsx", BY_NAME[name], some) == 0
    assert told(tmp_path) == []
