"""Every rule: an example that breaks it, with exactly its code, severity and cell, and one that does not."""

from collections import defaultdict
from pathlib import Path

import pytest

from pledgebatch.rules.book import BY_CODE, RULES
from pledgebatch.rules.machinery import evaluate as evaluated
from pledgebatch.rules.machinery.examples import Example, examples
from pledgebatch.rules.machinery.reads import reads
from pledgebatch.rules.machinery.rule import SHEET_OF
from pledgebatch.schema.kinds import RAW
from pledgebatch.schema.sheets import BY_KEY
from tests.figures import MEASURED
from tests.rules import cases, stated

EXAMPLES = examples()
QUIET = ["2010-11", "2010-12", "2011-02", "2011-03", "2011-04", "2011-06", "2011-09", "2011-12"]


@pytest.fixture(autouse=True)
def narrowed(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each rule is given the columns that it is known to read, and no other of their sheets."""
    apply = evaluated._apply
    narrow_tables: dict[tuple[int, str], tuple[object, object]] = {}

    def narrow(rule, case, known):
        taken = SHEET_OF.keys() & known.keys() & {case.on, *case.takes}
        return apply(rule, case, known | {name: of_rule(rule, known[name], SHEET_OF[name]) for name in taken})

    def of_rule(rule, rows, sheet):
        place = id(rows), rule.code
        if place not in narrow_tables:
            narrow_tables[place] = rows, _only(rows, sheet, reads(rule))  # the rows are kept, lest others get their id
        return narrow_tables[place][1]

    monkeypatch.setattr(evaluated, "_apply", narrow)


def _only(rows, sheet, named):
    others = BY_KEY[sheet].by_key.keys() - named.get(sheet, frozenset())
    left_out = {name for key in others for name in (key, key + RAW)}
    return rows[[name for name in rows if name not in left_out]]


RIGHT = [Example("", (), period, {"last": {}} if period == "2011-04" else {}) for period in QUIET]
"""A right workbook in every stage, in which nothing is found."""
OF_ONE = [*(each for each in EXAMPLES if stated.is_of_one(each)), *RIGHT]
OF_ONE_FILE = [each for each in EXAMPLES if stated.is_of_one_file(each)]
OTHERS = [each for each in EXAMPLES if not (stated.is_of_one(each) or stated.is_of_one_file(each))]
A_KIND_EACH = {field.kind: each for each in reversed(OF_ONE) for field in stated.changed_fields(each)}
COUNTED = [each for each in OF_ONE if each.findings and BY_CODE[each.rule].checks]
THROUGH_FILES = [*A_KIND_EACH.values(), *{each.rule: each for each in reversed(COUNTED)}.values()]
"""One for every kind of field, and one for every rule that the self-check counts: written, and read again."""


@pytest.mark.parametrize(
    ("examples", "read"),
    [(OF_ONE, cases.typed_in), (THROUGH_FILES, cases.written_and_read), (OF_ONE_FILE, cases.written_and_read)],
    ids=["typed frames", "files", "about files"],
)
def test_an_example_of_one_organisation_brings_just_what_it_promises(tmp_path: Path, examples, read) -> None:
    found = cases.findings_of_each(examples, tmp_path, read)
    wrong = {
        f"{each.rule} {each.words}": (brought, promised)
        for each, brought in zip(examples, found, strict=True)
        if brought != (promised := stated.expected(each))
    }
    assert not wrong


@pytest.mark.parametrize("example", OTHERS, ids=[f"{each.rule}-{n}" for n, each in enumerate(OTHERS)])
def test_an_example_of_files_or_others_brings_just_what_it_promises(tmp_path: Path, example: Example) -> None:
    assert cases.findings_of(example, tmp_path) == stated.expected(example)


@pytest.mark.parametrize("period", ["2011-03", "2011-12"])
def test_nothing_is_found_in_two_right_workbooks(tmp_path: Path, period: str) -> None:
    assert cases.findings_of(Example("", (), period, {"other": {}, "last": {}}), tmp_path) == set()


def test_every_rule_that_the_self_check_counts_goes_through_a_file() -> None:
    assert {rule.code for rule in RULES if rule.checks} == {
        each.rule for each in THROUGH_FILES if each.findings and BY_CODE[each.rule].checks
    }


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
