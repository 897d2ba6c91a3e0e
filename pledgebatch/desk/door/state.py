"""What the door has while it is open."""

from concurrent.futures import Executor
from dataclasses import dataclass

from starlette.requests import Request

from pledgebatch.desk.door.looking import Entrance, look_in
from pledgebatch.desk.door.sessions import Session, Sessions
from pledgebatch.desk.door.tries import Tries
from pledgebatch.desk.door.verdicts import Verdicts
from pledgebatch.desk.state import Asking
from pledgebatch.pipeline.branch_passwords import Checking
from pledgebatch.pipeline.door_book import DoorBook


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

    async def entrance(self) -> Entrance:
        """Who may come in, and for which months."""
        return await self.ask(look_in)


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
    assert session is not None
    return session.code
