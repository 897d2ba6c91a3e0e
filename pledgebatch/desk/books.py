"""The office's own books: the registry dropped in, its mistakes by cell, and the copy that it took the place of."""

import asyncio
import shutil
from collections.abc import Iterator
from contextlib import suppress
from itertools import count
from pathlib import Path

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from pledgebatch.desk.forms import month_asked, now
from pledgebatch.desk.looking import check_registry, list_remarks, registered
from pledgebatch.desk.pages import back, desk_of, page, session_of
from pledgebatch.desk.state import Desk
from pledgebatch.desk.turns import in_turn
from pledgebatch.engine.atomic import writing
from pledgebatch.mistakes import OfficeMistake

REPLACED = "replaced"
"""The folder of the copies that were replaced."""
MOST_KEPT = 20
MOST_SHOWN = 300
NOTHING_TO_RESTORE = "没有可以恢复的单位名册"


async def show(request: Request) -> Response:
    """The registry: who is in it, and what is to be mended."""
    desk = desk_of(request)
    period, _ = await month_asked(request)
    try:
        remarks = await desk.ask(list_remarks, period)
        rows, mistake = await desk.ask(registered), ""
    except OfficeMistake as why:
        remarks, rows, mistake = [], [], str(why)
    kept = [path.stem for path in _kept(desk)]
    return page(
        request,
        "registry.html.j2",
        period,
        remarks=remarks[:MOST_SHOWN],
        rows=rows,
        mistake=mistake,
        most=MOST_SHOWN,
        kept=kept,
    )


async def take(request: Request) -> Response:
    """Put a registry in the place of the one that is there, once it is seen that it can be read."""
    desk = desk_of(request)
    path = await desk.incoming.take(request.stream())
    try:
        remarks = await asyncio.wrap_future(desk.looking.submit(check_registry, desk.workspace, path))
        await asyncio.to_thread(_replace, desk, path)
    except OfficeMistake as mistake:
        name = desk.workspace.registry.name
        return JSONResponse({"mistake": str(mistake).replace(path.name, name)}, 409)
    finally:
        path.unlink(missing_ok=True)
    desk.incoming.forget()
    desk.log.write(session_of(request), f"换单位名册，要改的 {len(remarks)} 处")
    return JSONResponse({"note": f"单位名册已换上，{f'有 {len(remarks)} 处要改' if remarks else '没有要改的'}"})


def _replace(desk: Desk, path: Path) -> None:
    """Put a copy of ``path`` in the place of the registry, of which a copy is kept."""
    with in_turn(desk.workspace):
        _put(desk, path)


def _put(desk: Desk, path: Path) -> None:
    registry = desk.workspace.registry
    if registry.is_file():
        folder = desk.folder / REPLACED
        folder.mkdir(parents=True, exist_ok=True)
        name = now().replace(":", "").replace(" ", "_")
        shutil.copy2(registry, next(free for free in _names(folder, name) if not free.exists()))
    with writing(registry) as fresh:
        shutil.copyfile(path, fresh)
    for old in _kept(desk)[MOST_KEPT:]:
        with suppress(OSError):  # a copy too many is no harm
            old.unlink()


def _names(folder: Path, name: str) -> Iterator[Path]:
    """Names for a copy: several may be replaced in one second."""
    return (folder / f"{name}{f'_{number}' if number else ''}.xlsx" for number in count())


def _kept(desk: Desk) -> list[Path]:
    """The copies that were replaced, the last first."""
    return sorted((desk.folder / REPLACED).glob("*.xlsx"), reverse=True)


async def restore(request: Request) -> Response:
    """Put the registry back that was replaced last; the one that goes is kept in its turn."""
    desk = desk_of(request)
    await asyncio.to_thread(_restore, desk)
    desk.incoming.forget()
    desk.log.write(session_of(request), "恢复上一份单位名册")
    return back(request, "/registry", "已恢复上一份单位名册")


def _restore(desk: Desk) -> None:
    with in_turn(desk.workspace):
        kept = _kept(desk)
        if not kept:
            raise OfficeMistake(NOTHING_TO_RESTORE)
        last = kept[0].replace(desk.folder / "restored")
        _put(desk, last)
        last.unlink()


ROUTES = [
    Route("/registry", show),
    Route("/registry", take, methods=["POST"]),
    Route("/restore", restore, methods=["POST"]),
]
