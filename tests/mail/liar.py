"""A mail server that keeps to its part of the conversation until it is told not to, at any step of it."""

import contextlib
import socketserver
import ssl
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

STEPS = ("connect", "ehlo", "auth", "mail", "rcpt", "data", "end", "answer")
"""``end``: the message is whole, and not taken; ``answer``: it is taken."""
ENCRYPTING = ("starttls", "handshake")
"""The steps more of a server that encrypts: what it says to STARTTLS, and what comes then."""
FAULTS = ("drop", "stall", "babble", "later", "refuse")
WRONG = {
    "babble": b"hello?\r\n",
    "later": b"450 4.2.0 later\r\n",
    "refuse": b"554 5.7.1 no\r\n",
    "leave": b"421 4.3.2 closing\r\n",
}


@dataclass
class Liar:
    """What it took, by recipient; ``fault`` is asked at each step how it goes wrong the n-th time, or nothing."""

    office: str = ""
    fault: Callable[[str, int], str] = lambda step, count: ""
    deliver_copy: Callable[[bytes], None] = lambda message: None
    taken: Counter[str] = field(default_factory=Counter)
    ends: Counter[str] = field(default_factory=Counter)
    """How often the final dot came for each recipient."""
    counts: Counter[str] = field(default_factory=Counter)
    port: int = 0
    encrypting: ssl.SSLContext | None = None
    """Where there is one, STARTTLS is offered."""


class _Conversation(socketserver.StreamRequestHandler):
    """One connection."""

    timeout = 20
    encrypted = False

    def handle(self) -> None:
        with contextlib.suppress(OSError, EOFError):
            self.answer("connect", b"220 here\r\n")
            while line := self.rfile.readline():
                self.obey(line.upper(), line)

    def obey(self, verb: bytes, line: bytes) -> None:
        if verb.startswith(b"EHLO"):
            offered = b"250-STARTTLS\r\n" if self.server.liar.encrypting and not self.encrypted else b""
            self.answer("ehlo", b"250-here\r\n" + offered + b"250-SIZE 100000000\r\n250 AUTH PLAIN\r\n")
        elif verb.startswith(b"STARTTLS"):
            self.answer("starttls", b"220 go on\r\n")
            if not self.goes_wrong("handshake"):
                self.encrypt()
        elif verb.startswith(b"AUTH"):
            self.answer("auth", b"235 welcome\r\n")
        elif verb.startswith(b"MAIL"):
            self.recipients: list[str] = []
            self.answer("mail", b"250 ok\r\n")
        elif verb.startswith(b"RCPT"):
            self.recipients.append(line.partition(b"<")[2].partition(b">")[0].decode())
            copy = self.recipients[-1] == self.server.liar.office
            self.answer("copy" if copy else "rcpt", b"250 ok\r\n")
        elif verb.startswith(b"DATA"):
            self.answer("data", b"354 go on\r\n")
            self.take_in()
        elif verb.startswith(b"QUIT"):
            self.wfile.write(b"221 bye\r\n")
            raise EOFError
        else:
            self.wfile.write(b"250 ok\r\n")

    def encrypt(self) -> None:
        self.request = self.server.liar.encrypting.wrap_socket(self.request, server_side=True)
        self.rfile, self.wfile = self.request.makefile("rb"), self.request.makefile("wb", 0)
        self.encrypted = True

    def finish(self) -> None:
        with contextlib.suppress(OSError):
            super().finish()
        if self.encrypted:
            self.request.close()  # the server closes the socket beneath it alone

    def take_in(self) -> None:
        lines = []
        while (line := self.rfile.readline()) != b".\r\n":
            if not line:
                raise EOFError
            lines.append(line)
        liar = self.server.liar
        to = [each for each in self.recipients if each != liar.office]
        liar.ends.update(to)
        if self.goes_wrong("end"):
            return
        liar.taken.update(to)
        if len(to) < len(self.recipients):
            liar.deliver_copy(b"".join(lines))
        self.answer("answer", b"250 ok\r\n")

    def answer(self, step: str, right: bytes) -> None:
        if not self.goes_wrong(step):
            self.wfile.write(right)

    def goes_wrong(self, step: str) -> bool:
        liar = self.server.liar
        liar.counts[step] += 1
        fault = liar.fault(step, liar.counts[step])
        if not fault:
            return False
        if fault == "early":  # the answer to the end, before there is one
            self.wfile.write(b"354 go on\r\n250 ok\r\n")
            return True
        if fault == "drip":
            for _ in range(100):
                self.wfile.write(b"2")
                time.sleep(0.1)
            raise EOFError
        if fault == "stall":
            self.rfile.read()
            raise EOFError
        self.wfile.write(WRONG.get(fault, b""))
        if fault in ("drop", "leave"):
            raise EOFError
        return True


@contextlib.contextmanager
def lying(liar: Liar) -> Iterator[Liar]:
    """The server, listening."""

    class Server(socketserver.ThreadingTCPServer):
        allow_reuse_address = daemon_threads = True

    with Server(("127.0.0.1", liar.port), _Conversation) as server:
        server.liar = liar
        liar.port = server.server_address[1]
        threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
        try:
            yield liar
        finally:
            server.shutdown()
