"""The desk's pages: templates of its own in the style of those that are published."""

from functools import cache
from importlib.resources import files
from typing import Any

from jinja2 import Template
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from pledgebatch.desk.state import Desk
from pledgebatch.notice.periods import Period
from pledgebatch.publish.render import environment

OWN = "pledgebatch.desk"
TABS = (
    ("/", "今天"), ("/registry", "单位名册"), ("/settings", "设置"), ("/workbooks", "下发"), ("/incoming", "收件"),
    ("/results", "结果"), ("/answers", "答复"), ("/letters", "发信"), ("/texts", "微信文字"), ("/branches", "网上报送"), ("/months", "各月"),
    ("/search", "查找"),
)  # fmt: skip
"""The pages, in the order of a month."""


@cache
def _template(name: str) -> Template:
    return environment(OWN, "pledgebatch.publish").get_template(name)


@cache
def text_of(name: str) -> str:
    """The style or the script, which no page carries itself."""
    if name.endswith(".j2"):
        return _template(name).render()
    return files(OWN).joinpath("pages", name).read_text("utf-8")


def desk_of(request: Request) -> Desk:
    """The desk that a request is about."""
    desk: Desk = request.app.state.desk
    return desk


def session_of(request: Request) -> int:
    """The number of the browser that asks."""
    return int(request.scope["state"]["session"])


def page(request: Request, name: str, period: Period | None = None, **values: Any) -> Response:
    """A page, with what is told at the head of each."""
    desk = desk_of(request)
    shared = {
        "tabs": TABS,
        "here": request.url.path,
        "folder": str(desk.workspace.root),
        "name": desk.workspace.root.name,
        "period": period,
        "job": request.scope["state"]["job"],
        "notes": desk.notes.pop(session_of(request), []),
    }
    return HTMLResponse(_template(name).render(shared | values))


def back(request: Request, target: str, *sentences: str) -> Response:
    """Go on with another page, and say there what was done."""
    if sentences:
        desk_of(request).notes.setdefault(session_of(request), []).extend(sentences)
    return RedirectResponse(target, 303)


def came_from(typed: str) -> str:
    """One of our pages; the first where ``typed`` is none."""
    known, _, rest = typed.partition("?")
    return typed if known in dict(TABS) and rest.isprintable() else "/"
