"""Which columns a rule reads: the fields that its code names, and the code of what it calls."""

from collections.abc import Iterator, Mapping
from functools import cache
from types import CodeType, FunctionType
from typing import Any

from pledgebatch.rules.machinery.conditions import Condition
from pledgebatch.rules.machinery.rule import SHEET_OF, Rule
from pledgebatch.schema.fields import Field
from pledgebatch.schema.kinds import RAW
from pledgebatch.schema.sheets import BY_KEY

OURS = "pledgebatch.rules."
MADE_OF = {"normalised_text": "text"}
"""Columns that are made of a field, and that field."""
CHOSEN_BY = {"roster": frozenset(("change",))}
"""Tables whose rows are chosen by a field."""


@cache
def reads(rule: Rule) -> Mapping[str, frozenset[str]]:
    """The fields that ``rule`` reads, by the key of their sheet.

    One that two of its sheets share by name counts on both: better unsure of too much than sure of too much.
    """
    found: dict[str, frozenset[str]] = {}
    for case in rule.cases:
        named = {
            MADE_OF.get(word, word)
            for word in (*_words((case.breach, case.unless), set()), *case.quoted, case.at or "")
        }
        for name in (case.on, *case.takes):
            if sheet := SHEET_OF.get(name):
                here = frozenset(BY_KEY[sheet].by_key.keys() & named) | CHOSEN_BY.get(name, frozenset())
                found[sheet] = found.get(sheet, frozenset()) | here
    return found


def _words(value: Any, seen: set[int]) -> Iterator[str]:
    """The texts that ``value`` names: itself, those it holds, those in its code and in what its code names."""
    if id(value) in seen:
        return
    seen.add(id(value))
    if isinstance(value, str):
        yield value.removesuffix(RAW)
    elif isinstance(value, Field):
        yield value.key
    elif isinstance(value, Condition):
        for each in vars(value).values():
            yield from _words(each, seen)
    elif isinstance(value, Mapping | tuple | list | set | frozenset):
        for each in value:
            yield from _words(each, seen)
    elif isinstance(value, FunctionType) and value.__module__.startswith(OURS):
        for cell in value.__closure__ or ():
            yield from _words(cell.cell_contents, seen)
        yield from _in_code(value.__code__, value.__globals__, seen)


def _in_code(code: CodeType, names: Mapping[str, Any], seen: set[int]) -> Iterator[str]:
    for constant in code.co_consts:
        if isinstance(constant, CodeType):
            yield from _in_code(constant, names, seen)
        elif constant is not code.co_consts[0] or not isinstance(constant, str):  # the first text is the docstring
            yield from _words(constant, seen)
    for name in code.co_names:
        yield from _words(names.get(name), seen)
