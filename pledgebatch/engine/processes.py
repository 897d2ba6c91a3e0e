"""Local processes as an executor, by pebble: the one place that knows how pebble works inside."""

import logging
import os
import signal
from collections.abc import Callable, Iterator
from concurrent.futures import Executor, Future, InvalidStateError
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager, suppress
from multiprocessing import resource_tracker
from threading import Event, Lock, Thread
from typing import Any

from pebble import ProcessExpired, ProcessPool

from pledgebatch.engine.memory import ARROW_POOL
from pledgebatch.engine.spawning import CONTEXT
from pledgebatch.engine.worker import Done, begin_worker, run_task
from pledgebatch.mistakes import NoWorkers, OutOfMemory, OutOfTime, mendable

SECONDS = 120
"""How long one task may take."""
CHECK_SECONDS = 0.5
"""Seconds from one look for forgotten tasks to the next."""
TRIES = 3
"""A task is begun so often at the most, where it is not to blame that it ended."""
TOO_LONG = "处理时间超过 {seconds} 秒，已停止"
DIED = "处理时内存不足，或工作进程意外结束"
NOT_STARTED = "工作进程启动不了，多半是内存不足。请关闭其他程序，或减少同时工作的进程（如 --workers 1），再运行一次"


class Processes(Executor):
    """Local processes in which an abort, a hang or a memory blow-up fails its own task only."""

    def __init__(self, count: int) -> None:
        """Start no more than ``count`` processes."""
        self._count = count
        self._pools = [self._new()]
        self._lock = Lock()
        self._waiting: dict[Future[Any], ProcessPool] = {}
        """Tasks that have not ended, and the pool that has them."""
        self._stopped = Event()
        Thread(target=self._fail_forgotten, daemon=True).start()

    def _new(self) -> ProcessPool:
        os.environ.setdefault(
            ARROW_POOL, "system"
        )  # read when a process begins: what is reserved counts against its limit
        pool = ProcessPool(max_workers=self._count, initializer=begin_worker, context=CONTEXT)
        with _ignoring_interrupts():
            try:
                _ = pool.active  # which starts the processes: they are there when the head has looked around
            except (OSError, BrokenProcessPool) as mistake:
                pool.stop()
                raise mendable(mistake.__cause__ or mistake) or NoWorkers(NOT_STARTED) from None
        return pool

    def _schedule(self, *task: Any, **kwargs: Any) -> "Future[Any]":
        """Hand a task to the pool; one that was broken by the death of an idle worker is followed by another."""
        with self._lock:
            for _ in range(TRIES):
                try:
                    running: Future[Any] = self._pools[-1].schedule(run_task, task, kwargs, timeout=SECONDS)
                except RuntimeError:
                    self._pools.append(self._new())
                else:
                    self._waiting[running] = self._pools[-1]
                    running.add_done_callback(self._waiting.pop)
                    return running
        raise NoWorkers(NOT_STARTED)

    def _fail_forgotten(self) -> None:
        """Fail what pebble forgets: a task that comes at the moment in which its pool breaks never ends."""
        forgotten: set[Future[Any]] = set()
        while not self._stopped.wait(CHECK_SECONDS):
            for task in forgotten:
                with suppress(InvalidStateError):  # it was only about to end
                    task.set_exception(BrokenProcessPool())
            forgotten = {task for task, pool in self._waiting.copy().items() if not pool.active}

    def submit(self, task: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:
        """Schedule ``task`` in a worker; one whose worker dies is begun once more, for it may not be to blame.

        The future raises OutOfTime or OutOfMemory for a task that took too much, NoWorkers where no worker lives to begin.
        """
        outcome: Future[Any] = Future()

        def begin(more: int) -> None:
            try:
                running = self._schedule(task, *args, **kwargs)
            except Exception as mistake:  # in the pool's own thread nobody else would hear of it
                outcome.set_exception(mistake)
            else:
                running.add_done_callback(lambda done: end(done, more))

        def end(done: "Future[Any]", more: int) -> None:
            try:
                value: Done = done.result()
                for record in value.records:
                    logging.getLogger(record.name).handle(record)
                outcome.set_result(value.value)
            except ProcessExpired:
                if more > TRIES - 2:
                    begin(more - 1)
                else:
                    outcome.set_exception(OutOfMemory(DIED))
            except BrokenProcessPool:  # nobody was at work: workers die before they begin
                if more:
                    begin(more - 1)
                else:
                    outcome.set_exception(NoWorkers(NOT_STARTED))
            except TimeoutError:  # an OSError: not to be taken for one of the disk
                outcome.set_exception(OutOfTime(TOO_LONG.format(seconds=SECONDS)))
            except MemoryError:
                outcome.set_exception(OutOfMemory(DIED))
            except BaseException as mistake:  # handed on, whatever it is
                outcome.set_exception(mistake)

        begin(TRIES - 1)
        return outcome

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        """Stop the processes; what is still to be done is of no use after an exception."""
        self.shutdown(cancel_futures=kind is not None)

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        """Stop the processes, after the tasks under way unless they are cancelled."""
        if cancel_futures:
            self._stopped.set()
        locks = [_locks_of(pool) for pool in self._pools]
        for pool in self._pools:
            if cancel_futures:
                pool.stop()
            else:
                pool.close()
            if wait:
                pool.join()
        self._stopped.set()
        del locks


def _locks_of(pool: ProcessPool) -> object:
    """The locks of a pool: pebble forgets them before it ends its processes, and one just starting would miss them aloud."""
    with suppress(AttributeError):  # another pebble than the one we know inside
        channel = pool._pool_manager.worker_manager.workers_channel
        return channel and dict(vars(channel.mutex))
    return None


@contextmanager
def _ignoring_interrupts() -> Iterator[None]:
    """Let processes that are started, and those that take their place later, never hear of Ctrl-C: the head does, and
    ends them."""
    if not hasattr(signal, "pthread_sigmask"):  # Windows
        yield
        return
    resource_tracker.ensure_running()  # which would let the signal through again
    before = signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGINT])
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)
