"""Matches the headers of a table: which column is which field, however its header is written."""

from collections.abc import Mapping, Sequence

from xlsxwriter.utility import xl_col_to_name, xl_rowcol_to_cell

from pledgebatch.intake.labels import label, label_of, other_labels
from pledgebatch.intake.layouts.assignment import CLEAR, assign
from pledgebatch.intake.layouts.evidence import Clues, Column, telling
from pledgebatch.intake.match import Match, in_places
from pledgebatch.readers.book import Cells
from pledgebatch.schema.cells import LOST, Cell, as_typed
from pledgebatch.schema.fields import Sheet

DEEPEST_HEADER = 40
"""Rows searched for the header row, before the rest of the sheet is."""
NOTHING_KNOWN = Clues(2011)
"""What is known of a table besides itself where nobody says: a year for days that are typed without one."""


def match_table(sheet: Sheet, cells: Cells, labels: Mapping[str, str], clues: Clues = NOTHING_KNOWN) -> Match:
    """Matches the header row of ``cells``, wherever it stands."""
    found = Match(sheet)
    row = _header_row(sheet, cells, labels)
    if row is None:
        for each in sheet.fields:
            found.change("missing_column", each)
        return found
    found.header_row = row
    standing: dict[str, list[int]] = {}
    strange: dict[int, str] = {}
    for column, cell in enumerate(cells[row]):
        key = labels.get(label(cell))
        if key:
            standing.setdefault(key, []).append(column)
        elif typed := as_typed(cell).strip():
            strange[column] = typed
    if len(standing) < len(sheet.fields):
        _join_two_lines(found, cells, labels, standing, strange)
    found.columns = {key: columns[0] for key, columns in standing.items()}
    for key in [key for key, columns in standing.items() if len(columns) > 1]:
        _choose(found, cells, key, standing[key], strange)
    if len(standing) < len(sheet.fields):
        _recognise(found, cells, strange, clues)
    found.extras = strange | _name_bare_columns(found, cells, strange)
    return found


def _texts_in(row: Sequence[Cell]) -> list[str]:
    return [cell for cell in row if cell and isinstance(cell, str)]


def _header_row(sheet: Sheet, cells: Cells, labels: Mapping[str, str]) -> int | None:
    """The row with most headers; a lone word in a row by itself is a title, and lone synonyms are data."""
    best, found = 0, None
    others = other_labels(sheet)
    for number, row in enumerate(cells):
        if number == DEEPEST_HEADER and found is not None:
            break
        texts = _texts_in(row)
        fit = 2 * sum(map(labels.__contains__, map(label_of, texts)))
        if fit == 2 * len(labels):
            return number
        fit += sum(map(others.__contains__, map(label_of, texts)))
        if fit > best and fit >= 2 and len(texts) > 1:
            best, found = fit, number
    return found


def _join_two_lines(
    found: Match, cells: Cells, labels: Mapping[str, str], standing: dict[str, list[int]], strange: dict[int, str]
) -> None:
    """Complete headers that stand in two lines, or below a header that groups several."""
    row = found.header_row
    taken = {column for columns in standing.values() for column in columns}
    plain = {word.replace(":", ""): key for word, key in labels.items() if key not in standing}
    for upper, lower in ((row - 1, row), (row, row + 1)):
        if upper < 0 or lower >= len(cells):
            continue
        if lower > row and any(as_typed(cells[lower][column]).strip() for column in taken):
            continue  # a row of data
        joined = _join(cells[upper], cells[lower], plain, taken)
        for column, key in joined.items():
            standing[key] = [column]
            strange.pop(column, None)
        if joined and lower > row:
            found.header_row = lower
            for column, cell in enumerate(cells[lower]):
                if column not in taken and column not in joined and (typed := as_typed(cell).strip()):
                    strange[column] = strange.get(column, "") + typed
        if joined:
            return


def _join(upper: Sequence[Cell], lower: Sequence[Cell], plain: Mapping[str, str], taken: set[int]) -> dict[int, str]:
    """By column the fields that two lines name together, or the one where the other is blank."""
    joined: dict[int, str] = {}
    group = ""
    for column, (above, below) in enumerate(zip(upper, lower, strict=True)):
        over, under = label(above), label(below)
        group = over or group
        if column in taken:
            continue
        grouped = [group[:length] + under for length in range(len(group), 1, -1)] if under else []
        for words in (over + under, *grouped, under, "" if under else over):
            key = plain.get(words.replace(":", ""))
            if words and key and key not in joined.values():
                joined[column] = key
                break
    return joined


def _choose(found: Match, cells: Cells, key: str, columns: list[int], strange: dict[int, str]) -> None:
    """Of several columns with one header read the one with most in it, the first where they are alike; name them all.

    Where it is blank, what another of them says in that row is read: nobody fills in one answer in two places.
    """
    below = cells[found.header_row + 1 :]
    filled = {column: sum(1 for line in below if as_typed(line[column]).strip()) for column in columns}
    chosen = max(columns, key=lambda column: (filled[column], -column))
    found.columns[key] = chosen
    for line in below if filled[chosen] < len(below) else ():
        other = next((column for column in columns if as_typed(line[column]).strip()), chosen)
        if other != chosen and line[chosen] is not LOST and not as_typed(line[chosen]).strip():
            line[chosen], line[other] = line[other], ""
    each = found.sheet[key]
    for column in columns:
        if column != chosen:
            strange[column] = f"{each.header}（{xl_col_to_name(column)} 列）"
    places = "、".join(xl_rowcol_to_cell(found.header_row, column) for column in columns)
    found.change("repeated_column", each, places, xl_rowcol_to_cell(found.header_row, chosen))


def _recognise(found: Match, cells: Cells, strange: dict[int, str], clues: Clues) -> None:
    """Read the columns under other words as the fields that are missing, where words and cells bear it out."""
    sheet, below = found.sheet, cells[found.header_row + 1 :]
    words = {column: sheet[key].header for key, column in found.columns.items()} | strange
    cells_of = {place: [line[place] for line in below] for place in sorted(words)}
    rows = telling(list(cells_of.values()))
    columns = [Column(place, (words[place],), own, rows=rows) for place, own in cells_of.items()]
    reading = assign([(sheet, each) for each in sheet.fields], columns, clues)
    for each in [each for each in sheet.fields if each.key not in found.columns]:
        choice = reading.fields.get((sheet.key, each.key))
        if choice and columns[choice.column].place in strange:
            place = columns[choice.column].place
            found.columns[each.key] = place
            kind = "renamed_column" if choice.sure == CLEAR else "guessed_column"
            cell = xl_rowcol_to_cell(found.header_row, place)
            found.change(kind, each, strange.pop(place), cell, basis=choice.basis, sure=choice.sure)
            continue
        near = [columns[at] for at, (_, key) in sorted(reading.nearest.items()) if key == each.key]
        if near:
            headers = {xl_rowcol_to_cell(found.header_row, one.place): one.header for one in near}
            found.change("doubtful_column", each, in_places(headers), next(iter(headers)))
        else:
            found.change("missing_column", each)


def _name_bare_columns(found: Match, cells: Cells, strange: Mapping[int, str]) -> dict[int, str]:
    """Columns without a header that hold something all the same."""
    known = {*found.columns.values(), *strange}
    if len(known) == len(cells[found.header_row]):
        return {}
    below = cells[found.header_row + 1 :]
    return {
        column: f"（{xl_col_to_name(column)} 列，无表头）"
        for column in range(len(cells[found.header_row]))
        if column not in known and any(as_typed(line[column]) for line in below)
    }
