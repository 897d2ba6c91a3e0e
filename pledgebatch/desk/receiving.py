"""Coming in: what is dropped on the page, and what each file turned out to be."""

import asyncio
from collections.abc import Mapping, Sequence

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from pledgebatch.desk.forms import begin_job, form_of, month_asked, period_in, text_in
from pledgebatch.desk.incoming import Incoming, Upload, words_of
from pledgebatch.desk.looking import list_arrivals, list_months, look_at
from pledgebatch.desk.pages import desk_of, page, session_of
from pledgebatch.desk.state import Desk
from pledgebatch.notice.periods import Period
from pledgebatch.pipeline.judge import Judgement
from pledgebatch.schema.states import State

MOST_BY_HAND = 200
"""Files that came otherwise and are judged as soon as the page is opened; the others wait for the month."""
MOST_ROWS = 1_000


async def show(request: Request) -> Response:
    """What came in for a month."""
    desk = desk_of(request)
    period, months = await month_asked(request)
    desk.incoming.expect(period)
    arrivals = await desk.ask(list_arrivals, period)
    read = await _read_in(desk, period)
    for each in [each for each in arrivals if each.file not in read][:MOST_BY_HAND]:
        desk.incoming.judge(period, each, later=True)
    rows = [
        _line(desk.incoming.judgement(period, each.file), each.file, read.get(each.file, ""))
        for each in arrivals[:MOST_ROWS]
    ]
    return page(request, "incoming.html.j2", period, months=months, rows=rows, count=len(arrivals))


async def take(request: Request) -> Response:
    """Take a file in, as it is sent."""
    desk = desk_of(request)
    period = period_in(request.path_params["month"])
    name = request.query_params.get("name", "")[:1000]
    path = await desk.incoming.take(request.stream())
    upload = await asyncio.to_thread(desk.incoming.add, period, name, path)
    desk.log.write(session_of(request), f"收下 {period}：{upload.name}{f'（{upload.note}）' if upload.note else ''}")
    return JSONResponse({"name": upload.name, "note": upload.note})


async def list_uploads(request: Request) -> Response:
    """What was dropped lately, the last first, each with what is known of it."""
    desk = desk_of(request)
    period = period_in(request.path_params["month"])
    await asyncio.to_thread(desk.incoming.sweep)
    uploads = list(desk.incoming.uploads.get(period, ()))[::-1][:MOST_BY_HAND]
    read = await _read_in(desk, period) if uploads else {}
    rows = [_upload(desk.incoming, period, each, read) for each in uploads]
    return JSONResponse({"uploads": rows, "waiting": any(row["waiting"] for row in rows)})


async def _read_in(desk: Desk, period: Period) -> Mapping[str, str]:
    """The files of a month that is consolidated, each with its state."""
    months = await desk.ask(list_months)
    return (await desk.ask(look_at, period)).read if period in months.done and not months.mistake else {}


def _upload(incoming: Incoming, period: Period, upload: Upload, read: Mapping[str, str]) -> dict[str, object]:
    for each in upload.files:
        if each.file not in read:  # it may have been judged by what has changed since
            incoming.judge(period, each)
    files = [_line(incoming.judgement(period, each.file), each.file, read.get(each.file, "")) for each in upload.files]
    waiting = not upload.opened or any(not line["state"] and line["label"] == words_of(None)[1] for line in files)
    return {"name": upload.name, "note": upload.note, "files": files, "waiting": waiting}


def _line(judged: Judgement | str | None, file: str, read: str = "") -> dict[str, object]:
    """What is known of a file: by the month that was consolidated with it, or else by itself."""
    if judged is None and read:
        return {
            "file": file,
            "state": read,
            "label": State(read).label,
            "whose": "",
            "reason": "",
            "counts": [],
            "causes": [],
        }
    state, label = words_of(judged)
    if not isinstance(judged, Judgement):
        return {"file": file, "state": state, "label": label, "whose": "", "reason": "", "counts": [], "causes": []}
    whose = judged.org_name or (f"编码 {judged.organisation}" if judged.organisation else "")
    causes: Sequence[tuple[str, str, str]] = judged.causes
    return {
        "file": file, "state": state, "label": label, "whose": whose, "reason": judged.reason, "counts": list(judged.counts),
        "causes": [list(each) for each in causes],
    }  # fmt: skip


async def collect(request: Request) -> Response:
    """Fetch the replies from the mailbox."""
    period = period_in(text_in(await form_of(request), "month"))
    return begin_job(request, f"收取 {period} 的回信", f"/incoming?month={period}", "collect", "--period", str(period))


ROUTES = [
    Route("/incoming", show),
    Route("/incoming/collect", collect, methods=["POST"]),
    Route("/incoming/{month}.json", list_uploads),
    Route("/incoming/{month}", take, methods=["POST"]),
]
