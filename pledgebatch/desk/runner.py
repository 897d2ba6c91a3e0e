"""``python -m pledgebatch.desk.runner FOLDER WORDS…``: runs a command, and keeps what it says and how it ends in FOLDER.

The lock that it holds says for as long that the job is alive, whatever becomes of the desk that began it.
"""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

from filelock import FileLock

from pledgebatch.desk.jobs import ALIVE, ERR, OUT, STATUS, STOP, STOPPED

LOOK = 0.2
"""Seconds from one look to the next."""
GRACE = 15.0
"""Seconds that a command has to stop by itself."""
DONE = (0, 1)
"""The statuses of a command that had done its work before it could be stopped."""


def run(folder: Path, words: Sequence[str]) -> None:
    """Run the command ``words``."""
    with FileLock(folder / ALIVE, timeout=5), (folder / ERR).open("wb") as err, (folder / OUT).open("wb") as out:
        command = [sys.executable, "-m", "pledgebatch.cli", *words]
        process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=out, stderr=err)
        status = _wait(process, folder / STOP)
        fresh = folder / f"{STATUS}.new"
        fresh.write_text(str(status), "ascii")
        fresh.replace(folder / STATUS)


def _wait(process: "subprocess.Popen[bytes]", stop: Path) -> int:
    stopped = False
    while process.poll() is None:
        if stop.exists():
            _end(process)
            stopped = True
        time.sleep(LOOK)
    return STOPPED if stopped and process.returncode not in DONE else int(process.returncode)


def _end(process: "subprocess.Popen[bytes]") -> None:
    """As Ctrl-C would, where there is such a thing; its workers end with it."""
    with suppress(OSError):  # it has just ended
        process.terminate() if os.name == "nt" else process.send_signal(signal.SIGINT)
    try:
        process.wait(GRACE)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


if __name__ == "__main__":
    os.umask(0o077)
    # Whoever began the desk may have had Ctrl-C ignored, and so would all that it begins.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    run(Path(sys.argv[1]), sys.argv[2:])
