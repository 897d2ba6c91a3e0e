"""What the self-check counts in a period, and what it comes to for the rows that are written."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from functools import cache

from pledgebatch.notice.periods import Stage
from pledgebatch.publish.rows import Rows
from pledgebatch.rules.book import RULES
from pledgebatch.rules.offline import Condition, answer_key
from pledgebatch.rules.rule import Check, Rule
from pledgebatch.rules.tables import GONE
from pledgebatch.schema.fields import Sheet
from pledgebatch.schema.frames import Severity
from pledgebatch.schema.sheets import BY_KEY, MEMBERS, ORGANISATION, SHEETS
from pledgebatch.schema.texts import choice


@dataclass(frozen=True, eq=False)
class Line:
    """One line of the self-check: what it counts of a rule on a sheet, with one severity."""

    rule: Rule
    sheet: Sheet
    severity: Severity
    checks: tuple[Check, ...]


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
    places = [(sheet.key, key) for sheet in SHEETS for key in sheet.by_key]
    grades = list(Severity)
    return tuple(sorted(asked, key=lambda check: (places.index((check.sheet, check.at)), grades.index(check.severity))))


def _applies(check: Check, due: Collection[Stage], owned: Collection[str]) -> bool:
    """The rules that follow from the declaration speak where no other does; of blanks, once they are required."""
    taken = {name for case, _ in check.terms for name in case.takes}
    if not taken & {"owned", "reported"}:
        return True
    required = BY_KEY[check.sheet][check.at].required
    return f"{check.sheet}.{check.at}" not in owned and ("owned" not in taken or required in due)


def count_now(line: Line, answers: Mapping[str, str], used: Mapping[str, "Used"]) -> int:
    """What the formula of a line gives for the texts of the form and of the tables."""
    terms = [(case.on, condition) for check in line.checks for case, condition in check.terms]
    if line.sheet is ORGANISATION:
        return sum(condition.holds(line.sheet, lambda key: [answers.get(key, "")])[0] for _, condition in terms)
    return sum(sum(used[line.sheet.key].told(table, condition)) for table, condition in terms)


def totals_of(sheet: Sheet) -> tuple[str, ...]:
    """What the self-check counts the rows of, by the name of its total: the table, and of members who have not left."""
    return (sheet.key, "roster") if sheet is MEMBERS else (sheet.key,)


class Used:
    """The rows of a table that have content, and whether they count as members who have not left."""

    def __init__(self, sheet: Sheet, rows: Rows, answers: Mapping[str, str]) -> None:
        """Leave out the rows that hold a number alone; ``answers`` are those of the form."""
        self._sheet = sheet
        self._answers = {answer_key(key): text for key, text in answers.items()}
        telling = [texts for key, texts in rows.texts.items() if key != sheet.number]
        typed = [any(line) for line in zip(*telling, strict=True)]
        self.end = max((index for index, has in enumerate(typed, 1) if has), default=1)
        kept = [index for index, line in enumerate(zip(*telling, strict=True)) if any(map(str.strip, line))]
        self._columns = {key: [texts[index] for index in kept] for key, texts in rows.texts.items()}
        self._blank = [""] * len(kept)
        stays = (
            [choice(text, MEMBERS["change"]) not in GONE for text in self._column("change")] if sheet is MEMBERS else []
        )
        self._stays = stays
        self.totals = {table: sum(stays) if table == "roster" else len(kept) for table in totals_of(sheet)}

    def _column(self, key: str) -> list[str]:
        if key in self._answers:
            return [self._answers[key]] * len(self._blank)
        return self._columns.get(key, self._blank)

    def told(self, table: str, condition: Condition) -> list[bool]:
        """Whether it is so in each row of ``table``."""
        if not self._blank:
            return []
        so = condition.holds(self._sheet, self._column)
        return [each and stays for each, stays in zip(so, self._stays, strict=True)] if table == "roster" else so
