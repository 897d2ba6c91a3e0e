"""Notes on cells are listed beside the branch's own columns, with their cells."""

import io
import zipfile

import pytest
from openpyxl.comments import Comment

from pledgebatch.readers.cell_notes import notes_of, of_the_branch
from tests import office
from tests.intake.files import edited, take_in

NAME = "云溪一小党支部_承诺台账_201103__xlsx"


def noted(book):
    book["承诺事项"]["I6"].comment = Comment("经办：\n等招标结果", "周敏")
    book["组织承诺"]["B5"].comment = Comment("新号码下月启用", "周敏")
    book["自查"]["A1"].comment = Comment("不是数据", "周敏")


def listed(batch):
    return batch.extras[["sheet", "row", "header", "value"]].values.tolist()


def test_a_note_is_listed_with_its_cell(tmp_path):
    batch = take_in(tmp_path, **{NAME: edited(noted)})
    assert listed(batch) == [
        ["组织承诺", 5, "批注（B5）", "新号码下月启用"],
        ["承诺事项", 6, "批注（I6）", "经办：\n等招标结果"],
    ]


@pytest.mark.parametrize("kind", ["ods", "xls"])
def test_a_note_in_another_format_is_listed_too(tmp_path, kind):
    office.require_office()
    source = tmp_path / "noted.xlsx"
    source.write_bytes(edited(noted))
    made = office.convert(source, kind, tmp_path / "made")
    batch = take_in(tmp_path, **{f"noted__{kind}": made.read_bytes()})
    told = [[sheet, row, header, value.replace("\n", "")] for sheet, row, header, value in listed(batch)]
    assert ["承诺事项", 6, "批注（I6）", "经办：等招标结果"] in told
    assert ["组织承诺", 5, "批注（B5）", "新号码下月启用"] in told


def test_a_thread_takes_the_place_of_what_stands_in_for_it():
    sheet = "xl/worksheets/sheet1.xml"
    link = '<Relationship Id="r{0}" Type="http://x/relationships/{1}" Target="{2}"/>'
    rels = (
        "<Relationships>"
        + link.format(1, "comments", "../comments1.xml")
        + link.format(2, "threadedComment", "/xl/threadedComments/threadedComment1.xml")
        + "</Relationships>"
    )
    comment = '<comment ref="{0}"><text><r><t>{1}</t></r><rPh><t>pinyin</t></rPh></text></comment>'.replace(
        "<rPh><t>pinyin</t></rPh>", ""
    )
    plain = (
        "<comments><commentList>"
        + comment.format("B2", "[Threaded comment] 请升级")
        + comment.format("C3", "旧式")
        + "</commentList></comments>"
    )
    thread = '<a><threadedComment ref="B2"><text>何时完成？</text></threadedComment><threadedComment ref="B2"><text>六月</text></threadedComment></a>'
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as container:
        container.writestr("xl/worksheets/_rels/sheet1.xml.rels", rels)
        container.writestr("xl/comments1.xml", plain)
        container.writestr("xl/threadedComments/threadedComment1.xml", thread)
    assert notes_of(made.getvalue(), {"表": sheet}) == {"表": {(1, 1): "何时完成？\n六月", (2, 2): "旧式"}}


def test_what_our_own_return_noted_is_not_listed_again():
    assert of_the_branch("【错误】“完成时限”未填写，请填完成时限\n【警告】请核对") == ""
    assert of_the_branch("【错误】“完成时限”未填写\n已问过，六月办") == "已问过，六月办"
    assert of_the_branch(" 等招标 ") == "等招标"
