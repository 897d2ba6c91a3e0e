"""Workbooks laid out once and filled in many times: what is the same in all of them is made into XML once.

A workbook is laid out through xlsxwriter's ordinary methods, made into XML and saved. Each copy is filled in through the
same methods; what is XML already is written as it stands, and whatever is set anew about it holds. A prefilled workbook
takes 15 ms of CPU where it took 47, a return with 70 findings 29 where it took 55.
"""

import pickle
from collections.abc import Callable, Hashable, Mapping, Sequence
from io import StringIO
from typing import Any

from xlsxwriter.format import Format
from xlsxwriter.utility import xl_col_to_name

from pledgebatch.xlsx.writer import MOST_HEIGHT, PlainBook, PlainPackager, PlainSheet


class TemplateSheet(PlainSheet):
    """A sheet that can be made into XML, and filled with whole columns of texts below the rows laid out."""

    def __init__(self) -> None:
        """Begin with nothing made into XML."""
        super().__init__()
        self._row_tags: dict[int, str] = {}
        """The opening tags of rows."""
        self._sections: dict[str, str] = {}
        """What stands apart from the rows, by the method that writes it."""
        self._below = ""

    def make_xml(self) -> None:
        """Make all that is laid out into XML."""
        for row in sorted({*self.row_info, *self.table}):
            self._row_tags[row] = self._capture(self._write_row, row, None, self.row_info.get(row))
            cells = self.table[row]
            self.table[row] = {column: self._capture(self._write_cell, row, column, cells[column]) for column in cells}
        for write in (self._write_cols, self._write_conditional_formats, self._write_data_validations):
            self._sections[write.__name__] = self._capture(write)
        self.validations.clear()
        self.cond_formats.clear()

    def _capture(self, write: Callable[..., None], *arguments: Any) -> str:
        self.fh = StringIO()
        write(*arguments)
        return self.fh.getvalue()

    def reset_columns(self) -> None:
        """Forget the columns: their formats, widths and folds are about to be set anew."""
        self.col_info.clear()
        self.outline_col_level = 0
        self._sections.pop("_write_cols", None)

    def set_row(self, row: int, *settings: Any) -> None:
        """As xlsxwriter's, of a row that may be XML already."""
        super().set_row(row, *settings)
        self.outline_row_level = max(info.level for info in self.row_info.values())
        self._row_tags.pop(row, None)

    def set_result(self, row: int, column: int, value: int) -> None:
        """Give the formula in a cell, XML already, the value that it comes to."""
        formula, _, _ = self.table[row][column].rpartition("<v>")
        self.table[row][column] = f"{formula}<v>{value}</v></c>"

    def contents(self, texts: Sequence[str], cell_format: Format) -> list[str]:
        """The XML of cells with ``texts``, all fit for cells, from behind their references on; none of blank ones."""
        style, numbers = f'" s="{cell_format._get_xf_index()}" t="s"><v>', self.str_table.string_table
        distinct = dict.fromkeys(texts)
        cells = {text: f"{style}{numbers.setdefault(text, len(numbers))}</v></c>" for text in distinct if text}
        self.str_table.unique_count = len(numbers)
        cells[""] = ""
        return list(map(cells.__getitem__, texts))

    @staticmethod
    def blank(cell_format: Format) -> str:
        """The XML of a blank cell, from behind its reference on."""
        return f'" s="{cell_format._get_xf_index()}"/>'

    def write_below(self, first: int, columns: Mapping[int, Sequence[str]], heights: Mapping[int, float]) -> None:
        """Write ``columns`` of contents, below all other rows, from row ``first`` on.

        ``heights`` are those of rows that are higher than usual for now: they may still grow with what is typed.
        """
        openings = [f'<c r="{xl_col_to_name(column)}' for column in columns]
        rows = []
        row = 0
        for row, contents in enumerate(zip(*columns.values(), strict=True), first):
            number = str(row + 1)
            cells = [opening + number + content for opening, content in zip(openings, contents, strict=True) if content]
            if cells:
                tall = f' ht="{min(heights[row], MOST_HEIGHT)}"' if row in heights else ""
                rows.append(f'<row r="{number}"{tall}>{"".join(cells)}</row>')
        self.reach(row, 0)
        self._below = "".join(rows)
        self.str_table.count += self._below.count(' t="s"')

    def _write_rows(self) -> None:
        write = self.fh.write
        for row in sorted({*self.row_info, *self.table}):
            if row in self._row_tags:
                write(self._row_tags[row])
            else:
                self._write_row(row, None, self.row_info.get(row))
            cells = self.table.get(row, {})
            for column in sorted(cells):
                self._write_cell(row, column, cells[column])
            write("</row>")
        write(self._below)

    def _write_cell(self, row: int, column: int, cell: Any) -> None:
        if isinstance(cell, str):
            self.fh.write(cell)
        else:
            super()._write_cell(row, column, cell)

    def _write_cols(self) -> None:
        self._write_section("_write_cols", super()._write_cols)

    def _write_conditional_formats(self) -> None:
        self._write_section("_write_conditional_formats", super()._write_conditional_formats)

    def _write_data_validations(self) -> None:
        self._write_section("_write_data_validations", super()._write_data_validations)

    def _write_section(self, name: str, write: Callable[[], None]) -> None:
        if self._sections.get(name):
            self.fh.write(self._sections[name])
        else:
            write()


class TemplatePackager(PlainPackager):
    """Packs such a workbook; styles that an earlier copy had too are not made again."""

    def _write_styles_file(self) -> None:
        book = self.workbook
        depends_on = "styles", *book.xf_format_indices, "marks", *book.dxf_format_indices, book.has_comments
        self._filename("xl/styles.xml").write(remember(depends_on, self._styles))

    def _styles(self) -> str:
        self.workbook.prepare_formats()
        super()._write_styles_file()
        file, _, _ = self.filenames.pop()
        return str(file.getvalue())


class TemplateBook(PlainBook):
    """A workbook of such sheets."""

    worksheet_class = TemplateSheet
    fh: Any

    def _get_packager(self) -> TemplatePackager:
        return TemplatePackager()

    def _prepare_format_properties(self) -> None:
        """Nothing, before it is known whether styles must be written."""

    def prepare_formats(self) -> None:
        """What xlsxwriter does before it writes styles."""
        super()._prepare_format_properties()

    def _write_defined_names(self) -> None:
        self.fh.write(remember(("names", *map(tuple, self.defined_names)), self._names))

    def _names(self) -> str:
        file, self.fh = self.fh, StringIO()
        super()._write_defined_names()
        names, self.fh = self.fh.getvalue(), file
        return str(names)

    def close(self) -> None:
        """Write the workbook, and leave nothing of it: its parts hold each other and would stay until looked for."""
        super().close()
        self.__dict__.clear()


_REMEMBERED: dict[tuple[Hashable, ...], str] = {}
MOST_REMEMBERED = 64


def remember(depends_on: tuple[Hashable, ...], make: Callable[[], str]) -> str:
    """What ``make`` makes, remembered by all that it ``depends_on``: most workbooks of a month share theirs."""
    if depends_on not in _REMEMBERED:
        if len(_REMEMBERED) >= MOST_REMEMBERED:
            _REMEMBERED.clear()
        _REMEMBERED[depends_on] = make()
    return _REMEMBERED[depends_on]


def save_template(book: TemplateBook, *beside: Any) -> bytes:
    """``book`` laid out and made into XML, and what goes with it, for ``copy_template``."""
    for sheet in book.worksheets():
        sheet.make_xml()
    return pickle.dumps((book, *beside), pickle.HIGHEST_PROTOCOL)


def copy_template(saved: bytes, target: Any) -> tuple[Any, ...]:
    """A copy of what ``save_template`` gave in this process, to be filled in and written to ``target``."""
    book, *beside = pickle.loads(saved)
    book.filename = target
    return book, *beside
