"""What stands in single cells, as programs write it: the right value, or one finding at the cell, and nothing that follows."""

import io
import re
import zipfile
from functools import cache

import pandas as pd
import pytest

from pledgebatch.notice.periods import Period
from pledgebatch.pipeline.check import check
from pledgebatch.readers.read import read
from pledgebatch.schema.cells import LOST, as_typed
from tests.intake.files import ITEMS, MEMBERS, replaced, right, take_in, with_part
from tests.readers.test_zips import ODD_FIELDS

FORM, OPINIONS, STYLES, STRINGS = (
    "xl/worksheets/sheet2.xml", "xl/worksheets/sheet5.xml", "xl/styles.xml", "xl/sharedStrings.xml",
)  # fmt: skip
TABS = {FORM: "组织承诺", MEMBERS: "党员承诺", ITEMS: "承诺事项", OPINIONS: "征求意见"}
CODES = ("yyyy-mm-dd", "000", "h:mm", "0%", "0000-0000000", 'm"月"d"日"', "0.00", '"¥"#,##0.00', "0.00E+00", "# ?/?")
NAME = "云溪一小党支部_承诺台账_201103.xlsx"
WPS = '=DISPIMG("ID_1F8C083117A04B6F90E9EABD4CC888DF",1)'
QUOTED = WPS.replace('"', "&quot;")


@cache
def styled():
    """The right workbook with a style more for each of the formats, and the number of the first."""
    with zipfile.ZipFile(io.BytesIO(right())) as container:
        first = int(re.search(rb'<cellXfs count="(\d+)"', container.read(STYLES))[1])

    def add(text):
        formats = "".join(
            f'<numFmt numFmtId="{900 + n}" formatCode="{code.replace(chr(34), "&quot;")}"/>'
            for n, code in enumerate(CODES)
        )
        styles = "".join(f'<xf numFmtId="{900 + n}" applyNumberFormat="1"/>' for n in range(len(CODES)))
        text = re.sub(rb"(<numFmts[^>]*>)", rb"\g<1>" + formats.encode(), text, count=1)
        return text.replace(b"</cellXfs>", styles.encode() + b"</cellXfs>")

    return with_part(STYLES, add), first


def style_of(code):
    return styled()[1] + CODES.index(code)


def with_cell(part, place, xml, data=None):
    """The workbook with one cell written otherwise; ``{code}`` stands for the style of a format."""
    xml = re.sub(r"\{(.*?)\}", lambda found: str(style_of(found[1])), xml)

    def change(text):
        new = re.sub(rf'<c r="{place}"(?:[^>]*/>|.*?</c>)'.encode(), lambda _: xml.encode(), text, count=1)
        assert new != text
        return new

    return with_part(part, change, data or styled()[0])


def number(place, value, code=""):
    style = f' s="{{{code}}}"' if code else ""
    return f'<c r="{place}"{style}><v>{value}</v></c>'


def findings(tmp_path, data):
    path = tmp_path / NAME
    path.write_bytes(data)
    (month,) = check([path], Period(2011, 3), count=0)
    return [(found.sheet, found.cell, found.rule) for found in month.findings.itertuples()]


def values(data, folder):
    """What was understood of each field, and what is said to be hidden."""
    batch = take_in(folder, a__xlsx=data)
    assert batch.files["reason"].isna().all(), batch.files["reason"][0]
    tables = {key: rows[[name for name in rows if not name.endswith("_raw")]] for key, rows in batch.tables.items()}
    return tables, batch.obscured[["cell", "kind"]].values.tolist()


def is_right(data, folder):
    tables, hidden = values(data, folder / "made")
    want, _ = values(right(), folder / "right")
    assert hidden == []
    for key, rows in want.items():
        pd.testing.assert_frame_equal(tables[key], rows)


def cell_at(data, part, place, name=NAME):
    column = 0
    for letter in re.match("[A-Z]+", place)[0]:
        column = column * 26 + ord(letter) - 64
    cells = read(data, name).sheets[TABS[part]]
    return cells[int(re.search(r"\d+", place)[0]) - 1][column - 1]


CLEAR = (
    (FORM, "B13", number("B13", 3, "yyyy-mm-dd")),
    (FORM, "B13", number("B13", 3, "h:mm")),
    (FORM, "B13", number("B13", 0.03, "0%")),
    (FORM, "B13", number("B13", 3, '"¥"#,##0.00')),
    (FORM, "B13", number("B13", 3, "# ?/?")),
    (FORM, "B13", number("B13", "3.0000000000000004")),
    (FORM, "B13", number("B13", "2.9999999999999996", "0.00E+00")),
    (FORM, "B13", '<c r="B13" t="inlineStr"><is><t>\'3</t></is></c>'),
    (FORM, "B13", '<c r="B13" t="str"><v>\u200b3\u202c</v></c>'),
    (MEMBERS, "A4", number("A4", 1, "yyyy-mm-dd")),
    (MEMBERS, "A5", number("A5", 2, "000")),
    (ITEMS, "C7", number("C7", 1, 'm"月"d"日"')),
    (ITEMS, "C8", '<c t="n" s="{yyyy-mm-dd}" r="C8"><v>1</v></c>'),
    (ITEMS, "C9", "<c r='C9' s='{yyyy-mm-dd}'><v>1</v></c>"),
    (ITEMS, "C10", '<c r="C10" s="{yyyy-mm-dd}"><f>1+1</f><v>2</v></c>'),
    (OPINIONS, "D4", number("D4", 20, "yyyy-mm-dd")),
    (FORM, "B15", number("B15", 51985501234, "0000-0000000")),
    (FORM, "B15", number("B15", 51985501234, "0.00E+00")),
    (FORM, "B15", '<c r="B15" t="inlineStr"><is><t>’0519-85501234</t></is></c>'),
    (MEMBERS, "C4", '<c r="C4" t="inlineStr"><is><t>男\ufeff\u200b</t></is></c>'),
    (MEMBERS, "B4", '<c r="B4" t="inlineStr"><is><t>李\u200d明\ufe0f</t></is></c>'),
    (MEMBERS, "B5", '<c r="B5" t="inlineStr"><is><r><t>王</t></r><r><t>芳</t></r><rPh sb="0" eb="1"><t>w</t></rPh></is></c>'),
    (MEMBERS, "D4", '<c r="D4" t="inlineStr"><is><t>1970。5</t></is></c>'),
    (ITEMS, "N5", '<c r="N5" t="b"><v>1</v></c>'),
    (MEMBERS, "P4", '<c r="P4" t="b"><v>1</v></c>'),
)  # fmt: skip


@pytest.mark.parametrize(("part", "place", "xml"), CLEAR)
def test_what_is_clear_to_who_sees_the_cell_is_understood(tmp_path, part, place, xml):
    is_right(with_cell(part, place, xml), tmp_path)


def test_what_is_understood_has_no_finding(tmp_path):
    data = right_styled = styled()[0]
    for part, place, xml in {(part, place): each for each in CLEAR for part, place, _ in [each]}.values():
        data = with_cell(part, place, xml, data)
    assert data != right_styled
    assert findings(tmp_path, data) == []


def test_codes_shown_with_zeros_agree_with_codes_typed_so(tmp_path):
    data = with_cell(OPINIONS, "A4", number("A4", 1, "000"))
    data = with_cell(ITEMS, "M6", '<c r="M6" t="inlineStr"><is><t>001</t></is></c>', data)
    tables, hidden = values(data, tmp_path)
    assert (tables["opinions"]["opinion_no"][0], tables["items"]["opinion_no"][2]) == ("001", "001")
    assert as_typed(cell_at(data, OPINIONS, "A4")) == "001"
    assert hidden == []


DAYS = ((ITEMS, "A4", 40544), (ITEMS, "C7", 40544), (ITEMS, "M6", 40544), (OPINIONS, "A4", 40575), (MEMBERS, "A5", 40545),
        (FORM, "B4", 40544), (MEMBERS, "A6", 0.0423611111111111))  # fmt: skip


def as_day(part, place, value, data=None):
    return with_cell(part, place, number(place, value, 'm"月"d"日"' if value > 1 else "h:mm"), data)


def test_numbers_that_became_days_are_one_finding_each_at_their_cells(tmp_path):
    data = None
    for each in DAYS:
        data = as_day(*each, data)
    assert sorted(findings(tmp_path, data)) == sorted((TABS[part], place, "FIL06") for part, place, _ in DAYS)


@pytest.mark.parametrize("each", [DAYS[1], DAYS[3], DAYS[4]])
def test_a_number_that_became_a_day_sets_off_no_rule_about_what_refers_to_it(tmp_path, each):
    assert findings(tmp_path, as_day(*each)) == [(TABS[each[0]], each[1], "FIL06")]


def test_a_row_whose_number_became_a_day_is_read_without_it(tmp_path):
    batch = take_in(tmp_path, a__xlsx=as_day(*DAYS[0]))
    assert batch.tables["items"]["item_no"].isna().tolist() == [True] + [False] * 8
    assert batch.tables["items"]["item_no_raw"].isna()[0]
    assert batch.obscured[["cell", "kind", "value"]].values.tolist() == [["A4", "day", "2011-01-01"]]


@pytest.mark.parametrize(
    "xml",
    [
        f'<c r="G5" t="str"><f>_xlfn.{QUOTED[1:]}</f><v>{QUOTED}</v></c>',
        f'<c r="G5" t="str"><f>{QUOTED[1:]}</f><v></v></c>',
        f'<c r="G5"><f>{QUOTED[1:]}</f></c>',
        f'<c r="G5" t="e"><f>_xlfn.{QUOTED[1:]}</f><v>#NAME?</v></c>',
        f'<c r="G5" t="str"><f t="array" ref="G5">{QUOTED[1:]}</f><v>{QUOTED}</v></c>',
        f'<c r="G5" t="inlineStr"><is><t>{QUOTED}</t></is></c>',
        '<c r="G5" t="e" vm="1"><v>#VALUE!</v></c>',
        '<c r="G5" t="e" vm="1"><f>_xlfn.IMAGE("https://x.invalid/a.png")</f><v>#VALUE!</v></c>',
        '<c r="G5" t="str"><f>_xlfn.IMAGE("https://x.invalid/a.png")</f><v>a</v></c>',
    ],
)
def test_a_picture_in_a_cell_is_one_finding(tmp_path, xml):
    data = with_cell(ITEMS, "G5", xml)
    assert cell_at(data, ITEMS, "G5") is LOST
    assert values(data, tmp_path)[1] == [["G5", "picture"]]


def test_a_picture_and_a_cell_that_cannot_be_told_have_one_finding_each(tmp_path):
    data = with_cell(ITEMS, "G5", f'<c r="G5" t="str"><f>_xlfn.{QUOTED[1:]}</f><v>{QUOTED}</v></c>')
    data = with_cell(FORM, "B20", f'<c r="B20" t="str"><f>{QUOTED[1:]}</f><v>{QUOTED}</v></c>', data)
    data = with_cell(ITEMS, "J6", '<c r="J6" t="s"><v>99999</v></c>', data)
    places = [("承诺事项", "G5"), ("承诺事项", "J6"), ("组织承诺", "B20")]
    assert sorted(findings(tmp_path, data)) == [(*place, "FIL06") for place in places]


def test_the_formula_of_a_picture_that_became_a_text_is_a_picture(tmp_path):
    data = with_part(STRINGS, lambda text: text.replace("列入校历，逐次签到".encode(), QUOTED.encode(), 1), right())
    assert values(data, tmp_path)[1] == [["G4", "picture"]]


def test_a_text_that_begins_with_an_equals_sign_is_a_text(tmp_path):
    data = with_cell(ITEMS, "G5", '<c r="G5" t="inlineStr"><is><t>=排定听课表，IMAGE(1)</t></is></c>')
    assert values(data, tmp_path)[1] == []
    assert cell_at(data, ITEMS, "G5") == "=排定听课表，IMAGE(1)"


@pytest.mark.parametrize(
    "xml",
    [
        '<c r="G5" t="s"><v>99999</v></c>',
        '<c r="G5" t="s"><v>-1</v></c>',
        '<c r="G5" t="s"><v>abc</v></c>',
        '<c r="G5" t="n"><v>twelve</v></c>',
        '<mc:AlternateContent xmlns:mc="m"><mc:Choice Requires="x"><c r="G5" t="s"><v>0</v></c></mc:Choice>'
        '<mc:Fallback><c r="G5"><v>2</v></c></mc:Fallback></mc:AlternateContent>',
        '<c r="G5"><mc:AlternateContent xmlns:mc="m"><mc:Choice Requires="x"><v>0</v></mc:Choice>'
        "<mc:Fallback><v>2</v></mc:Fallback></mc:AlternateContent></c>",
    ],
)
def test_a_cell_that_cannot_be_told_costs_itself_only(tmp_path, xml):
    tables, hidden = values(with_cell(ITEMS, "G5", xml), tmp_path)
    assert hidden == [["G5", "unreadable"]]
    want, _ = values(right(), tmp_path / "right")
    pd.testing.assert_frame_equal(tables["items"].drop(index=1), want["items"].drop(index=1))


def test_a_text_that_is_said_twice_over_is_lost(tmp_path):
    twofold = '<mc:AlternateContent xmlns:mc="m"><mc:Choice><t>甲</t></mc:Choice><mc:Fallback><t>乙</t></mc:Fallback></mc:AlternateContent>'
    data = with_part(STRINGS, lambda text: re.sub("<t[^>]*>列入校历，逐次签到</t>".encode(), twofold.encode(), text))
    assert values(data, tmp_path)[1] == [["G4", "unreadable"]]


def test_a_style_that_does_not_exist_changes_nothing(tmp_path):
    is_right(with_cell(FORM, "B13", '<c r="B13" s="99999"><v>3</v></c>'), tmp_path)


@pytest.mark.parametrize(
    ("written", "text"),
    [
        ("甲_x000D_&#10;乙", "甲\r\n乙"),
        ("甲_x000a_乙", "甲\n乙"),
        ("甲_x005F_x000D_乙", "甲_x000D_乙"),
        ("_x4E00_甲", "一甲"),
        ("甲_xD800_", "甲_xD800_"),
    ],
)
@pytest.mark.parametrize("inline", [False, True])
def test_escapes_are_the_characters_they_stand_for(written, text, inline):
    if inline:
        data = with_cell(ITEMS, "G4", f'<c r="G4" t="inlineStr"><is><t xml:space="preserve">{written}</t></is></c>')
    else:
        data = replaced(STRINGS, "列入校历，逐次签到".encode(), written.encode())
    assert cell_at(data, ITEMS, "G4") == text


def test_the_reading_of_words_is_no_part_of_a_text():
    phonetic = b'</t><rPh sb="0" eb="1"><t>lie</t></rPh><phoneticPr fontId="1"/></si>'
    data = with_part(STRINGS, lambda text: re.sub("(列入校历，逐次签到)</t></si>".encode(), rb"\1" + phonetic, text))
    assert cell_at(data, ITEMS, "G4") == "列入校历，逐次签到"
    closely = with_part(ITEMS, lambda text: re.sub(rb"<v>(\d+)</v>", rb"<v>\n\1</v>", text), data)
    assert cell_at(closely, ITEMS, "G4") == "列入校历，逐次签到"


def renamed(names, change=lambda name, text: text):
    """The right workbook, its parts called otherwise, in their links too."""
    made = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(right())) as old, zipfile.ZipFile(made, "w") as new:
        for info in old.infolist():
            new.writestr(names(info.filename), change(info.filename, old.read(info)))
    return made.getvalue()


@pytest.mark.parametrize(
    ("names", "change"),
    [
        (lambda name: re.sub("workbook.xml", "workbook22.xml", name),
         lambda name, text: text.replace(b"xl/workbook.xml", b"xl/workbook22.xml")),
        (lambda name: re.sub("workbook.xml", "workbook22.xml", name),
         lambda name, text: text.replace(b'"xl/workbook.xml', b'"/XL\\Workbook22.xml')),
        (lambda name: name.replace("xl/", "book/"),
         lambda name, text: text.replace(b"xl/", b"book/")),
        (lambda name: name.replace("sharedStrings", "words").replace("styles", "looks"),
         lambda name, text: text.replace(b"sharedStrings.xml", b"words.xml").replace(b"styles.xml", b"looks.xml")),
        (lambda name: name.replace("sharedStrings", "SharedStrings"), lambda name, text: text),
        (lambda name: name.replace("/", "\\"), lambda name, text: text),
        (str.upper, lambda name, text: text),
        (str, lambda name, text: text.replace(b'Target="worksheets/', b'Target="/xl/worksheets/')),
        (str, lambda name, text: text.replace(b'Target="worksheets/', b'Target="./../xl/worksheets/')),
        (str, lambda name, text: text
         .replace(b"http://schemas.openxmlformats.org/spreadsheetml/2006/main", b"http://purl.oclc.org/ooxml/spreadsheetml/main")
         .replace(b"http://schemas.openxmlformats.org/officeDocument/2006/", b"http://purl.oclc.org/ooxml/officeDocument/")),
    ],
    ids=["workbook22", "any case", "folder", "words", "one case", "backslashes", "upper", "absolute", "relative", "strict"],
)  # fmt: skip
def test_parts_are_found_by_the_links(tmp_path, names, change):
    is_right(renamed(names, change), tmp_path)


@pytest.mark.parametrize("extra", ODD_FIELDS.values(), ids=ODD_FIELDS)
def test_a_container_is_read_whatever_its_extra_fields_are(tmp_path, extra):
    made = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(right())) as old, zipfile.ZipFile(made, "w") as new:
        for info in old.infolist():
            plain = zipfile.ZipInfo(info.filename)
            plain.extra = extra
            new.writestr(plain, old.read(info))
    is_right(made.getvalue(), tmp_path)


@pytest.mark.parametrize(
    "rows",
    [
        b'<row r="15000" ht="18" customHeight="1"/>',
        b'<row r="1048576" s="1" customFormat="1"><c r="XFD1048576" s="1"/></row>',
        b'<row r="1048576"><c r="XFD1048576" s="1"></c></row>',
        b'<row r="1048576"><c r="XFD1048576" s="1"><v></v></c></row>',
        b'<row r="1048576"><c r="XFD1048576" s="1" t="inlineStr"><is><t></t></is></c></row>',
    ],
)
def test_formatting_far_away_reaches_nowhere(tmp_path, rows):
    def add(text):
        return text.replace(b"</sheetData>", rows + b"</sheetData>")

    data = right()
    for part in TABS:
        data = with_part(part, add, data)
    is_right(data, tmp_path)


@pytest.mark.parametrize("cell", [b"<v>1</v>", b"<f>1+1</f>", b"<is><t>x</t></is>"])
def test_a_value_far_away_is_refused_before_anybody_makes_room_for_it(tmp_path, cell):
    kind = b' t="inlineStr"' if b"is" in cell else b""
    row = b'<row r="1048576"><c r="XFD1048576"' + kind + b">" + cell + b"</c></row></sheetData>"
    (reason,) = take_in(tmp_path, a__xlsx=replaced(ITEMS, b"</sheetData>", row)).files["reason"]
    assert "散布范围过大" in reason


def test_an_error_far_away_is_refused_too(tmp_path):
    row = b'<row r="1048576"><c r="XFD1048576" t="e"><v>#REF!</v></c></row></sheetData>'
    (reason,) = take_in(tmp_path, a__xlsx=replaced(ITEMS, b"</sheetData>", row)).files["reason"]
    assert "散布范围过大" in reason


def test_what_nobody_sees_in_headers_labels_and_names_of_sheets_is_left_out(tmp_path):
    data = right()
    for header in ("姓名", "事项编号", "党组织名称", "党员人数"):
        pasted = f"\u200b{header[0]}\u2060{header[1:]}\ufeff"
        data = with_part(
            STRINGS, lambda text, h=header, p=pasted: text.replace(f">{h}<".encode(), f">{p}<".encode()), data
        )
    data = with_part(
        "xl/workbook.xml", lambda text: text.replace("党员承诺".encode(), "党员\u200b承诺\u200e".encode()), data
    )
    assert "党员\u200b承诺\u200e" in read(data, NAME).sheets
    is_right(data, tmp_path)


def test_a_row_of_which_nothing_can_be_seen_is_blank(tmp_path):
    row = '<row r="7"><c r="B7" t="inlineStr"><is><t>\u200b \ufeff</t></is></c></row></sheetData>'
    batch = take_in(tmp_path, a__xlsx=replaced(MEMBERS, b"</sheetData>", row.encode()))
    assert len(batch.tables["members"]) == 3
    assert batch.rows_read.set_index("sheet").loc["党员承诺", "blank"] == 1
