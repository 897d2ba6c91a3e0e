"""Reads the invented names, posts, pledges and mistakes from ``data/``."""

import csv
from functools import cache
from importlib.resources import files


@cache
def read_table(name: str) -> tuple[dict[str, str], ...]:
    """The rows of ``data/NAME.csv``."""
    text = files(__package__).joinpath("data", f"{name}.csv").read_text("utf-8")
    return tuple(csv.DictReader(text.splitlines()))


@cache
def read_lists(name: str) -> dict[str, tuple[str, ...]]:
    """The lists of ``data/NAME.csv`` by name: a name a line, its values joined by ``|``."""
    first, values = list(read_table(name)[0])
    return {row[first]: tuple(row[values].split("|")) for row in read_table(name)}
