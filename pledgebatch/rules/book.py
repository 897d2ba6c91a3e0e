"""The rule book: every rule, in the order of evaluation. This list is the registry."""

import pandas as pd

from pledgebatch.rules import (
    consultation,
    content,
    coverage,
    declared,
    deeds,
    directions,
    evaluation,
    files,
    gone,
    history,
    items,
    leaders,
    leftovers,
    mechanisms,
    members,
    oral,
    organisations,
    publication,
    review,
    signatures,
    similarity,
    standard,
    tracking,
    trades,
)
from pledgebatch.rules.examples import shown

RULES = (
    *files.RULES,
    *organisations.RULES,
    *members.RULES,
    *signatures.RULES,
    *coverage.RULES,
    *oral.RULES,
    *leaders.RULES,
    *consultation.RULES,
    *items.RULES,
    *content.RULES,
    *standard.RULES,
    *trades.RULES,
    *leftovers.RULES,
    *directions.RULES,
    *deeds.RULES,
    *similarity.RULES,
    *review.RULES,
    *publication.RULES,
    *tracking.RULES,
    *history.RULES,
    *gone.RULES,
    *mechanisms.RULES,
    *evaluation.RULES,
    *declared.RULES,
)
BY_CODE = {rule.code: rule for rule in RULES}


NAMES = ("code", "clause", "modal", "severity", "basis", "scope", "stage", "asks", "mend")


def catalogue() -> pd.DataFrame:
    """The rules by code: ``NAMES``, an example that breaks the rule and one that does not, in words, and how much of it
    the workbook's self-check counts."""
    told = [
        [
            *(str(getattr(rule, name)) for name in NAMES),
            *(shown(rule.code, breaks).words for breaks in (True, False)),
            str(rule.in_workbook),
        ]
        for rule in sorted(RULES, key=lambda rule: rule.code)
    ]
    return pd.DataFrame(told, columns=[*NAMES, "breaks", "passes", "in_workbook"], dtype="str")
