"""Fourteen months in order, 2010-11 to 2011-12: everything that happens is in the lists of what moved, and nothing else."""

from dataclasses import replace

import pandas as pd
import pytest
from python_calamine import CalamineWorkbook

import pledgebatch
from pledgebatch.demo.long_year import CORRECTED, LATE_CORRECTION, PERIODS, build_year, events, report_of, steps
from pledgebatch.demo.organisations import NIL_RETURN, reporting
from pledgebatch.months.archive import read_month
from pledgebatch.months.changes import SAID_ANEW, YEARLY
from pledgebatch.notice.periods import Period
from pledgebatch.pipeline.status import status
from pledgebatch.pipeline.workspace import Workspace
from pledgebatch.pipeline.year import archive_year
from pledgebatch.publish import agenda
from pledgebatch.schema.sheets import BY_KEY, ORGANISATION, TABLES
from tests import quick_months

CODES = ("YX103", "YX105", "YX107", "YX108")
CHOSEN = [each for each in reporting() if each.code in CODES]
DECEMBER = Period(2011, 12)
LOOKING_BACK = ("PUB03", "TRK04", "TRK05", "TRK06", "TRK07")


@pytest.fixture(scope="module")
def year(tmp_path_factory):
    """The workspace after the fourteen months; June was rebuilt when July was done, and July after it.

    Until December only the rules that look back are asked, of which one has a workbook returned.
    """
    place = tmp_path_factory.mktemp("year") / "w"
    build_year(place, CODES)
    for period, again in steps(place):
        quick_months.consolidate(place, str(period), *LOOKING_BACK, all_rules=period == DECEMBER, again=again)
    return place


@pytest.fixture(scope="module")
def months(year):
    return {period: read_month(year / "output" / str(period)) for period in PERIODS}


def last_word(organisation, period):
    """What counts in the end: the correction in June, and for a nil return the rows reported before."""
    told = report_of(organisation, period)
    if told is not None and (period, organisation.code) == LATE_CORRECTION:
        told.answers["phone"] = CORRECTED
    if told is not None and not any(told.rows.values()):
        return replace(told, rows=last_word(organisation, Period.of_ordinal(period.ordinal - 1)).rows)
    return told


def keyed(sheet, rows):
    if sheet.number:
        return {row[sheet.number]: row for row in rows}
    return {"　".join(row[key] for key in sheet.known_by if row.get(key)): row for row in rows}


def differences(old, new, same_year):
    """What an attentive clerk would write down, comparing two workbooks by hand."""
    found = set()
    if same_year:
        for field in ORGANISATION.fields:
            was, now = old.answers.get(field.key, ""), new.answers.get(field.key, "")
            if was != now and field.key not in SAID_ANEW:
                found.add((ORGANISATION.name, "", "changed", field.key, was, now))
    for sheet in TABLES if same_year else (BY_KEY["members"],):
        before, after = keyed(sheet, old.rows[sheet.key]), keyed(sheet, new.rows[sheet.key])
        words = sheet.identity[0] if sheet.identity else "pledger"
        found |= {(sheet.name, n, "added", "", "", after[n][words]) for n in after.keys() - before.keys()}
        found |= {(sheet.name, n, "gone", "", before[n][words], "") for n in before.keys() - after.keys()}
        for number in before.keys() & after.keys():
            for field in sheet.fields:
                was, now = before[number].get(field.key, ""), after[number].get(field.key, "")
                if was != now and (same_year or field.key in YEARLY):
                    found.add((sheet.name, number, "changed", field.key, was, now))
    return found


@pytest.mark.parametrize("period", PERIODS, ids=str)
def test_what_moved_is_what_happened_and_nothing_else(months, period):
    moved = months[period].movements.fillna("")
    expected = {}
    for organisation in CHOSEN:
        new = last_word(organisation, period)
        earlier = [each for each in reversed(PERIODS) if each < period and last_word(organisation, each) is not None]
        if new is not None and earlier:
            old = last_word(organisation, earlier[0])
            for line in differences(old, new, earlier[0].year == period.year):
                expected[organisation.code, str(earlier[0]), *line] = 1
    assert len(moved) == len(expected)
    assert set(moved.itertuples(index=False, name=None)) == {
        (code, since, sheet, number, kind, field, was, now)
        for code, since, sheet, number, kind, field, was, now in expected
    }


def test_every_event_of_the_year_is_in_a_list(months):
    told = 0
    for event in events():
        moved = months[event.period].movements
        here = moved[(moved["organisation"] == event.organisation) & (moved["number"] == event.row)]
        if (
            event.organisation not in CODES
            or not event.sheet
            or event.action == "order"
            or event.sheet == "assessments"
        ):
            continue
        if event.action == "gone":
            assert "gone" in set(here["kind"]), event.note
        elif event.action == "join":
            assert "added" in set(moved["kind"][moved["organisation"] == event.organisation]), event.note
        else:
            number = "" if event.sheet == "organisations" else event.row
            here = moved[(moved["organisation"] == event.organisation) & (moved["number"] == number)]
            assert event.typed in set(here.loc[here["field"] == event.field, "after"]), event.note
        told += 1
    assert told >= 10


def test_a_status_that_went_backwards_stands_in_the_list_and_its_return_in_the_next(months):
    for period, was, now in ((Period(2011, 9), "进行中", "未开始"), (Period(2011, 10), "未开始", "进行中")):
        moved = months[period].movements
        line = moved[(moved["organisation"] == "YX108") & (moved["number"] == "Z1105") & (moved["field"] == "status")]
        assert line[["before", "after"]].values.tolist() == [[was, now]]


def test_a_missed_month_is_compared_over_the_gap(months):
    assert months[Period(2011, 10)].coverage.set_index("organisation").loc["YX107", "state"] == "missing"
    moved = months[Period(2011, 11)].movements
    assert set(moved.loc[moved["organisation"] == "YX107", "since"]) == {"2011-09"}
    assert "YX107" in set(agenda.list_reminders(months[Period(2011, 10)])["organisation"])


def test_of_two_workbooks_the_later_counts(months):
    received = months[Period(2011, 5)].submissions
    assert received.loc[received["organisation"] == "YX108", "state"].tolist() == ["superseded", "accepted"]


def test_nil_returns_with_and_without_rows_stand_whole_in_the_ledger(months):
    counts = [
        months[Period(2011, month)].coverage.set_index("organisation")["items"][NIL_RETURN] for month in (4, 7, 8)
    ]
    assert counts[0] == counts[1] == counts[2] > 0
    states = [months[Period(2011, month)].coverage.set_index("organisation")["state"][NIL_RETURN] for month in (4, 7)]
    assert states == ["nil", "nil"]


def test_a_rectification_order_is_followed_over_the_new_year_to_its_end(months):
    told = {
        str(period): months[period].orders.loc[months[period].orders["organisation"] == "YX107", "state"].tolist()
        for period in (Period(2010, 11), Period(2010, 12), Period(2011, 1), Period(2011, 2), Period(2011, 3))
    }
    assert told == {
        "2010-11": [], "2010-12": ["整改中"], "2011-01": ["整改中"], "2011-02": ["已整改"], "2011-03": [],
    }  # fmt: skip


def test_the_rebuilt_month_keeps_what_was_sent_and_lists_the_correction(year, months):
    output = year / "output" / str(LATE_CORRECTION[0])
    sent, now = read_month(output / "sent" / "1"), months[LATE_CORRECTION[0]]
    phones = [m.tables["organisations"].set_index("organisation").loc["YX103", "phone"] for m in (sent, now)]
    assert phones[0] != phones[1] == CORRECTED
    lines = CalamineWorkbook.from_path(str(output / "重做对照_2011-06.xlsx")).get_sheet_by_name("台账").to_python()[1:]
    assert [line[4:] for line in lines] == [["变动", "联系电话", *phones]]
    moved = months[LATE_CORRECTION[0].following].movements
    assert (moved.loc[moved["field"] == "phone", "before"] == CORRECTED).all()


def test_status_finds_the_year_in_order(year):
    told = status(Workspace(year))
    assert told["period"].tolist() == list(map(str, PERIODS))
    steps = told["next"].iloc[:-1]
    returned = told["returned"].iloc[:-1].fillna(0) > 0
    assert set(steps[~returned]) == {"已办结"}
    assert steps[returned].str.startswith("退回修改").all()
    assert 0 < returned.sum() < 4
    assert "2012-01" in told["next"].iloc[-1]


def test_the_years_archive_of_one_organisation(year):
    folder = archive_year(Workspace(year), "YX107", 2011)
    book = CalamineWorkbook.from_path(str(folder / "年度档案_2011.xlsx"))
    months_told = book.get_sheet_by_name("逐月情况").to_python()[1:]
    assert [row[0] for row in months_told] == [str(period) for period in PERIODS if period.year == 2011]
    moved = book.get_sheet_by_name("全年变动").to_python()[1:]
    assert any("撤销" in row for row in moved)
    assert {row[0] for row in book.get_sheet_by_name("评选表彰").to_python()[1:]} != set()
    page = (folder / "年度档案_2011.html").read_text("utf-8")
    assert "云溪区望湖小学党支部" in page
    with pytest.raises(pledgebatch.OfficeMistake, match="没有组织编码 X1"):
        archive_year(Workspace(year), "X1", 2011)
    with pytest.raises(pledgebatch.OfficeMistake, match="还没有汇总过"):
        archive_year(Workspace(year), "YX107", 2012)


def test_everybody_has_one_state_each_month(months):
    for month in months.values():
        assert sorted(month.coverage["organisation"]) == sorted(CODES)
        assert month.coverage["state"].notna().all()


def test_who_is_barred_from_an_award_has_unfinished_items(months):
    month = months[DECEMBER]
    told = agenda.list_awards(month)
    items = month.tables["items"]
    assert len(told)
    for line in told.itertuples():
        own = items[(items["organisation"] == line.organisation) & (items["member_no"].astype("str") == line.number)]
        left = own[~own["status"].isin(["已完成", "撤销"]) | own["final_result"].isin(["部分完成", "未完成"])]
        assert (len(left) > 0) == line.barred.startswith("有未完成")


def test_deadlines_are_oldest_first_and_belong_to_a_person(months):
    counts = []
    for month in months.values():
        late, soon = agenda.list_overdue(month), agenda.list_due_next_month(month)
        counts.append((len(late), len(soon)))
        assert late["days"].is_monotonic_decreasing
        assert soon["days"].is_monotonic_increasing
        assert agenda.count_by_person(late)["count"].sum() == len(late)
        assert (pd.to_datetime(soon["due"]) <= pd.Timestamp(month.period.following.cutoff)).all()
    assert [most > 1 for most in map(max, zip(*counts, strict=True))] == [True, True]
