"""Workbooks out: made, and downloaded as one zip, for all or by superior."""

import asyncio
import tempfile
import zipfile
from collections.abc import Iterable
from pathlib import Path

from starlette.background import BackgroundTask
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import FileResponse, Response
from starlette.routing import Route

from pledgebatch.desk.forms import begin_job, form_of, month_asked, period_in, text_in
from pledgebatch.desk.looking import list_made
from pledgebatch.desk.pages import desk_of, page, session_of
from pledgebatch.publish.leaflet import LEAFLET_NAME
from pledgebatch.xlsx.safe_text import file_name

MOST_SHOWN = 500


async def show(request: Request) -> Response:
    """The workbooks of a month."""
    desk = desk_of(request)
    period, months = await month_asked(request)
    made = await desk.ask(list_made, period) if not months.mistake else None
    following = max(months.done).following if months.done else period
    return page(request, "workbooks.html.j2", period, months=months, made=made, following=following, most=MOST_SHOWN)


async def make(request: Request) -> Response:
    """Begin to make the workbooks of a month."""
    period = period_in(text_in(await form_of(request), "month"))
    return begin_job(
        request, f"生成 {period} 的工作簿", f"/workbooks?month={period}", "templates", "--period", str(period)
    )


async def download(request: Request) -> Response:
    """The workbooks of a month, of all or below one superior, with the leaflet, as one zip."""
    desk = desk_of(request)
    period, _ = await month_asked(request)
    made = await desk.ask(list_made, period)
    code = request.query_params.get("superior", "")
    names = {each[0]: each for each in made.superiors}
    if code and code not in names or not made.files:
        raise HTTPException(404)
    files = names[code][2] if code else [str(each["file"]) for each in made.files]
    whose = [names[code][1]] if code else []
    folder = desk.workspace.templates(period)
    paths = [folder / each for each in (*files, *([LEAFLET_NAME] if made.leaflet else []))]
    path = await asyncio.to_thread(_zip, paths, desk.folder)
    desk.log.write(session_of(request), f"下载 {period} 工作簿 {len(files)} 个{''.join(whose)}")
    name = f"{file_name('承诺工作簿', str(period), *whose)}.zip"
    return FileResponse(
        path, media_type="application/zip", filename=name, background=BackgroundTask(path.unlink, missing_ok=True)
    )


def _zip(paths: Iterable[Path], folder: Path) -> Path:
    """A zip of files, which are packed already."""
    with tempfile.NamedTemporaryFile(dir=folder, suffix=".zip", delete=False) as file:
        with zipfile.ZipFile(file, "w", zipfile.ZIP_STORED) as container:
            for path in paths:
                container.write(path, path.name)
        return Path(file.name)


ROUTES = [
    Route("/workbooks", show),
    Route("/workbooks/make", make, methods=["POST"]),
    Route("/workbooks.zip", download),
]
