"""The month as a story."""

from collections.abc import Sequence

from pledgebatch.engine.workers import Workers
from pledgebatch.notice.periods import Period
from pledgebatch.pipeline.assess import assess
from pledgebatch.pipeline.collect import collect
from pledgebatch.pipeline.conclude import conclude
from pledgebatch.pipeline.identify import identify
from pledgebatch.pipeline.lock import holds
from pledgebatch.pipeline.office import Rebuild
from pledgebatch.pipeline.publish import publish
from pledgebatch.pipeline.run import Progress, begin_run
from pledgebatch.pipeline.workspace import Workspace
from pledgebatch.schema.month import Month


@holds("consolidate")
def consolidate(
    workspace: Workspace,
    period: Period,
    count: Workers = None,
    progress: Progress = lambda step: None,
    passwords: Sequence[str] = (),
    again: Rebuild | None = None,
) -> Month:
    """Read, check, merge, assess and publish a month; ``count`` worker processes, one a core by default.

    ``passwords`` are tried on workbooks that have one, besides those of the settings. A month that was sent, or on which
    later months were built, is made ``again`` only where that says with whose registry, waivers and settings: what was
    sent is kept, and what differs from it is listed. Raises OfficeMistake where the workspace does not allow it; nothing
    is then changed.
    """
    with begin_run(workspace, period, count, progress, passwords, again) as run:
        batch = collect(run)
        submissions = identify(run, batch)
        assessed = assess(run, batch, submissions)
        month = conclude(run, assessed, submissions)
        return publish(run, month)
