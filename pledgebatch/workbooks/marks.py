"""Findings on a workbook: which cells they concern, and how those cells are marked."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any

from xlsxwriter.worksheet import Worksheet

from pledgebatch.schema.fields import Sheet
from pledgebatch.schema.frames import Severity
from pledgebatch.xlsx.formats import FONT, SEVERITY_COLOURS
from pledgebatch.xlsx.safe_text import cell_text

Spot = tuple[int | None, str]
"""Row in the branch's own file (None on the form) and field."""
Told = Sequence[tuple[Severity, str]]
Marks = Mapping[Spot, Told]
"""What was found on a sheet, by spot."""
Found = Mapping[str, Any]
"""A finding as a record; what is missing is an empty text."""
AUTHOR = "pledgebatch"


def main_field(sheet: Sheet) -> str:
    """The field that tells whether a row of ``sheet`` is in use."""
    return sheet.identity[0] if sheet.identity else "date"


def spot_of(sheet: Sheet, row: Any, field: Any) -> Spot | None:
    """The spot of a finding: on the form its field alone; a finding about a row is at the row's main field."""
    key = field if field in sheet.by_key else ""
    if sheet.form:
        return (None, key) if key else None
    return None if row == "" else (int(row), key or main_field(sheet))


def marks_of(sheet: Sheet, findings: Sequence[Found]) -> Marks:
    """The findings of ``sheet`` that concern a cell."""
    marks: dict[Spot, list[tuple[Severity, str]]] = defaultdict(list)
    for found in findings:
        if found["sheet"] != sheet.name:
            continue
        spot = spot_of(sheet, found["row"], found["field"])
        told = (Severity(found["severity"]), str(found["message"]))
        if spot and told not in marks[spot]:
            marks[spot].append(told)
    return marks


def gravest(told: Told) -> Severity:
    """The gravest severity of what was found."""
    return min((severity for severity, _ in told), key=list(Severity).index)


def marked(look: Mapping[str, Any], told: Told) -> Mapping[str, Any]:
    """How a cell looks in which something was found."""
    return {**look, "bg_color": SEVERITY_COLOURS[gravest(told)]} if told else look


RECALLED = {"font_color": "#7F7F7F"}
"""How texts look that were read in an earlier month and not since."""


def write_since(sheet: Worksheet, row: int, column: int, month: str) -> None:
    """Write at a header that what stands there was read last in ``month``."""
    note = f"灰字是上次已知的内容（{month} 填报），此后未读到，请核对：对的保留，不对的改正。"
    sheet.write_comment(row, column, note, {"author": AUTHOR, **FONT, "x_scale": 2.2, "y_scale": 1})


def write_note(sheet: Worksheet, row: int, column: int, told: Told) -> None:
    """Write at a cell what was found in it."""
    if told:
        note = cell_text("\n".join(f"【{severity.label}】{message}" for severity, message in told))
        size = {"x_scale": 2.2, "y_scale": 0.8 + len(note) / 55}
        sheet.write_comment(row, column, note, {"author": AUTHOR, **FONT, **size})
