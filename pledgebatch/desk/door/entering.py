"""In and out: code and password, another password."""

import asyncio

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from pledgebatch.desk.door.guard import ENTRY
from pledgebatch.desk.door.pages import page
from pledgebatch.desk.door.state import code_of, door_of, told_to_branch
from pledgebatch.desk.forms import form_of, text_in
from pledgebatch.mistakes import OfficeMistake
from pledgebatch.pipeline.branch_passwords import Checked, change_password
from pledgebatch.pipeline.door_book import Event
from pledgebatch.schema.texts import code as code_in

LONGEST_CODE = 40
NOT_RIGHT = "组织编码或密码不对"
WAIT = "连着输错了几次，请等 {seconds} 秒再试"
LOCKED = "输错太多次，这个编码已锁定：请与办公室联系解锁"
UNLIKE = "两次输入的新密码不一样"
OLD_WRONG = "现在的密码不对"
CHANGED = "密码已改，下次登录用新密码；别处已登录的都已退出"


async def enter(request: Request) -> Response:
    """Sign in: a new session, whatever the browser brought."""
    door = door_of(request)
    with told_to_branch():
        form = await form_of(request)
    code = code_in(text_in(form, "code")[:LONGEST_CODE]) or ""
    password = text_in(form, "password")
    checked = await asyncio.to_thread(door.checking.check, code, password)
    known = checked.right and code in (await door.entrance()).names
    if not known:
        return page(request, "sign_in.html.j2", 403, mistake=_why_not(checked), typed=code)
    account = await asyncio.to_thread(door.book.account, code)
    assert account is not None  # it had a password, and none is ever taken out
    await asyncio.to_thread(door.book.note, code, Event.CAME)
    return _signed_in(request, door.sessions.begin(account))


def _signed_in(request: Request, secret: str) -> Response:
    door = door_of(request)
    door.sessions.end(request.scope["state"]["secret"])
    reply = RedirectResponse("/", 303)
    reply.set_cookie(request.app.state.cookie, secret, httponly=True, samesite="strict", path="/", secure=door.secure)
    return reply


def _why_not(checked: Checked) -> str:
    if checked.locked:
        return LOCKED
    return WAIT.format(seconds=checked.wait) if checked.wait else NOT_RIGHT


async def leave(request: Request) -> Response:
    """Sign out."""
    door_of(request).sessions.end(request.scope["state"]["secret"])
    reply = RedirectResponse("/", 303)
    reply.delete_cookie(
        request.app.state.cookie, path="/", secure=door_of(request).secure, httponly=True, samesite="strict"
    )
    return reply


async def ask_password(request: Request) -> Response:
    """The form for another password."""
    return page(request, "password.html.j2", mistake="")


async def change(request: Request) -> Response:
    """Another password; all other browsers of the branch are signed out."""
    door, code = door_of(request), code_of(request)
    with told_to_branch():
        form = await form_of(request)
    old, fresh, again = (text_in(form, key) for key in ("old", "fresh", "again"))
    if fresh != again:
        return page(request, "password.html.j2", 409, mistake=UNLIKE)
    checked = await asyncio.to_thread(door.checking.check, code, old)
    if not checked.right:
        wrong = OLD_WRONG if not (checked.locked or checked.wait) else _why_not(checked)
        return page(request, "password.html.j2", 403, mistake=wrong)
    try:
        await asyncio.to_thread(change_password, door.book, code, fresh)
    except OfficeMistake as mistake:
        return page(request, "password.html.j2", 409, mistake=str(mistake))
    account = await asyncio.to_thread(door.book.account, code)
    assert account is not None  # as above
    reply = _signed_in(request, secret := door.sessions.begin(account))
    session = door.sessions.find(secret)
    assert session is not None  # it has just begun
    session.notes.append(CHANGED)
    return reply


ROUTES = [
    Route(ENTRY, enter, methods=["POST"]),
    Route("/out", leave, methods=["POST"]),
    Route("/password", ask_password),
    Route("/password", change, methods=["POST"]),
]
