"""Takes the cells of a matched sheet: what each row says, however it was typed, and the rows that say nothing.

docs/tolerances.md lists what is tolerated here; nothing is dropped without being listed.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from pledgebatch.intake.fitting import ANY_YEAR, STRICT
from pledgebatch.intake.match import Match
from pledgebatch.intake.no_data import rows_without_data
from pledgebatch.readers.book import Cells
from pledgebatch.readers.sheet_details import SheetDetails
from pledgebatch.schema.cells import LOST, Cell, Ditto, as_typed, comparable
from pledgebatch.schema.fields import Sheet
from pledgebatch.schema.kinds import understand
from pledgebatch.schema.texts import is_visible

DITTOS = frozenset(("同上", "〃", "″", "〞", "''", '"', "同前", "同上行", "－同上－"))
UNDER_NO_HEADER = "找不到表头，不知道各栏是什么"


@dataclass
class Taken:
    """The told rows of a sheet."""

    rows: list[int | None] = field(default_factory=list)
    """Excel's row numbers; None for the one row of a form."""
    columns: dict[str, Sequence[Cell]] = field(default_factory=dict)
    blank: int = 0
    skipped: list[tuple[int, str, str]] = field(default_factory=list)
    """Rows that are no data: number, why, and what they say."""


def table_cells(sheet: Sheet, placed: Match, cells: Cells, seen: SheetDetails | None = None) -> Taken:
    """The columns of a table without its blank rows and what is no data, which ``placed`` is told.

    A row that holds nothing but its number was numbered in advance and is blank.
    """
    first = placed.header_row + 1
    if not placed.columns:
        numbers = [number for number, line in enumerate(cells[first:], first + 1) if not is_blank(line)]
        skipped = [(number, UNDER_NO_HEADER, content(placed, cells[number - 1])) for number in numbers]
        return Taken(blank=len(cells) - first - len(numbers), skipped=skipped)
    placed.no_data = rows_without_data(placed, cells)
    below = (
        [row for row in range(first, len(cells)) if row not in placed.no_data]
        if placed.no_data
        else range(first, len(cells))
    )
    rows = [*_data_above(placed, cells), *below]
    skipped = [(row + 1, why, content(placed, cells[row])) for row, why in placed.no_data.items()]
    if not rows:
        return Taken(columns={key: [] for key in placed.columns}, skipped=skipped)
    if seen and seen.merged:
        _spread(sheet, placed, cells, seen)
    kept = _rows_with_content(sheet, placed, cells, rows)
    columns = list(zip(*(cells[row] for row in kept), strict=True)) or [()] * len(cells[0])
    taken = Taken([row + 1 for row in kept], blank=len(rows) - len(kept), skipped=skipped)
    taken.columns = {key: _fill_dittos(columns[column], key == sheet.number) for key, column in placed.columns.items()}
    return taken


def _rows_with_content(sheet: Sheet, placed: Match, cells: Cells, rows: Sequence[int]) -> Sequence[int]:
    """Those of the ``rows`` that say more than their number."""
    telling = [column for key, column in placed.columns.items() if key != sheet.number] + list(placed.extras)
    first = telling[0] if telling else 0
    if all(isinstance(cell, str) and is_visible(cell) for cell in {cells[row][first] for row in rows}):
        return rows
    return [row for row in rows if _has_content(cells[row], first, telling)]


def _fill_dittos(cells: Sequence[Cell], is_number: bool) -> Sequence[Cell]:
    """The cells of a column, with 同上 understood."""
    if cells and isinstance(cells[0], str) and cells.count(cells[0]) == len(cells):
        return (cells[0],) * len(cells)  # one text instead of many alike, which are slow to come back to
    return cells if is_number or DITTOS.isdisjoint(cells) else _repeat(cells)


def _data_above(placed: Match, cells: Cells) -> list[int]:
    """Rows above the header that are rows of the table: it was sorted with its header."""
    fields = {column: placed.sheet[key] for key, column in placed.columns.items()}
    identity = [placed.columns[key] for key in placed.sheet.identity if key in placed.columns]
    number = placed.columns.get(placed.sheet.number or "")
    found = []
    for row, line in enumerate(cells[: placed.header_row]):
        is_numbered = number is None or any(map(str.isdigit, as_typed(line[number])))
        if not is_numbered or not all(as_typed(line[column]).strip() for column in identity):
            continue
        strict = [column for column, each in fields.items() if each.kind in STRICT and as_typed(line[column]).strip()]
        fit = sum(understand(fields[column], line[column], ANY_YEAR) is not None for column in strict)
        if fit >= 3 and fit * 2 > len(strict):
            found.append(row)
    return found


def content(placed: Match | None, line: Sequence[Cell]) -> str:
    """What a row says, as ``表头：内容；…``."""
    headers: dict[int, str] = {}
    if placed:
        headers = placed.extras | {column: placed.sheet[key].header for key, column in placed.columns.items()}
    return "；".join(
        f"{headers[column]}：{text}" if column in headers else text
        for column, cell in enumerate(line)
        if cell is not None and cell != "" and (text := as_typed(cell))
    )


def _has_content(line: Sequence[Cell], first: int, telling: Sequence[int]) -> bool:
    cell = line[first]
    return (isinstance(cell, str) and is_visible(cell)) or not is_blank(line[column] for column in telling)


def is_blank(line: Iterable[Cell]) -> bool:
    """Whether nothing can be seen of a row; a lost cell held something."""
    return not any(cell != "" and cell is not None and (not isinstance(cell, str) or is_visible(cell)) for cell in line)


def _repeat(cells: Sequence[Cell]) -> list[Cell]:
    """The cells with 同上 understood as the cell above; a first row has none above it."""
    above: Cell = None
    meant: list[Cell] = []
    for cell in cells:
        if isinstance(cell, str) and cell in DITTOS and above is not None:
            meant.append(Ditto(cell, above))
        else:
            above = comparable(cell)
            meant.append(cell)
    return meant


def _spread(sheet: Sheet, placed: Match, cells: Cells, seen: SheetDetails) -> None:
    """Cells merged down a column say the same in each row; what a merge across columns hid is lost."""
    keys = {column: key for key, column in placed.columns.items()}
    for top, bottom, left, right in merged_data(placed, cells, seen):
        if is_blank([cells[top][left]]):
            continue  # what stands below the merge was not seen by whoever filled it in, but is there
        for row in range(top, min(bottom + 1, len(cells))):
            for column in range(left, min(right + 1, len(cells[row]))):
                if (row, column) == (top, left) or column not in keys:
                    continue
                same = column == left and keys[column] != sheet.number
                cells[row][column] = cells[top][left] if same else LOST


def merged_data(placed: Match, cells: Cells, seen: SheetDetails) -> list[tuple[int, int, int, int]]:
    """The merged blocks below the header row that hold something in a column of the form."""
    columns = placed.columns.values()
    return [
        block
        for block in sorted(seen.merged)
        if placed.header_row < block[0] < len(cells)
        and block[0] not in placed.no_data
        and any(block[2] <= column <= block[3] for column in columns)
        and not all(is_blank(line[block[2] : block[3] + 1]) for line in cells[block[0] : block[1] + 1])
    ]
