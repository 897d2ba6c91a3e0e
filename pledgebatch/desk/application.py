"""The desk as a web application: which address is answered by what."""

import asyncio
import logging
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from http import HTTPStatus

from starlette.applications import Starlette
from starlette.background import BackgroundTask
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
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
from pledgebatch.desk.answering import Sentences, asset_routes
from pledgebatch.desk.guard import WENT_WRONG, Refused, plain_page
from pledgebatch.desk.pages import desk_of, page, session_of, text_of
from pledgebatch.desk.state import Desk
from pledgebatch.mistakes import OfficeMistake, OurLimit, mendable

LOG = logging.getLogger(__name__)
ASSETS = {"desk.css.j2": "text/css", "desk.js": "text/javascript", "desk.svg": "image/svg+xml"}
GRACE = 2.0
"""Seconds from the last page, and what belongs to it, to the end."""
SENTENCES = Sentences(
    lambda request, sentence: page(request, "sentence.html.j2", sentence=sentence), "没有这个页面或文件"
)
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
            *asset_routes(ASSETS, text_of),
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
            Refused: SENTENCES.refuse,
            HTTPException: SENTENCES.miss,
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


async def _tell_mistake(request: Request, mistake: Exception) -> Response:
    desk_of(request).log.write(session_of(request), f"没有做成：{mistake}")
    return SENTENCES.say(request, str(mistake), HTTPStatus.CONFLICT)


async def _tell_crash(request: Request, crash: Exception) -> Response:
    if mistake := mendable(crash):
        return await _tell_mistake(request, mistake)
    if isinstance(crash, OurLimit):
        return SENTENCES.say(request, str(crash), HTTPStatus.INTERNAL_SERVER_ERROR)
    return SENTENCES.say(request, WENT_WRONG.format(kind=type(crash).__name__), HTTPStatus.INTERNAL_SERVER_ERROR)
