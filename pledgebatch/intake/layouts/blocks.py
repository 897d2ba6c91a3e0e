"""Finds the tables of a tab: where their headers stand, which columns are theirs, and where each ends."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from pledgebatch.intake.labels import label
from pledgebatch.intake.layouts.words import form_labels, is_header
from pledgebatch.readers.book import Cells
from pledgebatch.schema.cells import Cell, as_typed

FEWEST = 2
"""Header words by which a row is the header of a table."""
LONGEST_GROUP = 12
MOST_ROWS = 3_000
"""Rows of a tab that are looked through for headers: a table is not looked for below that."""


@dataclass
class Block:
    """A table on a tab; rows and columns are counted from 0."""

    tab: str
    cells: Cells
    top: int
    """The first row of its header."""
    first: int
    """The first row below its header."""
    end: int
    """The row behind its last."""
    columns: Sequence[int]
    headers: dict[int, tuple[str, ...]] = field(default_factory=dict)
    """By column what may be its header, as it is shown first; empty where nothing stands over it."""
    again: list[int] = field(default_factory=list)
    """Rows in which the header is repeated."""
    title: str = ""
    """What stands above the header."""

    @property
    def rows(self) -> range:
        """The rows below the header."""
        return range(self.first, self.end)


def blocks_in(tab: str, cells: Cells) -> list[Block]:
    """The tables of a tab, from top to bottom and from left to right."""
    heads = list(_heads(cells))
    found: list[Block] = []
    for number, (top, bottom, left, right) in enumerate(heads):
        below = (each[0] for each in heads[number + 1 :] if each[0] > bottom and each[2] <= right and each[3] >= left)
        end = _until_form(cells, bottom + 1, min(below, default=len(cells)), range(left, right + 1))
        block = Block(tab, cells, top, bottom + 1, end, range(left, right + 1))
        block.headers = _headers(cells, top, bottom, block.columns)
        same = next((each for each in found if each.end == top and _same(each, block)), None)
        if same:
            same.again.extend(range(block.top, block.first))
            same.end = block.end
        else:
            found.append(block)
    for block in found:
        _take_title(block, found)
    return found


def _until_form(cells: Cells, first: int, end: int, columns: range) -> int:
    """The row in which a form goes on below a table: a label of one with its answer beside it."""
    for row in range(first, end):
        texts = [cells[row][column] for column in columns if as_typed(cells[row][column]).strip()]
        if 0 < len(texts) * 2 <= len(columns) + 1 and isinstance(texts[0], str) and label(texts[0]) in form_labels():
            return row
    return end


def _heads(cells: Cells) -> Iterator[tuple[int, int, int, int]]:
    """First row, last row, first and last column of each header."""
    row = 0
    while row < min(len(cells), MOST_ROWS):
        spans = [span for span in _spans(cells, row) if _is_head(cells[row], *span)]
        spans = [piece for span in spans for piece in _split(cells, row, *span)]
        step = 1
        for left, right in spans:
            top, bottom = _other_line(cells, row, left, right)
            step = max(step, bottom - row + 1)
            yield (top, bottom, *_widen(cells, top, bottom, left, right))
        row += step


def _spans(cells: Cells, row: int) -> list[tuple[int, int]]:
    """Runs of filled cells, those apart by no more than two blank ones together: a cell with something below it is none."""
    line, below = cells[row], cells[row + 1] if row + 1 < len(cells) else []
    filled = [column for column, cell in enumerate(line) if as_typed(cell).strip()]
    spans: list[tuple[int, int]] = []
    for column in filled:
        between = range(spans[-1][1] + 1, column) if spans else ()
        blank = sum(not (at < len(below) and as_typed(below[at]).strip()) for at in between)
        if spans and blank <= 2:
            spans[-1] = spans[-1][0], column
        else:
            spans.append((column, column))
    return spans


def _is_head(line: Sequence[Cell], left: int, right: int) -> bool:
    texts = [cell for cell in line[left : right + 1] if as_typed(cell).strip()]
    words = {label(cell) for cell in texts if is_header(cell)}
    if any(not isinstance(cell, str) for cell in texts):
        return False
    return len(words) >= FEWEST and len(words) * 2 > len(texts) and all(len(cell) <= 60 for cell in texts)


def _split(cells: Cells, row: int, left: int, right: int) -> Iterator[tuple[int, int]]:
    """Tables beside each other are parted by columns in which nothing stands at all, next to this header."""
    line, start = cells[row], left
    for column in range(left, right + 1):
        if as_typed(line[column]).strip():
            continue
        below = (each for each in cells[max(row - 1, 0) : row + 40] if len(each) > column)
        if any(as_typed(each[column]).strip() for each in below) or start >= column:
            continue
        if _is_head(line, start, column - 1) and _is_head(line, column + 1, right):
            yield start, column - 1
            start = column + 1
    if start <= right:
        yield start, right


def _other_line(cells: Cells, row: int, left: int, right: int) -> tuple[int, int]:
    """The first and last line of a header that may stand in two."""
    upper = cells[row - 1][left : right + 1] if row else []
    line = cells[row][left : right + 1]
    above = [column for column, cell in enumerate(upper) if as_typed(cell).strip()]
    grouped = any(
        not as_typed(line[column]).strip() and is_header(upper[column])
        or column + 1 < len(upper) and not as_typed(upper[column + 1]).strip() and as_typed(line[column + 1]).strip()
        for column in above
    )  # fmt: skip
    words = [upper[column] for column in above]
    if len(above) > 1 and grouped and all(isinstance(cell, str) and len(cell) <= LONGEST_GROUP for cell in words):
        return row - 1, row
    lower = cells[row + 1][left : right + 1] if row + 1 < len(cells) else []
    under = [column for column, cell in enumerate(lower) if as_typed(cell).strip()]
    if len(under) > 1 and all(isinstance(lower[column], str) and len(lower[column]) <= 30 for column in under):
        known = [column for column in under if is_header(lower[column])]
        groups = [column for column in under if not as_typed(line[column]).strip()]
        if len(known) * 2 > len(under) and groups:
            return row, row + 1
    return row, row


def _widen(cells: Cells, top: int, bottom: int, left: int, right: int) -> tuple[int, int]:
    """The columns of a header together with those right beside it that it has no word for, but that hold something."""
    for row in range(top, bottom + 1):
        filled = [column for column, cell in enumerate(cells[row]) if as_typed(cell).strip()]
        near = [column for column in filled if left - 2 <= column <= right + 2]
        left, right = min([left, *near]), max([right, *near])

    def holds(column: int) -> bool:
        lines = cells[bottom + 1 : bottom + 6]
        return sum(bool(as_typed(line[column]).strip()) for line in lines) * 2 > len(lines) > 0

    if left and not as_typed(cells[bottom][left - 1]).strip() and holds(left - 1):
        left -= 1
    return left, right


def _headers(cells: Cells, top: int, bottom: int, columns: Sequence[int]) -> dict[int, tuple[str, ...]]:
    """By column what may be its header: the two lines together, the lower below a group, and each by itself."""
    found: dict[int, tuple[str, ...]] = {}
    group = ""
    for column in columns:
        if top == bottom:
            text = as_typed(cells[top][column]).strip()
            found[column] = (text,) if text else ()
            continue
        over, under = (as_typed(cells[row][column]).strip() for row in (top, bottom))
        group = over or (group if under else "")
        if not under:
            found[column] = (over,) if over else ()
            continue
        shorter = [group[:length] + under for length in range(len(group) - 1, 1, -1)]
        every = (over + under, group + under, under, *shorter) if group else (under,)
        found[column] = tuple(dict.fromkeys((f"{group}：{under}" if group else under, *every)))
    return found


def _same(one: Block, other: Block) -> bool:
    """Whether the header of ``other`` is that of ``one`` repeated."""
    words = [
        [label(block.headers[column][0]) if block.headers.get(column) else "" for column in block.columns]
        for block in (one, other)
    ]
    return list(one.columns) == list(other.columns) and words[0] == words[1]


def _take_title(block: Block, every: Sequence[Block]) -> None:
    """Take the lines above a header as its title, and from the end of the table above it."""
    row = block.top - 1
    lines: list[str] = []
    while row >= 0 and len(lines) < 4:
        texts = [as_typed(cell).strip() for cell in block.cells[row]]
        texts = [text for text in texts if text]
        if len(texts) > 2 or any(row in each.rows and each.top > row for each in every):
            break
        if len(texts) == 2 and not lines:
            break
        inside = any(
            each.first <= row < each.end and each is not block and _count_filled(each, row) > 1 for each in every
        )
        if inside:
            break
        if texts:
            lines.append("".join(texts))
        elif lines:
            break
        row -= 1
    block.title = " ".join(reversed(lines))
    for each in every:
        if each is not block and lines and each.first < block.top <= each.end and each.columns[0] <= block.columns[-1]:
            shared = set(each.columns) & set(block.columns)
            if shared:
                each.end = min(each.end, row + 1 if row + 1 > each.first else each.end)


def _count_filled(block: Block, row: int) -> int:
    return sum(bool(as_typed(block.cells[row][column]).strip()) for column in block.columns)
