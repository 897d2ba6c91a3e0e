"""Batch processor for the public-pledge workbooks of 常新社委〔2010〕20号.

The public interface: each function takes paths and returns frames; what a clerk does wrong raises ``OfficeMistake``.
"""

from collections.abc import Sequence
from pathlib import Path

import pandas as pd

from pledgebatch.engine.workers import Workers
from pledgebatch.mistakes import OfficeMistake
from pledgebatch.notice.periods import Period
from pledgebatch.pipeline import alone, month, office, send_out
from pledgebatch.pipeline import rollup as closure
from pledgebatch.pipeline import status as standing
from pledgebatch.pipeline import year as archive
from pledgebatch.pipeline.workspace import Workspace
from pledgebatch.schema.frames import Month
from pledgebatch.schema.periods import read_period

__all__ = [
    "Month", "OfficeMistake", "Period", "archive_year", "check", "consolidate", "make_templates", "office_remarks", "rollup",
    "status",
]  # fmt: skip


def make_templates(workspace: Path, period: str, workers: Workers = None) -> pd.DataFrame:
    """Write the workbooks to send out; returns ``organisation``, ``org_name`` and ``file`` of each."""
    return send_out.make_templates(Workspace(Path(workspace)), _period(period), workers)


def check(files: Sequence[Path], period: str | None = None) -> list[Month]:
    """Check workbooks alone; one Month a file, with ``findings``, ``submissions`` and ``reconciliation``."""
    return alone.check([Path(file) for file in files], _period(period) if period else None, count=0)


def consolidate(
    workspace: Path, period: str, workers: Workers = None, again: bool = False, registry: str = "archived"
) -> Month:
    """Read, check, merge and publish a month; the Month returned holds every frame that was published.

    ``again`` rebuilds a month that was sent, or on which later months were built, with registry, waivers and settings as
    ``archived`` with it, or those of ``now``.
    """
    source, place = office.Source(registry), Workspace(Path(workspace))
    return month.consolidate(place, _period(period), workers, again=again, registry_of=source)


def office_remarks(workspace: Path, period: str | None = None) -> pd.DataFrame:
    """What the office should mend in its registry, waivers and folders, each with its cell."""
    return office.office_remarks(Workspace(Path(workspace)), _period(period) if period else None)


def status(workspace: Path) -> pd.DataFrame:
    """A line a month: what came in, what is missing, and in ``next`` what is to be done."""
    return standing.status(Workspace(Path(workspace)))


def rollup(workspace: Path, outputs: Sequence[Path], workers: Workers = None) -> Month:
    """Consolidate the same month of several offices, each given by its output folder, into ``workspace``."""
    return closure.rollup(Workspace(Path(workspace)), [Path(folder) for folder in outputs], workers)[0]


def archive_year(workspace: Path, organisation: str, year: int) -> Path:
    """Write the year's archive of one organisation (its code); returns its folder."""
    return archive.archive_year(Workspace(Path(workspace)), organisation, year)


def _period(text: str) -> Period:
    """The month that ``text`` says, however people write it."""
    return read_period(text) or Period.parse(text)
