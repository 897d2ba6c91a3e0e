"""The demo: its size, and every seeded mistake told at its cell while nobody else is told of an error or a warning."""

import pandas as pd
import pytest

import pledgebatch
from pledgebatch.demo.inbox import build
from pledgebatch.demo.mistakes import MISTAKES
from pledgebatch.demo.organisations import ORGANISATIONS, SUPERVISORS
from pledgebatch.demo.year import PERIODS
from pledgebatch.notice.lists import CATEGORIES
from pledgebatch.schema.sheets import BY_KEY


@pytest.fixture(scope="module")
def demo(tmp_path_factory):
    place = tmp_path_factory.mktemp("demo")
    seeded = build(place)
    return seeded, {period: pledgebatch.consolidate(place, period, workers=0) for period in PERIODS}


def test_its_size(demo):
    _, months = demo
    assert len(ORGANISATIONS) == 24
    assert len(SUPERVISORS) == 3
    assert {each.category for each in ORGANISATIONS} == set(CATEGORIES)
    for month in months.values():
        assert 350 <= month.coverage["members"].sum() <= 450
        assert 1_100 <= month.coverage["items"].sum() <= 1_300


def test_every_state_is_there(demo):
    _, months = demo
    states = {state for month in months.values() for state in (*month.submissions["state"], *month.coverage["state"])}
    assert states == {"accepted", "returned", "nil", "missing", "unreadable", "wrong_period", "superseded"}


@pytest.mark.parametrize("mistake", MISTAKES, ids=lambda mistake: f"{mistake.period} {mistake.code} {mistake.rule}")
def test_a_seeded_mistake_is_told_at_its_cell(demo, mistake):
    _, months = demo
    found = months[mistake.period].findings
    sheet = BY_KEY[mistake.sheet]
    here = found[
        (found["organisation"] == mistake.code)
        & (found["rule"] == mistake.rule)
        & (found["severity"] == mistake.severity)
        & (found["sheet"] == sheet.name)
    ]
    if not sheet.form:
        here = here[here["row"] == mistake.index + 4]
    assert len(here) == 1
    assert here["cell"].notna().all()


def test_files_that_are_not_what_they_should_be_are_told(demo):
    seeded, months = demo
    about_files = seeded[seeded["rule"].str.startswith(("FIL", "DDL"))]
    for one in about_files.itertuples(index=False):
        found = months[one.period].findings
        assert ((found["organisation"] == one.organisation) & (found["rule"] == one.rule)).any(), one


def test_nobody_else_is_told_of_an_error_or_a_warning(demo):
    seeded, months = demo
    for period, month in months.items():
        guilty = set(seeded.loc[seeded["period"] == period, "organisation"])
        grave = month.findings[month.findings["severity"] != "notice"]
        assert set(grave["organisation"]) <= guilty


def test_figures_add_up(demo):
    _, months = demo
    for month in months.values():
        items = month.tables["items"]
        in_ledger = items[items["set_aside"].isna()].groupby("organisation").size()
        pd.testing.assert_series_equal(
            in_ledger.reindex(month.coverage["organisation"]).fillna(0).astype("int64"),
            month.coverage.set_index("organisation")["items"].astype("int64"),
            check_names=False,
        )
