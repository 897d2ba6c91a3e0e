"""What a branch answers on a page, written into the 说明 of its own workbook as if it had been typed there: all else stays."""

from collections.abc import Mapping, Sequence
from pathlib import Path

from pledgebatch.intake.headers import find_sheet
from pledgebatch.intake.match import Match
from pledgebatch.intake.tables import is_blank
from pledgebatch.mistakes import OfficeMistake
from pledgebatch.pipeline.decisions import Line, as_written, compared, find_columns, rewritten, with_texts
from pledgebatch.readers.book import Book, Cells
from pledgebatch.readers.file_types import Unreadable
from pledgebatch.readers.read import read
from pledgebatch.schema.sheets import EXPLANATIONS
from pledgebatch.xlsx.added_rows import add_rows
from pledgebatch.xlsx.changed_cells import change_cells

WORDS = ("usual", "explanation")
"""What of a line the branch says."""
ELSEWHERE = (
    "说明写不进这份文件（没有《说明》表，或不是 .xlsx）：请在标好问题的工作簿的《说明》里填写，再放上来；"
    "没有的，请用办公室新发的工作簿"
)


def write_answers(path: Path, target: Path, answers: Sequence[Line]) -> None:
    """Write to ``target`` the workbook at ``path`` with ``answers``, whole lines of 说明: in the line that asks the same where
    there is one, else below all others. Raises OfficeMistake where it has no place for them.
    """
    try:
        book = read(path.read_bytes(), path.name)
        tab, placed = find_columns(EXPLANATIONS, book, find_sheet(EXPLANATIONS, book.sheets, ()), path)
        data = _with_answers(path, book, tab, placed, [as_written(each) for each in answers])
    except (Unreadable, OfficeMistake):
        raise OfficeMistake(ELSEWHERE) from None
    target.write_bytes(data)


def _with_answers(path: Path, book: Book, tab: str, placed: Match, answers: Sequence[Line]) -> bytes:
    cells = book.sheets[tab]
    there = _lines_there(placed, cells)
    changed = {
        there[_about(each)]: {placed.columns[key]: each.get(key, "") for key in WORDS}
        for each in answers
        if _about(each) in there
    }
    fresh = [each for each in answers if _about(each) not in there and any(each.get(key) for key in WORDS)]
    first = max((row for row, line in enumerate(cells, 1) if not is_blank(line)), default=0) + 1
    rows = [{column: each.get(key, "") for key, column in placed.columns.items()} for each in fresh]

    def rewrite(xml: str) -> str:
        xml = change_cells(xml, changed) if changed else xml
        return add_rows(xml, first, rows) if rows else xml

    return rewritten(path, book, tab, rewrite, with_texts(cells, changed | dict(enumerate(rows, first))))


def _lines_there(placed: Match, cells: Cells) -> dict[tuple[str, ...], int]:
    """The row, as Excel counts, of each line that stands on the sheet, by what it asks."""
    there: dict[tuple[str, ...], int] = {}
    for row, line in enumerate(cells[placed.header_row + 1 :], placed.header_row + 2):
        if not is_blank(line):
            texts = {key: line[column] if column < len(line) else "" for key, column in placed.columns.items()}
            about = tuple(compared(EXPLANATIONS, key, texts[key]) for key in EXPLANATIONS.known_by)
            there.setdefault(about, row)
    return there


def _about(line: Mapping[str, str]) -> tuple[str, ...]:
    return tuple(compared(EXPLANATIONS, key, line.get(key, "")) for key in EXPLANATIONS.known_by)
