"""With which status a command ends, and how Ctrl-C ends it while it only imports."""

import os
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager

DONE, FOUND_ERRORS, COULD_NOT, OUR_MISTAKE = 0, 1, 2, 3
"""Exit status (contract, section 5)."""
INTERRUPTED = "已中断，上一次的结果没有改动。"


@contextmanager
def leaving_at_once() -> Iterator[None]:
    """Let Ctrl-C end the program there and then while it only imports: some modules would swallow or tell of it."""

    def leave(*_: object) -> None:
        print(INTERRUPTED, file=sys.stderr, flush=True)
        os._exit(COULD_NOT)

    try:
        if signal.getsignal(signal.SIGINT) is not signal.default_int_handler:
            yield  # whoever runs the program has other plans for it
            return
        signal.signal(signal.SIGINT, leave)
    except ValueError:  # not the main thread
        yield
        return
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, signal.default_int_handler)
