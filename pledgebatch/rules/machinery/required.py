"""Cells that must be answered: one statement gives the breach that the office finds, and the condition by which the
workbook finds it by itself."""

from collections.abc import Callable
from typing import Unpack

import pandas as pd

from pledgebatch.rules.machinery.cells import lacking, sure, unfilled, unusable
from pledgebatch.rules.machinery.conditions import Blank, Both, Condition, Is, Unlisted, first_lacking
from pledgebatch.rules.machinery.rule import SHEET_OF, Breach, How, Rule
from pledgebatch.schema.fields import Field, Filler, Kind
from pledgebatch.schema.kinds import BEYOND_SPELLINGS
from pledgebatch.schema.sheets import BY_KEY

YES, NO = "是", "否"


def required(
    rule: Rule, on: str, key: str, when: Condition | None = None, only_blank: bool = False, **how: Unpack[How]
) -> None:
    """Field ``key`` must be filled in, in each row of table ``on`` of which ``when`` is so.

    What cannot be understood is a breach as well, unless ``only_blank``: another case or rule speaks of it then.
    """
    field, ask = BY_KEY[SHEET_OF[on]][key], unfilled if only_blank else unusable
    stated = _counted(field, when, only_blank)
    stated.update(how)
    rule.case(on, **stated)(_breach(key, when, lambda rows: ask(rows, field)))


def confirmed(rule: Rule, on: str, key: str, todo: str, when: Condition | None = None) -> None:
    """Field ``key`` must be answered with 是; the finding of a 否 says what is ``todo``."""
    field = BY_KEY[SHEET_OF[on]][key]

    def unconfirmed(rows: pd.DataFrame) -> pd.Series:
        hints = unusable(rows, field)
        hints[sure(rows[key] == NO)] = f"“{field.header}”填的是“否”，{todo}"
        return hints

    rule.case(on, at=key, offline=_and(~Is(key, (YES,)), when))(_breach(key, when, unconfirmed))


def required_together(rule: Rule, on: str, keys: tuple[str, ...], when: Condition | None = None) -> None:
    """Fields that are filled in together must be: where several are blank, that is reported once, at the first."""
    sheet = BY_KEY[SHEET_OF[on]]
    for key in keys:
        lacks = _and(first_lacking(sheet, key, keys), when)
        whole = sheet[key].choices or sheet[key].kind in UNDERSTOOD
        stated = How(at=key, offline=lacks) if whole else How(at=key, offline_blanks=lacks)
        rule.case(on, **stated)(_breach(key, when, _lacking(key, on, keys)))


UNDERSTOOD = frozenset((Kind.TEXT, Kind.PERSON))
"""The kinds of which whatever is typed is understood."""


def _counted(field: Field, when: Condition | None, only_blank: bool) -> How:
    """Where the breach is, and what of it a formula can tell."""
    if field.choices and not (only_blank or field.several or field.listed in BEYOND_SPELLINGS):
        # What the office prefills it does not ask for where its registry has nothing.
        prefilled = field.filler is Filler.PREFILLED
        odd = _and(Unlisted(field.key), when)
        return How(at=field.key, offline_sure=odd & ~Blank(field.key)) if prefilled else How(at=field.key, offline=odd)
    blanks = _and(Blank(field.key), when)
    if only_blank or field.kind in UNDERSTOOD:
        return How(at=field.key, offline=blanks, offline_blanks=blanks)
    return How(at=field.key, offline_blanks=blanks)


def _and(lacks: Condition, when: Condition | None) -> Condition:
    if isinstance(when, Both):
        return _and(_and(lacks, when.one), when.other)
    return lacks & when if when else lacks


def _breach(key: str, when: Condition | None, ask: Callable[[pd.DataFrame], pd.Series]) -> Breach:
    def breach(rows: pd.DataFrame) -> pd.Series:
        return ask(rows).where(when.over(rows)) if when else ask(rows)

    breach.__name__ = f"{key}_lacking"
    return breach


def _lacking(key: str, on: str, keys: tuple[str, ...]) -> Callable[[pd.DataFrame], pd.Series]:
    return lambda rows: lacking(rows, BY_KEY[SHEET_OF[on]], key, keys)
