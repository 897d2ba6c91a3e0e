"""Evaluates rules over the tables of a month and turns breaches into findings."""

import logging
from collections.abc import Collection, Iterable, Mapping
from string import Formatter
from typing import Any

import pandas as pd
from xlsxwriter.utility import xl_col_to_name

from pledgebatch.notice.periods import Stage
from pledgebatch.rules.cells import short, sure
from pledgebatch.rules.rule import SHEET_OF, Case, Rule
from pledgebatch.schema.frames import FINDING, empty
from pledgebatch.schema.kinds import RAW
from pledgebatch.schema.sheets import SHEETS

LOG = logging.getLogger(__name__)
CRASHED = "核验时程序出错，未得出结论"
NO_LAST_MONTH = "本年度没有上月台账可供比较"
NO_LAST_YEAR = "没有上一年的台账可供比较"
NOTHING_TO_COMPARE = frozenset((NO_LAST_MONTH, NO_LAST_YEAR))
"""Reasons that leave a rule nothing to say, rather than unsure."""
PLACED = {"submission": "Int64", "key": "str", **FINDING}
"""A finding on its way: with its submission and the key of its sheet."""
NAMES = {sheet.key: sheet.name for sheet in SHEETS}


def evaluate(
    rules: Iterable[Rule],
    tables: Mapping[str, Any],
    due: Collection[Stage],
    absent: Mapping[str, str] | None = None,
    owned: Iterable[str] = (),
) -> tuple[pd.DataFrame, dict[str, str]]:
    """Findings of the rules whose stage is due, and the rules that could not be evaluated, each with a reason.

    ``tables`` holds what the cases name: typed frames, ``period``, ``parameters``, and ``layout``. ``absent`` gives the
    reason for scopes and tables that this run does not have. A rule is not evaluated where one of its cases crashes, or
    names a table that is absent without a default: none of its cases count. Besides ``tables``, a case may name
    ``rows`` (its own table), ``due``, ``owned`` (the fields whose blanks are some rule's business, ``owned`` by rules
    evaluated elsewhere to begin with) and ``reported`` (the places of the findings so far).
    """
    absent = absent or {}
    found = [empty(PLACED)]
    not_evaluated: dict[str, str] = {}
    owned = set(owned)
    for rule in rules:
        if rule.stage not in due:
            continue
        if lack := lacking(rule, absent):
            not_evaluated[rule.code] = lack
            continue
        known = {**tables, "due": due, "owned": owned}
        if any("reported" in case.takes for case in rule.cases):
            known["reported"] = pd.concat(found)[["submission", "key", "row", "field"]]
        try:
            results = [_apply(rule, case, known) for case in rule.cases if case.stage in due]
        except Exception:  # a rule that raises is our mistake, never the branch's
            LOG.exception("rule %s could not be evaluated", rule.code)
            not_evaluated[rule.code] = CRASHED
            continue
        owned.update(rule.owns)
        found.extend(result for result in results if result is not None)
    return _with_cells(pd.concat(found, ignore_index=True), tables["layout"]), not_evaluated


def lacking(rule: Rule, absent: Mapping[str, str]) -> str:
    """Why ``rule`` cannot be evaluated without what is ``absent``; empty where it can."""
    wanted = (str(rule.scope), *(name for case in rule.cases for name in case.needs))
    return next((absent[name] for name in wanted if name in absent), "")


def _apply(rule: Rule, case: Case, known: Mapping[str, Any]) -> pd.DataFrame | None:
    over: pd.DataFrame = known[case.on]
    names = {**known, "rows": over}
    result = case.breach(**{name: names[name] for name in case.takes if name in names})
    breached = result.notna() if result.dtype == "str" else sure(result)
    if not breached.any():
        return None
    rows = over[breached]
    nothing = pd.Series(pd.NA, index=rows.index, dtype="str")
    values = rows[case.at + RAW] if case.at and case.at + RAW in rows else rows.get("value", nothing)
    placed = {
        "submission": rows.get("submission", nothing),
        "organisation": rows["organisation"],
        "file": rows.get("file", nothing),
        "key": case.about or SHEET_OF.get(case.on),
        "sheet": rows.get("sheet", nothing),
        "row": rows.get("row", nothing),
        "field": case.at or (rows["field"] if "field" in rows else pd.NA),  # noqa: SIM401 - the stubs want a text
        "cell": rows.get("cell", nothing),
        "rule": rule.code,
        "clause": rule.clause,
        "severity": str(case.severity),
        "value": values,
        "message": _messages(rows, case.message, result[breached]),
        "waiver": nothing,
    }
    return pd.DataFrame(placed, index=rows.index).astype(PLACED)


def _messages(rows: pd.DataFrame, message: str, results: pd.Series) -> pd.Series:
    if message == "{hint}":
        return results
    names = [name for _, name, _, _ in Formatter().parse(message) if name]
    columns = [
        results.astype("str")
        if name == "hint"
        else rows[name + RAW if name + RAW in rows else name].astype("str").fillna("")
        for name in names
    ]
    told = [message.format(**dict(zip(names, map(short, texts), strict=True))) for texts in zip(*columns, strict=True)]
    return pd.Series(told if names else message, index=rows.index, dtype="str")


def _with_cells(found: pd.DataFrame, layout: pd.DataFrame) -> pd.DataFrame:
    places = layout.rename(columns={"sheet": "key", "row": "form_row"})
    placed = found.merge(places, how="left", on=["submission", "key", "field"])
    row = placed["row"].fillna(placed["form_row"])
    letters = placed["column"].map({n: xl_col_to_name(n - 1) for n in placed["column"].dropna().unique()})
    cells = letters.astype("str") + row.astype("str")
    placed["row"] = row
    placed["cell"] = placed["cell"].fillna(cells)
    placed["sheet"] = placed["sheet"].fillna(placed["key"].map(NAMES).astype("str"))
    return placed[list(FINDING)].astype(FINDING)
