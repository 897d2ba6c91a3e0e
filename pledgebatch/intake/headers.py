"""Finds the standard sheets, however they were renamed or copied, and what else there is in a workbook."""

import re
from collections.abc import Iterable, Mapping

from pledgebatch.intake.forms import match_form
from pledgebatch.intake.labels import label, labels_in, labels_of, other_labels
from pledgebatch.intake.layouts.evidence import Clues
from pledgebatch.intake.match import Match
from pledgebatch.intake.table_headers import DEEPEST_HEADER, NOTHING_KNOWN, match_table
from pledgebatch.readers.book import Cells
from pledgebatch.schema.fields import Sheet
from pledgebatch.schema.sheets import (
    BOOK_SHEETS,
    BY_KEY,
    GUIDE_NAME,
    HIDDEN_NAME,
    SELF_CHECK_NAME,
    SHEETS,
    TEMPLATE_VERSIONS,
)
from pledgebatch.schema.texts import squeeze
from pledgebatch.schema.versions import TODAY, Version

LIKENESS, LIKENESS_BY_NAME = 0.6, 0.3
"""The part of its headers by which a sheet under another name is known, and one whose name holds the right one."""
OURS = frozenset(map(squeeze, (GUIDE_NAME, SELF_CHECK_NAME, HIDDEN_NAME)))
FIRST_ISSUED = "1"
"""The first version that was sent out without a trial: older ones say what they are."""
LEFT_BY_PROGRAMS = re.compile(
    r"WpsReserved.*|兼容性(?:报告|报表|检查).*|Compatibility Report.*|Evaluation Warning.*", re.I
)
"""Sheets that programs put into a workbook, and nobody filled in."""


def find_sheet(sheet: Sheet, sheets: Mapping[str, Cells], taken: Iterable[str]) -> str | None:
    """The tab that is ``sheet``: by name, else the one that carries most of its headers."""
    wanted = squeeze(sheet.name)
    for name in sheets:
        if squeeze(name) == wanted:
            return name
    fits = {name: _fit(sheet, cells) for name, cells in sheets.items() if name not in taken}
    best = max(fits, key=lambda name: fits[name], default=None)
    return best if best is not None and fits[best] >= LIKENESS * len(sheet.fields) else None


def find_sheets_like(sheet: Sheet, sheets: Mapping[str, Cells]) -> list[str]:
    """The tabs that carry most of the headers of ``sheet``, whatever their names."""
    return [name for name, cells in sheets.items() if _fit(sheet, cells) >= LIKENESS * len(sheet.fields)]


def _fit(sheet: Sheet, cells: Cells) -> int:
    """How many of the fields of ``sheet`` are there by their labels, or by other words for them."""
    if sheet.form:
        return len(_fields_in(sheet, (cell for row in cells for cell in row)))
    return max((len(_fields_in(sheet, row)) for row in cells[:DEEPEST_HEADER]), default=0)


def _fields_in(sheet: Sheet, row: Iterable[object]) -> set[str]:
    labels, others = labels_of(sheet), other_labels(sheet)
    words = {label(cell) for cell in row}
    return {labels[word] for word in words if word in labels} | {others[word][0] for word in words if word in others}


def _is_labelled(sheet: Sheet, cells: Cells) -> bool:
    """Whether one header of the sheet is there, which the first rows mostly tell; of other words it takes two."""
    labels = labels_of(sheet)
    rows = cells if sheet.form else cells[:DEEPEST_HEADER]
    return any(label(cell) in labels for row in rows for cell in row) or _fit(sheet, cells) > 1


def find_sheets(sheets: Mapping[str, Cells]) -> tuple[dict[str, list[str]], list[str]]:
    """By sheet key the tabs that are such a sheet, by name first, then by their headers; and the tabs that are none.

    A tab that is only called 说明 is no list of questions: people call many things so.
    """
    names = {squeeze(sheet.name): sheet.key for sheet in BOOK_SHEETS}
    found: dict[str, list[str]] = {sheet.key: [] for sheet in BOOK_SHEETS}
    strange: list[str] = []
    others: list[str] = []
    for tab in sheets:
        key = names.get(squeeze(tab))
        if key and not BY_KEY[key].asked:
            found[key].append(tab)
        elif squeeze(tab) not in OURS and not LEFT_BY_PROGRAMS.fullmatch(tab):
            strange.append(tab)
    for tab in strange:
        fits = {sheet.key: _fit(sheet, sheets[tab]) / len(sheet.fields) for sheet in BOOK_SHEETS}
        best = max(fits, key=lambda key: fits[key])
        is_named = next((key for name, key in names.items() if name in squeeze(tab)), "") == best
        is_one = fits[best] >= (LIKENESS_BY_NAME if is_named else LIKENESS)
        (found[best] if is_one else others).append(tab)
    return found, others


def find_version(sheets: Mapping[str, Cells], found: Mapping[str, Iterable[str]]) -> str:
    """The version of a workbook that does not say it: the newest of which it has something new, or else the first issued.

    ``found`` are its tabs by sheet key.
    """
    for version in reversed(TEMPLATE_VERSIONS[TEMPLATE_VERSIONS.index(FIRST_ISSUED) + 1 :]):
        for sheet in BOOK_SHEETS:
            new = {field.key for field in sheet.fields if version in (sheet.since, field.since)}
            rows = (
                row for tab in found[sheet.key] if new for row in sheets[tab][: None if sheet.form else DEEPEST_HEADER]
            )
            if any(not new.isdisjoint(_fields_in(sheet, row)) for row in rows):
                return version
    return FIRST_ISSUED


def are_labelled(sheets: Mapping[str, Cells], found: Mapping[str, Iterable[str]]) -> bool:
    """Whether one of the tabs ``found`` has a header of its sheet; a workbook without any is none of ours."""
    return any(_is_labelled(sheet, sheets[tab]) for sheet in SHEETS for tab in found[sheet.key])


def match(sheet: Sheet, cells: Cells, version: Version = TODAY, clues: Clues = NOTHING_KNOWN) -> Match:
    """Matches the headers of a table, or the labels of a form."""
    labels = labels_in(sheet, version)
    found = match_form(sheet, cells, labels, clues) if sheet.form else match_table(sheet, cells, labels, clues)
    lacking = version.lacking.get(sheet.key, ())
    found.changes = [change for change in found.changes if change.get("field", "") not in lacking]
    return found
