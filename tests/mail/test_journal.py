"""What is written to the journal is written whole, or not at all; what keeps from it is told."""

import errno
import sqlite3

import pytest

from pledgebatch.mail.journal import NAME, Journal, reading
from pledgebatch.mail.tables import together
from pledgebatch.mistakes import OfficeMistake

LONG = "长" * 100_000


@pytest.fixture
def base(tmp_path):
    base = sqlite3.connect(tmp_path / "base.sqlite3", isolation_level=None)
    base.execute("CREATE TABLE notes (text TEXT)")
    yield base
    base.close()


def notes(base):
    return [text for (text,) in base.execute("SELECT text FROM notes")]


def write(base, statement, mistake):
    with together(base):
        base.execute(statement)
        raise mistake


@pytest.mark.parametrize("mistake", [ValueError, KeyboardInterrupt])
def test_what_is_cut_short_is_not_written(base, mistake):
    with pytest.raises(mistake):
        write(base, "INSERT INTO notes VALUES ('one')", mistake)
    assert notes(base) == []
    with together(base):
        base.execute("INSERT INTO notes VALUES ('two')")
    assert notes(base) == ["two"]


def test_a_disk_that_fills_up_is_told_as_such_and_written_to_again_once_there_is_room(base):
    pages = base.execute("PRAGMA page_count").fetchone()[0]
    base.execute(f"PRAGMA max_page_count = {pages}")
    with pytest.raises(sqlite3.OperationalError, match="full"), together(base):
        base.execute("INSERT INTO notes VALUES (?)", (LONG,))
    base.execute(f"PRAGMA max_page_count = {pages + 1000}")
    with together(base):
        base.execute("INSERT INTO notes VALUES ('two')")
    assert notes(base) == ["two"]


def test_what_the_library_took_back_itself_keeps_its_reason(base):
    with pytest.raises(OSError, match="No space"):
        write(base, "ROLLBACK", OSError(errno.ENOSPC, "No space left on device"))  # as on a full disk
    assert not base.in_transaction


def test_what_cannot_be_written_at_the_end_is_not_left_open(base):
    base.executescript("""
        PRAGMA foreign_keys = ON;
        CREATE TABLE topics (id INTEGER PRIMARY KEY);
        CREATE TABLE answers (topic INTEGER REFERENCES topics (id) DEFERRABLE INITIALLY DEFERRED);
    """)
    with pytest.raises(sqlite3.IntegrityError), together(base):
        base.execute("INSERT INTO answers VALUES (7)")  # which is refused when all is to be written
    with together(base):
        base.execute("INSERT INTO notes VALUES ('two')")
    assert notes(base) == ["two"]


def test_a_journal_that_another_program_holds_is_not_called_damaged(tmp_path):
    Journal(tmp_path / "mail").close()
    path = tmp_path / "mail" / NAME
    holder, waiting = (
        sqlite3.connect(path, isolation_level=None),
        sqlite3.connect(path, timeout=0, isolation_level=None),
    )
    try:
        holder.execute("BEGIN EXCLUSIVE")
        with pytest.raises(OfficeMistake, match=rf"mail/{NAME} 正被占用"), reading(path):
            waiting.execute("SELECT * FROM messages")
    finally:
        holder.close()
        waiting.close()
