"""What is known of submissions once they are assessed organisation by organisation: in memory, or kept in parts on disk."""

from collections.abc import Sequence
from dataclasses import dataclass, field, fields
from pathlib import Path

import pandas as pd

from pledgebatch.engine.dataset import Part, Stored, store
from pledgebatch.engine.partition import Units, write_units
from pledgebatch.intake.batch import Batch
from pledgebatch.notice.parameters import Parameters
from pledgebatch.notice.periods import Period, Stage, stages_due
from pledgebatch.pipeline.compare_texts import SKETCHED, sketch_table
from pledgebatch.rules.facts.tables import ACROSS
from pledgebatch.rules.language.near_duplicates import Label
from pledgebatch.rules.language.words import beginning
from pledgebatch.rules.machinery.evaluate import OUR_FAULT
from pledgebatch.schema.frames import MOVEMENT, OF_NO_SHEET, Tables, empty
from pledgebatch.schema.month import History
from pledgebatch.schema.sheets import BOOK_SHEETS

HELD = (*(sheet.key for sheet in BOOK_SHEETS), *OF_NO_SHEET)
"""The tables of what is assessed."""
ASSESSED, SEEN = "judged_", "seen_"
"""How the files begin that hold the frames of a part, and what rules see that look across organisations."""


@dataclass(frozen=True)
class Terms:
    """What submissions are assessed by, the same for all of a month."""

    registry: pd.DataFrame | None
    """None where a workbook is checked alone: rules that need a registry or a month before are not evaluated then."""
    period: Period
    parameters: Parameters
    history: History = field(default_factory=History)
    waivers: pd.DataFrame | None = None
    handovers: pd.DataFrame | None = None
    prefilled: pd.DataFrame = field(default_factory=lambda: empty(MOVEMENT))
    """What the office fills in otherwise than the month before: no movement of a branch."""
    corrections: pd.DataFrame | None = None
    """The lines of 更正单 in force."""
    extensions: pd.DataFrame | None = None
    """The lines of 报送延期."""
    settled: pd.DataFrame | None = None
    """The lines of 说明审定 that decide, in columns ``SETTLED``."""

    @property
    def due(self) -> frozenset[Stage]:
        """The stages whose rules apply."""
        return stages_due(self.period, self.parameters.pledge_deadline)


@dataclass(frozen=True)
class Assessment:
    """What is known of some organisations before others are looked at, in frames; their rows stay in the tables."""

    findings: pd.DataFrame
    not_evaluated: pd.DataFrame
    """``rule`` and ``reason``."""
    undecided: pd.DataFrame
    counted: pd.DataFrame
    unanswered: pd.DataFrame
    carried: pd.DataFrame
    set_aside: pd.DataFrame
    reconciliation: pd.DataFrame
    orders: pd.DataFrame
    """The orders given in this month's workbooks."""
    replaced: pd.DataFrame
    """The findings of workbooks that others with errors replaced, as if those had not come."""
    unapplied: pd.DataFrame
    """The corrections that do not apply."""
    across: Tables
    """What the rules see that look across organisations."""


FRAMES = tuple(each.name for each in fields(Assessment) if each.name != "across")


@dataclass(frozen=True)
class Assessed:
    """A month assessed organisation by organisation."""

    batch: Batch
    """What was read."""
    assessment: Assessment
    tables: Tables
    """The rows, with what keeps some of them out of the ledger."""
    unfit: frozenset[int] = frozenset()
    """The submissions of which nothing could be made at all."""
    label: Label | None = None
    """How texts nearly alike are found, where there are too many to compare at once."""


def store_assessment(assessment: Assessment, tables: Tables, units: Units, folder: Path) -> None:
    """Keep what some organisations come to in ``folder``.

    ``units`` say what of it can be taken up by itself, unless a rule crashed, whoever is to blame.
    """
    store({ASSESSED + name: getattr(assessment, name) for name in FRAMES}, folder)
    store({SEEN + name: rows for name, rows in assessment.across.items()}, folder)
    store({SKETCHED: sketch_table(beginning(assessment.across["items"]["normalised_text"]))}, folder)
    store(tables, folder)
    if assessment.undecided.empty and set(assessment.not_evaluated["reason"]).isdisjoint(OUR_FAULT):
        write_units(units, folder)


def read_assessment(parts: Sequence[Part]) -> Assessment:
    """What was kept of all ``parts``, its submissions under the numbers they have now; what rules see that look across
    organisations stays on disk."""
    kept = Stored(parts, [ASSESSED + name for name in FRAMES])
    frames = {name: kept[ASSESSED + name] for name in FRAMES}
    return Assessment(**frames, across=Stored(parts, list(ACROSS), prefix=SEEN))
