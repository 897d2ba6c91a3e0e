"""The command line: commands, progress, exit status; no decisions."""

import os
import signal
import sys

from pledgebatch.cli.exit_status import COULD_NOT, INTERRUPTED, leaving_at_once


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
