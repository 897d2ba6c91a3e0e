"""Says whose each file is, and which of several counts."""

from functools import partial

import pandas as pd

from pledgebatch.intake.batch import Batch
from pledgebatch.intake.identity import identify_submissions
from pledgebatch.pipeline.layouts import rosters_before
from pledgebatch.pipeline.run import Run


def identify(run: Run, batch: Batch) -> pd.DataFrame:
    """The submissions of the month, a line a file."""
    return identify_submissions(
        batch,
        run.office.registry,
        run.period,
        partial(rosters_before, run.outputs, run.period),
        run.decisions.files_of(run.period.ordinal),
    )
