"""Who judges what branches bring: isolated workers, a few at a time; those that wait meanwhile are judged together."""

import logging
from collections.abc import Sequence
from concurrent.futures import Executor, Future
from contextlib import suppress
from http import HTTPStatus

from pledgebatch.desk.guard import Refused
from pledgebatch.desk.together import Together
from pledgebatch.mistakes import OfficeMistake
from pledgebatch.notice.periods import Period
from pledgebatch.pipeline.examine import Brought, Examined, examine
from pledgebatch.pipeline.judge import grounds_of
from pledgebatch.pipeline.workspace import Workspace

LOG = logging.getLogger(__name__)
SLOTS, TOGETHER = 2, 20
"""Tasks at a time, one a core; files in a task, of which twenty take 1.4 times as long as one."""
MOST_WAITING = 300
BUSY = "现在同时核验的单位太多，请过一分钟再传"
UNFIT = "核验这个文件时时间或内存不够，没有做成：请再传一次；还不行的，请把文件直接发给办公室"
OFFICE = "办公室的名册或设置正在改动，暂时不能核验：请过一会儿再传，或与办公室联系"


class Verdicts:
    """Judges files by the workers of ``judging``."""

    def __init__(self, workspace: Workspace, judging: Executor) -> None:
        """Nothing waits yet."""
        self._workspace, self._judging = workspace, judging
        self._together: Together[tuple[Period, Brought], Examined] = Together(self._begin, _fits, TOGETHER, SLOTS)

    def warm_up(self, months: Sequence[Period]) -> None:
        """Have the workers read what they judge by before the first file comes."""
        for _ in range(SLOTS if months else 0):
            self._judging.submit(read_grounds, self._workspace, months[0])

    def submit(self, period: Period, brought: Brought) -> "Future[Examined]":
        """Have a file judged. Raises Refused where too many wait."""
        if self._together.waiting >= MOST_WAITING:
            raise Refused(HTTPStatus.SERVICE_UNAVAILABLE, BUSY)
        verdict: Future[Examined] = Future()
        judged = self._together.submit((period, brought))
        judged.add_done_callback(lambda done: verdict.set_result(_verdict(brought, done)))
        return verdict

    def _begin(self, some: Sequence[tuple[Period, Brought]]) -> "Future[list[Examined]]":
        return self._judging.submit(examine, self._workspace, some[0][0], [brought for _, brought in some])


def _fits(some: Sequence[tuple[Period, Brought]], each: tuple[Period, Brought]) -> bool:
    """Whether a file can be judged with others: of the same month, none of its organisation, none of its name."""
    period, brought = each
    taken = {name for _, one in some for name in (one.code, one.file)}
    return period == some[0][0] and taken.isdisjoint((brought.code, brought.file))


def _verdict(brought: Brought, done: "Future[Examined]") -> Examined:
    try:
        return done.result()
    except OfficeMistake as mistake:
        LOG.warning("nothing can be judged at the door: %s", mistake)
        return Examined(brought.file, "", OFFICE)
    except BaseException:  # the file is to blame, or nobody
        LOG.exception("%s could not be judged", brought.file)
        return Examined(brought.file, "", UNFIT)


def read_grounds(workspace: Workspace, period: Period) -> None:
    """Read what a worker judges by, which it keeps; what is wrong with it is told to who brings something."""
    with suppress(OfficeMistake):
        grounds_of(workspace, period)
