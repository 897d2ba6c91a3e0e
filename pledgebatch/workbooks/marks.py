"""Cells in which something was found, or which could not be read this month: how they are coloured and noted."""

from collections.abc import Mapping, Sequence
from typing import Any

from xlsxwriter.worksheet import Worksheet

from pledgebatch.schema.fields import Sheet
from pledgebatch.workbooks.findings import Finding, Spot, gravest
from pledgebatch.xlsx.formats import CORRECTED_COLOUR, FONT, SEVERITY_COLOURS
from pledgebatch.xlsx.safe_text import cell_text

Marks = Mapping[Spot, Sequence[Finding]]
"""What was found on a sheet, cell by cell."""
AUTHOR = "pledgebatch"
RECALLED = {"font_color": "#7F7F7F"}
"""The format of texts that were read in an earlier month and not since."""


def marks_of(sheet: Sheet, findings: Sequence[Finding]) -> Marks:
    """The findings of ``sheet`` that concern a cell; of several that say the same the first."""
    marks: dict[Spot, dict[tuple[str, str], Finding]] = {}
    for each in findings:
        spot = each.spot(sheet) if each.sheet == sheet.name else None
        if spot:
            marks.setdefault(spot, {}).setdefault((each.severity, each.message), each)
    return {spot: list(distinct.values()) for spot, distinct in marks.items()}


def add_colour(properties: Mapping[str, Any], findings: Sequence[Finding], corrected: str = "") -> Mapping[str, Any]:
    """The properties of a cell's format, with the colour of the gravest of its ``findings``, or of what was ``corrected``."""
    if findings:
        return {**properties, "bg_color": SEVERITY_COLOURS[gravest(findings)]}
    return {**properties, "bg_color": CORRECTED_COLOUR} if corrected else properties


def write_note(sheet: Worksheet, row: int, column: int, findings: Sequence[Finding], corrected: str = "") -> None:
    """Write at a cell what was found in it, how that was answered, and what the office ``corrected`` there."""
    heads = ["，".join(filter(None, (each.severity.label, each.answer))) for each in findings]
    found = [f"【{head}】{each.message}" for head, each in zip(heads, findings, strict=True)]
    lines = [corrected] * bool(corrected) + found
    if lines:
        note = cell_text("\n".join(lines))
        size = {"x_scale": 2.2, "y_scale": 0.8 + len(note) / 55}
        sheet.write_comment(row, column, note, {"author": AUTHOR, **FONT, **size})


def write_since(sheet: Worksheet, row: int, column: int, month: str) -> None:
    """Write at a header that what stands there was read last in ``month``."""
    note = f"灰字是上次已知的内容（{month} 填报），此后未读到，请核对：对的保留，不对的改正。"
    sheet.write_comment(row, column, note, {"author": AUTHOR, **FONT, "x_scale": 2.2, "y_scale": 1})
