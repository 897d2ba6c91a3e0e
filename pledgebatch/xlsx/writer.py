"""xlsxwriter without what typed text must not meet, and without what our workbooks do not need.

``private_names`` says of each method that is overridden why.
"""

import re
import zipfile
from collections.abc import Iterable, Mapping, Sequence
from io import StringIO
from pathlib import Path
from typing import Any

import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.packager import Packager
from xlsxwriter.sharedstrings import SharedStrings
from xlsxwriter.utility import _preserve_whitespace, xl_col_to_name
from xlsxwriter.worksheet import Worksheet

ODD = re.compile(r"[&<>\x00-\x1f\x7f-\x9f]|_x|^\s|\s\Z")
"""What a text has in it that cannot stand in XML, or in a cell, just as it is."""
ROW = "\0"
"""What stands for the number of a row until it has a place: no text in XML has it."""
ROW_END = "</row>"
MOST_HEIGHT = 409.0
"""Points of a row: Excel refuses a workbook with a higher one."""
ORDINARY = 0o100644 << 16
"""The permissions of an ordinary file, as a member of a container has them."""
UNIX = 3
Attributes = Iterable[tuple[str, Any]]


class PlainStrings(SharedStrings):  # type: ignore[misc]  # xlsxwriter has no types
    """Texts of a workbook, none of which is markup: xlsxwriter takes ``<r>…</r>`` for rich text of its own making."""

    def _write_si(self, string: str) -> None:
        if ODD.search(string):
            super()._write_si(string)
        else:
            self.fh.write(f"<si><t>{string}</t></si>")

    def _xml_rich_si_element(self, string: str) -> None:
        self._xml_si_element(string)


_LEFT_OUT = re.compile(r"<(?:Override|Relationship) [^>]*app\.xml[^>]*/>")
"""What links to the part that our workbooks go without."""
_VALUES_SHOWN = re.compile(r'<c:showVal val="1"/>(?=</c:dLbls>)')
_NOTHING_ELSE_SHOWN = (
    '<c:showLegendKey val="0"/><c:showVal val="1"/><c:showCatName val="0"/><c:showSerName val="0"/>'
    '<c:showPercent val="0"/><c:showBubbleSize val="0"/>'
)
"""Labels of a chart are values alone: LibreOffice shows what it is not told to leave out."""


class PlainPackager(Packager):  # type: ignore[misc]  # xlsxwriter has no types
    """Packs a workbook whose texts are plain, without the names of the sheets once more, as it may (ECMA-376, 15.2)."""

    def _write_app_file(self) -> None:
        """Nothing."""

    def _write_content_types_file(self) -> None:
        super()._write_content_types_file()
        self._mend(-1, _LEFT_OUT, "")

    def _write_root_rels_file(self) -> None:
        super()._write_root_rels_file()
        self._mend(-1, _LEFT_OUT, "")

    def _write_chart_files(self) -> None:
        first = len(self.filenames)
        super()._write_chart_files()
        for place in range(first, len(self.filenames)):
            self._mend(place, _VALUES_SHOWN, _NOTHING_ELSE_SHOWN)

    def _mend(self, place: int, pattern: re.Pattern[str], put: str) -> None:
        """Put something else in the place of what matches in a part that was just written."""
        file, *_ = self.filenames[place]
        if isinstance(file, StringIO):
            text = pattern.sub(put, file.getvalue())
            file.seek(0)
            file.truncate()
            file.write(text)
        else:  # a book in constant memory has its parts on disk
            Path(file).write_text(pattern.sub(put, Path(file).read_text("utf-8")), "utf-8")

    def _write_shared_strings_file(self) -> None:
        strings = PlainStrings()
        strings.string_table = self.workbook.str_table
        if strings.string_table.count:
            strings._set_xml_writer(self._filename("xl/sharedStrings.xml"))
            strings._assemble_xml_file()


class PlainSheet(Worksheet):  # type: ignore[misc]  # xlsxwriter has no types
    """A sheet as xlsxwriter writes it, but for what typed text and our formulas do not need.

    Cell attributes are numbers and references: nothing to escape. Formulas use no function newer than Excel 2010:
    nothing to prefix. This and ``rows`` take a third of the time that rows took.
    """

    def __init__(self) -> None:
        """Begin with a sheet that reaches nowhere yet."""
        super().__init__()
        self._reached = 0, 0

    def set_row(self, row: int, height: float | None = None, *settings: Any) -> None:
        """As xlsxwriter's, of no row too high for Excel."""
        super().set_row(row, height and min(height, MOST_HEIGHT), *settings)

    def _calculate_spans(self) -> None:
        """Nothing: the spans of rows are a hint that no reader needs."""
        self.row_spans: dict[int, str] = {}

    def content(self, value: str | int, cell_format: Format) -> str:
        """The XML of a cell with ``value``, a text fit for cells or a number, from behind its reference on."""
        style = f'" s="{cell_format._get_xf_index()}"'
        if isinstance(value, int):
            return f"{style}><v>{value}</v></c>"
        if not ODD.search(value):
            return f'{style} t="inlineStr"><is><t>{value}</t></is></c>'
        text = self._escape_data(self._escape_control_characters(value))
        space = ' xml:space="preserve"' if _preserve_whitespace(text) else ""
        return f'{style} t="inlineStr"><is><t{space}>{text}</t></is></c>'

    @staticmethod
    def opening(column: int) -> str:
        """How the cells of a column begin, before their ``content``."""
        return f'<c r="{xl_col_to_name(column)}{ROW}'

    @staticmethod
    def rows(columns: Sequence[Sequence[str]], heights: Mapping[int, float]) -> str:
        """The XML of rows: ``columns`` of cells, each an ``opening`` and a content, or nothing where it is blank.

        ``heights``, in points, of the rows that are higher than usual, the first being 0. ``ROW`` stands for the number of
        each row, so that rows say the same wherever they come to stand, until ``number_rows`` puts it in.
        """
        joined = map("".join, zip(*columns, strict=True))
        tall = {place: f' ht="{height}" customHeight="1"' for place, height in heights.items()}
        return "".join([f'<row r="{ROW}"{tall.get(place, "")}>{cells}{ROW_END}' for place, cells in enumerate(joined)])

    def write_text(self, text: str) -> None:
        """Write the XML of rows below all others, to a sheet in constant memory."""
        self._write_single_row(self.previous_row + 1)
        self.fh.write(text)

    def reach(self, row: int, column: int) -> None:
        """Say that the sheet reaches to a cell, which is written apart."""
        self._reached = row, column

    def _write_dimension(self) -> None:
        own: tuple[Any, Any] = self.dim_rowmax, self.dim_colmax  # type: ignore[has-type]  # xlsxwriter says too little
        self._check_dimensions(*self._reached)
        super()._write_dimension()
        self.dim_rowmax, self.dim_colmax = own

    def _xml_string_element(self, index: int, attributes: Attributes = ()) -> None:
        written = "".join([f' {key}="{value}"' for key, value in attributes])
        self.fh.write(f'<c{written} t="s"><v>{index}</v></c>')

    def _xml_rich_inline_string(self, string: str, attributes: Attributes = ()) -> None:
        self._xml_inline_string(string, False, attributes)

    def _prepare_formula(self, formula: str, expand_future_functions: bool = False) -> str:
        return formula.removeprefix("=")


def number_rows(xml: bytes, first: int) -> bytes:
    """The XML of ``PlainSheet.rows`` with the numbers of its rows, the first of which stands in row ``first``, from 1."""
    mark, end = ROW.encode(), ROW_END.encode()
    return end.join([row.replace(mark, b"%d" % number) for number, row in enumerate(xml.split(end), first)])


def make_ordinary(book: zipfile.ZipFile) -> None:
    """Give all members of an open container the permissions of ordinary files, on whatever system it is written."""
    for member in book.filelist:
        member.create_system, member.external_attr = UNIX, ORDINARY
    book.comment = b""  # there is none: saying so has the list of members written anew


class PlainBook(xlsxwriter.Workbook):  # type: ignore[misc]  # xlsxwriter has no types
    """A workbook of plain sheets and plain texts."""

    worksheet_class = PlainSheet

    def _get_packager(self) -> PlainPackager:
        return PlainPackager()

    def close(self) -> None:
        """Write the workbook, as anybody may read it once it is unpacked."""
        super().close()
        with zipfile.ZipFile(self.filename, "a") as book:
            make_ordinary(book)

    def _extract_named_ranges(self, defined_names: object) -> list[str]:
        """No list of them for the file's properties: a hundred names that nobody looks up there."""
        return []
