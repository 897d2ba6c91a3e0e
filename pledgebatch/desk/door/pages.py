"""The door's pages: templates of its own in the style of the desk."""

from functools import cache
from importlib.resources import files
from typing import Any

from jinja2 import Template
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from pledgebatch.desk.door.state import door_of, session_of
from pledgebatch.publish.render import environment

OWN = "pledgebatch.desk.door"
TABS = (("/", "报送"), ("/past", "往月"), ("/password", "改密码"))


@cache
def _template(name: str) -> Template:
    return environment(OWN, "pledgebatch.desk", "pledgebatch.publish").get_template(name)


@cache
def text_of(name: str) -> str:
    """The style or the script, which no page carries itself."""
    if name.endswith(".j2"):
        return _template(name).render()
    room = OWN if name.startswith("door") else "pledgebatch.desk"
    return files(room).joinpath("pages", name).read_text("utf-8")


def page(request: Request, name: str, status: int = 200, **values: Any) -> Response:
    """A page, with what is told at the head of each."""
    door, session = door_of(request), session_of(request)
    notes, code = ([], "") if session is None else (session.notes[:], session.code)
    if session:
        session.notes.clear()
    shared = {
        "tabs": TABS if session else (),
        "here": request.url.path,
        "code": code,
        "org_name": "",
        "secure": door.secure,
        "contact": door.contact,
        "notes": notes,
    }
    return HTMLResponse(_template(name).render(shared | values), status)


def back(request: Request, target: str, sentence: str = "") -> Response:
    """Go on with another page, and say there what was done."""
    session = session_of(request)
    if sentence and session:
        session.notes.append(sentence)
    return RedirectResponse(target, 303)
