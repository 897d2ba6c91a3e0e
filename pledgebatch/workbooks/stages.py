"""What the writer asks of the calendar: which stages are due, and since when a stage applies."""

import datetime as dt
from dataclasses import dataclass

from pledgebatch.notice.periods import Period, Stage, pledge_deadline, stages_due


@dataclass(frozen=True)
class Calendar:
    """The month that a workbook is for, and the month and day by which pledges are due from 2011 on."""

    period: Period
    later_years: tuple[int, int]

    @property
    def due(self) -> frozenset[Stage]:
        """The stages that apply in the month."""
        return stages_due(self.period, self.later_years)

    @property
    def deadline(self) -> dt.date:
        """The day by which the pledges of the year are due."""
        return pledge_deadline(self.period.year, self.later_years)

    def when_due(self, stage: Stage) -> str:
        """The months of the year in which ``stage`` applies, in Chinese."""
        return when_due(stage, self.period.year, self.later_years)


def when_due(stage: Stage, year: int, pledge_deadline: tuple[int, int]) -> str:
    """The months of ``year`` in which ``stage`` applies, in Chinese: 全年, 3月起, 6月、12月."""
    months = [month for month in range(1, 13) if stage in stages_due(Period(year, month), pledge_deadline)]
    if len(months) == 12:
        return "全年"
    if len(months) > 1 and months == list(range(months[0], 13)):
        return f"{months[0]}月起"
    return "、".join(f"{month}月" for month in months) or "本年不填"
