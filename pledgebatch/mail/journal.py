"""The journal on disk: each message prepared, handed over, known to be accepted; each mail collected."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from pledgebatch.mail.outbox import Outbox
from pledgebatch.mail.received import Received
from pledgebatch.mail.tables import SCHEMA
from pledgebatch.mail.trail import Trail
from pledgebatch.mistakes import OfficeMistake, mendable

NAME = "journal.sqlite3"


@contextmanager
def reading(path: Path) -> Iterator[None]:
    """Raise a sentence where the journal at ``path`` cannot be read or written, where that turns out meanwhile."""
    try:
        yield
    except (sqlite3.IntegrityError, sqlite3.ProgrammingError):  # no damage, but a mistake of ours
        raise
    except sqlite3.DatabaseError as mistake:
        where = f"{path.parent.name}/{path.name}"
        raise mendable(mistake, where) or OfficeMistake(
            f"邮件记录 {where} 读不出来，请检查磁盘和权限，或用备份恢复；不要删除，否则会重复发信"
        ) from None


class Journal:
    """The journal of a workspace: its ``outbox``, what it ``received``, and the ``trail`` of both."""

    def __init__(self, folder: Path) -> None:
        """Open the journal in ``folder``, making it where there is none."""
        folder.mkdir(parents=True, exist_ok=True)
        with reading(folder / NAME):
            base = sqlite3.connect(folder / NAME, isolation_level=None)
            base.row_factory = sqlite3.Row
            base.execute("PRAGMA synchronous = FULL")
            base.executescript(SCHEMA)
        self.outbox, self.received, self.trail = Outbox(base), Received(base), Trail(base)
        self.close = base.close
