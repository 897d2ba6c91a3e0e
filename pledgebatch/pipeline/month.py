"""The month on one screen."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import replace
from typing import Any

import pandas as pd

from pledgebatch.engine.atomic import replacing
from pledgebatch.engine.cache import Memory
from pledgebatch.engine.dataset import Part, Source, Stored
from pledgebatch.engine.workers import Workers, give_back, workers
from pledgebatch.engine.writing import in_words, made
from pledgebatch.intake.batch import Batch
from pledgebatch.intake.find import search
from pledgebatch.intake.identity import identify_submissions
from pledgebatch.mistakes import OfficeMistake
from pledgebatch.months.archive import consolidated, history
from pledgebatch.months.orders import orders
from pledgebatch.months.registered import registry_moves
from pledgebatch.notice.parameters import Parameters
from pledgebatch.notice.periods import Period, Stage, stages_due
from pledgebatch.pipeline import judge
from pledgebatch.pipeline.collect import collect_stored
from pledgebatch.pipeline.compare import shared_out
from pledgebatch.pipeline.delivery import delivery_of
from pledgebatch.pipeline.judging import Terms, judge_month
from pledgebatch.pipeline.lock import holds
from pledgebatch.pipeline.office import Source as OfficeSource
from pledgebatch.pipeline.office import misplaced, office_of
from pledgebatch.pipeline.pages import marked, pages_of, unchanged
from pledgebatch.pipeline.part import HELD, Judged, alone, judge_part, read_judged
from pledgebatch.pipeline.receive import received
from pledgebatch.pipeline.workspace import Workspace
from pledgebatch.publish.data import write_tables
from pledgebatch.publish.month import publish
from pledgebatch.publish.rebuilt import keep_as_sent, write_comparison
from pledgebatch.rules.book import RULES
from pledgebatch.rules.facts.tables import ACROSS
from pledgebatch.rules.language.near_duplicates import Label
from pledgebatch.rules.machinery.evaluate import evaluate
from pledgebatch.rules.office.waivers import waive
from pledgebatch.schema.digests import seal
from pledgebatch.schema.frames import FINDING, UNREAD, History, Month, Tables, by_organisation, counting, empty

Progress = Callable[[str], None]


@holds("consolidate")
def consolidate(
    workspace: Workspace,
    period: Period,
    count: Workers = None,
    progress: Progress = lambda step: None,
    again: bool = False,
    passwords: Sequence[str] = (),
    registry_of: OfficeSource = OfficeSource.ARCHIVED,
) -> Month:
    """Read, check, merge, judge and publish a month; ``count`` worker processes, one a core by default.

    ``again`` rebuilds a month that was sent: what was sent is kept, and what differs from it is listed; registry,
    waivers and settings are those archived with it, or today's where ``registry_of`` says so. ``passwords`` are tried on
    workbooks that have one, besides those of the settings. Raises OfficeMistake where the workspace does
    not allow it, or where later months were built on this one and ``again`` is not said; nothing is then changed.
    """
    workspace.require()
    give_back()
    settings = workspace.settings()
    arrivals, litter = search(workspace.inbox(period))
    if not arrivals:
        strays = "".join(f"。{file}：{message}" for file, message in _strays(workspace, period))
        raise OfficeMistake(
            f"收件文件夹 {workspace.inbox(period)} 中没有文件：请把收到的 {period} 工作簿放进去，"
            f"再输入 {workspace.line('consolidate', period)}{strays}"
        )
    outputs = workspace.root / "output"
    later = [str(each) for each in consolidated(outputs) if each > period]
    if later and not again:
        raise OfficeMistake(
            f"后面的 {'、'.join(later)} 已经接着汇总了。确要再汇总 {period}，请加上 --again："
            "原来的一份会留存，差别会列出；做完以后，请再依次重做后面的月份"
        )
    office = office_of(workspace, period, again, registry_of)
    registry, parameters = office.registry, office.parameters
    with replacing(workspace.output(period)) as folder, workers(count) as pool:
        memory = Memory(workspace.memory(period))
        progress(f"读取 {len(arrivals)} 个文件")
        order = {name: place for place, name in enumerate(registry["org_name"].dropna())}
        batch = collect_stored(arrivals, period.year, pool, (*settings.passwords, *passwords), memory, order)
        memory.save()
        batch = received(workspace, period, arrivals, batch)
        progress("逐条核验")
        submissions = identify_submissions(batch, registry, period)
        before = history(outputs, period, ())
        terms = Terms(registry, period, parameters, outputs, before.built_on)
        parts, submissions = judge_month(batch, submissions, terms, memory, pool)
        tables = Stored(parts, HELD)
        tables_written = pool.submit(write_tables, tables, folder)
        label = shared_out(pool, memory, [source.folder for part in parts for source in part.sources])
        known = batch, submissions, registry, period, parameters, before
        month = _together(read_judged(parts), tables, *known, office.waivers, label)
        moves = registry_moves(outputs, period, registry)
        month = replace(month, waivers=office.waivers, remarks=office.remarks, registry_moves=moves, litter=litter)
        memory.save()
        progress("生成台账、报告和退回件")
        pages, old = pages_of(month, office.protection), workspace.output(period)
        same = unchanged(memory, pages, old)
        delivery = delivery_of(workspace, period)
        failed = publish(month, folder, office.registry_sha256, pool, memory, old, same, office.protection, delivery)
        made("数据", tables_written)
        seal(folder)
        sent = keep_as_sent(workspace.output(period), folder, again)
        if sent:
            write_comparison(sent, folder)
    memory.close(marked({name: made_from for name, made_from in pages.items() if name not in failed}, old))
    return replace(month, tables=Stored([Part((Source(old / "data"),))], HELD), unwritten=in_words(failed))


def _strays(workspace: Workspace, period: Period) -> list[tuple[str, str]]:
    """What stands in the inbox under no month, and what to do with it."""
    found = misplaced(workspace, period)
    return [each for each in zip(found["file"], found["message"], strict=True) if each[0].startswith("inbox/")]


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
    submissions = identify_submissions(batch, registry, period)
    before = before or History()
    judged, tables = judge_part(batch, submissions, registry, period, parameters, before)
    return _together(judged, tables, batch, submissions, registry, period, parameters, before, waivers)


def _together(
    judged: Judged,
    tables: Tables,
    batch: Batch,
    submissions: pd.DataFrame,
    registry: pd.DataFrame | None,
    period: Period,
    parameters: Parameters,
    before: History,
    waivers: pd.DataFrame | None,
    label: Label | None = None,
) -> Month:
    """The month that was ``judged`` organisation by organisation: what can only be said of all together, and what it
    comes to."""
    due = stages_due(period, parameters.pledge_deadline)
    place = submissions.set_index("submission")[["organisation", "file"]]
    heads = batch.tables["organisations"].join(place, on="submission")
    members = registry if registry is not None else _as_registry(heads)
    reporting = judge.cover(members, submissions, judged.counted, empty(FINDING))
    known = {"reporting": reporting, "registry": registry, "parameters": parameters, "label": label}
    found, crashed, unsure = _look_across(judged.across, known, place["file"], due)
    not_evaluated = dict(judged.not_evaluated.itertuples(index=False, name=None)) | crashed
    unsure = pd.concat([judged.undecided, unsure])
    undecided, not_evaluated = judge.settle_undecided(unsure, not_evaluated, submissions)
    unsure = pd.concat([undecided, judge.not_read(tables.get("unread", empty(UNREAD)), due)])
    findings = pd.concat([judged.findings, found], ignore_index=True)
    replaced = judged.replaced
    if waivers is not None and registry is not None:
        findings = waive(findings, waivers, period)
        replaced = waive(replaced, waivers, period)
    findings = in_order(findings)
    told = counting(findings)
    submissions = judge.settle_states(submissions, heads, told)
    submissions = judge.count_errors(submissions, told, counting(replaced))
    carried = dict(judged.carried.itertuples(index=False, name=None))
    reasons = [
        carried.get(number, said) for number, said in submissions[["submission", "reason"]].itertuples(index=False)
    ]
    submissions["reason"] = pd.Series(reasons, index=submissions.index, dtype="str")
    late = judge.late_from(period, parameters.late_after_day)
    coverage = judge.cover(members, submissions, judged.counted, told, late)
    return Month(
        period=period,
        parameters=parameters,
        registry=members,
        submissions=submissions,
        coverage=coverage,
        tables=tables,
        findings=findings,
        verdicts=judge.decide(coverage, told, judged.unanswered, not_evaluated, due, unsure),
        set_aside=by_organisation([judged.set_aside]),
        reconciliation=by_organisation([judged.reconciliation]),
        changes=batch.changes.join(place, on="submission"),
        not_evaluated={rule.code: not_evaluated[rule.code] for rule in RULES if rule.code in not_evaluated},
        undecided=undecided,
        orders=orders(judged.orders, before.orders, period),
        built_on=before.built_on,
        before=before.figures,
    )


def _look_across(
    across: Tables, known: dict[str, Any], files: pd.Series, due: Collection[Stage]
) -> tuple[pd.DataFrame, dict[str, str], pd.DataFrame]:
    """The findings of the rules that look across organisations, and those that could not be evaluated, for anybody or for
    some."""
    absent = alone() if known["registry"] is None else {}
    each = pd.Categorical(files)  # a number a row, not a name
    for name in ACROSS:
        rows = across[name]
        file = pd.Series(each, files.index).reindex(rows["submission"]).array
        known[name] = rows.assign(file=file) if name != "layout" else rows
    return evaluate([rule for rule in RULES if rule.across], known, due, absent)


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
