"""The clauses against the contract's rule book, in both directions."""

import csv
from collections import defaultdict
from pathlib import Path

from pledgebatch.notice.clauses import CLAUSES, NO_CLAUSE

CONTRACT = Path(__file__).parents[1] / "contract" / "rules.csv"
COMES_WITH_TEMPLATE_VERSION_2 = {"MEM17", "SUP01"}
SHARED = {"附件1/2": {"附件1", "附件2"}, NO_CLAUSE: set()}


def test_each_rule_stands_under_its_clause_and_under_no_other():
    named = defaultdict(set)
    for clause in CLAUSES:
        for code in clause.rules:
            named[code].add(clause.number)
    rows = csv.DictReader(CONTRACT.read_text("utf-8").splitlines())
    agreed = {row["code"]: row["clause"] for row in rows if row["code"] not in COMES_WITH_TEMPLATE_VERSION_2}
    assert {code: named[code] for code in agreed} == {code: SHARED.get(at, {at}) for code, at in agreed.items()}
    assert set(named) <= set(agreed)


def test_each_clause_is_covered_or_says_why_not():
    for clause in CLAUSES:
        assert bool(clause.rules or clause.reviewer) != bool(clause.not_mechanical), clause.number
