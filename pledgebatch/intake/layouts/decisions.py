"""layouts.xlsx: what was guessed of branches' own tables, and what the office said of it."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd
from xlsxwriter.utility import xl_cell_to_rowcol

from pledgebatch.intake.headers import find_sheet, match
from pledgebatch.intake.labels import label_of
from pledgebatch.intake.layouts.evidence import Decided
from pledgebatch.intake.office_tables import unreadable
from pledgebatch.intake.tables import table_cells
from pledgebatch.mistakes import OfficeMistake
from pledgebatch.readers.file_types import Unreadable
from pledgebatch.readers.read import read
from pledgebatch.schema.cells import as_typed
from pledgebatch.schema.choices import choice
from pledgebatch.schema.frames import REMARK, frame
from pledgebatch.schema.sheets import LAYOUTS, SHEETS
from pledgebatch.schema.states import Severity
from pledgebatch.schema.texts import code, squeeze

CONFIRMED, REFUSED = "确认", "不采用"
Line = dict[str, str]
"""A line of the book by field key."""


@dataclass(frozen=True)
class LayoutBook:
    """What layouts.xlsx says."""

    lines: Sequence[Line]
    decided: Mapping[str, Decided]
    """By organisation."""
    remarks: pd.DataFrame
    """What the office should mend in it, in columns ``REMARK``."""
    decided_lines: Sequence[Line] = ()
    """The lines that decide something, in their order."""
    rows: Sequence[int | None] = ()
    """Where each line stands, as Excel counts."""


def read_layouts(path: Path) -> LayoutBook:
    """The lines of layouts.xlsx; none where there is no such book. Raises OfficeMistake where it cannot be read."""
    if not path.is_file():
        return LayoutBook((), {}, frame(REMARK, []))
    try:
        book = read(path.read_bytes(), path.name)
    except OSError:
        raise OfficeMistake(f"{path.name} 无法打开，请检查文件是否正被占用或无权读取") from None
    except Unreadable as why:
        raise unreadable(path.name, why) from None
    tab = find_sheet(LAYOUTS, book.sheets, ())
    if tab is None:
        raise OfficeMistake(f"{path.name} 中没有工作表“{LAYOUTS.name}”，请恢复它的名称和表头；不要了可以删去整个文件")
    placed = match(LAYOUTS, book.sheets[tab])
    lacking = [each.header for each in LAYOUTS.fields if each.key not in placed.columns]
    if lacking:
        raise OfficeMistake(f"{path.name} 的工作表“{LAYOUTS.name}”缺少“{'”“'.join(lacking)}”栏，请补回表头")
    taken = table_cells(LAYOUTS, placed, book.sheets[tab])
    columns = {key: [as_typed(cell).strip() for cell in cells] for key, cells in taken.columns.items()}
    lines = [dict(zip(columns, texts, strict=True)) for texts in zip(*columns.values(), strict=True)]
    remarks: list[dict[str, Any]] = []
    decided: dict[str, dict[tuple[str, str], dict[int, tuple[str, str] | None]]] = {}
    deciding: list[Line] = []
    for row, line in zip(taken.rows, lines, strict=True):
        problems = list(_decide(line, decided))
        if not problems and is_decided(line):
            deciding.append(line)
        for problem in problems:
            remark = {"file": path.name, "sheet": LAYOUTS.name, "row": row, "severity": str(Severity.WARNING)}
            remarks.append(remark | {"value": line["field"], "message": f"第 {row} 行{problem}"})
    return LayoutBook(lines, decided, frame(REMARK, remarks), deciding, taken.rows)


def _decide(line: Line, decided: dict[str, dict[tuple[str, str], dict[int, tuple[str, str] | None]]]) -> Iterator[str]:
    """Add what a line decides; yields why one decides nothing though it seems to."""
    handled = choice(line["handled"], LAYOUTS["handled"]) if line["handled"] else ""
    if line["handled"] and handled is None:
        yield f"的“处理”是“{line['handled']}”，请填 {CONFIRMED} 或 {REFUSED}，这一行没有采用"
        return
    if not is_decided(line):
        return
    target = None
    if handled != REFUSED:
        target = _target(line)
        if target is None:
            yield f"的“读作工作表”“读作栏目”（{line['sheet']}、{line['field']}）不是规定的名称，这一行没有采用"
            return
    own = decided.setdefault(code(line["unit_code"]) or "", {})
    own.setdefault((squeeze(line["tab"]), label_of(line["header"])), {})[_column(line["cell"])] = target


def is_decided(line: Line) -> bool:
    """Whether the office said something of a line: by a word, or by filling in what was left to it."""
    return bool(line["handled"] or line["field"] and not line["sure"])


def _target(line: Line) -> tuple[str, str] | None:
    sheet = next((each for each in SHEETS if squeeze(each.name) == squeeze(line["sheet"])), None)
    of = (
        next((each for each in sheet.fields if squeeze(each.header) == squeeze(line["field"])), None) if sheet else None
    )
    return (sheet.key, of.key) if sheet and of else None


def _column(cell: str) -> int:
    try:
        return int(xl_cell_to_rowcol(cell)[1])
    except (AttributeError, ValueError, TypeError):
        return -1


def key_of(line: Line) -> tuple[str, str, str, int]:
    """By what a line is known again: whose, on which tab, under which header; of several alike, in which column."""
    return code(line["unit_code"]) or "", squeeze(line["tab"]), label_of(line["header"]), _column(line["cell"])
