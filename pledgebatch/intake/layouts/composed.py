"""Rows found in several places as one sheet of the standard workbook, which is then taken like any other."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from xlsxwriter.utility import xl_rowcol_to_cell

from pledgebatch.intake.headers import match
from pledgebatch.intake.layouts.records import Piece, Record
from pledgebatch.intake.match import Match
from pledgebatch.intake.tables import Taken, table_cells
from pledgebatch.readers.book import Book, Cells
from pledgebatch.schema.cells import Cell, as_typed
from pledgebatch.schema.fields import Sheet
from pledgebatch.schema.texts import squeeze
from pledgebatch.schema.versions import Version


@dataclass
class Composed:
    """A sheet made of pieces."""

    sheet: Sheet
    pieces: Sequence[Piece]
    taken: Taken = field(default_factory=Taken)
    """Its rows by Excel's numbers, each of the tab that it came from."""
    records: list[Record] = field(default_factory=list)
    """The records of the rows taken."""
    changes: list[dict[str, str]] = field(default_factory=list)

    @property
    def tabs(self) -> list[str]:
        """The tabs that the rows came from, in their order."""
        return list(dict.fromkeys(piece.tab for piece in self.pieces))

    @property
    def keys(self) -> list[str]:
        """The fields that there are columns for."""
        return [of.key for of in self.sheet.fields if any(of.key in piece.keys for piece in self.pieces)]

    def layout(self, number: int) -> dict[str, list[Any]]:
        """Where its fields stand in a submission, in columns ``LAYOUT``: the column that most of their values have."""
        fields: dict[str, list[Any]] = {"submission": [], "sheet": [], "field": [], "column": [], "row": []}
        for key in self.keys:
            columns = Counter(record.values[key][1][1] for record in self.records if key in record.values)
            usual = columns.most_common(1)[0][0] + 1 if columns else 1
            for name, value in zip(fields, (number, self.sheet.key, key, usual, None), strict=True):
                fields[name].append(value)
        return fields

    def obscured(self, book: Book) -> Iterator[dict[str, Any]]:
        """What is hidden of it, in columns ``OBSCURED``."""
        for tab in self.tabs:
            if tab in book.hidden:
                yield {"sheet": self.sheet.name, "kind": "hidden_sheet", "value": tab}
        for record in self.records:
            details = book.details(record.tab)
            for key, (_, place) in record.values.items():
                if place in details.lost or place in details.struck:
                    kind, value = details.lost.get(place) or ("struck", details.struck[place])
                    cell = xl_rowcol_to_cell(*place)
                    yield {
                        "sheet": self.sheet.name,
                        "row": place[0] + 1,
                        "field": key,
                        "cell": cell,
                        "kind": kind,
                        "value": value,
                    }

    def origins(self) -> list[str]:
        """For each row where its values stand: ``field=cell``, a line each, with the tab where there are several."""
        several = len(self.tabs) > 1
        return [_origin(record, several) for record in self.records]


def compose(sheet: Sheet, pieces: Sequence[Piece], version: Version) -> Composed:
    """The rows of all ``pieces`` under the headers of ``sheet``."""
    if sheet.number and _start_anew(sheet.number, pieces):
        _give_up_numbers(sheet.number, pieces)
    composed = Composed(sheet, pieces)
    headers = [sheet[key].header for key in composed.keys]
    columns: dict[str, list[Cell]] = {key: [] for key in composed.keys}
    for piece in pieces:
        _take(composed, piece, columns)
    composed.taken.columns = dict(columns)
    composed.changes = [*match(sheet, [headers], version).changes] if len(headers) > 1 else []
    composed.changes = [change for change in composed.changes if change["kind"] == "missing_column"]
    composed.changes += [change for piece in pieces for change in piece.changes]
    return composed


def _start_anew(key: str, pieces: Sequence[Piece]) -> bool:
    """Whether rows are numbered from 1 again and again: such numbers tell nothing apart."""
    numbers = [squeeze(text) for piece in pieces for record in piece.records if (text := record.text(key))]
    return (len(numbers) - len(set(numbers))) * 5 > len(numbers)


def _give_up_numbers(key: str, pieces: Sequence[Piece]) -> None:
    """Keep the numbers of rows beside the fields."""
    for piece in pieces:
        piece.keys = [each for each in piece.keys if each != key]
        for record in piece.records:
            if key in record.values:
                record.extras.setdefault(f"{piece.sheet[key].header}（各表自编）", record.values.pop(key))


def _take(composed: Composed, piece: Piece, columns: dict[str, list[Cell]]) -> None:
    """Add the rows of a piece that say something, and set aside those that are no data."""
    sheet = composed.sheet
    extras = list(dict.fromkeys(header for record in piece.records for header in record.extras))
    cells: Cells = [[*(sheet[key].header for key in composed.keys), *extras]]
    for record in piece.records:
        line = [record.values[key][0] if key in record.values else "" for key in composed.keys]
        cells.append([*line, *(record.extras[header][0] if header in record.extras else "" for header in extras)])
    placed = Match(sheet, {key: column for column, key in enumerate(composed.keys)}, header_row=0)
    placed.extras = {len(composed.keys) + at: header for at, header in enumerate(extras)}
    taken = table_cells(sheet, placed, cells)
    for row in taken.rows:
        record = piece.records[(row or 0) - 2]
        composed.records.append(record)
        composed.taken.rows.append(record.row + 1)
    for key, column in columns.items():
        column.extend(taken.columns.get(key, ()))
    composed.taken.blank += taken.blank
    composed.taken.skipped += [(piece.records[row - 2].row + 1, why, words) for row, why, words in taken.skipped]
    composed.taken.skipped += [(row + 1, why, words) for row, why, words in piece.skipped]


def _origin(record: Record, with_tab: bool) -> str:
    tab = f"{' '.join(record.tab.split())}!" if with_tab else ""
    return "\n".join(f"{key}={tab}{xl_rowcol_to_cell(*place)}" for key, (_, place) in record.values.items())


def texts_of(record: Record) -> list[tuple[str, str]]:
    """What stands in columns that are none of ours, by header."""
    return [(header, text) for header, (cell, _) in record.extras.items() if (text := as_typed(cell))]
