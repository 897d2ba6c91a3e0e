"""Stands before every page: asks whence a request comes and who sends it, and takes no more than it must."""

import asyncio
import html
import logging
import time
from abc import ABC, abstractmethod
from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from http import HTTPStatus

from starlette.datastructures import Headers, MutableHeaders, QueryParams
from starlette.requests import cookie_parser
from starlette.responses import RedirectResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from pledgebatch.desk.access import Access
from pledgebatch.intake.find import LARGEST_FILE, TOO_BIG

LOG = logging.getLogger(__name__)
LARGEST_FORM = 2**20
"""Bytes of a form that was filled in."""
UPLOADS = ("/incoming/", "/registry")
"""Where files are taken: what is sent there may be as large as a file in the inbox."""
CHANGING = ("POST",)
METHODS = ("GET", "HEAD", *CHANGING)
PER_SECOND, AT_ONCE = 60.0, 300.0
"""Requests that are answered in the long run, and at once."""
SILENCE, LONGEST = 30.0, 900.0
"""Seconds without a byte, and for all of a body."""
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; form-action 'self'; "
    "base-uri 'none'; frame-ancestors 'none'"
)
"""What a page of the desk may do; what was published says itself what it may."""
HEADERS = {
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "referrer-policy": "same-origin",  # with less, browsers would not say whence a form comes either
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "cache-control": "no-store",
}
TITLE = "工作台"
OPEN_AGAIN = "请从“打开工作台”（或命令 pledgebatch desk）重新打开这个页面"
ELSEWHERE = "这个请求不是从工作台的页面发出的，没有照办"
TOO_OFTEN = "请求太密，请稍等一会儿再试"
TOO_LONG_A_FORM = "填写的内容太多，没有保存"
TOO_SLOW = "传得太慢，已停下，请再传一次"
WENT_WRONG = "程序出错（{kind}），没有做完：这是程序的毛病；详情记在工作目录的 pledgebatch.log，请发给维护人员"


class Refused(Exception):
    """A request that is not carried out; the text is a Chinese sentence."""

    def __init__(self, status: HTTPStatus, sentence: str) -> None:
        """Refuse with ``status``."""
        super().__init__(sentence)
        self.status = status


@dataclass
class Rate:
    """So many requests, and no more."""

    per_second: float = PER_SECOND
    at_once: float = AT_ONCE
    clock: Callable[[], float] = time.monotonic
    _left: float = field(init=False)
    _since: float = field(init=False)

    def __post_init__(self) -> None:
        """Begin with all that may come at once."""
        self._left, self._since = self.at_once, self.clock()

    def allows(self) -> bool:
        """Whether one more may come now."""
        now = self.clock()
        self._left = min(self.at_once, self._left + (now - self._since) * self.per_second)
        self._since = now
        if self._left < 1:
            return False
        self._left -= 1
        return True


class Gate(ABC):
    """Lets through to ``app`` what is asked of this machine under one of its names, by a page of its own where it matters."""

    title, open_again = TITLE, OPEN_AGAIN
    """What the page is called that says why somebody is not let in, and what it says to who comes under another name."""

    def __init__(self, app: ASGIApp, port: int, names: Collection[str], secure: bool = False) -> None:
        """Answer to ``names`` at ``port`` alone; ``secure`` where what comes in is encrypted."""
        self.app, self.scheme = app, "https" if secure else "http"
        usual = port == (443 if secure else 80)
        self.hosts = frozenset(f"{name}:{port}" for name in names) | (frozenset(names) if usual else frozenset())

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request, or hand it on."""
        if scope["type"] != "http":
            if scope["type"] == "lifespan":
                await self.app(scope, receive, send)
            return
        begun = False

        async def answer(message: Message) -> None:
            nonlocal begun
            if message["type"] == "http.response.start":
                begun = True
                headers = MutableHeaders(scope=message)
                for name, value in HEADERS.items():
                    headers.setdefault(name, value)
                headers.setdefault("content-security-policy", POLICY)
            await send(message)

        try:
            reply = self.let_in(scope, Headers(scope=scope))
            if reply is None:
                await self.app(scope, Body(scope, receive, *self.limits(scope)), answer)
                return
        except Refused as why:
            reply = refusal(why, self.title)
        except Exception as crash:  # it has been told already, where anything could be
            LOG.critical("the desk could not answer %s", scope["path"], exc_info=crash)
            sentence = WENT_WRONG.format(kind=type(crash).__name__)
            reply = refusal(Refused(HTTPStatus.INTERNAL_SERVER_ERROR, sentence), self.title)
        if not begun:
            await reply(scope, receive, answer)

    @abstractmethod
    def let_in(self, scope: Scope, headers: Headers) -> Response | None:
        """The answer to who is not let in, or is only now; None for who is in. Raises Refused."""

    def limits(self, scope: Scope) -> tuple[int, str]:
        """How many bytes a request may send, and what is told to whom sends more."""
        return LARGEST_FORM, TOO_LONG_A_FORM

    def ask_whence(self, scope: Scope, headers: Headers) -> None:
        """Raise Refused for what was not sent to one of our names, or would change something for another page."""
        hosts, origins = headers.getlist("host"), headers.getlist("origin")
        if len(hosts) != 1 or hosts[0].lower() not in self.hosts:
            raise Refused(HTTPStatus.MISDIRECTED_REQUEST, self.open_again)
        if scope["method"] not in METHODS:
            raise Refused(HTTPStatus.METHOD_NOT_ALLOWED, ELSEWHERE)
        if any(origin.lower() != f"{self.scheme}://{hosts[0].lower()}" for origin in origins):
            raise Refused(HTTPStatus.FORBIDDEN, ELSEWHERE)
        if scope["method"] in CHANGING and not origins:
            raise Refused(HTTPStatus.FORBIDDEN, ELSEWHERE)
        if headers.get("sec-fetch-site", "none") not in ("none", "same-origin"):
            raise Refused(HTTPStatus.FORBIDDEN, ELSEWHERE)


class Guard(Gate):
    """Lets a browser through that brought the token of the address that was opened, or since then its cookie."""

    def __init__(
        self, app: ASGIApp, access: Access, port: int, names: Collection[str], rate: Rate | None = None
    ) -> None:
        """Answer to the ``names`` of this machine at ``port`` alone."""
        super().__init__(app, port, names)
        self.access, self.rate = access, rate or Rate()
        self.cookie = f"pledgebatch-{port}"
        self.seen = time.monotonic()
        """When somebody who was let in last asked for something."""

    def limits(self, scope: Scope) -> tuple[int, str]:
        """A file may be as large as one in the inbox."""
        upload = scope["method"] in CHANGING and scope["path"].startswith(UPLOADS)
        return (LARGEST_FILE, TOO_BIG) if upload else super().limits(scope)

    def let_in(self, scope: Scope, headers: Headers) -> Response | None:
        """As declared."""
        self.ask_whence(scope, headers)
        if not self.rate.allows():
            raise Refused(HTTPStatus.TOO_MANY_REQUESTS, TOO_OFTEN)
        session = cookie_of(headers, self.cookie)
        number = self.access.number_of(session) if session else None
        token = QueryParams(scope["query_string"]).get("token")
        if token is not None and scope["method"] == "GET" and scope["path"] == "/":
            fresh = self.access.admit(token)
            if fresh:
                return self._welcome(fresh)
            if number is not None:
                return RedirectResponse("/", HTTPStatus.SEE_OTHER)
        if number is None:
            raise Refused(HTTPStatus.FORBIDDEN, OPEN_AGAIN)
        self.seen = time.monotonic()
        scope.setdefault("state", {})["session"] = number
        return None

    def _welcome(self, session: str) -> Response:
        reply = RedirectResponse("/", HTTPStatus.SEE_OTHER)
        reply.set_cookie(self.cookie, session, httponly=True, samesite="strict", path="/")
        return reply


def cookie_of(headers: Headers, name: str) -> str:
    """What a browser keeps for us under ``name``; nothing where it sends several."""
    sent = headers.getlist("cookie")
    return cookie_parser(sent[0]).get(name, "") if len(sent) == 1 else ""


class Body:
    """What is sent with a request, no more than ``most`` bytes and no slower than allowed."""

    def __init__(self, scope: Scope, receive: Receive, most: int, sentence: str) -> None:
        """Refuse with ``sentence`` what declares more."""
        self._receive, self._size, self._whole = receive, 0, False
        self._most, self._sentence = most, sentence
        self._until = time.monotonic() + LONGEST
        declared = Headers(scope=scope).get("content-length", "0")
        if not declared.isascii() or not declared.isdigit() or int(declared) > self._most:
            raise Refused(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, self._sentence)

    async def __call__(self) -> Message:
        """The next piece. Raises Refused."""
        if self._whole:  # whoever waits now waits for the browser to go away
            return await self._receive()
        try:
            message = await asyncio.wait_for(self._receive(), min(SILENCE, max(self._until - time.monotonic(), 0.1)))
        except TimeoutError:
            raise Refused(HTTPStatus.REQUEST_TIMEOUT, TOO_SLOW) from None
        self._size += len(message.get("body", b""))
        self._whole = not message.get("more_body", False)
        if self._size > self._most:
            raise Refused(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, self._sentence)
        return message


def refusal(why: Refused, title: str = TITLE) -> Response:
    """A page that says one sentence, for who gets no other."""
    return Response(plain_page(str(why), title), why.status, media_type="text/html; charset=utf-8")


def plain_page(sentence: str, title: str = TITLE) -> str:
    """A page of one sentence."""
    return (
        f'<!doctype html><html lang="zh-CN"><head><meta charset="utf-8"><title>{title}</title><link rel="icon" href="/desk.svg"></head>'
        f"<body><main><h1>{title}</h1><p>{html.escape(sentence)}。</p></main></body></html>"
    )
