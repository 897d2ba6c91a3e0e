"""A month by 组织变动: who ended is expected no more, what it still sends is told, and the events are archived with the month."""

import pandas as pd
import pytest

import pledgebatch
from pledgebatch.schema.archive_tables import read_table
from tests import books, quick_months

MARCH, APRIL = "2011-03", "2011-04"
MERGED = pd.DataFrame(
    [{"unit_code": "S2", "event": "并入", "from_period": APRIL, "to": "S1", "note": "撤点并校"}], dtype="str"
)


OF_FILES = ("FIL01", "FIL02", "FIL03", "FIL04", "FIL05", "ORG01", "ORG06", "ORG08", "MEM09", "SIM02", "DDL03")
"""The rules that speak of files and whose they are, of names, and of several organisations."""


@pytest.fixture(scope="module")
def place(tmp_path_factory):
    place = books.workspace(tmp_path_factory.mktemp("events") / "w")
    for code, name in (("S1", "云溪一小党支部"), ("S2", "云溪二小党支部")):
        for period in (MARCH, APRIL):
            members = [member | {"branch": name} for member in books.MEMBERS]
            file = place / "inbox" / period / f"{name}_承诺台账_{period.replace('-', '')}.xlsx"
            books.write(file, {"unit_code": code, "org_name": name, "period": period}, members, period=period)
    quick_months.consolidate(place, MARCH)
    books.write_registry(place / "registry.xlsx", books.REGISTRY, None, MERGED)
    pledgebatch.make_templates(place, APRIL, workers=0)
    quick_months.consolidate(place, APRIL, *OF_FILES)
    return place


def test_one_that_was_merged_gets_no_workbook_and_is_not_missing(place):
    assert [path.name for path in (place / "input_templates" / APRIL).glob("*.xlsx")] == [
        "云溪一小党支部_承诺台账_201104.xlsx"
    ]
    coverage = read_table(place / "output" / APRIL, "coverage")
    assert coverage["organisation"].tolist() == ["S1"]


def test_what_it_still_sends_counts_no_more_and_is_nobody_s_finding(place):
    folder = place / "output" / APRIL
    submissions = read_table(folder, "submissions").set_index("organisation")
    assert submissions.loc["S2", "state"] == "unknown_organisation"
    assert "自 2011-04 起已并入 S1（云溪一小党支部）" in submissions.loc["S2", "reason"]
    assert "S2" not in set(read_table(folder, "findings")["organisation"])


def test_the_events_are_archived_and_hold_in_a_rebuild(place):
    folder = place / "output" / APRIL
    assert read_table(folder, "events")["note"].tolist() == ["撤点并校"]
    assert read_table(place / "output" / MARCH, "events").empty
    before = books.digests(folder)
    books.write_registry(place / "registry.xlsx", books.REGISTRY)
    quick_months.consolidate(place, APRIL, *OF_FILES, again=True)
    after = books.digests(folder)
    assert {name for name in before if before[name] != after.get(name)} <= {"data/digests.json"}


def test_a_merger_in_a_month_already_consolidated_is_told_and_does_nothing(place):
    late = MERGED.assign(from_period=MARCH)
    books.write_registry(place / "registry.xlsx", books.REGISTRY, None, late)
    told = pledgebatch.office_remarks(place, "2011-05")
    assert told["cell"].fillna("").tolist() == ["C2", ""]  # too late; and the line by which it ended is gone
    assert "仍按已办理的算" in told["message"].iloc[1]
