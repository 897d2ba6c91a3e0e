"""The columns of a table, and the sheet whose rows it holds by the words over them."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from pledgebatch.intake.layouts.blocks import Block
from pledgebatch.intake.layouts.evidence import Column, telling
from pledgebatch.intake.layouts.facts import in_two
from pledgebatch.intake.layouts.words import SYNONYM, field_of_item, meant, numbered
from pledgebatch.readers.sheet_details import SheetDetails
from pledgebatch.schema.cells import as_typed
from pledgebatch.schema.fields import Sheet
from pledgebatch.schema.sheets import ASSESSMENTS, ITEMS, LEGACY, MEMBERS, OPINIONS, RECORDS, SUPERVISION, TABLES

KEYWORDS = {
    MEMBERS.key: ("党员承诺", "名册", "花名册", "党员信息", "党员情况", "人员"),
    ITEMS.key: ("承诺事项", "事项", "承诺台账", "承诺内容"),
    OPINIONS.key: ("征求意见", "群众意见", "意见"),
    LEGACY.key: ("遗留",),
    RECORDS.key: ("工作记录", "记录", "活动"),
    ASSESSMENTS.key: ("评议", "整改"),
    SUPERVISION.key: ("群众监督", "群众反映", "监督"),
}
"""What a tab or a title says of the sheet that a table is."""
TITLED, LEAST = 2.0, 3.0
ENOUGH = 4
"""Fields by whose words a sheet is known though the column that tells its rows apart stands under a word of its own."""
NEEDED = {ASSESSMENTS.key: ("satisfied", "assessor"), RECORDS.key: ("summary",)}
"""The fields by which a table is known whose rows have no identity, or which could be another."""


@dataclass
class Columns:
    """The columns of a block, with where each stands."""

    block: Block
    every: list[Column]
    groups: dict[int, tuple[str, str]] = field(default_factory=dict)
    """Of items in columns: by the number of the column which of them it belongs to, and the field it is."""

    def place(self, at: int) -> tuple[int, int]:
        """The cell of a column's header."""
        return self.place_of(self.every[at])

    def place_of(self, of: Column) -> tuple[int, int]:
        """The cell of the header of one of them."""
        column = of.place
        rows = range(self.block.top, self.block.first)
        return next(
            (row for row in reversed(rows) if as_typed(self.block.cells[row][column]).strip()), self.block.top
        ), column


def columns_of(block: Block, seen: SheetDetails) -> Columns:
    """The columns of ``block``: what is merged down said in each row, two facts in a cell as two."""
    cells = [list(line) for line in block.cells]
    for top, bottom, left, right in seen.merged:
        if block.first <= top and bottom < block.end and left == right and left in block.columns:
            for row in range(top + 1, bottom + 1):
                if not as_typed(cells[row][left]).strip():
                    cells[row][left] = cells[top][left]
    block.cells = cells
    every = [
        Column(column, block.headers.get(column, ()), [cells[row][column] for row in block.rows])
        for column in block.columns
    ]
    columns = Columns(block, in_two([column for column in every if column.headers or column.filled]))
    rows = telling([column.cells for column in columns.every])
    for column in columns.every:
        column.rows = rows
    columns.groups = _groups(columns.every)
    return columns


def _groups(columns: Sequence[Column]) -> dict[int, tuple[str, str]]:
    """The columns of items that stand beside each other, by their numbers or by coming again and again."""
    found: dict[int, tuple[str, str]] = {}
    for at, column in enumerate(columns):
        if len(column.headers) == 1 and max(meant(ITEMS, column.header).values(), default=0) >= SYNONYM:
            continue
        for text in column.headers[:3]:
            group = next(((which, key) for which, rest in numbered(text) if (key := field_of_item(rest))), None)
            if group:
                found[at] = group
                break
    if len({which for which, key in found.values() if key == "text"}) > 1:
        return found
    again: dict[int, tuple[str, str]] = {}
    nth, taken = 0, set[str]()
    for at, column in enumerate(columns):
        weights = meant(ITEMS, column.header)
        key = max(weights, key=lambda each: weights[each], default="")
        if weights.get(key, 0) < SYNONYM or not nth and key != "text" or key in ("member_no", "name"):
            continue
        if key == "text" or key in taken:
            nth, taken = nth + 1, set()
        taken.add(key)
        again[at] = str(nth), key
    return again if nth > 1 and sum(key == "text" for _, key in again.values()) > 1 else {}


def sheet_of(columns: Columns) -> Sheet | None:
    """The sheet whose rows a block holds, by the words over its columns and above them."""
    scores: dict[str, float] = {}
    titles = columns.block.tab, columns.block.title
    for sheet in TABLES:
        best: dict[str, float] = {}
        for at, column in enumerate(columns.every):
            if at in columns.groups:
                continue
            for text in column.headers:
                for key, weight in meant(sheet, text).items():
                    best[key] = max(best.get(key, 0), weight)
        needed = (*sheet.identity, *NEEDED.get(sheet.key, ()))
        known = sum(weight >= SYNONYM for weight in best.values())
        if not any(best.get(key, 0) >= 1.0 for key in needed) and known < ENOUGH:
            continue
        scores[sheet.key] = sum(weight for weight in best.values() if weight >= 1.0)
        scores[sheet.key] += TITLED * any(word in title for title in titles for word in KEYWORDS[sheet.key])
    best_key = max(scores, key=lambda key: scores[key], default="")
    return next((sheet for sheet in TABLES if sheet.key == best_key and scores[best_key] >= LEAST), None)
