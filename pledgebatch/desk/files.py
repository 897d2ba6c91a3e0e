"""Files of the workspace as they stand on disk, and nothing beside them."""

import os
import re
import subprocess
import sys
from pathlib import Path
from urllib.parse import quote

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import FileResponse, Response
from starlette.routing import Route

from pledgebatch.desk.forms import form_of, month_asked, text_in
from pledgebatch.desk.pages import back, came_from, desk_of, session_of
from pledgebatch.mistakes import OfficeMistake
from pledgebatch.publish.render import policy

FOLDERS = ("output", "input_templates", "forms", "mail", "inbox")
"""The folders whose files are handed out."""
OURS = ("output", "input_templates", "forms")
"""Those in which only we write: their pages are shown, all else is saved first."""
BOOKS = ("registry.xlsx", "layouts.xlsx", "decisions.xlsx", "pledgebatch.toml", "pledgebatch.log", "desk.log")
SCRIPTS = ("scripted.js", "board.js")
CANNOT_OPEN = "打不开 {name}，请在文件夹 {folder} 中打开"
UNSEEN = re.compile(r"[\x00-\x1f:]")


def find_file(root: Path, asked: str) -> Path | None:
    """The file of the workspace that a path names; None where there is none that may be handed out."""
    parts = asked.split("/")
    if UNSEEN.search(asked) or "\\" in asked or any(part in ("", ".", "..") or part.startswith(".") for part in parts):
        return None
    if not (parts[0] in FOLDERS and len(parts) > 1 or asked in BOOKS):
        return None
    path = root / asked
    try:
        whole = path.resolve(strict=True)
    except (OSError, RuntimeError, ValueError):  # not there, links in a circle, no name of a file
        return None
    own = root.resolve() / parts[0]
    return whole if whole.is_file() and (whole == own or whole.is_relative_to(own)) else None


async def serve_file(request: Request) -> Response:
    """A file, shown where it is a page of ours, else to be saved."""
    asked = request.path_params["path"]
    path = find_file(desk_of(request).workspace.root, asked)
    if path is None:
        raise HTTPException(404)
    if path.suffix == ".html" and asked.startswith(OURS):
        shown = FileResponse(path, media_type="text/html; charset=utf-8", content_disposition_type="inline")
        shown.headers["content-security-policy"] = f"{policy(SCRIPTS)}; frame-ancestors 'none'"
        return shown
    return FileResponse(path, media_type="application/octet-stream", filename=asked.rpartition("/")[2])


async def open_here(request: Request) -> Response:
    """Open one of the office's own files or folders on this machine, as a double click would."""
    desk = desk_of(request)
    form = await form_of(request)
    period, _ = await month_asked(request)
    place, name = desk.workspace, text_in(form, "what")
    known = {each: place.root / each for each in BOOKS} | {
        "inbox": place.inbox(period),
        "output": place.output(period),
        "input_templates": place.templates(period),
        "forms": place.forms(period),
        "": place.root,
    }
    path = known.get(name)
    if path is None or not path.exists():
        raise OfficeMistake(CANNOT_OPEN.format(name=name[:40], folder=place.root))
    try:
        open_on_this_machine(path)
    except OSError:
        raise OfficeMistake(CANNOT_OPEN.format(name=path.name, folder=path.parent)) from None
    desk.log.write(session_of(request), f"打开 {name}")
    return back(request, came_from(text_in(form, "from")), f"已打开 {path.name}")


def open_on_this_machine(path: Path) -> None:
    """Open a file or folder in the program that the system has for it."""
    if sys.platform == "win32":
        os.startfile(path)  # a fixed file of the office's
        return
    program = "open" if sys.platform == "darwin" else "xdg-open"
    subprocess.Popen([program, path], stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def address_of(*parts: str) -> str:
    """Where a file of the workspace is served."""
    return "/files/" + quote("/".join(parts))


ROUTES = [Route("/files/{path:path}", serve_file), Route("/open", open_here, methods=["POST"])]
