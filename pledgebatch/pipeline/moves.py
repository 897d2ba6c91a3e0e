"""People and organisations that move, in the course of a month: what is handed over, and who is proposed as one person."""

import pandas as pd

from pledgebatch.mistakes import OfficeMistake
from pledgebatch.months.handovers import settle_handovers
from pledgebatch.months.transfers import (
    CAME,
    LEFT,
    confirmed,
    find_pairs,
    hand_over_items,
    lines_to_add,
    remarks_on,
    undecided,
    with_heirs,
)
from pledgebatch.notice.periods import Period
from pledgebatch.pipeline.decisions import add_lines
from pledgebatch.pipeline.workspace import Workspace
from pledgebatch.publish.month_slice import ledger_rows
from pledgebatch.schema.decisions import TRANSFERS, Decisions
from pledgebatch.schema.frames import REMARK, as_declared, frame
from pledgebatch.schema.month import Month
from pledgebatch.schema.sheets import MEMBERS
from pledgebatch.schema.states import Severity


def handovers_in(
    workspace: Workspace, period: Period, registry: pd.DataFrame, events: pd.DataFrame, decisions: Decisions
) -> pd.DataFrame:
    """What was handed over by the end of ``period``: by the ``events``, and with those whose move the office confirmed."""
    output = workspace.root / "output"
    handovers = settle_handovers(output, period, events, registry)
    moved, _ = confirmed(decisions.transfers)
    return hand_over_items(output, period, moved, handovers)


def propose_transfers(workspace: Workspace, month: Month, decisions: Decisions) -> pd.DataFrame:
    """Have the office asked about those who left here and came there in ``month``; returns remarks for it.

    A book of decisions that cannot be written now is written next time.
    """

    def moving(rows: pd.DataFrame) -> pd.Series:
        return rows["change"].isin([LEFT, CAME])

    members = ledger_rows(month, MEMBERS.key, ["organisation", "name", "birth_month", "change"], moving, ["change"])
    pairs = find_pairs(workspace.root / "output", month.period, members, month.events, month.handovers)
    waiting = undecided(pairs, decisions.transfers, month.handovers)
    _, twice = confirmed(decisions.transfers)
    remarks = [twice, remarks_on(waiting, workspace.decisions.name)]
    try:
        add_lines(
            workspace.decisions, TRANSFERS, lines_to_add(waiting, with_heirs(decisions.transfers, month.handovers))
        )
    except OfficeMistake as mistake:
        line: dict[str, object] = {
            "file": workspace.decisions.name,
            "severity": str(Severity.WARNING),
            "message": str(mistake),
        }
        remarks.append(frame(REMARK, [line]))
    return as_declared(pd.concat(remarks, ignore_index=True), REMARK)
