"""What the door has while it is open."""

import asyncio
import logging
import os
from collections.abc import Iterator
from concurrent.futures import Executor, Future
from contextlib import contextmanager
from dataclasses import dataclass
from http import HTTPStatus

from starlette.requests import Request

from pledgebatch.desk.door.looking import Entrance, look_in
from pledgebatch.desk.door.sessions import Session, Sessions
from pledgebatch.desk.door.tries import Tries
from pledgebatch.desk.door.verdicts import Verdicts
from pledgebatch.desk.guard import Refused
from pledgebatch.desk.state import Asking
from pledgebatch.mistakes import OfficeMistake
from pledgebatch.pipeline.branch_passwords import Checking
from pledgebatch.pipeline.door_book import DoorBook
from pledgebatch.pipeline.hand_in import put_away
from pledgebatch.pipeline.lock import WorkspaceHeld

LOG = logging.getLogger(__name__)


@dataclass
class Door(Asking):
    """The door of one workspace."""

    judging: Executor
    """Opens what branches bring."""
    book: DoorBook
    checking: Checking
    sessions: Sessions
    verdicts: Verdicts
    tries: Tries
    secure: bool
    """Whether what goes over the network is encrypted."""
    contact: str = ""
    """Whom a branch may ask."""

    _entrance: "tuple[object, Future[Entrance]] | None" = None
    _hindrance: str = ""

    async def entrance(self) -> Entrance:
        """Who may come in, and for which months: looked up anew once the registry or the months are others, not with each
        workbook that is handed in. Raises OfficeMistake where the registry cannot be read."""
        stamp = await asyncio.to_thread(self._standing)
        if self._entrance is None or self._entrance[0] != stamp:
            self._entrance = stamp, self.looking.submit(look_in, self.workspace)
        try:
            return await asyncio.shield(asyncio.wrap_future(self._entrance[1]))
        except Exception:  # it is told to who comes, and asked anew
            self._entrance = None
            raise

    def put_away(self) -> None:
        """Put into the inbox what was handed in, as far as that can be done now: it is safe as it is, and tried again.
        What keeps from it is logged once, but for another command at work."""
        try:
            put_away(self.workspace, self.book)
        except WorkspaceHeld:
            return
        except Exception as mistake:  # whatever it is, a branch that handed in has its receipt
            if self._hindrance != (now := repr(mistake)):
                LOG.exception("what was handed in could not be put into the inbox")
            self._hindrance = now
        else:
            self._hindrance = ""

    def _standing(self) -> object:
        months = [
            sorted(os.listdir(folder)) if (folder := self.workspace.root / name).is_dir() else []
            for name in ("inbox", "input_templates", "output")
        ]
        try:
            status = self.workspace.registry.stat()
        except OSError:
            return None, months
        return (status.st_size, status.st_mtime_ns), months


@contextmanager
def told_to_branch() -> Iterator[None]:
    """What goes wrong meanwhile is the branch's own to mend: it is told so. Everything else is no business of a branch."""
    try:
        yield
    except OfficeMistake as mistake:
        raise Refused(HTTPStatus.CONFLICT, str(mistake)) from None


def door_of(request: Request) -> Door:
    """The door that a request is about."""
    door: Door = request.app.state.door
    return door


def session_of(request: Request) -> Session | None:
    """Who asks; None for who is not signed in."""
    session: Session | None = request.scope["state"]["session"]
    return session


def code_of(request: Request) -> str:
    """The organisation that asks."""
    session = session_of(request)
    assert session is not None  # the guard lets nobody else through
    return session.code
