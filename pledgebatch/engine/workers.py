"""The one seam for parallel work: any ``concurrent.futures.Executor``."""

import ctypes
import gc
import logging
import multiprocessing
import os
import pickle
import signal
import sys
import traceback
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Executor, Future, InvalidStateError
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from importlib import import_module
from logging.handlers import QueueHandler
from multiprocessing import resource_tracker
from queue import SimpleQueue
from threading import Event, Lock, Thread
from typing import Any

import pyarrow as pa
from pebble import ProcessExpired, ProcessPool

from pledgebatch.engine.private_files import OTHERS
from pledgebatch.engine.spawning import CONTEXT
from pledgebatch.mistakes import NoWorkers, OfficeMistake, OutOfMemory, OutOfTime, mendable
from pledgebatch.readers import native

MEMORY = 2 * 2**30
"""What one file may make a worker take, in bytes."""
M_MMAP_THRESHOLD, LARGE = -3, 2**18
"""glibc: a block of so many bytes is taken from the system by itself, and given back when it is freed."""
M_ARENA_MAX, FEW = -8, 2
"""glibc: threads share so many heaps; each reserves 64 MiB."""
ARROW_POOL = "ARROW_DEFAULT_MEMORY_POOL"
"""The variable that names the allocator of Arrow, which takes its own 1 GiB at a time, and never gives back."""
SECONDS = 120
"""How long one task may take."""
EVERY = 0.5
"""Seconds from one look for forgotten tasks to the next."""
BEGUN = 3
"""A task is begun so often at the most, where it is not to blame that it ended."""
TOO_LONG = "处理时间超过 {seconds} 秒，已停止"
DIED = "处理时内存不足，或工作进程意外结束"
NOT_STARTED = "工作进程启动不了，多半是内存不足。请关闭其他程序，或减少同时工作的进程（如 --workers 1），再运行一次"

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
        except Exception as mistake:
            future.set_exception(mistake)
        return future


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
        os.environ.setdefault(ARROW_POOL, "system")  # read when a process begins: what is reserved counts against its limit
        pool = ProcessPool(max_workers=self._count, initializer=_begin, context=CONTEXT)
        with _deaf_children():
            try:
                _ = pool.active  # which starts the processes: they are there when the head has looked around
            except (OSError, BrokenProcessPool) as mistake:
                pool.stop()
                raise mendable(mistake.__cause__ or mistake) or NoWorkers(NOT_STARTED) from None
        return pool

    def _schedule(self, *task: Any, **kwargs: Any) -> "Future[Any]":
        """Hand a task to the pool; one that was broken by the death of an idle worker is followed by another."""
        with self._lock:
            for _ in range(BEGUN):
                try:
                    running: Future[Any] = self._pools[-1].schedule(uncollected, task, kwargs, timeout=SECONDS)
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
        while not self._stopped.wait(EVERY):
            for task in forgotten:
                with suppress(InvalidStateError):  # it was only about to end
                    task.set_exception(BrokenProcessPool())
            forgotten = {task for task, pool in self._waiting.copy().items() if not pool.active}

    def submit(self, task: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:
        """Schedule ``task`` in a worker; one whose worker dies is begun once more, for it may not be to blame.

        The future raises OutOfTime or OutOfMemory for a task that took too much, NoWorkers where no worker lives to begin.
        """
        told: Future[Any] = Future()

        def begin(more: int) -> None:
            try:
                running = self._schedule(task, *args, **kwargs)
            except Exception as mistake:  # in the pool's own thread nobody else would hear of it
                told.set_exception(mistake)
            else:
                running.add_done_callback(lambda done: end(done, more))

        def end(done: "Future[Any]", more: int) -> None:
            try:
                value: Done = done.result()
                for record in value.records:
                    logging.getLogger(record.name).handle(record)
                told.set_result(value.value)
            except ProcessExpired:
                if more > BEGUN - 2:
                    begin(more - 1)
                else:
                    told.set_exception(OutOfMemory(DIED))
            except BrokenProcessPool:  # nobody was at work: workers die before they begin
                if more:
                    begin(more - 1)
                else:
                    told.set_exception(NoWorkers(NOT_STARTED))
            except TimeoutError:  # an OSError: not to be taken for one of the disk
                told.set_exception(OutOfTime(TOO_LONG.format(seconds=SECONDS)))
            except MemoryError:
                told.set_exception(OutOfMemory(DIED))
            except BaseException as mistake:  # handed on, whatever it is
                told.set_exception(mistake)

        begin(BEGUN - 1)
        return told

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        """Stop the processes; what is still to be done is of no use after an exception."""
        self.shutdown(cancel_futures=kind is not None)

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        """Stop the processes, after the tasks under way unless they are cancelled."""
        if cancel_futures:
            self._stopped.set()
        kept = [_locks_of(pool) for pool in self._pools]
        for pool in self._pools:
            if cancel_futures:
                pool.stop()
            else:
                pool.close()
            if wait:
                pool.join()
        self._stopped.set()
        del kept


def _locks_of(pool: ProcessPool) -> object:
    """The locks of a pool: pebble forgets them before it ends its processes, and one just starting would miss them aloud."""
    with suppress(AttributeError):
        channel = pool._pool_manager.worker_manager.workers_channel
        return channel and dict(vars(channel.mutex))
    return None


@contextmanager
def _deaf_children() -> Iterator[None]:
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


@dataclass(frozen=True)
class Done:
    """What a task gave, and what it had to tell the log."""

    value: Any
    records: Sequence[logging.LogRecord]


def uncollected(task: Callable[..., Any], *args: Any, **kwargs: Any) -> Done:
    """Run ``task``, looking for garbage at its end only: frames and cells form few circles, and there are many of them."""
    gc.disable()
    try:
        with _listening() as records:
            return Done(task(*args, **kwargs), records)
    except BaseException as mistake:
        carried = _portable(mistake)
    finally:
        gc.enable()
        gc.collect()
    raise carried  # only here, so that it does not take the other along as its context


@contextmanager
def _listening() -> Iterator[list[logging.LogRecord]]:
    """Keep what is logged, in a form that can be handed over: the log is the head's."""
    records: SimpleQueue[logging.LogRecord] = SimpleQueue()
    told: list[logging.LogRecord] = []
    log, handler = logging.getLogger("pledgebatch"), QueueHandler(records)
    log.addHandler(handler)
    try:
        yield told
    finally:
        log.removeHandler(handler)
        while not records.empty():
            told.append(records.get())


def _portable(mistake: BaseException) -> BaseException:
    """The exception, or one that says the same, where it could not be handed over and taken for what it is."""
    try:
        if isinstance(mistake, Exception) and type(pickle.loads(pickle.dumps(mistake))) is type(mistake):
            return mistake
    except Exception:  # whatever its makers thought of
        pass
    told = RuntimeError(f"{type(mistake).__name__}: {mistake}")
    for note in (*getattr(mistake, "__notes__", ()), "".join(traceback.format_exception(mistake))):
        told.add_note(note)
    return told


def workers(count: Workers = None) -> Executor:
    """An executor of ``count`` processes, one a core by default; 0 works in this process; ``dask://…`` is a cluster."""
    if isinstance(count, str):
        from pledgebatch.engine.cluster import Cluster

        return Cluster(count)
    count = (os.cpu_count() or 1) if count is None else count
    if count < 0:
        raise OfficeMistake(f"同时工作的进程数不能是 {count}，应是 0 或正整数")
    return Processes(count) if count else Serial()


def give_back() -> None:
    """Have memory that is freed given back to the system: a month takes much, but most of it for a moment only."""
    pa.set_memory_pool(pa.system_memory_pool())
    if sys.platform == "linux":
        with suppress(AttributeError):  # another C library than glibc
            libc = ctypes.CDLL(None)
            libc.mallopt(M_MMAP_THRESHOLD, LARGE)
            libc.mallopt(M_ARENA_MAX, FEW)


def _begin() -> None:
    """What is kept back would count against the limit, long after the task that it was for; what tasks import is there
    to stay: it is imported before, and not looked through for garbage after each task."""
    _hush()
    os.umask(OTHERS)  # also where another program started the worker
    native.be_expendable()
    give_back()
    import_module("pledgebatch.api")
    there = Event()
    Thread(target=_end_with_head, args=(there,), daemon=True).start()
    there.wait()  # what a thread takes is no business of the limit
    gc.freeze()
    _limit_memory()


def _hush() -> None:
    """Let no library write on the terminal, as those do that end the process."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 2)
    os.close(nowhere)


def _end_with_head(there: Event) -> None:
    """End with the head that was killed: whoever comes after it must find nobody writing."""
    head = multiprocessing.parent_process()
    there.set()
    if head:
        head.join()
        os._exit(1)


def _limit_memory() -> None:
    try:
        import resource
    except ImportError:  # Windows has no such limit
        return
    with open("/proc/self/statm") as pages:
        taken = int(pages.read().split()[0]) * resource.getpagesize()
    hard = resource.getrlimit(resource.RLIMIT_AS)[1]
    resource.setrlimit(resource.RLIMIT_AS, (taken + MEMORY, hard))
