"""The command line: commands, progress, exit status; no decisions."""

import os
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager

DONE, FOUND_ERRORS, COULD_NOT, OUR_MISTAKE = 0, 1, 2, 3
"""Exit status (contract, section 5)."""
INTERRUPTED = "已中断，上一次的结果没有改动。"


def main(args: list[str] | None = None) -> None:
    """Run a command and exit with its status."""
    try:
        os.umask(0o077)  # whatever a command writes names persons, its log too
        with leaving_at_once():
            from pledgebatch.cli.running import run
        status = run(args)
        if args is None:  # nothing is left to interrupt
            signal.signal(signal.SIGINT, signal.SIG_IGN)
    except KeyboardInterrupt:
        print(INTERRUPTED, file=sys.stderr)
        status = COULD_NOT
    sys.exit(status)


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
