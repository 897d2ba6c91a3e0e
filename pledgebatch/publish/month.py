"""Publishes a month: everything below one folder, shared out over the workers."""

import shutil
from collections.abc import Collection, Mapping
from concurrent.futures import Executor
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pandas as pd

from pledgebatch.publish import agenda
from pledgebatch.publish.agenda_book import agenda_files, write_agenda
from pledgebatch.publish.atomic import link
from pledgebatch.publish.data import write_data
from pledgebatch.publish.delivery import put_in
from pledgebatch.publish.dossier import dossiers
from pledgebatch.publish.figures import restrict, split
from pledgebatch.publish.index import render_index, render_supervisor
from pledgebatch.publish.ledger import write_ledger
from pledgebatch.publish.marked import sent, write_return
from pledgebatch.publish.protect import UNPROTECTED, Protection, protect
from pledgebatch.publish.report import render_receipt, render_report
from pledgebatch.publish.safe import file_name
from pledgebatch.schema.frames import LIVE, Month, Severity, counting

OWN_LEDGER = "台账_{}.xlsx"
"""The ledger of a superior organisation, by month."""
BATCH = 20
"""Organisations a task."""


def publish(
    month: Month,
    folder: Path,
    registry_sha256: str,
    pool: Executor,
    old: Path = Path(),
    same: Collection[str] = (),
    protection: Protection = UNPROTECTED,
    delivery: str = "",
) -> None:
    """Write the ledgers, reports, returns, data and the month's page into ``folder``.

    What was rolled up from several offices has no reports and returns: the offices below sent them. The folders and
    files in ``same`` are not written again but taken from ``old``, the month as it was published before. ``protection``
    says what superiors do not see, ``delivery`` what the month's page shows of mail.
    """
    names = folder_names(month.registry)
    ledger = f"汇总台账_{month.period}.xlsx"
    futures = [pool.submit(write_ledger, month, folder / ledger)]
    superiors = subtrees(month.registry)
    everybody = set(month.coverage["organisation"])
    tasks = agenda.tasks(month)
    write_agenda(month, folder, tasks)
    books = {ledger: OWN_LEDGER.format(month.period)} | {name: name for name in agenda_files(month.period)}
    whole: list[Path] = []
    for code, below in superiors.items():
        place = folder / "supervisors" / names[code]
        place.mkdir(parents=True)
        mine = protect(restrict(month, below), protection)
        if place.relative_to(folder).as_posix() in same:
            for own in books.values():
                link(old / place.relative_to(folder) / own, place / own)
        elif everybody <= set(below) and not mine.withheld:
            whole.append(place)
        else:
            futures.append(pool.submit(write_ledger, mine, place / books[ledger]))
            write_agenda(mine, place, tasks[tasks["organisation"].isin(below)])
        _write(place / "一页通.html", render_supervisor(mine, _name(month, code)))
    codes = [] if month.offices else month.coverage["organisation"].tolist()
    changed = [code for code in codes if f"organisations/{names[code]}" not in same]
    for name in sorted({names[code] for code in codes} - {names[code] for code in changed}):
        shutil.copytree(old / "organisations" / name, folder / "organisations" / name, copy_function=link)
    todo = agenda.by_organisation(tasks)
    parts = [changed[start : start + BATCH] for start in range(0, len(changed), BATCH)]
    for part, codes_of in zip(split(month, parts), parts, strict=True):
        own_tasks = {code: todo[code] for code in codes_of if code in todo}
        futures.append(
            pool.submit(write_organisations, part, {code: names[code] for code in codes_of}, folder, own_tasks)
        )
    write_data(month, folder, registry_sha256)
    for future in futures:
        future.result()
    for place in whole:  # the superior of everybody reads what is written of everybody
        for name, own in books.items():
            shutil.copyfile(folder / name, place / own)
    links = {code: _links(folder, "organisations", names[code]) for code in codes}
    extra = {"汇总台账": quote(ledger), "问题清单（CSV）": "findings.csv", "催报名单（CSV）": quote("催报名单.csv")}
    extra |= {"督办清单": quote(agenda_files(month.period)[0])}
    for code in superiors:
        for label, href in _links(folder, "supervisors", names[code]).items():
            extra[f"{_name(month, code)} {label}"] = href
    _write(folder / "index.html", put_in(render_index(month, links, extra), delivery))


def write_organisations(
    month: Month, names: Mapping[str, str], folder: Path, todo: Mapping[str, list[dict[str, Any]]]
) -> None:
    """Report, receipt and, where something must be mended, the return of each organisation in ``month``."""
    live = month.submissions[month.submissions["state"].isin(LIVE)]
    files = dict(zip(live["organisation"], live["file"], strict=True))
    found = counting(month.findings)
    to_mend = set(found.loc[found["severity"] != Severity.NOTICE, "file"].dropna())
    known = dossiers(month)
    for code, name in names.items():
        place = folder / "organisations" / name
        place.mkdir(parents=True)
        _write(place / "合规报告.html", render_report(month, known[code], todo.get(code, [])))
        _write(place / "回执.html", render_receipt(month, known[code]))
    returned = [code for code in names if files.get(code) in to_mend]
    typed = sent(restrict(month, returned))
    for code in returned:
        write_return(month, typed, files[code], folder / "organisations" / names[code] / "退回修改.xlsx")


def folder_names(registry: pd.DataFrame) -> dict[str, str]:
    """The folder of each registered organisation: its code and name."""
    pairs = zip(registry["organisation"], registry["org_name"].fillna(""), strict=True)
    return {code: file_name(code, name) for code, name in pairs}


def subtrees(registry: pd.DataFrame) -> dict[str, list[str]]:
    """For each superior organisation, the codes of all those below it; a circle in the registry is cut."""
    below: dict[str, list[str]] = {}
    for code, parent in zip(registry["organisation"], registry["parent_code"], strict=True):
        if isinstance(parent, str) and parent != code:
            below.setdefault(parent, []).append(code)
    known = set(registry["organisation"])
    return {code: _all_below(code, below) for code in below if code in known}


def _all_below(code: str, below: Mapping[str, list[str]]) -> list[str]:
    found: dict[str, None] = {}
    waiting = list(below[code])
    while waiting:
        each = waiting.pop(0)
        if each not in found and each != code:
            found[each] = None
            waiting.extend(below.get(each, []))
    return list(found)


def _name(month: Month, code: str) -> str:
    return str(month.registry.loc[month.registry["organisation"] == code, "org_name"].iloc[0])


def _links(folder: Path, kind: str, name: str) -> dict[str, str]:
    return {path.stem: quote(f"{kind}/{name}/{path.name}") for path in sorted((folder / kind / name).iterdir())}


def _write(path: Path, text: str) -> None:
    path.write_text(text, "utf-8", newline="\n")
