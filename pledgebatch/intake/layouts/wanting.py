"""Whether a workbook is laid out as ours: only where something is missing is it searched."""

from collections.abc import Mapping

from pledgebatch.intake.labels import label
from pledgebatch.intake.layouts.blocks import blocks_in
from pledgebatch.intake.layouts.evidence import Clues
from pledgebatch.intake.layouts.tables import read_table
from pledgebatch.intake.layouts.words import is_header
from pledgebatch.intake.match import Match
from pledgebatch.intake.no_data import OTHER_TABLE
from pledgebatch.intake.tables import Taken, is_blank
from pledgebatch.readers.book import Cells
from pledgebatch.readers.sheet_details import SheetDetails
from pledgebatch.schema.fields import Sheet

LACKING = frozenset(("missing_column", "doubtful_column", "guessed_column", "renamed_column"))
Read = Mapping[str, tuple[Match, Taken]]
"""What was made of the tabs of one sheet."""


def is_whole(placed: Match) -> bool:
    """Whether a tab has every column under its own header, and nothing else that looks like a table."""
    missing = {change["kind"] for change in placed.changes} & LACKING
    others = sum(is_header(text) for text in placed.extras.values())
    return not missing and others < 3 and OTHER_TABLE not in placed.no_data.values()


def is_simple(sheet: Sheet, tab: str, cells: Cells, seen: SheetDetails, placed: Match, clues: Clues) -> bool:
    """Whether a tab holds one table of ``sheet`` and nothing else, so that it can be read where it stands."""
    if sheet.form:
        return not any(read_table(block, seen, clues) for block in blocks_in(tab, cells))
    if any(key not in placed.columns for key in sheet.identity):
        return False
    if is_whole(placed):
        return True
    pieces = [piece for block in blocks_in(tab, cells) for piece in read_table(block, seen, clues)]
    return len(pieces) == 1 and pieces[0].sheet is sheet and pieces[0].plain


def has_content(cells: Cells) -> bool:
    """Whether anything stands on a tab."""
    return not all(is_blank(line) for line in cells)


def words_of(cells: Cells) -> int:
    """How many different header words stand on a tab."""
    return len({label(cell) for line in cells for cell in line if is_header(cell)})
