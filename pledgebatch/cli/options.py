"""The options that commands share."""

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

from pledgebatch.cli.log import keep_there
from pledgebatch.notice.periods import Period
from pledgebatch.pipeline.workers import Workers


class PeriodType(click.ParamType[Period]):
    """A month on the command line."""

    name = "月份"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Period:
        """Read ``2011-03``."""
        try:
            return value if isinstance(value, Period) else Period.parse(value)
        except ValueError:
            self.fail(f"“{value}”不是月份，应写成 2011-03 这样", param, ctx)


class WorkersType(click.ParamType[Workers]):
    """How many workers, or whose."""

    name = "个数"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Workers:
        """Read ``4``, ``dask://host:8786`` or ``dask://local:2``."""
        text = str(value)
        if not (CLUSTER.fullmatch(text) or COUNT.fullmatch(text) and int(text) <= MOST_WORKERS):
            self.fail(f"“{text}”应是 0 至 {MOST_WORKERS} 的个数，或集群地址，如 dask://主机:8786", param, ctx)
        return text if CLUSTER.fullmatch(text) else int(text)


MOST_WORKERS = 256
COUNT = re.compile(r"\d{1,3}")
CLUSTER = re.compile(r"dask://(local(:\d{1,3})?|[\w.\-]+:\d{1,5})")
Decorator = Callable[[Callable[..., Any]], Callable[..., Any]]

FOLDER = click.Path(file_okay=True, path_type=Path)
workspace: Decorator = click.option(
    "--workspace", metavar="文件夹", type=FOLDER, default=".", callback=keep_there, help="工作目录，默认为当前文件夹。"
)
folder: Decorator = click.argument("folder", metavar="文件夹", type=FOLDER, callback=keep_there)
period: Decorator = click.option(
    "--period", metavar="月份", type=PeriodType(), required=True, help="哪个月，如 2011-03。"
)
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
