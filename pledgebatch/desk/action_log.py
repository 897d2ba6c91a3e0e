"""desk.log: what was done at the desk, when and by whom. No output reads it."""

import datetime as dt
import re
from contextlib import suppress
from pathlib import Path
from threading import Lock

from pledgebatch.engine.private_files import open_private
from pledgebatch.notice.periods import OFFICE_TIME
from pledgebatch.pipeline.lock import user_name

NAME = "desk.log"
LONGEST = 400
_UNSEEN = re.compile(r"[\x00-\x1f\x7f\u2028\u2029\u202a-\u202e\u2066-\u2069]+")


class ActionLog:
    """A line an action; where it cannot be written, the action is done all the same."""

    def __init__(self, folder: Path) -> None:
        """Keep the log in ``folder``."""
        self._path, self._lock, self._user = folder / NAME, Lock(), user_name()

    def write(self, session: int, what: str) -> None:
        """Write down that ``session`` did something, in one line whatever it holds."""
        now = dt.datetime.now(OFFICE_TIME).strftime("%Y-%m-%d %H:%M:%S")
        line = "\t".join((now, f"{self._user}（第 {session} 个窗口）", _UNSEEN.sub(" ", what)[:LONGEST]))
        with (
            self._lock,
            suppress(OSError),  # what was done is done all the same
            open(self._path, "a", encoding="utf-8", errors="replace", opener=open_private) as file,
        ):
            file.write(line + "\n")
