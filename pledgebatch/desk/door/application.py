"""The door as a web application: which address is answered by what."""

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from http import HTTPStatus

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from pledgebatch.desk.door import entering, past, reporting
from pledgebatch.desk.door.pages import page, text_of
from pledgebatch.desk.door.state import Door
from pledgebatch.desk.guard import Refused
from pledgebatch.mistakes import OfficeMistake
from pledgebatch.pipeline.hand_in import put_away

LOG = logging.getLogger(__name__)
ASSETS = {
    "desk.css.j2": "text/css",
    "door.css.j2": "text/css",
    "door.js": "text/javascript",
    "desk.svg": "image/svg+xml",
}
AGAIN = 2.0
"""Seconds from one try to put into the inbox what waits for that to the next."""
NOTHING_HERE = "没有这个页面"
OFFICE = "办公室的名册、设置或记录正在改动，现在办不了：请过一会儿再试，或与办公室联系"
WENT_WRONG = "程序出错，没有做完：请再试一次；还不行的，请与办公室联系"


def make_application(door: Door, cookie: str) -> Starlette:
    """The application over ``door``, which knows browsers by ``cookie``."""

    @asynccontextmanager
    async def lifespan(_: Starlette) -> AsyncIterator[None]:
        putting = asyncio.create_task(_put_away(door))
        with suppress(OfficeMistake):  # which is told to whoever comes
            door.verdicts.warm_up((await door.entrance()).months)
        yield
        putting.cancel()
        for pool in (door.looking, door.judging):
            pool.shutdown(cancel_futures=True)
        door.book.close()

    application = Starlette(
        routes=[
            *(Route(f"/{name.removesuffix('.j2')}", _asset(name, kind)) for name, kind in ASSETS.items()),
            *entering.ROUTES,
            *reporting.ROUTES,
            *past.ROUTES,
        ],
        exception_handlers={
            OfficeMistake: _tell_mistake,
            Refused: _tell_refusal,
            HTTPException: _tell_missing,
            Exception: _tell_crash,
        },
        lifespan=lifespan,
    )
    application.state.door, application.state.cookie = door, cookie
    return application


async def _put_away(door: Door) -> None:
    """Put into the inbox what was handed in while the office was at work."""
    while True:
        with suppress(OfficeMistake):
            try:
                await asyncio.to_thread(put_away, door.workspace, door.book)
            except OSError:
                LOG.exception("what was handed in could not be put into the inbox")
        door.tries.forget_old()
        await asyncio.sleep(AGAIN)


def _asset(name: str, kind: str) -> Callable[[Request], Awaitable[Response]]:
    async def give(_: Request) -> Response:
        return Response(text_of(name), media_type=kind)

    return give


def _tell(request: Request, sentence: str, status: int) -> Response:
    if request.url.path.endswith(".json") or request.headers.get("accept", "").startswith("application/json"):
        return JSONResponse({"mistake": sentence}, status)
    return page(request, "sentence.html.j2", status, sentence=sentence)


async def _tell_mistake(request: Request, mistake: Exception) -> Response:
    LOG.warning("the office has something to mend: %s", mistake)
    return _tell(request, OFFICE, HTTPStatus.SERVICE_UNAVAILABLE)


async def _tell_refusal(request: Request, why: Exception) -> Response:
    assert isinstance(why, Refused)
    return _tell(request, str(why), why.status)


async def _tell_missing(request: Request, why: Exception) -> Response:
    assert isinstance(why, HTTPException)
    return _tell(request, NOTHING_HERE, why.status_code)


async def _tell_crash(request: Request, crash: Exception) -> Response:
    return _tell(request, WENT_WRONG, HTTPStatus.INTERNAL_SERVER_ERROR)
