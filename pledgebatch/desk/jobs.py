"""Jobs: a command in a process of its own, which goes on when the page is closed, and never runs twice."""

import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from threading import Lock

from filelock import FileLock, Timeout

from pledgebatch.mistakes import OfficeMistake

ABOUT, OUT, ERR, STATUS, STOP, ALIVE = "job.json", "out.txt", "err.txt", "status", "stop", "alive"
"""The files of a job: what it is, what it says, how it ended, that it shall stop, what is locked while it lives."""
PATIENCE = 20.0
"""Seconds until a job must have begun."""
MOST_LINES = 400
LONGEST_TEXT = 200_000
STOPPED = 130
"""The status of a job that was stopped."""
ENDINGS = {0: "做完了", 1: "做完了，有要改的", 2: "没有做成", 3: "程序出错", STOPPED: "已停下，上一次的结果没有改动"}
CUT_SHORT = "中途断了，上一次的结果没有改动；再做一次就行"
BUSY = "“{label}”还在做，一次只做一件：请等它做完，或先停下它"


@dataclass(frozen=True)
class Job:
    """How the last job stands."""

    label: str
    began: str
    running: bool
    status: int | None
    """The exit status of its command; None while it runs, and where it was cut short."""
    steps: Sequence[str]
    """What it said while at work."""
    summary: Sequence[str]
    """What it said at the end."""

    @property
    def ending(self) -> str:
        """How it ended, in words."""
        if self.running:
            return ""
        return CUT_SHORT if self.status is None else ENDINGS.get(self.status, CUT_SHORT)


class Jobs:
    """The jobs of a workspace, one after another, kept in ``folder``."""

    def __init__(self, folder: Path, workspace: Path) -> None:
        """Take up the job that is under way, if there is one."""
        self._folder, self._workspace, self._lock = folder, workspace, Lock()

    def begin(self, label: str, began: str, *words: str) -> None:
        """Start a command. Raises OfficeMistake where another is at work."""
        with self._lock:
            if (now := self.current()) and now.running:
                raise OfficeMistake(BUSY.format(label=now.label))
            shutil.rmtree(self._folder, ignore_errors=True)
            self._folder.mkdir(parents=True, exist_ok=True)
            (self._folder / ABOUT).write_text(json.dumps({"label": label, "began": began}), "utf-8")
            _start([*RUNNER, str(self._folder), *words, "--workspace", str(self._workspace)])
            until = time.monotonic() + PATIENCE
            while not (self._folder / OUT).exists() and time.monotonic() < until:
                time.sleep(0.02)

    def stop(self) -> None:
        """Have the job stopped; what was there before stays."""
        with self._lock:
            if (now := self.current()) and now.running:
                (self._folder / STOP).touch()

    def current(self) -> Job | None:
        """How the last job stands; None where there was none."""
        try:
            about = json.loads((self._folder / ABOUT).read_text("utf-8"))
            label, began = str(about["label"]), str(about["began"])
        except (OSError, ValueError, KeyError, TypeError):  # cut short before it began
            return None
        running = self._lives()
        try:
            status = int((self._folder / STATUS).read_text("ascii"))
        except (OSError, ValueError):  # it has not ended, or was cut short
            status = None
        return Job(label, began, running, None if running else status, self._lines(ERR), self._lines(OUT))

    def _lives(self) -> bool:
        alive = self._folder / ALIVE
        if not alive.exists():
            return False
        try:
            with FileLock(alive, timeout=0):
                return False
        except Timeout:
            return True
        except OSError:  # it is being cleared away
            return False

    def _lines(self, name: str) -> list[str]:
        try:
            with (self._folder / name).open("rb") as file:
                text = file.read(LONGEST_TEXT).decode("utf-8", "replace")
        except OSError:  # it has not said anything yet
            return []
        return text.splitlines()[:MOST_LINES]


RUNNER = (sys.executable, "-m", "pledgebatch.desk.runner")


def _start(command: Sequence[str]) -> None:
    """Start a process that neither a closed window nor Ctrl-C ends."""
    if sys.platform == "win32":
        flags = subprocess.CREATE_NO_WINDOW | subprocess.CREATE_NEW_PROCESS_GROUP
    else:
        flags = 0
    environment = os.environ | {"PYTHONIOENCODING": "utf-8"}
    nowhere = subprocess.DEVNULL
    process = subprocess.Popen(
        command,
        stdin=nowhere,
        stdout=nowhere,
        stderr=nowhere,
        env=environment,
        creationflags=flags,
        start_new_session=sys.platform != "win32",
    )
    _begun.append(process)
    _begun[:] = [each for each in _begun if each.poll() is None]


_begun: list["subprocess.Popen[bytes]"] = []
"""Those that still run: one that is forgotten while it does is complained of."""
