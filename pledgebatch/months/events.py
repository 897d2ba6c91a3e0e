"""组织变动 from month to month: what took effect stays, and what is new begins in a month that is not consolidated yet."""

from pathlib import Path
from typing import Any

import pandas as pd

from pledgebatch.months.archive import consolidated_months
from pledgebatch.notice.periods import Period
from pledgebatch.rules.office.events import hold_events
from pledgebatch.rules.office.registry import alike_together
from pledgebatch.schema.archive_tables import read_table
from pledgebatch.schema.frames import EVENT, REMARK, as_declared, empty, frame
from pledgebatch.schema.sheets import EVENTS
from pledgebatch.schema.states import Severity


def settle_events(
    typed: pd.DataFrame, registry: pd.DataFrame, output: Path, period: Period | None = None
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """The events by the end of ``period``, in columns ``EVENT``, and remarks on the lines as ``typed`` in the office's book.

    What took effect in a month that was consolidated before holds, whatever the book says today, until the month is made
    again. Without a ``period`` all that hold count.
    """
    before = [each for each in consolidated_months(output) if period is None or each < period]
    past = read_table(output / str(before[-1]), "events") if before else empty(EVENT)
    fresh, found = hold_events(typed, registry, past, before[-1] if before else None)
    remarks = pd.concat([alike_together(found, typed, EVENTS), _taken_out(typed, past)], ignore_index=True)
    events = as_declared(pd.concat([past, fresh], ignore_index=True), EVENT)
    if period is not None:
        events = events[events["from_period"] <= str(period)].reset_index(drop=True)
    return events, as_declared(remarks, REMARK)


def fresh_events(events: pd.DataFrame, output: Path, period: Period) -> pd.DataFrame:
    """Those of the ``events`` that took effect since the last month consolidated before ``period``."""
    before = [each for each in consolidated_months(output) if each < period]
    return events[events["from_period"] > str(before[-1])] if before else events


def _taken_out(typed: pd.DataFrame, past: pd.DataFrame) -> pd.DataFrame:
    """Remarks on what took effect and stands in the book no more."""
    standing = set(zip(typed["unit_code"], typed["event"], typed["from_period"], strict=True))
    lines: list[dict[str, Any]] = []
    for line in past.to_dict("records"):
        month = line["from_period"]
        if (line["organisation"], line["event"], Period.parse(month).ordinal) not in standing:
            what = f"{line['organisation']} 自 {month} 起{line['event']}"
            message = f"{what}已经办理，表中没有这一行了，仍按已办理的算；确要撤回，请从 {month} 起逐月重做（--again --registry now）"
            lines.append({"sheet": EVENTS.name, "severity": str(Severity.NOTICE), "message": message})
    file = typed["file"].iloc[0] if len(typed) else "registry.xlsx"
    return frame(REMARK, [line | {"file": file} for line in lines])
