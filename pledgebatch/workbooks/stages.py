"""What the writer asks of the calendar: since when a stage applies."""

from pledgebatch.notice.periods import Period, Stage, stages_due


def when_due(stage: Stage, year: int, pledge_deadline: tuple[int, int]) -> str:
    """The months of ``year`` in which ``stage`` applies, in Chinese: 全年, 3月起, 6月、12月."""
    months = [month for month in range(1, 13) if stage in stages_due(Period(year, month), pledge_deadline)]
    if len(months) == 12:
        return "全年"
    if len(months) > 1 and months == list(range(months[0], 13)):
        return f"{months[0]}月起"
    return "、".join(f"{month}月" for month in months) or "本年不填"
