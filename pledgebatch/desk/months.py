"""Months and years: how all of them stand, an organisation's year, and search through them."""

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from pledgebatch.desk.forms import begin_job, form_of, month_asked, text_in
from pledgebatch.desk.looking import find_in_months, list_standings, registered
from pledgebatch.desk.pages import desk_of, page
from pledgebatch.mistakes import OfficeMistake
from pledgebatch.pipeline.workspace import Workspace
from pledgebatch.schema.periods import read_year

NOT_A_YEAR = "“{typed}”不是年度，应写成 2011 这样"


async def show(request: Request) -> Response:
    """All months, and the archives of years that were made."""
    desk = desk_of(request)
    period, months = await month_asked(request)
    if months.mistake or not desk.workspace.registry.is_file():
        return page(request, "months.html.j2", period, months=months, standings=[], rows=[], archives=[])
    standings = await desk.ask(list_standings)
    rows = await desk.ask(registered)
    return page(
        request,
        "months.html.j2",
        period,
        months=months,
        standings=standings[::-1],
        rows=rows,
        archives=_archives(desk.workspace),
    )


def _archives(workspace: Workspace) -> list[tuple[str, str, str]]:
    """Year, folder and file of the archives of organisations."""
    found = sorted((workspace.root / "output" / "years").glob("*/*/*.html"))
    return [(path.parent.parent.name, path.parent.name, path.name) for path in found]


async def make_archive(request: Request) -> Response:
    """Begin the archive of one organisation's year."""
    form = await form_of(request)
    code, typed = text_in(form, "organisation"), text_in(form, "year")
    year = read_year(typed[:20])
    if year is None or not code:
        raise OfficeMistake(NOT_A_YEAR.format(typed=typed[:20]))
    return begin_job(request, f"{code} {year} 年档案", "/months", "year", code, "--year", str(year))


async def search(request: Request) -> Response:
    """Search through all months."""
    desk = desk_of(request)
    period, _ = await month_asked(request)
    word = request.query_params.get("q", "")[:60]
    found, more = await desk.ask(find_in_months, word) if word.strip() else ([], False)
    return page(request, "search.html.j2", period, word=word, found=found, more=more)


ROUTES = [
    Route("/months", show),
    Route("/months/year", make_archive, methods=["POST"]),
    Route("/search", search),
]
