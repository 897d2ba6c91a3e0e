"""Macros, formulas, links, markup and names that were typed: nothing of them is alive in what comes out."""

import io
import zipfile

import openpyxl
import pytest

from pledgebatch.notice.periods import Period
from pledgebatch.pipeline.consolidate import consolidate
from pledgebatch.pipeline.workspace import Workspace
from pledgebatch.readers.precheck import READ_ALL, Skip
from tests import books
from tests.intake.files import edited, replaced, take_in, with_part

PROJECT = "xl/vbaProject.bin"
MACROS = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"Sub Auto_Open()\r\n" * 100
PLAIN = b"application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"
BEARING = b"application/vnd.ms-excel.sheet.macroEnabled.main+xml"


def bearing(data=None):
    """A workbook that bears macros, as Excel saves it."""
    link = b'<Relationship Id="rIdM" Type="http://schemas.microsoft.com/office/2006/relationships/vbaProject" Target="vbaProject.bin"/>'
    kind = b'<Default Extension="bin" ContentType="application/vnd.ms-office.vbaProject"/>'
    made = with_part(
        "[Content_Types].xml",
        lambda text: text.replace(PLAIN, BEARING).replace(b"<Default", kind + b"<Default", 1),
        data,
    )
    made = with_part(
        "xl/_rels/workbook.xml.rels", lambda text: text.replace(b"</Relationships>", link + b"</Relationships>"), made
    )
    whole = io.BytesIO(made)
    with zipfile.ZipFile(whole, "a") as archive:
        archive.writestr(PROJECT, MACROS)
    return whole.getvalue()


def test_a_workbook_with_macros_is_read_as_one_without(tmp_path):
    batch = take_in(tmp_path, a__xlsm=bearing())
    assert batch.files["reason"].isna().all()
    assert len(batch.tables["items"]) == 9
    assert batch.obscured.empty


def test_no_macro_comes_back_in_the_return(tmp_path):
    def blank(book):
        book["承诺事项"]["F4"].value = None

    root = books.workspace(tmp_path / "w")
    inbox = root / "inbox" / "2011-03"
    inbox.mkdir(parents=True, exist_ok=True)
    (inbox / "云溪一小党支部_承诺台账_201103.xlsm").write_bytes(bearing(edited(blank)))
    consolidate(Workspace(root), Period(2011, 3), 0)
    made = list((root / "output").rglob("*.xlsx"))
    assert any(path.name == "退回修改.xlsx" for path in made)
    assert not list((root / "output").rglob("*.xlsm"))
    for path in made:
        with zipfile.ZipFile(path) as container:
            assert not [name for name in container.namelist() if "vba" in name.lower()], path.name
            assert not any(b"Auto_Open" in container.read(name) for name in container.namelist()), path.name


def test_a_macro_sheet_is_no_sheet_of_ours(tmp_path):
    data = replaced("xl/workbook.xml", b"</sheets>", b'<sheet name="Auto_Open" sheetId="99" r:id="rId1"/></sheets>')
    assert len(take_in(tmp_path, a__xlsm=data).tables["items"]) == 9


TYPED = ('=HYPERLINK("http://x.invalid","点我")', "@SUM(1)", "+1+1", "-2+3", "\t=1+1", "http://x.invalid/a", "mailto:a@b.cn", "<script>alert(1)</script>",
         "_x0001_", "_xD800_", "x" * 32_767, "甲\u202e乙", "=cmd|' /C calc'!A0")  # fmt: skip


@pytest.fixture(scope="module")
def published(tmp_path_factory):
    """A month in which everything that may be typed was typed, by an organisation whose name is unsafe too."""
    root = tmp_path_factory.mktemp("safe")
    registry = books.REGISTRY.copy()
    registry.loc[registry["unit_code"] == "S1", "org_name"] = NAME
    registry.loc[registry["unit_code"] == "S2", ["unit_code", "org_name"]] = ["CON", "党支部…" + "长" * 220 + ". ."]
    books.workspace(root, registry)
    items = [
        books.ITEMS[0] | {"item_no": f"T{n}", "text": text, "plan": text, "progress": text}
        for n, text in enumerate(TYPED)
    ]
    made = books.write(
        root / "inbox" / "2011-03" / "甲.xlsx", {"org_name": NAME, "head": TYPED[0], "phone": TYPED[1]}, items=items
    )
    made.write_bytes(
        with_part("xl/sharedStrings.xml", lambda text: text.replace(b"x" * 32_767, b"x" * 40_000), made.read_bytes())
    )
    consolidate(Workspace(root), Period(2011, 3), 0)
    return root / "output" / "2011-03"


NAME = '=云溪:一小/党*支部?"<b>'


def test_no_cell_of_any_output_is_a_formula_or_link_made_from_what_was_typed(published):
    made = list(published.rglob("*.xlsx"))
    assert len(made) > 3
    for path in made:
        book = openpyxl.load_workbook(path)
        for sheet in book.worksheets:
            for cell in (cell for row in sheet.iter_rows() for cell in row):
                said = str(cell.value or "")
                assert not (cell.data_type == "f" and any(text in said for text in TYPED[:4])), (path.name, cell)
                assert not (cell.data_type == "f" and "x.invalid" in said), (path.name, cell)
                assert not (cell.hyperlink and "x.invalid" in str(cell.hyperlink.target)), (path.name, cell)
                assert len(said) <= 32_767
        with zipfile.ZipFile(path) as container:
            links = [container.read(name) for name in container.namelist() if name.endswith(".rels")]
        assert not any(b"x.invalid" in link or b"externalLink" in link for link in links), path.name


def test_what_is_cut_is_said(published):
    findings = (published / "findings.csv").read_text("utf-8-sig")
    assert "超过单元格的容量" in findings


def test_no_line_of_a_csv_begins_a_formula(published):
    import csv

    tables = list(published.rglob("*.csv"))
    assert tables
    for path in tables:
        with path.open(encoding="utf-8-sig", newline="") as stream:
            cells = [cell for row in csv.reader(stream) for cell in row]
        assert [cell for cell in cells if cell.startswith(("=", "+", "-", "@", "\t", "\r"))] == [], path.name


def test_no_page_holds_markup_that_was_typed(published):
    pages = list(published.rglob("*.html"))
    assert len(pages) > 2
    for path in pages:
        page = path.read_text("utf-8")
        assert "<script>alert" not in page
        assert 'href="http://x.invalid' not in page
        assert "<b>_" not in page


def test_names_of_outputs_are_safe_on_windows(published):
    reserved = {"con", "prn", "aux", "nul", *(f"{name}{n}" for name in ("com", "lpt") for n in range(10))}
    made = list(published.rglob("*"))
    assert any("云溪" in path.name for path in made)  # what was typed is in names too
    for path in made:
        assert not set('<>:"\\|?*') & set(path.name), path.name
        assert path.name == path.name.rstrip(". "), path.name
        assert path.stem.lower() not in reserved
        assert len(path.name) <= 120
        assert len(str(path.relative_to(published))) <= 200


@pytest.mark.parametrize(
    ("names", "read"),
    [
        (("说明", "甲", "乙"), ["甲", "乙"]),
        (("说明", "甲", "第二张"), ["说明", "甲", "第二张"]),  # what is called 说明 may be the sheet that is missing
        (("甲",), ["甲"]),
    ],
)
def test_a_sheet_is_skipped_only_where_all_the_others_are_there(names, read):
    skip = Skip(frozenset(("说明",)), frozenset(("甲", "乙")))
    assert list(skip.to_read(names)) == read
    assert list(READ_ALL.to_read(names)) == list(names)
