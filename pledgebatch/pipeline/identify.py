"""Says whose each file is, and which of several counts."""

from collections.abc import Mapping
from functools import cache, partial

import pandas as pd

from pledgebatch.intake.batch import Batch
from pledgebatch.intake.identity import identify_submissions
from pledgebatch.pipeline.layouts import rosters_before
from pledgebatch.pipeline.run import Grounds
from pledgebatch.rules.facts.names import shown_names
from pledgebatch.rules.office.events import ENDS, MERGED
from pledgebatch.schema.states import State


def identify(run: Grounds, batch: Batch) -> pd.DataFrame:
    """The submissions of the month, a line a file; what an organisation that ended still sends counts no more."""
    rosters = cache(partial(rosters_before, run.outputs, run.period, run.handovers))
    files = run.decisions.files_of(run.period.ordinal)
    submissions = identify_submissions(batch, run.office.registry, run.period, rosters, files)
    return leave_out_ended(submissions, run.office.events, shown_names(run.office.registry))


def leave_out_ended(submissions: pd.DataFrame, events: pd.DataFrame, names: Mapping[str, str]) -> pd.DataFrame:
    """The submissions, those of organisations that were dissolved or merged by then marked, with where they belong."""
    why: dict[str, str] = {}
    for line in events[events["event"].isin(ENDS)].to_dict("records"):
        to = line["to"]
        where = f"并入 {to}（{names.get(to, to)}），请报在它的工作簿里" if line["event"] == MERGED else "撤销"
        why[line["organisation"]] = f"该组织自 {line['from_period']} 起已{where}，不再单独报送，没有采用"
    late = submissions["organisation"].isin(list(why)) & (submissions["state"] == State.ACCEPTED)
    reason = submissions["organisation"].map(why).astype("str")
    return submissions.assign(
        state=submissions["state"].mask(late, str(State.UNKNOWN_ORGANISATION)),
        reason=submissions["reason"].mask(late, reason),
    )
