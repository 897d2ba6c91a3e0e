"""The figures that the notice leaves to the office; each is a key of the settings."""

from dataclasses import dataclass


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

    @property
    def pledge_deadline(self) -> tuple[int, int]:
        """Month and day of the pledge deadline from 2011."""
        return self.deadline_month, self.deadline_day
