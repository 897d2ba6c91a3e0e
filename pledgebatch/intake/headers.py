"""Finds the standard sheets and their headers, however they were moved, and says what was altered."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache, lru_cache

from rapidfuzz import fuzz, process
from xlsxwriter.utility import xl_rowcol_to_cell

from pledgebatch.intake.read import Cells
from pledgebatch.schema.fields import Sheet
from pledgebatch.schema.kinds import as_typed
from pledgebatch.schema.texts import squeeze

DEEPEST_HEADER = 40
"""Rows searched for the header row."""
NEAR = 55
"""Similarity (percent) from which a strange header is named as the likely successor of a missing one."""


@dataclass
class Match:
    """Where a sheet's fields stand: 0-based column by key (for a form, ``rows`` too), and what was altered."""

    sheet: Sheet
    columns: dict[str, int] = field(default_factory=dict)
    rows: dict[str, int] = field(default_factory=dict)
    header_row: int = -1
    changes: list[dict[str, str]] = field(default_factory=list)
    extras: dict[int, str] = field(default_factory=dict)
    """Columns that the standard form does not have, with their headers."""


@cache
def _labels(sheet: Sheet) -> dict[str, str]:
    return {squeeze(each.header): each.key for each in sheet.fields}


def label(cell: object) -> str:
    """A header as it is compared: without width, white space, colon and star."""
    return _label(cell) if isinstance(cell, str) and cell else ""


@lru_cache(10_000)
def _label(text: str) -> str:
    return squeeze(text).strip("*:")


def find_sheet(sheet: Sheet, sheets: Mapping[str, Cells], taken: Iterable[str]) -> str | None:
    """The tab that is ``sheet``: by name, else the one that carries most of its headers."""
    wanted = squeeze(sheet.name)
    for name in sheets:
        if squeeze(name) == wanted:
            return name
    fits = {name: _fit(sheet, cells) for name, cells in sheets.items() if name not in taken}
    best = max(fits, key=lambda name: fits[name], default=None)
    return best if best is not None and fits[best] >= 0.6 * len(sheet.fields) else None


def _fit(sheet: Sheet, cells: Cells) -> int:
    if sheet.form:
        return len({label(cell) for row in cells for cell in row} & _labels(sheet).keys())
    return max(
        (len({label(cell) for cell in row} & _labels(sheet).keys()) for row in cells[:DEEPEST_HEADER]), default=0
    )


def match(sheet: Sheet, cells: Cells) -> Match:
    """Matches the headers of a table, or the labels of a form."""
    return _match_form(sheet, cells) if sheet.form else _match_table(sheet, cells)


def _match_table(sheet: Sheet, cells: Cells) -> Match:
    labels = _labels(sheet)
    found = Match(sheet)
    best = 0
    for number, row in enumerate(cells[:DEEPEST_HEADER]):
        fit = sum(label(cell) in labels for cell in row if isinstance(cell, str))
        if fit > best:
            best, found.header_row = fit, number
            if fit == len(labels):
                break
    strange: dict[int, str] = {}
    for column, cell in enumerate(cells[found.header_row] if best else []):
        key = labels.get(label(cell))
        if key and key not in found.columns:
            found.columns[key] = column
        elif typed := as_typed(cell).strip():
            strange[column] = typed
    for each in sheet.fields:
        if each.key not in found.columns:
            found.changes.append(_missing(found, each.header, strange))
    found.extras = strange
    return found


def _missing(found: Match, header: str, strange: dict[int, str]) -> dict[str, str]:
    near = process.extractOne(header, strange, scorer=fuzz.partial_ratio, processor=squeeze, score_cutoff=NEAR)
    change = {"sheet": found.sheet.name, "header": header, "kind": "missing_column"}
    if near:
        change |= {"kind": "renamed_column", "found": near[0], "cell": xl_rowcol_to_cell(found.header_row, near[2])}
    return change


def _match_form(sheet: Sheet, cells: Cells) -> Match:
    labels = _labels(sheet)
    found = Match(sheet)
    for number, row in enumerate(cells):
        for column, cell in enumerate(row):
            key = labels.get(label(cell)) if isinstance(cell, str) and cell else None
            if key and key not in found.columns:
                found.rows[key], found.columns[key] = number, column + 1
    for each in sheet.fields:
        if each.key not in found.columns:
            found.changes.append({"sheet": sheet.name, "header": each.header, "kind": "missing_column"})
    return found
