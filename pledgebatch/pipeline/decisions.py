"""Lines that the program adds to the books of the office, or changes in them: all else stays as the office left it."""

import io
import shutil
import zipfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

from pledgebatch.engine.atomic import writing
from pledgebatch.intake.decisions import CALLED, TWO_YEARS
from pledgebatch.intake.headers import find_sheet, match
from pledgebatch.intake.match import Match
from pledgebatch.intake.office_tables import open_office_book
from pledgebatch.intake.tables import is_blank
from pledgebatch.mistakes import OfficeMistake, mendable
from pledgebatch.readers.book import Book, Cells
from pledgebatch.readers.file_types import Unreadable
from pledgebatch.readers.package_parts import find_parts
from pledgebatch.readers.read import read
from pledgebatch.schema.cells import Cell, as_typed
from pledgebatch.schema.fields import Sheet
from pledgebatch.schema.kinds import show, understand
from pledgebatch.schema.texts import is_visible, squeeze
from pledgebatch.workbooks.decisions_book import write_decisions
from pledgebatch.xlsx.added_rows import add_rows
from pledgebatch.xlsx.changed_cells import change_cells
from pledgebatch.xlsx.safe_text import cell_text

FORMER = "{}_上一份.xlsx"
"""What the book is kept as in which the last lines were added."""
HELD_BY = ("~${}", ".~lock.{}#", ".~{}")
"""What Excel, WPS and LibreOffice put beside a book as long as somebody has it open."""
Line = Mapping[str, str]
"""The texts of a line by field key."""


def add_lines(path: Path, sheet: Sheet, lines: Sequence[Line]) -> int:
    """Add ``lines`` to a ``sheet`` of decisions.xlsx, which is made where there is none; returns how many were.

    A line that stands there already, by all that it is ``known_by``, is not added again. Raises OfficeMistake, nothing
    being changed, where somebody has the book open, or it cannot be read or written.
    """
    if not lines:
        return 0
    with _changing(path):
        if not path.is_file():
            with writing(path) as fresh:
                write_decisions(fresh)
        _refuse_held(path)
        book = open_office_book(path, CALLED)
        tab = next((tab for tab in book.sheets if squeeze(tab) == squeeze(sheet.name)), None)
        tab, placed = find_columns(sheet, book, tab, path)
        fresh_lines = _unknown(sheet, placed, book.sheets[tab], [as_written(line) for line in lines])
        if fresh_lines:
            data = _with_rows(path, book, tab, placed, fresh_lines)
            shutil.copyfile(path, path.with_name(FORMER.format(path.stem)))
            with writing(path) as fresh:
                fresh.write_bytes(data)
    return len(fresh_lines)


def change_lines(path: Path, sheet: Sheet, changes: Mapping[int, Line], called: str = CALLED) -> None:
    """Put other texts into lines of a ``sheet`` of the office's book at ``path``: by row, as Excel counts, those of some
    fields. Raises OfficeMistake, nothing being changed, where somebody has the book open, or it cannot be read or written.
    """
    with _changing(path):
        _refuse_held(path)
        book = open_office_book(path, called)
        tab, placed = find_columns(sheet, book, find_sheet(sheet, book.sheets, ()), path)
        texts = {row: {placed.columns[key]: text for key, text in own.items()} for row, own in changes.items()}
        data = rewritten(path, book, tab, lambda xml: change_cells(xml, texts), with_texts(book.sheets[tab], texts))
        with writing(path) as fresh:
            fresh.write_bytes(data)


@contextmanager
def _changing(path: Path) -> Iterator[None]:
    """Turn what keeps the book at ``path`` from being read or written into an OfficeMistake."""
    try:
        yield
    except OSError as mistake:
        raise mendable(mistake, path) or OfficeMistake(
            f"{path.name} 写不进去，请检查是否正被 Excel 或 WPS 打开，关闭后再试"
        ) from None


def is_held(path: Path) -> str:
    """The name of the file that says that somebody has the book at ``path`` open; empty where nobody has."""
    return next((name for each in HELD_BY if path.with_name(name := each.format(path.name)).exists()), "")


def _refuse_held(path: Path) -> None:
    if name := is_held(path):
        raise OfficeMistake(
            f"{path.name} 正在 Excel 或 WPS 中打开，写不进新行：请保存、关闭后再试；已经关闭的，删去同一文件夹里的 {name}"
        )


def find_columns(sheet: Sheet, book: Book, tab: str | None, path: Path) -> tuple[str, Match]:
    """The ``tab`` that is ``sheet``, and where its columns stand, all of them. Raises OfficeMistake where one lacks."""
    if tab is None:
        raise OfficeMistake(f"{path.name} 中没有工作表“{sheet.name}”，写不进新行；请恢复它的名称和表头")
    placed = match(sheet, [list(line) for line in book.sheets[tab]])
    lacking = [field.header for field in sheet.fields if field.key not in placed.columns]
    if lacking:
        raise OfficeMistake(f"{path.name} 的工作表“{sheet.name}”缺少“{'”“'.join(lacking)}”栏，写不进新行，请补回表头")
    return tab, placed


def _unknown(sheet: Sheet, placed: Match, cells: Cells, lines: Sequence[Line]) -> list[Line]:
    """Those of the ``lines`` that do not stand there, each once."""
    known = {
        tuple(compared(sheet, key, line[placed.columns[key]]) for key in sheet.known_by)
        for line in cells[placed.header_row + 1 :]
    }
    fresh: list[Line] = []
    for line in lines:
        about = tuple(compared(sheet, key, line.get(key, "")) for key in sheet.known_by)
        if about not in known:
            known.add(about)
            fresh.append(line)
    return fresh


def as_written(line: Line) -> dict[str, str]:
    """A line as cells give it back: what a branch typed may hold line ends of any kind, or nothing that is seen."""
    texts = {key: "\n".join(cell_text(text).splitlines()) for key, text in line.items()}
    return {key: text if is_visible(text) else "" for key, text in texts.items()}


def compared(sheet: Sheet, key: str, cell: Cell) -> str:
    """A cell of a field as it is compared with what another line says there."""
    text = as_typed(cell)
    return squeeze(show(sheet[key], understand(sheet[key], cell, TWO_YEARS[0])) or text)


def _with_rows(path: Path, book: Book, tab: str, placed: Match, lines: Sequence[Line]) -> bytes:
    """The bytes of the book with ``lines`` below all that stands on a tab of it."""
    cells = book.sheets[tab]
    first = max((row for row, line in enumerate(cells, 1) if not is_blank(line)), default=0) + 1
    rows = [{placed.columns[key]: line.get(key, "") for key in placed.columns} for line in lines]
    expected = with_texts(cells, {first + place: row for place, row in enumerate(rows)})
    return rewritten(path, book, tab, lambda xml: add_rows(xml, first, rows), expected)


def rewritten(
    path: Path, book: Book, tab: str, rewrite: Callable[[str], str], expected: Mapping[tuple[int, int], Cell]
) -> bytes:
    """The bytes of the book with the XML of a tab as ``rewrite`` gives it. Raises OfficeMistake unless the tab then holds
    what is ``expected``, and all else what it held."""
    old = path.read_bytes()
    try:
        with zipfile.ZipFile(io.BytesIO(old)) as container:
            parts = find_parts(container)
            part = next((each.part for each in parts.tabs if each.name == tab), "") if parts else ""
            texts = {info: container.read(info) for info in container.infolist()}
        new = io.BytesIO()
        with zipfile.ZipFile(new, "w", zipfile.ZIP_DEFLATED) as container:
            for info, text in texts.items():
                if info.filename == part:
                    text = rewrite(text.decode("utf-8-sig")).encode("utf-8")
                container.writestr(info, text, zipfile.ZIP_DEFLATED)
        now = read(new.getvalue(), path.name)
    except (zipfile.BadZipFile, ValueError, KeyError, Unreadable):
        now = None
    held = {name: _filled(cells) for name, cells in book.sheets.items()} | {tab: expected}
    if now is None or {name: _filled(cells) for name, cells in now.sheets.items()} != held:
        raise OfficeMistake(
            f"{path.name} 的格式程序改不了，新行没有写进去，原文件没有改动：请用 Excel 或 WPS 打开，另存为 .xlsx 后再试"
        )
    return new.getvalue()


def with_texts(cells: Cells, texts: Mapping[int, Mapping[int, str]]) -> dict[tuple[int, int], Cell]:
    """What a sheet holds once it has other texts in some cells, by row as Excel counts."""
    fresh = {(row - 1, column): cell_text(text) for row, own in texts.items() for column, text in own.items()}
    left = {place: cell for place, cell in _filled(cells).items() if place not in fresh}
    return left | {place: text for place, text in fresh.items() if as_typed(text)}


def _filled(cells: Cells) -> dict[tuple[int, int], Cell]:
    return {
        (row, column): cell
        for row, line in enumerate(cells)
        for column, cell in enumerate(line)
        if cell not in ("", None)
    }
