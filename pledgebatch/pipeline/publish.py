"""Publishes what a month came to, in the place of what was published before."""

from dataclasses import replace

import pandas as pd

from pledgebatch.engine.writing import in_words
from pledgebatch.months.archive import stored_month
from pledgebatch.pipeline.assessed import HELD
from pledgebatch.pipeline.delivery import delivery_of
from pledgebatch.pipeline.explanations import keep_waiting
from pledgebatch.pipeline.layouts import keep_layouts
from pledgebatch.pipeline.run import Run
from pledgebatch.pipeline.unchanged_pages import find_unchanged, pages_of, with_stamps
from pledgebatch.publish.month import Publication
from pledgebatch.publish.month import publish as publish_month
from pledgebatch.publish.rebuilt import keep_as_sent, write_comparison
from pledgebatch.schema.digests import seal
from pledgebatch.schema.frames import REMARK, as_declared
from pledgebatch.schema.month import Month


def publish(run: Run, month: Month) -> Month:
    """Write everything that leaves the office; what stands as it would be written is taken over.

    Returns the month as it stands on disk once its folder is in place.
    """
    unkept = keep_waiting(run.workspace.decisions, month.answers)
    month = replace(month, remarks=as_declared(pd.concat([month.remarks, unkept], ignore_index=True), REMARK))
    run.progress("生成台账、报告和退回件")
    office, cache = run.office, run.engine.cache
    pages = pages_of(month, office.protection)
    same = find_unchanged(cache, pages, run.published)
    delivery = delivery_of(run.workspace, run.period)
    publication = Publication(
        run.folder, office.registry_sha256, run.decisions.sha256, office.protection, delivery, run.published, same
    )
    failed = publish_month(month, publication, run.engine.pool, cache)
    run.engine.finish()
    seal(run.folder)
    if sent := keep_as_sent(run.published, run.folder, run.again):
        write_comparison(sent, run.folder)
    cache.close(with_stamps({page: made for page, made in pages.items() if page not in failed}, run.folder))
    keep_layouts(run.workspace.layouts, run.layouts.lines, month.changes, month.submissions)
    return replace(month, tables=stored_month(run.published, HELD), unwritten=in_words(failed))
