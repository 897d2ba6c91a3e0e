"""The one seam for parallel work: any ``concurrent.futures.Executor``."""

import os
from collections.abc import Callable
from concurrent.futures import Executor, Future
from typing import Any

from pledgebatch.engine.processes import DIED, Processes
from pledgebatch.mistakes import OfficeMistake, OutOfMemory

Workers = int | str | None
"""How many processes work, one a core for None and none but this one for 0; or the address of a Dask cluster."""


class Serial(Executor):
    """Runs each task at once in this process: for small work and for debugging."""

    def submit(self, task: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:
        """Run ``task`` now; its result or exception is in the future."""
        future: Future[Any] = Future()
        try:
            future.set_result(task(*args, **kwargs))
        except MemoryError:
            future.set_exception(OutOfMemory(DIED))
        except Exception as mistake:  # whoever asks for the result gets it
            future.set_exception(mistake)
        return future


def workers(count: Workers = None) -> Executor:
    """An executor of ``count`` processes, one a core by default; 0 works in this process; ``dask://…`` is a cluster."""
    if isinstance(count, str):
        from pledgebatch.engine.cluster import Cluster

        return Cluster(count)
    count = (os.cpu_count() or 1) if count is None else count
    if count < 0:
        raise OfficeMistake(f"同时工作的进程数不能是 {count}，应是 0 或正整数")
    return Processes(count) if count else Serial()
