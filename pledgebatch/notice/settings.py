"""What the office may set: each setting is declared once, for the file written for the office and for reading it again."""

import datetime as dt
import difflib
import json
import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import Field, dataclass, field, fields
from typing import Any, get_type_hints

LONGEST_VALUE = 40
NO_LEAP_YEAR = 2011
"""What is a day in it is one in every year."""


@dataclass(frozen=True)
class Setting:
    """What a key of the settings means, and what it may be; the type stands with the key."""

    meaning: str
    """A comment in the file, in Chinese."""
    low: float = -math.inf
    high: float = math.inf
    choices: tuple[str, ...] = ()
    """What a text may be, or each text of a list."""
    day: bool = False
    """A month and a day that every year has, as 09-01."""
    share: bool = False
    """A part of one, which people write in percent."""
    example: str = ""
    secret: bool = False
    """What nobody should read on a screen."""

    def allows(self, value: Any, kind: type) -> bool:
        """Whether ``value``, as TOML gives it, is one that the key may have."""
        if kind is bool:
            return isinstance(value, bool)
        if kind in (int, float):
            number = isinstance(value, int | kind) and not isinstance(value, bool) and math.isfinite(value)
            return number and self.low <= value <= self.high
        if kind is tuple:
            return isinstance(value, list) and all(self.allows(each, str) for each in value)
        if self.day:
            return isinstance(value, str) and _is_day(value)
        return isinstance(value, str) and (not self.choices or value in self.choices)

    def range(self, kind: type) -> str:
        """What the key may be, in words."""
        if kind is bool:
            return " true 或 false"
        texts = "、".join(self.choices)
        if kind is tuple:
            return f"写在方括号里的文字，如 {self.example or '[]'}" + (f"，可以有 {texts}" if texts else "")
        if self.day:
            return '每年都有的一天，月和日各两位，放在英文双引号里，如 "09-01"'
        if kind is str:
            return f" {texts} 之一，放在英文双引号里" if texts else "放在英文双引号里的文字"
        number = "整数" if kind is int else "数"
        if math.isfinite(self.high):
            return f" {self.low:g} 至 {self.high:g} 的{number}" + ("，20% 写作 0.2" if self.share else "")
        return f"不小于 {self.low:g} 的{number}" if math.isfinite(self.low) else number


def _is_day(text: str) -> bool:
    try:
        return text == dt.date.fromisoformat(f"{NO_LEAP_YEAR}-{text}").strftime("%m-%d")
    except ValueError:
        return False


def setting(default: Any, meaning: str, **allowed: Any) -> Any:
    """A key of the settings with its default: a field of a dataclass."""
    return field(default=default, metadata={"setting": Setting(meaning, **allowed)})


def declared(section: type) -> dict[str, tuple[Setting, type, Any]]:
    """The settings of a dataclass by key, each with its type and default."""
    hints = get_type_hints(section)
    own: list[Field[Any]] = [each for each in fields(section) if "setting" in each.metadata]
    return {each.name: (each.metadata["setting"], _plain(hints[each.name]), each.default) for each in own}


def _plain(hint: Any) -> type:
    """The type of which a value is one: tuple for tuple[str, ...], str for a literal."""
    found = getattr(hint, "__origin__", hint)
    return found if isinstance(found, type) else str


def mistakes_in(name: str, section: type, table: Any, others: Sequence[str] = ()) -> Iterator[str]:
    """What a section of the settings says that it may not, a sentence for each key; none of it names a password.
    ``others`` may stand beside its keys."""
    if not isinstance(table, dict):
        yield f"{name} 应是一节，写作 [{name}]，下面每行一项"
        return
    known = declared(section)
    for key, value in table.items():
        path = f"{name}.{key}" if name else key
        if key not in known:
            yield f"没有“{path}”这一项，" + _meant(key, (*known, *others))
            continue
        one, kind, _ = known[key]
        if not one.allows(value, kind):
            shown = "" if one.secret else f" = {in_toml(value)}"
            yield f"{path}{shown} 不对，应是{one.range(kind)}（{one.meaning}）"


def _meant(key: str, known: Sequence[str]) -> str:
    close = difflib.get_close_matches(key.lower(), known, 1)
    return f"是不是“{close[0]}”" if close else f"可以有的是：{'、'.join(known)}"


def made_of(section: type, table: Mapping[str, Any]) -> Any:
    """The settings of a section in which there is no mistake."""
    kinds = {key: kind for key, (_, kind, _) in declared(section).items()}
    return section(**{key: kinds[key](value) for key, value in table.items()})


def written(section: type) -> str:
    """The section as it stands in a new file: every key in a comment, with its default, or an example of what is needed."""
    lines = []
    for key, (one, kind, default) in declared(section).items():
        needed = kind is str and one.example
        meaning = one.meaning if needed or not one.example else f"{one.meaning}，如 {one.example}"
        lines.append((f"{key} = {one.example if needed else in_toml(default)}", meaning))
    width = max(len(line) for line, _ in lines)
    return "".join(f"# {line:<{width}}  # {meaning}\n" for line, meaning in lines)


def in_toml(value: Any) -> str:
    """A value as it is typed in the file, of a long one the beginning."""
    if isinstance(value, tuple):
        value = list(value)
    text = json.dumps(value, ensure_ascii=False, default=str)
    text = {"NaN": "nan", "Infinity": "inf", "-Infinity": "-inf"}.get(text, text)
    return text if len(text) <= LONGEST_VALUE else text[:LONGEST_VALUE] + "…"
