"""Other words that stand over a column, or before an answer, for what the standard workbook calls otherwise."""

import csv
from collections.abc import Mapping
from functools import cache
from importlib.resources import files


@cache
def synonyms(sheet: str) -> Mapping[str, tuple[str, ...]]:
    """By word the fields of ``sheet`` (a key) that it may stand for; a word is a hint, its column has to bear it out."""
    text = files(__package__).joinpath("data", "headers.csv").read_text("utf-8")
    found: dict[str, tuple[str, ...]] = {}
    for row in csv.DictReader(text.splitlines()):
        if row["sheet"] == sheet:
            found[row["word"]] = (*found.get(row["word"], ()), row["field"])
    return found
