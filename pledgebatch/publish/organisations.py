"""What each organisation gets: report, receipt and, where something must be mended, the return."""

import shutil
from collections.abc import Mapping, Sequence
from concurrent.futures import Executor, Future
from functools import partial
from pathlib import Path
from typing import Any

from pledgebatch.engine.atomic import link
from pledgebatch.engine.dataset import Stored
from pledgebatch.engine.writing import Writing
from pledgebatch.mistakes import concerning
from pledgebatch.publish.dossier import make_dossiers
from pledgebatch.publish.folders import Place, write_page
from pledgebatch.publish.month_slice import restrict, split_month
from pledgebatch.publish.report import render_receipt, render_report
from pledgebatch.publish.returns import sort_by_file, write_return
from pledgebatch.schema.file_names import RETURN_FILE
from pledgebatch.schema.frames import counting
from pledgebatch.schema.month import Month
from pledgebatch.schema.states import LIVE, Severity

BATCH = 300
"""Organisations a task, where they are not in parts already."""


def submit_organisations(
    month: Month, place: Place, todo: Mapping[str, list[dict[str, Any]]], pool: Executor, writing: Writing
) -> "Future[None]":
    """Reports, receipts and returns, a part of the month at a time; returns the task that keeps those that stand."""
    codes = [] if month.offices else month.coverage["organisation"].tolist()
    kept = [Path("organisations") / place.names[code] for code in codes if place.keeps("organisations", code)]
    changed = [code for code in codes if not place.keeps("organisations", code)]
    groups = _groups(month, changed)
    for part, own in zip(split_month(month, groups), groups, strict=True):

        def arguments_for(codes: Sequence[str], part: Month = part) -> tuple[Any, ...]:
            names = {code: place.names[code] for code in codes}
            return part, names, place.folder, {code: todo[code] for code in codes if code in todo}

        def arguments_for_one(folder: str, code_of: Mapping[str, str], part: Month = part) -> tuple[Any, ...]:
            code = code_of[folder]
            (own,) = split_month(part, [[code]])
            return arguments_for([code], own)

        code_of = {f"organisations/{place.names[code]}": code for code in own}
        each = partial(arguments_for_one, code_of=code_of)
        writing.submit(list(code_of), write_organisations, *arguments_for(own), each=each)
    return pool.submit(keep_pages, kept, place.old, place.folder)


def keep_pages(pages: Sequence[Path], old: Path, folder: Path) -> None:
    """Let the folders ``pages`` of ``old`` stand in ``folder`` too."""
    for page in pages:
        shutil.copytree(old / page, folder / page, copy_function=link)


def _groups(month: Month, codes: Sequence[str]) -> list[list[str]]:
    """Organisations as the parts of the month hold them, so that each part is read once; those without rows apart."""
    parts = month.tables.parts if isinstance(month.tables, Stored) else ()
    groups = [[code for code in codes if code in (part.organisations or ())] for part in parts]
    placed = {code for group in groups for code in group}
    rest = [code for code in codes if code not in placed]
    groups += [rest[start : start + BATCH] for start in range(0, len(rest), BATCH)]
    return [group for group in groups if group]


def write_organisations(
    month: Month, names: Mapping[str, str], folder: Path, todo: Mapping[str, list[dict[str, Any]]]
) -> None:
    """Report, receipt and, where something must be mended, the return of each organisation in ``month``."""
    live = month.submissions[month.submissions["state"].isin(LIVE)]
    files = dict(zip(live["organisation"], live["file"], strict=True))
    found = counting(month.findings)
    to_mend = set(found.loc[found["severity"] != Severity.NOTICE, "file"].dropna())
    known = make_dossiers(month)
    for code, name in names.items():
        place = folder / "organisations" / name
        with concerning(f"组织 {name}"):
            place.mkdir(parents=True)
            write_page(place / "合规报告.html", render_report(month, known[code], todo.get(code, [])))
            write_page(place / "回执.html", render_receipt(month, known[code]))
    returned = [code for code in names if files.get(code) in to_mend]
    typed = sort_by_file(restrict(month, returned))
    for code in returned:
        with concerning(f"组织 {names[code]}"):
            write_return(month, typed, files[code], folder / "organisations" / names[code] / RETURN_FILE)
