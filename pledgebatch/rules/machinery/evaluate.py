"""Evaluates rules over the tables of a month and turns breaches into findings."""

import logging
import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from functools import cache
from typing import Any

import pandas as pd
from xlsxwriter.utility import xl_col_to_name

from pledgebatch.mistakes import OfficeMistake, OurLimit, OutOfMemory, OutOfTime
from pledgebatch.notice.periods import Stage
from pledgebatch.rules.machinery.cells import LONGEST_QUOTE, short, sure, with_short_quotes
from pledgebatch.rules.machinery.rule import SHEET_OF, Breach, Case, Rule, parameters_of
from pledgebatch.schema.frames import FINDING, UNDECIDED, empty, frame, of_type
from pledgebatch.schema.kinds import RAW
from pledgebatch.schema.sheets import BY_KEY, SHEETS
from pledgebatch.schema.words import keys_of_number, own_numbers

LOG = logging.getLogger(__name__)
CRASHED = "核验时程序出错，未得出结论"
TOO_MUCH = "核验时内存不足，未得出结论"
TOO_LONG = "核验用时过长，未得出结论"
OUR_FAULT = frozenset((CRASHED, TOO_MUCH, TOO_LONG))
"""Reasons that are nobody's fault but the program's."""
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
) -> tuple[pd.DataFrame, dict[str, str], pd.DataFrame]:
    """Findings of the rules whose stage is due, and the rules that could not be evaluated, each with a reason: those of
    all organisations, and ``UNDECIDED``, those of some.

    ``tables`` holds what the cases name: typed frames, ``period``, ``parameters``, and ``layout``. ``absent`` gives the
    reason for scopes and tables that this run does not have. A rule is not evaluated where one of its cases names a table
    that is absent without a default (where it is its scope that is absent, the cases that can say something do), nor for those organisations by whose rows one of its cases crashes: none of its
    cases count. Besides ``tables``, a case may name
    ``rows`` (its own table), ``due``, ``owned`` (the fields whose blanks are some rule's business, ``owned`` by rules
    evaluated elsewhere to begin with) and ``reported`` (the places of the findings so far).
    """
    absent = absent or {}
    found = [empty(PLACED)]
    not_evaluated: dict[str, str] = {}
    undecided: list[dict[str, object]] = []
    owned = set(owned)
    for rule in rules:
        if rule.stage not in due:
            continue
        if lack := lacking(rule, absent):
            not_evaluated[rule.code] = lack
            if str(rule.scope) in absent:
                found.extend(_of_itself(rule, {**tables, "due": due, "owned": owned}))
            continue
        known = {**tables, "due": due, "owned": owned}
        if any("reported" in case.takes for case in rule.cases):
            known["reported"] = pd.concat(found)[["submission", "key", "row", "field"]]
        try:
            results = _results(rule, known)
        except OfficeMistake:  # no worker lives to compare texts
            raise
        except Exception as mistake:  # a rule that raises is our mistake, never the branch's
            LOG.exception("rule %s could not be evaluated", rule.code)
            # Texts are compared by the workers: of their time and memory no single organisation has taken too much.
            spared = None if isinstance(mistake, OurLimit) else _without_blamed(rule, known, mistake)
            if spared is None:
                not_evaluated[rule.code] = because(mistake)
                continue
            results, blamed = spared
            undecided += [{"organisation": code, "rule": rule.code, "reason": why} for code, why in blamed.items()]
        owned.update(rule.owns)
        found.extend(results)
    findings = _with_cells(pd.concat(found, ignore_index=True), tables["layout"])
    return findings, not_evaluated, frame(UNDECIDED, undecided)


def leave_undecided(
    rules: Iterable[Rule], organisations: Iterable[str], due: Collection[Stage], absent: Mapping[str, str], why: str
) -> tuple[pd.DataFrame, dict[str, str], pd.DataFrame]:
    """What ``evaluate`` gives where it cannot be tried: nothing found, and every rule undecided for ``organisations``."""
    wanted = [rule for rule in rules if rule.stage in due]
    not_evaluated = {rule.code: lack for rule in wanted if (lack := lacking(rule, absent))}
    codes = [rule.code for rule in wanted if rule.code not in not_evaluated]
    undecided: list[dict[str, object]] = [
        {"organisation": each, "rule": code, "reason": why} for each in organisations for code in codes
    ]
    return empty(FINDING), not_evaluated, frame(UNDECIDED, undecided)


def because(mistake: BaseException) -> str:
    """Why a rule could not be evaluated, in Chinese."""
    if isinstance(mistake, OutOfTime):
        return TOO_LONG
    return TOO_MUCH if isinstance(mistake, MemoryError | OutOfMemory) else CRASHED


def lacking(rule: Rule, absent: Mapping[str, str]) -> str:
    """Why ``rule`` cannot be evaluated without what is ``absent``; empty where it can."""
    wanted = (str(rule.scope), *(name for case in rule.cases for name in case.needs))
    return next((absent[name] for name in wanted if name in absent), "")


def _results(rule: Rule, known: Mapping[str, Any]) -> list[pd.DataFrame]:
    results = [_apply(rule, case, known) for case in rule.cases if case.stage in known["due"]]
    return [result for result in results if result is not None]


def _of_itself(rule: Rule, known: Mapping[str, Any]) -> list[pd.DataFrame]:
    """What of a rule about several workbooks can be said of one: by the cases that can do with what is there."""
    there = {name for name, each in known.items() if each is not None}
    own = replace(rule, cases=[case for case in rule.cases if there.issuperset(case.needs)])
    try:
        return _results(own, known)
    except OfficeMistake:
        raise
    except Exception:  # the rule is told as not evaluated as it is
        LOG.exception("rule %s could not be evaluated for a workbook by itself", rule.code)
        return []


def _without_blamed(
    rule: Rule, known: Mapping[str, Any], mistake: Exception
) -> tuple[list[pd.DataFrame], dict[str, str]] | None:
    """What a rule that crashed with ``mistake`` says of the organisations whose rows are not to blame, and why it says nothing of the
    others; None where there is nobody, or it crashes without them too."""
    codes = _organisations(rule, known)
    if not codes:
        return None
    blamed = _blamed(rule, known, codes, mistake)
    if len(blamed) == len(codes):
        return None if rule.across else ([], blamed)
    try:
        return _results(rule, _only(rule, known, [code for code in codes if code not in blamed])), blamed
    except OfficeMistake:
        raise
    except Exception:  # it takes several of them together: nothing can be said of any
        LOG.exception("rule %s could not be evaluated for those of whom each alone is no trouble", rule.code)
        return None


def _blamed(rule: Rule, known: Mapping[str, Any], codes: Sequence[str], mistake: Exception) -> dict[str, str]:
    """Of the organisations, ``""`` for nobody, over which ``rule`` crashed with ``mistake`` those by whose own rows it does;
    sought by halves, for they are few."""
    if len(codes) == 1:
        return {codes[0]: because(mistake)}
    half, blamed = len(codes) // 2, dict[str, str]()
    for some in (codes[:half], codes[half:]):
        try:
            _results(rule, _only(rule, known, some))
        except OfficeMistake:  # it is nobody's rows that keep workers from beginning
            raise
        except Exception as crash:  # a rule that raises, as above
            blamed |= _blamed(rule, known, some, crash)
    return blamed


def _organisations(rule: Rule, known: Mapping[str, Any]) -> list[str]:
    """The organisations whose rows a rule sees, ``""`` for rows of nobody."""
    names = _seen(rule) | {"submissions"}
    tables = [rows for name, rows in known.items() if name in names and _is_of_organisations(name, rows)]
    return sorted({code for rows in tables for code in rows["organisation"].fillna("").unique()})


def _only(rule: Rule, known: Mapping[str, Any], codes: Collection[str]) -> dict[str, Any]:
    """What is known of some organisations, ``""`` for nobody, in the tables that a rule sees; the registry stays whole."""
    names = _seen(rule)
    return {
        name: rows[rows["organisation"].fillna("").isin(codes)]
        if name in names and _is_of_organisations(name, rows)
        else rows
        for name, rows in known.items()
    }


def _seen(rule: Rule) -> set[str]:
    return {name for case in rule.cases for name in (case.on, *case.takes)}


def _is_of_organisations(name: str, rows: object) -> bool:
    return isinstance(rows, pd.DataFrame) and "organisation" in rows and name != "registry"


def _apply(rule: Rule, case: Case, known: Mapping[str, Any]) -> pd.DataFrame | None:
    over: pd.DataFrame = known[case.on]
    if over.empty:
        return None
    tables = {**known, "rows": over}
    result = _ask(case.breach, tables)
    breached = result.notna() if result.dtype == "str" else sure(result)
    if not breached.any():
        return None
    breached = breached & ~_unsure(case, over, known.get("unread"))
    if case.unless and breached.any():
        breached &= ~sure(_ask(case.unless, tables))
    if not breached.any():
        return None
    rows = over[[name for name in over if name in _shown(case)]][breached]
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
        "cell": _own_cells(rows, case.at) if "cells" in rows else rows.get("cell", nothing),
        "rule": rule.code,
        "clause": rule.clause,
        "severity": str(case.severity),
        "value": values,
        "message": _messages(rows, case, result[breached]),
        "waiver": nothing,
        "number": _numbers(case, rows),
        "answer": nothing,
    }
    return pd.DataFrame({name: of_type(placed[name], rows.index, dtype) for name, dtype in PLACED.items()}, copy=False)


@cache
def _shown(case: Case) -> frozenset[str]:
    """The columns of its table that a finding of ``case`` is made of: choosing rows of all of them is costly."""
    sheet = BY_KEY.get(SHEET_OF.get(case.on, ""))
    names = {case.at or "", *case.quoted, *(keys_of_number(sheet) if sheet else ())}
    return frozenset((*PLACED, "cells", *names, *(name + RAW for name in names)))


def _numbers(case: Case, rows: pd.DataFrame) -> pd.Series:
    """What the rows are known by, of a finding about rows of a sheet."""
    key = SHEET_OF.get(case.on)
    if key is None or case.about not in ("", key):
        return pd.Series(pd.NA, index=rows.index, dtype="str")
    return own_numbers(BY_KEY[key], rows)


def _ask(breach: Breach, tables: Mapping[str, Any]) -> pd.Series:
    """What ``breach`` says of the tables that it names."""
    return breach(**{name: tables[name] for name in parameters_of(breach) if name in tables})


def _own_cells(rows: pd.DataFrame, field: str | None) -> pd.Series:
    """Where the values of ``field`` stand in tables that are laid out otherwise than ours; of what has no cell, the row's."""
    cells = rows["cells"]
    if not cells.notna().any():
        return pd.Series(pd.NA, index=rows.index, dtype="str")
    first = cells.str.extract(r"^[^=\n]+=(.+)", expand=False)
    if not field:
        return first.astype("str")
    own = cells.str.extract(rf"^{re.escape(field)}=(.+)$", flags=re.MULTILINE, expand=False)
    return own.fillna(first).astype("str")


def _unsure(case: Case, over: pd.DataFrame, unread: pd.DataFrame | None) -> pd.Series:
    """The rows of whose workbook another sheet that the case looks at could not be read: nothing can be said of them."""
    if unread is None or unread.empty or "submission" not in over:
        return pd.Series(False, index=over.index)
    sheets = {SHEET_OF[name] for name in case.takes if name in SHEET_OF} - {SHEET_OF.get(case.on)}
    whole = unread[unread["field"].isna() & unread["sheet"].isin(sheets)]
    return over["submission"].isin(whole["submission"])


def _messages(rows: pd.DataFrame, case: Case, results: pd.Series) -> pd.Series:
    message, names = case.message, case.quoted
    if message == "{hint}":
        long = results.str.len() > LONGEST_QUOTE
        return results.where(~long, results.map(with_short_quotes)) if long.any() else results
    columns = [
        results.astype("str")
        if name == "hint"
        else rows[name + RAW if name + RAW in rows else name].astype("str").fillna("")
        for name in names
    ]
    messages = [
        message.format(**dict(zip(names, map(short, texts), strict=True))) for texts in zip(*columns, strict=True)
    ]
    return pd.Series(messages if names else message, index=rows.index, dtype="str")


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
