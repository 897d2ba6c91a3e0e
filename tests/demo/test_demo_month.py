"""The demo end to end: every seeded mistake of today's rules is told at its cell, and nobody else of an error or a warning."""

import pytest

import pledgebatch
from pledgebatch.demo import PERIODS, build
from pledgebatch.publish.paper import POINTS
from pledgebatch.rules.book import BY_CODE
from tests import office


@pytest.fixture(scope="module")
def place(tmp_path_factory):
    return tmp_path_factory.mktemp("demo")


@pytest.fixture(scope="module")
def demo(place):
    seeded = build(place)
    return seeded[seeded["rule"].isin(list(BY_CODE))], {
        period: pledgebatch.consolidate(place, period, workers=0) for period in PERIODS
    }


def test_seeded_mistakes_are_told_at_their_cells(demo):
    seeded, months = demo
    assert len(seeded) >= 40
    for one in seeded.itertuples(index=False):
        found = months[one.period].findings
        here = found[(found["organisation"] == one.organisation) & (found["rule"] == one.rule)]
        here = here[here["severity"] == one.severity]
        assert len(here), one
        if isinstance(one.cell, str) and one.cell:
            assert one.cell in set(here["cell"]), one


def test_nobody_else_is_told_of_an_error_or_a_warning(tmp_path, demo):
    _, months = demo
    everything = build(tmp_path)
    for period, month in months.items():
        guilty = set(everything.loc[everything["period"] == period, "organisation"])
        grave = month.findings[month.findings["severity"] != "notice"]
        assert set(grave["organisation"]) <= guilty


def test_some_explanations_are_accepted_and_one_is_not(demo):
    april = demo[1]["2011-04"]
    assert sorted(april.answers["state"]) == ["不采纳", "采纳", "采纳"]
    explained = april.findings[april.findings["waiver"].str.startswith("说明已采纳").fillna(False)]
    assert set(explained["organisation"]) == {"YX202", "YX403"}


def test_every_state_is_there(demo):
    _, months = demo
    states = {state for month in months.values() for state in (*month.submissions["state"], *month.coverage["state"])}
    assert states >= {"accepted", "returned", "nil", "missing", "unreadable", "wrong_period", "superseded"}


def test_what_is_meant_for_paper_takes_less_than_forty_pages(demo, place, tmp_path):
    office.require_office()
    for period in PERIODS:
        pdf = office.convert(place / "output" / period / f"打印_{period}.xlsx", "pdf", tmp_path)
        assert office.pages(pdf) < 40, period
        assert office.smallest_type(pdf) >= POINTS, period
