"""Two facts in one cell, 张三（男） or 1985-03/2006-07, as two columns."""

import re
from collections.abc import Sequence

from pledgebatch.intake.fitting import ANY_YEAR, is_name
from pledgebatch.intake.layouts.evidence import Column
from pledgebatch.intake.layouts.words import in_pieces, meant
from pledgebatch.schema.cells import Cell, as_typed
from pledgebatch.schema.fields import Field, Kind
from pledgebatch.schema.kinds import understand
from pledgebatch.schema.sheets import ITEMS, MEMBERS

SHARE = 0.8
"""The part of the cells that must be parted alike."""
BRACKETS = re.compile(r"\s*(.+?)\s*[(（【\[]\s*([^()（）【】\[\]]+?)\s*[)）】\]]\s*", re.S)
BETWEEN = re.compile(r"\s*[/／|、,，;；\n]\s*|\s{2,}|\s*[—－]\s*")
TOGETHER = "承诺事项及完成时限", "公开承诺事项及完成时限", "事项及时限", "承诺内容及完成时限", "承诺事项及时限"
_DUE = Field("", "", Kind.DEADLINE)


def in_two(columns: Sequence[Column]) -> list[Column]:
    """The columns, those that hold two facts as two."""
    every: list[Column] = []
    for column in columns:
        every.extend(_halve(column) or [column])
    return every


def _halve(column: Column) -> list[Column]:
    headers = next((pieces for text in column.headers if len(pieces := in_pieces(text)) == 2), [])
    if headers:
        pairs = [part(cell, headers) for cell in column.cells]
    elif any(meant(MEMBERS, text).get("name") or meant(ITEMS, text).get("name") for text in column.headers[:1]):
        headers = [column.header, ""]
        pairs = [_name_and_more(cell) for cell in column.cells]
    else:
        return []
    filled = [pair for cell, pair in zip(column.cells, pairs, strict=True) if as_typed(cell).strip()]
    if not filled or sum(pair is not None for pair in filled) < SHARE * len(filled):
        return []
    halves = []
    for place, header in enumerate(headers):
        cells = [cell if pair is None else pair[place] for cell, pair in zip(column.cells, pairs, strict=True)]
        if place:
            cells = ["" if pair is None else each for each, pair in zip(cells, pairs, strict=True)]
        halves.append(Column(column.place, (header,) if header else (), cells, taken_out=True))
    return halves


def part(cell: Cell, headers: Sequence[str] = ()) -> tuple[str, str] | None:
    """A cell in two: the words before and in brackets at its end, or on both sides of a mark."""
    text = as_typed(cell)
    if found := BRACKETS.fullmatch(text):
        return found[1], found[2]
    pieces = [piece for piece in BETWEEN.split(text.strip()) if piece]
    if len(pieces) == 2:
        return pieces[0], pieces[1]
    if len(pieces) > 2 and any("时限" in header for header in headers):
        return text[: text.rindex(pieces[-1])].rstrip(" ，,；;、（("), pieces[-1]
    return None


def _name_and_more(cell: Cell) -> tuple[str, str] | None:
    found = BRACKETS.fullmatch(as_typed(cell))
    return (found[1], found[2]) if found and is_name(found[1]) and not found[2].isdigit() else None


def with_due(text: str) -> tuple[str, str] | None:
    """A pledge with its deadline behind it in two."""
    parted = part(text, ("时限",))
    return parted if parted and understand(_DUE, parted[1], ANY_YEAR) is not None else None
