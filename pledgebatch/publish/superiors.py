"""What each superior organisation gets: a page, and the workbooks and lists of the office as far as they are its own."""

import shutil
from collections.abc import Collection
from dataclasses import replace
from pathlib import Path

import pandas as pd

from pledgebatch.engine.atomic import link
from pledgebatch.engine.writing import Writing
from pledgebatch.mistakes import concerning
from pledgebatch.publish.agenda_book import agenda_files, write_agenda
from pledgebatch.publish.figures import Figures
from pledgebatch.publish.folders import Place, links_in, moves_below, subtrees, write_page
from pledgebatch.publish.index import Superior
from pledgebatch.publish.ledger import TITLE, write_ledger
from pledgebatch.publish.masking import protect
from pledgebatch.publish.month_slice import restrict
from pledgebatch.publish.paper import PAPER, write_paper
from pledgebatch.publish.personal_texts import find_hidden
from pledgebatch.publish.protection import Protection
from pledgebatch.publish.supervisor import render_supervisor
from pledgebatch.rules.facts.names import shown_names
from pledgebatch.schema.month import Month

LEDGER, OWN_LEDGER = "汇总台账_{}.xlsx", "台账_{}.xlsx"
"""The ledger of the office, and that of a superior organisation, by month."""


def submit_superiors(
    month: Month, place: Place, tasks: pd.DataFrame, figures: Figures, protection: Protection, writing: Writing
) -> None:
    """一页通, ledger and 督办清单 of each superior; a superior of everybody gets the office's own books later."""
    hidden = find_hidden(month, protection)
    for code, below in subtrees(month.registry).items():
        name = f"supervisors/{place.names[code]}"
        own = place.folder / name
        own.mkdir(parents=True)
        mine = protect(restrict(month, below), protection, hidden)
        mine = replace(mine, registry_moves=moves_below(month, code))
        known = figures if _is_all(month, below) else None
        writing.submit([name], write_page_of_superior, mine, own, _name(month, code), known)
        if place.keeps("supervisors", code):
            for book in _office_files(month).values():
                link(place.old / name / book, own / book)
        elif not _sees_all(month, below, protection):
            writing.submit([name], write_ledger, mine, own / OWN_LEDGER.format(month.period))
            writing.submit([name], write_agenda, mine, own, tasks[tasks["organisation"].isin(below)])
            writing.submit([name], write_paper, mine, own / PAPER.format(month.period), TITLE, known)


def write_page_of_superior(month: Month, folder: Path, name: str, figures: Figures | None) -> None:
    """一页通 of the superior called ``name``, of the ``month`` as far as it is its own, and its figures where known."""
    with concerning(f"上级 {name}"):
        write_page(folder / "一页通.html", render_supervisor(month, name, figures))


def finish_superiors(month: Month, place: Place, protection: Protection) -> list[Superior]:
    """What was written for each superior; some of them get the office's own books as they are, once these are written."""
    superiors = []
    for code, below in subtrees(month.registry).items():
        own = place.folder / "supervisors" / place.names[code]
        if not place.keeps("supervisors", code) and _sees_all(month, below, protection):
            for name, own_name in _office_files(month).items():
                shutil.copyfile(place.folder / name, own / own_name)
        links = links_in(place.folder, "supervisors", place.names[code])
        superiors.append(Superior(_name(month, code), below, links))
    return superiors


def _office_files(month: Month) -> dict[str, str]:
    """The workbooks and lists of the office that superiors have too, and what theirs are called."""
    listed = {name: name for name in agenda_files(month.period)}
    printed = {PAPER.format(month.period): PAPER.format(month.period)}
    return {LEDGER.format(month.period): OWN_LEDGER.format(month.period)} | printed | listed


def _sees_all(month: Month, below: Collection[str], protection: Protection) -> bool:
    """Whether a superior's ledger would say just what the office's says."""
    return _is_all(month, below) and not protection.of(month)


def _is_all(month: Month, below: Collection[str]) -> bool:
    return set(month.coverage["organisation"]) <= set(below)


def _name(month: Month, code: str) -> str:
    return shown_names(month.registry)[code]
