"""Which of several tables of one sheet are read: not last year's or last month's, and none that says the same again."""

import re
from collections.abc import Collection, Sequence

from pledgebatch.intake.layouts.records import Piece
from pledgebatch.readers.book import Cells
from pledgebatch.schema.dates import plain_text
from pledgebatch.schema.sheets import ITEMS
from pledgebatch.schema.texts import squeeze

YEAR = re.compile(r"(?<!\d)(20\d\d)(?!\d)")
IN_YEAR = re.compile(r"(?<!\d)(20\d\d)年(?!\s*\d)")
MONTH = re.compile(r"(?<!\d)(?:20\d\d[-./年]?)?(\d{1,2})月(?!\s*\d)")
LONGEST_TITLE = 40
SHARE = 0.4
"""The part of the fields of the fullest piece that another must have to be read beside it."""


def is_of_another_time(tab: str, cells: Cells, year: int, month: int | None) -> bool:
    """Whether a tab says by its name or its title that it is of another year, or of another month where it is known which
    the workbook is of: last year's roster and last month's ledger, kept beside this one's."""
    top = [[cell for cell in line if isinstance(cell, str) and cell.strip()] for line in cells[:3]]
    titles = [cell for line in top for cell in line if len(cell) < LONGEST_TITLE]
    years = {int(found) for found in YEAR.findall(tab)} | {
        int(found) for text in titles for found in IN_YEAR.findall(text)
    }
    if years and year not in years:
        return True
    alone = [line[0] for line in top if len(line) == 1 and len(line[0]) < LONGEST_TITLE]
    months = {int(found) for text in (tab, *alone) for found in MONTH.findall(plain_text(text))}
    return month is not None and bool(months) and month not in months


def choose(every: Sequence[Piece], later: Collection[str]) -> list[Piece]:
    """Those of several pieces of one sheet that are read: the fullest, and those beside it that say something else.

    Pieces on the tabs ``later``, hidden or of another year, are read only where there are none else.
    """
    pieces = [piece for piece in every if piece.tab not in later] or every
    if not pieces:
        return []
    order = sorted(pieces, key=lambda piece: (-len(piece.keys), -len(piece.records)))
    main = max(order, key=lambda piece: len(piece.keys) * min(len(piece.records), 20) ** 0.5)
    chosen = [main]
    seen = _identities(main)
    for piece in order:
        if piece is main or (len(piece.keys) < SHARE * len(main.keys) and not _are_of_others(piece, chosen)):
            continue
        own = _identities(piece)
        if own and len(own & seen) * 2 < len(own):
            chosen.append(piece)
            seen |= own
    return [piece for piece in pieces if any(piece is each for each in chosen)]


def _are_of_others(piece: Piece, chosen: Sequence[Piece]) -> bool:
    """Whether items, in columns beside their members or on the members' own tabs, are none of those that are read: they
    say little but what is pledged, and whose it is."""
    texts = {squeeze(record.text("text")) for record in piece.records}
    known = {squeeze(record.text("text")) for each in chosen for record in each.records}
    return piece.sheet is ITEMS and {"pledger", "name"} <= {*piece.keys} and texts.isdisjoint(known)


def _identities(piece: Piece) -> set[str]:
    keys = (*piece.sheet.identity, *(("name", "pledger") if piece.sheet is ITEMS else ()))
    keys = keys or piece.sheet.known_by
    identities = {"|".join(squeeze(record.text(key)) for key in keys) for record in piece.records}
    return {each for each in identities if each.strip("|")}
