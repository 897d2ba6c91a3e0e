"""A finding as those take it who write pages and workbooks: plain records, for frames are slow at a few rows each."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, fields
from typing import Any

import pandas as pd

from pledgebatch.schema.fields import Sheet
from pledgebatch.schema.records import records
from pledgebatch.schema.states import Severity

Spot = tuple[int | None, str]
"""A cell of a sheet: its row in the branch's own file, None on the form, and its field."""


@dataclass(frozen=True)
class Finding:
    """One breach of one rule at one place; what is missing is an empty text, or no row."""

    organisation: str
    file: str
    sheet: str
    row: int | None
    field: str
    cell: str
    rule: str
    severity: Severity
    value: str
    message: str
    waiver: str
    answer: str
    """How it stands with what the branch says of it, in words."""

    def spot(self, sheet: Sheet) -> Spot | None:
        """The cell of ``sheet`` that it concerns: on the form its field alone; of a whole row its main field."""
        key = self.field if self.field in sheet.by_key else ""
        if sheet.form:
            return (None, key) if key else None
        return None if self.row is None else (self.row, key or main_field(sheet))


_NAMES = tuple(each.name for each in fields(Finding))


def findings_of(frame: pd.DataFrame) -> list[Finding]:
    """The rows of a frame of findings; a column that it does not have is empty."""
    return [_finding({name: row.get(name, "") for name in _NAMES}) for row in records(frame)]


def _finding(values: dict[str, Any]) -> Finding:
    row = values["row"]
    return Finding(**values | {"row": None if row == "" else int(row), "severity": Severity(values["severity"])})


def group(findings: Iterable[Finding], key: Callable[[Finding], Any]) -> dict[Any, list[Finding]]:
    """Findings by ``key``, in the order in which each key first comes."""
    groups: dict[Any, list[Finding]] = defaultdict(list)
    for each in findings:
        groups[key(each)].append(each)
    return groups


def gravest(findings: Sequence[Finding]) -> Severity:
    """The gravest severity of some findings."""
    return min((each.severity for each in findings), key=list(Severity).index)


def main_field(sheet: Sheet) -> str:
    """The field that tells whether a row of ``sheet`` is in use."""
    return sheet.identity[0] if sheet.identity else "date"
