"""Whether the cells under a word bear out that it is this field."""

import re
from collections.abc import Sequence
from functools import cache

from pledgebatch.schema.cells import Cell, as_typed
from pledgebatch.schema.fields import Field, Kind
from pledgebatch.schema.kinds import understand
from pledgebatch.schema.sheets import SHEETS
from pledgebatch.schema.texts import person, squeeze

SHARE = 0.8
"""The part of the cells that must be understood."""
ANY_YEAR = 2011
"""For dates without a year: whether they are understood does not hang on it."""
CODE = re.compile(r"[\w\-./()#]{1,20}")
STRICT = frozenset((Kind.CHOICE, Kind.MONTH, Kind.DATE, Kind.DEADLINE, Kind.INTEGER))
"""The kinds that understand but few of all texts."""
NO_NAMES = frozenset(
    [
        "正式",
        "预备",
        "正式党员",
        "预备党员",
        "群众",
        "同意",
        "不同意",
        "已签",
        "未签",
        "签字",
        "已阅",
        "合格",
        "在职",
        "退休",
        "离休",
        "党员",
        "学生",
        "教师",
    ]
)


def fits(field: Field, cells: Sequence[Cell], distinct: bool = False) -> bool:
    """Whether four fifths of the ``cells`` are what ``field`` holds; blank ones say nothing.

    Where each row has its own, as a name, half of them must be ``distinct``.
    """
    filled = [cell for cell in cells if as_typed(cell).strip()]
    if not filled:
        return True
    if distinct and len(filled) >= 4 and len({squeeze(as_typed(cell)) for cell in filled}) * 2 < len(filled):
        return False
    return sum(_is_one(field, cell) for cell in filled) >= SHARE * len(filled)


def _is_one(field: Field, cell: Cell) -> bool:
    text = as_typed(cell)
    if field.kind is Kind.TEXT:
        return any(map(str.isalpha, text)) and not any(understand(each, cell, ANY_YEAR) is not None for each in _OTHERS)
    if field.kind is Kind.CODE:
        return CODE.fullmatch(squeeze(text)) is not None and any(mark.isascii() and mark.isalnum() for mark in text)
    if field.kind is Kind.PERSON:
        return all(map(is_name, filter(None, re.split(r"[、,，;；/\s]+", text)))) or is_name(text)
    return understand(field, cell, ANY_YEAR) is not None


_OTHERS = (Field("", "", Kind.DATE), Field("", "", Kind.MONTH), Field("", "", Kind.INTEGER), Field("", "", Kind.PHONE))
"""What a text is not."""


@cache
def _no_names() -> frozenset[str]:
    """Words that stand in other columns, and would pass for names."""
    return NO_NAMES | {choice for sheet in SHEETS for field in sheet.fields for choice in field.choices}


def is_name(text: str) -> bool:
    """Whether ``text`` may be somebody's name: letters, two to four or with a dot between, and no word of a list."""
    name = person(text) or ""
    parts = name.split("·")
    letters = all(
        part and all(mark.isalpha() or "\ue000" <= mark <= "\uf8ff" for mark in part.replace(" ", "")) for part in parts
    )
    is_long = len(parts) > 1 or name.isascii()
    return letters and 2 <= len(name) <= (30 if is_long else 4) and name not in _no_names()
