"""Who may come in: whoever holds the token of the address that was opened, once; from then on, who holds its cookie."""

import secrets
from collections.abc import Callable
from hmac import compare_digest
from threading import Lock

MOST_SESSIONS = 20
"""Browsers that are known at a time; the one that came first is forgotten."""
MOST_WRONG = 20
"""Wrong tokens in a row after which no token is taken any more."""


class Access:
    """The token that opens the desk next, and the browsers that it was opened in."""

    def __init__(self, note: Callable[[str], None] = lambda token: None) -> None:
        """Let nobody in yet; ``note`` is told each token that opens the desk from then on."""
        self._lock, self._note = Lock(), note
        self._sessions: dict[str, int] = {}
        self._count = self._wrong = 0
        self.token = ""
        self._renew()

    def _renew(self) -> None:
        self.token = secrets.token_urlsafe(32)
        self._note(self.token)

    def admit(self, token: str) -> str | None:
        """The secret of a new session for who holds the token, which is used up by that; None for anybody else."""
        with self._lock:
            right = compare_digest(token.encode("utf-8", "replace"), self.token.encode())
            if not right or self._wrong >= MOST_WRONG:
                self._wrong += not right
                return None
            self._wrong = 0
            session = secrets.token_urlsafe(32)
            self._renew()
            self._count += 1
            self._sessions[session] = self._count
            while len(self._sessions) > MOST_SESSIONS:
                del self._sessions[next(iter(self._sessions))]
            return session

    def number_of(self, session: str) -> int | None:
        """Which session, counted from 1, has this secret; None where none has."""
        with self._lock:
            return self._sessions.get(session)
