"""The journal on disk: each message prepared, handed over, known to be accepted; each mail collected."""

import sqlite3
from pathlib import Path

from pledgebatch.mail.outbox import Outbox
from pledgebatch.mail.received import Received
from pledgebatch.mail.tables import SCHEMA
from pledgebatch.mail.trail import Trail
from pledgebatch.mistakes import OfficeMistake

NAME = "journal.sqlite3"


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
