"""The options that commands share."""

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

from pledgebatch.cli.log import log_into
from pledgebatch.engine.workers import Workers
from pledgebatch.notice.periods import Period
from pledgebatch.pipeline.choose_period import choose_period, last_year
from pledgebatch.pipeline.workspace import Workspace
from pledgebatch.schema.periods import read_period, read_year
from pledgebatch.schema.texts import code


class PeriodType(click.ParamType[Period]):
    """A month on the command line."""

    name = "月份"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Period:
        """Read ``2011-03``, however people write it."""
        period = value if isinstance(value, Period) else read_period(str(value))
        return period or self.fail(f"“{value}”不是月份，应写成 2011-03 这样，2011年3月、201103 也可以", param, ctx)


class YearType(click.ParamType[int]):
    """A year on the command line."""

    name = "年度"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> int:
        """Read ``2011``, however people write it."""
        year = read_year(str(value))
        if year is None or year < FIRST_YEAR:
            self.fail(f"“{value}”不是年度，应写成 2011 这样，从 {FIRST_YEAR} 年起", param, ctx)
        return year


class CodeType(click.ParamType[str]):
    """The code of an organisation on the command line."""

    name = "组织编码"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        """Read ``S1``, in either case and full width or not, as the registry is read."""
        return code(str(value)) or self.fail("组织编码是空的，应照单位名册填写", param, ctx)


class WorkersType(click.ParamType[Workers]):
    """How many workers, or whose."""

    name = "个数"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Workers:
        """Read ``4``, ``dask://host:8786`` or ``dask://local:2``."""
        text = str(value)
        if not (CLUSTER.fullmatch(text) or COUNT.fullmatch(text) and int(text) <= MOST_WORKERS):
            self.fail(f"“{text}”应是 0 至 {MOST_WORKERS} 的个数，或集群地址，如 dask://主机:8786", param, ctx)
        return text if CLUSTER.fullmatch(text) else int(text)


FIRST_YEAR = 2010
"""That of the notice."""
MOST_WORKERS = 256
COUNT = re.compile(r"\d{1,3}")
CLUSTER = re.compile(r"dask://(local(:\d{1,3})?|[\w.\-]+:\d{1,5})")
Decorator = Callable[[Callable[..., Any]], Callable[..., Any]]

FOLDER = click.Path(file_okay=True, path_type=Path)
workspace: Decorator = click.option(
    "--workspace", metavar="文件夹", type=FOLDER, default=".", callback=log_into, help="工作目录，默认为当前文件夹。"
)
folder: Decorator = click.argument("folder", metavar="文件夹", type=FOLDER, callback=log_into)
period: Decorator = click.option(
    "--period", metavar="月份", type=PeriodType(), default=None,
    help="哪个月，如 2011-03、2011年3月；不写的，按 inbox 或 input_templates 中最近的月份。",
)  # fmt: skip
period_to_begin: Decorator = click.option(
    "--period", metavar="月份", type=PeriodType(), default=None,
    help="哪个月，如 2011-03、2011年3月；不写的，按上次汇总的下一个月。",
)  # fmt: skip
workers: Decorator = click.option(
    "--workers",
    metavar="个数|dask://主机:端口",
    type=WorkersType(),
    default=None,
    help="同时工作的进程数，默认与处理器个数相同；0 表示不另开进程；dask:// 表示交给集群。",
)
output_format: Decorator = click.option(
    "--format",
    "form",
    metavar="text|json",
    type=click.Choice(["text", "json"]),
    default="text",
    help="输出的形式：文字或 JSON。",
)
passwords: Decorator = click.option(
    "--password",
    "passwords",
    metavar="密码",
    multiple=True,
    help="打开设有密码的工作簿；可以给几个，逐个试。",
)
quiet: Decorator = click.option("--quiet", is_flag=True, help="只说结果，不说过程。")


def common(command: Callable[..., Any]) -> Callable[..., Any]:
    """The options of every command that works in a workspace."""
    for option in (quiet, output_format, workers, workspace):
        command = option(command)
    return command


def month_of(period: Period | None, place: Workspace, command: str) -> Period:
    """The month that was asked for, or the one that the folders say, which is then named on standard error."""
    if period:
        return period
    chosen = choose_period(place, command)
    click.echo(f"没有写明月份，按 {chosen}（{chosen.label}）办理", err=True)
    return chosen


def year_of(year: int | None, place: Workspace) -> int:
    """The year that was asked for, or that of the last month consolidated, which is then named."""
    if year:
        return year
    chosen = last_year(place)
    click.echo(f"没有写明年度，按 {chosen} 年办理", err=True)
    return chosen
