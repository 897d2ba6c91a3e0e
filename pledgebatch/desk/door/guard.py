"""Stands before the door: signed in or not, how often from where, how much may be sent."""

import time
from collections import OrderedDict
from collections.abc import Callable, Collection
from http import HTTPStatus

from starlette.datastructures import Headers
from starlette.responses import RedirectResponse, Response
from starlette.types import ASGIApp, Scope

from pledgebatch.desk.door.sessions import Sessions
from pledgebatch.desk.guard import CHANGING, TOO_OFTEN, Gate, Rate, Refused, cookie_of
from pledgebatch.intake.find import LARGEST_FILE, TOO_BIG
from pledgebatch.pipeline.door_book import DoorBook

TITLE = "网上报送"
OPEN_AGAIN = "请用通知上写的网址打开这个页面"
SIGN_IN = "请先登录"
ENTRY = "/in"
OPEN = ("/", ENTRY, "/desk.css", "/door.css", "/door.js", "/desk.svg")
"""What is answered to who is not signed in."""
SHORTEST_FORM = 4_096
"""Bytes that who is not signed in may send."""
EVERYBODY, EACH, SIGNING_IN = (300.0, 1_200.0), (60.0, 300.0), (3.0, 60.0)
"""Requests in a second in the long run and at once: of all, from one address, and to sign in from one address."""
MOST_ADDRESSES = 5_000


class Rates:
    """How often is asked from each address; the addresses that asked last are known."""

    def __init__(self, each: tuple[float, float], clock: Callable[[], float] = time.monotonic) -> None:
        """Allow ``each`` so many in a second and at once."""
        self._each, self._clock = each, clock
        self._known: OrderedDict[str, Rate] = OrderedDict()

    def allows(self, address: str) -> bool:
        """Whether one more may come from there now."""
        rate = self._known.pop(address, None) or Rate(*self._each, self._clock)
        self._known[address] = rate
        while len(self._known) > MOST_ADDRESSES:
            self._known.popitem(last=False)
        return rate.allows()


def cookie_name(port: int, secure: bool) -> str:
    """By what browsers are known; one that is encrypted takes it from nobody else of the same name."""
    return f"__Host-pledgebatch-{port}" if secure else f"pledgebatch-door-{port}"


class DoorGuard(Gate):
    """Lets who is signed in through, and everybody to the page where one signs in."""

    title, open_again = TITLE, OPEN_AGAIN

    def __init__(
        self, app: ASGIApp, sessions: Sessions, book: DoorBook, place: tuple[int, Collection[str]], secure: bool
    ) -> None:
        """Answer at a port under the names of ``place`` alone."""
        super().__init__(app, *place, secure)
        self._sessions, self._book = sessions, book
        self.cookie = cookie_name(place[0], secure)
        self.all, self.each, self.entries = Rate(*EVERYBODY), Rates(EACH), Rates(SIGNING_IN)

    def limits(self, scope: Scope) -> tuple[int, str]:
        """Only who is signed in may send a file."""
        if scope["state"]["session"] is None:
            return SHORTEST_FORM, super().limits(scope)[1]
        return (LARGEST_FILE, TOO_BIG) if scope["path"].startswith("/drop/") else super().limits(scope)

    def let_in(self, scope: Scope, headers: Headers) -> Response | None:
        """As declared."""
        self.ask_whence(scope, headers)
        self._ask_how_often(scope)
        secret = cookie_of(headers, self.cookie)
        session = self._sessions.find(secret) if secret else None
        if session:
            account = self._book.account(session.code)
            if account is None or account.stamp != session.stamp:
                self._sessions.end(secret)
                session = None
        scope.setdefault("state", {}).update(session=session, secret=secret if session else "")
        if session or scope["path"] in OPEN:
            return None
        if scope["method"] in CHANGING or scope["path"].endswith(".json"):
            raise Refused(HTTPStatus.FORBIDDEN, SIGN_IN)
        return RedirectResponse("/", HTTPStatus.SEE_OTHER)

    def _ask_how_often(self, scope: Scope) -> None:
        address = (scope.get("client") or ("",))[0]
        signs_in = scope["method"] in CHANGING and scope["path"] == ENTRY
        fine = self.each.allows(address) and self.all.allows() and (not signs_in or self.entries.allows(address))
        if not fine:
            raise Refused(HTTPStatus.TOO_MANY_REQUESTS, TOO_OFTEN)
