"""The month on one screen."""

import hashlib
from collections.abc import Callable, Sequence

import pandas as pd

from pledgebatch.intake.batch import Batch
from pledgebatch.intake.find import find
from pledgebatch.intake.identity import identify_submissions
from pledgebatch.intake.registry import read_registry
from pledgebatch.mistakes import OfficeMistake
from pledgebatch.months.archive import consolidated, history, in_ledger
from pledgebatch.months.changes import since_last_report
from pledgebatch.months.orders import orders
from pledgebatch.months.rolling import carry_forward
from pledgebatch.notice.parameters import Parameters
from pledgebatch.notice.periods import Period, stages_due
from pledgebatch.pipeline import judge
from pledgebatch.pipeline.collect import collect
from pledgebatch.pipeline.delivery import delivery_of
from pledgebatch.pipeline.memory import marked, pages_of, read_again, recall, remember, unchanged
from pledgebatch.pipeline.workers import workers
from pledgebatch.pipeline.workspace import Workspace
from pledgebatch.publish.atomic import replacing
from pledgebatch.publish.month import publish
from pledgebatch.publish.rebuilt import keep_as_sent, write_comparison
from pledgebatch.rules.book import RULES
from pledgebatch.rules.evaluate import NO_LAST_MONTH, NO_LAST_YEAR, evaluate
from pledgebatch.rules.tables import arrange
from pledgebatch.rules.waivers import judge_waivers, waive
from pledgebatch.schema.frames import FINDING, LIVE, MOVEMENT, History, Month, counting, empty
from pledgebatch.schema.sheets import SHEETS

Progress = Callable[[str], None]
NO_REGISTRY = "单独核验一个文件时没有单位名册和其他单位的工作簿，汇总时再核"


def consolidate(
    workspace: Workspace,
    period: Period,
    count: int | None = None,
    progress: Progress = lambda step: None,
    again: bool = False,
    passwords: Sequence[str] = (),
) -> Month:
    """Read, check, merge, judge and publish a month; ``count`` worker processes, one a core by default.

    ``again`` rebuilds a month that was sent: what was sent is kept, and what differs from it is listed. ``passwords``
    are tried on workbooks that have one, besides those of the settings. Raises OfficeMistake where the workspace does
    not allow it, or where later months were built on this one and ``again`` is not said; nothing is then changed.
    """
    workspace.require()
    settings = workspace.settings()
    parameters = settings.parameters
    registry, waivers = read_registry(workspace.registry)
    arrivals = find(workspace.inbox(period))
    if not arrivals:
        raise OfficeMistake(f"收件文件夹 {workspace.inbox(period)} 中没有文件，请把收到的 {period} 工作簿放进去再运行")
    outputs = workspace.root / "output"
    later = [str(each) for each in consolidated(outputs) if each > period]
    if later and not again:
        raise OfficeMistake(
            f"后面的 {'、'.join(later)} 已经接着汇总了。确要再汇总 {period}，请加上 --again："
            "原来的一份会留存，差别会列出；做完以后，请再依次重做后面的月份"
        )
    with replacing(workspace.output(period)) as folder, workers(count) as pool:
        progress(f"读取 {len(arrivals)} 个文件")
        memory = recall(workspace.memory(period))
        asked = (*settings.passwords, *passwords)
        batch = read_again(arrivals, memory.batch, lambda some: collect(some, period.year, pool, asked))
        progress("逐条核验")
        before = history(outputs, period)
        month = check_month(batch, registry, period, parameters, before, waivers)
        progress("生成台账、报告和退回件")
        pages, old = pages_of(month, settings.protection), workspace.output(period)
        same = unchanged(memory, pages, old)
        registry_sha256 = hashlib.sha256(workspace.registry.read_bytes()).hexdigest()
        publish(month, folder, registry_sha256, pool, old, same, settings.protection, delivery_of(workspace, period))
        sent = keep_as_sent(workspace.output(period), folder, again)
        if sent:
            write_comparison(sent, folder)
    remember(workspace.memory(period), batch, marked(pages, old))
    return month


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
    due = stages_due(period, parameters.pledge_deadline)
    submissions = identify_submissions(batch, registry, period)
    place = submissions.set_index("submission")[["organisation", "file"]]
    tables = {key: rows.join(place, on="submission") for key, rows in batch.tables.items()}
    changes = batch.changes.join(place, on="submission")
    members = registry if registry is not None else _as_registry(tables["organisations"])
    known = arrange(tables, submissions, changes, batch.layout, period, parameters)
    marked, aside = judge.set_aside(tables, submissions, batch.skipped.join(place, on="submission"))
    live = submissions.loc[submissions["state"].isin(LIVE), "submission"]
    known["obscured"] = batch.obscured[batch.obscured["submission"].isin(live)].join(place, on="submission")
    known["reporting"] = judge.cover(members, submissions, marked, empty(FINDING))
    before = before or History()
    earlier, absent = _earlier_tables(before)
    if registry is None:
        absent = {"batch": NO_REGISTRY, "history": NO_REGISTRY}
    else:
        known["registry"] = registry
    findings, not_evaluated = evaluate(RULES, known | earlier, due, absent)
    if waivers is not None and registry is not None:
        findings = pd.concat([waive(findings, waivers, period), judge_waivers(waivers, registry, period)])
    findings = in_order(findings)
    counted = counting(findings)
    submissions = judge.settle_states(submissions, tables, counted)
    reconciliation = judge.reconcile(batch, marked, submissions)
    marked = carry_forward(marked, submissions, before.reports)
    submissions = judge.tell_carried(submissions, marked, before.reports)
    ledgers = in_ledger(marked)
    late = judge.late_from(period, parameters.late_after_day)
    coverage = judge.cover(members, submissions, marked, counted, late)
    return Month(
        period=period,
        parameters=parameters,
        registry=members,
        submissions=submissions,
        coverage=coverage,
        tables={**marked, "extras": batch.extras.join(place, on="submission")},
        findings=findings,
        verdicts=judge.decide(coverage, counted, marked, not_evaluated, due),
        set_aside=aside,
        reconciliation=reconciliation,
        changes=changes,
        layout=batch.layout,
        not_evaluated=not_evaluated,
        movements=since_last_report(before.reports, ledgers, period) if before.reports else empty(MOVEMENT),
        orders=orders(ledgers, before.orders, period),
        built_on=before.built_on,
    )


def _earlier_tables(before: History) -> tuple[dict[str, pd.DataFrame], dict[str, str]]:
    """The tables of earlier months by the names that rules use, and why others are absent."""
    known: dict[str, pd.DataFrame] = {}
    absent: dict[str, str] = {}
    for name, tables, reason in (
        ("last", before.last, NO_LAST_MONTH),
        ("earlier", before.earlier, NO_LAST_MONTH),
        ("last_year", before.last_year, NO_LAST_YEAR),
    ):
        for sheet in SHEETS:
            if tables is None:
                absent[f"{name}_{sheet.key}"] = reason
            else:
                known[f"{name}_{sheet.key}"] = tables[sheet.key]
    return known, absent


def in_order(findings: pd.DataFrame) -> pd.DataFrame:
    """Findings by organisation, file, sheet, row and rule: the same whatever order the files came in."""
    return findings.sort_values(
        ["organisation", "file", "sheet", "row", "field", "rule", "message"], kind="stable", na_position="first"
    ).reset_index(drop=True)


def _as_registry(heads: pd.DataFrame) -> pd.DataFrame:
    """The organisations of the workbooks themselves, in the place of a registry."""
    known = heads.dropna(subset=["organisation"]).drop_duplicates("organisation")
    blank = pd.Series(pd.NA, index=known.index, dtype="str")
    return known.assign(parent_code=blank, reports="是", contact=blank, email=blank, note=blank)
