"""Tasks for workers, those that wait meanwhile done together; one that breaks its worker is found out, and costs itself only."""

import logging
from collections import deque
from collections.abc import Callable, Hashable, Sequence
from concurrent.futures import Future
from dataclasses import dataclass, field
from threading import Lock
from typing import Generic, TypeVar

from pledgebatch.mistakes import OfficeMistake

LOG = logging.getLogger(__name__)
Given = TypeVar("Given")
Made = TypeVar("Made")


@dataclass
class _Waiting(Generic[Given, Made]):
    group: Hashable
    given: Given
    alone: bool = False
    future: "Future[Made]" = field(default_factory=Future)


class Together(Generic[Given, Made]):
    """Does one task at a time: what waits of one group, up to ``most`` at once."""

    def __init__(self, begin: "Callable[[Sequence[Given]], Future[Sequence[Made]]]", most: int) -> None:
        """``begin`` has a worker do some of one group, and gives what each comes to in their order."""
        self._begin, self._most, self._lock = begin, most, Lock()
        self._soon: deque[_Waiting[Given, Made]] = deque()
        self._later: deque[_Waiting[Given, Made]] = deque()
        self._at_work = self._going_on = False

    def submit(self, group: Hashable, given: Given, later: bool = False) -> "Future[Made]":
        """Have something done with others of its ``group``; ``later``, after what somebody waits for."""
        each: _Waiting[Given, Made] = _Waiting(group, given)
        with self._lock:
            (self._later if later else self._soon).append(each)
        self._go_on()
        return each.future

    def _go_on(self) -> None:
        with self._lock:
            if self._going_on:  # whoever does already begins the rest too
                return
            self._going_on = True
        while some := self._take():
            try:
                self._begin([each.given for each in some]).add_done_callback(
                    lambda done, some=some: self._end(some, done)  # type: ignore[misc]
                )
            except Exception as crash:  # no worker lives to begin
                broken: Future[Sequence[Made]] = Future()
                broken.set_exception(crash)
                self._end(some, broken)

    def _take(self) -> "list[_Waiting[Given, Made]]":
        """What is done next: the first that waits, and those after it that are done with it."""
        with self._lock:
            waiting = self._soon or self._later
            if self._at_work or not waiting:
                self._going_on = False
                return []
            some = [waiting.popleft()]
            while (
                waiting
                and len(some) < self._most
                and waiting[0].group == some[0].group
                and not (some[0].alone or waiting[0].alone)
            ):
                some.append(waiting.popleft())
            self._at_work = True
            return some

    def _end(self, some: "list[_Waiting[Given, Made]]", done: "Future[Sequence[Made]]") -> None:
        crash = done.exception()
        with self._lock:
            self._at_work = False
            if apart := crash is not None and len(some) > 1 and not isinstance(crash, OfficeMistake):
                LOG.warning("%d tasks could not be done together", len(some), exc_info=crash)
                for each in reversed(some):
                    each.alone = True
                    self._soon.appendleft(each)
        if not apart:
            for number, each in enumerate(some):
                if crash is None:
                    each.future.set_result(done.result()[number])
                else:
                    each.future.set_exception(crash)
        self._go_on()
