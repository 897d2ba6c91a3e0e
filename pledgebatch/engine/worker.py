"""What happens in a worker: how it begins, and how it runs a task."""

import gc
import logging
import multiprocessing
import os
import pickle
import traceback
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from importlib import import_module
from logging.handlers import QueueHandler
from queue import SimpleQueue
from threading import Event, Thread
from typing import Any

import pyarrow as pa

from pledgebatch.engine.memory import give_back, limit_memory
from pledgebatch.engine.private_files import OTHERS
from pledgebatch.readers import native

TASKS = "pledgebatch.api"
"""The module that imports what tasks need."""


def begin_worker() -> None:
    """Make this process ready for tasks: what they import is there before the limit of memory is set, which counts from
    then on."""
    _silence()
    os.umask(OTHERS)  # also where another program started the worker
    native.be_expendable()
    give_back()
    pa.set_cpu_count(1)  # the other cores have workers of their own
    pa.set_io_thread_count(1)
    import_module(TASKS)
    there = Event()
    Thread(target=_end_with_head, args=(there,), daemon=True).start()
    there.wait()  # what a thread takes is no business of the limit
    gc.freeze()  # what is imported is there to stay
    limit_memory()


def _silence() -> None:
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


@dataclass(frozen=True)
class Done:
    """What a task gave, and what it had to tell the log."""

    value: Any
    records: Sequence[logging.LogRecord]


def run_task(task: Callable[..., Any], *args: Any, **kwargs: Any) -> Done:
    """Run ``task``, and hand over with its result what it logged."""
    try:
        with _keeping_log() as records:
            return Done(task(*args, **kwargs), records)
    except BaseException as mistake:  # a panic of a reader too must come over to the head
        carried = _make_portable(mistake)
    raise carried  # only here, so that it does not take the other along as its context


@contextmanager
def _keeping_log() -> Iterator[list[logging.LogRecord]]:
    """Keep what is logged, in a form that can be handed over: the log is the head's."""
    records: SimpleQueue[logging.LogRecord] = SimpleQueue()
    kept: list[logging.LogRecord] = []
    log, handler = logging.getLogger("pledgebatch"), QueueHandler(records)
    log.addHandler(handler)
    try:
        yield kept
    finally:
        log.removeHandler(handler)
        while not records.empty():
            kept.append(records.get())


def _make_portable(mistake: BaseException) -> BaseException:
    """The exception, or one that says the same, where it could not be handed over and taken for what it is."""
    try:
        if isinstance(mistake, Exception) and type(pickle.loads(pickle.dumps(mistake))) is type(mistake):
            return mistake
    except Exception:  # whatever its makers thought of
        pass
    plain = RuntimeError(f"{type(mistake).__name__}: {mistake}")
    for note in (*getattr(mistake, "__notes__", ()), "".join(traceback.format_exception(mistake))):
        plain.add_note(note)
    return plain
