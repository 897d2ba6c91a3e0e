"""Finds the headers of a tab: in which rows and columns each stands, in one line or two."""

import re
from collections.abc import Iterator, Sequence

from pledgebatch.intake.labels import label
from pledgebatch.intake.layouts.words import TIMES, is_header, is_name_header, meant
from pledgebatch.readers.book import Cells
from pledgebatch.schema.cells import Cell, as_typed
from pledgebatch.schema.sheets import ITEMS

FEWEST = 2
"""Header words by which a row is the header of a table."""
LONGEST_GROUP = 12
SAYS = re.compile(r"[^:：]{2,}[:：]\s*[^\s:：]|(?:单位|部门|支部|组织|人|日期|时间|月份|年度|电话)\s*[:：]\s*$")
"""How a cell says something of the whole table, 填报单位：云溪一小, above which it stands: it is no group of columns."""
MOST_ROWS = 3_000
"""Rows of a tab that are looked through for headers: a table is not looked for below that."""


def heads_in(cells: Cells) -> Iterator[tuple[int, int, int, int]]:
    """First row, last row, first and last column of each header."""
    row = 0
    while row < min(len(cells), MOST_ROWS):
        spans = [span for span in _spans(cells, row) if _is_head(cells[row], *span)]
        spans = [piece for span in spans for piece in _split(cells, row, *span)]
        step = 1
        for at, (left, right) in enumerate(spans):
            first = spans[at - 1][1] + 1 if at else 0
            last = spans[at + 1][0] - 1 if at + 1 < len(spans) else len(cells[row]) - 1
            top, bottom = _other_line(cells, row, left, right)
            step = max(step, bottom - row + 1)
            wide = _widen(cells, top, bottom, left, right)
            yield top, bottom, max(wide[0], first), min(wide[1], last)
        row += step


def _spans(cells: Cells, row: int) -> list[tuple[int, int]]:
    """Runs of filled cells, those apart by no more than two blank ones together: a cell with something below it is none."""
    line, below = cells[row], cells[row + 1] if row + 1 < len(cells) else []
    filled = [column for column, cell in enumerate(line) if as_typed(cell).strip()]
    spans: list[tuple[int, int]] = []
    for column in filled:
        between = range(spans[-1][1] + 1, column) if spans else ()
        blank = sum(not (at < len(below) and as_typed(below[at]).strip()) for at in between)
        if spans and (blank <= 2 or _are_of_items(line[spans[-1][1]], line[column])):
            spans[-1] = spans[-1][0], column
        else:
            spans.append((column, column))
    return spans


def _are_of_items(one: Cell, other: Cell) -> bool:
    """Whether two words with a wide gap between them, as of a merged cell, stand over the pledges of an annex."""
    words = [meant(ITEMS, cell) for cell in (one, other) if isinstance(cell, str)]
    return len(words) == 2 and any("text" in each for each in words) and any("due" in each for each in words)


def _is_head(line: Sequence[Cell], left: int, right: int) -> bool:
    texts = [cell for cell in line[left : right + 1] if as_typed(cell).strip()]
    if not all(isinstance(cell, str) and len(cell) <= 60 for cell in texts):
        return False
    words = {label(cell) for cell in texts if is_header(cell)}
    others = sum(TIMES.fullmatch(label(cell)) is None for cell in texts)
    return len(words) >= FEWEST and (len(words) * 2 > others or _repeats(line[left : right + 1]) > 0)


def _split(cells: Cells, row: int, left: int, right: int) -> Iterator[tuple[int, int]]:
    """Tables beside each other: the same headers again, or parted by columns in which nothing stands next to this header."""
    line, start = cells[row], left
    if width := _repeats(line[left : right + 1]):
        yield from ((at, at + width - 1) for at in range(left, right + 1, width))
        return
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


def _repeats(line: Sequence[Cell]) -> int:
    """The width of a header that stands in a line several times over, as where a page has two halves; else 0."""
    words = [label(cell) for cell in line]
    for width in range(FEWEST, len(words) // 2 + 1):
        whole = len(words) % width == 0 and words == words[:width] * (len(words) // width)
        if whole and any(map(is_name_header, line[:width])):
            return width
    return 0


def _other_line(cells: Cells, row: int, left: int, right: int) -> tuple[int, int]:
    """The first and last line of a header that may stand in two."""
    upper = cells[row - 1][left : right + 1] if row else []
    line = cells[row][left : right + 1]
    if right - left > 3 and _are_of_items(line[0], line[-1]) and not any(as_typed(cell).strip() for cell in line[1:-1]):
        return row, row  # what stands above is the form that the annex begins with
    above = [column for column, cell in enumerate(upper) if as_typed(cell).strip()]
    grouped = any(
        not as_typed(line[column]).strip() and is_header(upper[column])
        or column + 1 < len(upper) and not as_typed(upper[column + 1]).strip() and as_typed(line[column + 1]).strip()
        for column in above
    )  # fmt: skip
    words = [upper[column] for column in above]
    are_groups = all(isinstance(cell, str) and len(cell) <= LONGEST_GROUP and not SAYS.search(cell) for cell in words)
    if len(above) > 1 and grouped and are_groups:
        return row - 1, row
    lower = cells[row + 1][left : right + 1] if row + 1 < len(cells) else []
    under = [column for column, cell in enumerate(lower) if as_typed(cell).strip()]
    if len(under) > 1 and all(isinstance(lower[column], str) and len(lower[column]) <= 30 for column in under):
        known = [column for column in under if is_header(lower[column])]
        groups = [column for column in under if not as_typed(line[column]).strip()]
        if len(known) * 2 > len(under) and groups:
            return row, row + 1
    if row + 1 < len(cells) and _is_of_a_group(cells[row], cells[row + 1]):
        return row, row + 1
    return row, row


def _is_of_a_group(upper: Sequence[Cell], lower: Sequence[Cell]) -> bool:
    """Whether all of a line are short words that stand below one word of the line above, so that it is no data."""
    under = [column for column, cell in enumerate(lower) if as_typed(cell).strip()]
    if len(under) < FEWEST or under[-1] - under[0] + 1 != len(under):
        return False
    above = [as_typed(upper[column]).strip() for column in under]
    are_words = all(isinstance(cell, str) and len(cell) <= LONGEST_GROUP for cell in lower[under[0] : under[-1] + 1])
    return are_words and bool(above[0]) and not any(above[1:])


def _widen(cells: Cells, top: int, bottom: int, left: int, right: int) -> tuple[int, int]:
    """The columns of a header together with those right beside it that it has no word for, but that hold something."""
    for row in range(top, bottom + 1):
        filled = [column for column, cell in enumerate(cells[row]) if as_typed(cell).strip()]
        near = [column for column in filled if left - 2 <= column <= right + 2]
        left, right = min([left, *near]), max([right, *near])

    if bottom > top and _is_of_a_group(cells[top], cells[bottom]):
        right = max(right, *(column for column, cell in enumerate(cells[bottom]) if as_typed(cell).strip()))

    def holds(column: int) -> bool:
        lines = cells[bottom + 1 : bottom + 6]
        return sum(bool(as_typed(line[column]).strip()) for line in lines) * 2 > len(lines) > 0

    if left and not as_typed(cells[bottom][left - 1]).strip() and holds(left - 1):
        left -= 1
    return left, right
