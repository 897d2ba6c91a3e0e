"""The tables of the journal, and how they are written."""

import datetime as dt
import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

SCHEMA = """
CREATE TABLE IF NOT EXISTS messages (
    id INTEGER PRIMARY KEY, period TEXT NOT NULL, kind TEXT NOT NULL, organisation TEXT NOT NULL, part INTEGER NOT NULL,
    generation INTEGER NOT NULL, org_name TEXT NOT NULL, address TEXT NOT NULL, subject TEXT NOT NULL,
    body TEXT NOT NULL, manifest TEXT NOT NULL, digest TEXT NOT NULL, message_id TEXT NOT NULL UNIQUE,
    prepared TEXT NOT NULL, state TEXT NOT NULL, attempts INTEGER NOT NULL DEFAULT 0, attempted TEXT NOT NULL DEFAULT '',
    witnessed INTEGER NOT NULL DEFAULT 0, settled TEXT NOT NULL DEFAULT '', reason TEXT NOT NULL DEFAULT '',
    UNIQUE (period, kind, organisation, part, generation)
);
CREATE TABLE IF NOT EXISTS enclosures (
    message INTEGER NOT NULL REFERENCES messages (id), number INTEGER NOT NULL, name TEXT NOT NULL, path TEXT NOT NULL,
    sha256 TEXT NOT NULL, size INTEGER NOT NULL, sent_sha256 TEXT NOT NULL DEFAULT '', PRIMARY KEY (message, number)
);
CREATE TABLE IF NOT EXISTS mails (
    id INTEGER PRIMARY KEY, mailbox TEXT NOT NULL, uid TEXT NOT NULL, period TEXT NOT NULL, message_id TEXT NOT NULL,
    sender TEXT NOT NULL, dated TEXT NOT NULL, received TEXT NOT NULL, subject TEXT NOT NULL, outcome TEXT NOT NULL,
    done INTEGER NOT NULL DEFAULT 0, UNIQUE (mailbox, uid)
);
CREATE TABLE IF NOT EXISTS attachments (
    mail INTEGER NOT NULL REFERENCES mails (id), number INTEGER NOT NULL, name TEXT NOT NULL, path TEXT NOT NULL UNIQUE,
    sha256 TEXT NOT NULL, size INTEGER NOT NULL, PRIMARY KEY (mail, number)
);
"""


def now() -> dt.datetime:
    """The time of day, for the journal alone: no published file depends on it."""
    return dt.datetime.now(dt.UTC).replace(microsecond=0)


@contextmanager
def together(base: sqlite3.Connection) -> Iterator[None]:
    """All that is written meanwhile is written, or nothing."""
    base.execute("BEGIN IMMEDIATE")
    try:
        yield
        base.execute("COMMIT")
    except BaseException:  # Ctrl-C too leaves nothing half written
        if base.in_transaction:  # on a full disk the library has taken it back itself
            base.execute("ROLLBACK")
        raise


def insert(base: sqlite3.Connection, table: str, values: Mapping[str, object]) -> int:
    """Write a row; returns its number."""
    marks = ", ".join("?" * len(values))
    made = base.execute(f"INSERT INTO {table} ({', '.join(values)}) VALUES ({marks})", tuple(values.values())).lastrowid
    assert made is not None  # after an INSERT there is one
    return made
