"""The branches' door as the office sees it: who has a password, who came, tried and handed in; passwords made, accounts unlocked."""

import asyncio
from dataclasses import dataclass
from urllib.parse import quote

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from pledgebatch.desk.forms import form_of, month_asked, text_in
from pledgebatch.desk.looking import registered
from pledgebatch.desk.pages import back, desk_of, page, session_of
from pledgebatch.desk.state import Desk
from pledgebatch.mistakes import OfficeMistake
from pledgebatch.notice.periods import Period
from pledgebatch.pipeline.door_book import FOLDER, NAME, Account, DoorBook, Event
from pledgebatch.pipeline.password_letters import ALL, FILE, NEW, make_letters

MOST_AT_ONCE = 600
"""Passwords made while a page waits: the command makes any number."""
TOO_MANY = "要制发的密码太多，请用命令：pledgebatch templates --passwords {who}"
UNLOCKED = "{code} 已解锁，可以再登录"


@dataclass(frozen=True)
class Line:
    """One organisation at the door."""

    code: str
    org_name: str
    password: str
    locked: bool
    came: str
    tried: int
    last_tried: str
    handed: int
    last_handed: str


def lines_of(desk: Desk, organisations: list[tuple[str, str]], period: Period) -> list[Line]:
    """How those who must report stand at the door in a month."""
    if not (desk.workspace.root / FOLDER / NAME).is_file():
        return []
    book = DoorBook(desk.workspace.root)
    try:
        accounts, counts, handed = book.accounts(), book.count(str(period)), book.handed_in(str(period))
    finally:
        book.close()
    lines = []
    for code, name in organisations:
        own = [each.received for each in handed if each.code == code]
        tried, last = counts.get((code, Event.LOOKED), (0, ""))
        account = accounts.get(code)
        came = counts.get((code, Event.CAME), (0, ""))[1]
        locked = bool(account and account.locked)
        lines.append(Line(code, name, _password(account), locked, came, tried, last, len(own), max(own, default="")))
    return lines


def _password(account: Account | None) -> str:
    if account is None:
        return "没有"
    return "已锁定" if account.locked else "自己改过" if account.own else "办公室制发"


async def show(request: Request) -> Response:
    """Who has looked, tried and handed in."""
    desk = desk_of(request)
    period, months = await month_asked(request)
    rows = await desk.ask(registered) if not months.mistake else []
    reporting = [(str(row["organisation"]), str(row["org_name"])) for row in rows if row["reports"] != "否"]
    lines = await asyncio.to_thread(lines_of, desk, reporting, period)
    return page(request, "branches.html.j2", period, months=months, lines=lines, count=len(reporting))


async def make(request: Request) -> Response:
    """Passwords for those without one, for all, or for one, as letters to print: they are not kept."""
    desk = desk_of(request)
    who = text_in(await form_of(request), "who")
    rows = await desk.ask(registered)
    if who in (NEW, ALL) and len(rows) > MOST_AT_ONCE:
        raise OfficeMistake(TOO_MANY.format(who=who))
    text, count = await asyncio.to_thread(make_letters, desk.workspace, [who])
    desk.log.write(session_of(request), f"制发网上报送密码 {count} 个：{who}")
    return Response(
        text, media_type="text/html; charset=utf-8", headers={"content-disposition": f"attachment; filename*=UTF-8''{quote(FILE)}"}
    )  # fmt: skip


async def unlock(request: Request) -> Response:
    """Let one that was locked out try again."""
    desk = desk_of(request)
    code = text_in(await form_of(request), "code")
    await asyncio.to_thread(_unlock, desk, code)
    desk.log.write(session_of(request), f"网上报送解锁：{code}")
    return back(request, "/branches", UNLOCKED.format(code=code))


def _unlock(desk: Desk, code: str) -> None:
    book = DoorBook(desk.workspace.root)
    try:
        book.unlock(code)
    finally:
        book.close()


ROUTES = [
    Route("/branches", show),
    Route("/branches/passwords", make, methods=["POST"]),
    Route("/branches/unlock", unlock, methods=["POST"]),
]
