"""Connections that wait for ever: one that does not bring a whole request head in time is closed, and so are too many from one address."""

import asyncio
from collections import Counter
from typing import Any

import h11
from uvicorn.protocols.http.h11_impl import H11Protocol

HEAD = 15.0
"""Seconds for the head of a request; what follows it is watched by the guard."""
MOST_EACH = 100
"""Connections from one address."""
_open: Counter[str] = Counter()


class PatientProtocol(H11Protocol):
    """A connection that is waited for only so long."""

    _head: asyncio.TimerHandle | None = None
    _address = ""

    def connection_made(self, transport: Any) -> None:
        """Begin to wait, unless too many came from there."""
        self._address = (transport.get_extra_info("peername") or ("",))[0]
        _open[self._address] += 1
        super().connection_made(transport)
        if _open[self._address] > MOST_EACH:
            transport.close()
        self._wait()

    def data_received(self, data: bytes) -> None:
        """Wait on where the head is not whole."""
        super().data_received(data)
        self._wait()

    def connection_lost(self, exc: Exception | None) -> None:
        """Wait no more."""
        super().connection_lost(exc)
        self._stop()
        _open[self._address] -= 1
        if _open[self._address] <= 0:
            del _open[self._address]

    def _wait(self) -> None:
        if self.conn.their_state is not h11.IDLE:
            self._stop()
        elif self._head is None:
            self._head = self.loop.call_later(HEAD, self._close)

    def _stop(self) -> None:
        if self._head is not None:
            self._head.cancel()
            self._head = None

    def _close(self) -> None:
        self._head = None
        self.transport.close()
