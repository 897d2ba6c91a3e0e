"""Finds the tables of a tab: where their headers stand, which columns are theirs, and where each ends."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from pledgebatch.intake.labels import label
from pledgebatch.intake.layouts.header_rows import heads_in
from pledgebatch.intake.layouts.words import form_labels
from pledgebatch.readers.book import Cells
from pledgebatch.schema.cells import as_typed


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
    heads = list(heads_in(cells))
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
