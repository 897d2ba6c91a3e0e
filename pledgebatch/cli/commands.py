"""The commands."""

import json
from pathlib import Path

import click

from pledgebatch.cli import mailing, options, printing
from pledgebatch.cli.exit_status import DONE
from pledgebatch.cli.group import Commands
from pledgebatch.cli.months import COMMANDS
from pledgebatch.demo import PERIODS, build, long_year
from pledgebatch.demo.inbox import LIST_NAME
from pledgebatch.engine.workers import Workers
from pledgebatch.notice.periods import Period
from pledgebatch.pipeline import check as checking
from pledgebatch.pipeline import make_forms, office, password_letters, send_out
from pledgebatch.pipeline.consolidate import consolidate as consolidate_month
from pledgebatch.pipeline.lock import holding
from pledgebatch.pipeline.workspace import FIRST, Workspace
from pledgebatch.publish.rule_book import in_chinese, render_rules
from pledgebatch.rules.book import catalogue


@click.group(
    name="pledgebatch",
    cls=Commands,
    help="基层党组织公开承诺工作簿的批量处理：下发、核验、汇总、上报。",
    epilog="退出状态：0 做完；1 做完，有错误级的问题；2 没有做成；3 程序出错，详情在 pledgebatch.log。",
    subcommand_metavar="命令 [内容]…",
    options_metavar="[选项]",
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)
@click.version_option(package_name="pledgebatch", prog_name="pledgebatch")
def pledgebatch() -> None:
    """Hold the commands together."""


@pledgebatch.command(help="建一个新的工作目录，内有空白单位名册和设置。")
@options.folder
@options.quiet
def init(folder: Path, quiet: bool) -> int:
    """A new workspace."""
    send_out.begin(folder)
    if not quiet:
        click.echo(
            f"已建好 {folder}。请填写 {folder / 'registry.xlsx'}，再输入 {Workspace(folder).line('templates', FIRST)}"
        )
    return DONE


@pledgebatch.command(help="生成要下发的承诺工作簿，每个党组织一个，按名册和上月台账预填。")
@options.period_to_begin
@click.option("--passwords", metavar="谁", multiple=True,
              help="同时制发网上报送的密码信：还没有密码的写 new，全部重发写 all，一个单位写它的组织编码；可写几次。")  # fmt: skip
@options.common
def templates(
    period: Period | None, passwords: tuple[str, ...], workspace: Path, workers: Workers, form: str, quiet: bool
) -> int:
    """The workbooks to send out."""
    place = Workspace(workspace)
    period = options.month_of(period, place, "templates")
    made = send_out.make_templates(place, period, workers)
    remarks = office.office_remarks(place, period)
    if form == "json":
        click.echo(made.to_json(orient="records", force_ascii=False, indent=1))
    else:
        click.echo(f"已生成 {len(made)} 个工作簿和《填报须知》，在 {place.templates(period)}")
    if passwords:
        letters, count = password_letters.write_letters(place, passwords)
        click.echo(f"已制发 {count} 封密码信，在 {letters}：打印、密封以后请删掉这个文件", err=form == "json")
    printing.tell_remarks(remarks, aside=form == "json")
    return DONE


@pledgebatch.command(help="单独核验一个或几个工作簿，报送之前自己先查一遍。")
@click.argument("files", metavar="文件…", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option(
    "--period",
    metavar="月份",
    type=options.PeriodType(),
    default=None,
    help="按哪个月核验，默认按工作簿自己的填报月份。",
)
@options.passwords
@options.common
def check(
    files: tuple[Path, ...],
    period: Period | None,
    passwords: tuple[str, ...],
    workspace: Path,
    workers: Workers,
    form: str,
    quiet: bool,
) -> int:
    """Validate workbooks alone, as a branch would before sending."""
    place = Workspace(workspace)
    settings = place.settings()
    months = checking.check(files, period, settings.parameters, workers, (*settings.passwords, *passwords))
    if form == "json":
        click.echo(printing.as_json(months))
    else:
        for one in months:
            printing.tell_findings(one)
    return printing.outcome(months)


@pledgebatch.command(help="汇总一个月：读取收到的工作簿，核验、合并，生成台账、报告和退回件。")
@options.period
@click.option("--again", is_flag=True, help="重做已经上报的月份：留存原来的一份，列出差别。")
@click.option(
    "--registry",
    "registry_of",
    metavar="archived|now",
    type=click.Choice(["archived", "now"]),
    default="archived",
    help="重做时用哪时的名册、豁免清单和设置：archived 当月存档的（默认），now 现在的。",
)
@options.passwords
@options.common
def consolidate(
    period: Period | None,
    again: bool,
    registry_of: str,
    passwords: tuple[str, ...],
    workspace: Path,
    workers: Workers,
    form: str,
    quiet: bool,
) -> int:
    """Read, validate, merge, publish the month."""
    place = Workspace(workspace)
    period = options.month_of(period, place, "consolidate")
    say = printing.progress(quiet or form == "json")
    rebuild = office.Rebuild(registry_of) if again else None
    done = consolidate_month(place, period, workers, say, passwords, rebuild)
    if form == "json":
        click.echo(printing.as_json([done]))
    else:
        printing.tell_month(done, str(place.output(period) / "index.html"))
        printing.tell_rebuilt(place.output(period))
    printing.tell_remarks(done.remarks, aside=form == "json")
    return printing.outcome([done])


@pledgebatch.command(help="打印承诺书：按台账填好附件1、附件2，一式三份，写不下的接续页；公示的一份不印个人信息。")
@options.period
@click.option(
    "--organisation",
    "codes",
    metavar="组织编码",
    type=options.CodeType(),
    multiple=True,
    help="只打印这个组织，可以重复；默认全部。",
)
@click.option("--full", is_flag=True, help="公示的一份也印全部栏目。")
@click.option("--word", is_flag=True, help="另存可以修改的 Word 文档（需要 pip install 'pledgebatch[forms]'）。")
@options.common
def forms(
    period: Period | None,
    codes: tuple[str, ...],
    full: bool,
    word: bool,
    workspace: Path,
    workers: Workers,
    form: str,
    quiet: bool,
) -> int:
    """The pledge forms of a month."""
    place = Workspace(workspace)
    period = options.month_of(period, place, "forms")
    made = make_forms.make_forms(place, period, codes, full, word, workers)
    if form == "json":
        click.echo(made.to_json(orient="records", force_ascii=False, indent=1))
    else:
        click.echo(f"已生成 {len(made)} 个组织的承诺书，共 {made['sheets'].sum()} 页，在 {place.forms(period)}")
    return DONE


@pledgebatch.command(help="列出全部规则：编号、条款、程度、阶段、要求和改法。")
@click.option(
    "--format",
    "form",
    metavar="text|json|markdown",
    type=click.Choice(["text", "json", "markdown"]),
    default="text",
    help="输出的形式：文字、JSON 或 Markdown。",
)
@options.workspace
def rules(form: str, workspace: Path) -> int:
    """The rule catalogue, with the figures that are in force in the workspace."""
    parameters = Workspace(workspace).settings().parameters
    if form == "json":
        click.echo(json.dumps(catalogue(parameters).to_dict("records"), ensure_ascii=False, indent=1))
    elif form == "markdown":
        click.echo(render_rules(parameters), nl=False)
    else:
        columns = {"code": "编号", "clause": "条款", "source": "出处", "modal": "通知用语", "severity": "程度", "stage": "阶段",
                   "asks": "要求", "in_workbook": "工作簿自查", "breaks": "不合要求的例子", "passes": "合要求的例子", "mend": "改法"}  # fmt: skip
        printing.tell_table(in_chinese(catalogue(parameters))[list(columns)], list(columns.values()))
    return DONE


@pledgebatch.command(help="建一个演示用的工作目录：虚构的单位和党员，四个月，各种填报错误，逐月汇总。")
@options.folder
@click.option("--year", is_flag=True, help="改做 2010 年 11 月到 2011 年 12 月，其间有调入调出、撤销、整改和重做。")
@options.workers
@options.quiet
def demo(folder: Path, year: bool, workers: Workers, quiet: bool) -> int:
    """A workspace of made-up organisations over several months, run end to end."""
    with holding(Workspace(folder), "demo"):
        send_out.begin(folder)
        say = printing.progress(quiet)
        say("编写虚构单位的工作簿")
        if year:
            long_year.build_year(folder)
            for period, again in long_year.steps(folder):
                say(f"汇总 {period}")
                rebuild = office.Rebuild.ARCHIVED if again else None
                done = consolidate_month(Workspace(folder), period, workers, again=rebuild)
                printing.tell_month(done, str(Workspace(folder).output(period) / "index.html"))
            return DONE
        seeded = build(folder)
        place = Workspace(folder)
        for period in map(Period.parse, PERIODS):
            say(f"汇总 {period}")
            done = consolidate_month(place, period, workers)
            printing.tell_month(done, str(place.output(period) / "index.html"))
        send_out.make_templates(place, Period.parse(PERIODS[-1]).following, workers)
        click.echo(f"有意留下的 {len(seeded)} 处错误列在 {folder / LIST_NAME}，可与各月的问题清单对照。")
        return DONE


for command in (*COMMANDS, *mailing.COMMANDS):
    pledgebatch.add_command(command)
