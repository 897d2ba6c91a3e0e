"""A Dask cluster as an executor (extra ``cluster``): the same tasks, isolated in the same way, on many machines.

Each Dask worker hands its tasks to a process of its own, so that a file that aborts, hangs or blows up costs itself only.
The workspace must be on storage that all machines share, under the same path.
"""

import multiprocessing
from collections.abc import Callable
from concurrent.futures import Executor, Future
from functools import cache
from typing import Any

from pledgebatch.mistakes import OfficeMistake
from pledgebatch.months.memory import program
from pledgebatch.pipeline.workers import Processes

SCHEME = "dask://"
LOCAL = "local"
"""``dask://local:2`` starts a cluster of two workers on this machine, to try it."""
PATIENCE = "10s"


class Cluster(Executor):
    """The workers of a Dask scheduler."""

    def __init__(self, address: str) -> None:
        """Join the cluster at ``dask://HOST:PORT``, or start one at ``dask://local:COUNT``.

        Raises OfficeMistake where the extra is not installed, nobody answers, or the workers run another version.
        """
        try:
            import dask
            from distributed import Client, LocalCluster
        except ImportError:
            raise OfficeMistake("--workers dask:// 需要安装集群组件，请运行 pip install 'pledgebatch[cluster]'") from None
        where, _, count = address.removeprefix(SCHEME).partition(":")
        self._local = None
        if where == LOCAL:
            with dask.config.set({"distributed.worker.daemon": False}):
                workers = int(count or multiprocessing.cpu_count())
                self._local = LocalCluster(
                    n_workers=workers, threads_per_worker=1, dashboard_address=None, scheduler_kwargs={"dashboard": False}
                )
        try:
            self._client = Client(self._local or f"tcp://{where}:{count}", timeout=PATIENCE, set_as_default=False)
        except (OSError, ValueError):
            raise OfficeMistake(f"连不上集群 {address}，请检查地址和调度程序是否在运行") from None
        self._executor = self._client.get_executor(pure=False)
        if set(self._client.run(program).values()) != {program()}:
            self.shutdown()
            raise OfficeMistake(f"集群 {address} 没有工作进程，或其中的 pledgebatch 与本机版本不同，请统一版本后重启")

    def submit(self, task: Callable[..., Any], /, *args: Any, **kwargs: Any) -> "Future[Any]":
        """Schedule ``task`` on any worker; one whose machine is lost goes to another."""
        future: Future[Any] = self._executor.submit(isolated, task, *args, **kwargs)
        return future

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        """Leave the cluster, and stop one that was started here."""
        if self._local is not None:
            self._client.run(_end, on_error="ignore")  # one with a process of its own would be waited for, and killed
        self._client.close()
        if self._local is not None:
            self._local.close()


def isolated(task: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
    """Run ``task`` in the process of this Dask worker; its exceptions, death and lateness are raised here."""
    return _own().submit(task, *args, **kwargs).result()


@cache
def _own() -> Processes:
    return Processes(1)


def _end() -> None:
    if _own.cache_info().currsize:
        _own().shutdown()
        _own.cache_clear()
