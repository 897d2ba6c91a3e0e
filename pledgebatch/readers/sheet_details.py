"""What a sheet holds besides its plain cells: what is hidden, merged, noted, lost, or shown otherwise than it is."""

import re
from dataclasses import dataclass, field
from enum import StrEnum

from pledgebatch.schema.cells import Cell

Place = tuple[int, int]
"""0-based row and column."""
Block = tuple[int, int, int, int]
"""First and last row, first and last column, 0-based."""
_REFERENCE = re.compile(r"\$?([A-Z]{1,16})\$?(\d{1,20})")
_PICTURE_FORMULA = re.compile(r"(?<![A-Z])(?:DISPIMG|IMAGE)\s*\(", re.IGNORECASE)
_PICTURE_TEXT = re.compile(r"\s*=?\s*(?:_xl\w+\.)*DISPIMG\s*\(", re.IGNORECASE)


class Hiding(StrEnum):
    """Why what was put into a cell is not known."""

    DAY = "day"
    ERROR = "error"
    PICTURE = "picture"
    UNCALCULATED = "uncalculated"
    UNREADABLE = "unreadable"


def add_note(notes: dict[Place, str], place: Place, words: str) -> None:
    """Note ``words`` on a cell, in a line of their own below what is noted on it already."""
    notes[place] = "\n".join((*filter(None, [notes.get(place)]), words))


@dataclass
class SheetDetails:
    """What stands in one sheet besides its plain cells, as far as its format lets a reader see it."""

    values: int = 0
    """Cells with a value, errors not counted; to be compared with what a reader gives."""
    cells: dict[Place, Cell] = field(default_factory=dict)
    """The values themselves."""
    shown: dict[Place, Cell] = field(default_factory=dict)
    """Numbers that their cells show otherwise than they are."""
    lost: dict[Place, tuple[Hiding, str]] = field(default_factory=dict)
    """Cells whose content is not known, with why, and what stands there instead."""
    struck: dict[Place, str] = field(default_factory=dict)
    """What is struck through in cells, which are read all the same."""
    merged: list[Block] = field(default_factory=list)
    notes: dict[Place, str] = field(default_factory=dict)
    pictures: list[Place] = field(default_factory=list)
    hidden_rows: list[int] = field(default_factory=list)
    repeated_rows: list[int] = field(default_factory=list)
    broken: bool = False
    """A value is interrupted by markup or padded with white space, which a reader may misread."""
    extent: Place = (0, 0)
    """The last row and column in use, counted from 1."""
    characters: int = 0
    """Of all texts; only where a format repeats cells without writing them out."""


def is_picture(text: str, formula: str = "") -> bool:
    """Whether a cell holds a picture: by its formula, or by a text that once was one."""
    return bool(_PICTURE_FORMULA.search(formula) or _PICTURE_TEXT.match(text))


def as_rows(cells: dict[Place, Cell]) -> list[list[Cell]]:
    """Cells as rows from A1, all of one length."""
    width = 1 + max((column for _, column in cells), default=-1)
    lines: list[list[Cell]] = [[""] * width for _ in range(1 + max((row for row, _ in cells), default=-1))]
    for (row, column), cell in cells.items():
        lines[row][column] = cell
    return lines


def place_of(reference: str) -> Place | None:
    """The place of a reference such as A1."""
    found = _REFERENCE.fullmatch(reference)
    if not found or found[2].strip("0") == "":
        return None
    column = 0
    for letter in found[1]:
        column = column * 26 + ord(letter) - 64
    return int(found[2]) - 1, column - 1
