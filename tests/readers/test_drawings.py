"""What lies over the cells of a sheet: words in boxes are listed as notes, pictures are pointed out."""

import io
import zipfile

import pytest

from tests import office
from tests.intake.files import ITEMS, edited, right, take_in, with_part

NAME = "云溪一小党支部_承诺台账_201103__xlsx"
SPREADSHEET = "http://schemas.openxmlformats.org/drawingml/2006/spreadsheetDrawing"
MAIN = "http://schemas.openxmlformats.org/drawingml/2006/main"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006"
FORM = "xl/worksheets/sheet2.xml"


def shape(row, column, *lines):
    words = "".join(f"<a:p><a:r><a:t>{line}</a:t></a:r></a:p>" for line in lines)
    name = '<xdr:nvSpPr><xdr:cNvPr id="2" name="x"/><xdr:cNvSpPr/></xdr:nvSpPr>'
    looks = '<xdr:spPr><a:prstGeom prst="rect"/></xdr:spPr>'
    return anchor(row, column, f"<xdr:sp>{name}{looks}<xdr:txBody><a:bodyPr/>{words}</xdr:txBody></xdr:sp>")


def picture(row, column):
    return anchor(row, column, "<xdr:pic/>")


def anchor(row, column, body):
    def corner(name, row, column):
        across = f"<xdr:col>{column}</xdr:col><xdr:colOff>0</xdr:colOff>"
        return f"<xdr:{name}>{across}<xdr:row>{row}</xdr:row><xdr:rowOff>0</xdr:rowOff></xdr:{name}>"

    corners = corner("from", row, column) + corner("to", row + 4, column + 2)
    return f"<xdr:twoCellAnchor>{corners}{body}<xdr:clientData/></xdr:twoCellAnchor>"


def drawn(*anchors, data=None, sheet=ITEMS):
    """The workbook with a drawing over a sheet."""
    links = f"{OFFICE.rpartition('/')[0]}/relationships"
    tag = f'<drawing xmlns:r="{links}" r:id="rId77"/></worksheet>'.encode()
    data = with_part(sheet, lambda text: text.replace(b"</worksheet>", tag), data)
    kind = "application/vnd.openxmlformats-officedocument.drawing+xml"
    override = f'<Override PartName="/xl/drawings/drawing9.xml" ContentType="{kind}"/></Types>'.encode()
    data = with_part("[Content_Types].xml", lambda text: text.replace(b"</Types>", override), data)
    link = f'<Relationship Id="rId77" Type="{links}/drawing" Target="../drawings/drawing9.xml"/>'
    rels = sheet.replace("worksheets/", "worksheets/_rels/") + ".rels"
    made = io.BytesIO(data)
    with zipfile.ZipFile(made, "a", zipfile.ZIP_DEFLATED) as container:
        container.writestr(rels, f'<Relationships xmlns="{PACKAGE}/relationships">{link}</Relationships>')
        body = "".join(anchors)
        container.writestr(
            "xl/drawings/drawing9.xml", f'<xdr:wsDr xmlns:xdr="{SPREADSHEET}" xmlns:a="{MAIN}">{body}</xdr:wsDr>'
        )
    return made.getvalue()


def hidden(batch):
    return batch.obscured[["sheet", "cell", "kind", "value"]].values.tolist()


def listed(batch):
    return batch.extras[["sheet", "row", "header", "value"]].values.tolist()


def test_the_words_in_a_box_are_listed_with_the_cell_where_it_begins(tmp_path):
    batch = take_in(tmp_path, **{NAME: drawn(shape(5, 8, "时限改为", "11月底"), shape(6, 8))})
    assert listed(batch) == [["承诺事项", 6, "批注（I6）", "文本框：时限改为\n11月底"]]
    assert hidden(batch) == []


def test_the_words_in_a_box_of_a_document_are_listed_too(tmp_path):
    office.require_office()
    source = tmp_path / "boxes.xlsx"
    source.write_bytes(drawn(shape(5, 8, "时限改为", "11月底")))
    made = office.convert(source, "ods", tmp_path / "made")
    assert listed(take_in(tmp_path, boxes__ods=made.read_bytes())) == [
        ["承诺事项", 6, "批注（I6）", "文本框：时限改为\n11月底"]
    ]


def test_pictures_over_a_table_are_pointed_out_once(tmp_path):
    batch = take_in(tmp_path, **{NAME: drawn(picture(11, 1), picture(3, 5))})
    assert hidden(batch) == [["承诺事项", "F4", "picture_over", "2 张"]]
    assert len(batch.tables["items"]) == 9


def test_a_seal_on_the_form_is_none_of_them(tmp_path):
    assert hidden(take_in(tmp_path, **{NAME: drawn(picture(20, 1), sheet=FORM)})) == []


def test_a_tab_that_holds_nothing_but_a_picture_is_pointed_out(tmp_path):
    data = edited(lambda book: book.create_sheet("扫描件"))
    with zipfile.ZipFile(io.BytesIO(data)) as container:
        tabs = sum(name.startswith("xl/worksheets/sheet") for name in container.namelist())
    batch = take_in(tmp_path, **{NAME: drawn(picture(0, 0), data=data, sheet=f"xl/worksheets/sheet{tabs}.xml")})
    assert hidden(batch) == [["扫描件", "A1", "picture_over", "1 张"]]


@pytest.mark.parametrize("damaged", [b"<a", b""], ids=["broken", "empty"])
def test_a_damaged_drawing_costs_no_cell(tmp_path, damaged):
    data = with_part("xl/drawings/drawing9.xml", lambda _: damaged, drawn(picture(3, 5)))
    batch = take_in(tmp_path, **{NAME: data})
    assert batch.files["reason"].isna().all()
    assert batch.tables["items"].equals(take_in(tmp_path / "right", **{NAME: right()}).tables["items"])
