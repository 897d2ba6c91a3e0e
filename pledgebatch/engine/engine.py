"""What a run works with: who does its tasks, near or far, and what is kept of them for the next run."""

from collections.abc import Callable, Iterator
from concurrent.futures import Executor, Future
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

from pledgebatch.engine.cache import Cache
from pledgebatch.engine.memory import give_back
from pledgebatch.engine.workers import Workers, workers
from pledgebatch.engine.writing import wait_for

Done = TypeVar("Done")


@dataclass(frozen=True)
class Engine:
    """An executor, a cache, and the tasks that are done while the head goes on."""

    pool: Executor
    cache: Cache
    _begun: list[tuple[str, "Future[Any]"]] = field(default_factory=list)

    def submit(self, task: Callable[..., Done], /, *given: Any) -> "Future[Done]":
        """Have ``task`` done by any worker."""
        return self.pool.submit(task, *given)

    def begin(self, what: str, task: Callable[..., Any], /, *given: Any) -> None:
        """Have ``task`` done meanwhile; ``finish`` waits for it, and says of ``what`` it is where it took too much."""
        self._begun.append((what, self.submit(task, *given)))

    def finish(self) -> None:
        """Wait for all that was begun."""
        while self._begun:
            wait_for(*self._begun.pop(0))


@contextmanager
def running(count: Workers, cache: Path) -> Iterator[Engine]:
    """An engine of ``count`` workers with its cache in the folder ``cache``."""
    give_back()
    with workers(count) as pool:
        yield Engine(pool, Cache(cache))
