"""Reads a workbook into plain cells: calamine for .xlsx, checked against a scan; our own for .ods; xlrd for .xls and .et."""

import logging
from collections.abc import Iterable, Sequence

from pledgebatch.readers import native
from pledgebatch.readers.book import Book, Cells, count_values, put_cell
from pledgebatch.readers.cell_notes import notes_of
from pledgebatch.readers.decrypt import decrypt
from pledgebatch.readers.drawings import drawings_of
from pledgebatch.readers.file_types import REFUSED, Format, Unreadable, detect_type
from pledgebatch.readers.ods import read_ods
from pledgebatch.readers.precheck import READ_ALL, Precheck, Skip, check_container
from pledgebatch.readers.sheet_details import add_note, as_rows
from pledgebatch.readers.xls import read_xls
from pledgebatch.readers.zips import without_odd_fields
from pledgebatch.schema.cells import LOST

LOG = logging.getLogger(__name__)
NO_WORKBOOK = "压缩包内没有可以识别的工作簿"
UNFIT = "文件异常，读取时出错，请把内容复制到下发的工作簿中重新报送"
WRONG_PASSWORD = "文件设有打开密码，所给的密码都打不开，请取消密码后重新报送，或把密码告诉党委办公室"


def read(data: bytes, name: str, passwords: Sequence[str] = (), skip: Skip = READ_ALL) -> Book:
    """The sheets of a workbook, hidden ones included, but for those to ``skip``. Raises Unreadable."""
    format_ = detect_type(data, name)
    if format_ is Format.ENCRYPTED:
        inside = decrypt(data, passwords)
        if inside is None:
            raise Unreadable(WRONG_PASSWORD if passwords else REFUSED[format_])
        data, format_ = inside, detect_type(inside)
    if format_ in REFUSED:
        raise Unreadable(REFUSED[format_])
    if format_ is Format.ARCHIVE:
        raise Unreadable(NO_WORKBOOK)
    try:
        if format_ is Format.XLS:
            return _read_xls(data, passwords)
        return _read_container(without_odd_fields(data), format_, skip)
    except Unreadable:
        raise
    except Exception as mistake:
        if format_ is not Format.XLS:  # the ways in which the others are damaged are known: perhaps it is our fault
            LOG.exception("%s could not be read", name)
        raise Unreadable(_reason_of(mistake, passwords)) from None
    except BaseException as panic:
        # A panic of the reader is not an Exception, and cannot be pickled.
        if isinstance(panic, KeyboardInterrupt | SystemExit):
            raise
        raise Unreadable(REFUSED[Format.DAMAGED]) from None


def _reason_of(mistake: Exception, passwords: Sequence[str]) -> str:
    words = str(mistake).lower()
    if "password" in words or "encrypted" in words:
        return WRONG_PASSWORD if passwords else REFUSED[Format.ENCRYPTED]
    return REFUSED[Format.DOCUMENT if "can't find workbook" in words else Format.DAMAGED]


def _read_xls(data: bytes, passwords: Sequence[str]) -> Book:
    try:
        return read_xls(data)
    except Unreadable:
        raise
    except Exception:  # xlrd says in many ways that it cannot read; a password may be why
        inside = decrypt(data, passwords)
        if inside is None:
            raise
        return read_xls(inside)


def _read_container(data: bytes, format_: Format, skip: Skip) -> Book:
    found = check_container(data, skip)
    if found.reason:
        raise Unreadable(found.reason)
    if format_ is Format.ODS:
        return read_ods(data, skip)
    if not found.sheets:
        raise Unreadable(REFUSED[Format.DAMAGED])  # what the check does not find, no reader shall
    plain = [name for name, sheet in found.sheets.items() if not sheet.misread]
    parts = {name: sheet.part for name, sheet in found.sheets.items()}
    notes, drawings = notes_of(data, parts), drawings_of(data, parts)
    for name, drawing in drawings.items():
        notes.setdefault(name, {})
        for place, words in drawing.boxes.items():
            add_note(notes[name], place, words)
    book = Book(
        _read_quickly(found.container, plain) if found.container else {},
        frozenset(name for name, sheet in found.sheets.items() if sheet.hidden),
        found.repeated,
        data,
        found.shared,
        {name: sheet.part for name, sheet in found.sheets.items() if sheet.has_details},
        notes=notes,
        pictures={name: drawing.pictures for name, drawing in drawings.items() if drawing.pictures},
    )
    _compare(book, found)
    return book


def _compare(book: Book, found: Precheck) -> None:
    """Compare the values counted with those read; a sheet that was not read, or where they differ, is parsed."""
    for name, sheet in found.sheets.items():
        cells = book.sheets.get(name)
        if cells is not None and not sheet.odd and sheet.values == count_values(cells):
            continue
        details = book.known_details[name] = book.parse(sheet.part)
        if cells is None or details.broken or details.repeated_rows or details.values != count_values(cells):
            cells = book.sheets[name] = as_rows(details.cells)
        for place, cell in details.shown.items():
            put_cell(cells, place, cell)
        for place in details.lost:
            put_cell(cells, place, LOST)
    book.sheets = {name: book.sheets[name] for name in found.sheets}


def _read_quickly(data: bytes, names: Iterable[str]) -> dict[str, Cells]:
    """The sheets that calamine reads: one cell that it does not know (#SPILL!) makes it refuse a sheet."""
    try:
        return native.read(data, list(names))
    except native.ReaderEnded:
        raise Unreadable(UNFIT) from None
