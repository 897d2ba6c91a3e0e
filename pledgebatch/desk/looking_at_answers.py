"""What waits for the office's word in a month, and what it said, as workers find it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pandas as pd

from pledgebatch.desk.looking import rests_on
from pledgebatch.intake.decisions import read_decisions
from pledgebatch.intake.layouts.decisions import is_decided, read_layouts
from pledgebatch.months.archive import is_month
from pledgebatch.notice.periods import Period
from pledgebatch.pipeline.decisions import is_held
from pledgebatch.pipeline.office import registry_now
from pledgebatch.pipeline.workspace import Workspace
from pledgebatch.rules.facts.names import shown_names
from pledgebatch.schema.archive_tables import read_table
from pledgebatch.schema.decisions import DECISION_SHEETS, EXPLANATIONS, TRANSFERS
from pledgebatch.schema.fields import Sheet
from pledgebatch.schema.frames import counting
from pledgebatch.schema.kinds import RAW
from pledgebatch.schema.records import records
from pledgebatch.schema.sheets import SHEETS
from pledgebatch.schema.states import LIVE, State

Row = dict[str, object]
MOST_FINDINGS, MOST_HELD = 500, 200
STRAY = (State.UNKNOWN_ORGANISATION, State.UNREADABLE, State.WRONG_PERIOD, State.SUPERSEDED)


@dataclass(frozen=True)
class Waiting:
    """What the office may decide of a month."""

    names: Mapping[str, str]
    """By code what each organisation is called."""
    explanations: Sequence[Row]
    """The branches' explanations that wait, each with its ``row`` in the book."""
    transfers: Sequence[Row]
    """The members who seem to have gone from one organisation to another, each with its ``row``."""
    layouts: Sequence[Row]
    """The guesses of tables that wait, each with its ``row``."""
    strays: Sequence[Row]
    """The files of the month that do not count."""
    late: Sequence[Row]
    """The organisations from which nothing counts yet."""
    held: Mapping[str, Sequence[Row]]
    """What is decided already, by sheet: the lines as they are typed, the last first."""
    remarks: Sequence[Row]
    opened: str
    """The file that says that somebody has the book open."""


@rests_on("", "output")
def list_waiting(workspace: Workspace, period: Period) -> Waiting:
    """What waits in the books and in ``period``."""
    registry = registry_now(workspace, period)
    decisions = read_decisions(workspace.decisions, registry["organisation"])
    layouts = read_layouts(workspace.layouts)
    explanations, transfers = (rows[rows["decision"] == ""] for rows in (decisions.explanations, decisions.transfers))
    guesses: list[Row] = [
        {**line, "row": row} for row, line in zip(layouts.rows, layouts.lines, strict=True) if _waits(line)
    ]
    strays: list[Row] = []
    late: list[Row] = []
    if is_month(workspace.output(period)):
        files = read_table(workspace.output(period), "submissions", ["organisation", "file", "state", "reason"])
        strays = records(files[files["state"].isin(STRAY)])
        coverage = read_table(workspace.output(period), "coverage", ["organisation", "org_name", "state"])
        late = records(coverage[~coverage["state"].isin([each for each in LIVE if each != State.LATE])])
    return Waiting(
        names=shown_names(registry),
        explanations=_typed(explanations, EXPLANATIONS),
        transfers=_typed(transfers, TRANSFERS),
        layouts=guesses,
        strays=strays,
        late=late,
        held={
            sheet.key: _typed(_decided(getattr(decisions, sheet.key)), sheet)[-MOST_HELD:][::-1]
            for sheet in DECISION_SHEETS
        },
        remarks=records(decisions.remarks),
        opened=is_held(workspace.decisions),
    )


def _waits(line: Mapping[str, str]) -> bool:
    return not is_decided(dict(line)) and line["sure"] != "明确"


def _decided(rows: pd.DataFrame) -> pd.DataFrame:
    """Without the lines that wait for a word."""
    return rows[rows["decision"] != ""] if "decision" in rows else rows


def _typed(rows: pd.DataFrame, sheet: Sheet) -> list[Row]:
    """The lines of a sheet as they were typed, each with its ``row``."""
    typed = {each.key: rows[each.key + RAW] for each in sheet.fields}
    return records(pd.DataFrame({"row": rows["row"], **typed}))


@rests_on("output")
def list_findings(workspace: Workspace, period: Period, code: str) -> list[Row]:
    """What can be corrected of an organisation's month: its findings at a cell, each with the number of its row."""
    folder = workspace.output(period)
    if not is_month(folder):
        return []
    found = counting(read_table(folder, "findings"))
    own = records(found[(found["organisation"] == code) & found["field"].notna()].head(MOST_FINDINGS))
    sheets = {sheet.name: sheet for sheet in SHEETS}
    numbers: dict[tuple[str, str, object], str] = {}
    for sheet in SHEETS:
        if sheet.number and any(each["sheet"] == sheet.name for each in own):
            rows = read_table(folder, sheet.key, ["organisation", "file", "row", sheet.number + RAW])
            for row in records(rows[rows["organisation"] == code]):
                numbers[sheet.name, str(row["file"]), row["row"]] = str(row[sheet.number + RAW])
    return [
        each
        | {
            "header": sheets[str(each["sheet"])][str(each["field"])].header,
            "number": numbers.get((str(each["sheet"]), str(each["file"]), each["row"]), ""),
        }
        for each in own
        if each["sheet"] in sheets and each["field"] in sheets[str(each["sheet"])].by_key
    ]
