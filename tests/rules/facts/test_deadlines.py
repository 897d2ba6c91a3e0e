"""Deadlines that hang on the settings or on the signature: what they come to, and what stays as it was."""

import pytest

from pledgebatch.notice.parameters import Parameters
from pledgebatch.notice.periods import Period
from pledgebatch.rules.facts.deadlines import settled
from pledgebatch.schema.sheets import SHEETS
from tests.rules.typed import findings, typed

MARCH, USUAL = Period(2011, 3), Parameters()
LATE = Parameters(second_term_ends="07-08", first_term_begins="08-25", first_term_ends="01-28")
"""A school year of its own."""
OWN = {"pledger": "党员", "member_no": "1", "text": "每周辅导2名学生"}


def settled_day(due, parameters=USUAL, item=OWN, signed="2011-03-05", org_date="2011-03-08"):
    rows = {
        "items": [item | {"due": due}],
        "members": [{"member_no": "1", "name": "李明", "signed_date": signed}],
        "organisations": [{"org_date": org_date}],
    }
    tables = {sheet.key: typed(sheet, [rows.get(sheet.key, [])], MARCH.year) for sheet in SHEETS}
    (day,) = settled(tables, MARCH, parameters)["due"].dt.strftime("%Y-%m-%d")
    return day if isinstance(day, str) else None


@pytest.mark.parametrize(
    ("due", "usual", "late"),
    [
        ("本学期内", "2011-06-30", "2011-07-08"),
        ("放暑假前", "2011-06-30", "2011-07-08"),
        ("暑假期间", "2011-08-31", "2011-08-24"),
        ("秋季开学", "2011-09-01", "2011-08-25"),
        ("6月底前", "2011-06-30", "2011-06-30"),
    ],
)
def test_the_school_year_is_the_offices(due, usual, late):
    assert [settled_day(due), settled_day(due, LATE)] == [usual, late]


def test_months_are_counted_from_the_day_of_the_signature():
    assert settled_day("三个月内") == "2011-06-05"
    assert settled_day("三个月内", signed="2011-03-20") == "2011-06-20"
    assert settled_day("三个月内", item={"pledger": "组织", "text": "修好2间教室"}) == "2011-06-08"


def test_where_no_day_was_signed_a_length_of_time_comes_to_nothing():
    assert settled_day("三个月内", signed="") is None


def test_what_hangs_on_the_settings_becomes_overdue_by_them():
    """本学期内 is over on the last day of June by the usual school year, in July by another."""
    item = OWN | {"due": "本学期内", "status": "进行中"}
    assert findings("TRK03", "2011-07", items=[item]) == ["error items.1.due"]
    later = Parameters(second_term_ends="08-15", first_term_begins="09-01")
    assert findings("TRK03", "2011-07", items=[item], parameters=later) == ["notice items.1.due"]
