"""The rules that follow from the declaration itself; they speak where no other rule does, so they come last."""

from collections.abc import Collection, Mapping

import pandas as pd

from pledgebatch.notice.periods import Stage
from pledgebatch.rules.machinery.cells import no_hints, unfilled, unread
from pledgebatch.rules.machinery.conditions import Blank, Condition, Is, Unlisted
from pledgebatch.rules.machinery.rule import ALWAYS, FACT, NOTICE, ROW, WARNING, Breach, Rule
from pledgebatch.schema.fields import Field, Filler, Kind
from pledgebatch.schema.sheets import ASSESSMENTS, MEMBERS, SHEETS

FLD01 = Rule(
    "FLD01", "-", "-", WARNING, FACT, ROW, ALWAYS,
    asks="日期、数字、选项按栏目的要求填写",
    mend="按提示的写法改正",
)  # fmt: skip

FLD02 = Rule(
    "FLD02", "-", "-", NOTICE, FACT, ROW, ALWAYS,
    asks="本阶段应填的栏目都已填写",
    mend="补填空白的栏目",
)  # fmt: skip

WITHOUT_ANOTHER: Mapping[tuple[str, str], Condition] = {
    (ASSESSMENTS.key, "rectify"): Blank("dissatisfied") | Is("dissatisfied", ("0",))
}
"""Of a blank of which another rule may speak that no formula can tell: where it surely does not."""


def _not_understood(sheet: str, field: Field) -> Breach:
    def not_understood(rows: pd.DataFrame, reported: pd.DataFrame) -> pd.Series:
        """The value cannot be understood as its kind and no other rule has said so."""
        return _unreported(unread(rows, field), rows, reported, sheet, field)

    return not_understood


def _unreported(hints: pd.Series, rows: pd.DataFrame, reported: pd.DataFrame, sheet: str, field: Field) -> pd.Series:
    """``said`` without the cells of which another rule has spoken."""
    spoken = hints.notna()
    if not spoken.any():
        return hints
    found = rows.loc[spoken, ["submission", "row"]]
    known = reported[(reported["key"] == sheet) & (reported["field"] == field.key)]
    places = set(zip(known["submission"], known["row"].fillna(0), strict=True))
    repeated = [place in places for place in zip(found["submission"], found["row"].fillna(0), strict=True)]
    hints[found.index[repeated]] = pd.NA
    return hints


def _not_filled(sheet: str, field: Field) -> Breach:
    name = f"{sheet}.{field.key}"

    def not_filled(
        rows: pd.DataFrame, due: Collection[Stage], owned: Collection[str], reported: pd.DataFrame
    ) -> pd.Series:
        """Blank in a stage that requires it, no rule's business, and not part of what another rule has said."""
        if field.required not in due or name in owned:
            return no_hints(rows)
        return _unreported(unfilled(rows, field), rows, reported, sheet, field)

    return not_filled


for _sheet in SHEETS:
    _table = "roster" if _sheet is MEMBERS else _sheet.key
    for _field in _sheet.fields:
        if _field.kind not in (Kind.TEXT, Kind.CODE, Kind.PERSON):
            _odd = Unlisted(_field.key) & ~Blank(_field.key) if _field.choices and not _field.several else None
            FLD01.case(on=_table, at=_field.key, offline=_odd)(_not_understood(_sheet.key, _field))
        if _field.required:
            # What the office prefills it does not ask for where its registry has nothing.
            _blank = None if _sheet.form and _field.filler is Filler.PREFILLED else Blank(_field.key)
            _quiet = WITHOUT_ANOTHER.get((_sheet.key, _field.key))
            _told = {"offline_sure": Blank(_field.key) & _quiet} if _quiet else {"offline": _blank}
            FLD02.case(on=_table, at=_field.key, **_told)(_not_filled(_sheet.key, _field))

RULES = (FLD01, FLD02)
