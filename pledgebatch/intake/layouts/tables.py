"""Reads a table wherever it stands: of one sheet, of members with their items beside or below, in one line or several."""

from collections.abc import Sequence
from dataclasses import replace

from pledgebatch.intake.layouts.assignment import Reading, assign
from pledgebatch.intake.layouts.block_columns import NEEDED, Columns, columns_of, sheet_of
from pledgebatch.intake.layouts.blocks import Block
from pledgebatch.intake.layouts.evidence import Clues, Column, Target
from pledgebatch.intake.layouts.records import Piece, changes_of
from pledgebatch.intake.layouts.table_rows import items_beside, plain_rows, rows_of_both
from pledgebatch.intake.layouts.words import meant
from pledgebatch.readers.sheet_details import SheetDetails
from pledgebatch.schema.cells import as_typed
from pledgebatch.schema.fields import Sheet
from pledgebatch.schema.sheets import ITEMS, MEMBERS
from pledgebatch.schema.texts import squeeze

FEWEST = 2
"""Fields that a table must have."""
NEAR, NUMBERS = 4, ("item_no",)
"""How far before its names a table may begin, and with what."""
OF_A_MEMBER = (
    "sex",
    "birth_month",
    "ethnicity",
    "post",
    "joined_month",
    "education",
    "post_type",
    "pledge_form",
    "is_leader",
)


def read_table(block: Block, seen: SheetDetails, clues: Clues) -> list[Piece]:
    """The rows of the sheets that ``block`` holds; none where it is no table of ours."""
    clues = replace(clues, tab=squeeze(block.tab))
    columns = columns_of(block, seen)
    if at := _second_table(columns):
        halves = (
            [column for column in block.columns if column < at],
            [column for column in block.columns if column >= at],
        )
        parts = [
            replace(block, columns=each, headers={key: block.headers.get(key, ()) for key in each}) for each in halves
        ]
        return [piece for part in parts for piece in read_table(part, seen, clues)]
    sheet = sheet_of(columns)
    if columns.groups and (sheet is None or sheet is ITEMS):
        sheet = MEMBERS
    if sheet is None:
        return []
    targets: list[Target] = [(sheet, of) for of in sheet.fields]
    others = [at for at in range(len(columns.every)) if at not in columns.groups]
    kept = [columns.every[at] for at in others]
    flat = sheet in (MEMBERS, ITEMS) and not columns.groups and _is_flat(kept)
    if flat:
        targets = [(MEMBERS, of) for of in MEMBERS.fields]
        targets += [(ITEMS, of) for of in ITEMS.fields if of.key not in ("member_no", "name")]
    reading = assign(targets, kept, clues)
    if len(reading.fields) + len(columns.groups) < FEWEST or not _is_known(sheet, reading, flat):
        return []
    changes = changes_of(block.tab, reading, kept, {at: columns.place(others[at]) for at in range(len(kept))})
    if flat:
        pieces = rows_of_both(columns, kept, reading)
    else:
        pieces = plain_rows(sheet, columns, kept, reading)
        if columns.groups:
            pieces.append(items_beside(columns, pieces[0]))
    plain = not flat and not columns.groups and not any(column.taken_out for column in kept)
    for piece in pieces:
        piece.plain = piece.sure = plain and piece.plain
    pieces[0].changes = changes + pieces[0].changes
    pieces[0].skipped += [(row, "重复的表头", "") for row in block.again]
    return pieces


def _second_table(columns: Columns) -> int:
    """The column in which another table begins right beside: one with names of its own, that are not those of its row."""
    names = [
        at for at, column in enumerate(columns.every)
        if at not in columns.groups and any(meant(sheet, text).get("name", 0) >= 1.0 for sheet in (MEMBERS, ITEMS) for text in column.headers)
    ]  # fmt: skip
    if len(names) < 2:
        return 0
    pairs = zip(*(columns.every[at].cells for at in names[:2]), strict=True)
    texts = [(squeeze(as_typed(one)), squeeze(as_typed(other))) for one, other in pairs]
    if sum(one != other for one, other in texts if one and other) * 3 <= len(texts):
        return 0
    start = names[1]
    while start > names[0] + 1 and names[1] - start < NEAR:
        start -= 1
        if columns.every[start].header and any(key in NUMBERS for key in meant(ITEMS, columns.every[start].header)):
            return columns.every[start].place
    return 0


def _is_flat(columns: Sequence[Column]) -> bool:
    """Whether a table tells of members and of their items in the same rows."""

    def has(sheet: Sheet, key: str) -> bool:
        return any(meant(sheet, text).get(key, 0) >= 1.0 for column in columns for text in column.headers)

    return has(ITEMS, "text") and has(MEMBERS, "name") and sum(has(MEMBERS, key) for key in OF_A_MEMBER) >= 2


def _is_known(sheet: Sheet, reading: Reading, flat: bool) -> bool:
    needed = (*sheet.identity, *NEEDED.get(sheet.key, ()))
    if flat:
        return (MEMBERS.key, "name") in reading.fields and (ITEMS.key, "text") in reading.fields
    return any((sheet.key, key) in reading.fields for key in needed)
