"""A mail server of our own for what a real one does not do on demand: refuse, hang up, ask for a login, kill."""

import contextlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult

from tests.mail.servers import free_ports


@dataclass
class Receiver:
    """What it took, and what it answers; the callables are asked for each message and may leave it be (None)."""

    taken: list[tuple[tuple[str, ...], bytes]] = field(default_factory=list)
    at_recipient: Callable[[str], str | None] = lambda address: None
    at_end: Callable[[Any], str | None] = lambda server: None
    """Asked when a message is whole and taken."""
    before_end: Callable[[Any], str | None] = lambda server: None
    """Asked when a message is whole, but not yet taken."""
    within: Callable[[], bool] = lambda: False
    """Whether to hang up in the middle of this message."""
    logins: list[bytes] = field(default_factory=list)
    port: int = 0

    async def handle_RCPT(self, server: Any, session: Any, envelope: Any, address: str, options: Any) -> str:  # noqa: N802 - the library's name
        answer = self.at_recipient(address)
        if answer is None:
            envelope.rcpt_tos.append(address)
        return answer or "250 2.1.5 OK"

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802 - the library's name
        if answer := self.before_end(server):
            return answer
        self.taken.append((tuple(envelope.rcpt_tos), envelope.content))
        return self.at_end(server) or "250 2.0.0 OK"

    def by_recipient(self, but: str = "") -> dict[str, list[bytes]]:
        """The messages taken, by recipient."""
        found: dict[str, list[bytes]] = {}
        for recipients, content in self.taken:
            for recipient in recipients:
                if recipient != but:
                    found.setdefault(recipient, []).append(content)
        return found


class _Smtp(SMTP):
    async def smtp_DATA(self, arg: str) -> None:  # noqa: N802 - the library's name
        if self.event_handler.within():
            await self.push("354 go on")
            await self._reader.readexactly(200)
            self.transport.abort()
        else:
            await super().smtp_DATA(arg)


class _Controller(Controller):
    def factory(self) -> SMTP:
        return _Smtp(self.handler, **self.SMTP_kwargs)


@contextlib.contextmanager
def receiving(receiver: Receiver, password: str = "", **options: Any) -> Iterator[Receiver]:
    """The server, listening; with a ``password`` it wants a login, over TLS only."""

    def authenticate(server: Any, session: Any, envelope: Any, mechanism: str, data: Any) -> AuthResult:
        receiver.logins.append(data.password)
        return AuthResult(success=data.password.decode() == password, handled=False)

    if password:
        options |= {"authenticator": authenticate, "auth_required": True, "auth_require_tls": True}
    receiver.port = receiver.port or free_ports(1)[0]
    controller = _Controller(receiver, hostname="127.0.0.1", port=receiver.port, ready_timeout=30, **options)
    controller.start()
    try:
        yield receiver
    finally:
        controller.stop()
