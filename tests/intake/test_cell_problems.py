"""What a workbook hides from a reader is found, named by cell, and never silently different."""

import re

import pytest
from openpyxl.cell.rich_text import CellRichText, TextBlock
from openpyxl.cell.text import InlineFont
from openpyxl.styles import Font

from tests import office
from tests.intake import files
from tests.intake.files import ITEMS, edited, replaced, take_in, with_part

NAME = "云溪一小党支部_承诺台账_201103__xlsx"


def hidden(batch):
    told = batch.obscured[["sheet", "cell", "kind", "value"]].fillna("")
    return list(told.itertuples(index=False, name=None))


def put(tab, **cells):
    def edit(book):
        for place, value in cells.items():
            book[tab][place].value = value

    return edited(edit)


def test_a_right_workbook_hides_nothing(tmp_path):
    batch = take_in(tmp_path, **{NAME: files.right()})
    assert hidden(batch) == []
    assert batch.skipped.empty


def test_an_error_and_an_uncalculated_formula_leave_neither_blank_nor_text(tmp_path):
    batch = take_in(tmp_path, **{NAME: put("承诺事项", G4="=1+1", I5="#REF!", A2="=1+1")})
    assert hidden(batch) == [("承诺事项", "I5", "error", "#REF!"), ("承诺事项", "G4", "uncalculated", "")]
    items = batch.tables["items"]
    assert items.loc[[0, 1], ["measures_raw", "due_raw"]].isna().values.tolist() == [[True, False], [False, True]]


def test_a_lost_cell_at_the_edge_of_a_sheet_keeps_its_row(tmp_path):
    batch = take_in(tmp_path, **{NAME: put("遗留问题", B9="=1+1")})
    assert hidden(batch) == [("遗留问题", "B9", "uncalculated", "")]
    assert batch.tables["legacy"]["row"].tolist() == [9]


def test_the_self_check_and_the_guide_may_hold_any_formula(tmp_path):
    def edit(book):
        book["自查"]["A90"].value = "#REF!"
        book["填表说明"]["A90"].value = "=1+1"

    assert hidden(take_in(tmp_path, **{NAME: edited(edit)})) == []


def test_merged_cells_say_the_same_down_a_column_and_lose_what_they_cover_across(tmp_path):
    def edit(book):
        book["承诺事项"].merge_cells("E4:E6")
        book["承诺事项"].merge_cells("I7:J7")
        book["承诺事项"].merge_cells("A8:A9")

    batch = take_in(tmp_path, **{NAME: edited(edit)})
    assert hidden(batch) == [
        ("承诺事项", "E4", "merged_down", "E4:E6"),
        ("承诺事项", "I7", "merged", "I7:J7"),
        ("承诺事项", "A8", "merged", "A8:A9"),
    ]
    items = batch.tables["items"]
    assert items["part"][:3].tolist() == ["共性"] * 3
    assert items["virtue_raw"].isna().tolist()[:5] == [False, False, False, True, False]
    assert items["item_no_raw"].isna().tolist()[3:6] == [False, False, True]  # a number is no other row's


def test_hidden_rows_and_sheets_are_read_and_named(tmp_path):
    def edit(book):
        for row in (5, 6, 9):
            book["承诺事项"].row_dimensions[row].hidden = True
        book["党员承诺"].sheet_state = "hidden"

    batch = take_in(tmp_path, **{NAME: edited(edit)})
    assert hidden(batch) == [
        ("党员承诺", "", "hidden_sheet", "党员承诺"),
        ("承诺事项", "A5", "hidden_row", "5–6"),
        ("承诺事项", "A9", "hidden_row", "9"),
    ]
    assert len(batch.tables["members"]) == 3
    assert len(batch.tables["items"]) == 9


def struck(book):
    items, through = book["承诺事项"], Font(strike=True)
    for place in ("A3", "F5", "G5", "AD7", "B30"):
        items[place].font = through
    items["F6"] = CellRichText(
        TextBlock(InlineFont(strike=True), "加装20米雨棚"), TextBlock(InlineFont(), "加装30米雨棚")
    )
    items["F7"] = CellRichText(TextBlock(InlineFont(strike=False), "上课"), TextBlock(InlineFont(b=True), "4节"))
    items["F7"].font = through
    book["组织承诺"]["B13"].font = through


STRUCK = [
    ("组织承诺", "B13", "struck", "3"),
    ("承诺事项", "F5", "struck", "支委每人随堂听课20节并当面反馈、开学时排定听课表"),
    ("承诺事项", "F6", "struck", "加装20米雨棚"),
    ("承诺事项", "AD7", "struck", "2011-03-12"),
]
"""A row of them is one finding; where a text is written in several ways, the cell's own way is none of them."""


def test_what_is_struck_through_is_read_and_named(tmp_path):
    batch = take_in(tmp_path, **{NAME: edited(struck)})
    assert hidden(batch) == STRUCK
    assert batch.tables["items"]["text"][2] == "加装20米雨棚加装30米雨棚"


@pytest.mark.parametrize("kind", ["ods", "xls"])
def test_what_is_struck_through_in_another_format_is_named_too(tmp_path, kind):
    office.require_office()
    source = tmp_path / "struck.xlsx"
    source.write_bytes(edited(struck))
    made = office.convert(source, kind, tmp_path / "made")
    batch = take_in(tmp_path, **{f"struck__{kind}": made.read_bytes()})
    assert hidden(batch) == STRUCK


def test_a_text_in_its_cell_may_be_struck_through(tmp_path):
    def inline(text):
        runs = '<r><rPr><strike/></rPr><t>同意，</t></r><r><rPr><strike val="0"/></rPr><t>再议</t></r>'
        cell = f'<c r="G4" t="inlineStr"><is>{runs}</is></c>'
        return re.sub(rb'<c r="G4".*?</c>', cell.encode(), text, count=1)

    batch = take_in(tmp_path, **{NAME: with_part(ITEMS, inline)})
    assert hidden(batch) == [("承诺事项", "G4", "struck", "同意，")]
    assert batch.tables["items"]["measures"][0] == "同意，再议"


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (rb"<v>(\d+)</v>", rb"<v>\n\1\n</v>"),
        (rb"<v>(\d+)</v>", rb"<v> \1 </v>"),
        (rb"<v>(\d)(\d*)</v>", rb"<v>\1<!-- x -->\2</v>"),
        (rb"<v>(\d)(\d*)</v>", rb"<v>\1<?x y?>\2</v>"),
        (rb"<v>(\d+)</v>", rb"<v><![CDATA[\1]]></v>"),
        (rb'<dimension ref="[^"]*"/>', rb'<dimension ref="A1"/>'),
        (rb'<row r="(\d+)"', rb"<row r='\1'"),
    ],
    ids=["lines", "spaces", "comments", "instructions", "cdata", "dimension", "quotes"],
)
def test_values_that_the_quick_reader_would_misread_are_read_right(tmp_path, before, after):
    want = take_in(tmp_path / "right", **{NAME: files.right()}).tables["items"]
    odd = with_part(ITEMS, lambda text: re.sub(before, after, text))
    assert odd != files.right()
    batch = take_in(tmp_path / "odd", **{NAME: odd})
    assert batch.files["reason"].isna().all(), batch.files["reason"][0]
    assert batch.tables["items"].equals(want)


def test_a_repeated_row_is_named(tmp_path):
    batch = take_in(tmp_path, **{NAME: replaced(ITEMS, b'<row r="6"', b'<row r="5"')})
    told = batch.files["reason"].dropna().tolist()
    assert hidden(batch) == [("承诺事项", "A5", "repeated_row", "5")] or "读不出来" in told[0]


def test_a_repeated_sheet_name_is_named(tmp_path):
    data = replaced("xl/workbook.xml", 'name="评议整改"'.encode(), 'name="遗留问题"'.encode())
    assert ("遗留问题", "", "repeated_sheet", "遗留问题") in hidden(take_in(tmp_path, **{NAME: data}))


def test_a_text_longer_than_a_cell_is_named(tmp_path):
    data = with_part("xl/sharedStrings.xml", lambda text: text.replace("列入校历，逐次签到".encode(), b"x" * 32_768, 1))
    batch = take_in(tmp_path, **{NAME: data})
    assert ("承诺事项", "G4", "too_long", "32768") in hidden(batch)


def test_one_cell_that_the_quick_reader_does_not_know_does_not_cost_the_file(tmp_path):
    data = replaced(ITEMS, b"</row></sheetData>", b'<c r="AZ12" t="e"><v>#SPILL!</v></c></row></sheetData>')
    batch = take_in(tmp_path, **{NAME: data})
    assert batch.files["reason"].isna().all()
    assert len(batch.tables["items"]) == 9


def test_a_bold_word_inside_a_text_is_read_whole(tmp_path):
    def edit(book):
        from openpyxl.cell.rich_text import CellRichText, TextBlock
        from openpyxl.cell.text import InlineFont

        book["承诺事项"]["G4"].value = CellRichText("列入", TextBlock(InlineFont(b=True), "校历"), "并签到")
        book["承诺事项"]["G5"].font = Font(bold=True)

    batch = take_in(tmp_path, **{NAME: edited(edit)})
    assert batch.tables["items"]["measures"][0] == "列入校历并签到"
