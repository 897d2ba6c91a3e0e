"""The desk as a web application: which address is answered by what."""

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from http import HTTPStatus

from starlette.applications import Starlette
from starlette.background import BackgroundTask
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp, Receive, Scope, Send

from pledgebatch.desk import (
    answers,
    books,
    branches,
    files,
    letters,
    months,
    receiving,
    results,
    settings_form,
    today,
    workbooks,
)
from pledgebatch.desk.guard import WENT_WRONG, Refused, plain_page
from pledgebatch.desk.pages import desk_of, page, session_of, text_of
from pledgebatch.desk.state import Desk
from pledgebatch.mistakes import OfficeMistake, OurLimit, mendable

LOG = logging.getLogger(__name__)
ASSETS = {"desk.css.j2": "text/css", "desk.js": "text/javascript", "desk.svg": "image/svg+xml"}
GRACE = 2.0
"""Seconds from the last page, and what belongs to it, to the end."""
NOTHING_HERE = "没有这个页面或文件"
BYE = "工作台已关闭，可以关掉这个页面"


def make_application(desk: Desk, close: Callable[[], None] = lambda: None) -> Starlette:
    """The application over ``desk``; ``close`` ends it."""

    async def closing(request: Request) -> Response:
        desk.log.write(session_of(request), "关闭工作台")
        return HTMLResponse(plain_page(BYE), background=BackgroundTask(close_soon))

    async def close_soon() -> None:
        await asyncio.sleep(GRACE)
        close()

    @asynccontextmanager
    async def lifespan(_: Starlette) -> AsyncIterator[None]:
        yield
        for pool in (desk.looking, desk.judging):
            pool.shutdown(cancel_futures=True)

    application = Starlette(
        routes=[
            *(Route(f"/{name.removesuffix('.j2')}", _asset(name, kind)) for name, kind in ASSETS.items()),
            Route("/close", closing, methods=["POST"]),
            *today.ROUTES,
            *books.ROUTES,
            *settings_form.ROUTES,
            *workbooks.ROUTES,
            *receiving.ROUTES,
            *results.ROUTES,
            *answers.ROUTES,
            *letters.ROUTES,
            *branches.ROUTES,
            *months.ROUTES,
            *files.ROUTES,
        ],
        exception_handlers={
            OfficeMistake: _tell_mistake,
            Refused: _tell_refusal,
            HTTPException: _tell_missing,
            Exception: _tell_crash,
        },
        middleware=[Middleware(JobFirst, desk)],
        lifespan=lifespan,
    )
    application.state.desk = desk
    return application


class JobFirst:
    """Notes how the last job stands before a page is made: what the page shows is then never older than that."""

    def __init__(self, app: ASGIApp, desk: Desk) -> None:
        """Note it for ``app``."""
        self.app, self.desk = app, desk

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """As declared."""
        if scope["type"] == "http":
            scope.setdefault("state", {})["job"] = self.desk.jobs.current()
        await self.app(scope, receive, send)


def _asset(name: str, kind: str) -> Callable[[Request], Awaitable[Response]]:
    async def give(_: Request) -> Response:
        return Response(text_of(name), media_type=kind)

    return give


def _tell(request: Request, sentence: str, status: int) -> Response:
    if request.url.path.endswith(".json") or request.headers.get("accept", "").startswith("application/json"):
        return JSONResponse({"mistake": sentence}, status)
    response = page(request, "sentence.html.j2", sentence=sentence)
    response.status_code = status
    return response


async def _tell_mistake(request: Request, mistake: Exception) -> Response:
    desk_of(request).log.write(session_of(request), f"没有做成：{mistake}")
    return _tell(request, str(mistake), HTTPStatus.CONFLICT)


async def _tell_refusal(request: Request, why: Exception) -> Response:
    assert isinstance(why, Refused)
    return _tell(request, str(why), why.status)


async def _tell_missing(request: Request, why: Exception) -> Response:
    assert isinstance(why, HTTPException)
    return _tell(request, NOTHING_HERE, why.status_code)


async def _tell_crash(request: Request, crash: Exception) -> Response:
    if mistake := mendable(crash):
        return await _tell_mistake(request, mistake)
    if isinstance(crash, OurLimit):
        return _tell(request, str(crash), HTTPStatus.INTERNAL_SERVER_ERROR)
    return _tell(request, WENT_WRONG.format(kind=type(crash).__name__), HTTPStatus.INTERNAL_SERVER_ERROR)
