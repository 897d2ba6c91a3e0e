"""An example that breaks each rule and one that does not: what the catalogue shows is what the tests run.

``data/examples/*.toml`` says how a right workbook is changed, and which findings that brings. A table named for a rule
holds its examples, each with these keys:

- ``findings``: the findings, as ``severity sheet.row.field`` (``error members.2.sex``, ``error organisations.phone``,
  ``warning items``, ``error`` alone for the file); another rule's code, or ``@S2`` for the other organisation, may stand
  at the end. Empty where nothing is found.
- ``period``: the month, 2011-03 unless another is named. ``words``: the example in words, where the changes do not tell.
- a sheet: by row and field what is typed there (``members.2.sex = "女士"``); ``all`` means every row, a row that is
  ``false`` is taken out, one with ``like`` is a copy of another.
- ``last``, ``earlier``, ``last_year``: the same for the month before, the one before that, the December before; without
  one of them there was no such month. ``other``: the same for a second organisation; ``false`` where it sends nothing.
- ``registered``: the codes in the registry, where it is not those of the organisations named.
- ``file``: ``name``, ``damage``, ``hidden``, ``twice`` (``mended`` or ``copied``), ``cells`` (by tab and cell what stands there); ``form``: by sheet and field the header as altered, ``false`` for a sheet
  taken out. ``parameters``: the office's figures.
"""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

from pledgebatch.schema.sheets import BY_KEY

TIMES = {"last": "上月", "earlier": "再上一个月", "last_year": "去年底", "other": "另一单位"}
MOST_CHANGES = 4
"""Changes that an example in words names."""


@dataclass(frozen=True)
class Example:
    """A right workbook but for ``changes``, and the findings it brings; none where it does not break the rule."""

    rule: str
    findings: tuple[str, ...]
    period: str
    changes: Mapping[str, Any]
    phrase: str = ""

    @property
    def words(self) -> str:
        """The example in Chinese."""
        return self.phrase or "；".join(_in_words(self.changes)) or "照常填报"


@cache
def examples() -> tuple[Example, ...]:
    """All examples, in the order of their files and of what stands in them."""
    found = []
    folder = files("pledgebatch.rules").joinpath("data", "examples")
    for file in sorted(folder.iterdir(), key=lambda each: each.name):
        for rule, cases in tomllib.loads(file.read_text("utf-8")).items():
            for case in cases:
                changes = {key: value for key, value in case.items() if key not in ("findings", "period", "words")}
                found.append(
                    Example(
                        rule, tuple(case["findings"]), case.get("period", "2011-03"), changes, case.get("words", "")
                    )
                )
    return tuple(found)


def shown(rule: str, breaks: bool) -> Example:
    """The first example that breaks ``rule``, or that does not."""
    return next(each for each in examples() if each.rule == rule and bool(each.findings) == breaks)


def _in_words(changes: Mapping[str, Any], when: str = "") -> list[str]:
    words = []
    for key, value in changes.items():
        if key in TIMES:
            words += _in_words(value, TIMES[key]) if isinstance(value, dict) else []
        elif key in BY_KEY and BY_KEY[key].form:
            words += [f"{when}“{BY_KEY[key][field].header}”{_typed(text)}" for field, text in value.items()]
        elif key in BY_KEY:
            words += [phrase for row, fields in value.items() for phrase in _row_in_words(key, row, fields, when)]
    return words


def _row_in_words(sheet: str, row: str, fields: Any, when: str) -> list[str]:
    declared = BY_KEY[sheet]
    number = f"{declared[declared.number].header} {row}" if declared.number else f"第 {row} 行"
    place = f"{when}《{declared.name}》" + ("每一行" if row == "all" else number)
    if fields is False:
        return [f"{place}没有填" if row == "all" else f"{place}整行没有"]
    typed = [f"“{declared[field].header}”{_typed(text)}" for field, text in fields.items() if field != "like"]
    rest = f"等 {len(typed)} 栏" if len(typed) > MOST_CHANGES else ""
    return [f"{place}：" + "，".join(typed[:MOST_CHANGES]) + rest] if typed else []


def _typed(text: str) -> str:
    return f"填“{text}”" if text else "空着"
