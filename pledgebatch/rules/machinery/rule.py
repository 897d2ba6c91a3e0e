"""What a rule is: its place in the notice, and the cases in which it is broken."""

import inspect
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from functools import cache, cached_property
from string import Formatter
from typing import TypedDict, Unpack

import pandas as pd

from pledgebatch.notice.clauses import NO_CLAUSE, clause_of
from pledgebatch.notice.parameters import Parameters
from pledgebatch.notice.periods import Stage
from pledgebatch.rules.machinery.conditions import Condition
from pledgebatch.schema.sheets import SHEETS
from pledgebatch.schema.states import Severity


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


class Ground(StrEnum):
    """Who asks what a rule asks."""

    NOTICE = "通知"
    OFFICE = "办公室要求"


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


@cache
def parameters_of(breach: Breach) -> Mapping[str, inspect.Parameter]:
    """The tables that ``breach`` names, those with a default it can do without."""
    return inspect.signature(breach).parameters


@dataclass(frozen=True, eq=False)
class Case:
    """One way to break a rule: over the rows of table ``on``, reported at field ``at``."""

    breach: Breach
    on: str
    severity: Severity
    at: str | None = None
    message: str = "{hint}"
    offline: Condition | None = None
    """The same breach as the workbook finds it by itself; None where no formula can."""
    offline_blanks: Condition | None = None
    """Those of the breaches that are blank cells, where a formula cannot tell every breach of the place."""
    offline_sure: Condition | None = None
    """Where a formula cannot tell every breach: those of the others that it is sure of."""
    about: str = ""
    """The key of the sheet that a finding about no single cell is about, where it is not the table's own."""
    stage: Stage = Stage.ALWAYS
    """From when on the case applies, where that is later than its rule's stage."""
    unless: Breach | None = None
    """The rows that it leaves alone: likewise a boolean over the case's table, asked only where there is a breach."""

    @cached_property
    def needs(self) -> list[str]:
        """The tables the case cannot do without."""
        return [name for name, parameter in self._parameters.items() if parameter.default is parameter.empty]

    @cached_property
    def takes(self) -> list[str]:
        """All the tables the case can use."""
        return list(self._parameters)

    @cached_property
    def quoted(self) -> list[str]:
        """The fields that the message quotes, and ``hint`` where it gives that."""
        return [name for _, name, _, _ in Formatter().parse(self.message) if name]

    @cached_property
    def _parameters(self) -> dict[str, inspect.Parameter]:
        return {**(parameters_of(self.unless) if self.unless else {}), **parameters_of(self.breach)}


class How(TypedDict, total=False):
    """What a case may say besides what it is over: the fields of ``Case``, its severity where it is not the rule's."""

    severity: Severity
    at: str | None
    message: str
    offline: Condition | None
    offline_blanks: Condition | None
    offline_sure: Condition | None
    about: str
    stage: Stage
    unless: Breach | None


@dataclass(frozen=True, eq=False)
class Rule:
    """A mechanical check with a stable code; ``rules.csv`` of the contract has its clause, severity and stage."""

    code: str
    sentence: str
    """The sentence of the notice that it rests on: 五.3-2; ``NO_CLAUSE`` where there is none."""
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
    office: str = ""
    """What of it the notice does not say, and the office asks: how often, by which day, from which age."""
    cases: list[Case] = field(default_factory=list)

    def case(self, on: str, **how: Unpack[How]) -> Callable[[Breach], Breach]:
        """Register the decorated function, named for the breach, as a case of this rule over table ``on``."""
        how.setdefault("severity", self.severity)

        def register(breach: Breach) -> Breach:
            self.cases.append(Case(breach, on, **how))
            return breach

        return register

    def quoting(self, parameters: Parameters) -> "Rule":
        """The rule as it reads where these figures are in force."""
        figures = parameters.in_words()
        texts = {name: getattr(self, name).format(**figures) for name in ("asks", "mend", "office")}
        return replace(self, **texts)

    @property
    def clause(self) -> str:
        """The clause of the notice that it stands under."""
        return clause_of(self.sentence)

    @property
    def ground(self) -> Ground:
        """Who asks it: the notice alone, or the office as well."""
        return Ground.OFFICE if self.office or self.clause == NO_CLAUSE else Ground.NOTICE

    @property
    def source(self) -> str:
        """Where it stands and who asks it, in words."""
        if self.clause == NO_CLAUSE:
            return Ground.OFFICE
        return f"{Ground.NOTICE} {self.sentence}" + (f"；{Ground.OFFICE}：{self.office}" if self.office else "")

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
            more = [(case, case.offline) for case in cases if case.offline and not case.offline_blanks]
            terms = whole if full else [*more, *blanks, *sure]
            if sheet and terms:
                checks.append(Check(self, sheet, at, severity, tuple(terms), full, not (full or more or sure)))
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
