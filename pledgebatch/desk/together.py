"""Tasks for workers, those that wait meanwhile done together; one that breaks its worker is found out, and costs itself only."""

import logging
from collections import deque
from collections.abc import Callable, Sequence
from concurrent.futures import CancelledError, Future
from dataclasses import dataclass, field
from threading import Lock
from typing import Generic, TypeVar

from pledgebatch.mistakes import OfficeMistake

LOG = logging.getLogger(__name__)
Given = TypeVar("Given")
Made = TypeVar("Made")


@dataclass
class _Waiting(Generic[Given, Made]):
    given: Given
    alone: bool = False
    future: "Future[Made]" = field(default_factory=Future)


@dataclass
class Together(Generic[Given, Made]):
    """Has tasks done a few at a time, each for some of what waits."""

    begin: "Callable[[Sequence[Given]], Future[list[Made]]]"
    """Has a worker do some at once, and gives what each comes to in their order."""
    fits: Callable[[Sequence[Given], Given], bool]
    """Whether one can be done with some others."""
    most: int
    """So many are done at once."""
    slots: int = 1
    """So many tasks are begun at a time."""
    _soon: "deque[_Waiting[Given, Made]]" = field(default_factory=deque, init=False)
    _later: "deque[_Waiting[Given, Made]]" = field(default_factory=deque, init=False)
    _lock: Lock = field(default_factory=Lock, init=False)
    _running: int = field(default=0, init=False)
    _going_on: bool = field(default=False, init=False)

    @property
    def waiting(self) -> int:
        """How many have not been begun."""
        return len(self._soon) + len(self._later)

    def submit(self, given: Given, later: bool = False) -> "Future[Made]":
        """Have something done with others that it fits; ``later``, after what somebody waits for."""
        each: _Waiting[Given, Made] = _Waiting(given)
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
                self.begin([each.given for each in some]).add_done_callback(
                    lambda done, some=some: self._end(some, done)  # type: ignore[misc]  # mypy cannot infer a default
                )
            except Exception as crash:  # no worker lives to begin
                broken: Future[list[Made]] = Future()
                broken.set_exception(crash)
                self._end(some, broken)

    def _take(self) -> "list[_Waiting[Given, Made]]":
        """What is done next: the first that waits, and those after it that fit."""
        with self._lock:
            waiting = self._soon or self._later
            if self._running >= self.slots or not waiting:
                self._going_on = False
                return []
            some, others = [waiting.popleft()], list[_Waiting[Given, Made]]()
            while waiting and len(some) < self.most and not some[0].alone:
                each = waiting.popleft()
                fits = not each.alone and self.fits([one.given for one in some], each.given)
                (some if fits else others).append(each)
            waiting.extendleft(reversed(others))
            self._running += 1
            return some

    def _end(self, some: "list[_Waiting[Given, Made]]", done: "Future[list[Made]]") -> None:
        crash = _crash_of(done)
        with self._lock:
            self._running -= 1
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


def _crash_of(done: "Future[list[Made]]") -> BaseException | None:
    try:
        return done.exception()
    except CancelledError as cancelled:  # the workers are being ended
        return cancelled
