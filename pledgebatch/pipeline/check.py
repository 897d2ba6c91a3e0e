"""``check``: workbooks alone, as a branch would before sending."""

from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

import pandas as pd

from pledgebatch.engine.workers import Workers, workers
from pledgebatch.intake.batch import Batch
from pledgebatch.intake.find import arrivals
from pledgebatch.intake.identity import identify_submissions
from pledgebatch.mistakes import OfficeMistake
from pledgebatch.notice.parameters import Parameters
from pledgebatch.notice.periods import Period
from pledgebatch.pipeline.assess_part import assess_part
from pledgebatch.pipeline.assessed import Assessed, Terms
from pledgebatch.pipeline.conclude import conclude_month
from pledgebatch.pipeline.read_arrivals import read_arrivals
from pledgebatch.pipeline.workspace import FIRST, quote
from pledgebatch.schema.month import History, Month

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
                f"{path} 是文件夹，请写明其中的工作簿，如 pledgebatch check {quote(str(path / '文件名.xlsx'))}"
            )
        if not path.is_file():
            raise OfficeMistake(f"找不到文件 {path}，请核对路径和文件名，再输入 pledgebatch check 文件名.xlsx")
    months = []
    with workers(count) as pool:
        for each in (each for path in paths for each in arrivals(path)):
            batch = read_arrivals([each], (period or ANY_PERIOD).year, pool, passwords)
            months.append(check_month(batch, None, period or own_period(batch), parameters or Parameters()))
    return months


def own_period(batch: Batch) -> Period:
    """The month that the workbook says it is for, in the open or in its hidden sheet."""
    typed = batch.tables["organisations"]["period"].dropna()
    hidden = batch.files["hidden_period"].dropna()
    if len(typed):
        return Period.of_ordinal(int(typed.iloc[0]))
    if len(hidden):
        with suppress(ValueError):  # whoever changed the hidden sheet is told by the rules, once a month is named
            return Period.parse(hidden.iloc[0])
    if batch.files["reason"].notna().any():
        return ANY_PERIOD
    raise OfficeMistake(
        f"{batch.files['file'].iloc[0]} 没有填写填报月份，请填写；要按某个月核验，请输入 "
        f"pledgebatch check {quote(str(batch.files['file'].iloc[0]))} --period {FIRST}"
    )


def check_month(
    batch: Batch,
    registry: pd.DataFrame | None,
    period: Period,
    parameters: Parameters,
    before: History | None = None,
    waivers: pd.DataFrame | None = None,
) -> Month:
    """Everything known of a month, from what was read, the registry with its waivers, and the months before.

    Without a registry, batch and history rules are not evaluated, and each organisation found is taken as registered.
    """
    terms = Terms(registry, period, parameters, before or History(), waivers)
    submissions = identify_submissions(batch, registry, period)
    assessment, tables = assess_part(batch, submissions, terms)
    return conclude_month(terms, Assessed(batch, assessment, tables), submissions)
