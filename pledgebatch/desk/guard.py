"""Stands before every page: asks whence a request comes and who sends it, and takes no more than it must."""

import asyncio
import html
import logging
import time
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


class Guard:
    """Lets through to ``app`` what a browser that was let in asks of this machine, under its own name."""

    def __init__(
        self, app: ASGIApp, access: Access, port: int, names: Collection[str], rate: Rate | None = None
    ) -> None:
        """Answer to the ``names`` of this machine at ``port`` alone."""
        self.app, self.access, self.rate = app, access, rate or Rate()
        self.hosts = frozenset(f"{name}:{port}" for name in names) | (frozenset(names) if port == 80 else frozenset())
        self.cookie = f"pledgebatch-{port}"
        self.seen = time.monotonic()
        """When somebody who was let in last asked for something."""

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
            reply = self._at_the_door(scope)
            if reply is None:
                await self.app(scope, _Body(scope, receive), answer)
                return
        except Refused as why:
            reply = refusal(why)
        except Exception as crash:  # it has been told already, where anything could be
            LOG.critical("the desk could not answer %s", scope["path"], exc_info=crash)
            reply = refusal(Refused(HTTPStatus.INTERNAL_SERVER_ERROR, WENT_WRONG.format(kind=type(crash).__name__)))
        if not begun:
            await reply(scope, receive, answer)

    def _at_the_door(self, scope: Scope) -> Response | None:
        """The answer to who is not let in, or is only now; None for who is in. Raises Refused."""
        headers = Headers(scope=scope)
        hosts, origins = headers.getlist("host"), headers.getlist("origin")
        if len(hosts) != 1 or hosts[0].lower() not in self.hosts:
            raise Refused(HTTPStatus.MISDIRECTED_REQUEST, OPEN_AGAIN)
        if scope["method"] not in METHODS:
            raise Refused(HTTPStatus.METHOD_NOT_ALLOWED, ELSEWHERE)
        if any(origin.lower() != f"http://{hosts[0].lower()}" for origin in origins):
            raise Refused(HTTPStatus.FORBIDDEN, ELSEWHERE)
        if scope["method"] in CHANGING and not origins:
            raise Refused(HTTPStatus.FORBIDDEN, ELSEWHERE)
        if headers.get("sec-fetch-site", "none") not in ("none", "same-origin"):
            raise Refused(HTTPStatus.FORBIDDEN, ELSEWHERE)
        if not self.rate.allows():
            raise Refused(HTTPStatus.TOO_MANY_REQUESTS, TOO_OFTEN)
        cookies = [cookie_parser(each).get(self.cookie, "") for each in headers.getlist("cookie")]
        number = self.access.number_of(cookies[0]) if len(cookies) == 1 else None
        token = QueryParams(scope["query_string"]).get("token")
        if token is not None and scope["method"] == "GET" and scope["path"] == "/":
            session = self.access.admit(token)
            if session:
                return self._welcome(session)
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


class _Body:
    """What is sent with a request, no more and no slower than allowed."""

    def __init__(self, scope: Scope, receive: Receive) -> None:
        self._receive, self._size, self._whole = receive, 0, False
        upload = scope["method"] in CHANGING and scope["path"].startswith(UPLOADS)
        self._most, self._sentence = (LARGEST_FILE, TOO_BIG) if upload else (LARGEST_FORM, TOO_LONG_A_FORM)
        self._until = time.monotonic() + LONGEST
        declared = Headers(scope=scope).get("content-length", "0")
        if not declared.isascii() or not declared.isdigit() or int(declared) > self._most:
            raise Refused(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, self._sentence)

    async def __call__(self) -> Message:
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


def refusal(why: Refused) -> Response:
    """A page that says one sentence, for who gets no other."""
    return Response(plain_page(str(why)), why.status, media_type="text/html; charset=utf-8")


def plain_page(sentence: str) -> str:
    """A page of one sentence."""
    return (
        '<!doctype html><html lang="zh-CN"><head><meta charset="utf-8"><title>工作台</title><link rel="icon" href="/desk.svg"></head>'
        f"<body><main><h1>工作台</h1><p>{html.escape(sentence)}。</p></main></body></html>"
    )
