"""OpenDocument, old and other files made by hand: read with what they hide, or refused with a sentence of their own."""

import io
import re
import zipfile

import pandas as pd
import pytest
import xlrd

from pledgebatch.intake.find import find
from pledgebatch.readers import xls
from pledgebatch.readers.ods import read_ods
from tests import books, office
from tests.intake.files import right, take_in, zipped

SPREADSHEET = b"application/vnd.oasis.opendocument.spreadsheet"
MANIFEST = (
    '<manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0">'
    '<manifest:file-entry manifest:full-path="content.xml" manifest:media-type="text/xml">{}</manifest:file-entry>'
    "</manifest:manifest>"
)
HEADERS = ("意见编号", "日期", "征求方式", "参加人数", "意见建议", "是否采纳")
ROWS = (
    ("Y1", "2011-02-20", "座谈会", "20", "希望加装雨棚", "采纳"),
    ("Y2", "2011-02-21", "座谈会", "8", "希望开放书库", "采纳"),
)


def cell(text, more=""):
    return f'<table:table-cell office:value-type="string" {more}><text:p>{text}</text:p></table:table-cell>'


def row(texts, more=""):
    return f"<table:table-row {more}>{''.join(map(cell, texts))}</table:table-row>"


def ods(rows, style="", between="", encrypted=False):
    """An OpenDocument spreadsheet whose one sheet is 征求意见, with the headers of the form."""
    names = ("office", "table", "text", "style", "draw", "calcext")
    spaces = " ".join(f'xmlns:{name}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"' for name in names)
    table = f'<table:table table:name="征求意见" table:style-name="ta1">{row(HEADERS)}{"".join(rows)}</table:table>'
    body = f"<office:body><office:spreadsheet>{table}</office:spreadsheet></office:body>".replace("><", f">{between}<")
    styles = f'<style:style style:name="ta1" style:family="table"><style:table-properties {style}/></style:style>'
    content = (
        f"<office:document-content {spaces}><office:automatic-styles>{styles}</office:automatic-styles>"
        f"{body}</office:document-content>"
    )
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        archive.writestr("mimetype", SPREADSHEET)
        archive.writestr("content.xml", content)
        secret = "<manifest:encryption-data/>" if encrypted else ""
        archive.writestr("META-INF/manifest.xml", MANIFEST.format(secret))
        archive.writestr("Basic/Standard/script-lc.xml", '<?xml version="1.0"?><!DOCTYPE library:library><x/>')
    return made.getvalue()


def told(batch):
    return batch.obscured[["kind", "value"]].values.tolist()


def test_a_document_with_macros_is_read(tmp_path):
    batch = take_in(tmp_path, a__ods=ods(map(row, ROWS)))
    assert batch.files["reason"].isna().all(), batch.files["reason"][0]
    assert batch.tables["opinions"]["opinion"].tolist() == ["希望加装雨棚", "希望开放书库"]
    assert told(batch) == []


def test_line_ends_between_the_cells_are_none_of_their_texts(tmp_path):
    batch = take_in(tmp_path, a__ods=ods(map(row, ROWS), between="\n    "))
    assert batch.tables["opinions"]["opinion"].tolist() == ["希望加装雨棚", "希望开放书库"]


def test_hidden_sheets_and_folded_rows_of_a_document_are_named(tmp_path):
    folded = f'<table:table-row-group table:display="false">{row(ROWS[1])}</table:table-row-group>'
    batch = take_in(tmp_path, a__ods=ods([row(ROWS[0]), folded], style='table:display="false"'))
    assert told(batch) == [["hidden_sheet", "征求意见"], ["hidden_row", "3"]]
    assert len(batch.tables["opinions"]) == 2


def test_filtered_rows_of_a_document_are_named(tmp_path):
    batch = take_in(tmp_path, a__ods=ods([row(ROWS[0]), row(ROWS[1], 'table:visibility="filter"')]))
    assert told(batch) == [["hidden_row", "3"]]


def with_cells(**cells):
    """A document whose first opinion has some cells written otherwise."""
    written = [
        cells.get(header, cell(text))
        for header, text in zip(("no", "date", "method", "number", "opinion", "adopted"), ROWS[0], strict=True)
    ]
    return ods([f"<table:table-row>{''.join(written)}</table:table-row>"])


def number(kind, value, text, more=""):
    name = {"date": "date-value", "time": "time-value"}.get(kind, "value")
    return f'<table:table-cell office:value-type="{kind}" office:{name}="{value}" {more}><text:p>{text}</text:p></table:table-cell>'


@pytest.mark.parametrize(
    ("paragraphs", "text"),
    [
        ("<text:p>加装<text:tab/>雨棚</text:p>", "加装\t雨棚"),
        ("<text:p>加装<text:line-break/>雨棚</text:p>", "加装\n雨棚"),
        ("<text:p>加装</text:p><text:p>雨棚</text:p>", "加装\n雨棚"),
        ('<text:p>加装<text:s text:c="3"/>雨棚<text:s/>好</text:p>', "加装   雨棚 好"),
        ("<text:p>加装\n    <text:span>雨棚</text:span></text:p>", "加装 雨棚"),
        ("<office:annotation><text:p>谁提的？</text:p></office:annotation><text:p>雨棚</text:p>", "雨棚"),
        ("<text:p>雨棚</text:p><draw:frame><draw:text-box><text:p>图</text:p></draw:text-box></draw:frame>", "雨棚"),
        ("<text:p><text:ruby><text:ruby-base>雨</text:ruby-base><text:ruby-text>yu</text:ruby-text></text:ruby>棚</text:p>", "雨棚"),
    ],
)  # fmt: skip
def test_what_stands_inside_a_cell_of_a_document_is_kept(tmp_path, paragraphs, text):
    made = with_cells(opinion=f'<table:table-cell office:value-type="string">{paragraphs}</table:table-cell>')
    batch = take_in(tmp_path, a__ods=made)
    assert batch.tables["opinions"]["opinion_raw"].tolist() == [text]
    assert told(batch) == []


@pytest.mark.parametrize(
    ("cells", "key", "value"),
    [
        ({"no": number("float", "1", "001")}, "opinion_no", "001"),
        ({"no": number("float", "1", "第1号")}, "opinion_no", "第1号"),
        ({"no": number("float", "1201", "1,201.00")}, "opinion_no", "1201"),
        ({"no": number("float", "1201", "1.2E+03")}, "opinion_no", "1201"),
        ({"no": number("date", "1900-01-02", "1900-01-02")}, "opinion_no", "3"),
        ({"number": number("date", "1900-01-11", "1900-01-11")}, "attendance", 12),
        ({"number": number("time", "PT288H00M00S", "0:00")}, "attendance", 12),
        ({"number": number("percentage", "0.85", "85%")}, "attendance", 85),
        ({"number": number("currency", "12", "￥12.00")}, "attendance", 12),
        ({"number": number("float", "20.999999999999996", "21")}, "attendance", 21),
        ({"date": number("date", "2011-02-20", "2月20日")}, "date", pd.Timestamp("2011-02-20")),
        ({"date": number("date", "2011-02-20T08:30:00", "2月20日")}, "date", pd.Timestamp("2011-02-20")),
        ({"date": number("float", "40594", "40594")}, "date", pd.Timestamp("2011-02-20")),
    ],
)  # fmt: skip
def test_numbers_of_a_document_are_read_as_they_are_shown(tmp_path, cells, key, value):
    batch = take_in(tmp_path, a__ods=with_cells(**cells))
    assert batch.tables["opinions"][key].tolist() == [value]
    assert told(batch) == []


@pytest.mark.parametrize(
    ("program", "attendance"),
    [("gnumeric/1.12.55", 12), ("MicrosoftOffice/15.0 MicrosoftExcel", 12), ("LibreOffice/7.4.7.2", 13)],
)
def test_a_number_shown_as_a_day_is_counted_as_the_program_counts(tmp_path, program, attendance):
    made = io.BytesIO(with_cells(number=number("date", "1900-01-12", "1900-01-12")))
    with zipfile.ZipFile(made, "a") as archive:
        archive.writestr("meta.xml", f"<office:meta><meta:generator>{program}</meta:generator></office:meta>")
    batch = take_in(tmp_path, a__ods=made.getvalue())
    assert batch.tables["opinions"]["attendance"].tolist() == [attendance]


def test_what_was_typed_as_true_is_true_in_a_document_too():
    sheets = read_ods(with_cells(adopted=number("float", "1", "1", 'table:formula="of:=TRUE()"'))).sheets
    assert sheets["征求意见"][1][-1] is True


@pytest.mark.parametrize(
    ("cells", "kind"),
    [
        ({"no": number("date", "2011-01-01", "1月1日")}, "day"),
        ({"no": number("time", "PT01H01M00S", "1:01")}, "day"),
        ({"opinion": cell("x", 'table:formula="of:=DISPIMG(&quot;ID_1&quot;;1)"')}, "picture"),
        ({"opinion": cell("=DISPIMG(&quot;ID_1&quot;,1)")}, "picture"),
        ({"opinion": cell("#NAME?", 'table:formula="of:=DISPIMG(&quot;ID_1&quot;;1)" calcext:value-type="error"')}, "picture"),
        ({"number": number("float", "twelve", "12")}, "unreadable"),
        ({"date": number("date", "2011-99-99", "x")}, "unreadable"),
    ],
)  # fmt: skip
def test_what_is_lost_in_a_document_is_named(tmp_path, cells, kind):
    batch = take_in(tmp_path, a__ods=with_cells(**cells))
    assert batch.obscured["kind"].tolist() == [kind]
    assert batch.tables["opinions"]["submission"].tolist() == [0]


@pytest.mark.parametrize(
    ("made", "reason"),
    [
        (
            ods([cell("x", 'table:number-columns-repeated="16384"').join(("<table:table-row>", "</table:table-row>"))]),
            "",
        ),
        (ods([row(["x" * 100_000] * 6, 'table:number-rows-repeated="9000"')]), "展开后过大"),
        (ods([row(ROWS[0], 'table:number-rows-repeated="900000"')] * 9), "散布范围过大"),
        (ods([], encrypted=True), "设有打开密码"),
    ],
    ids=["wide", "long", "tall", "secret"],
)
def test_what_a_document_repeats_is_counted_before_it_is_read(tmp_path, made, reason):
    said = take_in(tmp_path, a__ods=made).files["reason"].fillna("")[0]
    assert reason in said
    assert bool(said) == bool(reason)


@pytest.mark.parametrize(
    ("start", "said"),
    [
        (b"<?xml version='1.0'?><?mso-application progid='Excel.Sheet'?><Workbook/>", "XML 文本"),
        ("<?xml version='1.0' encoding='utf-16'?><Workbook/>".encode("utf-16"), "XML 文本"),
        (b"<?xml version='1.0'?><office:document office:mimetype='x'/>", "XML 文本"),
        (b"MIME-Version: 1.0\r\nX-Document-Type: Workbook\r\n", "网页"),
        ("<html>".encode("utf-16"), "网页"),
        (b"ID;PWXL;N;E\r\nC;X1;Y1;K1\r\n", "文本"),
        ("编号\t日期\r\n".encode("utf-16"), "不是工作簿"),
        (b"\x09\x00\x04\x00\x02\x00\x10\x00", "已损坏"),
        (b"\x00\x00\x1a\x00\x00\x10\x04\x00", "不是工作簿"),
        (b"{\\rtf1\\ansi x}", "文字文档"),
        (zipped(OFD__xml=b"<ofd:OFD/>"), "文字文档"),
        (b"\0\0\0\x18ftypheic\0\0\0\0", "图片"),
        (b"RIFF\x24\0\0\0WEBPVP8 ", "图片"),
        (b"II*\0\x08\0\0\0", "图片"),
    ],
)
def test_a_file_of_another_kind_is_called_what_it_is(tmp_path, start, said):
    assert said in take_in(tmp_path, a__xls=start).files["reason"][0]


def test_files_of_one_name_in_a_zip_are_told_apart(tmp_path):
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        archive.writestr("a.xlsx", right())
        archive.writestr("b.xlsx", b"x")
    inbox = tmp_path / "in"
    inbox.mkdir()
    (inbox / "z.zip").write_bytes(made.getvalue().replace(b"b.xlsx", b"a.xlsx"))
    found = find(inbox)
    assert [each.file for each in found] == ["z.zip/a.xlsx", "z.zip/a（2）.xlsx"]
    assert [each.read() for each in found] == [right(), b"x"]


@pytest.mark.parametrize(
    "made",
    [zipped(), zipped(Thumbs__db=b"x"), zipped(a__zip=zipped()), b"PK\x05\x06" + b"\0" * 18],
    ids=["no members", "litter", "a zip without members", "an end alone"],
)
def test_a_zip_with_nothing_in_it_is_no_file_less(tmp_path, made):
    files = take_in(tmp_path, a__zip=made).files
    assert len(files) == 1
    assert files["reason"].notna().all()


def test_zips_that_hold_too_much_are_refused_whole(tmp_path):
    inner = zipped(**{f"n{number}__txt": b"x" for number in range(300)})
    files = take_in(tmp_path, a__zip=zipped(b__zip=inner, c__zip=inner)).files
    assert files["file"].tolist() == ["a.zip"]
    assert "超过 500 个文件" in files["reason"][0]


def test_a_damaged_zip_within_a_zip_costs_itself_only(tmp_path):
    inner = bytearray(zipped(c__txt=bytes(range(256)) * 40))
    inner[40:60] = b"\xff" * 20
    outer = zipped(a__xlsx=right(), b__zip=bytes(inner))
    spoilt = re.sub(rb"(b\.zip.{4})", lambda found: found[0], outer)
    files = take_in(tmp_path, z__zip=spoilt).files
    assert "z.zip/a.xlsx" in files["file"].tolist()
    assert files.loc[files["file"] == "z.zip/a.xlsx", "reason"].isna().all()
    assert files.loc[files["file"] != "z.zip/a.xlsx", "reason"].notna().all()


class Refusing:
    """Stands in for the reader of .xls, which asserts much about records that hold no cell."""

    def __init__(self, mistake):
        self.mistake, self.opened = mistake, xls.xlrd.open_workbook

    def __call__(self, **options):
        if options.get("formatting_info"):
            raise self.mistake
        return self.opened(**options)


@pytest.mark.parametrize(
    "mistake", [AssertionError(), xlrd.XLRDError("Workbook corruption: seen[2] == 4"), IndexError()]
)
def test_an_xls_whose_formats_cannot_be_read_is_read_without(tmp_path, monkeypatch, mistake):
    office.require_office()
    (tmp_path / "right.xlsx").write_bytes(right())
    data = office.convert(tmp_path / "right.xlsx", "xls", tmp_path).read_bytes()
    monkeypatch.setattr(xls.xlrd, "open_workbook", Refusing(mistake))
    batch = take_in(tmp_path, a__xls=data)
    assert batch.files["reason"].isna().all(), batch.files["reason"][0]
    assert batch.tables["items"]["text"].tolist() == [item["text"] for item in books.ITEMS]
    assert batch.tables["organisations"]["org_date"].tolist() == [pd.Timestamp("2011-03-08")]
    assert batch.obscured.empty
