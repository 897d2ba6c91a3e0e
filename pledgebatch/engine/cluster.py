"""A Dask cluster as an executor (extra ``cluster``): the same tasks, isolated in the same way, on many machines.

Each Dask worker hands its tasks to a process of its own, so that a file that aborts, hangs or blows up costs itself only.
The workspace must be on storage that all machines share, under the same path. A scheduler and its workers take commands
from whoever reaches their ports: where files for TLS are configured, as Dask has them, nothing else is spoken.
"""

import multiprocessing
from collections.abc import Callable, Iterator
from concurrent.futures import Executor, Future
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any

from pledgebatch.engine.cache import program
from pledgebatch.engine.workers import Processes
from pledgebatch.mistakes import OfficeMistake

SCHEME = "dask://"
LOCAL = "local"
"""``dask://local:2`` starts a cluster of two workers on this machine, to try it."""
PATIENCE = "10s"
NOT_INSTALLED = "--workers dask:// 需要安装集群组件，请运行 pip install 'pledgebatch[cluster]'"
UNREACHABLE = "连不上集群 {address}，请检查地址和调度程序是否在运行，两边是否都用 TLS 或都不用（见 docs/scale.md）"
NO_FILE = "TLS 的文件 {file} 找不到或无权读取，请检查 Dask 的设置 {setting}"
NOT_SET = "用 TLS 还缺 Dask 的设置 {setting}，请一并设置 CA、证书和私钥的文件"
UNSOUND = "TLS 的证书或私钥不能用（{reason}），请检查 Dask 的设置 distributed.comm.tls 所指的文件"
TLS = "distributed.comm.tls"


class Cluster(Executor):
    """The workers of a Dask scheduler."""

    def __init__(self, address: str) -> None:
        """Join the cluster at ``dask://HOST:PORT``, or start one at ``dask://local:COUNT``.

        Raises OfficeMistake where the extra is not installed, nobody answers, or the workers run another version.
        """
        with installed():
            import dask
            from distributed import Client, LocalCluster
            from distributed.security import Security
        where, _, count = address.removeprefix(SCHEME).partition(":")
        self._local = None
        if where == LOCAL:
            with dask.config.set({"distributed.worker.daemon": False}):
                workers = int(count or multiprocessing.cpu_count())
                self._local = LocalCluster(
                    n_workers=workers, threads_per_worker=1, dashboard_address=None, scheduler_kwargs={"dashboard": False},
                    security=Security.temporary(),  # other users of this machine reach its ports too
                )  # fmt: skip
        known = {} if self._local else {"security": security("client")}
        with reaching(address):
            self._client = Client(self._local or url(address), timeout=PATIENCE, set_as_default=False, **known)
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


@contextmanager
def installed() -> Iterator[None]:
    """Say in a sentence where the extra is not installed."""
    try:
        yield
    except ImportError:
        raise OfficeMistake(NOT_INSTALLED) from None


@contextmanager
def reaching(address: str) -> Iterator[None]:
    """Say in a sentence where nobody answers at ``address``, or not as we speak."""
    try:
        yield
    except (OSError, ValueError):
        raise OfficeMistake(UNREACHABLE.format(address=address)) from None


def url(address: str) -> str:
    """``dask://HOST:PORT`` as Dask has it: over TLS where that is configured."""
    return f"{'tls' if tls_configured() else 'tcp'}://{address.removeprefix(SCHEME)}"


def tls_configured() -> bool:
    """Whether the office has set files for TLS."""
    import dask

    return bool(dask.config.get(f"{TLS}.ca-file", None))


def security(role: str) -> Any:
    """What Dask needs to speak TLS as ``client`` or ``worker``; None where it is not configured.

    Raises OfficeMistake where a setting or a file is missing, or is not what it should be.
    """
    if not tls_configured():
        return None
    import dask
    from distributed.security import Security

    for setting in (f"{TLS}.ca-file", f"{TLS}.{role}.cert", f"{TLS}.{role}.key"):
        file = dask.config.get(setting, None)
        if not file:
            raise OfficeMistake(NOT_SET.format(setting=setting))
        try:
            Path(file).open("rb").close()
        except OSError:
            raise OfficeMistake(NO_FILE.format(file=file, setting=setting)) from None
    told = Security(require_encryption=True)
    try:
        told.get_connection_args(role)
    except (OSError, ValueError) as mistake:
        raise OfficeMistake(UNSOUND.format(reason=mistake)) from None
    return told


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
