"""Who judges what branches bring: isolated workers, a few at a time; those that wait meanwhile are judged together."""

import logging
from collections import deque
from collections.abc import Sequence
from concurrent.futures import Executor, Future
from contextlib import suppress
from dataclasses import dataclass, field
from http import HTTPStatus
from threading import Lock

from pledgebatch.desk.guard import Refused
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


@dataclass
class _Waiting:
    period: Period
    brought: Brought
    alone: bool = False
    future: "Future[Examined]" = field(default_factory=Future)


class Verdicts:
    """Judges files by the workers of ``judging``."""

    def __init__(self, workspace: Workspace, judging: Executor) -> None:
        """Nothing waits yet."""
        self._workspace, self._judging, self._lock = workspace, judging, Lock()
        self._waiting: deque[_Waiting] = deque()
        self._running = 0

    def warm_up(self, months: Sequence[Period]) -> None:
        """Have the workers read what they judge by before the first file comes."""
        for _ in range(SLOTS if months else 0):
            self._judging.submit(read_grounds, self._workspace, months[0])

    def submit(self, period: Period, brought: Brought) -> "Future[Examined]":
        """Have a file judged. Raises Refused where too many wait."""
        each = _Waiting(period, brought)
        with self._lock:
            if len(self._waiting) >= MOST_WAITING:
                raise Refused(HTTPStatus.SERVICE_UNAVAILABLE, BUSY)
            self._waiting.append(each)
        self._begin()
        return each.future

    def _begin(self) -> None:
        while some := self._take():
            try:
                task = self._judging.submit(examine, self._workspace, some[0].period, [each.brought for each in some])
            except Exception as crash:  # no worker lives to begin
                self._end(some, crash)
            else:
                task.add_done_callback(lambda done, some=some: self._end(some, done))  # type: ignore[misc]

    def _take(self) -> list[_Waiting]:
        """What is judged next: the first that waits, and those after it that can be judged with it."""
        with self._lock:
            if self._running >= SLOTS or not self._waiting:
                return []
            some = [self._waiting.popleft()]
            for each in list(self._waiting):
                taken = {name for one in some for name in (one.brought.code, one.brought.file)}
                if len(some) >= TOGETHER or some[0].alone:
                    break
                if (
                    each.period == some[0].period
                    and not each.alone
                    and taken.isdisjoint((each.brought.code, each.brought.file))
                ):
                    self._waiting.remove(each)
                    some.append(each)
            self._running += 1
            return some

    def _end(self, some: list[_Waiting], done: "Future[list[Examined]] | Exception") -> None:
        try:
            if isinstance(done, Exception):
                raise done
            results = done.result()
        except OfficeMistake as mistake:
            LOG.warning("nothing can be judged at the door: %s", mistake)
            results = [_refused(each, OFFICE) for each in some]
        except BaseException:  # one of them is to blame, or none
            LOG.exception("%s could not be judged", "、".join(each.brought.file for each in some))
            results = [_refused(each, UNFIT) for each in some] if len(some) == 1 else []
        with self._lock:
            self._running -= 1
            if not results:
                for each in some:
                    each.alone = True
                self._waiting.extendleft(reversed(some))
        for each, examined in zip(some, results, strict=False):
            each.future.set_result(examined)
        self._begin()


def read_grounds(workspace: Workspace, period: Period) -> None:
    """Read what a worker judges by, which it keeps; what is wrong with it is told to who brings something."""
    with suppress(OfficeMistake):
        grounds_of(workspace, period)


def _refused(each: _Waiting, sentence: str) -> Examined:
    return Examined(each.brought.file, "", sentence)
