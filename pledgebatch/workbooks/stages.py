"""What the writer asks of the calendar: the stage a field belongs to, and since when a stage applies."""

from functools import cache

from pledgebatch.notice.periods import Period, Stage, stages_due
from pledgebatch.schema.fields import Filler, Sheet


@cache
def stage_of(sheet: Sheet) -> dict[str, Stage]:
    """The stage of each field of ``sheet`` by key: its own, else that of the group it stands in.

    An answer of the form that no clause asks for (填表人, 填表日期) belongs to no group: it may always be given.
    """
    stages: dict[str, Stage] = {}
    current = Stage.ALWAYS
    for field in sheet.fields:
        if field.required:
            current = field.required
        elif field.filler is Filler.REVIEWER:
            current = Stage.PUBLISH
        elif sheet.form and not field.clause:
            current = Stage.ALWAYS
        stages[field.key] = current
    return stages


def when_due(stage: Stage, year: int, pledge_deadline: tuple[int, int]) -> str:
    """The months of ``year`` in which ``stage`` applies, in Chinese: 全年, 3月起, 6月、12月."""
    months = [month for month in range(1, 13) if stage in stages_due(Period(year, month), pledge_deadline)]
    if len(months) == 12:
        return "全年"
    if len(months) > 1 and months == list(range(months[0], 13)):
        return f"{months[0]}月起"
    return "、".join(f"{month}月" for month in months) or "本年不填"
