"""The marked-up return: what the branch sent, in a whole workbook, with what to mend."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import BinaryIO

import pandas as pd

from pledgebatch.months.questions import questions_of
from pledgebatch.months.unread import recalled
from pledgebatch.publish.office_words import words_to
from pledgebatch.schema.decisions import WORDS
from pledgebatch.schema.fields import Sheet
from pledgebatch.schema.frames import CORRECTED, counting
from pledgebatch.schema.month import Month
from pledgebatch.schema.sheets import BOOK_SHEETS, EXPLANATIONS, ORGANISATION, SHEETS
from pledgebatch.schema.states import LIVE
from pledgebatch.schema.words import as_sent
from pledgebatch.workbooks.rows import Extras, Rows, Since, extras_by_file, rows_by, since_by
from pledgebatch.workbooks.workbook import write_workbook


@dataclass(frozen=True)
class SentWorkbooks:
    """What the branches sent: the rows of each sheet by file, as they go back, and the findings that count by file."""

    rows: Mapping[str, Mapping[str, Rows]]
    findings: Mapping[str, pd.DataFrame]
    since: Since
    extras: Extras
    words: Mapping[str, Rows]
    """What the office has to say to whom, by file."""


def sort_by_file(month: Month) -> SentWorkbooks:
    """Everything typed in ``month``, sorted out by file once: frames are slow at a few rows each."""
    found, extras = counting(month.findings), month.tables["extras"]
    rows: dict[str, dict[str, Rows]] = {}
    for sheet in SHEETS:
        known = month.tables["last_known"]
        known = known[known["sheet"] == sheet.key]
        typed = recalled(sheet, month.tables[sheet.key], known, by_number=True)
        if typed.empty:
            rows[sheet.key] = {}
            continue
        words = {field.key: as_sent(field, typed, month.period.year) for field in sheet.fields}
        numbers = typed["row"]
        if (several := _of_one_place(typed)).any():
            numbers = _tell_apart(numbers, typed, several)
            own = typed.loc[several, ["file", "cells"]].assign(number=numbers[several])
            found = _place_findings(found, sheet, own)
            extras = _place_extras(extras, sheet, own)
        place = {"file": typed["file"], CORRECTED: typed[CORRECTED], "row": numbers}
        rows[sheet.key] = rows_by("file", sheet, pd.DataFrame(place | words, copy=False))
    rows[EXPLANATIONS.key] = rows_by("file", EXPLANATIONS, questions_of(found, month.answers))
    return SentWorkbooks(
        rows,
        {str(file): own for file, own in found.groupby("file")},
        since_by("file", month.tables["last_known"]),
        extras_by_file(extras),
        {file: Rows([0] * len(opinions), {"opinion": opinions}) for file, opinions in _words_by_file(month).items()},
    )


def _words_by_file(month: Month) -> dict[str, list[str]]:
    opinions = words_to(month.decided)
    live = month.submissions[month.submissions["state"].isin(LIVE)]
    pairs = zip(live["file"], live["organisation"], strict=True)
    return {file: opinions[code] for file, code in pairs if code in opinions}


APART = 10_000_000
"""Beyond the rows of any sheet: by how much the numbers of rows of one place are told apart."""


def _of_one_place(rows: pd.DataFrame) -> pd.Series:
    """The rows that share their number in the branch's own file: items in columns beside a member, tables of two tabs."""
    if "cells" not in rows:
        return pd.Series(False, index=rows.index)
    laid_out = rows["cells"].notna()
    return laid_out & rows.duplicated(["file", "row"], keep=False) if laid_out.any() else laid_out


def _tell_apart(numbers: pd.Series, rows: pd.DataFrame, several: pd.Series) -> pd.Series:
    nth = rows[several].groupby(["file", "row"]).cumcount().astype("Int64")
    return numbers.add(nth.reindex(rows.index, fill_value=0) * APART)


def _place_findings(found: pd.DataFrame, sheet: Sheet, own: pd.DataFrame) -> pd.DataFrame:
    """``found`` with the numbers of the rows that their cells stand in, of those ``own`` that were told apart."""
    by_field: dict[tuple[str, int, str], int] = {}
    by_cell: dict[tuple[str, int, str], int] = {}
    for file, cells, number in own.itertuples(index=False, name=None):
        lines = cells.split("\n")
        by_cell.setdefault((file, number % APART, lines[0].partition("=")[2]), number)
        for line in lines:
            by_field.setdefault((file, number % APART, line), number)
    here = found[(found["sheet"] == sheet.name) & found["row"].notna() & found["cell"].notna()]
    meant = {
        index: by_field.get((file, row, f"{field}={cell}"), by_cell.get((file, row, cell), row))
        for index, file, row, field, cell in here[["file", "row", "field", "cell"]].itertuples(name=None)
    }
    return found.assign(row=pd.Series(meant, dtype="Int64").reindex(found.index).fillna(found["row"]))


def _place_extras(extras: pd.DataFrame, sheet: Sheet, own: pd.DataFrame) -> pd.DataFrame:
    """``extras`` with the numbers of the rows that they stand beside, of those ``own`` that were told apart."""
    numbers = own.drop_duplicates(["file", "cells"]).set_index(["file", "cells"])["number"]
    places = pd.MultiIndex.from_frame(extras[["file", "cells"]])
    meant = pd.Series(numbers.reindex(places).array, index=extras.index, dtype="Int64")
    return extras.assign(row=meant.where(extras["sheet"] == sheet.name).fillna(extras["row"]))


def write_return(month: Month, everything: SentWorkbooks, file: str, target: Path | BinaryIO) -> None:
    """Write what ``file`` held, with its findings marked. The branch's own file stays as received."""
    head = everything.rows[ORGANISATION.key].get(file, Rows())
    answers = {key: texts[0] for key, texts in head.texts.items() if texts}
    since = everything.since.get(file, {})
    rows = {
        sheet.key: replace(
            everything.rows[sheet.key].get(file, Rows()),
            since=since.get(sheet.key, {}),
            extras=everything.extras.get((file, sheet.name), ()),
        )
        for sheet in BOOK_SHEETS
    }
    rows[WORDS.key] = everything.words.get(file, Rows())
    findings = everything.findings.get(file, month.findings.iloc[:0])
    write_workbook(target, month.period, answers, rows, findings, month.parameters.pledge_deadline)
