"""The marked-up return: what the branch sent, in a whole workbook, with what to mend."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import BinaryIO

import pandas as pd

from pledgebatch.months.unread import recalled
from pledgebatch.schema.frames import Month, counting
from pledgebatch.schema.sheets import ORGANISATION, SHEETS
from pledgebatch.schema.words import as_sent
from pledgebatch.workbooks.rows import Extras, Rows, Since, extras_by_file, rows_by, since_by
from pledgebatch.workbooks.workbook import write_workbook


@dataclass(frozen=True)
class Sent:
    """What the branches sent: the rows of each sheet by file, as they go back, and the findings that count by file."""

    rows: Mapping[str, Mapping[str, Rows]]
    findings: Mapping[str, pd.DataFrame]
    since: Since
    extras: Extras


def sent(month: Month) -> Sent:
    """Everything typed in ``month``, sorted out by file once: frames are slow at a few rows each."""
    found = counting(month.findings)
    rows = {}
    for sheet in SHEETS:
        known = month.tables["last_known"]
        known = known[known["sheet"] == sheet.key]
        typed = recalled(sheet, month.tables[sheet.key], known, by_number=True)
        words = {field.key: as_sent(field, typed, month.period.year) for field in sheet.fields}
        rows[sheet.key] = rows_by("file", sheet, typed[["file", "row"]].assign(**words))
    return Sent(
        rows,
        {str(file): own for file, own in found.groupby("file")},
        since_by("file", month.tables["last_known"]),
        extras_by_file(month.tables["extras"]),
    )


def write_return(month: Month, everything: Sent, file: str, target: Path | BinaryIO) -> None:
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
        for sheet in SHEETS
    }
    findings = everything.findings.get(file, month.findings.iloc[:0])
    write_workbook(target, month.period, answers, rows, findings, month.parameters.pledge_deadline)
