"""The figures that the notice leaves to the office; each is a key of the settings."""

import datetime as dt
from dataclasses import dataclass

TERM_DAYS = ("first_term_begins", "first_term_ends", "second_term_begins", "second_term_ends")
"""The parameters that are a month and day."""


@dataclass(frozen=True)
class Parameters:
    """Thresholds with the defaults the office agreed on."""

    deadline_month: int = 3
    deadline_day: int = 15
    due_soon_days: int = 30
    real_deeds_organisation: int = 2
    real_deeds_member: int = 1
    dissatisfaction: float = 0.20
    near_duplicate: float = 0.85
    late_after_day: int = 0
    """Day of the following month after which a workbook counts as late; 0 for never."""
    first_term_begins: str = "09-01"
    first_term_ends: str = "01-20"
    second_term_begins: str = "02-20"
    second_term_ends: str = "06-30"
    """Month and day of the school year's terms, for deadlines that name one."""

    def __post_init__(self) -> None:
        """Refuse a day that no year has, and 29 February, which not every year has."""
        for key in TERM_DAYS:
            dt.date.fromisoformat(f"2001-{getattr(self, key)}")

    @property
    def pledge_deadline(self) -> tuple[int, int]:
        """Month and day of the pledge deadline from 2011."""
        return self.deadline_month, self.deadline_day
