"""汇总 and what came of it: the month's own page, reports, returns and ledgers, as they stand on disk."""

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from pledgebatch.desk.forms import begin_job, form_of, month_asked, period_in, text_in
from pledgebatch.desk.looking import folders_of, look_at
from pledgebatch.desk.pages import desk_of, page
from pledgebatch.schema.states import State

MOST_SHOWN = 300
WHOLE = ("汇总台账", "督办清单", "打印", "催报名单", "问题清单", "重做对照")
"""How the files for the office itself begin, in the order in which they are shown."""


async def show(request: Request) -> Response:
    """The results of a month."""
    desk = desk_of(request)
    period, months = await month_asked(request)
    if period not in months.done:
        return page(request, "results.html.j2", period, months=months, look=None, links={}, whole=[], labels={})
    look = await desk.ask(look_at, period)
    links = await desk.ask(folders_of, period)
    folder = desk.workspace.output(period)
    there = sorted(path.name for path in folder.iterdir() if path.is_file() and path.name.startswith(WHOLE))
    whole = sorted(there, key=lambda name: next(n for n, each in enumerate(WHOLE) if name.startswith(each)))
    labels = {str(state): state.label for state in State}
    find = request.query_params.get("find", "").strip()[:60]
    rows = [row for row in look.board if find in str(row["organisation"]) or find in str(row["org_name"])]
    return page(
        request, "results.html.j2", period, months=months, look=look, links=links, whole=whole, labels=labels,
        rows=rows[:MOST_SHOWN], count=len(rows), find=find,
    )  # fmt: skip


async def consolidate(request: Request) -> Response:
    """Begin 汇总 of a month."""
    form = await form_of(request)
    period = period_in(text_in(form, "month"))
    words = ["consolidate", "--period", str(period)]
    if text_in(form, "again"):
        words.append("--again")
        if text_in(form, "registry") == "now":
            words += ["--registry", "now"]
    return begin_job(request, f"汇总 {period}", f"/?month={period}", *words)


async def make_forms(request: Request) -> Response:
    """Begin to print the pledge forms of a month."""
    form = await form_of(request)
    period = period_in(text_in(form, "month"))
    words = ["forms", "--period", str(period)]
    code = text_in(form, "organisation")
    return begin_job(
        request,
        f"生成 {period} 承诺书",
        f"/results?month={period}",
        *words,
        *(["--organisation", code] if code else []),
    )


ROUTES = [
    Route("/results", show),
    Route("/results/consolidate", consolidate, methods=["POST"]),
    Route("/results/forms", make_forms, methods=["POST"]),
]
