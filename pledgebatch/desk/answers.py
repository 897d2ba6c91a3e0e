"""Answering by click: what the office decides goes into its own books, line by line, and can be taken back."""

import asyncio
import hashlib
import shutil
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TypeVar

from starlette.datastructures import FormData
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from pledgebatch.desk.forms import form_of, month_asked, text_in
from pledgebatch.desk.looking_at_answers import list_findings, list_waiting
from pledgebatch.desk.pages import back, desk_of, page, session_of
from pledgebatch.desk.state import Desk
from pledgebatch.desk.turns import in_turn
from pledgebatch.mistakes import OfficeMistake
from pledgebatch.pipeline.decisions import add_lines, change_lines
from pledgebatch.schema.decisions import CORRECTIONS, DECISION_SHEETS, EXPLANATIONS, EXTENSIONS, FILES, TRANSFERS, WORDS
from pledgebatch.schema.fields import Sheet
from pledgebatch.schema.sheets import LAYOUTS

BY_HAND = {sheet.key: sheet for sheet in (CORRECTIONS, EXTENSIONS, WORDS, FILES)}
"""The sheets to which lines are added here; the others are filled in by the program."""
SEVERAL = {CORRECTIONS.key: "unit_code", EXTENSIONS.key: "unit_code", WORDS.key: "unit_code", FILES.key: "path"}
"""By sheet the field of which several may be chosen: a line for each."""
Made = TypeVar("Made")
BY = ("decided_by", "clerk")
"""The fields that name who decided."""
UNDO, MOST_UNDONE = "undo", 20
NOTHING_CHOSEN = "没有选中任何一行，没有写入"
NOT_FILLED_IN = "“{header}”没有填，没有写入"
NOTHING_TO_UNDO = "没有可以撤销的"
ANOTHER_SINCE = "别的窗口刚刚又写入过，没有撤销：请刷新页面，看看现在的内容再定"
CHANGED_SINCE = "{name} 后来又改过，不能撤销：请打开它，自己改回去"


async def show(request: Request) -> Response:
    """What waits for the office's word, and forms for what it decides by itself."""
    desk = desk_of(request)
    period, months = await month_asked(request)
    if months.mistake:
        return page(request, "answers.html.j2", period, months=months, waiting=None)
    waiting = await desk.ask(list_waiting, period)
    code = request.query_params.get("organisation", "")[:80]
    findings = await desk.ask(list_findings, period, code) if code else []
    given = {key: value[:500] for key, value in request.query_params.items()}
    return page(
        request, "answers.html.j2", period, months=months, waiting=waiting, sheets=DECISION_SHEETS, forms=BY_HAND, several=SEVERAL,
        code=code, findings=findings, given=given,
        shown={"decisions": digest_of(desk.workspace.decisions), "layouts": digest_of(desk.workspace.layouts)}, clerk=desk.clerks.get(session_of(request), ""),
        undo=[path.name for path in _undoable(desk)],
    )  # fmt: skip


async def add(request: Request) -> Response:
    """Add lines to a sheet of decisions.xlsx: one for each organisation, or file, that was chosen."""
    sheet = BY_HAND.get(request.path_params["sheet"])
    if sheet is None:
        raise HTTPException(404)
    form = await form_of(request)
    lines = lines_in(form, sheet)
    desk = desk_of(request)
    _remember_clerk(request, lines[0])
    path = desk.workspace.decisions
    count = await _write(desk, path, lambda: add_lines(path, sheet, lines))
    desk.log.write(
        session_of(request), f"《{sheet.name}》加 {count} 行：{'；'.join(' '.join(line.values()) for line in lines)}"
    )
    sentence = f"《{sheet.name}》写入 {count} 行，再汇总一次就起作用" if count else f"《{sheet.name}》里已经有了"
    return back(request, f"/answers?month={text_in(form, 'month')}" if text_in(form, "month") else "/answers", sentence)


def lines_in(form: FormData, sheet: Sheet) -> list[dict[str, str]]:
    """The lines that a form says. Raises OfficeMistake where something is not filled in."""
    many = SEVERAL[sheet.key]
    chosen = [each.strip() for each in form.getlist(many) if isinstance(each, str) and each.strip()]
    rest = {field.key: text_in(form, field.key) for field in sheet.fields if field.key != many}
    if not chosen:
        raise OfficeMistake(NOTHING_CHOSEN)
    for field in sheet.fields:
        if field.required and field.key != many and not rest[field.key]:
            raise OfficeMistake(NOT_FILLED_IN.format(header=field.header))
    return [
        {field.key: each if field.key == many else rest[field.key] for field in sheet.fields}
        for each in dict.fromkeys(chosen)
    ]


def _remember_clerk(request: Request, line: Mapping[str, str]) -> None:
    """Offer whoever decided in this window as the one who decides next in it."""
    if name := next((line[key] for key in BY if line.get(key)), ""):
        desk_of(request).clerks[session_of(request)] = name


async def decide(request: Request) -> Response:
    """Say of the explanations that were chosen whether they are accepted."""
    form = await form_of(request)
    filled_in = {
        "decision": text_in(form, "decision"),
        "opinion": text_in(form, "opinion"),
        "decided_by": text_in(form, "decided_by"),
    }
    return await _change(request, form, EXPLANATIONS, filled_in, desk_of(request).workspace.decisions)


async def settle(request: Request) -> Response:
    """Say of the members who were chosen whether they are the same person here and there."""
    form = await form_of(request)
    filled_in = {"decision": text_in(form, "decision"), "decided_by": text_in(form, "decided_by")}
    return await _change(request, form, TRANSFERS, filled_in, desk_of(request).workspace.decisions)


async def confirm(request: Request) -> Response:
    """Say of the guesses that were chosen whether they hold, or what they are."""
    form = await form_of(request)
    filled_in = {"handled": text_in(form, "handled"), "clerk": text_in(form, "clerk")}
    return await _change(request, form, LAYOUTS, filled_in, desk_of(request).workspace.layouts)


async def _change(request: Request, form: FormData, sheet: Sheet, filled_in: Mapping[str, str], path: Path) -> Response:
    desk = desk_of(request)
    rows = [int(each) for each in form.getlist("row") if isinstance(each, str) and each.isdigit()]
    listed = next(key for key in ("decision", "handled") if key in filled_in)
    if not rows:
        raise OfficeMistake(NOTHING_CHOSEN)
    if filled_in[listed] not in sheet[listed].choices:
        raise OfficeMistake(NOT_FILLED_IN.format(header=sheet[listed].header))
    _remember_clerk(request, filled_in)
    shown = text_in(form, "shown")

    def change() -> None:
        if shown and shown != digest_of(path):  # a row may be another's by now
            raise OfficeMistake(MEANWHILE.format(name=path.name))
        change_lines(path, sheet, dict.fromkeys(rows, filled_in), sheet.name)

    await _write(desk, path, change)
    desk.log.write(
        session_of(request), f"《{sheet.name}》第 {'、'.join(map(str, rows))} 行：{' '.join(filled_in.values())}"
    )
    return back(request, "/answers", f"《{sheet.name}》{len(rows)} 行已填“{filled_in[listed]}”，再汇总一次就起作用")


MEANWHILE = "{name} 刚刚改过，没有写入：请刷新页面，看看现在的内容再定"


def digest_of(path: Path) -> str:
    """The SHA-256 of a book; empty where there is none."""
    return hashlib.sha256(path.read_bytes()).hexdigest() if path.is_file() else ""


async def _write(desk: Desk, path: Path, write: Callable[[], Made]) -> Made:
    def work() -> Made:
        with in_turn(desk.workspace):
            before = desk.folder / UNDO / "before"
            before.parent.mkdir(parents=True, exist_ok=True)
            if path.is_file():
                shutil.copyfile(path, before)
            else:
                before.write_bytes(b"")  # there was none
            old = digest_of(path)
            made = write()
            after = digest_of(path)
            if after != old:
                before.replace(before.with_name(f"{time.time_ns():020d}-{path.stem}-{after[:16]}"))
        desk.incoming.forget()
        return made

    return await asyncio.to_thread(work)


def _undoable(desk: Desk) -> list[Path]:
    """The books as they were before they were written to, the last first."""
    kept = sorted((desk.folder / UNDO).glob("*-*-*"), reverse=True)
    for old in kept[MOST_UNDONE:]:
        old.unlink(missing_ok=True)
    return kept[:MOST_UNDONE]


async def undo(request: Request) -> Response:
    """Take back what was written last. Raises OfficeMistake where that is not what was shown, or the book was changed since."""
    desk = desk_of(request)
    name = await asyncio.to_thread(_take_back, desk, text_in(await form_of(request), "last"))
    desk.incoming.forget()
    desk.log.write(session_of(request), f"撤销：{name}")
    return back(request, "/answers", f"已撤销上一次写入 {name} 的内容")


def _take_back(desk: Desk, shown: str) -> str:
    """Put a book back as it was before it was written to last, which is what was ``shown``; returns its name."""
    with in_turn(desk.workspace):
        kept = _undoable(desk)
        if not kept:
            raise OfficeMistake(NOTHING_TO_UNDO)
        if shown and shown != kept[0].name:
            raise OfficeMistake(ANOTHER_SINCE)
        name, digest = kept[0].name.rsplit("-", 2)[1:]
        path = desk.workspace.root / f"{name}.xlsx"
        if not digest_of(path).startswith(digest):
            raise OfficeMistake(CHANGED_SINCE.format(name=path.name))
        if kept[0].stat().st_size:
            kept[0].replace(path)
        else:
            path.unlink(missing_ok=True)
            kept[0].unlink()
        return path.name


ROUTES: Sequence[Route] = [
    Route("/answers", show),
    Route("/answers/undo", undo, methods=["POST"]),
    Route("/answers/explanations", decide, methods=["POST"]),
    Route("/answers/transfers", settle, methods=["POST"]),
    Route("/answers/layouts", confirm, methods=["POST"]),
    Route("/answers/{sheet}", add, methods=["POST"]),
]
