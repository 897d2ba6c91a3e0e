"""The journal on disk: each message prepared, handed over, known to be accepted; each mail collected."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from pledgebatch.mail.outbox import Outbox
from pledgebatch.mail.received import Received
from pledgebatch.mail.tables import SCHEMA
from pledgebatch.mail.trail import Trail
from pledgebatch.mistakes import OfficeMistake

NAME = "journal.sqlite3"


@contextmanager
def at_work(folder: Path) -> Iterator[None]:
    """Keep a second ``send`` or ``collect`` out until this one ends, or dies. Raises OfficeMistake for the second."""
    folder.mkdir(parents=True, exist_ok=True)
    with closing(sqlite3.connect(folder / "lock.sqlite3", timeout=0)) as lock:
        try:
            lock.execute("BEGIN EXCLUSIVE")
        except sqlite3.OperationalError:
            raise OfficeMistake("另一个窗口正在收发邮件，请等它结束再运行") from None
        yield


class Journal:
    """The journal of a workspace: its ``outbox``, what it ``received``, and the ``trail`` of both."""

    def __init__(self, folder: Path) -> None:
        """Open the journal in ``folder``, making it where there is none."""
        folder.mkdir(parents=True, exist_ok=True)
        try:
            base = sqlite3.connect(folder / NAME, isolation_level=None)
            base.row_factory = sqlite3.Row
            base.execute("PRAGMA synchronous = FULL")
            base.executescript(SCHEMA)
        except sqlite3.DatabaseError:
            raise OfficeMistake(
                f"邮件记录 {folder / NAME} 打不开，请检查磁盘和权限；不要删除，否则会重复发信"
            ) from None
        self.outbox, self.received, self.trail = Outbox(base), Received(base), Trail(base)
        self.close = base.close
