"""Tables that branches laid out anew are read, or held back and named: nothing is wrong or lost in silence."""

import pytest

from tests.layouts.corpus import OF_EACH as CORPUS
from tests.layouts.corpus import Made, sketches
from tests.layouts.kinds import KINDS, REFUSED
from tests.layouts.measure import LEAST, Measured, measure, report
from tests.layouts.truth import Outcome
from tests.layouts.words import TRAPS

OF_EACH, MOST_MEMBERS = 2, 7


@pytest.fixture(scope="module")
def made() -> list[Made]:
    return sketches(OF_EACH, without_office=True, most=MOST_MEMBERS)


@pytest.fixture(scope="module")
def measured(made, tmp_path_factory) -> Measured:
    return measure(tmp_path_factory.mktemp("layouts") / "w", made, workers=0)


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
    for each in made:
        cells = {(page.title, place) for page in each.sketch.pages for place in page.cells}
        lacking = [fact for fact in each.sketch.facts if (fact.tab, fact.place) not in cells]
        assert not lacking, (each.kind.name, each.nth, lacking[:3])


def test_of_what_is_to_be_read_almost_everything_arrives(measured):
    assert measured.share >= LEAST, report(measured)


def test_nothing_is_wrong_or_lost_in_silence_and_no_trap_is_read(measured):
    assert not measured.silent, "\n".join(measured.silent[:40])


def test_what_cannot_be_read_is_held_back_and_named(measured):
    for kind in KINDS:
        counts = measured.of(kind)
        assert kind.promise != REFUSED or not counts[Outcome.ASKED], (kind.name, counts)
