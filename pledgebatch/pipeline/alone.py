"""``check``: workbooks alone, as a branch would before sending."""

from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

from pledgebatch.engine.workers import Workers, workers
from pledgebatch.intake.batch import Batch
from pledgebatch.intake.find import arrivals
from pledgebatch.mistakes import OfficeMistake
from pledgebatch.notice.parameters import Parameters
from pledgebatch.notice.periods import Period
from pledgebatch.pipeline.collect import collect
from pledgebatch.pipeline.month import check_month
from pledgebatch.pipeline.workspace import FIRST, quoted
from pledgebatch.schema.frames import Month

ANY_PERIOD = Period(2010, 11)
"""For a file that cannot be read, which has nothing that a period could change."""


def check(
    paths: Sequence[Path],
    period: Period | None = None,
    parameters: Parameters | None = None,
    count: Workers = None,
    passwords: Sequence[str] = (),
) -> list[Month]:
    """Check each workbook by itself, in zips and mails too, for ``period`` or the month it says it is for; one Month each.

    Raises OfficeMistake for a path that is no file, and for a workbook that says no month where none was given.
    """
    for path in paths:
        if path.is_dir():
            raise OfficeMistake(
                f"{path} 是文件夹，请写明其中的工作簿，如 pledgebatch check {quoted(str(path / '文件名.xlsx'))}"
            )
        if not path.is_file():
            raise OfficeMistake(f"找不到文件 {path}，请核对路径和文件名，再输入 pledgebatch check 文件名.xlsx")
    months = []
    with workers(count) as pool:
        for each in (each for path in paths for each in arrivals(path)):
            batch = collect([each], (period or ANY_PERIOD).year, pool, passwords)
            months.append(check_month(batch, None, period or own_period(batch), parameters or Parameters()))
    return months


def own_period(batch: Batch) -> Period:
    """The month that the workbook says it is for, in the open or in its hidden sheet."""
    said = batch.tables["organisations"]["period"].dropna()
    hidden = batch.files["hidden_period"].dropna()
    if len(said):
        return Period.of_ordinal(int(said.iloc[0]))
    if len(hidden):
        with suppress(ValueError):  # whoever changed the hidden sheet is told by the rules, once a month is named
            return Period.parse(hidden.iloc[0])
    if batch.files["reason"].notna().any():
        return ANY_PERIOD
    raise OfficeMistake(
        f"{batch.files['file'].iloc[0]} 没有填写填报月份，请填写；要按某个月核验，请输入 "
        f"pledgebatch check {quoted(str(batch.files['file'].iloc[0]))} --period {FIRST}"
    )
