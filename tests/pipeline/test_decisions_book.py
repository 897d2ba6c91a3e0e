"""decisions.xlsx as it is added to: below what stands there, all else as the office left it."""

import zipfile
from xml.etree import ElementTree

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl.comments import Comment
from openpyxl.styles import PatternFill

from pledgebatch.mistakes import OfficeMistake
from pledgebatch.pipeline.decisions import add_lines
from pledgebatch.pipeline.send_out import begin
from pledgebatch.schema.decisions import DECISION_SHEETS, WORDS
from pledgebatch.xlsx.added_rows import LIKE_AN_ESCAPE, add_rows
from pledgebatch.xlsx.safe_text import cell_text
from tests.decided import decide, line


def sheet_of(place, name="经办意见"):
    return openpyxl.load_workbook(place / "decisions.xlsx")[name]


def texts(place, name="经办意见"):
    return [[cell for cell in row if cell is not None] for row in sheet_of(place, name).iter_rows(values_only=True)]


def test_a_new_workspace_has_a_blank_book(tmp_path):
    (tmp_path / "w").mkdir()
    begin(tmp_path / "w")
    book = openpyxl.load_workbook(tmp_path / "w" / "decisions.xlsx")
    assert book.sheetnames == ["填表说明", *(sheet.name for sheet in DECISION_SHEETS)]
    for sheet in DECISION_SHEETS:
        assert [cell.value for cell in book[sheet.name][1]] == [field.header for field in sheet.fields]


def test_lines_go_below_what_stands_there_and_what_stands_there_stays(tmp_path):
    decide(tmp_path, "经办意见")
    book = openpyxl.load_workbook(tmp_path / "decisions.xlsx")
    sheet = book["经办意见"]
    sheet["E1"], sheet["E2"], sheet["E3"] = "办公室自用", "已打电话", '=IF(1>0,"是","否")'
    sheet["C2"].comment = Comment("周敏：待回复", "周敏")
    sheet["C2"].fill = PatternFill("solid", fgColor="FFFF00")
    sheet["A6"].fill = PatternFill("solid", fgColor="00FF00")
    book.create_sheet("草稿")["A1"] = "别动"
    book.save(tmp_path / "decisions.xlsx")
    before = (tmp_path / "decisions.xlsx").read_bytes()
    decide(tmp_path, "经办意见", {"意见": "再补两张"}, {"组织编码": "S2", "意见": "照片收到"})
    assert texts(tmp_path) == [
        ["组织编码", "月份", "意见", "办公室自用"],
        ["S1", "2011-03", "雨棚一事请附照片", "已打电话"],
        ['=IF(1>0,"是","否")'],
        ["S1", "2011-03", "再补两张"],
        ["S2", "2011-03", "照片收到"],
        [],
    ]
    sheet = sheet_of(tmp_path)
    assert sheet["C2"].comment.text == "周敏：待回复"
    assert sheet["C2"].fill.fgColor.rgb == "00FFFF00"
    assert sheet["A6"].fill.fgColor.rgb == "0000FF00"
    assert openpyxl.load_workbook(tmp_path / "decisions.xlsx")["草稿"]["A1"].value == "别动"
    assert (tmp_path / "decisions_上一份.xlsx").read_bytes() == before
    with (
        zipfile.ZipFile(tmp_path / "decisions.xlsx") as now,
        zipfile.ZipFile(tmp_path / "decisions_上一份.xlsx") as old,
    ):
        changed = [name for name in old.namelist() if now.read(name) != old.read(name)]
    assert len(changed) == 1


def test_new_lines_look_as_the_book_does(tmp_path):
    decide(tmp_path, "报送延期")
    assert sheet_of(tmp_path, "报送延期")["A2"].number_format == "@"
    assert sheet_of(tmp_path, "报送延期").dimensions.endswith("2")


def test_the_same_line_is_added_once_however_the_clerk_wrote_its_month(tmp_path):
    decide(tmp_path, "经办意见", {}, {})
    decide(tmp_path, "经办意见", {"月份": "2011年3月"})
    assert len(texts(tmp_path)) == 2


@pytest.mark.parametrize("name", ["~$decisions.xlsx", ".~lock.decisions.xlsx#"])
def test_a_book_that_is_open_is_not_written_to(tmp_path, name):
    decide(tmp_path, "经办意见")
    before = (tmp_path / "decisions.xlsx").read_bytes()
    (tmp_path / name).touch()
    with pytest.raises(OfficeMistake, match="正在 Excel 或 WPS 中打开.*删去同一文件夹里的"):
        decide(tmp_path, "经办意见", {"意见": "再补两张"})
    assert (tmp_path / "decisions.xlsx").read_bytes() == before


def test_a_file_that_the_system_holds_is_told(tmp_path, monkeypatch):
    decide(tmp_path, "经办意见")
    before = (tmp_path / "decisions.xlsx").read_bytes()

    def refuse(*_):
        raise PermissionError(13, "held", str(tmp_path / "decisions.xlsx"))

    monkeypatch.setattr("pathlib.Path.replace", refuse)
    with pytest.raises(OfficeMistake, match="正被占用，或没有权限"):
        decide(tmp_path, "经办意见", {"意见": "再补两张"})
    assert (tmp_path / "decisions.xlsx").read_bytes() == before


def test_a_book_that_lacks_the_sheet_or_a_header_is_not_guessed_at(tmp_path):
    decide(tmp_path, "经办意见")
    book = openpyxl.load_workbook(tmp_path / "decisions.xlsx")
    book["经办意见"]["C1"] = None
    del book["更正单"]
    book.save(tmp_path / "decisions.xlsx")
    with pytest.raises(OfficeMistake, match="缺少“意见”栏"):
        decide(tmp_path, "经办意见", {"意见": "再补两张"})
    with pytest.raises(OfficeMistake, match="没有工作表“更正单”"):
        decide(tmp_path, "更正单")


def test_a_file_of_another_format_is_kept_and_told(tmp_path):
    (tmp_path / "decisions.xlsx").write_text("<table><tr><td>经办意见</td></tr></table>", "utf-8")
    with pytest.raises(OfficeMistake):
        add_lines(tmp_path / "decisions.xlsx", WORDS, [line("经办意见")])
    assert "经办意见" in (tmp_path / "decisions.xlsx").read_text("utf-8")


HEAD = '<?xml version="1.0" encoding="UTF-8"?><{0}worksheet><{0}dimension ref="A1:B1"/>'


@pytest.mark.parametrize("prefix", ["", "x:"])
@pytest.mark.parametrize(
    ("rows", "first", "expected"),
    [
        ("<{0}sheetData/>", 1, ["1"]),
        ('<{0}sheetData><{0}row r="1"><{0}c r="A1"/></{0}row></{0}sheetData>', 2, ["1", "2"]),
        ("<{0}sheetData><{0}row><{0}c/></{0}row><{0}row/></{0}sheetData>", 2, ["", "2"]),
        ('<{0}sheetData><{0}row r="1"/><{0}row r="2" s="3"/><{0}row r="9"/></{0}sheetData>', 2, ["1", "2", "9"]),
    ],
)
def test_rows_are_added_to_whatever_a_program_wrote(prefix, rows, first, expected):
    xml = (HEAD + rows + "</{0}worksheet>").format(prefix)
    now = add_rows(xml, first, [{0: "=甲&<乙", 1: ""}])
    found = [part.partition(">")[0] for part in now.split(f"<{prefix}row")[1:]]
    assert ["".join(filter(str.isdigit, part.partition("r=")[2].partition(" ")[0])) for part in found] == expected
    assert f't="inlineStr"><{prefix}is><{prefix}t xml:space="preserve">=甲&amp;&lt;乙</{prefix}t>' in now
    assert f'ref="A1:B{first}"' in now


def test_a_sheet_without_rows_is_not_understood():
    with pytest.raises(ValueError, match="sheetData"):
        add_rows("<worksheet/>", 1, [{0: "甲"}])


@settings(max_examples=25, deadline=None)
@given(st.lists(st.text(st.characters(codec="utf-8"), max_size=30), min_size=1, max_size=4))
def test_whatever_is_added_is_read_as_it_was_written(words):
    xml = (HEAD + '<{0}sheetData><{0}row r="1"><{0}c r="A1"/></{0}row></{0}sheetData></{0}worksheet>').format("")
    now = ElementTree.fromstring(add_rows(xml, 2, [{0: word} for word in words]).encode())
    read = {row.get("r"): "".join(each.text or "" for each in row.iter("t")) for row in now.iter("row")}
    expected = {str(number): LIKE_AN_ESCAPE.sub("_x005F_", cell_text(word)) for number, word in enumerate(words, 2)}
    assert {number: text.replace("\r\n", "\n").replace("\r", "\n") for number, text in expected.items()} == {
        number: text for number, text in read.items() if number != "1"
    }


@pytest.mark.parametrize(
    "said", ["甲\r\n乙", "甲\r乙\u2028丙", "  ", "\u200b", "甲\x00\x1f乙", "1.0", "#N/A", "TRUE", "'甲", "長" * 33_000]
)
def test_whatever_a_branch_typed_can_be_added(tmp_path, said):
    decide(tmp_path, "说明审定", {"单位说明": said, "原来填的": said})
    assert len(texts(tmp_path, "说明审定")) == 2
    decide(tmp_path, "说明审定", {"单位说明": said, "原来填的": said})
    assert len(texts(tmp_path, "说明审定")) == 2
