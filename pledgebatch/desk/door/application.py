"""The door as a web application: which address is answered by what."""

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from http import HTTPStatus

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from pledgebatch.desk.answering import Sentences, asset_routes
from pledgebatch.desk.door import entering, past, reporting
from pledgebatch.desk.door.pages import page, text_of
from pledgebatch.desk.door.state import Door
from pledgebatch.desk.guard import Refused
from pledgebatch.mistakes import OfficeMistake

LOG = logging.getLogger(__name__)
ASSETS = {
    "desk.css.j2": "text/css",
    "door.css.j2": "text/css",
    "door.js": "text/javascript",
    "desk.svg": "image/svg+xml",
}
AGAIN = 2.0
"""Seconds from one try to put into the inbox what waits for that to the next."""
SENTENCES = Sentences(lambda request, sentence: page(request, "sentence.html.j2", sentence=sentence), "没有这个页面")
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
            *asset_routes(ASSETS, text_of),
            *entering.ROUTES,
            *reporting.ROUTES,
            *past.ROUTES,
        ],
        exception_handlers={
            OfficeMistake: _tell_mistake,
            Refused: SENTENCES.refuse,
            HTTPException: SENTENCES.miss,
            Exception: _tell_crash,
        },
        lifespan=lifespan,
    )
    application.state.door, application.state.cookie = door, cookie
    return application


async def _put_away(door: Door) -> None:
    """Put into the inbox what was handed in while the office was at work."""
    while True:
        await asyncio.to_thread(door.put_away)
        door.tries.forget_old()
        await asyncio.sleep(AGAIN)


async def _tell_mistake(request: Request, mistake: Exception) -> Response:
    LOG.warning("the office has something to mend: %s", mistake)
    return SENTENCES.say(request, OFFICE, HTTPStatus.SERVICE_UNAVAILABLE)


async def _tell_crash(request: Request, crash: Exception) -> Response:
    return SENTENCES.say(request, WENT_WRONG, HTTPStatus.INTERNAL_SERVER_ERROR)
