"""What the self-check counts in a period, and what it comes to for the rows that are written."""

import datetime as dt
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from functools import cache

from pledgebatch.notice.periods import Stage
from pledgebatch.rules.book import RULES
from pledgebatch.rules.facts.tables import GONE
from pledgebatch.rules.machinery.conditions import CUTOFF, FIRST_DAY, Condition, bare, named_by, says_something
from pledgebatch.rules.machinery.rule import SHEET_OF, Case, Check, Rule
from pledgebatch.schema.choices import choice
from pledgebatch.schema.fields import Sheet
from pledgebatch.schema.sheets import BY_KEY, MEMBERS, ORGANISATION, SHEETS
from pledgebatch.schema.states import Severity
from pledgebatch.workbooks.rows import Rows


@dataclass(frozen=True, eq=False)
class Line:
    """One line of the self-check: what it counts of a rule on a sheet, with one severity."""

    rule: Rule
    sheet: Sheet
    severity: Severity
    checks: tuple[Check, ...]

    @property
    def terms(self) -> list[tuple[Sheet, Case, Condition]]:
        """The cases that it counts, each with its condition and the sheet in whose rows that is so."""
        return [(BY_KEY[SHEET_OF[case.on]], case, so) for check in self.checks for case, so in check.terms]


@cache
def lines_due(due: frozenset[Stage]) -> tuple[Line, ...]:
    """The lines of the self-check in the stages ``due``, sheet by sheet and column by column."""
    alike: dict[tuple[str, str, Severity], list[Check]] = {}
    for check in checks_due(due):
        alike.setdefault((check.sheet, check.rule.code, check.severity), []).append(check)
    return tuple(Line(checks[0].rule, BY_KEY[key[0]], key[2], tuple(checks)) for key, checks in alike.items())


@cache
def checks_due(due: frozenset[Stage]) -> tuple[Check, ...]:
    """What the workbook counts in the stages ``due``, sheet by sheet and column by column."""
    rules = [rule for rule in RULES if rule.stage in due]
    owned = {name for rule in rules for name in rule.owns}
    asked = [check for rule in rules for check in rule.checks if check.stages <= due and _applies(check, due, owned)]
    places = [(sheet.key, key) for sheet in SHEETS for key in (None, *sheet.by_key)]
    grades = list(Severity)
    return tuple(sorted(asked, key=lambda check: (places.index((check.sheet, check.at)), grades.index(check.severity))))


def _applies(check: Check, due: Collection[Stage], owned: Collection[str]) -> bool:
    """The rules that follow from the declaration speak where no other does; of blanks, once they are required."""
    taken = {name for case, _ in check.terms for name in case.takes}
    if not taken & {"owned", "reported"}:
        return True
    if check.at is None:
        return False
    required = BY_KEY[check.sheet][check.at].required
    return f"{check.sheet}.{check.at}" not in owned and ("owned" not in taken or required in due)


def count_now(line: Line, used: Mapping[str, "UsedRows"]) -> int:
    """What the formula of a line gives for the texts of the form and of the tables."""
    return sum(sum(used[sheet.key].holds(case.on, condition, used)) for sheet, case, condition in line.terms)


def totals_of(sheet: Sheet) -> tuple[str, ...]:
    """What the self-check counts the rows of, by the name of its total: the table, and of members who have not left."""
    return (sheet.key, "roster") if sheet is MEMBERS else (sheet.key,)


class UsedRows:
    """The rows of a sheet that have content, and whether they count as members who have not left."""

    def __init__(self, sheet: Sheet, rows: Rows, days: Mapping[str, str]) -> None:
        """Leave out the rows that hold a number or another text alone, and those that say 无; the form is one row,
        whatever it holds."""
        self._sheet = sheet
        texts = [*map(rows.column, sheet.by_key)]
        besides_numbers = [rows.column(key) for key in sheet.by_key if key != sheet.number]
        typed = [any(line) for line in zip(*besides_numbers, strict=True)]
        self.end = max((index for index, has in enumerate(typed, 1) if has), default=1)
        filled = [sum(map(bool, map(bare, filter(None, line)))) for line in zip(*texts, strict=True)]
        says = [any(map(says_something, filter(None, line))) for line in zip(*besides_numbers, strict=True)]
        named = map(bare, rows.column(named_by(sheet)))
        used = [count > 1 and (is_said or not name) for count, is_said, name in zip(filled, says, named, strict=True)]
        kept = [0] if sheet.form else [index for index, is_used in enumerate(used) if is_used]
        self._columns = {key: [texts[index] for index in kept] for key, texts in rows.texts.items()}
        self._blank = [""] * len(kept)
        self._days = {key: [day] * len(kept) for key, day in days.items()}
        stays = (
            [choice(text, MEMBERS["change"]) not in GONE for text in self._column("change")] if sheet is MEMBERS else []
        )
        self._stays = stays
        self.totals = {table: sum(stays) if table == "roster" else len(kept) for table in totals_of(sheet)}

    def _column(self, key: str) -> list[str]:
        return self._columns.get(key) or self._days.get(key) or self._blank

    def holds(self, table: str, condition: Condition, others: Mapping[str, "UsedRows"]) -> list[bool]:
        """Whether it is so in each row of ``table``; ``others`` are all sheets, by key."""
        if not self._blank:
            return []

        def columns(key: str) -> list[str]:
            path, _, own = key.rpartition(".")
            if not path:
                return self._column(key)
            sheet = path.rpartition(".")[2]
            texts = others[sheet]._column(own)
            return texts * len(self._blank) if sheet == ORGANISATION.key else texts

        so = condition.holds(self._sheet, columns)
        return [each and stays for each, stays in zip(so, self._stays, strict=True)] if table == "roster" else so


def find_used_rows(answers: Mapping[str, str], tables: Mapping[str, Rows], cutoff: dt.date) -> dict[str, UsedRows]:
    """What is filled in, sheet by sheet."""
    days = {CUTOFF: cutoff.isoformat(), FIRST_DAY: cutoff.replace(day=1).isoformat()}
    form = Rows([0], {key: [answers.get(key, "")] for key in ORGANISATION.by_key})
    return {sheet.key: UsedRows(sheet, form if sheet.form else tables[sheet.key], days) for sheet in SHEETS}
