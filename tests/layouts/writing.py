"""Writes a sketch as the program would in which the clerk made it."""

import datetime as dt
import zipfile
from pathlib import Path
from xml.sax.saxutils import escape, quoteattr

import openpyxl
from openpyxl.styles import Alignment, Font

from tests.layouts.sketch import Page, Sketch
from tests.layouts.spelling import Cell

MADE = dt.datetime(2011, 4, 20)
MIMETYPE = "application/vnd.oasis.opendocument.spreadsheet"
NAMESPACES = " ".join(
    f'xmlns:{name}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"'
    for name in ("office", "table", "text", "style", "number")
)
DAY_STYLE = (
    '<office:automatic-styles><number:date-style style:name="N1"><number:year number:style="long"/><number:text>-</number:text>'
    '<number:month number:style="long"/><number:text>-</number:text><number:day number:style="long"/></number:date-style>'
    '<style:style style:name="day" style:family="table-cell" style:data-style-name="N1"/></office:automatic-styles>'
)


def write(sketch: Sketch, path: Path) -> None:
    """Write the workbook at ``path``, whose suffix is the sketch's."""
    if sketch.writer == "ods":
        _write_ods(sketch, path)
    elif sketch.writer == "office":
        from tests.office import convert

        plain = path.with_suffix(".xlsx")
        _write_xlsx(sketch, plain)
        convert(plain, "xls", path.parent)
        plain.unlink()
    else:
        _write_xlsx(sketch, path)


def _write_xlsx(sketch: Sketch, path: Path) -> None:
    book = openpyxl.Workbook()
    book.remove(book.active)
    book.properties.created = book.properties.modified = MADE
    for page in sketch.pages:
        sheet = book.create_sheet(page.title)
        if page.hidden:
            sheet.sheet_state = "veryHidden"
        for (row, column), cell in page.cells.items():
            made = sheet.cell(row + 1, column + 1, cell)
            if isinstance(cell, dt.datetime):
                made.number_format = "yyyy-mm-dd"
            elif isinstance(cell, str) and "\n" in cell:
                made.alignment = Alignment(wrap_text=True)
            elif row == 0:
                made.font = Font(bold=True)
        for top, left, bottom, right in page.merged:
            sheet.merge_cells(start_row=top + 1, start_column=left + 1, end_row=bottom + 1, end_column=right + 1)
    book.save(path)


def _write_ods(sketch: Sketch, path: Path) -> None:
    tables = "".join(map(_table, (page for page in sketch.pages if not page.hidden)))
    content = (
        f'<?xml version="1.0" encoding="UTF-8"?><office:document-content {NAMESPACES} office:version="1.2">{DAY_STYLE}'
        f"<office:body><office:spreadsheet>{tables}</office:spreadsheet></office:body></office:document-content>"
    )
    manifest = (
        '<?xml version="1.0" encoding="UTF-8"?><manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0" manifest:version="1.2">'
        f'<manifest:file-entry manifest:full-path="/" manifest:media-type="{MIMETYPE}"/>'
        '<manifest:file-entry manifest:full-path="content.xml" manifest:media-type="text/xml"/></manifest:manifest>'
    )
    with zipfile.ZipFile(path, "w") as made:
        for name, text in (("mimetype", MIMETYPE), ("content.xml", content), ("META-INF/manifest.xml", manifest)):
            made.writestr(zipfile.ZipInfo(name, MADE.timetuple()[:6]), text)


def _table(page: Page) -> str:
    width = max(column for _, column in page.cells) + 1
    merged = {(top, left): (bottom - top + 1, right - left + 1) for top, left, bottom, right in page.merged}
    rows = (
        "<table:table-row>"
        + "".join(_cell(page.cells.get((row, column), ""), merged.get((row, column))) for column in range(width))
        + "</table:table-row>"
        for row in range(page.height)
    )
    return f"<table:table table:name={quoteattr(page.title)}>{''.join(rows)}</table:table>"


def _cell(cell: Cell, spans: tuple[int, int] | None) -> str:
    spanned = f' table:number-rows-spanned="{spans[0]}" table:number-columns-spanned="{spans[1]}"' if spans else ""
    if cell == "":
        return f"<table:table-cell{spanned}/>"
    if isinstance(cell, dt.datetime):
        day = cell.date().isoformat()
        return f'<table:table-cell{spanned} table:style-name="day" office:value-type="date" office:date-value="{day}"><text:p>{day}</text:p></table:table-cell>'
    if isinstance(cell, int):
        return f'<table:table-cell{spanned} office:value-type="float" office:value="{cell}"><text:p>{cell}</text:p></table:table-cell>'
    text = "".join(f"<text:p>{escape(line)}</text:p>" for line in str(cell).split("\n"))
    return f'<table:table-cell{spanned} office:value-type="string">{text}</table:table-cell>'
