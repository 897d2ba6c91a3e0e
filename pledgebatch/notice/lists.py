"""The lists of values that the notice and its forms draw on, read from ``data/``."""

import csv
from functools import cache
from importlib.resources import files

CATEGORIES = ("局机关", "公办学校", "公立医院卫生院", "民办学校", "民营医院")


@cache
def _rows(name: str) -> tuple[dict[str, str], ...]:
    text = files(__package__).joinpath("data", name).read_text("utf-8")
    return tuple(csv.DictReader(text.splitlines()))


@cache
def vocabulary(name: str, applies_to: str | None = None) -> tuple[str, ...]:
    """The values of list ``name``, in order; ``applies_to`` narrows a list that differs by category or pledger."""
    if name == "ethnic_groups":
        return tuple(row["name"] for row in _rows("ethnic_groups.csv"))
    if name == "education_levels":
        return tuple(row["level"] for row in _rows("education_levels.csv"))
    return tuple(
        row["value"]
        for row in _rows("vocabulary.csv")
        if row["list"] in (name, *_UNIONS.get(name, ()))
        and (applies_to is None or applies_to in row["applies_to"].split("|"))
    )


_UNIONS = {"virtues": ("five_goods", "five_leads")}


@cache
def aliases(name: str) -> dict[str, str]:
    """Other spellings of the values of list ``name``, each with the value it stands for."""
    if name == "ethnic_groups":
        return {group.removesuffix("族"): group for group in vocabulary(name)}
    if name == "education_levels":
        return {alias: row["level"] for row in _rows("education_levels.csv") for alias in row["aliases"].split("|")}
    return {}


@cache
def words_for(field: str, choices: tuple[str, ...]) -> dict[str, str]:
    """What people write for the ``choices`` of a ``field``, by its key, each with the choice that is meant.

    Fields of several sheets may share a key, and not their choices.
    """
    return _words("spellings.csv", field, choices)


_ANSWERS = {
    "是": ("{}", "已{}", "已经{}", "{}了", "能{}", "能够{}"),
    "否": ("未{}", "没{}", "没有{}", "尚未{}", "还未{}", "还没{}", "不{}", "不能{}"),
}
"""How a question is answered by its own verb (签名: 已签名, 未签名) rather than by 是 or 否."""


@cache
def own_words_for(field: str, choices: tuple[str, ...]) -> dict[str, str]:
    """What people say for the ``choices`` of a ``field`` in tables of their own, where no dropdown offers any."""
    verbs = [verb for row in _rows("verbs.csv") if row["field"] == field for verb in row["verbs"].split("|")]
    by_verb = {
        form.format(verb): value for value in _ANSWERS if value in choices for form in _ANSWERS[value] for verb in verbs
    }
    return by_verb | _words("own_words.csv", field, choices)


def _words(name: str, field: str, choices: tuple[str, ...]) -> dict[str, str]:
    rows = (row for row in _rows(name) if row["field"] == field and row["value"] in choices)
    return {word: row["value"] for row in rows for word in row["words"].split("|")}
