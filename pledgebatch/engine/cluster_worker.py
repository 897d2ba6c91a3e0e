"""``python -m pledgebatch.engine.cluster_worker dask://HOST:PORT``: the workers of one machine of a Dask cluster."""

import argparse
import asyncio
import logging
import multiprocessing
import re
import sys
from collections.abc import Sequence

from pledgebatch.engine.cluster import PATIENCE, installed, reaching, security, url
from pledgebatch.mistakes import OfficeMistake

ADDRESS = re.compile(r"dask://(?!local:)[\w.\-]+:\d{1,5}")
COULD_NOT = 2
PATIENCE_OF_WORKERS = "120s"
"""How long they wait for a scheduler that is gone."""
SECONDS_TO_END = 10


def main(given: Sequence[str] | None = None) -> int:
    """Work for a scheduler until it ends, or until Ctrl-C; returns the exit status, and says in a sentence why not."""
    parser = argparse.ArgumentParser(
        "python -m pledgebatch.engine.cluster_worker", description="集群中一台电脑的工作进程。"
    )
    parser.add_argument("address", metavar="dask://主机:端口", help="调度程序的地址")
    parser.add_argument(
        "--processes", type=int, default=multiprocessing.cpu_count(), help="进程数，默认与处理器个数相同"
    )
    options = parser.parse_args(given)
    try:
        if not ADDRESS.fullmatch(options.address) or options.processes < 1:
            raise OfficeMistake("请写明调度程序的地址和进程数，如 dask://10.0.0.1:8786 --processes 4")
        work(options.address, options.processes)
    except OfficeMistake as mistake:
        print(f"错误：{mistake}", file=sys.stderr)
        return COULD_NOT
    except KeyboardInterrupt:  # which is how it is ended
        pass
    return 0


def work(address: str, processes: int) -> None:
    """Have ``processes`` workers work for the scheduler at ``address``.

    Each may have a process of its own for its tasks. Raises OfficeMistake where that cannot be.
    """
    with installed():
        import dask
        from distributed import Client
    dask.config.set({"distributed.worker.daemon": False, "logging": {"distributed": "critical"}})
    logging.getLogger("distributed").setLevel(logging.CRITICAL)  # what it says beside the exception, which is shown
    with reaching(address):
        Client(url(address), security=security("client"), timeout=PATIENCE, set_as_default=False).close()
        asyncio.run(_serve(url(address), processes))


async def _serve(address: str, processes: int) -> None:
    from distributed import Nanny

    tls = security("worker")
    nannies = [Nanny(address, nthreads=1, security=tls, death_timeout=PATIENCE_OF_WORKERS) for _ in range(processes)]
    try:
        await asyncio.gather(*nannies)
        print(f"{processes} 个工作进程在等调度程序 {address} 的任务，按 Ctrl-C 结束", flush=True)
        await asyncio.gather(*(nanny.finished() for nanny in nannies))
    finally:
        await asyncio.gather(*(nanny.close(timeout=SECONDS_TO_END) for nanny in nannies), return_exceptions=True)


if __name__ == "__main__":
    sys.exit(main())
