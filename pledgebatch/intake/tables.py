"""Takes the cells of a matched sheet: what each row says, however it was typed, and the rows that say nothing.

docs/tolerances.md lists what is tolerated here; nothing is dropped without being listed.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from pledgebatch.intake.closely import Seen
from pledgebatch.intake.headers import Match
from pledgebatch.intake.read import Cells
from pledgebatch.schema.fields import Sheet
from pledgebatch.schema.kinds import LOST, Cell, Ditto, as_typed
from pledgebatch.schema.texts import squeeze

DITTOS = frozenset(("同上", "〃", "″", "〞", "''", '"', "同前", "同上行", "－同上－"))
SUBTOTAL = re.compile(r"(?:本页|本表|全部|以上)?(?:合计|小计|总计|共计)(?:[:：]?[\d.]*[人项条个件]?)?")
SAMPLE = re.compile(r"[（(【\[]?(?:示例|样例|例子|填写示例|填表示例|范例|例)\d*(?:[）)】\]:：].*)?")
UNDER_NO_HEADER = "找不到表头，不知道各栏是什么"
SUBTOTAL_ROW, SAMPLE_ROW = "合计行", "示例行"


@dataclass
class Taken:
    """The told rows of a sheet."""

    rows: list[int | None] = field(default_factory=list)
    """Excel's row numbers; None for the one row of a form."""
    columns: dict[str, Sequence[Cell]] = field(default_factory=dict)
    blank: int = 0
    skipped: list[tuple[int, str, str]] = field(default_factory=list)
    """Rows that are no data: number, why, and what they say."""


def form_cells(placed: Match, cells: Cells) -> Taken:
    """The answers of a form as one row: the cell to the right of each label."""
    taken = Taken([None])
    for key, column in placed.columns.items():
        line = cells[placed.rows[key]]
        taken.columns[key] = [line[column] if column < len(line) else ""]
    return taken


def table_cells(sheet: Sheet, placed: Match, cells: Cells, seen: Seen | None = None) -> Taken:
    """The columns of a table without its blank rows, subtotal rows and left-in samples.

    A row that holds nothing but its number was numbered in advance and is blank.
    """
    first = placed.header_row + 1
    lines = cells[first:]
    if not placed.columns:
        told = [number for number, line in enumerate(lines, first + 1) if not is_blank(line)]
        skipped = [(number, UNDER_NO_HEADER, content(placed, cells[number - 1])) for number in told]
        return Taken(blank=len(lines) - len(told), skipped=skipped)
    if not lines:
        return Taken(columns={key: [] for key in placed.columns})
    if seen and seen.merged:
        _spread(sheet, placed, cells, seen)
    telling = [column for key, column in placed.columns.items() if key != sheet.number] + list(placed.extras)
    columns = list(zip(*lines, strict=True))
    first_telling = telling[0] if telling else 0
    if all(isinstance(cell, str) and cell.strip() for cell in set(columns[first_telling])):
        kept: Sequence[int] = range(len(lines))
    else:
        kept = [index for index, line in enumerate(lines) if _is_told(line, first_telling, telling)]
    taken = Taken(blank=len(lines) - len(kept))
    odd = _no_data(sheet, placed, lines, kept)
    if odd:
        taken.skipped = [(first + index + 1, why, content(placed, lines[index])) for index, why in odd.items()]
        kept = [index for index in kept if index not in odd]
    taken.rows = [first + index + 1 for index in kept]
    for key, column in placed.columns.items():
        values = columns[column]
        chosen: Sequence[Cell] = values if len(kept) == len(lines) else tuple(values[index] for index in kept)
        if chosen and isinstance(chosen[0], str) and chosen.count(chosen[0]) == len(chosen):
            chosen = (chosen[0],) * len(chosen)  # one text instead of many alike, which are slow to come back to
        elif key != sheet.number and not DITTOS.isdisjoint(chosen):
            chosen = _repeat(chosen)
        taken.columns[key] = chosen
    return taken


def content(placed: Match, line: Sequence[Cell]) -> str:
    """What a row says, as ``表头：内容；…``."""
    headers = placed.extras | {column: placed.sheet[key].header for key, column in placed.columns.items()}
    return "；".join(
        f"{headers[column]}：{text}" if column in headers else text
        for column, text in enumerate(map(as_typed, line))
        if text
    )


def _is_told(line: Sequence[Cell], first: int, telling: Sequence[int]) -> bool:
    cell = line[first]
    return (isinstance(cell, str) and bool(cell) and not cell.isspace()) or not is_blank(
        line[column] for column in telling
    )


def is_blank(line: Iterable[Cell]) -> bool:
    """Whether a row holds white space at most; a lost cell held something."""
    return not any(cell != "" and cell is not None and (not isinstance(cell, str) or cell.strip()) for cell in line)


def _no_data(sheet: Sheet, placed: Match, lines: Sequence[Sequence[Cell]], kept: Sequence[int]) -> dict[int, str]:
    """The kept rows that are a subtotal at the end or a sample at the beginning."""
    keys = [key for key in (sheet.number, *sheet.identity) if key in placed.columns] or list(placed.columns)[:1]
    heads = sorted({min(placed.columns.values()), *(placed.columns[key] for key in keys)})
    found: dict[int, str] = {}
    for index in reversed(kept):
        if not any(SUBTOTAL.fullmatch(squeeze(as_typed(lines[index][column]))) for column in heads):
            break
        found[index] = SUBTOTAL_ROW
    for index in kept:
        if not any(SAMPLE.fullmatch(squeeze(as_typed(lines[index][column]))) for column in heads):
            break
        found[index] = SAMPLE_ROW
    return found


def _repeat(cells: Sequence[Cell]) -> list[Cell]:
    """The cells with 同上 understood as the cell above; a first row has none above it."""
    above: Cell = None
    meant: list[Cell] = []
    for cell in cells:
        if isinstance(cell, str) and cell in DITTOS and above is not None:
            meant.append(Ditto(cell, above))
        else:
            above = cell
            meant.append(cell)
    return meant


def _spread(sheet: Sheet, placed: Match, cells: Cells, seen: Seen) -> None:
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


def merged_data(placed: Match, cells: Cells, seen: Seen) -> list[tuple[int, int, int, int]]:
    """The merged blocks below the header row that hold something in a column of the form."""
    columns = placed.columns.values()
    return [
        block
        for block in sorted(seen.merged)
        if placed.header_row < block[0] < len(cells)
        and any(block[2] <= column <= block[3] for column in columns)
        and not all(is_blank(line[block[2] : block[3] + 1]) for line in cells[block[0] : block[1] + 1])
    ]
