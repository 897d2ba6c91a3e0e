"""The settings as a form: what each means and may be is said by its declaration."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from pledgebatch.desk.forms import form_of, month_asked, text_in
from pledgebatch.desk.pages import back, desk_of, page, session_of
from pledgebatch.desk.state import Desk
from pledgebatch.desk.turns import in_turn
from pledgebatch.engine.cache import digest
from pledgebatch.mail.trial import write_to_self
from pledgebatch.mistakes import OfficeMistake
from pledgebatch.notice.settings import Setting, declared
from pledgebatch.pipeline.change_settings import Changes, change_settings, settings_text
from pledgebatch.pipeline.settings import SECTIONS, Settings
from pledgebatch.publish.protection import PERSONAL

TITLES = {
    "": "工作簿的密码",
    "parameters": "期限和尺度",
    "mail": "邮件",
    "protection": "给上级的台账不含哪些个人信息",
    "door": "网上报送",
}
NOT_A_NUMBER = "“{meaning}”填的“{typed}”不是{what}，没有保存"
TRIAL = "trial"
"""What the button says that saves and then sends a letter to oneself."""
STILL_TRYING = "上一封试信还没有等到服务器的回答，请稍等再试"
SEPARATORS = str.maketrans("，；、;\n", ",,,,,")


@dataclass(frozen=True)
class Entry:
    """One setting on the form."""

    name: str
    about: Setting
    kind: type
    default: Any
    value: Any
    options: Sequence[tuple[str, str]] = ()

    @property
    def shown(self) -> str:
        """The value as it stands in its field; what is secret is never shown."""
        if self.about.secret:
            return ""
        return "，".join(self.value) if self.kind is tuple else str(self.value)


def entries_of(settings: Settings) -> dict[str, list[Entry]]:
    """The settings by section."""
    sections: dict[str, tuple[type, Any]] = {"": (Settings, settings)}
    sections |= {name: (section, getattr(settings, name)) for name, (section, _) in SECTIONS.items()}
    return {
        name: [
            Entry(f"{name}.{key}", about, kind, default, getattr(values, key), _options(about, kind))
            for key, (about, kind, default) in declared(section).items()
        ]
        for name, (section, values) in sections.items()
    }


def _options(about: Setting, kind: type) -> list[tuple[str, str]]:
    labels = {key: field.header for key, field in PERSONAL.items()} if kind is tuple else {}
    return [(each, labels.get(each, each)) for each in about.choices]


def changes_in(form: FormData, entries: Mapping[str, Sequence[Entry]]) -> dict[tuple[str, str], Any]:
    """What the form says otherwise than the settings, by section and key. Raises OfficeMistake for what is no number."""
    changes: dict[tuple[str, str], Any] = {}
    for section, own in entries.items():
        for entry in own:
            if f"has {entry.name}" not in form:
                continue
            value = _typed(form, entry)
            if value is None or value == entry.value:
                continue
            key = entry.name.removeprefix(f"{section}.")
            changes[section, key] = None if value == entry.default else list(value) if entry.kind is tuple else value
    return changes


def _typed(form: FormData, entry: Entry) -> Any:
    """The value on the form; None where it is left as it is."""
    text = text_in(form, entry.name)
    if entry.kind is bool:
        return bool(text)
    if entry.kind is tuple:
        if entry.options:
            return tuple(str(each) for each in form.getlist(entry.name))
        if entry.about.secret and not text:
            return () if text_in(form, f"clear {entry.name}") else None
        return tuple(each.strip() for each in text.translate(SEPARATORS).split(",") if each.strip())
    if entry.kind in (int, float):
        try:
            return int(text) if entry.kind is int else float(text)
        except ValueError:
            what = "整数" if entry.kind is int else "数"
            raise OfficeMistake(NOT_A_NUMBER.format(meaning=entry.about.meaning, typed=text[:40], what=what)) from None
    return text


async def show(request: Request) -> Response:
    """The form."""
    desk = desk_of(request)
    period, _ = await month_asked(request)
    try:
        sections, mistake = entries_of(desk.workspace.settings()), ""
        shown = digest(settings_text(desk.workspace))
    except OfficeMistake as why:
        sections, mistake, shown = {}, str(why), ""
    return page(
        request, "settings.html.j2", period, sections=sections, titles=TITLES, mistake=mistake, shown=shown, trial=TRIAL
    )


async def save(request: Request) -> Response:
    """Write what was changed into the settings file."""
    desk = desk_of(request)
    form = await form_of(request)
    changes = changes_in(form, entries_of(desk.workspace.settings()))
    named = "、".join(".".join(filter(None, key)) for key in changes)
    if changes:
        await asyncio.to_thread(_change, desk, changes, text_in(form, "before"))
        desk.incoming.forget()
        desk.log.write(session_of(request), f"改设置：{named}")
    sentences = [f"已保存：{named}" if changes else "没有改动"]
    if text_in(form, "then") == TRIAL:
        sentences.append(await asyncio.to_thread(_try_mail, desk))
        desk.log.write(session_of(request), f"给自己发一封试信：{sentences[-1]}")
    return back(request, "/settings", *sentences)


def _change(desk: Desk, changes: Changes, shown: str) -> None:
    with in_turn(desk.workspace):
        change_settings(desk.workspace, changes, shown)


def _try_mail(desk: Desk) -> str:
    """What became of a letter to oneself. Raises OfficeMistake while another is under way."""
    if not desk.trying.acquire(blocking=False):
        raise OfficeMistake(STILL_TRYING)
    try:
        return write_to_self(desk.workspace.settings().mail)
    except OfficeMistake as mistake:
        return f"试信没有发出：{mistake}"
    finally:
        desk.trying.release()


ROUTES = [Route("/settings", show), Route("/settings", save, methods=["POST"])]
