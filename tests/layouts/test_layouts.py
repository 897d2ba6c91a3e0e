"""Tables that branches laid out anew are read, or held back and named: nothing is wrong or lost in silence."""

import pytest

from pledgebatch.rules.book import BY_CODE
from tests import quick_months
from tests.layouts.corpus import OF_EACH as CORPUS
from tests.layouts.corpus import Made, sketches
from tests.layouts.kinds import KINDS, REFUSED
from tests.layouts.measure import LEAST, measure, report
from tests.layouts.truth import Outcome
from tests.layouts.words import TRAPS

OF_EACH, MOST_MEMBERS = 2, 7
OF_FILES = [code for code in BY_CODE if code.startswith("FIL")]
"""The rules that name what was not read; no other is taken to."""


@pytest.fixture(scope="module")
def made() -> list[Made]:
    return sketches(OF_EACH, without_office=True, most=MOST_MEMBERS)


def test_there_are_workbooks_and_traps_enough():
    assert len(KINDS) >= 22
    assert len(KINDS) * CORPUS >= 150
    assert len(TRAPS) >= 25


def test_a_workbook_is_laid_out_the_same_every_time(made):
    again = sketches(OF_EACH, without_office=True, most=MOST_MEMBERS)
    assert [each.sketch.pages for each in again] == [each.sketch.pages for each in made]
    assert [each.sketch.facts for each in again] == [each.sketch.facts for each in made]


def test_every_trap_is_set(made):
    headers = {own.header for each in made for own in each.sketch.owns}
    assert [trap.header for trap in TRAPS if headers.isdisjoint(trap.header)] == []


def test_a_cell_that_must_arrive_stands_in_the_workbook(made):
    assert sum(len(each.sketch.facts) for each in made) > 1000
    for each in made:
        cells = {(page.title, place) for page in each.sketch.pages for place in page.cells}
        lacking = [fact for fact in each.sketch.facts if (fact.tab, fact.place) not in cells]
        assert not lacking, (each.kind.name, each.nth, lacking[:3])


def test_almost_everything_arrives_and_nothing_is_wrong_or_lost_in_silence(made, tmp_path):
    """One test, for the month behind it takes most of a minute: shared out over workers each would make its own."""
    with quick_months.asking(*OF_FILES), quick_months.writing_only_data():
        measured = measure(tmp_path / "w", made, workers=0)
    counts = {kind.name: measured.of(kind) for kind in KINDS if kind.promise == REFUSED}
    assert measured.silent == [], report(measured)
    assert measured.share >= LEAST, report(measured)
    assert [name for name, each in counts.items() if each[Outcome.ASKED]] == [], "what stands beside it must be read"
