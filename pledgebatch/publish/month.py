"""Publishes a month: everything below one folder, shared out over the workers."""

from collections.abc import Collection, Mapping, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

from pledgebatch.engine.cache import Cache
from pledgebatch.engine.writing import Writing, in_words, wait_for
from pledgebatch.publish import agenda
from pledgebatch.publish.agenda_book import agenda_files, write_agenda
from pledgebatch.publish.data import FINDINGS_LIST, write_data
from pledgebatch.publish.delivery import replace_section
from pledgebatch.publish.figures import Figures, count_figures
from pledgebatch.publish.folders import Place, folder_names, links_in, write_page
from pledgebatch.publish.index import Superior, render_index
from pledgebatch.publish.ledger import TITLE, place_by_workers, place_here, submit_parts, write_ledger
from pledgebatch.publish.organisations import submit_organisations
from pledgebatch.publish.paper import PAPER, write_paper
from pledgebatch.publish.protection import UNPROTECTED, Protection
from pledgebatch.publish.render import href
from pledgebatch.publish.superiors import LEDGER, finish_superiors, submit_superiors
from pledgebatch.schema.month import Month


@dataclass(frozen=True)
class Publication:
    """Where a month is published, and with what besides its own content."""

    folder: Path
    registry_sha256: str = ""
    decisions_sha256: str = ""
    protection: Protection = UNPROTECTED
    """What superiors do not see."""
    delivery: str = ""
    """What the month's page shows of mail."""
    old: Path = Path()
    """The month as it was published before."""
    same: Collection[str] = ()
    """The folders in ``old`` that are not written again but taken from there."""


def publish(month: Month, publication: Publication, pool: Executor, cache: Cache | None = None) -> dict[str, str]:
    """Write the ledgers, reports, returns, data but for its tables, and the month's page.

    Returns the folders of organisations and superiors that could not be written, each with the reason.

    What was rolled up from several offices has no reports and returns: the offices below sent them. Parts of the ledger
    that ``cache`` knows are not written again.
    """
    folder, protection = publication.folder, publication.protection
    place = Place(folder, publication.old, publication.same, folder_names(month.registry))
    alone = replace(month, before=None)  # much to hand over for those whom last month does not concern
    tasks_counted, figures_counted = pool.submit(agenda.list_tasks, alone), pool.submit(count_figures, month)
    parts = submit_parts(alone, pool, cache) if cache else None
    tasks, figures = wait_for("督办清单", tasks_counted), wait_for("各项数字", figures_counted)
    listed = pool.submit(write_agenda, alone, folder, tasks)
    printed = pool.submit(write_paper, alone, folder / PAPER.format(month.period), TITLE, figures)
    writing = Writing(pool, folder)
    kept = submit_organisations(month, place, agenda.group_tasks(tasks), pool, writing)
    submit_superiors(month, place, tasks, figures, protection, writing)
    data = pool.submit(write_data, alone, folder, publication.registry_sha256, protection, publication.decisions_sha256)
    in_place = partial(place_by_workers, pool, cache) if cache else place_here
    write_ledger(month, folder / LEDGER.format(month.period), parts=parts, figures=figures, in_place=in_place)
    for what, task in (("督办清单", listed), ("打印本", printed), ("原来的报告", kept), ("数据", data)):
        wait_for(what, task)
    failed = writing.end()
    page = _index(month, place, finish_superiors(month, place, protection), figures, failed)
    write_page(folder / "index.html", replace_section(page, publication.delivery))
    return failed


def _index(
    month: Month, place: Place, superiors: Sequence[Superior], figures: Figures, failed: Mapping[str, str]
) -> str:
    codes = [] if month.offices else month.coverage["organisation"].tolist()
    links = {code: links_in(place.folder, "organisations", place.names[code]) for code in codes}
    extra = {"汇总台账": href(LEDGER.format(month.period)), "督办清单": href(agenda_files(month.period)[0])}
    extra |= {"打印本": href(PAPER.format(month.period))}
    extra |= {"催报名单（CSV）": href("催报名单.csv"), "问题清单（CSV）": href(FINDINGS_LIST)}
    return render_index(month, links, extra, superiors, figures, in_words(failed))
