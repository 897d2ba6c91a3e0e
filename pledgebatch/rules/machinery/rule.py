"""What a rule is: its place in the notice, and the cases in which it is broken."""

import inspect
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from enum import StrEnum
from functools import cached_property

import pandas as pd

from pledgebatch.notice.parameters import Parameters
from pledgebatch.notice.periods import Stage
from pledgebatch.rules.machinery.conditions import Condition
from pledgebatch.schema.frames import Severity
from pledgebatch.schema.sheets import SHEETS


class Basis(StrEnum):
    """What a rule rests on."""

    FACT = "fact"
    HEURISTIC = "heuristic"
    JUDGEMENT = "judgement"


class Scope(StrEnum):
    """How much a rule must see at once."""

    FILE = "file"
    ROW = "row"
    UNIT = "unit"
    BATCH = "batch"
    HISTORY = "history"


class Offline(StrEnum):
    """How much of a rule the workbook's self-check counts."""

    WHOLE = "全部"
    PART = "部分"
    BLANKS = "空白"
    NOTHING = "—"


ERROR, WARNING, NOTICE = Severity
FACT, HEURISTIC, JUDGEMENT = Basis
FILE, ROW, UNIT, BATCH, HISTORY = Scope
ALWAYS, PLEDGE, PUBLISH, MONTHLY, HALF, YEAR = Stage

Breach = Callable[..., pd.Series]
"""Takes the tables its parameters name and returns, over the case's table, a boolean (True = breach) or a hint: the
part of the message that differs from row to row, missing where there is no breach."""


@dataclass(frozen=True, eq=False)
class Case:
    """One way to break a rule: over the rows of table ``on``, reported at field ``at``."""

    breach: Breach
    on: str
    at: str | None
    message: str
    severity: Severity
    offline: Condition | None = None
    """The same breach as the workbook finds it by itself; None where no formula can."""
    offline_blanks: Condition | None = None
    """Where a formula cannot tell every breach: those of them that are blank cells."""
    offline_sure: Condition | None = None
    """Where a formula cannot tell every breach: those of the others that it is sure of."""
    about: str = ""
    """The key of the sheet that a finding about no single cell is about, where it is not the table's own."""
    stage: Stage = Stage.ALWAYS
    """From when on the case applies, where that is later than its rule's stage."""

    @cached_property
    def needs(self) -> list[str]:
        """The tables the case cannot do without."""
        parameters = inspect.signature(self.breach).parameters.values()
        return [parameter.name for parameter in parameters if parameter.default is parameter.empty]

    @cached_property
    def takes(self) -> list[str]:
        """All the tables the case can use."""
        return list(inspect.signature(self.breach).parameters)


@dataclass(frozen=True, eq=False)
class Rule:
    """A mechanical check with a stable code; ``rules.csv`` of the contract has its clause, severity and stage."""

    code: str
    clause: str
    modal: str
    severity: Severity
    basis: Basis
    scope: Scope
    stage: Stage
    asks: str
    """What the notice asks, in Chinese; where it rests on a figure of the office, with the name of that in braces."""
    mend: str
    """How to mend a breach, in Chinese; likewise."""
    owns: tuple[str, ...] = ()
    """Fields (``sheet.field``) whose blank, and whose typing that was not understood, this rule reports."""
    across: bool = False
    """Whether it looks at several organisations at once, or at those that sent nothing: over ``tables.ACROSS``."""
    asks_reviewer: bool = False
    """Whether a finding is a question that a reviewer decides: counted apart, as pending."""
    cases: list[Case] = field(default_factory=list)

    def case(
        self,
        on: str,
        at: str | None = None,
        message: str = "{hint}",
        severity: Severity | None = None,
        offline: Condition | None = None,
        offline_blanks: Condition | None = None,
        offline_sure: Condition | None = None,
        about: str = "",
        stage: Stage = Stage.ALWAYS,
    ) -> Callable[[Breach], Breach]:
        """Register the decorated function, named for the breach, as a case of this rule."""

        def register(breach: Breach) -> Breach:
            grade = severity or self.severity
            conditions = (offline, offline_blanks, offline_sure)
            self.cases.append(Case(breach, on, at, message, grade, *conditions, about, stage))
            return breach

        return register

    def quoting(self, parameters: Parameters) -> "Rule":
        """The rule as it reads where these figures are in force."""
        figures = parameters.in_words()
        return replace(self, asks=self.asks.format(**figures), mend=self.mend.format(**figures))

    @property
    def checks(self) -> list["Check"]:
        """What the workbook counts by itself: the findings of one place and severity, all or those that it is sure of.

        Cases that report alike are counted together, for nobody could tell their findings apart.
        """
        checks = []
        for (sheet, at, severity), cases in self._alike.items():
            whole = [(case, case.offline) for case in cases if case.offline]
            full = len(whole) == len(cases)
            blanks = [(case, case.offline_blanks) for case in cases if case.offline_blanks]
            sure = [(case, case.offline_sure) for case in cases if case.offline_sure]
            terms = whole if full else [*whole, *blanks, *sure]
            if sheet and terms:
                checks.append(Check(self, sheet, at, severity, tuple(terms), full, not (whole or sure)))
        return checks

    @property
    def in_workbook(self) -> Offline:
        """How much of the rule the workbook's self-check counts."""
        checks = self.checks
        if not checks:
            return Offline.NOTHING
        if all(check.full for check in checks) and len(checks) == len(self._alike):
            return Offline.WHOLE
        return Offline.BLANKS if all(check.blanks and not check.full for check in checks) else Offline.PART

    @property
    def _alike(self) -> dict[tuple[str, str | None, Severity], list[Case]]:
        """The cases by sheet, field and severity of what they report."""
        alike: dict[tuple[str, str | None, Severity], list[Case]] = {}
        for case in self.cases:
            alike.setdefault((case.about or SHEET_OF.get(case.on, ""), case.at, case.severity), []).append(case)
        return alike


@dataclass(frozen=True, eq=False)
class Check:
    """What the workbook counts by itself of one rule, at one field of a sheet, or about the sheet as a whole."""

    rule: Rule
    sheet: str
    at: str | None
    severity: Severity
    terms: tuple[tuple[Case, Condition], ...]
    full: bool
    """Whether all breaches are counted, or only those that a formula is sure of."""
    blanks: bool
    """Whether, where not all are counted, those that are blank cells are, and no others."""

    @property
    def stages(self) -> frozenset[Stage]:
        """The stages that must all have begun before it counts."""
        return frozenset((self.rule.stage, *(case.stage for case, _ in self.terms)))


SHEET_OF = {
    **{sheet.key: sheet.key for sheet in SHEETS},
    "heads": "organisations",
    "units": "organisations",
    "roster": "members",
}
"""The sheet on which the rows of a table stand; the tables not named here are about files or the registry."""
