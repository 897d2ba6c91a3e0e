"""The rule book: every rule, in the order of evaluation. This list is the registry."""

from functools import cache

import pandas as pd

from pledgebatch.notice.clauses import clause_of, sentences_named
from pledgebatch.notice.parameters import Parameters
from pledgebatch.rules.heuristics import content, oral, similarity, standard, template_residue, trades
from pledgebatch.rules.machinery.examples import shown
from pledgebatch.rules.machinery.rule import Rule
from pledgebatch.rules.topics import (
    consultation,
    coverage,
    declaration,
    deeds,
    directions,
    evaluation,
    files,
    history,
    items,
    leaders,
    mechanisms,
    members,
    missing_rows,
    organisations,
    publication,
    review,
    signatures,
    tracking,
)

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
    *template_residue.RULES,
    *directions.RULES,
    *deeds.RULES,
    *similarity.RULES,
    *review.RULES,
    *publication.RULES,
    *tracking.RULES,
    *history.RULES,
    *missing_rows.RULES,
    *mechanisms.RULES,
    *evaluation.RULES,
    *declaration.RULES,
)


@cache
def rules_under(parameters: Parameters) -> dict[str, Rule]:
    """The rules by code, as they read where these figures are in force."""
    return {rule.code: rule.quoting(parameters) for rule in RULES}


BY_CODE = rules_under(Parameters())


def _clauses_of(rule: Rule) -> set[str]:
    return {clause_of(sentence) for sentence in sentences_named(rule.sentence)}


@cache
def rules_of(clause: str) -> tuple[str, ...]:
    """The codes of the rules that stand under a clause of the notice, in the order of the book."""
    return tuple(rule.code for rule in RULES if clause in _clauses_of(rule))


@cache
def rules_on(sentence: str) -> tuple[str, ...]:
    """The codes of the rules that rest on a sentence of the notice."""
    return tuple(rule.code for rule in RULES if sentence in sentences_named(rule.sentence))


NAMES = ("code", "clause", "sentence", "ground", "modal", "severity", "basis", "scope", "stage", "asks", "mend")


def catalogue(parameters: Parameters | None = None) -> pd.DataFrame:
    """The rules by code: ``NAMES``, an example that breaks the rule and one that does not, in words, how much of it the
    workbook's self-check counts, and where it stands and who asks it. Examples hold for the usual figures, which is said where others are in force."""
    rules = rules_under(parameters or Parameters())
    rows = [
        [
            *(str(getattr(rule, name)) for name in NAMES),
            *(_usually(rule) + shown(code, breaks).words for breaks in (True, False)),
            str(rule.in_workbook),
            rule.source,
        ]
        for code, rule in sorted(rules.items())
    ]
    return pd.DataFrame(rows, columns=[*NAMES, "breaks", "passes", "in_workbook", "source"], dtype="str")


def _usually(rule: Rule) -> str:
    usual = BY_CODE[rule.code]
    return "" if (rule.asks, rule.mend) == (usual.asks, usual.mend) else "（按默认设置举例）"
