"""The branches' passwords at the door: made by the office, changed by the branch, kept as hashes; who guesses is slowed, then locked out."""

import secrets
import time
from collections import OrderedDict
from dataclasses import dataclass
from functools import cache
from threading import BoundedSemaphore, Lock
from typing import TYPE_CHECKING

from pledgebatch.mistakes import OfficeMistake
from pledgebatch.pipeline.door_book import DoorBook, Event

if TYPE_CHECKING:
    from argon2 import PasswordHasher

LETTERS = "23456789abcdefghjkmnpqrstuvwxyz"
"""None that is easily taken for another in print."""
GROUPS, OF = 3, 4
"""How a password is written that the office makes: 59 bits."""
SHORTEST, LONGEST = 10, 128
"""Characters of a password that a branch chooses."""
FREE, MOST = 3, 10
"""Wrong attempts in a row before one has to wait, and after which nobody is heard until the office unlocks."""
SLOWER, SLOWEST = 5.0, 15 * 60.0
"""Seconds of the first wait, which doubles with each wrong attempt, and of the longest."""
AT_ONCE = 2
"""Passwords that are compared at a time: each takes memory and a core."""
MOST_UNKNOWN = 1_000
"""Codes without an account whose attempts are remembered: they are slowed like others, so that nobody sees which exist."""
NO_LIBRARY = '网上报送的密码要用 argon2：请先安装 pip install "pledgebatch[door]"'
TOO_SHORT = f"新密码至少 {SHORTEST} 个字，最多 {LONGEST} 个"
TOO_SIMPLE = "新密码太简单：不要用组织编码，不要总是同几个字"
FEWEST_DIFFERENT = 5


@dataclass(frozen=True)
class Checked:
    """How an attempt ended: ``right``, or how many seconds to wait before the next, or that the account is locked."""

    right: bool = False
    wait: int = 0
    locked: bool = False


@cache
def hasher() -> "PasswordHasher":
    """What makes and compares hashes. Raises OfficeMistake where the library is not installed."""
    try:
        from argon2 import PasswordHasher
    except ImportError:
        raise OfficeMistake(NO_LIBRARY) from None
    return PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)  # what OWASP asks at the least


@cache
def _of_nobody() -> str:
    """A hash that no password has, for accounts that are none: they take as long."""
    return hasher().hash(secrets.token_urlsafe(16))


def make_password(book: DoorBook, code: str) -> str:
    """A new password for an organisation, in the place of the one that it had; known to who prints it alone."""
    groups = ("".join(secrets.choice(LETTERS) for _ in range(OF)) for _ in range(GROUPS))
    password = "-".join(groups)
    book.set_password(code, hasher().hash(password), own=False)
    return password


def change_password(book: DoorBook, code: str, fresh: str) -> None:
    """The password that a branch chose. Raises OfficeMistake for one that is easily guessed."""
    if not SHORTEST <= len(fresh) <= LONGEST:
        raise OfficeMistake(TOO_SHORT)
    if len(set(fresh)) < FEWEST_DIFFERENT or (code and code.lower() in fresh.lower()):
        raise OfficeMistake(TOO_SIMPLE)
    book.set_password(code, hasher().hash(fresh), own=True)


class Checking:
    """Compares passwords, a few at a time; each attempt is counted before it is compared, and outlives a restart."""

    def __init__(self, book: DoorBook) -> None:
        """Check against the accounts of ``book``."""
        self._book, self._slots, self._lock = book, BoundedSemaphore(AT_ONCE), Lock()
        self._unknown: OrderedDict[str, tuple[int, float]] = OrderedDict()

    def check(self, code: str, password: str) -> Checked:
        """Whether ``password`` is that of the organisation."""
        account = self._book.account(code)
        refused = self._count(code) if account else self._count_unknown(code)
        if refused:
            return refused
        with self._slots:
            right = _is_right(account.hash if account else _of_nobody(), password[:LONGEST])
        if right and account:
            with self._book.together() as base:
                base.execute("UPDATE accounts SET wrong = 0, until = 0, locked = 0 WHERE code = ?", (code,))
            return Checked(right=True)
        if account:
            self._book.note(code, Event.WRONG)
        return Checked()

    def _count(self, code: str) -> Checked | None:
        """Count an attempt; why it is not heard, where it is not."""
        with self._book.together() as base:
            wrong, until, locked = base.execute(
                "SELECT wrong, until, locked FROM accounts WHERE code = ?", (code,)
            ).fetchone()
            if locked:
                return Checked(locked=True)
            if (left := until - time.time()) > 0:
                return Checked(wait=int(left) + 1)
            values = (wrong + 1, time.time() + wait_after(wrong + 1), int(wrong + 1 >= MOST), code)
            base.execute("UPDATE accounts SET wrong = ?, until = ?, locked = ? WHERE code = ?", values)
        return None

    def _count_unknown(self, code: str) -> Checked | None:
        with self._lock:
            wrong, until = self._unknown.pop(code, (0, 0.0))
            left = until - time.time()
            if wrong < MOST and left <= 0:
                wrong, until = wrong + 1, time.time() + wait_after(wrong + 1)
                refused = None
            else:
                refused = Checked(locked=True) if wrong >= MOST else Checked(wait=int(left) + 1)
            self._unknown[code] = wrong, until
            while len(self._unknown) > MOST_UNKNOWN:
                self._unknown.popitem(last=False)
        return refused


def wait_after(wrong: int) -> float:
    """Seconds to wait after so many wrong attempts in a row."""
    return 0.0 if wrong < FREE else min(SLOWEST, SLOWER * 2.0 ** (wrong - FREE))


def _is_right(hashed: str, password: str) -> bool:
    from argon2.exceptions import InvalidHashError, VerificationError

    try:
        return hasher().verify(hashed, password)
    except (VerificationError, InvalidHashError):  # another password, or a hash that somebody changed
        return False
