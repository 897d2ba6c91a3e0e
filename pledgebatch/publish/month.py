"""Publishes a month: everything below one folder, shared out over the workers."""

import shutil
from collections.abc import Collection, Mapping, Sequence
from concurrent.futures import Executor, Future
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from typing import Any

import pandas as pd

from pledgebatch.engine.atomic import link
from pledgebatch.engine.cache import Memory
from pledgebatch.engine.dataset import Stored
from pledgebatch.engine.writing import Writing, in_words, made
from pledgebatch.mistakes import concerning
from pledgebatch.publish import agenda
from pledgebatch.publish.agenda_book import agenda_files, write_agenda
from pledgebatch.publish.data import FINDINGS_LIST, write_data
from pledgebatch.publish.delivery import put_in
from pledgebatch.publish.dossier import dossiers
from pledgebatch.publish.figures import Figures, figures
from pledgebatch.publish.index import Superior, render_index, render_supervisor
from pledgebatch.publish.ledger import TITLE, place_apart, place_here, submit_parts, write_ledger
from pledgebatch.publish.masking import protect
from pledgebatch.publish.month_slice import restrict, split
from pledgebatch.publish.paper import PAPER, write_paper
from pledgebatch.publish.personal_texts import hidden_from
from pledgebatch.publish.protection import UNPROTECTED, Protection
from pledgebatch.publish.render import href
from pledgebatch.publish.report import render_receipt, render_report
from pledgebatch.publish.returns import sent, write_return
from pledgebatch.rules.facts.names import shown_names
from pledgebatch.schema.file_names import RETURN_FILE
from pledgebatch.schema.frames import LIVE, Month, Severity, counting
from pledgebatch.xlsx.safe_text import all_different, file_name

LEDGER, OWN_LEDGER = "汇总台账_{}.xlsx", "台账_{}.xlsx"
"""The ledger of the office, and that of a superior organisation, by month."""
BATCH = 300
"""Organisations a task, where they are not in parts already."""


@dataclass(frozen=True)
class Place:
    """Where a month is published, and what of it stands already."""

    folder: Path
    old: Path = Path()
    """The month as it was published before."""
    same: Collection[str] = ()
    """The folders in ``old`` that are not written again."""
    names: Mapping[str, str] = field(default_factory=dict)
    """The folder of each organisation."""

    def keeps(self, kind: str, code: str) -> bool:
        """Whether the folder of an organisation stands as it would be written."""
        return f"{kind}/{self.names[code]}" in self.same


def publish(
    month: Month,
    folder: Path,
    registry_sha256: str,
    pool: Executor,
    memory: Memory | None = None,
    old: Path = Path(),
    same: Collection[str] = (),
    protection: Protection = UNPROTECTED,
    delivery: str = "",
) -> dict[str, str]:
    """Write the ledgers, reports, returns, data but for its tables, and the month's page into ``folder``.

    Returns the folders of organisations and superiors that could not be written, each with the reason.

    What was rolled up from several offices has no reports and returns: the offices below sent them. The folders in
    ``same`` are not written again but taken from ``old``, the month as it was published before; nor are the parts of the
    ledger that ``memory`` knows. ``protection`` says what superiors do not see, ``delivery`` what the month's page shows
    of mail.
    """
    place = Place(folder, old, same, folder_names(month.registry))
    alone = replace(month, before=None)  # much to hand over for those whom last month does not concern
    told, counted = pool.submit(agenda.tasks, alone), pool.submit(figures, month)
    parts = submit_parts(alone, pool, memory) if memory else None
    tasks, said = made("督办清单", told), made("各项数字", counted)
    listed = pool.submit(write_agenda, alone, folder, tasks)
    printed = pool.submit(write_paper, alone, folder / PAPER.format(month.period), TITLE, said)
    writing = Writing(pool, folder)
    kept = _submit_organisations(month, place, agenda.by_organisation(tasks), pool, writing)
    _submit_superiors(month, place, tasks, said, protection, writing)
    data = pool.submit(write_data, alone, folder, registry_sha256, protection)
    in_place = partial(place_apart, pool, memory) if memory else place_here
    write_ledger(month, folder / LEDGER.format(month.period), parts=parts, said=said, in_place=in_place)
    for what, task in (("督办清单", listed), ("打印本", printed), ("原来的报告", kept), ("数据", data)):
        made(what, task)
    failed = writing.end()
    page = _index(month, place, _superiors(month, place, protection), said, failed)
    _write(folder / "index.html", put_in(page, delivery))
    return failed


def _submit_organisations(
    month: Month, place: Place, todo: Mapping[str, list[dict[str, Any]]], pool: Executor, writing: Writing
) -> "Future[None]":
    """Reports, receipts and returns, a part of the month at a time; returns the task that keeps those that stand."""
    codes = [] if month.offices else month.coverage["organisation"].tolist()
    kept = [Path("organisations") / place.names[code] for code in codes if place.keeps("organisations", code)]
    changed = [code for code in codes if not place.keeps("organisations", code)]
    groups = _groups(month, changed)
    for part, own in zip(split(month, groups), groups, strict=True):

        def given(codes: Sequence[str], part: Month = part) -> tuple[Any, ...]:
            names = {code: place.names[code] for code in codes}
            return part, names, place.folder, {code: todo[code] for code in codes if code in todo}

        def alone(folder: str, code_of: Mapping[str, str], part: Month = part) -> tuple[Any, ...]:
            code = code_of[folder]
            (own,) = split(part, [[code]])
            return given([code], own)

        code_of = {f"organisations/{place.names[code]}": code for code in own}
        writing.submit(list(code_of), write_organisations, *given(own), each=partial(alone, code_of=code_of))
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


def _submit_superiors(
    month: Month, place: Place, tasks: pd.DataFrame, said: Figures, protection: Protection, writing: Writing
) -> None:
    """一页通, ledger and 督办清单 of each superior; a superior of everybody gets the office's own books later."""
    hidden = hidden_from(month, protection)
    for code, below in subtrees(month.registry).items():
        name = f"supervisors/{place.names[code]}"
        own = place.folder / name
        own.mkdir(parents=True)
        mine = protect(restrict(month, below), protection, hidden)
        mine = replace(mine, registry_moves=moves_below(month, code))
        known = said if _is_all(month, below) else None
        writing.submit([name], write_page_of_superior, mine, own, _name(month, code), known)
        if place.keeps("supervisors", code):
            for book in _books(month).values():
                link(place.old / name / book, own / book)
        elif not _sees_all(month, below, protection):
            writing.submit([name], write_ledger, mine, own / OWN_LEDGER.format(month.period))
            writing.submit([name], write_agenda, mine, own, tasks[tasks["organisation"].isin(below)])
            writing.submit([name], write_paper, mine, own / PAPER.format(month.period), TITLE, known)


def write_page_of_superior(month: Month, folder: Path, name: str, said: Figures | None) -> None:
    """一页通 of the superior called ``name``, of the ``month`` as far as it is its own, and its figures where known."""
    with concerning(f"上级 {name}"):
        _write(folder / "一页通.html", render_supervisor(month, name, said))


def _superiors(month: Month, place: Place, protection: Protection) -> list[Superior]:
    """What there is for each superior, once the office's own books, which some of them get as they are, are written."""
    superiors = []
    for code, below in subtrees(month.registry).items():
        own = place.folder / "supervisors" / place.names[code]
        if not place.keeps("supervisors", code) and _sees_all(month, below, protection):
            for name, called in _books(month).items():
                shutil.copyfile(place.folder / name, own / called)
        links = _links(place.folder, "supervisors", place.names[code])
        superiors.append(Superior(_name(month, code), below, links))
    return superiors


def _books(month: Month) -> dict[str, str]:
    """The workbooks and lists of the office that superiors have too, and what theirs are called."""
    listed = {name: name for name in agenda_files(month.period)}
    printed = {PAPER.format(month.period): PAPER.format(month.period)}
    return {LEDGER.format(month.period): OWN_LEDGER.format(month.period)} | printed | listed


def _sees_all(month: Month, below: Collection[str], protection: Protection) -> bool:
    """Whether a superior's ledger would say just what the office's says."""
    return _is_all(month, below) and not protection.of(month)


def _is_all(month: Month, below: Collection[str]) -> bool:
    return set(month.coverage["organisation"]) <= set(below)


def _index(
    month: Month, place: Place, superiors: Sequence[Superior], said: Figures, failed: Mapping[str, str]
) -> str:
    codes = [] if month.offices else month.coverage["organisation"].tolist()
    links = {code: _links(place.folder, "organisations", place.names[code]) for code in codes}
    extra = {"汇总台账": href(LEDGER.format(month.period)), "督办清单": href(agenda_files(month.period)[0])}
    extra |= {"打印本": href(PAPER.format(month.period))}
    extra |= {"催报名单（CSV）": href("催报名单.csv"), "问题清单（CSV）": href(FINDINGS_LIST)}
    return render_index(month, links, extra, superiors, said, in_words(failed))


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
        with concerning(f"组织 {name}"):
            place.mkdir(parents=True)
            _write(place / "合规报告.html", render_report(month, known[code], todo.get(code, [])))
            _write(place / "回执.html", render_receipt(month, known[code]))
    returned = [code for code in names if files.get(code) in to_mend]
    typed = sent(restrict(month, returned))
    for code in returned:
        with concerning(f"组织 {names[code]}"):
            write_return(month, typed, files[code], folder / "organisations" / names[code] / RETURN_FILE)


def folder_names(registry: pd.DataFrame) -> dict[str, str]:
    """The folder of each registered organisation: its code and name; no two are alike."""
    codes = registry["organisation"].tolist()
    return dict(zip(codes, all_different(map(file_name, codes, registry["org_name"].fillna(""))), strict=True))


def subtrees(registry: pd.DataFrame) -> dict[str, list[str]]:
    """For each superior organisation, the codes of all those below it; a circle in the registry is cut."""
    below: dict[str, list[str]] = {}
    for code, parent in zip(registry["organisation"], registry["parent_code"], strict=True):
        if isinstance(parent, str) and parent != code:
            below.setdefault(parent, []).append(code)
    known = set(registry["organisation"])
    return {code: _all_below(code, below) for code in below if code in known}


def moves_below(month: Month, superior: str) -> pd.DataFrame:
    """What the office changed in its registry below a superior, before or now."""
    moves = month.registry_moves
    own = [superior in above.split("、") for above in moves["superiors"].fillna("")]
    return moves[pd.Series(own, index=moves.index, dtype="bool")].reset_index(drop=True)


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
    return shown_names(month.registry)[code]


def _links(folder: Path, kind: str, name: str) -> dict[str, str]:
    paths = sorted((folder / kind / name).iterdir())
    return {path.stem.partition("_")[0]: href(f"{kind}/{name}/{path.name}") for path in paths}


def _write(path: Path, text: str) -> None:
    path.write_text(text, "utf-8", newline="\n")
