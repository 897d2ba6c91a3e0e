"""The rule book: every rule, in the order of evaluation. This list is the registry."""

import pandas as pd

from pledgebatch.rules import (
    consultation,
    coverage,
    declared,
    deeds,
    directions,
    files,
    items,
    leaders,
    members,
    organisations,
    review,
    signatures,
    similarity,
    tracking,
)

RULES = (
    *files.RULES,
    *organisations.RULES,
    *members.RULES,
    *signatures.RULES,
    *coverage.RULES,
    *leaders.RULES,
    *consultation.RULES,
    *items.RULES,
    *directions.RULES,
    *deeds.RULES,
    *similarity.RULES,
    *review.RULES,
    *tracking.RULES,
    *declared.RULES,
)
BY_CODE = {rule.code: rule for rule in RULES}


def catalogue() -> pd.DataFrame:
    """The rules as a table: code, clause, modal, severity, basis, scope, stage, asks, mend."""
    names = ("code", "clause", "modal", "severity", "basis", "scope", "stage", "asks", "mend")
    return pd.DataFrame(
        [[str(getattr(rule, name)) for name in names] for rule in RULES], columns=list(names), dtype="str"
    )
