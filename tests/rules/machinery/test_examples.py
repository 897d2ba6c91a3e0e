"""Every rule: an example that breaks it, with exactly its code, severity and cell, and one that does not."""

from collections import defaultdict
from pathlib import Path

import pytest

from pledgebatch.notice.periods import Period
from pledgebatch.rules.book import RULES
from pledgebatch.rules.machinery import evaluate as evaluated
from pledgebatch.rules.machinery.examples import Example, examples
from pledgebatch.rules.machinery.reads import reads
from pledgebatch.rules.machinery.rule import SHEET_OF
from pledgebatch.schema.kinds import RAW
from pledgebatch.schema.sheets import BY_KEY
from tests.figures import MEASURED
from tests.rules import cases

EXAMPLES = examples()
QUIET = ["2010-11", "2010-12", "2011-02", "2011-03", "2011-04", "2011-06", "2011-09", "2011-12"]


@pytest.fixture(autouse=True)
def narrowed(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each rule is given the columns that it is known to read, and no other of their sheets."""
    apply = evaluated._apply

    def narrow(rule, case, known):
        named = reads(rule)
        tables = {name: _only(rows, SHEET_OF[name], named) for name, rows in known.items() if name in SHEET_OF}
        return apply(rule, case, known | tables)

    monkeypatch.setattr(evaluated, "_apply", narrow)


def _only(rows, sheet, named):
    others = BY_KEY[sheet].by_key.keys() - named.get(sheet, frozenset())
    return rows.drop(columns=[name for key in others for name in (key, key + RAW) if name in rows])


OF_ONE = [each for each in EXAMPLES if cases.is_of_one(each)]
OTHERS = [each for each in EXAMPLES if not cases.is_of_one(each)]
A_KIND_EACH = {field.kind: each for each in reversed(OF_ONE) for field in cases.changed_fields(each)}
THROUGH_FILES = [*OTHERS, *A_KIND_EACH.values()]
"""Those about files, forms and several organisations, and one for every kind of field: written, and read again."""


def test_an_example_of_one_organisation_is_told_just_what_it_promises(tmp_path: Path) -> None:
    found = cases.findings_of_each(OF_ONE, tmp_path)
    wrong = {
        f"{each.rule} {each.words}": (found_of, promised)
        for each, found_of in zip(OF_ONE, found, strict=True)
        if found_of != (promised := cases.expected(each))
    }
    assert not wrong


@pytest.mark.parametrize("example", THROUGH_FILES, ids=[f"{each.rule}-{n}" for n, each in enumerate(THROUGH_FILES)])
def test_an_example_is_told_just_what_it_promises(tmp_path: Path, example: Example) -> None:
    assert cases.findings_of(example, tmp_path) == cases.expected(example)


@pytest.mark.parametrize("period", QUIET)
def test_a_right_workbook_is_told_nothing_in_any_stage(tmp_path: Path, period: str) -> None:
    before = {"last": {}} if Period.parse(period).month not in (1, 11) else {}
    assert cases.findings_of(Example("", (), period, {"other": {}} | before), tmp_path) == set()


def test_no_rule_is_forgotten() -> None:
    severities = defaultdict(set)
    for each in EXAMPLES:
        for promise in each.findings or ["quiet"]:
            severities[each.rule].add(promise.split()[0])
    assert set(severities) == {rule.code for rule in RULES}
    MEASURED.append(f"rules: {len(severities)} of {len(RULES)}, {len(EXAMPLES)} examples run")
    for rule in RULES:
        wanted = {str(case.severity) for case in rule.cases} | {"quiet"}
        assert severities[rule.code] >= wanted, rule.code
