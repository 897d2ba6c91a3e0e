"""A year of sixty organisations that merge, end, are renamed and moved, whose members come and go in either order of telling:
every month adds up, and what happened, and nothing else, is in the lists."""

import pandas as pd
import pytest

from tests import books
from tests.moving.moves import Year
from tests.moving.world import CALENDAR, World

CODES = [f"S{number:02d}" for number in range(1, 61)]
JANUARY, FEBRUARY, MARCH, APRIL, MAY, JUNE, JULY, AUGUST, SEPTEMBER, OCTOBER, NOVEMBER, DECEMBER = CALENDAR


def name_of(world, code, nth=0):
    return [person.name for person in world.persons.values() if code in person.rosters][nth]


def live(folder, months=CALENDAR):
    """The year, or its first months, and what it left in ``folder``."""
    world = World.of(folder, CODES)
    year = Year(world)
    year.event(MARCH, "S02", "并入", "S01")
    year.event(APRIL, "S03", "撤销")
    year.event(MAY, "S04", "更名", "云溪实验小学党支部")
    year.event(MAY, "S05", "改隶", "P2")
    year.event(AUGUST, "S13", "并入", "S14")
    year.event(OCTOBER, "S14", "并入", "S15")
    year.event(SEPTEMBER, "S16", "撤销")
    year.event(NOVEMBER, "S16", "并入", "S17")
    for giver, left, receiver, came in (
        ("S06", JUNE, "S07", AUGUST),
        ("S08", JULY, "S09", JUNE),
        ("S10", SEPTEMBER, "S11", SEPTEMBER),
        ("S13", JULY, "S20", SEPTEMBER),
        ("S21", MAY, "S02", FEBRUARY),
        ("S41", JULY, "S40", JULY),
    ):
        who = name_of(world, giver)
        year.leave(left, giver, who)
        year.arrive(came, receiver, who)
    year.arrive(JULY, "S12", name_of(world, "S03"))
    for period in months:
        if period in (FEBRUARY, JUNE):
            world.join("S30", period.month)
        year.run(period, absent=("S14", "S40") if period == AUGUST else ())
    return year


@pytest.fixture(scope="module")
def year(tmp_path_factory):
    return live(tmp_path_factory.mktemp("year") / "output")


def test_every_month_adds_up(year):
    """What each month is compared with is in ``World.compare``; here that all of the year happened."""
    assert len(year.months) == 12
    last = year.months[-1]
    assert last.coverage["members"].sum() + (last.unclaimed["sheet"] == "党员承诺").sum() == len(year.world.persons)
    assert last.coverage["items"].sum() + (last.unclaimed["sheet"] == "承诺事项").sum() == len(year.world.pledges)


def test_each_event_and_nothing_else_is_in_the_lists(year):
    told = {
        (str(month.period), row["organisation"], row["kind"])
        for month in year.months
        for row in month.registry_moves.to_dict("records")
    }
    assert told == {
        ("2011-03", "S02", "merged"), ("2011-03", "S01", "received"), ("2011-04", "S03", "dissolved"),
        ("2011-05", "S04", "renamed"), ("2011-05", "S05", "moved"), ("2011-08", "S13", "merged"),
        ("2011-08", "S14", "received"), ("2011-09", "S16", "dissolved"), ("2011-10", "S14", "merged"),
        ("2011-10", "S15", "received"), ("2011-11", "S16", "merged"), ("2011-11", "S17", "received"),
    }  # fmt: skip


def test_each_transfer_is_handed_over_once_the_month_after_it_was_told_everywhere(year):
    told = {
        (str(month.period), row["organisation"], row["number"])
        for month in year.months
        for row in month.handed.query("kind == 'transferred' and sheet == '承诺事项'").to_dict("records")
    }
    assert {(period, code) for period, code, _ in told} == {
        ("2011-09", "S06"), ("2011-09", "S07"), ("2011-08", "S08"), ("2011-08", "S09"), ("2011-10", "S10"),
        ("2011-10", "S11"), ("2011-10", "S15"), ("2011-10", "S20"), ("2011-06", "S21"), ("2011-06", "S01"),
        ("2011-08", "S03"), ("2011-08", "S12"), ("2011-08", "S41"), ("2011-08", "S40"),
    }  # fmt: skip
    assert len(told) == 14


def test_a_movement_is_told_only_of_what_branches_did(year):
    moves = pd.concat([month.movements.assign(period=str(month.period)) for month in year.months])
    gone = moves[moves["kind"] == "gone"]
    assert gone.empty, gone
    added = moves[(moves["kind"] == "added") & (moves["sheet"] == "党员承诺")]
    assert sorted(zip(added["period"], added["organisation"], strict=True)) == [
        ("2011-02", "S02"), ("2011-02", "S30"), ("2011-06", "S09"), ("2011-06", "S30"), ("2011-07", "S12"),
        ("2011-07", "S40"), ("2011-08", "S07"), ("2011-09", "S11"), ("2011-09", "S20"),
    ]  # fmt: skip
    changed = moves[moves["kind"] == "changed"]
    assert set(changed["field"]) == {"change"}
    assert len(changed) == 6


def test_history_rules_follow_people_and_organisations(year):
    """Nobody is missed, and nothing has gone back, because it stands elsewhere; what is open of one who left is."""
    found = pd.concat([month.findings.assign(period=str(month.period)) for month in year.months])
    found = found[found["rule"].isin(["TRK05", "TRK06", "PUB03"]) | (found["field"] == "status")]
    assert set(found["rule"]) <= {"TRK06"}
    told = sorted(set(zip(found["period"], found["organisation"], strict=True)))
    assert told == [
        ("2011-05", "S21"), ("2011-06", "S06"), ("2011-07", "S06"), ("2011-07", "S08"), ("2011-07", "S13"), ("2011-07", "S41"),
        ("2011-08", "S06"), ("2011-09", "S10"), ("2011-09", "S14"),
    ]  # fmt: skip


def test_the_same_year_made_again_is_the_same_to_the_byte(year, tmp_path):
    months = CALENDAR[:4]
    again = books.digests(live(tmp_path / "output", months).world.office.output)
    assert len({name[:7] for name in again}) == len(months)
    before = books.digests(year.world.office.output)
    assert again == {name: sha for name, sha in before.items() if name[:7] <= str(months[-1])}
