"""Reads a batch of submissions into typed frames; what a worker does."""

import hashlib
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from typing import Any

import pandas as pd
from xlsxwriter.utility import xl_rowcol_to_cell

from pledgebatch.intake.cell_problems import LONGEST_TEXT, OBSCURED, obscured, too_long
from pledgebatch.intake.find import Arrival
from pledgebatch.intake.headers import find_sheets
from pledgebatch.intake.layouts.choosing import is_of_another_time
from pledgebatch.intake.layouts.composed import Composed, texts_of
from pledgebatch.intake.layouts.evidence import Clues
from pledgebatch.intake.layouts.known import NOTHING, Known
from pledgebatch.intake.layouts.laid_out import Laid, titles_of, understand_layout
from pledgebatch.intake.layouts.search import Found
from pledgebatch.intake.match import Match
from pledgebatch.intake.own_books import refuse_own_book
from pledgebatch.intake.tables import Taken, content, is_blank
from pledgebatch.notice.periods import Period
from pledgebatch.readers.book import Book, Cells
from pledgebatch.readers.cell_notes import of_the_branch
from pledgebatch.readers.file_types import BROKEN_ZIP, Unreadable
from pledgebatch.readers.precheck import Skip
from pledgebatch.readers.read import read
from pledgebatch.schema.cells import LOST, as_typed
from pledgebatch.schema.columns import Column, blank_texts, text_array, whole_array
from pledgebatch.schema.fields import Sheet
from pledgebatch.schema.frames import CHANGE, EXTRA, LAYOUT, NOTE, Tables, frame
from pledgebatch.schema.kinds import RAW, understand
from pledgebatch.schema.sheets import (
    BOOK_SHEETS,
    GUIDE_NAME,
    HIDDEN_NAME,
    ORGANISATION,
    SELF_CHECK_NAME,
    SHEETS,
    TEMPLATE_VERSION,
)
from pledgebatch.schema.texts import code

NO_SHEET = "不是规定的工作表"
GUIDES = Skip(
    frozenset((GUIDE_NAME, SELF_CHECK_NAME)),
    frozenset(sheet.name for sheet in SHEETS if sheet.since != TEMPLATE_VERSION),
)
"""The sheets that only speak to the branch; they are not read where all the others have their own names."""
FILE = {
    "submission": "Int64",
    "file": "str",
    "sha256": "str",
    "size": "Int64",
    "received": "str",
    "sender": "str",
    "reason": "str",
    "hidden_code": "str",
    "hidden_period": "str",
    "template_version": "str",
    "titles": "str",
    "searched": "str",
}
"""What is known of a file before anybody judged it; ``reason`` is given where it could not be read, ``sender`` where
the book of receipts knows from which addresses it came by mail. ``titles`` stand in one that does not say its code, and
may say whose it is; ``searched`` is the digest of what was known when it was looked through for tables of its own."""

ROWS_READ = {"submission": "Int64", "sheet": "str", "read": "Int64", "blank": "Int64"}
"""``sheet`` is the name of the sheet, or a tab's own where it is none of ours."""
SKIPPED = {"submission": "Int64", "sheet": "str", "row": "Int64", "reason": "str", "content": "str"}
"""Rows that hold something but no data, or no place in a ledger; ``content`` is ``表头：内容；…``."""
CHANGED = {
    "submission": "Int64",
    **{name: dtype for name, dtype in CHANGE.items() if name not in ("organisation", "file")},
}


@dataclass
class Batch:
    """Typed rows of several submissions; ``tables`` have ``submission`` and ``row`` for place, not yet an organisation."""

    files: pd.DataFrame
    tables: Tables
    rows_read: pd.DataFrame
    changes: pd.DataFrame
    extras: pd.DataFrame
    layout: pd.DataFrame
    obscured: pd.DataFrame
    skipped: pd.DataFrame


def read_batch(
    arrivals: Sequence[tuple[int, Arrival]], year: int, passwords: Sequence[str] = (), known: Known = NOTHING
) -> Batch:
    """Read numbered arrivals; what is typed without a year is taken in the workbook's own, or else in ``year``."""
    desk = _Desk(year, tuple(passwords), known)
    for number, arrival in arrivals:
        desk.take(number, arrival)
    return desk.batch()


class _Rows:
    """The rows of a sheet over the files of a batch."""

    def __init__(self, sheet: Sheet) -> None:
        self.submissions: list[tuple[int, int]] = []
        """Their numbers, and how many rows each has."""
        self.rows: list[int | None] = []
        self.cells: dict[int, str] = {}
        """By place among the rows where their values stand, of those that were laid out otherwise."""
        self.columns = {field.key: Column(field) for field in sheet.fields}

    def add(self, number: int, taken: Taken, year: int, cells: Sequence[str] = ()) -> None:
        if count := len(taken.rows):
            self.cells.update(enumerate(cells, len(self.rows)))
            self.submissions.append((number, count))
            self.rows.extend(taken.rows)
            for key, column in self.columns.items():
                column.add(taken.columns.get(key, (LOST,) * count), year)

    def frame(self) -> pd.DataFrame:
        numbers = [number for number, count in self.submissions for _ in range(count)]
        arrays: dict[str, Any] = {"submission": whole_array(numbers), "row": whole_array(self.rows)}
        cells = [self.cells.get(at) for at in range(len(numbers))] if self.cells else []
        arrays["cells"] = text_array(cells) if cells else blank_texts(len(numbers))
        for key, column in self.columns.items():
            arrays[key], arrays[key + RAW] = column.arrays()
        return pd.DataFrame(arrays, copy=False)


@dataclass
class _Desk:
    """Gathers columns over the files of a batch, so that frames are made once."""

    year: int
    passwords: tuple[str, ...] = ()
    known: Known = NOTHING
    files: list[dict[str, Any]] = field(default_factory=list)
    rows_read: list[dict[str, Any]] = field(default_factory=list)
    changes: list[dict[str, Any]] = field(default_factory=list)
    extras: list[dict[str, Any]] = field(default_factory=list)
    obscured: list[dict[str, Any]] = field(default_factory=list)
    skipped: list[dict[str, Any]] = field(default_factory=list)
    layout: dict[str, list[Any]] = field(default_factory=lambda: {name: [] for name in LAYOUT})
    rows: dict[str, _Rows] = field(default_factory=lambda: {sheet.key: _Rows(sheet) for sheet in BOOK_SHEETS})
    """By sheet."""

    def take(self, number: int, arrival: Arrival) -> None:
        known = {"submission": number, "file": arrival.file, "size": arrival.size, "received": arrival.received}
        self.files.append(known)
        book = None
        try:
            if arrival.refused:
                raise Unreadable(arrival.refused)
            data = _bytes_of(arrival)
            known |= {"sha256": hashlib.sha256(data).hexdigest(), "size": len(data)}
            opened = read(data, arrival.name, self.passwords, GUIDES)
            refuse_own_book(opened.sheets)
            book = opened
            tabs, others = find_sheets(book.sheets)
            for sheet in BOOK_SHEETS:
                for tab in tabs[sheet.key]:
                    book.details(tab, sheet.form)
            known |= _hidden_texts(book.sheets)
            year = _year_of(str(known.get("hidden_period"))) or self.year
            laid = understand_layout(book, tabs, others, known, Clues(year), self.known)
        except Unreadable as why:
            known["reason"] = str(why)
            if book is not None:
                known["titles"] = titles_of(book)
            return
        known |= laid.notes
        tables = {tab for sheet in BOOK_SHEETS if not sheet.form for tab in laid.read[sheet.key]}
        self._name_pictures(number, book, tables)
        for sheet in BOOK_SHEETS:
            if laid.read[sheet.key]:
                taken = self._keep(number, sheet, book, laid, year)
                if sheet is ORGANISATION:
                    month = understand(sheet["period"], taken.columns.get("period", (LOST,))[0], year)
                    year = month // 12 if month else year
            elif sheet.key in laid.found.composed:
                self._keep_composed(number, laid.found.composed[sheet.key], book, year)
            elif sheet.key not in laid.version.lacking and not sheet.asked:
                self.changes.append({"submission": number, "sheet": sheet.name, "kind": "missing_sheet"})
        self.changes.extend({"submission": number, **change} for change in laid.found.changes)
        for tab in laid.others:
            self._keep_other(number, book, tab, laid.found)

    def _name_pictures(self, number: int, book: Book, tables: Collection[str]) -> None:
        """Point out what lies over ``tables``, and over tabs that hold nothing else; on forms it is a seal or a signature."""
        for tab, places in book.pictures.items():
            if tab in tables or all(map(is_blank, book.sheets[tab])):
                row, column = min(places)
                self.obscured.append(
                    {"submission": number, "sheet": tab, "row": row + 1, "cell": xl_rowcol_to_cell(row, column),
                     "kind": "picture_over", "value": f"{len(places)} 张"}
                )  # fmt: skip

    def _keep_other(self, number: int, book: Book, tab: str, found: Found) -> None:
        """Account for a tab that was not read, or not all of it."""
        cells = book.sheets[tab]
        if tab in found.searched:
            filled = found.left.get(tab, [])
        else:
            filled = [(row, NO_SHEET, content(None, line)) for row, line in enumerate(cells, 1) if not is_blank(line)]
        if filled:
            self._count(number, tab, 0, 0 if tab in found.searched else len(cells) - len(filled), filled)
            value = f"{tab}（{len(filled)} 行{'，已隐藏' if tab in book.hidden else ''}）"
            is_read = any(tab in composed.tabs for composed in found.composed.values())
            kind = "rest_of_sheet" if is_read else "other_sheet"
            self.obscured.append({"submission": number, "sheet": tab, "kind": kind, "value": value})

    def _keep_composed(self, number: int, composed: Composed, book: Book, year: int) -> None:
        """Keep the rows of a sheet that were found elsewhere."""
        sheet, taken = composed.sheet, composed.taken
        self.changes.extend({"submission": number, **change} for change in composed.changes)
        for name, values in composed.layout(number).items():
            self.layout[name].extend(values)
        self.obscured.extend({"submission": number, **each} for each in composed.obscured(book))
        self._count(number, sheet.name, len(taken.rows), taken.blank, taken.skipped)
        origins = composed.origins()
        self.rows[sheet.key].add(number, taken, year, origins)
        self.extras.extend(
            {
                "submission": number,
                "sheet": sheet.name,
                "row": record.row + 1,
                "header": header,
                "value": value,
                "cells": cells,
            }
            for record, cells in zip(composed.records, origins, strict=True)
            for header, value in texts_of(record)
        )

    def _keep(self, number: int, sheet: Sheet, book: Book, laid: Laid, year: int) -> Taken:
        """Keep the rows of the fullest of the tabs that are this sheet; the rows of the others are set aside."""
        read_ = laid.read[sheet.key]
        tab, *others = read_
        if others:  # which hardly any workbook has
            now = {each: not is_of_another_time(each, book.sheets[each], year, laid.month) for each in read_}
            tab = max(read_, key=lambda each: (now[each], len(read_[each][1].rows)))
        placed, taken = read_.pop(tab)
        for other, (there, rest) in read_.items():
            self._set_aside(number, book, tab, other, there, rest)
        if not sheet.asked:
            self.changes.extend({"submission": number, **change} for change in placed.changes)
        self._lay_out(number, placed)
        cells, seen = book.sheets[tab], book.details(tab, sheet.form)
        hidden = obscured(placed, cells, seen, tab, tab in book.hidden)
        self.obscured.extend({"submission": number, **each} for each in hidden)
        if tab in book.repeated:
            self.obscured.append({"submission": number, "sheet": sheet.name, "kind": "repeated_sheet", "value": tab})
        self._count(number, sheet.name, len(taken.rows), taken.blank, taken.skipped)
        self.rows[sheet.key].add(number, taken, year)
        for place, note in sorted(book.notes.get(tab, {}).items()):
            if value := of_the_branch(note):
                header = NOTE.format(xl_rowcol_to_cell(*place))
                self.extras.append(
                    {"submission": number, "sheet": sheet.name, "row": place[0] + 1, "header": header, "value": value}
                )
        for extra, header in placed.extras.items():
            for row in taken.rows:
                if row and (value := as_typed(cells[row - 1][extra])):
                    self.extras.append(
                        {"submission": number, "sheet": sheet.name, "row": row, "header": header, "value": value}
                    )
        self.extras.extend(
            {"submission": number, "sheet": sheet.name, "row": row + 1, "header": header, "value": value}
            for row, header, value in placed.beside
        )
        return taken

    def _count(self, number: int, tab: str, rows: int, blank: int, skipped: Sequence[tuple[int, str, str]]) -> None:
        """Account for the rows of a tab: those that were taken, the blank ones, and those set aside with their words."""
        self.skipped.extend(
            {"submission": number, "sheet": tab, "row": row, "reason": reason, "content": words}
            for row, reason, words in skipped
        )
        read_rows = rows + blank + len(skipped)
        self.rows_read.append({"submission": number, "sheet": tab, "read": read_rows, "blank": blank})

    def _lay_out(self, number: int, placed: Match) -> None:
        count = len(placed.columns)
        fields: dict[str, list[Any]] = {
            "submission": [number] * count,
            "sheet": [placed.sheet.key] * count,
            "field": list(placed.columns),
            "column": [column + 1 for column in placed.columns.values()],
            "row": [placed.rows[key] + 1 if placed.sheet.form else None for key in placed.columns],
        }
        for name, values in fields.items():
            self.layout[name].extend(values)

    def _set_aside(self, number: int, book: Book, tab: str, other: str, placed: Match, rest: Taken) -> None:
        """A second sheet of the same kind: its rows have no place of their own in the ledger, but are not lost."""
        reason = f"填在另一张“{other}”中"
        entries = [(row, reason, content(placed, book.sheets[other][row - 1])) for row in rest.rows if row]
        aside = sorted((*entries, *rest.skipped))
        if not aside:
            return
        self._count(number, other, 0, rest.blank, aside)
        value = f"{other}”（{len(aside)} 行）与“{tab}"
        self.obscured.append({"submission": number, "sheet": placed.sheet.name, "kind": "second_sheet", "value": value})

    def batch(self) -> Batch:
        tables = {key: rows.frame() for key, rows in self.rows.items()}
        for sheet in BOOK_SHEETS:
            long = [key for key, column in self.rows[sheet.key].columns.items() if column.longest > LONGEST_TEXT]
            self.obscured.extend(too_long(sheet, long, tables[sheet.key], self.layout))
        layout = {
            name: (text_array if dtype == "str" else whole_array)(self.layout[name]) for name, dtype in LAYOUT.items()
        }
        return Batch(
            frame(FILE, self.files),
            tables,
            frame(ROWS_READ, self.rows_read),
            frame(CHANGED, self.changes),
            frame(EXTRA, self.extras),
            pd.DataFrame(layout, copy=False),
            frame(OBSCURED, self.obscured),
            frame(SKIPPED, self.skipped),
        )


def _bytes_of(arrival: Arrival) -> bytes:
    try:
        return arrival.read()
    except BROKEN_ZIP:
        raise Unreadable("文件无法打开，请检查文件是否损坏、正被占用或无权读取") from None


def _hidden_texts(sheets: dict[str, Cells]) -> dict[str, str]:
    texts = {as_typed(row[0]): as_typed(row[1]) for row in sheets.get(HIDDEN_NAME, []) if len(row) > 1}
    names = {"code": "hidden_code", "period": "hidden_period", "template_version": "template_version"}
    known = {name: texts[key] for key, name in names.items() if texts.get(key)}
    return known | {"hidden_code": code(known["hidden_code"]) or ""} if "hidden_code" in known else known


def _year_of(period: str) -> int | None:
    try:
        return Period.parse(period).year
    except ValueError:  # whatever the hidden sheet was made to say
        return None
