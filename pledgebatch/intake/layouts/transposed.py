"""A table that was turned over: the headers stand below each other, and each column is a row of ours."""

from pledgebatch.intake.layouts.blocks import blocks_in
from pledgebatch.intake.layouts.evidence import Clues
from pledgebatch.intake.layouts.records import Piece, Place
from pledgebatch.intake.layouts.tables import read_table
from pledgebatch.intake.layouts.words import is_header
from pledgebatch.readers.book import Cells
from pledgebatch.readers.sheet_details import SheetDetails
from pledgebatch.schema.cells import as_typed

FEWEST_LABELS, FEWEST_COLUMNS = 4, 2
WIDEST = 300
"""Columns of a table that may have been turned over."""


def turned(tab: str, cells: Cells, clues: Clues) -> tuple[list[Piece], set[Place]] | None:
    """The rows of a table that stands on its side, and the cells that are theirs; None where a tab holds none."""
    if not cells or len(cells[0]) > WIDEST or not _is_on_its_side(cells):
        return None
    over = [list(line) for line in zip(*cells, strict=True)]
    pieces: list[Piece] = []
    covered: set[Place] = set()
    for block in blocks_in(tab, over):
        read = read_table(block, SheetDetails(), clues)
        pieces += read
        if read:
            covered |= {(column, row) for row in range(block.top, block.end) for column in block.columns}
    for piece in pieces:
        _turn_back(piece)
    return (pieces, covered) if pieces else None


def _is_on_its_side(cells: Cells) -> bool:
    """Whether labels stand below each other in one column, each with as many answers beside it."""
    for column in range(min(3, len(cells[0]))):
        rows = [row for row, line in enumerate(cells) if is_header(line[column])]
        if len(rows) < FEWEST_LABELS or rows[-1] - rows[0] > 2 * len(rows):
            continue
        filled = [sum(bool(as_typed(cell).strip()) for cell in cells[row][column + 1 :]) for row in rows]
        labels = sum(is_header(cell) for row in rows for cell in cells[row][column + 1 :])
        wide = sum(count >= FEWEST_COLUMNS for count in filled)
        if wide * 3 >= len(rows) * 2 and labels * 4 < sum(filled):
            return True
    return False


def _turn_back(piece: Piece) -> None:
    """Let each value stand where it does in the branch's own file."""
    from xlsxwriter.utility import xl_cell_to_rowcol, xl_rowcol_to_cell

    for record in piece.records:
        record.values = {key: (cell, (place[1], place[0])) for key, (cell, place) in record.values.items()}
        record.extras = {key: (cell, (place[1], place[0])) for key, (cell, place) in record.extras.items()}
        places = [place for _, place in record.values.values()]
        record.row = min((row for row, _ in places), default=record.row)
    for change in piece.changes:
        if change.get("cell"):
            row, column = xl_cell_to_rowcol(change["cell"])
            change["cell"] = xl_rowcol_to_cell(column, row)
        change["sure"] = "待确认" if "sure" in change else change.get("sure", "")
    piece.skipped = []
    piece.sure = False
