"""``init`` and ``templates``: a new workspace, and the workbooks to send out."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import pandas as pd

from pledgebatch.engine.atomic import writing
from pledgebatch.engine.kept import writing_anew
from pledgebatch.engine.workers import Workers, workers
from pledgebatch.intake.decisions import read_decisions
from pledgebatch.mistakes import OfficeMistake, concerning, mendable
from pledgebatch.months.questions import open_questions
from pledgebatch.months.registered import find_renamed
from pledgebatch.months.rolling import answers_of, prefill, roll_forward, under_new_names
from pledgebatch.notice.periods import Period
from pledgebatch.pipeline.launchers import write_launchers
from pledgebatch.pipeline.lock import holding, holds
from pledgebatch.pipeline.moves import handovers_in
from pledgebatch.pipeline.office import office_in
from pledgebatch.pipeline.settings import SETTINGS_NAME, blank_settings
from pledgebatch.pipeline.workspace import Workspace
from pledgebatch.publish.leaflet import LEAFLET_NAME, render_leaflet
from pledgebatch.rules.facts.names import shown_names
from pledgebatch.schema.file_names import WORKBOOK
from pledgebatch.schema.sheets import BY_KEY, EXPLANATIONS, ORGANISATION
from pledgebatch.workbooks.decisions_book import write_decisions
from pledgebatch.workbooks.registry_book import write_registry
from pledgebatch.workbooks.rows import Rows, rows_by, since_by
from pledgebatch.workbooks.workbook import write_workbook
from pledgebatch.xlsx.safe_text import file_name, make_distinct

BATCH = 100
"""Workbooks a task."""
Job = tuple[Path, dict[str, str], str]
"""Where to, the answers from the registry, the organisation's code."""


def begin(folder: Path) -> None:
    """Make a workspace with a blank registry, a blank book of decisions and commented settings. Raises OfficeMistake for one that is in use."""
    registry = folder / "registry.xlsx"
    with holding(Workspace(folder), "init"):
        if registry.exists():
            raise OfficeMistake(f"{folder} 中已有单位名册 {registry.name}，为免覆盖没有改动；要另建请换一个文件夹")
        try:
            for name in ("input_templates", "inbox", "output"):
                (folder / name).mkdir(exist_ok=True)
            if not (folder / SETTINGS_NAME).exists():
                (folder / SETTINGS_NAME).write_text(blank_settings(), "utf-8", newline="\n")
            if not (decisions := Workspace(folder).decisions).exists():
                with writing(decisions) as fresh:
                    write_decisions(fresh)
            write_launchers(folder)
            with writing(registry) as fresh:  # the last, since it says that the workspace is made
                write_registry(fresh)
        except Exception as mistake:  # xlsxwriter has its own for a disk that takes nothing
            raise mendable(mistake, folder) or mistake from None


@holds("templates")
def make_templates(workspace: Workspace, period: Period, count: Workers = None) -> pd.DataFrame:
    """Write one prefilled workbook for each organisation that must report, and 填报须知 to send out with them.

    Returns a frame with ``organisation``, ``org_name`` and ``file``. Raises OfficeMistake where the workspace does not
    allow it.
    """
    workspace.require()
    settings, output = workspace.settings(), workspace.root / "output"
    registry, events = office_in(workspace, period)
    decisions = read_decisions(workspace.decisions, registry["organisation"])
    handovers = handovers_in(workspace, period, registry, events, decisions)
    new_names = find_renamed(registry)
    names = dict(zip(registry["organisation"], registry["org_name"], strict=True))
    reporting = registry[registry["reports"] != "否"]
    if reporting.empty:
        raise OfficeMistake(
            f"{period} 没有要报送的党组织，没有生成工作簿：请在单位名册 {workspace.registry.name} 中把要报送的“是否报送”填“是”"
        )
    files = list(template_files(registry, period).values())
    with writing_anew(workspace.templates(period)) as folder, workers(count) as pool:
        leaflet = render_leaflet(period, settings.parameters, settings.contact)
        (folder / LEAFLET_NAME).write_text(leaflet, "utf-8", newline="\n")
        jobs: list[Job] = [
            (folder / file, answers_of(record, names, period), record["organisation"])
            for record, file in zip(reporting.to_dict("records"), files, strict=True)
        ]
        given = handovers, output, period, settings.parameters.pledge_deadline
        waiting = []
        for start in range(0, len(jobs), BATCH):
            some = jobs[start : start + BATCH]
            own = {code: new_names[code] for _, _, code in some if code in new_names}
            waiting.append(pool.submit(write_templates, some, own, *given))
        for future in waiting:
            future.result()
    shown = reporting["organisation"].map(shown_names(registry))
    return reporting[["organisation"]].assign(org_name=shown, file=files).reset_index(drop=True)


def template_files(registry: pd.DataFrame, period: Period) -> dict[str, str]:
    """The name of the workbook to send out to each organisation that must report, by code; no two are alike."""
    reporting = registry[registry["reports"] != "否"]
    codes = reporting["organisation"].tolist()
    month = f"{period.year}{period.month:02d}"
    files = [file_name(name, WORKBOOK, month) for name in reporting["org_name"]]
    often = Counter(files)
    stems = [file_name(code, file) if often[file] > 1 else file for code, file in zip(codes, files, strict=True)]
    return {code: f"{file}.xlsx" for code, file in zip(codes, make_distinct(stems), strict=True)}


def write_templates(
    jobs: Sequence[Job],
    new_names: Mapping[str, Mapping[str, str]],
    handovers: pd.DataFrame,
    output: Path,
    period: Period,
    pledge_deadline: tuple[int, int],
) -> None:
    """Write a batch of workbooks, prefilled from the registry and the last month consolidated in ``output``."""
    rolled = under_new_names(roll_forward(output, period, [code for _, _, code in jobs], handovers), new_names)
    known = since_by("organisation", rolled.pop("last_known")) if rolled else {}
    rolled[EXPLANATIONS.key] = open_questions(output, period, [code for _, _, code in jobs]).drop(columns="row")
    rows = {key: rows_by("organisation", BY_KEY[key], frame) for key, frame in rolled.items()}
    for path, registered, code in jobs:
        since = known.get(code, {})
        own = {key: replace(each.get(code, Rows()), since=since.get(key, {})) for key, each in rows.items()}
        answers = {key: texts[0] for key, texts in own.get(ORGANISATION.key, Rows()).texts.items() if texts}
        with concerning(f"组织 {code} 的 {path.name}"):
            write_workbook(path, period, prefill(registered, answers), own, None, pledge_deadline)
