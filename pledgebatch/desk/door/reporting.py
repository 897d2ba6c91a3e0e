"""A month of a branch: brought, looked at, answered, handed in."""

import asyncio
import hashlib
import logging
from http import HTTPStatus
from pathlib import Path

from starlette.datastructures import FormData
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import FileResponse, JSONResponse, Response
from starlette.routing import Route

from pledgebatch.desk.door.pages import back, page
from pledgebatch.desk.door.state import Door, code_of, door_of, session_of, told_to_branch
from pledgebatch.desk.door.tries import Try
from pledgebatch.desk.files import SCRIPTS
from pledgebatch.desk.forms import form_of, period_in, text_in
from pledgebatch.desk.guard import Refused
from pledgebatch.notice.periods import Period
from pledgebatch.pipeline.answer_in_workbook import WORDS, write_answers
from pledgebatch.pipeline.door_book import Event
from pledgebatch.pipeline.examine import REPORT
from pledgebatch.pipeline.hand_in import hand_in, handed
from pledgebatch.publish.render import policy
from pledgebatch.schema.file_names import RETURN_FILE
from pledgebatch.schema.sheets import EXPLANATIONS

LOG = logging.getLogger(__name__)
WRITTEN = {"report": REPORT, "return": RETURN_FILE}
"""What was written of a try, by the last word of its address."""
NO_MONTH = "现在没有可以报送的月份，请等办公室的通知"
CLOSED = "{period} 已经不能报送：后面的月份已经汇总，请与办公室联系"
CHANGED = "文件已经换过，请看过新的结果再交"
UNFIT = "这份文件还不能交，请先按页面上的说明改好"
NOTHING_SAID = "没有写说明，没有改动"
SAID = "{count} 条说明已写进工作簿的《说明》，核验完就可以报送"
LONGEST_ANSWER = 1_000
DONE = "已交，办公室收到了"


async def month_in(request: Request) -> Period:
    """The month of the address, where something can still be handed in for it. Raises Refused."""
    period = _month(request.path_params["month"])
    if period not in (await door_of(request).entrance()).months:
        raise Refused(HTTPStatus.CONFLICT, CLOSED.format(period=period))
    return period


def _month(typed: str) -> Period:
    with told_to_branch():
        return period_in(typed)


async def _form(request: Request) -> FormData:
    with told_to_branch():
        return await form_of(request)


async def show(request: Request) -> Response:
    """The page on which a branch signs in, or brings its workbook and sees what it comes to."""
    door = door_of(request)
    if session_of(request) is None:
        return page(request, "sign_in.html.j2", mistake="", typed="")
    code, entrance = code_of(request), await door.entrance()
    typed = request.query_params.get("month")
    period = _month(typed) if typed else next(iter(entrance.months), None)
    if period is None or period not in entrance.months:
        mistake = CLOSED.format(period=period) if period else NO_MONTH
        return page(request, "sentence.html.j2", sentence=mistake, org_name=entrance.names.get(code, code))
    tried = door.tries.of(code, period)
    done = await asyncio.to_thread(door.book.handed, code, str(period))
    return page(
        request, "reporting.html.j2", period=period, months=entrance.months, tried=tried,
        examined=tried.examined if tried else None, done=done, org_name=entrance.names.get(code, code),
        usual=EXPLANATIONS["usual"].choices,
    )  # fmt: skip


async def take(request: Request) -> Response:
    """Take a file in, as it is sent."""
    door, code, period = door_of(request), code_of(request), await month_in(request)
    await door.tries.take(code, period, request.query_params.get("name", "")[:1000], request.stream())
    await asyncio.to_thread(door.book.note, code, Event.LOOKED, str(period))
    return JSONResponse({"month": str(period)})


async def ask(request: Request) -> Response:
    """Whether it is known what was brought."""
    tried = door_of(request).tries.of(code_of(request), _month(request.path_params["month"]))
    return JSONResponse({"waiting": bool(tried and not tried.examined)})


async def give(request: Request) -> Response:
    """The report or the marked-up workbook of the last try."""
    name = WRITTEN.get(request.path_params["what"], "")
    tried = door_of(request).tries.of(code_of(request), _month(request.path_params["month"]))
    path = tried.written(name) if tried else None
    if path is None or not path.is_file():
        raise HTTPException(404)
    return give_file(path)


def give_file(path: Path) -> Response:
    """A file of ours: a page is shown, all else is saved."""
    if path.suffix != ".html":
        return FileResponse(path, media_type="application/octet-stream", filename=path.name)
    shown = FileResponse(path, media_type="text/html; charset=utf-8", content_disposition_type="inline")
    shown.headers["content-security-policy"] = f"{policy(SCRIPTS)}; frame-ancestors 'none'"
    return shown


async def answer(request: Request) -> Response:
    """Write what is said of findings into the 说明 of the workbook, and have that judged in the place of the other."""
    door, code, period = door_of(request), code_of(request), await month_in(request)
    form = await _form(request)
    tried = door.tries.of(code, period)
    examined = tried.examined if tried else None
    if tried is None or examined is None or examined.sha256 != text_in(form, "shown"):
        raise Refused(HTTPStatus.CONFLICT, CHANGED)
    lines = [
        dict(asked) | {key: text_in(form, f"{key}-{number}")[:LONGEST_ANSWER] for key in WORDS}
        for number, asked in enumerate(examined.questions)
    ]
    lines = [
        line
        for line, asked in zip(lines, examined.questions, strict=True)
        if any(line[key] != asked[key] for key in WORDS)
    ]
    if not examined.fit or not lines:
        raise Refused(HTTPStatus.CONFLICT, NOTHING_SAID)
    with door.tries.making(code, tried.path.name) as target:
        with told_to_branch():
            await asyncio.wrap_future(door.judging.submit(write_answers, tried.path, target, lines))
        door.tries.begin(code, period, target)
    await asyncio.to_thread(door.book.note, code, Event.ANSWERED, str(period), f"{len(lines)} 条")
    return back(request, f"/?month={period}", SAID.format(count=len(lines)))


async def hand(request: Request) -> Response:
    """Hand in what was looked at, and give the receipt."""
    door, code, period = door_of(request), code_of(request), await month_in(request)
    shown = text_in(await _form(request), "shown")
    tried = door.tries.of(code, period)
    examined = tried.examined if tried else None
    if tried is None or examined is None or examined.sha256 != shown:
        if any(each.sha256 == shown for each in door.book.handed(code, str(period))):
            return back(request, f"/receipt/{period}")  # pressed twice
        raise Refused(HTTPStatus.CONFLICT, CHANGED)
    if not examined.fit:
        raise Refused(HTTPStatus.CONFLICT, UNFIT)
    await asyncio.to_thread(_hand_in, door, tried)
    return back(request, f"/receipt/{period}", DONE)


def _hand_in(door: Door, tried: Try) -> None:
    examined = tried.examined
    assert examined is not None  # whoever calls has looked
    if hashlib.sha256(tried.path.read_bytes()).hexdigest() != examined.sha256:
        raise Refused(HTTPStatus.CONFLICT, CHANGED)
    verdict = f"{examined.label}（{'、'.join(f'{label} {count}' for label, count in examined.counts.items())}）"
    hand_in(door.book, tried.path, handed(tried.code, tried.period, examined.sha256, tried.path.name, verdict))
    door.put_away()


async def receipt(request: Request) -> Response:
    """What was handed in for a month, and when."""
    door, code = door_of(request), code_of(request)
    period = _month(request.path_params["month"])
    done = await asyncio.to_thread(door.book.handed, code, str(period))
    if not done:
        raise HTTPException(404)
    names = (await door.entrance()).names
    return page(request, "receipt.html.j2", period=period, done=done, org_name=names.get(code, code))


ROUTES = [
    Route("/", show),
    Route("/drop/{month}", take, methods=["POST"]),
    Route("/try/{month}.json", ask),
    Route("/try/{month}/{what:str}", give),
    Route("/answer/{month}", answer, methods=["POST"]),
    Route("/hand/{month}", hand, methods=["POST"]),
    Route("/receipt/{month}", receipt),
]
