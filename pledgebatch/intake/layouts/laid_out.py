"""What the tabs of a workbook are: ours where they stand, or found by a search where something is missing."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from pledgebatch.intake.cell_problems import lose_days
from pledgebatch.intake.forms import form_cells
from pledgebatch.intake.headers import are_labelled, find_version, match
from pledgebatch.intake.layouts.annexes import FEWEST_OF_FORM, count_labels
from pledgebatch.intake.layouts.evidence import Clues
from pledgebatch.intake.layouts.known import Known
from pledgebatch.intake.layouts.search import Found, search
from pledgebatch.intake.layouts.wanting import has_content, is_simple, is_whole, words_of
from pledgebatch.intake.match import Match
from pledgebatch.intake.own_words import is_made_by_the_office, take_own_words
from pledgebatch.intake.tables import Taken, is_blank, table_cells
from pledgebatch.readers.book import Book
from pledgebatch.readers.file_types import Unreadable
from pledgebatch.readers.number_formats import DAYS_TO_1904
from pledgebatch.schema.cells import SERIALS, Cell, as_typed
from pledgebatch.schema.fields import Sheet
from pledgebatch.schema.kinds import WITH_YEAR, understand
from pledgebatch.schema.sheets import BOOK_SHEETS, BY_KEY, ITEMS, MEMBERS, ORGANISATION, SHEETS, TABLES
from pledgebatch.schema.texts import squeeze
from pledgebatch.schema.versions import Version, version_of

NOT_OURS = "文件能打开，但不是承诺工作簿（没有一张规定的工作表）"
TITLE_ROWS, MOST_TITLES = 6, 30
FEWEST_FIELDS = 5
"""Fields of a roster that make a workbook ours which holds nothing else of a pledge."""
Read = dict[str, dict[str, tuple[Match, Taken]]]
"""By sheet and tab what stands in it."""


@dataclass
class Laid:
    """A workbook with its tabs understood."""

    version: Version
    read: Read
    others: list[str]
    """The tabs of which some rows belong to no sheet of ours."""
    found: Found = field(default_factory=Found)
    notes: dict[str, Any] = field(default_factory=dict)
    """What is to be known of the file: its ``titles``, and that it was ``searched``."""
    month: int | None = None
    """The month that it says it is of."""


def understand_layout(
    book: Book,
    tabs: Mapping[str, Sequence[str]],
    others: Sequence[str],
    hidden: Mapping[str, Any],
    clues: Clues,
    known: Known,
) -> Laid:
    """What the tabs of ``book`` hold: those that are sheets of ours by name or headers, and the ``others``.

    Raises Unreadable for what is no pledge workbook at all.
    """
    version = version_of(str(hidden.get("template_version") or find_version(book.sheets, tabs)))
    read: Read = {
        sheet.key: {tab: take(sheet, book, tab, version, clues) for tab in tabs[sheet.key]} for sheet in BOOK_SHEETS
    }
    laid = Laid(version, read, list(others), month=_month_of(read, hidden, clues.year))
    code = _code_of(read, hidden, clues.year)
    if not code:
        code = _code_elsewhere(book, others, clues.year)
    if not code:
        laid.notes["titles"] = titles_of(book)
    if not _is_ours(read, others, book, version):
        better = replace(known.clues(code, clues.year), month=laid.month)
        laid.notes["searched"] = known.digest
        _search(laid, book, better)
    if not are_labelled(book.sheets, tabs) and not _is_of_a_pledge(laid.found):
        raise Unreadable(
            f"{NOT_OURS}：{_in_words(book, others)}请报送下发的工作簿，或在首行写明各栏是什么（如 姓名、承诺事项、完成时限）"
        )
    if not is_made_by_the_office(hidden):
        for sheet in BOOK_SHEETS:
            every = [taken for _, taken in laid.read[sheet.key].values()]
            composed = laid.found.composed.get(sheet.key)
            for taken in (*every, *([composed.taken] if composed else [])):
                take_own_words(sheet, taken)
    return laid


def take(sheet: Sheet, book: Book, tab: str, version: Version, clues: Clues) -> tuple[Match, Taken]:
    """What stands in a tab that is ``sheet``."""
    cells = book.sheets[tab]
    placed = match(sheet, cells, version, replace(clues, tab=squeeze(tab)))
    if sheet.form:
        placed.changes = [change | {"tab": tab} if change.get("cell") else change for change in placed.changes]
    lose_days(placed, cells, book.details(tab, sheet.form))
    taken = form_cells(placed, cells) if sheet.form else table_cells(sheet, placed, cells, book.details(tab))
    if book.shared.since_1904:
        for each in sheet.fields:
            if each.kind in WITH_YEAR and each.key in taken.columns:
                taken.columns[each.key] = list(map(_from_1900, taken.columns[each.key]))
    return placed, taken


def _from_1900(cell: Cell) -> Cell:
    """A day as a plain number counts from 1904 in such a workbook; a cell in a date format has been understood."""
    is_day = isinstance(cell, int | float) and not isinstance(cell, bool) and cell + DAYS_TO_1904 in SERIALS
    return cell + DAYS_TO_1904 if is_day else cell


def _is_ours(read: Read, others: Sequence[str], book: Book, version: Version) -> bool:
    """Whether every sheet is there with all its columns, and nothing else that could be one."""
    for sheet in SHEETS:
        if not read[sheet.key] and sheet.key not in version.lacking:
            return False
        if not all(is_whole(placed) for placed, _ in read[sheet.key].values()) or _is_divided(sheet, read[sheet.key]):
            return False
    return not any(has_content(book.sheets[tab]) and words_of(book.sheets[tab]) >= 3 for tab in others)


def _is_divided(sheet: Sheet, read: Mapping[str, tuple[Match, Taken]]) -> bool:
    """Whether several tabs hold different rows of one sheet, and none of them the same: 党员承诺 by groups."""
    if len(read) < 2 or not sheet.identity:
        return False
    identities = [
        {squeeze(as_typed(cell)) for cell in taken.columns.get(sheet.identity[0], ())} - {""}
        for _, taken in read.values()
    ]
    return all(identities) and len(set.union(*identities)) == sum(map(len, identities))


def _goes_on_elsewhere(sheet: Sheet, laid: Laid, found: Found) -> bool:
    """Whether a tab named after ``sheet``, or the roster, holds other rows of it than the one that was read: 党员承诺2,
    or the members' items in columns beside them."""
    own = [taken for _, taken in laid.read[sheet.key].values()]
    if not sheet.identity or not own:
        return False
    known = {squeeze(as_typed(cell)) for taken in own for cell in taken.columns.get(sheet.identity[0], ())}
    for piece in found.aside:
        is_near = squeeze(sheet.name) in squeeze(piece.tab) or piece.tab in laid.read[MEMBERS.key]
        if piece.sheet is sheet and is_near:
            identities = {squeeze(record.text(sheet.identity[0])) for record in piece.records} - {""}
            if identities and identities.isdisjoint(known):
                return True
    return False


def _search(laid: Laid, book: Book, clues: Clues) -> None:
    """Search the tabs that cannot be read where they stand, and put what is found in the place of what was read."""
    simple: dict[str, set[str]] = {}
    again: list[str] = []
    for sheet in SHEETS:
        divided = _is_divided(sheet, laid.read[sheet.key])
        for tab, (placed, _) in laid.read[sheet.key].items():
            if not divided and is_simple(sheet, tab, book.sheets[tab], book.details(tab, sheet.form), placed, clues):
                simple.setdefault(sheet.key, set()).add(tab)
            else:
                again.append(tab)
        laid.read[sheet.key] = {
            tab: take(sheet, book, tab, laid.version, clues)
            if sheet.key in simple and tab in simple[sheet.key]
            else each
            for tab, each in laid.read[sheet.key].items()
        }
    done = [key for key, names in simple.items() if any(laid.read[key][tab][1].rows for tab in names)]
    form = next((tab for tab in laid.read[ORGANISATION.key]), "")
    names = [tab for tab in book.sheets if tab in again or tab in laid.others]
    names = [tab for tab in names if has_content(book.sheets[tab])]
    laid.found = search(book, names, done, clues, laid.version, form)
    if more := {key for key in done if _goes_on_elsewhere(BY_KEY[key], laid, laid.found)}:
        names = [tab for tab in book.sheets if tab in names or any(tab in laid.read[key] for key in more)]
        laid.found = search(book, names, [key for key in done if key not in more], clues, laid.version, form)
    found = laid.found
    used = {piece.tab for composed in found.composed.values() for piece in composed.pieces} | found.refused
    for sheet in TABLES:
        read = laid.read[sheet.key]
        laid.read[sheet.key] = (
            {} if sheet.key in found.composed else {tab: read[tab] for tab in read if tab not in used}
        )
    if found.form:
        laid.read[ORGANISATION.key] = {found.form: take(ORGANISATION, book, found.form, laid.version, clues)}
    still = {tab for each in laid.read.values() for tab in each} - used
    laid.others = [tab for tab in names if tab not in still]
    for tab in still:
        found.left.pop(tab, None)
    found.changes = [each for each in found.changes if each["kind"] != "refused_tab" or each["tab"] not in still]


def _code_of(read: Read, hidden: Mapping[str, Any], year: int) -> str:
    """The code that a workbook says is its organisation's."""
    for _, taken in read[ORGANISATION.key].values():
        code = understand(ORGANISATION["unit_code"], taken.columns.get("unit_code", ("",))[0], year)
        if code:
            return str(code)
    return str(hidden.get("hidden_code") or "")


def _month_of(read: Read, hidden: Mapping[str, Any], year: int) -> int | None:
    """The month that a workbook says it is of, as one of twelve."""
    typed = [taken.columns.get("period", ("",))[0] for _, taken in read[ORGANISATION.key].values()]
    for cell in (*typed, str(hidden.get("hidden_period") or "")):
        if (month := understand(ORGANISATION["period"], cell, year)) is not None:
            return int(month) % 12 + 1
    return None


def _code_elsewhere(book: Book, others: Sequence[str], year: int) -> str:
    """The code that a form on a tab of another name says."""
    for tab in others:
        if count_labels(ORGANISATION, book.sheets[tab]) >= FEWEST_OF_FORM:
            placed = match(ORGANISATION, book.sheets[tab])
            taken = form_cells(placed, book.sheets[tab])
            if code := understand(ORGANISATION["unit_code"], taken.columns.get("unit_code", ("",))[0], year):
                return str(code)
    return ""


def titles_of(book: Book) -> str:
    """The names of the tabs, and what stands in their first rows, a line each."""
    titles = list(book.sheets)
    for cells in book.sheets.values():
        texts = (cell for line in cells[:TITLE_ROWS] for cell in line if isinstance(cell, str))
        titles += [text for text in texts if len(text.strip()) > 3]
    return "\n".join([" ".join(text.split()) for text in dict.fromkeys(titles)][:MOST_TITLES])


def _is_of_a_pledge(found: Found) -> bool:
    """Whether what was found is of pledges, and not any list of people."""
    if found.form or ITEMS.key in found.composed:
        return True
    members = found.composed.get(MEMBERS.key)
    pledged = {"pledge_form", "participation_plan", "signed", "joined_month", "branch_opinion"}
    return members is not None and len(members.keys) >= FEWEST_FIELDS and not pledged.isdisjoint(members.keys)


def _in_words(book: Book, others: Sequence[str]) -> str:
    sentences = []
    for tab in others:
        rows = sum(not is_blank(line) for line in book.sheets[tab])
        if rows:
            sentences.append(f"工作表“{tab}”有 {rows} 行，没有认得的表头")
    return "；".join(sentences[:5]) + ("。" if sentences else "")
