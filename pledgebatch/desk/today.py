"""The first page: what came in, what is missing, what is the next step, with one large button for it."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from pledgebatch.desk.forms import month_asked
from pledgebatch.desk.looking import list_remarks, look_at
from pledgebatch.desk.pages import back, desk_of, page, session_of
from pledgebatch.notice.periods import Period
from pledgebatch.pipeline.send_out import begin
from pledgebatch.pipeline.status import Kind, Step
from pledgebatch.schema.states import LIVE, State


@dataclass(frozen=True)
class Next:
    """The next step: what it is called, where its button leads, what a form sends along."""

    label: str
    target: str
    why: str = ""
    fields: Sequence[tuple[str, str]] = ()
    """Sent by POST, where there are any."""


MAKE = "生成工作簿"


def next_step(period: Period, steps: Sequence[Step]) -> Next:
    """The button for the first of ``steps``, which the office's own commands name in their order."""
    for step in steps:
        month = str(step.period or period)
        again = (("again", "yes"),) if step.again else ()
        if step.kind is Kind.MAKE or step.kind is Kind.FOLLOWING:
            return Next(f"生成 {month} 的工作簿", "/workbooks/make", step.do, (("month", month),))
        if step.kind is Kind.WAIT:
            return Next("把收到的文件放进来", f"/incoming?month={month}", "等各单位报来；文件拖到页面上任何地方都行")
        if step.kind is Kind.CONSOLIDATE:
            return Next(f"汇总 {month}", "/results/consolidate", step.do, (("month", month), *again))
        if step.kind is Kind.DAMAGED:
            return Next(f"重做 {month}", "/results/consolidate", step.do, (("month", month), ("again", "yes")))
    return Next("看本月结果", f"/results?month={period}", "本月已办结")


def _others(steps: Sequence[Step]) -> list[str]:
    words = {Kind.REMIND: "/texts", Kind.RETURN: "/letters"}
    return [words[step.kind] for step in steps if step.kind in words]


async def show(request: Request) -> Response:
    """The page of today; without a workspace the one that makes it."""
    desk = desk_of(request)
    if not desk.workspace.registry.is_file():
        return page(request, "first_day.html.j2", beside=desk.workspace.books_beside(desk.workspace.registry))
    period, months = await month_asked(request)
    if months.mistake:
        return page(request, "today.html.j2", period, months=months, look=None, mistake=months.mistake)
    await asyncio.to_thread(desk.incoming.sweep)
    desk.incoming.expect(period)
    look, remarks = await desk.ask(look_at, period), await desk.ask(list_remarks, period)
    done = period in months.done
    reported = {
        each.organisation: each for each in desk.incoming.reported(period) if not done or each.file not in look.read
    }
    live = {row["organisation"] for row in look.board if row["state"] in LIVE} | reported.keys()
    missing = [row for row in look.board if row["organisation"] not in live]
    return page(
        request, "today.html.j2", period, months=months, look=look, mistake="", remarks=remarks, missing=missing, reported=len(look.board) - len(missing),
        next=next_step(period, look.standing.steps), steps=look.standing.steps, others=_others(look.standing.steps),
        returned=[row for row in look.board if row["state"] == State.RETURNED], fresh=list(reported.values()), done=done,
    )  # fmt: skip


async def make_workspace(request: Request) -> Response:
    """A new workspace in this folder."""
    desk = desk_of(request)
    await asyncio.to_thread(begin, desk.workspace.root)
    desk.log.write(session_of(request), "新建工作目录")
    return back(request, "/registry", "工作目录已建好，请填单位名册")


async def pulse(request: Request) -> Response:
    """How the job stands, for a page that stays open."""
    desk = desk_of(request)
    await asyncio.to_thread(desk.incoming.sweep)
    job = desk.jobs.current()
    if job is None:
        return JSONResponse({"job": None})
    shown = {
        "label": job.label,
        "running": job.running,
        "steps": job.steps[-3:],
        "ending": job.ending,
        "began": job.began,
    }
    return JSONResponse({"job": shown})


async def stop(request: Request) -> Response:
    """Have the job stopped."""
    desk = desk_of(request)
    desk.jobs.stop()
    desk.log.write(session_of(request), "停下正在做的事")
    return back(request, "/", "正在停下")


async def show_job(request: Request) -> Response:
    """What the last job said, in full."""
    return page(request, "job.html.j2")


ROUTES = [
    Route("/", show),
    Route("/new", make_workspace, methods=["POST"]),
    Route("/pulse.json", pulse),
    Route("/job", show_job),
    Route("/stop", stop, methods=["POST"]),
]
