"""The commands about several months: ``status``, ``rollup``, ``year``."""

import sys
from pathlib import Path

import click
import pandas as pd

from pledgebatch.cli import options, printing
from pledgebatch.cli.exit_status import DONE
from pledgebatch.cli.mailing import tell_trail
from pledgebatch.engine.workers import Workers
from pledgebatch.notice.periods import Period
from pledgebatch.pipeline import office
from pledgebatch.pipeline import rollup as closure
from pledgebatch.pipeline import status as standing
from pledgebatch.pipeline import year as archive
from pledgebatch.pipeline.workspace import Workspace

HEADERS = ["月份", "已生成工作簿", "收到文件", "应报", "已报", "退回", "未报", "错误", "下一步"]


@click.command(help="各月的进度：收到多少、还缺谁、下一步做什么；指明月份时，列出该月的邮件往来。")
@click.option("--period", metavar="月份", type=options.PeriodType(), default=None, help="列出这个月的邮件往来。")
@options.workspace
@options.output_format
def status(period: Period | None, workspace: Path, form: str) -> int:
    """The months, what has come in, what is missing, what is next; of one month, its mail."""
    if period:
        standing.require_begun(Workspace(workspace), period)
        tell_trail(Workspace(workspace), period, form)
        return DONE
    months = standing.status(Workspace(workspace))
    if form == "json":
        click.echo(months.to_json(orient="records", force_ascii=False, indent=1))
    else:
        printing.tell_table(months.astype("str").fillna(""), HEADERS)
    remarks = office.office_remarks(Workspace(workspace), _latest(months))
    printing.tell_remarks(remarks, aside=form == "json")
    Workspace(workspace).settings()  # what is wrong with them is told here too, before a month is begun
    return DONE


def _latest(months: pd.DataFrame) -> Period | None:
    """The last month of which anything is there."""
    names = months["period"].dropna()
    return Period.parse(names.iloc[-1]) if len(names) else None


@click.command(help="上一级汇总：把几个办公室同一个月的输出合成一份台账。")
@click.argument("outputs", metavar="输出文件夹…", nargs=-1, required=True, type=options.FOLDER)
@options.common
def rollup(outputs: tuple[Path, ...], workspace: Path, workers: Workers, form: str, quiet: bool) -> int:
    """Consolidate the months of several offices one level up."""
    month, folder = closure.rollup(Workspace(workspace), outputs, workers)
    if form == "json":
        click.echo(printing.as_json([month]))
    else:
        printing.tell_month(month, str(folder / "index.html"))
    return printing.outcome([month])


@click.command(help="一个党组织全年的档案：一个工作簿、一个网页。")
@click.argument("organisation", metavar="组织编码", type=options.CodeType())
@click.option("--year", metavar="年度", type=options.YearType(), default=None,
              help="哪一年，如 2011；不写的，按最近汇总的一年。")  # fmt: skip
@options.workspace
def year(organisation: str, year: int | None, workspace: Path) -> int:
    """The year's archive of one organisation."""
    place = Workspace(workspace)
    folder = archive.archive_year(place, organisation, options.year_of(year, place))
    click.echo(f"已生成 {folder}")
    return DONE


@click.command(help="工作台：在浏览器里用鼠标做完一个月的事，只在本机打开；不写 --workspace 的，用当前文件夹。")
@options.workspace
@click.option("--port", metavar="端口", type=click.IntRange(0, 65535), default=0, help="用哪个端口，默认由系统分配。")
@click.option("--no-browser", is_flag=True, help="只打印网址，不打开浏览器。")
@click.option(
    "--door", is_flag=True, help="改为打开网上报送：单位凭密码登录、自己核验、报送；在哪里打开见设置 [door]。"
)
@click.option("--address", "addresses", metavar="地址", multiple=True,
              help="与 --door 合用：在本机的哪个地址上打开，可写几次；不写的按设置，设置也没有的只在本机。")  # fmt: skip
def desk(workspace: Path, port: int, no_browser: bool, door: bool, addresses: tuple[str, ...]) -> int:
    """The local page, or the branches' door."""
    if door:
        from pledgebatch.desk.door.serving import serve as open_door

        open_door(Workspace(workspace), addresses, port, click.echo)
        return DONE
    from pledgebatch.desk.serving import serve, show_mistake  # no other command needs a server

    try:
        serve(Workspace(workspace), port, not no_browser, click.echo)
    except Exception as mistake:
        if sys.stdout is None:  # a double click has no terminal on which anything could be told
            show_mistake(mistake)
        raise
    return DONE


COMMANDS = (status, rollup, year, desk)
