"""Finds the standard sheets and their headers, however they were moved, and says what was altered."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache, lru_cache

from rapidfuzz import fuzz, process
from xlsxwriter.utility import xl_col_to_name, xl_rowcol_to_cell

from pledgebatch.intake.identify import Unreadable
from pledgebatch.intake.read import Cells
from pledgebatch.schema.fields import Field, Sheet
from pledgebatch.schema.kinds import Cell, as_typed
from pledgebatch.schema.sheets import HIDDEN_NAME, SHEETS
from pledgebatch.schema.texts import squeeze
from pledgebatch.schema.versions import TODAY, Version

DEEPEST_HEADER = 40
"""Rows searched for the header row."""
LIKENESS = 0.6
"""The part of its headers by which a sheet under another name is known."""
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


def _labels_of(sheet: Sheet, version: Version) -> dict[str, str]:
    earlier = version.headers.get(sheet.key)
    return _labels(sheet) | {squeeze(header): key for header, key in earlier.items()} if earlier else _labels(sheet)


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
    return best if best is not None and fits[best] >= LIKENESS * len(sheet.fields) else None


def _fit(sheet: Sheet, cells: Cells) -> int:
    if sheet.form:
        return len({label(cell) for row in cells for cell in row} & _labels(sheet).keys())
    return max(
        (len({label(cell) for cell in row} & _labels(sheet).keys()) for row in cells[:DEEPEST_HEADER]), default=0
    )


def _is_labelled(sheet: Sheet, cells: Cells) -> bool:
    """Whether one header of the sheet is there, which the first rows mostly tell."""
    labels = _labels(sheet)
    return any(label(cell) in labels for row in (cells if sheet.form else cells[:DEEPEST_HEADER]) for cell in row)


def find_sheets(sheets: Mapping[str, Cells]) -> dict[str, list[str]]:
    """By sheet key the tabs that are such a sheet, by name first; others are told by most of their headers.

    Raises Unreadable for what is no pledge workbook at all.
    """
    names = {squeeze(sheet.name): sheet.key for sheet in SHEETS}
    found: dict[str, list[str]] = {sheet.key: [] for sheet in SHEETS}
    strange = []
    for tab in sheets:
        key = names.get(squeeze(tab))
        if key:
            found[key].append(tab)
        elif tab != HIDDEN_NAME:
            strange.append(tab)
    for tab in strange:
        fits = {sheet.key: _fit(sheet, sheets[tab]) / len(sheet.fields) for sheet in SHEETS}
        best = max(fits, key=lambda key: fits[key])
        if fits[best] >= LIKENESS:
            found[best].append(tab)
    if not any(_is_labelled(sheet, sheets[tab]) for sheet in SHEETS for tab in found[sheet.key]):
        raise Unreadable("文件能打开，但不是承诺工作簿（没有一张规定的工作表），请报送下发的工作簿")
    return found


def match(sheet: Sheet, cells: Cells, version: Version = TODAY) -> Match:
    """Matches the headers of a table, or the labels of a form."""
    labels = _labels_of(sheet, version)
    found = _match_form(sheet, cells, labels) if sheet.form else _match_table(sheet, cells, labels)
    lacking = version.lacking.get(sheet.key, ())
    found.changes = [change for change in found.changes if change.pop("field", "") not in lacking]
    return found


def _texts_in(row: Iterable[Cell]) -> list[str]:
    return [cell for cell in row if cell and isinstance(cell, str)]


def _match_table(sheet: Sheet, cells: Cells, labels: Mapping[str, str]) -> Match:
    found = Match(sheet)
    best = 0
    for number, row in enumerate(cells[:DEEPEST_HEADER]):
        fit = sum(map(labels.__contains__, map(_label, _texts_in(row))))
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
            found.changes.append(_missing(found, each, strange))
    found.extras = strange | (_unlabelled(found, cells, strange) if best else {})
    return found


def _unlabelled(found: Match, cells: Cells, strange: Mapping[int, str]) -> dict[int, str]:
    """Columns without a header that hold something all the same."""
    known = {*found.columns.values(), *strange}
    below = cells[found.header_row + 1 :]
    return {
        column: f"（{xl_col_to_name(column)} 列，无表头）"
        for column in range(len(cells[found.header_row]))
        if column not in known and any(as_typed(line[column]) for line in below)
    }


def _missing(found: Match, lacking: Field, strange: dict[int, str]) -> dict[str, str]:
    header = lacking.header
    near = process.extractOne(header, strange, scorer=fuzz.partial_ratio, processor=squeeze, score_cutoff=NEAR)
    change = {"sheet": found.sheet.name, "header": header, "field": lacking.key, "kind": "missing_column"}
    if near:
        change |= {"kind": "renamed_column", "found": near[0], "cell": xl_rowcol_to_cell(found.header_row, near[2])}
    return change


def _match_form(sheet: Sheet, cells: Cells, labels: Mapping[str, str]) -> Match:
    found = Match(sheet)
    for number, row in enumerate(cells):
        for column, cell in enumerate(row):
            key = labels.get(_label(cell)) if cell and isinstance(cell, str) else None
            if key and key not in found.columns:
                found.rows[key], found.columns[key] = number, column + 1
    for each in sheet.fields:
        if each.key not in found.columns:
            found.changes.append(_missing(found, each, {}))
    return found
