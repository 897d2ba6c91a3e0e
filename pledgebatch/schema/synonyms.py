"""Other words that stand over a column, or before an answer, for what the standard workbook calls otherwise."""

import csv
from collections.abc import Mapping
from functools import cache
from importlib.resources import files

from pledgebatch.schema.texts import squeeze


@cache
def synonyms(sheet: str) -> Mapping[str, tuple[str, ...]]:
    """By word the fields of ``sheet`` (a key) that it may stand for; a word is a hint, its column has to bear it out."""
    found: dict[str, tuple[str, ...]] = {}
    for row in csv.DictReader(_text("headers.csv").splitlines()):
        if row["sheet"] == sheet:
            found[row["word"]] = (*found.get(row["word"], ()), row["field"])
    return found


@cache
def other_headers() -> frozenset[str]:
    """Headers of columns that none of our fields is, however alike their cells are: 职称, 学位, 备注."""
    return frozenset(map(squeeze, _text("other_headers.txt").split()))


def is_other(word: str) -> bool:
    """Whether a folded ``word`` that is none of ours names a column of another kind: 党内职务, 转正时间, 配偶姓名."""
    return word in other_headers() or any(piece in word for piece in _text("other_parts.txt").split())


@cache
def _text(name: str) -> str:
    return files(__package__).joinpath("data", name).read_text("utf-8")
