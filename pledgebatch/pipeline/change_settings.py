"""Changes keys of ``pledgebatch.toml`` and nothing else of it: its comments, and what the office wrote, stay."""

import re
import tomllib
from collections.abc import Mapping
from typing import Any

from pledgebatch.engine.atomic import writing
from pledgebatch.engine.cache import digest
from pledgebatch.mistakes import OfficeMistake
from pledgebatch.notice.settings import declared
from pledgebatch.pipeline.lock import holds
from pledgebatch.pipeline.settings import SECTIONS, SETTINGS_NAME, Settings, blank_settings, read_settings
from pledgebatch.pipeline.workspace import Workspace

Changes = Mapping[tuple[str, str], Any]
"""New values by section (empty above all) and key; None for the default."""
BY_HAND = "设置文件 {name} 的写法特殊，“{key}”没有改动：请用记事本打开，照旁边的说明改"
MEANWHILE = "设置文件刚刚在别处改过，没有保存：请看看现在的设置，再改一次"


@holds("settings")
def change_settings(workspace: Workspace, changes: Changes, shown: str = "") -> None:
    """Put ``changes`` into the settings file, which is made where there is none.

    Raises OfficeMistake for what the settings do not allow, and where the file has not any more the digest that was
    ``shown``; nothing is changed then.
    """
    path = workspace.root / SETTINGS_NAME
    text = settings_text(workspace)
    if shown and shown != digest(text):
        raise OfficeMistake(MEANWHILE)
    for (section, key), value in changes.items():
        text = with_key(text, section, key, value)
    with writing(path) as fresh:
        fresh.write_text(text, "utf-8", newline="\n")
        try:
            read_settings(fresh)
        except OfficeMistake as mistake:
            raise OfficeMistake(str(mistake).replace(fresh.name, path.name)) from None


def settings_text(workspace: Workspace) -> str:
    """The settings file as it stands. Raises OfficeMistake where it cannot be read."""
    path = workspace.root / SETTINGS_NAME
    if not path.exists():
        return blank_settings()
    read_settings(path)
    return path.read_bytes().decode("utf-8-sig").replace("\r\n", "\n")


def with_key(text: str, section: str, key: str, value: Any) -> str:
    """``text`` with one key set, where its comment stands or at the end of its section; None sets the default."""
    lines = text.split("\n")
    start, end = _extent(lines, section)
    if start < 0:
        lines += [f"[{section}]"]
        start, end = len(lines), len(lines)
    own = re.compile(rf"\s*(?P<off>#\s*)?{re.escape(key)}\s*=")
    found = [(number, match) for number in range(start, end) if (match := own.match(lines[number]))]
    live = next((number for number, match in found if not match["off"]), None)
    place = live if live is not None else next((number for number, _ in found), None)
    kind = Settings if not section else SECTIONS[section][0]
    note = f"  # {declared(kind)[key][0].meaning}"
    if value is None:
        if live is None:
            return text
        lines[live] = f"# {lines[live]}"
    elif place is None:
        lines.insert(_last(lines, start, end), f"{key} = {literal(value)}{note}")
    else:
        lines[place] = f"{key} = {literal(value)}{note}"
    changed = "\n".join(lines)
    _require_only(text, changed, section, key, value)
    return changed


def _extent(lines: list[str], section: str) -> tuple[int, int]:
    """The lines of a section, behind its head; -1 where it is not there."""
    heads = [number for number, line in enumerate(lines) if re.match(r"\s*\[", line)] + [len(lines)]
    if not section:
        return 0, heads[0]
    for number, following in zip(heads, heads[1:], strict=False):
        if re.match(rf"\s*\[\s*{re.escape(section)}\s*\]", lines[number]):
            return number + 1, following
    return -1, -1


def _last(lines: list[str], start: int, end: int) -> int:
    """Behind the last line of a section that is not blank."""
    return max((n + 1 for n in range(start, end) if lines[n].strip()), default=start)


def _require_only(before: str, after: str, section: str, key: str, value: Any) -> None:
    """Raise OfficeMistake unless the one key changed, and nothing else: a value may go over several lines."""
    expected = tomllib.loads(before)
    table = expected.setdefault(section, {}) if section else expected
    table.pop(key, None)
    if value is not None:
        table[key] = value
    try:
        now = tomllib.loads(after)
    except tomllib.TOMLDecodeError:
        now = {}
    if {name: each for name, each in now.items() if each != {}} != {
        n: each for n, each in expected.items() if each != {}
    }:
        raise OfficeMistake(BY_HAND.format(name=SETTINGS_NAME, key=key))


def literal(value: Any) -> str:
    """A value as TOML has it."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        return repr(value)
    if isinstance(value, list | tuple):
        return f"[{', '.join(map(literal, value))}]"
    escaped = "".join(_escape(each) for each in str(value))
    return f'"{escaped}"'


def _escape(character: str) -> str:
    if character in '"\\':
        return f"\\{character}"
    return character if character.isprintable() else f"\\U{ord(character):08x}"
