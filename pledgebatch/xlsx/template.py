"""Workbooks laid out once and filled in many times: what is the same in all of them is made into XML once.

A workbook is laid out through xlsxwriter's ordinary methods, settled and kept. Each copy is filled in through the same
methods; what was settled is written as it stands, and whatever is said anew about it holds.
"""

import pickle
from collections.abc import Callable, Hashable, Mapping, Sequence
from io import StringIO
from typing import Any

from xlsxwriter.format import Format
from xlsxwriter.utility import xl_col_to_name

from pledgebatch.xlsx.writer import MOST_HEIGHT, PlainBook, PlainPackager, PlainSheet


class LaidOutSheet(PlainSheet):
    """A sheet that can be settled, and filled with whole columns of texts below the rows laid out."""

    def __init__(self) -> None:
        """Begin with nothing settled."""
        super().__init__()
        self._rows: dict[int, str] = {}
        """The opening tags of rows."""
        self._parts: dict[str, str] = {}
        """What stands apart from the rows, by the method that writes it."""
        self._below = ""

    def settle(self) -> None:
        """Make all that is laid out into XML."""
        for row in sorted({*self.row_info, *self.table}):
            self._rows[row] = self._xml(self._write_row, row, None, self.row_info.get(row))
            cells = self.table[row]
            self.table[row] = {column: self._xml(self._write_cell, row, column, cells[column]) for column in cells}
        for write in (self._write_cols, self._write_conditional_formats, self._write_data_validations):
            self._parts[write.__name__] = self._xml(write)
        self.validations.clear()
        self.cond_formats.clear()

    def _xml(self, write: Callable[..., None], *about: Any) -> str:
        self.fh = StringIO()
        write(*about)
        return self.fh.getvalue()

    def lay_out_columns_anew(self) -> None:
        """Forget the columns: their formats, widths and folds are about to be told again."""
        self.col_info.clear()
        self.outline_col_level = 0
        self._parts.pop("_write_cols", None)

    def set_row(self, row: int, *about: Any) -> None:
        """As xlsxwriter's, of a row that may be settled."""
        super().set_row(row, *about)
        self.outline_row_level = max(info.level for info in self.row_info.values())
        self._rows.pop(row, None)

    def tell(self, row: int, column: int, value: int) -> None:
        """Give the settled formula in a cell the value that it comes to."""
        formula, _, _ = self.table[row][column].rpartition("<v>")
        self.table[row][column] = f"{formula}<v>{value}</v></c>"

    def contents(self, texts: Sequence[str], look: Format) -> list[str]:
        """The XML of cells with ``texts``, all fit for cells, from behind their references on; none of blank ones."""
        style, numbers = f'" s="{look._get_xf_index()}" t="s"><v>', self.str_table.string_table
        made = {
            text: f"{style}{numbers.setdefault(text, len(numbers))}</v></c>" for text in dict.fromkeys(texts) if text
        }
        self.str_table.unique_count = len(numbers)
        made[""] = ""
        return list(map(made.__getitem__, texts))

    @staticmethod
    def blank(look: Format) -> str:
        """The XML of a blank cell, from behind its reference on."""
        return f'" s="{look._get_xf_index()}"/>'

    def write_below(self, first: int, columns: Mapping[int, Sequence[str]], heights: Mapping[int, float]) -> None:
        """Write ``columns`` of contents, below all other rows, from row ``first`` on.

        ``heights`` are those of rows that are higher than usual for now: they may still grow with what is typed.
        """
        letters = [f'<c r="{xl_col_to_name(column)}' for column in columns]
        rows = []
        row = 0
        for row, contents in enumerate(zip(*columns.values(), strict=True), first):
            number = str(row + 1)
            cells = [letter + number + told for letter, told in zip(letters, contents, strict=True) if told]
            if cells:
                tall = f' ht="{min(heights[row], MOST_HEIGHT)}"' if row in heights else ""
                rows.append(f'<row r="{number}"{tall}>{"".join(cells)}</row>')
        self.reach(row, 0)
        self._below = "".join(rows)
        self.str_table.count += self._below.count(' t="s"')

    def _write_rows(self) -> None:
        write = self.fh.write
        for row in sorted({*self.row_info, *self.table}):
            if row in self._rows:
                write(self._rows[row])
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
        self._write_part("_write_cols", super()._write_cols)

    def _write_conditional_formats(self) -> None:
        self._write_part("_write_conditional_formats", super()._write_conditional_formats)

    def _write_data_validations(self) -> None:
        self._write_part("_write_data_validations", super()._write_data_validations)

    def _write_part(self, name: str, write: Callable[[], None]) -> None:
        if self._parts.get(name):
            self.fh.write(self._parts[name])
        else:
            write()


class LaidOutPackager(PlainPackager):
    """Packs such a workbook."""

    def _write_styles_file(self) -> None:
        book = self.workbook
        depends_on = "styles", *book.xf_format_indices, "marks", *book.dxf_format_indices, book.has_comments
        self._filename("xl/styles.xml").write(once(depends_on, self._styles))

    def _styles(self) -> str:
        self.workbook._prepare_formats_now()
        super()._write_styles_file()
        file, _, _ = self.filenames.pop()
        return str(file.getvalue())


class LaidOutBook(PlainBook):
    """A workbook of such sheets."""

    worksheet_class = LaidOutSheet
    fh: Any

    def _get_packager(self) -> LaidOutPackager:
        return LaidOutPackager()

    def _prepare_format_properties(self) -> None:
        """Nothing, before it is known whether styles must be written."""

    def _prepare_formats_now(self) -> None:
        super()._prepare_format_properties()

    def _write_defined_names(self) -> None:
        self.fh.write(once(("names", *map(tuple, self.defined_names)), self._names))

    def _names(self) -> str:
        file, self.fh = self.fh, StringIO()
        super()._write_defined_names()
        told, self.fh = self.fh.getvalue(), file
        return str(told)

    def close(self) -> None:
        """Write the workbook, and leave nothing of it: its parts hold each other and would stay until looked for."""
        super().close()
        self.__dict__.clear()


_MADE: dict[tuple[Hashable, ...], str] = {}
MOST_MADE = 64


def once(depends_on: tuple[Hashable, ...], make: Callable[[], str]) -> str:
    """What ``make`` makes, remembered by all that it ``depends_on``: most workbooks of a month share theirs."""
    if depends_on not in _MADE:
        if len(_MADE) >= MOST_MADE:
            _MADE.clear()
        _MADE[depends_on] = make()
    return _MADE[depends_on]


def keep(book: LaidOutBook, *beside: Any) -> bytes:
    """``book`` laid out and settled, and what goes with it, for ``copied``."""
    for sheet in book.worksheets():
        sheet.settle()
    return pickle.dumps((book, *beside), pickle.HIGHEST_PROTOCOL)


def copied(kept: bytes, target: Any) -> tuple[Any, ...]:
    """A copy of what ``keep`` gave in this process, to be filled in and written to ``target``."""
    book, *beside = pickle.loads(kept)
    book.filename = target
    return book, *beside
