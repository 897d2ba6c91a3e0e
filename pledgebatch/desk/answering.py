"""What the desk and the door answer alike: their assets, and a sentence where there is no page to give."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from pledgebatch.desk.guard import Refused


def asset_routes(assets: Mapping[str, str], text_of: Callable[[str], str]) -> list[Route]:
    """The routes of ``assets``, types by name; ``text_of`` gives what stands in one."""
    return [Route(f"/{name.removesuffix('.j2')}", _asset(text_of, name, kind)) for name, kind in assets.items()]


def _asset(text_of: Callable[[str], str], name: str, kind: str) -> Callable[[Request], Awaitable[Response]]:
    async def give(_: Request) -> Response:
        return Response(text_of(name), media_type=kind)

    return give


@dataclass(frozen=True)
class Sentences:
    """Answers with a sentence: on a page, or as JSON to who asks for that."""

    page: Callable[[Request, str], Response]
    """The page that says a sentence."""
    nothing_here: str

    def say(self, request: Request, sentence: str, status: int) -> Response:
        """``sentence``, with its status."""
        if request.url.path.endswith(".json") or request.headers.get("accept", "").startswith("application/json"):
            return JSONResponse({"mistake": sentence}, status)
        response = self.page(request, sentence)
        response.status_code = status
        return response

    async def refuse(self, request: Request, why: Exception) -> Response:
        """Answer what was ``Refused``."""
        assert isinstance(why, Refused)  # as the application has it
        return self.say(request, str(why), why.status)

    async def miss(self, request: Request, why: Exception) -> Response:
        """Answer where there is nothing."""
        assert isinstance(why, HTTPException)  # as the application has it
        return self.say(request, self.nothing_here, why.status_code)
