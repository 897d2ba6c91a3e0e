"""The marked-up return: what the branch sent, in a whole workbook, with what to mend."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

import pandas as pd

from pledgebatch.publish.rows import Rows, rows_by
from pledgebatch.publish.workbook import write_workbook
from pledgebatch.schema.frames import Month, counting
from pledgebatch.schema.kinds import RAW
from pledgebatch.schema.sheets import ORGANISATION, SHEETS, TABLES


@dataclass(frozen=True)
class Sent:
    """What the branches sent, as typed: the rows of each sheet by file, and the findings that count by file."""

    rows: Mapping[str, Mapping[str, Rows]]
    findings: Mapping[str, pd.DataFrame]


def sent(month: Month) -> Sent:
    """Everything typed in ``month``, sorted out by file once: frames are slow at a few rows each."""
    found = counting(month.findings)
    rows = {sheet.key: rows_by("file", sheet, month.tables[sheet.key], RAW) for sheet in SHEETS}
    return Sent(rows, {str(file): own for file, own in found.groupby("file")})


def write_return(month: Month, everything: Sent, file: str, target: Path | BinaryIO) -> None:
    """Write what ``file`` held, as typed, with its findings marked. The branch's own file stays as received."""
    head = everything.rows[ORGANISATION.key].get(file, Rows())
    answers = {key: texts[0] for key, texts in head.texts.items() if texts}
    rows = {sheet.key: everything.rows[sheet.key].get(file, Rows()) for sheet in TABLES}
    findings = everything.findings.get(file, month.findings.iloc[:0])
    write_workbook(target, month.period, answers, rows, findings, month.parameters.pledge_deadline)
