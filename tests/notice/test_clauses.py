"""The clauses against the contract's rule book, in both directions, and sentence by sentence."""

import csv
from collections import defaultdict
from pathlib import Path

import pytest

from pledgebatch.notice.clauses import CLAUSES, FIVE_ANSWERS, NO_CLAUSE, clause_of, sentences_named
from pledgebatch.rules.book import BY_CODE, rules_of, rules_on
from pledgebatch.rules.machinery.rule import Ground
from pledgebatch.schema.sheets import ITEMS

CONTRACT = Path(__file__).parents[1] / "contract" / "rules.csv"
SHARED = {"附件1/2": {"附件1", "附件2"}, NO_CLAUSE: set()}
SENTENCES = [sentence for clause in CLAUSES for sentence in clause.sentences]


def test_each_rule_stands_under_its_clause_and_under_no_other():
    named = defaultdict(set)
    for clause in CLAUSES:
        for code in rules_of(clause.number):
            named[code].add(clause.number)
    rows = csv.DictReader(CONTRACT.read_text("utf-8").splitlines())
    agreed = {row["code"]: row["clause"] for row in rows}
    assert {code: named[code] for code in agreed} == {code: SHARED.get(at, {at}) for code, at in agreed.items()}
    assert {code: BY_CODE[code].clause for code in agreed} == agreed
    assert set(named) <= set(agreed)


def test_each_clause_is_covered_or_says_why_not():
    for clause in CLAUSES:
        assert bool(rules_of(clause.number) or clause.reviewer) != bool(clause.not_mechanical), clause.number


@pytest.mark.parametrize("sentence", SENTENCES, ids=lambda sentence: sentence.number)
def test_each_sentence_is_covered_or_says_why_not(sentence):
    assert bool(rules_on(sentence.number) or sentence.reviewer) != bool(sentence.why)


def test_a_rule_rests_on_a_sentence_that_there_is():
    known = {sentence.number for sentence in SENTENCES} | {NO_CLAUSE}
    assert {rule.code: set(sentences_named(rule.sentence)) - known for rule in BY_CODE.values()} == dict.fromkeys(
        BY_CODE, set()
    )


def test_sentences_are_numbered_by_their_clause():
    for clause in CLAUSES:
        numbers = [f"{clause.number}-{place}" for place in range(1, len(clause.sentences) + 1)]
        assert [sentence.number for sentence in clause.sentences] == numbers
        assert {clause_of(number) for number in numbers} == {clause.number}


def test_reviewers_answer_in_fields_of_the_items():
    assert FIVE_ANSWERS == ("advanced", "annual_task", "fits_post", "public_wish", "feasible")
    for clause in CLAUSES:
        assert set(clause.reviewer) <= ITEMS.by_key.keys()


def test_what_the_office_asks_beyond_the_notice_is_said():
    rhythm = {code for code, rule in BY_CODE.items() if rule.office}
    assert rhythm == {"TRK01", "TRK08", "TRK09", "COV04", "DDL02", "GUI01", "GUI02", "GUI03"}
    elsewhere = {code for code, rule in BY_CODE.items() if rule.clause == NO_CLAUSE}
    assert {code for code, rule in BY_CODE.items() if rule.ground is Ground.OFFICE} == rhythm | elsewhere
    assert BY_CODE["TRK08"].source == "通知 五.5-2；办公室要求：每季度至少检查一次"
    assert BY_CODE["DDL02"].source == "通知 五-3；办公室要求：“年初”具体为 3 月 15 日以前"
    assert BY_CODE["REV03"].source == "通知 五.3-2"
    assert BY_CODE["FIL04"].source == "办公室要求"
