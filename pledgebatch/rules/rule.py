"""What a rule is: its place in the notice, and the cases in which it is broken."""

import inspect
from collections.abc import Callable
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cached_property

import pandas as pd

from pledgebatch.notice.periods import Stage
from pledgebatch.schema.frames import Severity


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


ERROR, WARNING, NOTICE = Severity
FACT, HEURISTIC, JUDGEMENT = Basis
FILE, ROW, UNIT, BATCH, HISTORY = Scope
ALWAYS, PLEDGE, PUBLISH, MONTHLY, HALF, YEAR = Stage

Breach = Callable[..., pd.Series]
"""Takes the tables its parameters name and returns, over the case's table, a boolean (True = breach) or a hint: the
part of the message that differs from row to row, missing where there is no breach."""


@dataclass(frozen=True)
class Case:
    """One way to break a rule: over the rows of table ``on``, reported at field ``at``."""

    breach: Breach
    on: str
    at: str | None
    message: str
    severity: Severity

    @cached_property
    def needs(self) -> list[str]:
        """The tables the case cannot do without."""
        parameters = inspect.signature(self.breach).parameters.values()
        return [parameter.name for parameter in parameters if parameter.default is parameter.empty]

    @cached_property
    def takes(self) -> list[str]:
        """All the tables the case can use."""
        return list(inspect.signature(self.breach).parameters)


@dataclass(frozen=True)
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
    """What the notice asks, in Chinese."""
    mend: str
    """How to mend a breach, in Chinese."""
    owns: tuple[str, ...] = ()
    """Fields (``sheet.field``) whose blank, and whose typing that was not understood, this rule reports."""
    asks_reviewer: bool = False
    """Whether a finding is a question that a reviewer decides: counted apart, as pending."""
    cases: list[Case] = field(default_factory=list)

    def case(
        self, on: str, at: str | None = None, message: str = "{hint}", severity: Severity | None = None
    ) -> Callable[[Breach], Breach]:
        """Register the decorated function, named for the breach, as a case of this rule."""

        def register(breach: Breach) -> Breach:
            self.cases.append(Case(breach, on, at, message, severity or self.severity))
            return breach

        return register
