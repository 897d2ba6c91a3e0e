"""Reads the annexes of the notice as sheets: a form of the organisation, or of one member, with items below."""

from collections.abc import Iterator

from pledgebatch.intake.forms import INLINE, match_form
from pledgebatch.intake.labels import label, labels_of
from pledgebatch.intake.layouts.facts import with_due
from pledgebatch.intake.layouts.records import Piece, Place, Record, Value
from pledgebatch.intake.layouts.table_rows import SEVERAL
from pledgebatch.intake.layouts.words import PLEDGE, form_labels, meanings
from pledgebatch.intake.match import Match
from pledgebatch.intake.no_data import SIGNING
from pledgebatch.readers.book import Cells
from pledgebatch.schema.cells import as_typed
from pledgebatch.schema.fields import Sheet
from pledgebatch.schema.sheets import ITEMS, MEMBERS, ORGANISATION
from pledgebatch.schema.texts import squeeze

FEWEST_OF_FORM, FEWEST_OF_MEMBER = 4, 4
"""Labels by which a form is known."""
OF_PLEDGES = frozenset(
    (*PLEDGE, "公开承诺事项及完成时限", "承诺事项及完成时限", "公开承诺内容", "承诺事项及时限", "承诺内容及完成时限")
)
TITLES = ("年度基层党组织公开承诺书", "年度党员公开承诺书")


def count_labels(sheet: Sheet, cells: Cells) -> int:
    """How many fields of ``sheet`` there are labels for, with something beside or below them."""
    known = meanings(sheet)
    found = {
        max(known[word], key=lambda key: known[word][key])
        for row in cells
        for cell in row
        if (word := label(cell)) in known
    }
    return len(found)


def match_as_form(sheet: Sheet, cells: Cells) -> Match:
    """``cells`` as a form of one record of ``sheet``."""
    return match_form(sheet, cells, labels_of(sheet))


def read_member(tab: str, cells: Cells) -> Piece | None:
    """The one member whose annex 2 a tab is; None where it is none."""
    if count_labels(MEMBERS, cells) < FEWEST_OF_MEMBER:
        return None
    placed = match_as_form(MEMBERS, cells)
    record = Record(tab, placed.rows.get("name", 0))
    for key, column in placed.columns.items():
        place = placed.rows[key], column
        cell = cells[place[0]][column] if column < len(cells[place[0]]) else ""
        if key in placed.inline:
            cell = placed.inline[key]
        record.values[key] = cell, place
    answered = [key for key in record.values if record.text(key)]
    if "name" not in answered or len(answered) < FEWEST_OF_MEMBER - 1:
        return None
    record.extras = {before: (text, (row, 0)) for row, before, text in placed.beside if label(before) not in OF_PLEDGES}
    return Piece(MEMBERS, tab, [record], list(record.values), sure=False)


def whose_items(member: Record | None) -> dict[str, Value]:
    """What the items of an annex say of who makes them: of the member, or else of the organisation."""
    if member is None:
        return {"pledger": ("组织", (0, 0))}
    place = member.values["name"][1]
    values: dict[str, Value] = {"pledger": ("党员", place), "name": member.values["name"]}
    if member.text("member_no"):
        values["member_no"] = member.values["member_no"]
    return values


def goes_on_as_form(text: str) -> bool:
    """Whether what stands among the items of an annex is a signature, or an answer behind its label in one cell."""
    inline = INLINE.fullmatch(text)
    return SIGNING.fullmatch(squeeze(text)) is not None or (inline is not None and label(inline[1]) in form_labels())


def read_items(tab: str, cells: Cells, whose: dict[str, Value]) -> tuple[Piece | None, str]:
    """The items that stand beside their one label in an annex, one a row; or why they cannot be read."""
    records = []
    for place, text in _beside_label(cells):
        if len(SEVERAL.findall(text)) > 1:
            return None, "一格里写了几件承诺，分不开，请一行写一件"
        record = Record(tab, place[0], {"text": (cells[place[0]][place[1]], place)})
        if parted := with_due(text):
            record.values["text"] = parted[0], place
            record.values["due"] = parted[1], place
        elif further := _further(cells, place):
            record.values["due"] = cells[further[0]][further[1]], further
        record.values |= {key: (cell, at if at != (0, 0) else place) for key, (cell, at) in whose.items()}
        records.append(record)
    keys = list(dict.fromkeys(key for record in records for key in record.values))
    return (Piece(ITEMS, tab, records, keys, sure=False) if records else None), ""


def _beside_label(cells: Cells) -> Iterator[tuple[Place, str]]:
    known = meanings(MEMBERS), meanings(ORGANISATION)
    for row, line in enumerate(cells):
        for column, cell in enumerate(line):
            if label(cell) not in OF_PLEDGES:
                continue
            for below in range(row, len(cells)):
                left = label(cells[below][column])
                if below > row and left and (any(left in words for words in known) or left not in OF_PLEDGES):
                    return
                at = next((each for each in range(column + 1, len(line)) if as_typed(cells[below][each]).strip()), None)
                if at is None:
                    continue
                text = as_typed(cells[below][at]).strip()
                if label(text) in meanings(ITEMS):
                    continue
                if any(mark in text for mark in ("签名", "盖章", "年 月", "年月日")) and len(text) < 30:
                    return
                yield (below, at), text
            return


def _further(cells: Cells, place: Place) -> Place | None:
    row, column = place
    for at in range(column + 1, len(cells[row])):
        if as_typed(cells[row][at]).strip():
            return row, at
    return None
