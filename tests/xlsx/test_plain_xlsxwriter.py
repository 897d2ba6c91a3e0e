"""Our layer writes what xlsxwriter writes, part by part, but for what it leaves out on purpose; and nobody else goes below.

Whoever raises the upper bound of xlsxwriter in pyproject.toml finds out here what a new version changed.
"""

import ast
import html
import io
import re
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.packager import Packager
from xlsxwriter.sharedstrings import SharedStrings
from xlsxwriter.workbook import Workbook
from xlsxwriter.worksheet import Worksheet

import pledgebatch
from pledgebatch.xlsx import template, writer
from pledgebatch.xlsx.formats import Formats, new_book
from pledgebatch.xlsx.page_setup import print_setup, protect
from pledgebatch.xlsx.private_names import CALLED, OVERRIDDEN
from pledgebatch.xlsx.template import TemplateBook, copy_template, save_template

PACKAGE = Path(pledgebatch.__file__).parent
TEXTS = [
    "李明",
    "a < b & \"c\" > 'd'",
    " 前后有空格 ",
    "两\n行",
    "<r><t>富文本</t></r>",
    "_x0041_",
    "\t",
    "\x01",
    "𠮷",
    "=1+1",
    "007",
]
LEFT_OUT = "docProps/app.xml"
LINKS = re.compile(r"<(?:Override|Relationship) [^>]*app\.xml[^>]*/>")
SPANS, DATES = re.compile(r' spans="\d+:\d+"'), re.compile(r"<dcterms:(created|modified)[^>]*>[^<]*</dcterms:\1>")


def lay_out(book: Any) -> Formats:
    """A sheet with all that a template of ours says."""
    formats = Formats(book)
    sheet, other = book.add_worksheet("党员承诺"), book.add_worksheet("_pledgebatch")
    sheet.set_column(0, 0, 12, formats("cell", locked=False), {"level": 1, "hidden": True})
    sheet.set_column(1, 3, 30, formats("date"))
    sheet.set_row(0, 28, formats("title"))
    sheet.set_row(5, 40, None, {"level": 1, "hidden": True})
    sheet.set_row(6, None, None, {"collapsed": True})
    sheet.write_string(0, 0, "标题 & 说明", formats("title"))
    sheet.write_blank(0, 1, None, formats("group"))
    sheet.merge_range(1, 0, 1, 3, "合并的说明", formats("plain"))
    sheet.write_formula(2, 0, '=IFERROR(SUMPRODUCT((LEN(names)>0)*1)&"<&>","待查")', formats("number"), 7)
    sheet.write_formula(2, 1, "=MAX(1,2)", formats("number"))
    sheet.data_validation(
        3,
        0,
        99,
        0,
        {"validate": "list", "source": ["是", "否"], "input_message": "从列表中选", "error_type": "warning"},
    )
    sheet.data_validation(3, 1, 99, 1, {"validate": "list", "source": "=list_groups", "ignore_blank": True})
    sheet.data_validation(3, 2, 99, 2, {"validate": "integer", "criteria": ">=", "value": 0, "show_error": False})
    marked = formats("mark", bg_color="#F8CBCB")
    rule = {"type": "formula", "criteria": '=(LEN($A4)>0)*($B4="")', "format": marked}
    sheet.conditional_format(3, 0, 99, 0, rule | {"multi_range": "A4:A100 C4:C100"})
    book.define_name("list_groups", "='_pledgebatch'!$A$1:$A$2")
    book.define_name("names", "='党员承诺'!$A$4:INDEX('党员承诺'!$A$4:$A$100,1)")
    for row, group in enumerate(("汉族", "回族")):
        other.write_string(row, 0, group)
    other.very_hidden()
    sheet.freeze_panes(3, 1)
    sheet.autofilter(2, 0, 99, 3)
    sheet.hide_gridlines(2)
    sheet.outline_settings(True, False, True, False)
    sheet.set_tab_color("#8C1D18")
    protect(sheet, filtered=True)
    print_setup(sheet, 2)
    sheet.repeat_columns(0, 1)
    sheet.set_landscape()
    sheet.set_header("&C本表太宽")
    sheet.print_area(0, 0, 20, 3)
    sheet.ignore_errors({"number_stored_as_text": "A4:D100"})
    sheet.activate()
    return formats


def fill_in(book: Any, formats: Formats) -> None:
    """Texts, numbers, links and notes."""
    sheet = book.get_worksheet_by_name("党员承诺")
    for row, text in enumerate(TEXTS, 3):
        sheet.write_string(row, 0, text, formats("cell", locked=False))
        sheet.write_number(row, 1, 40_000 + row, formats("date"))
        sheet.write_number(row, 2, 0.1 + row, formats("number"))
        sheet.write_blank(row, 3, None, formats("cell", bg_color="#FFE699"))
    sheet.write_url(3, 3, "internal:'_pledgebatch'!A1", formats("link"), "看名单")
    sheet.write_comment(4, 0, "【错误】请核对 <姓名>", {"author": "pledgebatch", "x_scale": 2.2, "y_scale": 1.5})


def write_plain(target: io.BytesIO) -> None:
    write(target, xlsxwriter.Workbook)


def write_ours(target: io.BytesIO) -> None:
    write(target, writer.PlainBook)


def write(target: io.BytesIO, book_class: type[xlsxwriter.Workbook], **options: Any) -> None:
    book = new_book(target, book_class, **options)
    fill_in(book, lay_out(book))
    book.close()


def write_from_template(target: io.BytesIO) -> None:
    book = new_book(None, TemplateBook)
    book, formats = copy_template(save_template(book, lay_out(book)), target)
    fill_in(book, formats)
    book.close()


def parts(write: Callable[[io.BytesIO], None]) -> dict[str, str]:
    """The parts of a workbook in their order, without dates, and without what we leave out."""
    target = io.BytesIO()
    write(target)
    with zipfile.ZipFile(target) as book:
        texts = {name: book.read(name).decode() for name in book.namelist()}
    return {name: SPANS.sub("", LINKS.sub("", DATES.sub("", text))) for name, text in texts.items() if name != LEFT_OUT}


def read_formats(styles: str) -> list[str]:
    """The cell formats of a workbook with all that they name by number written out."""
    lists = {name: elements(styles, f"{name}s", name) for name in ("font", "fill", "border", "numFmt")}

    def write_out(found: re.Match[str]) -> str:
        name, number = found[1], int(found[2])
        if name == "numFmt":
            return next((each.partition("formatCode")[2] for each in lists[name] if f'Id="{number}"' in each), found[0])
        return lists[name][number]

    return [re.sub(r'(font|fill|border|numFmt)Id="(\d+)"', write_out, xf) for xf in elements(styles, "cellXfs", "xf")]


def elements(styles: str, within: str, name: str) -> list[str]:
    part = re.search(f"<{within}[ >].*?</{within}>", styles)
    return re.findall(f"<{name}(?: [^>]*)?/>|<{name}[ >].*?</{name}>", part[0][len(within) :]) if part else []


def with_formats(book: dict[str, str]) -> dict[str, str]:
    """The sheets of a workbook, in which formats stand in the place of their numbers."""
    formats = read_formats(book["xl/styles.xml"])
    return {
        name: re.sub(r' (s|style)="(\d+)"', lambda found: f" {found[1]}={formats[int(found[2])]}", text)
        for name, text in book.items()
        if name != "xl/styles.xml"
    }


def plain_parts() -> dict[str, str]:
    """The parts that xlsxwriter writes, with a text that looks like markup as a text, not as rich text."""
    plain = parts(write_plain)
    strings, rich = plain["xl/sharedStrings.xml"], "<si><r><t>富文本</t></r></si>"
    assert rich in strings
    as_text = f"<si><t>{html.escape(rich[4:-5])}</t></si>"
    return plain | {"xl/sharedStrings.xml": strings.replace(rich, as_text)}


def test_each_part_is_what_xlsxwriter_writes() -> None:
    plain, ours = plain_parts(), parts(write_ours)
    assert list(ours) == list(plain)
    for name, text in plain.items():
        assert ours[name] == text, name


def test_each_part_filled_in_from_a_template_is_what_xlsxwriter_writes() -> None:
    """But for the numbers of formats, which a template gets when it is laid out."""
    plain, ours = (with_formats(book) for book in (plain_parts(), parts(write_from_template)))
    assert list(ours) == list(plain)
    for name, text in plain.items():
        assert ours[name] == text, name


def test_rows_written_apart_are_what_xlsxwriter_writes_in_constant_memory() -> None:
    columns = [[f"第{row}项 <&> " for row in range(3)], [row + 1 for row in range(3)]]

    def plainly(target: io.BytesIO) -> None:
        book = new_book(target, xlsxwriter.Workbook, constant_memory=True, in_memory=False)
        sheet, formats = book.add_worksheet("表"), Formats(book)
        sheet.write_string(0, 0, "题", formats("header"))
        for row, values in enumerate(zip(*columns, strict=True), 1):
            sheet.write_string(row, 0, values[0], formats("cell"))
            sheet.write_number(row, 1, values[1], formats("number"))
        book.close()

    def apart(target: io.BytesIO) -> None:
        book = new_book(target, constant_memory=True, in_memory=False)
        sheet, formats = book.add_worksheet("表"), Formats(book)
        sheet.write_string(0, 0, "题", formats("header"))
        own = formats("cell"), formats("number")
        cells = [
            [sheet.opening(column) + sheet.content(value, own[column]) for value in values]
            for column, values in enumerate(columns)
        ]
        sheet.reach(3, 1)
        sheet.write_text(writer.number_rows(sheet.rows(cells, {}).encode(), 2).decode())
        book.close()

    plain, ours = with_formats(parts(plainly)), with_formats(parts(apart))
    assert 'ref="A1:B4"' in ours["xl/worksheets/sheet1.xml"]
    assert list(ours) == list(plain)
    for name, text in plain.items():
        assert ours[name] == text, name


OURS = {
    name: made
    for module in (writer, template)
    for name, made in vars(module).items()
    if isinstance(made, type) and made.__module__ == module.__name__
}
BASES = (Workbook, Worksheet, Packager, SharedStrings, Format)
PRIVATE = {name for base in BASES for name in dir(base) if name.startswith("_") and not name.startswith("__")}
PRIVATE -= {"_write"}  # a word that anybody may use


def test_every_private_method_overridden_is_listed_with_its_reason() -> None:
    overridden = {
        f"{name}.{key}"
        for name, made in OURS.items()
        for key in vars(made)
        if key.startswith("_") and not key.startswith("__") and any(hasattr(base, key) for base in made.__mro__[1:])
    }
    assert overridden == set(OVERRIDDEN)
    assert all(OVERRIDDEN.values())


def used_in(room: Path) -> set[str]:
    """The private names of xlsxwriter that the files of a room use or define."""
    nodes = [node for path in room.rglob("*.py") for node in ast.walk(ast.parse(path.read_text("utf-8")))]
    attributes = {node.attr for node in nodes if isinstance(node, ast.Attribute)}
    return PRIVATE & (attributes | {node.name for node in nodes if isinstance(node, ast.FunctionDef)})


def test_every_private_method_called_is_listed_with_its_reason() -> None:
    overridden = {name.partition(".")[2] for name in OVERRIDDEN}
    assert used_in(PACKAGE / "xlsx") == overridden | set(CALLED)


@pytest.mark.parametrize(
    "room", sorted(path.name for path in PACKAGE.iterdir() if path.is_dir() and path.name != "xlsx")
)
def test_no_other_room_uses_a_private_name_of_xlsxwriter(room: str) -> None:
    assert not used_in(PACKAGE / room)


def test_xlsxwriter_has_an_upper_bound() -> None:
    dependencies = (PACKAGE.parent / "pyproject.toml").read_text("utf-8")
    assert re.search(r'"xlsxwriter>=[\d.]+,<[\d.]+"', dependencies)
