"""A month as it is known when all is judged, and the months that it is compared with."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import pandas as pd

from pledgebatch.notice.parameters import Parameters
from pledgebatch.notice.periods import Period
from pledgebatch.schema.frames import (
    ANSWER,
    DECIDED,
    EVENT,
    HANDED,
    HANDOVER,
    ORDER,
    REGISTRY_MOVE,
    REMARK,
    UNCLAIMED,
    UNDECIDED,
    Tables,
    empty,
)


@dataclass(frozen=True)
class History:
    """The ledgers of the months that a month is compared with, by sheet key; None where there is no such month."""

    last: Tables | None = None
    """The last month consolidated in the same year."""
    earlier: Tables | None = None
    """The one before that, in the same year."""
    last_year: Tables | None = None
    """The last month consolidated in the year before."""
    reports: Tables | None = None
    """The last report of each organisation before this month, its month in column ``reported``."""
    orders: pd.DataFrame | None = None
    """The rectification orders known by the end of the last month consolidated."""
    answers: pd.DataFrame | None = None
    """What the branches had said of findings by the end of the last month consolidated."""
    figures: "Month | None" = None
    """The last month consolidated in the same year, as far as its figures go."""
    built_on: Mapping[str, str] = field(default_factory=dict)
    """The months read, each with the SHA-256 of its manifest."""


@dataclass(frozen=True)
class Month:
    """Everything known of one month, ready to be published."""

    period: Period
    parameters: Parameters
    registry: pd.DataFrame
    submissions: pd.DataFrame
    coverage: pd.DataFrame
    tables: Tables
    findings: pd.DataFrame
    verdicts: pd.DataFrame
    set_aside: pd.DataFrame
    reconciliation: pd.DataFrame
    changes: pd.DataFrame
    not_evaluated: Mapping[str, str]
    """Rules that could not be evaluated for anybody, each with the reason in Chinese."""
    undecided: pd.DataFrame = field(default_factory=lambda: empty(UNDECIDED))
    orders: pd.DataFrame = field(default_factory=lambda: empty(ORDER))
    answers: pd.DataFrame = field(default_factory=lambda: empty(ANSWER))
    """What the branches say of findings."""
    built_on: Mapping[str, str] = field(default_factory=dict)
    """The months that this one was compared with, each with the SHA-256 of its manifest."""
    offices: Mapping[str, str] = field(default_factory=dict)
    """The offices whose months were rolled up into this one, each with the SHA-256 of its manifest; empty for an
    office's own month."""
    before: "Month | None" = None
    """The last month consolidated in the same year, as far as its figures go; None where there is no such month."""
    litter: int = 0
    """How many files programs had left beside those that were sent."""
    waivers: pd.DataFrame = field(default_factory=lambda: empty({}))
    """The waivers that the month was made with."""
    events: pd.DataFrame = field(default_factory=lambda: empty(EVENT))
    """组织变动 until then."""
    handovers: pd.DataFrame = field(default_factory=lambda: empty(HANDOVER))
    """What organisations have that others had, by mergers and transfers until then."""
    remarks: pd.DataFrame = field(default_factory=lambda: empty(REMARK))
    """What the office itself should mend."""
    registry_moves: pd.DataFrame = field(default_factory=lambda: empty(REGISTRY_MOVE))
    """What the office changed in its registry since the last month consolidated."""
    handed: pd.DataFrame = field(default_factory=lambda: empty(HANDED))
    """What was handed over this month, a line for either side."""
    unclaimed: pd.DataFrame = field(default_factory=lambda: empty(UNCLAIMED))
    """What organisations that were dissolved left, and nobody has taken over."""
    decided: pd.DataFrame = field(default_factory=lambda: empty(DECIDED))
    """What the office decided that holds in the month."""
    withheld: str = ""
    """What is left out or masked for its reader, in words."""
    unwritten: Sequence[str] = field(default_factory=list)
    """The folders of organisations and superiors that could not be written, each with the reason in words."""

    @property
    def movements(self) -> pd.DataFrame:
        """What moved since each organisation's last report, in columns ``MOVEMENT``."""
        return self.tables["movements"]
