"""更正单: what the office corrects, laid over what was received, which stays as it is."""

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from pledgebatch.notice.periods import Period
from pledgebatch.schema.columns import blank_texts, type_cells
from pledgebatch.schema.corrected import Original, mark_of, quoted
from pledgebatch.schema.fields import Field, Sheet
from pledgebatch.schema.frames import CORRECTED, UNAPPLIED, Tables, frame
from pledgebatch.schema.kinds import RAW, show, understand
from pledgebatch.schema.records import records
from pledgebatch.schema.sheets import BY_KEY
from pledgebatch.schema.states import LIVE
from pledgebatch.schema.texts import code, squeeze

CELL_OF = ["unit_code", "sheet_key", "number", "field_key", "value"]
"""The cell that a line is about, and what must stand there."""
Line = Mapping[str, Any]


def in_force(corrections: pd.DataFrame, period: Period) -> pd.DataFrame:
    """The lines that are good in ``period``; of several about one cell the one that began last."""
    begun = corrections[corrections["from_period"] <= period.ordinal].sort_values("from_period", kind="stable")
    return begun.drop_duplicates(CELL_OF, keep="last").sort_values("row", ignore_index=True)


def lay_over(
    tables: Tables,
    submissions: pd.DataFrame,
    corrections: pd.DataFrame | None,
    period: Period,
    carried: bool = False,
) -> tuple[dict[str, pd.DataFrame], pd.DataFrame]:
    """The ``tables`` with the ``corrections`` in force laid over the rows of submissions that count, or over those of them
    that were ``carried`` over from the last report; each row says in ``CORRECTED`` what was typed.

    Returns too the lines that could not be applied though their organisation reported, and why (``UNAPPLIED``).
    """
    laid = {
        key: rows if key not in BY_KEY or CORRECTED in rows else rows.assign(**{CORRECTED: blank_texts(len(rows))})
        for key, rows in tables.items()
    }
    refused: list[dict[str, object]] = []
    if corrections is None or corrections.empty:
        return laid, frame(UNAPPLIED, refused)
    live = submissions[submissions["state"].isin(LIVE)]
    wanted = corrections[
        corrections["unit_code"].isin(live["organisation"]) & corrections["sheet_key"].isin(list(laid))
    ]
    for key, own in wanted.groupby("sheet_key", sort=True):
        sheet = BY_KEY[str(key)]
        rows = laid[sheet.key]
        standing = rows[rows["submission"].isin(live["submission"]) & (rows["row"].isna() | (not carried))]
        edits: list[tuple[Any, Line]] = []
        for line in records(own):
            index, why = _find(sheet, standing[standing["organisation"] == line["unit_code"]], line, period.year)
            if why:
                refused.append({"organisation": line["unit_code"], "row": line["row"], "message": why})
            elif index is not None:
                edits.append((index, line))
        laid[sheet.key] = _edited(rows, sheet, edits, period.year)
    return laid, frame(UNAPPLIED, refused)


def _find(sheet: Sheet, rows: pd.DataFrame, line: Line, year: int) -> tuple[Any, str]:
    """The row that a line is about, or why there is none; neither where the cell is as corrected already."""
    field = sheet[line["field_key"]]
    if sheet.number and not sheet.form:
        everybody = rows
        rows = _numbered(everybody, sheet, line["number"])
        if field.key == sheet.number and not rows.empty and not _numbered(everybody, sheet, line["corrected"]).empty:
            return None, f"《{sheet.name}》中已经有编号为“{line['corrected']}”的一行，没有套用"
        if rows.empty:
            return None, f"《{sheet.name}》中没有编号为“{line['number']}”的一行，没有套用"
    elif rows.empty:
        return None, f"《{sheet.name}》没有读到，没有套用"
    if rows[field.key + RAW].isna().all():
        return None, f"《{sheet.name}》的“{field.header}”没有读到，没有套用"
    cells = dict(zip(rows.index, _typed(rows, field.key), strict=True))
    meant = [index for index, cell in cells.items() if _says(field, cell, line["value"])]
    meant = meant or [index for index, cell in cells.items() if _means(field, cell, line["value"], year)]
    if len(meant) == 1:
        return meant[0], ""
    if meant:
        return None, f"《{sheet.name}》有 {len(meant)} 行的“{field.header}”都是这样填的，分不清是哪一行，没有套用"
    if any(_says(field, cell, line["corrected"]) for cell in cells.values()):
        return None, ""
    now = "、".join(dict.fromkeys(quoted(raw) for _, raw in cells.values() if raw is not None))
    instead = f"，现在是{now}" if len(cells) == 1 else ""
    return None, f"《{sheet.name}》的“{field.header}”不再是“原来填的”{instead}，没有套用；不需要了可以删去这一行"


Cell = tuple[Any, str | None]
"""The value understood, and the text typed, None where that was lost."""


def _typed(rows: pd.DataFrame, key: str) -> Sequence[Cell]:
    """A field of ``rows``."""
    values, raws = rows[key].tolist(), rows[key + RAW]
    return list(zip(values, raws.astype(object).where(raws.notna(), None), strict=True))


def _numbered(rows: pd.DataFrame, sheet: Sheet, number: str) -> pd.DataFrame:
    """The rows with a number."""
    field = sheet[sheet.number or ""]
    return rows[[_is_numbered(field, each, code(number) or "") for each in _typed(rows, field.key)]]


def _is_numbered(field: Field, cell: Cell, number: str) -> bool:
    value, raw = cell
    return number in (code(raw or "") or "", code(show(field, value)) or "")


def _says(field: Field, cell: Cell, text: str) -> bool:
    """Whether a cell was typed, or is shown, as ``text``."""
    value, raw = cell
    if raw is None:
        return False
    wanted = squeeze(text)
    return squeeze(raw) == wanted or bool(wanted and squeeze(show(field, value)) == wanted)


def _means(field: Field, cell: Cell, text: str, year: int) -> bool:
    """Whether ``text`` is another way to write what a cell was understood as: a spreadsheet makes a day of 1982-11."""
    value, raw = cell
    wanted = show(field, understand(field, text, year))
    return raw is not None and bool(wanted) and wanted == show(field, value)


def _edited(rows: pd.DataFrame, sheet: Sheet, edits: Sequence[tuple[Any, Line]], year: int) -> pd.DataFrame:
    """The rows with the cells of ``edits`` as they are corrected, and what was typed there kept beside them."""
    if not edits:
        return rows
    rows = rows.copy()
    typed: dict[Any, dict[str, Original]] = {}
    for index, line in edits:
        key = line["field_key"]
        values, raws = type_cells(sheet[key], [line["corrected"]], year)
        typed.setdefault(index, {})[key] = (str(rows.at[index, key + RAW]), line["reason"])
        rows.loc[index, key], rows.loc[index, key + RAW] = values[0], raws[0]
    for index, cells in typed.items():
        rows.loc[index, CORRECTED] = mark_of(cells)
    return rows
