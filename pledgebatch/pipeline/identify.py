"""Says whose each file is, and which of several counts."""

import pandas as pd

from pledgebatch.intake.batch import Batch
from pledgebatch.intake.identity import identify_submissions
from pledgebatch.pipeline.run import Run


def identify(run: Run, batch: Batch) -> pd.DataFrame:
    """The submissions of the month, a line a file."""
    return identify_submissions(batch, run.office.registry, run.period)
