"""The demo end to end: every seeded mistake of today's rules is told at its cell, and nobody else of an error or a warning."""

import pandas as pd
import pytest

from pledgebatch.demo import PERIODS
from pledgebatch.intake.find import find
from pledgebatch.notice.parameters import Parameters
from pledgebatch.notice.periods import Period, stages_due
from pledgebatch.pipeline.examine import WAITS, month_of
from pledgebatch.pipeline.workspace import Workspace
from pledgebatch.publish.ledger import TITLE
from pledgebatch.publish.paper import PAPER, POINTS, write_paper
from pledgebatch.rules.book import BY_CODE
from pledgebatch.schema.states import LIVE
from tests import office


def test_seeded_mistakes_are_told_at_their_cells(demo):
    seeded = demo.seeded[demo.seeded["rule"].isin(list(BY_CODE))]
    assert len(seeded) >= 40
    for one in seeded.itertuples(index=False):
        found = demo.months[one.period].findings
        here = found[(found["organisation"] == one.organisation) & (found["rule"] == one.rule)]
        here = here[here["severity"] == one.severity]
        assert len(here), one
        if isinstance(one.cell, str) and one.cell:
            assert one.cell in set(here["cell"]), one


def test_nobody_else_is_told_of_an_error_or_a_warning(demo):
    for period, month in demo.months.items():
        guilty = set(demo.seeded.loc[demo.seeded["period"] == period, "organisation"])
        grave = month.findings[month.findings["severity"] != "notice"]
        assert set(grave["organisation"]) <= guilty


def test_some_explanations_are_accepted_and_one_is_not(demo):
    april = demo.months["2011-04"]
    assert sorted(april.answers["state"]) == ["不采纳", "采纳", "采纳"]
    explained = april.findings[april.findings["waiver"].str.startswith("说明已采纳").fillna(False)]
    assert set(explained["organisation"]) == {"YX202", "YX403"}


def test_every_state_is_there(demo):
    months = demo.months.values()
    states = {state for month in months for state in (*month.submissions["state"], *month.coverage["state"])}
    assert states >= {"accepted", "returned", "nil", "missing", "unreadable", "wrong_period", "superseded"}


@pytest.mark.parametrize("period", [PERIODS[0], PERIODS[-1]])
def test_everything_is_written(demo, period):
    month, output = demo.months[period], demo.place / "output" / period
    assert not month.unwritten
    assert len(list(output.glob("organisations/*/合规报告.html"))) == len(month.coverage)
    superiors = month.registry["parent_code"].replace("", pd.NA).nunique()
    assert len(list(output.glob("supervisors/*/一页通.html"))) == superiors


def test_what_is_meant_for_paper_takes_less_than_forty_pages(demo, tmp_path):
    office.require_office()
    for period, month in demo.months.items():
        paper = tmp_path / PAPER.format(period)
        write_paper(month, paper, TITLE)
        pdf = office.convert(paper, "pdf", tmp_path)
        assert office.pages(pdf) < 40, period
        assert office.smallest_type(pdf) >= POINTS, period


@pytest.mark.parametrize("period", PERIODS)
def test_the_branches_door_says_the_same_of_each_workbook_but_for_what_needs_others(demo, period):
    place, month = demo.place, demo.months[period]
    live = month.submissions[month.submissions["state"].isin(LIVE)]
    known = {each.file: each for each in find(place / "inbox" / period)}
    arrivals, codes = [known[file] for file in live["file"]], live["organisation"].tolist()
    mine, refused = month_of(Workspace(place), Period.parse(period), arrivals, codes)
    assert not any(refused)
    across = {code for code, rule in BY_CODE.items() if rule.across}
    theirs = month.findings[month.findings["file"].isin(live["file"]) & ~month.findings["rule"].isin(across)]
    assert len(theirs) > 10
    assert lines(mine.findings) == lines(theirs)
    assert {code for code, why in mine.not_evaluated.items() if why == WAITS} == across & {
        rule.code
        for rule in BY_CODE.values()
        if rule.stage in stages_due(Period.parse(period), Parameters().pledge_deadline)
    }


def lines(findings: pd.DataFrame) -> list[tuple[str, ...]]:
    return [tuple(map(str, line)) for line in findings.astype(object).fillna("").itertuples(index=False)]
