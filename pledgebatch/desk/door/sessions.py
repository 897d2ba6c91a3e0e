"""Who is signed in at the door: a secret that only the browser has, new at each sign-in, and ended by time, or by a new password."""

import hashlib
import secrets
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from threading import Lock

from pledgebatch.pipeline.door_book import Account

MOST_EACH, MOST = 5, 5_000
"""Sessions of one branch, and of all; the one that was used least lately ends."""


@dataclass
class Session:
    """A browser that is signed in."""

    code: str
    stamp: int
    """That of the password that it was signed in with."""
    began: float
    seen: float
    notes: list[str] = field(default_factory=list)
    """What is to be told on the next page."""


class Sessions:
    """The sessions by the digests of their secrets, in memory alone: a restart ends them all."""

    def __init__(self, idle: float, longest: float, clock: Callable[[], float] = time.monotonic) -> None:
        """End a session after so many seconds without a request, and after so many in all."""
        self._idle, self._longest, self._clock, self._lock = idle, longest, clock, Lock()
        self._known: dict[bytes, Session] = {}

    def begin(self, account: Account) -> str:
        """The secret of a new session."""
        secret, now = secrets.token_urlsafe(32), self._clock()
        with self._lock:
            self._drop_ended(now)
            own = [key for key, each in self._known.items() if each.code == account.code]
            for key in own[: max(0, len(own) - MOST_EACH + 1)]:
                del self._known[key]
            while len(self._known) >= MOST:
                del self._known[next(iter(self._known))]
            self._known[_digest(secret)] = Session(account.code, account.stamp, now, now)
        return secret

    def find(self, secret: str) -> Session | None:
        """The session that has this secret, which is used by that; None where it has ended, or there never was one."""
        key, now = _digest(secret), self._clock()
        with self._lock:
            found = self._known.pop(key, None)
            if found is None or self._ended(found, now):
                return None
            found.seen = now
            self._known[key] = found  # the last in the order of use
            return found

    def end(self, secret: str) -> None:
        """Sign a browser out."""
        with self._lock:
            self._known.pop(_digest(secret), None)

    def _drop_ended(self, now: float) -> None:
        for key in [key for key, each in self._known.items() if self._ended(each, now)]:
            del self._known[key]

    def _ended(self, session: Session, now: float) -> bool:
        return now - session.seen > self._idle or now - session.began > self._longest


def _digest(secret: str) -> bytes:
    return hashlib.sha256(secret.encode("utf-8", "replace")).digest()
