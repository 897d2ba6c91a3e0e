"""Looks through a workbook that is not laid out as ours: which tab holds what, and what could not be read of it."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from pledgebatch.intake.layouts.annexes import (
    FEWEST_OF_FORM,
    FEWEST_OF_MEMBER,
    count_labels,
    goes_on_as_form,
    read_items,
    read_member,
    whose_items,
)
from pledgebatch.intake.layouts.blocks import Block, blocks_in
from pledgebatch.intake.layouts.choosing import choose, is_of_another_time
from pledgebatch.intake.layouts.composed import Composed, compose
from pledgebatch.intake.layouts.evidence import Clues
from pledgebatch.intake.layouts.records import Piece, Place, Record
from pledgebatch.intake.layouts.table_rows import SEVERAL_IN_ONE, holds_several
from pledgebatch.intake.layouts.tables import read_table
from pledgebatch.intake.layouts.transposed import turned
from pledgebatch.readers.book import Book, Cells
from pledgebatch.readers.sheet_details import SheetDetails
from pledgebatch.schema.cells import as_typed
from pledgebatch.schema.sheets import ITEMS, MEMBERS, ORGANISATION, TABLES
from pledgebatch.schema.texts import squeeze
from pledgebatch.schema.versions import Version

NO_HEADERS = "没有认得的表头，不能断定各栏是什么，请在首行写明表头，或填到下发的工作簿中"
NOT_READ = "没有读作承诺内容"
SECOND = "与已读的一张内容相同或少得多，没有读入"
HIDDEN = "这张表已隐藏，另有一张显示着的，没有读入，要报送的请取消隐藏"
OTHER_TIME = "写明是另一年或另一个月的，没有读入"


@dataclass
class Found:
    """What a search comes to."""

    composed: dict[str, Composed] = field(default_factory=dict)
    """By sheet."""
    form: str = ""
    """The tab that is the organisation's form, where it is another than was known."""
    left: dict[str, list[tuple[int, str, str]]] = field(default_factory=dict)
    """By tab the rows of which something was not read: Excel's number, why, and what."""
    changes: list[dict[str, str]] = field(default_factory=list)
    titles: list[str] = field(default_factory=list)
    """What stands above tables and forms, and may say whose they are."""
    searched: set[str] = field(default_factory=set)
    aside: list[Piece] = field(default_factory=list)
    """What was understood, but is not read."""
    refused: set[str] = field(default_factory=set)
    """Tabs of which something was understood, but is not read."""


@dataclass
class _Tab:
    name: str
    cells: Cells
    blocks: list[Block] = field(default_factory=list)
    pieces: list[Piece] = field(default_factory=list)
    covered: set[Place] = field(default_factory=set)
    refused: str = ""
    member: Record | None = None
    is_form: bool = False


def search(book: Book, names: Sequence[str], taken: Sequence[str], clues: Clues, version: Version, form: str) -> Found:
    """What the tabs ``names`` hold; the sheets ``taken`` (keys) have been read elsewhere.

    ``form`` is the tab that is known to be the organisation's form, if any.
    """
    found = Found(searched=set(names))
    tabs = [_look(name, book.sheets[name], book.details(name), clues) for name in names]
    known = next((tab for tab in tabs if tab.name == form), None)
    if known is not None:
        found.form, known.is_form = form, True
    elif not form:
        _choose_form(found, tabs)
    for tab in tabs:
        _read_annex(tab)
    pieces: dict[str, list[Piece]] = {}
    later = {tab.name: HIDDEN for tab in tabs if tab.name in book.hidden}
    later |= {tab.name: OTHER_TIME for tab in tabs if is_of_another_time(tab.name, tab.cells, clues.year, clues.month)}
    for tab in tabs:
        for piece in tab.pieces:
            pieces.setdefault(piece.sheet.key, []).append(piece)
    for sheet in TABLES:
        some = pieces.get(sheet.key, [])
        chosen = [] if sheet.key in taken else choose(some, later)
        for piece in some:
            if not any(piece is each for each in chosen):
                _put_aside(tabs, piece, later.get(piece.tab, SECOND) if chosen else SECOND)
                found.aside.append(piece)
        if chosen:
            found.composed[sheet.key] = compose(sheet, chosen, version)
    for tab in tabs:
        _account(found, tab, book)
    found.refused = {tab.name for tab in tabs if tab.refused}
    return found


def _look(name: str, cells: Cells, seen: SheetDetails, clues: Clues) -> _Tab:
    tab = _Tab(name, cells)
    if (turned_over := turned(name, cells, clues)) is not None:
        tab.pieces, tab.covered = turned_over
        return tab
    tab.blocks = blocks_in(name, cells)
    for block in tab.blocks:
        pieces = read_table(block, seen, clues)
        several = [piece for piece in pieces if piece.sheet is ITEMS and holds_several(piece.records)]
        pieces = [piece for piece in pieces if piece not in several]
        if several:
            tab.refused = SEVERAL_IN_ONE
        if not pieces:
            continue
        tab.pieces += pieces
        last = block.end
        tab.covered |= {(row, column) for row in range(block.top, last) for column in block.columns}
        above = range(max(block.top - 4, 0), block.top)
        if block.title:
            tab.covered |= {
                (row, at)
                for row in above
                for at in range(len(cells[row]))
                if as_typed(cells[row][at]).strip() and as_typed(cells[row][at]).strip() in block.title
            }
        if several:
            kept = {place for piece in pieces for record in piece.records for _, place in record.values.values()}
            lost = {place for piece in several for record in piece.records for _, place in record.values.values()}
            tab.covered -= lost - kept
    return tab


def _rest(tab: _Tab) -> Cells:
    """The cells of a tab without those of its tables."""
    return [
        ["" if (row, at) in tab.covered else cell for at, cell in enumerate(line)] for row, line in enumerate(tab.cells)
    ]


def _choose_form(found: Found, tabs: Sequence[_Tab]) -> None:
    counts = {tab.name: count_labels(ORGANISATION, _rest(tab)) for tab in tabs}
    members = {tab.name: count_labels(MEMBERS, _rest(tab)) for tab in tabs}
    fit = [tab for tab in tabs if counts[tab.name] >= FEWEST_OF_FORM and counts[tab.name] > members[tab.name]]
    best = max(fit, key=lambda tab: counts[tab.name], default=None)
    if best is not None:
        found.form, best.is_form = best.name, True


def _read_annex(tab: _Tab) -> None:
    """Read a tab as the annex of a member or of the organisation, where it is one."""
    if tab.is_form or count_labels(MEMBERS, _rest(tab)) >= FEWEST_OF_MEMBER:
        _give_back_the_end(tab)
    rest = _rest(tab)
    member = None
    if (
        not tab.is_form
        and not any(piece.sheet is MEMBERS for piece in tab.pieces)
        and (piece := read_member(tab.name, rest))
    ):
        member = piece.records[0]
        tab.pieces.insert(0, piece)
        tab.covered |= {
            (row, at) for row, line in enumerate(rest) for at, cell in enumerate(line) if as_typed(cell).strip()
        }
    if member is None and not tab.is_form:
        return
    whose = whose_items(member)
    for each in tab.pieces:
        if each.sheet is ITEMS:
            for record in each.records:
                if record.text("text"):
                    for key, (cell, place) in whose.items():
                        record.values.setdefault(key, (cell, place if place != (0, 0) else record.values["text"][1]))
            each.keys = list(dict.fromkeys((*each.keys, *whose)))
    if not any(each.sheet is ITEMS for each in tab.pieces):
        items, why = read_items(tab.name, rest, whose)
        tab.refused = why or tab.refused
        if items:
            tab.pieces.append(items)


def _give_back_the_end(tab: _Tab) -> None:
    """Where the form goes on below the items of an annex, what stands there is none of them."""
    for piece in tab.pieces:
        ends = (at for at, record in enumerate(piece.records) if goes_on_as_form(record.text("text")))
        if piece.sheet is ITEMS and (end := next(ends, None)) is not None:
            first = piece.records[end].row
            piece.records = piece.records[:end]
            tab.covered = {place for place in tab.covered if place[0] < first}


def _put_aside(tabs: Sequence[_Tab], piece: Piece, why: str) -> None:
    """Give back the cells of a piece that is not read."""
    tab = next(tab for tab in tabs if tab.name == piece.tab)
    shared = [each for each in tab.pieces if each is not piece]
    kept = {place for each in shared for record in each.records for _, place in record.values.values()}
    own = {place for record in piece.records for _, place in (*record.values.values(), *record.extras.values())}
    tab.covered -= own - kept
    tab.pieces = shared
    tab.refused = tab.refused or why


def _account(found: Found, tab: _Tab, book: Book) -> None:
    """Say what of a tab was read as what, and name the rows of which something was not."""
    found.titles += [
        text for line in tab.cells[:6] for cell in line if isinstance(cell, str) and len(text := cell.strip()) > 3
    ][:12]
    for piece in tab.pieces:
        if squeeze(tab.name) != squeeze(piece.sheet.name) or len(tab.pieces) > 1:
            found.changes.append({"sheet": piece.sheet.name, "header": "", "kind": "read_tab", "found": tab.name, "tab": tab.name,
                                  "cell": "", "basis": f"{len(piece.records)} 行，认得 {len(piece.keys)} 栏", "sure": "待确认" if not piece.sure else "明确"})  # fmt: skip
    if tab.is_form:
        book.sheets[tab.name] = _rest(tab)
        return
    why = tab.refused or (NOT_READ if tab.pieces else NO_HEADERS)
    left = []
    for row, line in enumerate(tab.cells):
        texts = [
            text for at, cell in enumerate(line) if (row, at) not in tab.covered and (text := as_typed(cell).strip())
        ]
        if texts:
            left.append((row + 1, why, "；".join(texts)))
    if left:
        found.left[tab.name] = left
    if tab.refused or not tab.pieces and left:
        found.changes.append(
            {
                "sheet": tab.name,
                "header": "",
                "kind": "refused_tab",
                "found": f"{len(left)} 行",
                "tab": tab.name,
                "basis": why,
                "cell": "",
            }
        )
