"""What a terminal is told: progress, findings, tables, JSON."""

import json
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

import click
import pandas as pd

from pledgebatch.cli.exit_status import DONE, FOUND_ERRORS
from pledgebatch.publish.figures import count_figures
from pledgebatch.publish.index import split_remarks
from pledgebatch.publish.rebuilt import COMPARISON, SENT
from pledgebatch.publish.render import list_undecided
from pledgebatch.rules.machinery.evaluate import OUR_FAULT
from pledgebatch.schema.frames import RECONCILIATION, SUBMISSION, as_agreed, counting
from pledgebatch.schema.month import Month
from pledgebatch.schema.records import records
from pledgebatch.schema.states import Severity, State
from pledgebatch.workbooks.causes import cells_in_words, find_causes, sort_causes
from pledgebatch.workbooks.findings import findings_of

MOST_REMARKS = 40
"""Remarks on the registry told one by one on a terminal."""
MOST_FINDINGS = 200
"""Causes of findings told on a terminal."""


def outcome(months: Sequence[Month]) -> int:
    """The exit status: 1 where something must be mended, by a branch or by us."""
    errors = any((counting(one.findings)["severity"] == Severity.ERROR).any() for one in months)
    unsure = any(
        len(one.undecided) or one.unwritten or not OUR_FAULT.isdisjoint(one.not_evaluated.values()) for one in months
    )
    return FOUND_ERRORS if errors or unsure else DONE


def progress(quiet: bool) -> Callable[[str], None]:
    """Says each step on standard error, a line a step."""

    def say(step: str) -> None:
        if not quiet:
            click.echo(f"{step}……", err=True)

    return say


def as_json(months: Sequence[Month]) -> str:
    """Findings, reconciliation and submissions (contract, section 6); what is missing is null."""
    frames = {
        "findings": [as_agreed(month.findings) for month in months],
        "reconciliation": [month.reconciliation for month in months],
        "submissions": [month.submissions[[*SUBMISSION]].drop(columns="submission") for month in months],
    }
    tables = {name: [row for rows in each for row in _plain(rows)] for name, each in frames.items()}
    tables["remarks"] = [row for month in months for row in _plain(month.remarks)]
    whole = sorted({**_not_evaluated(months)}.items())
    tables["not_evaluated"] = [{"rule": code, "reason": reason} for code, reason in whole]
    tables["not_evaluated"] += [row for month in months for row in _plain(month.undecided)]
    return json.dumps(tables, ensure_ascii=False, indent=1)


def _not_evaluated(months: Sequence[Month]) -> dict[str, str]:
    return {code: reason for month in months for code, reason in month.not_evaluated.items()}


def _plain(frame: pd.DataFrame) -> list[dict[str, object]]:
    return [
        {key: None if value == "" else value for key, value in row.items()}
        for row in records(frame.astype(dict.fromkeys(frame, object)))
    ]


def tell_findings(month: Month) -> None:
    """The findings of a workbook checked alone, a line for each cause, and what was not evaluated."""
    for file in records(month.submissions):
        click.echo(f"{file['file']}：{State(str(file['state'])).label}")
    found = counting(month.findings)
    grouped = sort_causes(find_causes(findings_of(found)))
    for one in grouped[:MOST_FINDINGS]:
        place = f"{one.sheet}!{cells_in_words(one.cells)}" if one.cells else one.sheet or "整个文件"
        click.echo(f"  [{one.severity.label}] {place} {one.message}（{one.rule}）")
    if rest := sum(len(one.findings) for one in grouped[MOST_FINDINGS:]):
        click.echo(f"  ……另有 {rest} 处，用 --format json 可看全部")
    counts = found["severity"].value_counts()
    click.echo("  共 " + "，".join(f"{severity.label} {counts.get(severity, 0)} 处" for severity in Severity))
    if month.not_evaluated:
        click.echo(
            f"  未核验的规则：{'、'.join(month.not_evaluated)}（{'；'.join(dict.fromkeys(month.not_evaluated.values()))}）"
        )


def tell_month(month: Month, where: str) -> None:
    """A month in a few lines, and where to look."""
    known = count_figures(month)
    states = "，".join(f"{state} {count}" for state, count in known.states.items())
    click.echo(f"{month.period.label}：应报 {known.expected} 个组织，已报 {known.received} 个（{states}）")
    click.echo(f"在册党员 {known.members} 名，承诺事项 {known.items} 件")
    click.echo("问题：" + "，".join(f"{severity} {count} 处" for severity, count in known.severities.items()))
    totals = month.reconciliation[[*RECONCILIATION][3:]].sum()
    click.echo(
        f"核对：读到 {totals['read']} 行 = 入台账 {totals['ledger']} + 未入台账 {totals['set_aside']} + 空行 {totals['blank']}"
    )
    for one in list_undecided(month):
        click.echo(f"未能核验：{one}")
    for one in month.unwritten:
        click.echo(f"没有写成：{one}")
    click.echo(f"请打开 {where}")


def tell_rebuilt(folder: Path) -> None:
    """Where a month was rebuilt, what it differs from and where that is listed."""
    for listed in sorted(folder.glob(f"{COMPARISON}_*.xlsx")):
        click.echo(f"与上报的不同之处列在 {listed}；上报的原件在 {folder / SENT}")


def tell_remarks(remarks: pd.DataFrame, aside: bool = False) -> None:
    """What the office should mend in its registry and folders, a line each; on standard error where ``aside``."""
    for title, rows in zip(("名册和决定要改的", "文件和文件夹要整理的"), split_remarks(remarks), strict=True):
        found = records(remarks[rows])
        if found:
            click.echo(f"{title}（{len(found)} 处）：", err=aside)
        for one in found[:MOST_REMARKS]:
            place = f" {one['sheet']}" if one["sheet"] else ""
            cell = f"!{one['cell']}" if one["cell"] else ""
            click.echo(f"  {one['file']}{place}{cell} {one['message']}", err=aside)
        if len(found) > MOST_REMARKS:
            click.echo(f"  ……另有 {len(found) - MOST_REMARKS} 处，改好这些再看，或看汇总后的月报首页", err=aside)


def tell_table(rows: pd.DataFrame, headers: Sequence[str]) -> None:
    """A table: drawn on a terminal, tab-separated elsewhere."""
    if sys.stdout and sys.stdout.isatty():
        from rich.console import Console
        from rich.table import Table

        table = Table(*headers)
        for row in rows.itertuples(index=False):
            table.add_row(*map(str, row))
        Console().print(table)
    else:
        click.echo("\t".join(headers))
        for row in rows.itertuples(index=False):
            click.echo("\t".join(map(str, row)))
