import datetime as dt

import pytest

from pledgebatch.notice.periods import Period, Stage, stages_due


@pytest.mark.parametrize("text", ["2011-13", "2011-3", "２０１１-03", "201103", "", "2011-03 ", "1911-03"])
def test_what_is_not_a_period_is_refused(text):
    with pytest.raises(ValueError, match="^"):
        Period.parse(text)


def test_a_period_ends_on_its_last_day():
    assert Period.parse("2012-02").cutoff == dt.date(2012, 2, 29)
    assert str(Period.parse("2011-12").following) == "2012-01"


ALWAYS, PLEDGE, PUBLISH, MONTH, HALF, YEAR = Stage


@pytest.mark.parametrize(
    ("period", "due"),
    [
        ("2010-10", {ALWAYS}),
        ("2010-11", {ALWAYS, PLEDGE, PUBLISH}),
        ("2010-12", {ALWAYS, PLEDGE, PUBLISH, MONTH, HALF, YEAR}),
        ("2011-02", {ALWAYS}),
        ("2011-03", {ALWAYS, PLEDGE, PUBLISH}),
        ("2011-04", {ALWAYS, PLEDGE, PUBLISH, MONTH}),
        ("2011-06", {ALWAYS, PLEDGE, PUBLISH, MONTH, HALF}),
        ("2011-12", set(Stage)),
    ],
)
def test_the_stage_calendar(period, due):
    assert stages_due(Period.parse(period)) == due


def test_the_deadline_is_a_setting():
    assert stages_due(Period.parse("2011-03"), (4, 10)) == {ALWAYS}
