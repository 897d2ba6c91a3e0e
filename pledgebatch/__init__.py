"""Batch processor for the public-pledge workbooks of 常新社委〔2010〕20号.

The public interface: each function takes paths and returns frames; what a clerk does wrong raises ``OfficeMistake``.
"""

from collections.abc import Sequence
from pathlib import Path

import pandas as pd

from pledgebatch.mistakes import OfficeMistake
from pledgebatch.notice.periods import Period
from pledgebatch.pipeline import alone, month, send_out
from pledgebatch.pipeline.workspace import Workspace
from pledgebatch.schema.frames import Month

__all__ = ["Month", "OfficeMistake", "Period", "check", "consolidate", "make_templates"]


def make_templates(workspace: Path, period: str, workers: int | None = None) -> pd.DataFrame:
    """Write the workbooks to send out; returns ``organisation``, ``org_name`` and ``file`` of each."""
    return send_out.make_templates(Workspace(Path(workspace)), Period.parse(period), workers)


def check(files: Sequence[Path], period: str | None = None) -> list[Month]:
    """Check workbooks alone; one Month a file, with ``findings``, ``submissions`` and ``reconciliation``."""
    return alone.check([Path(file) for file in files], Period.parse(period) if period else None, count=0)


def consolidate(workspace: Path, period: str, workers: int | None = None, again: bool = False) -> Month:
    """Read, check, merge and publish a month; the Month returned holds every frame that was published.

    ``again`` rebuilds a month that was sent, or on which later months were built.
    """
    return month.consolidate(Workspace(Path(workspace)), Period.parse(period), workers, again=again)
