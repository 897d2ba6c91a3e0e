"""The past months of a branch, and what the office decided."""

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from pledgebatch.desk.door.looking import SHOWN, decided_now, look_back
from pledgebatch.desk.door.pages import page
from pledgebatch.desk.door.reporting import give_file
from pledgebatch.desk.door.state import code_of, door_of, told_to_branch
from pledgebatch.desk.forms import period_in
from pledgebatch.schema.fields import Sheet
from pledgebatch.schema.sheets import SHEETS

KINDS = {"report": SHOWN[0], "return": SHOWN[1], "receipt": SHOWN[2]}
LABELS = {file: file.partition(".")[0] for file in SHOWN}
ADDRESSES = {file: kind for kind, file in KINDS.items()}


async def show(request: Request) -> Response:
    """All months of the branch that were consolidated, with the answers and decisions of each."""
    door, code = door_of(request), code_of(request)
    entrance = await door.entrance()
    months = await door.ask(look_back, code)
    now = next(iter(entrance.months), None)
    decided = await door.ask(decided_now, now, code) if now else []
    return page(
        request, "past.html.j2", months=months, decided=decided, now=now, labels=LABELS, addresses=ADDRESSES,
        headers=HEADERS, org_name=entrance.names.get(code, code),
    )  # fmt: skip


def _headers(sheet: Sheet) -> dict[tuple[str, str], str]:
    return {(sheet.name, each.key): each.header for each in sheet.fields}


HEADERS = {place: header for sheet in SHEETS for place, header in _headers(sheet).items()}


async def give(request: Request) -> Response:
    """A file that a past month has for the branch."""
    door, code = door_of(request), code_of(request)
    with told_to_branch():
        period = period_in(request.path_params["month"])
    name = KINDS.get(request.path_params["what"], "")
    month = next((each for each in await door.ask(look_back, code) if each.period == str(period)), None)
    if month is None or name not in month.files:
        raise HTTPException(404)
    return give_file(door.workspace.root / "output" / month.folder / name)


ROUTES = [Route("/past", show), Route("/past/{month}/{what:str}", give)]
