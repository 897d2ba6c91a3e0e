"""Reads a workbook into plain cells: calamine for .xlsx and .ods, xlrd for .xls and .et."""

import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import repeat

from python_calamine import CalamineWorkbook

from pledgebatch.intake.careful import read_carefully
from pledgebatch.intake.closely import Seen, look_closely_into
from pledgebatch.intake.guard import BROKEN, MOST_TEXT, TOO_LARGE, Look, look, to_read, too_wide
from pledgebatch.intake.identify import REFUSED, Format, Unreadable, identify
from pledgebatch.intake.old_format import read_old_format
from pledgebatch.intake.open_document import look_closely_at_ods, without_spacing
from pledgebatch.intake.unlock import unlock
from pledgebatch.schema.kinds import LOST, Cell

Cells = list[list[Cell]]
"""The rows of a sheet from A1, all of one length; ``""`` or None where blank."""
NO_WORKBOOK = "压缩包内没有可以识别的工作簿"
WRONG_PASSWORD = "文件设有打开密码，所给的密码都打不开，请取消密码后重新报送，或把密码告诉党委办公室"
UNSURE = "工作表“{name}”中有的内容读不出来（看到 {seen} 格，读到 {read} 格），请把内容复制到下发的工作簿中重新报送"


@dataclass
class Book:
    """A workbook as read."""

    sheets: dict[str, Cells]
    hidden: frozenset[str] = frozenset()
    """The names of hidden sheets."""
    repeated: Sequence[str] = ()
    """The names that several sheets share; one of them was read."""
    since_1904: bool = False
    data: bytes = b""
    parts: dict[str, str] = field(default_factory=dict)
    """Where the rows of a sheet may be hidden, or its cells merged: its part, for a closer look."""
    looked: dict[str, Seen] = field(default_factory=dict)

    def seen(self, name: str, form: bool = False) -> Seen:
        """What stands in a sheet besides its plain cells. Raises Unreadable where not all of it could be read.

        The rows of a ``form`` are folded away by the form itself.
        """
        if name not in self.looked and name in self.parts and not form:
            self.looked[name] = _closely(self.data, self.parts[name])
        seen = self.looked.get(name, Seen())
        if seen.unsure:
            raise Unreadable(UNSURE.format(name=name, seen=seen.values, read=count_values(self.sheets[name])))
        return seen


def read(data: bytes, name: str, passwords: Sequence[str] = ()) -> Book:
    """The sheets of a workbook, hidden ones included. Raises Unreadable."""
    format_ = identify(data, name)
    if format_ is Format.ENCRYPTED:
        inside = unlock(data, passwords)
        if inside is None:
            raise Unreadable(WRONG_PASSWORD if passwords else REFUSED[format_])
        data, format_ = inside, identify(inside)
    if format_ in REFUSED:
        raise Unreadable(REFUSED[format_])
    if format_ is Format.ARCHIVE:
        raise Unreadable(NO_WORKBOOK)
    try:
        return _old_format(data, passwords) if format_ is Format.XLS else _container(data, format_)
    except Unreadable:
        raise
    except Exception as mistake:
        raise Unreadable(_because(mistake, passwords)) from None
    except BaseException as panic:
        # A panic of the reader is not an Exception, and cannot be pickled.
        if isinstance(panic, KeyboardInterrupt | SystemExit):
            raise
        raise Unreadable(REFUSED[Format.DAMAGED]) from None


def count_values(cells: Cells) -> int:
    """The cells that hold something."""
    return sum(map(len, cells)) - sum(map(list.count, cells, repeat("")))


def _because(mistake: Exception, passwords: Sequence[str]) -> str:
    said = str(mistake).lower()
    if "password" in said or "encrypted" in said:
        return WRONG_PASSWORD if passwords else REFUSED[Format.ENCRYPTED]
    return REFUSED[Format.DOCUMENT if "can't find workbook" in said else Format.DAMAGED]


def _old_format(data: bytes, passwords: Sequence[str]) -> Book:
    try:
        sheets, seen, hidden = read_old_format(data)
    except Unreadable:
        raise
    except Exception:  # xlrd says in many ways that it cannot read; a password may be why
        inside = unlock(data, passwords)
        if inside is None:
            raise
        sheets, seen, hidden = read_old_format(inside)
    return Book(sheets, frozenset(hidden), looked=seen)


def _container(data: bytes, format_: Format) -> Book:
    looked = look(data)
    if looked.reason:
        raise Unreadable(looked.reason)
    if format_ is Format.ODS:
        return _open_document(data)
    if not looked.sheets:
        raise Unreadable(REFUSED[Format.DAMAGED])  # what the look does not see, no reader shall
    try:
        sheets = _with_calamine(looked.container, looked.sheets)
    except Exception:
        # One cell that the quick reader does not know (#SPILL!) makes it refuse the whole file.
        sheets = read_carefully(data, looked.sheets)
    book = Book(
        sheets,
        frozenset(name for name, glance in looked.sheets.items() if glance.hidden),
        looked.repeated,
        looked.since_1904,
        data,
        {name: glance.part for name, glance in looked.sheets.items() if glance.folded},
    )
    _compare(book, looked)
    return book


def _open_document(data: bytes) -> Book:
    try:
        looked, hidden = look_closely_at_ods(data)
    except BROKEN:
        raise Unreadable(REFUSED[Format.DAMAGED]) from None
    reason = too_wide({name: seen.extent for name, seen in looked.items()})
    if not reason and sum(seen.characters for seen in looked.values()) > MOST_TEXT:
        reason = TOO_LARGE
    if reason:
        raise Unreadable(reason)
    try:
        sheets = _with_calamine(data, to_read(looked))
    except Exception:  # the quick reader refuses line ends between cells
        sheets = _with_calamine(without_spacing(data), to_read(looked))
    book = Book(sheets, frozenset(hidden), looked=looked)
    _compare_ods(book)
    return book


def _compare_ods(book: Book) -> None:
    """As ``_compare``; there is no second reader for this format."""
    for name, seen in book.looked.items():
        cells = book.sheets.get(name)
        if cells is None:
            continue
        for row, column in seen.errors:
            if row < len(cells) and column < len(cells[row]):
                cells[row][column] = ""  # whatever text the reader makes of it
        seen.unsure = seen.values != count_values(cells)
        for row, column in (*seen.errors, *seen.uncalculated):
            _set_lost(cells, row, column)


def _compare(book: Book, looked: Look) -> None:
    """Compare the values seen with those read; where they differ, read carefully, and where they still do, say so."""
    carefully: dict[str, Cells] | None = None
    for name, glance in looked.sheets.items():
        cells = book.sheets.get(name)
        if cells is None or (not glance.odd and glance.values == count_values(cells)):
            continue
        seen = book.looked[name] = _closely(book.data, glance.part)
        if seen.broken or seen.repeated_rows or seen.values != count_values(cells):
            carefully = read_carefully(book.data, book.sheets) if carefully is None else carefully
            cells = book.sheets[name] = carefully.get(name, [])
            seen.unsure = seen.values != count_values(cells)
        for row, column in (*seen.errors, *seen.uncalculated):
            _set_lost(cells, row, column)


def _closely(data: bytes, part: str) -> Seen:
    try:
        return look_closely_into(data, part)
    except BROKEN:
        raise Unreadable(REFUSED[Format.DAMAGED]) from None


def _set_lost(cells: Cells, row: int, column: int) -> None:
    width = max(len(cells[0]) if cells else 0, column + 1)
    if row >= len(cells) or width > len(cells[0]):
        cells.extend([] for _ in range(row + 1 - len(cells)))
        for line in cells:
            line.extend([""] * (width - len(line)))
    cells[row][column] = LOST


def _with_calamine(data: bytes, names: Iterable[str]) -> dict[str, Cells]:
    workbook = CalamineWorkbook.from_filelike(io.BytesIO(data))
    return {name: workbook.get_sheet_by_name(name).to_python(skip_empty_area=False) for name in names}
