"""layouts.xlsx: the guesses of branches' own tables, a line each, for the office to confirm or refuse."""

import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import BinaryIO

import pandas as pd

from pledgebatch.schema.sheets import LAYOUTS
from pledgebatch.schema.states import LIVE
from pledgebatch.workbooks.registry_book import write_office_table
from pledgebatch.xlsx.formats import Formats, new_book
from pledgebatch.xlsx.template import TemplateBook

GUESSED = ("renamed_column", "guessed_column")
HELD = ("held_column", "doubtful_column")
SEVERAL = re.compile(r"“([^”]*)”（([A-Z]+\d+)）")
Line = Mapping[str, str]


def lines_of(changes: pd.DataFrame, submissions: pd.DataFrame) -> list[Line]:
    """What was guessed of the tables of a month's workbooks that count: the columns read, and those held back."""
    live = submissions.loc[submissions["state"].isin(LIVE), "file"]
    asked = changes[changes["file"].isin(live) & changes["kind"].isin((*GUESSED, *HELD))]
    return [
        line
        for each in asked.fillna("").to_dict("records")
        for line in _lines({str(k): str(v) for k, v in each.items()})
    ]


def _lines(change: Line) -> Iterator[Line]:
    held = change["kind"] in HELD
    places = (
        SEVERAL.findall(change["found"]) if change["kind"] == "doubtful_column" else [(change["found"], change["cell"])]
    )
    for header, cell in places:
        yield {
            "unit_code": change["organisation"], "tab": change["tab"] or change["sheet"], "cell": cell, "header": header,
            "sheet": change["sheet"], "field": "" if held else change["header"],
            "basis": change["basis"] or (f"可能是“{change['header']}”，不能确定" if held else "表头是这一栏的另一种写法"),
            "sure": "" if held else change["sure"] or "明确", "handled": "", "clerk": "",
        }  # fmt: skip


def write_layouts(target: Path | BinaryIO, lines: Sequence[Line]) -> None:
    """Write layouts.xlsx."""
    book = new_book(target, TemplateBook)
    frame = pd.DataFrame([dict(line) for line in lines], columns=[each.key for each in LAYOUTS.fields], dtype="str")
    write_office_table(book.add_worksheet(LAYOUTS.name), Formats(book), LAYOUTS, frame)
    book.close()
