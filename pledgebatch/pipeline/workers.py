"""The one seam for parallel work: any ``concurrent.futures.Executor``."""

import gc
import multiprocessing
import os
from collections.abc import Callable
from concurrent.futures import Executor, Future
from typing import Any

from pebble import ProcessPool

MEMORY = 2 * 2**30
"""What one file may make a worker take, in bytes."""
SECONDS = 120
"""How long one task may take."""


class Serial(Executor):
    """Runs each task at once in this process: for small work and for debugging."""

    def submit(self, task: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:
        """Run ``task`` now; its result or exception is in the future."""
        future: Future[Any] = Future()
        try:
            future.set_result(task(*args, **kwargs))
        except Exception as mistake:
            future.set_exception(mistake)
        return future


class Processes(Executor):
    """Local processes in which an abort, a hang or a memory blow-up fails its own task only."""

    def __init__(self, count: int) -> None:
        """Start no more than ``count`` processes."""
        # Spawned, not forked: the same on Windows, and no thread of the parent is cut in two.
        context = multiprocessing.get_context("spawn")
        self._pool = ProcessPool(max_workers=count, initializer=_limit_memory, context=context)

    def submit(self, task: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:
        """Schedule ``task`` in a worker."""
        future: Future[Any] = self._pool.schedule(uncollected, args=(task, *args), kwargs=kwargs, timeout=SECONDS)
        return future

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        """Stop the processes, after the tasks under way unless they are cancelled."""
        if cancel_futures:
            self._pool.stop()
        else:
            self._pool.close()
        if wait:
            self._pool.join()


def uncollected(task: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
    """Run ``task``, looking for garbage at its end only: frames and cells form few circles, and there are many of them."""
    gc.disable()
    try:
        return task(*args, **kwargs)
    finally:
        gc.enable()
        gc.collect()


def workers(count: int | None = None) -> Executor:
    """An executor of ``count`` processes, one a core by default; 0 works in this process."""
    count = (os.cpu_count() or 1) if count is None else count
    return Processes(count) if count else Serial()


def _limit_memory() -> None:
    try:
        import resource
    except ImportError:  # Windows has no such limit
        return
    with open("/proc/self/statm") as pages:
        taken = int(pages.read().split()[0]) * resource.getpagesize()
    hard = resource.getrlimit(resource.RLIMIT_AS)[1]
    resource.setrlimit(resource.RLIMIT_AS, (taken + MEMORY, hard))
