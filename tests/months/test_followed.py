"""What was handed over stands, in the months before, with those who have it since: row by row, under its new number."""

import pandas as pd
import pytest

import pledgebatch
from pledgebatch.months.archive import history, last_reports
from pledgebatch.months.followed import follow_numbers
from pledgebatch.months.handovers import new_code
from pledgebatch.notice.periods import Period
from pledgebatch.schema.archive_tables import read_table
from tests import books, quick_months
from tests.pipeline.test_events import MERGED

MARCH, APRIL, MAY = "2011-03", "2011-04", "2011-05"
NAMES = {"S1": "云溪一小党支部", "S2": "云溪二小党支部", "S3": "云溪三小党支部", "S4": "云溪四小党支部"}
REGISTRY = pd.concat(
    [
        books.REGISTRY,
        pd.DataFrame(
            [(code, NAMES[code], "党支部", NAMES[code][:4], "公办学校", "直属", "P0", "是") for code in ("S3", "S4")],
            columns=books.REGISTRY.columns,
        ),
    ]
)


def send(place, code, period, members=books.MEMBERS, items=books.ITEMS):
    """A workbook as one made by hand: its members called by the name of its own branch."""
    name = NAMES[code]
    members = [member | {"branch": name} for member in members]
    file = place / "inbox" / period / f"{name}_承诺台账_{period.replace('-', '')}.xlsx"
    head = {"unit_code": code, "org_name": name, "unit_name": name[:4], "period": period}
    return books.write(file, head, members, items, period=period)


OTHERS = [member | {"name": name} for member, name in zip(books.MEMBERS, ("孙平", "钱进", "周扬"), strict=True)]


SILENT = ("TRK04", "TRK05", "TRK06", "TRK07", "PUB03", "MEM09", "MEM12", "ITM24")
"""The rules that would speak if a row stood otherwise than before, or twice."""


@pytest.fixture(scope="module")
def place(tmp_path_factory):
    """Four schools in March. From April on the second is merged into the first, which sends on what it was given, and the
    fourth into the third, which misses April and does so in May."""
    place = books.workspace(tmp_path_factory.mktemp("followed") / "w", REGISTRY)
    names = {"李明": "孙平", "王芳": "钱进", "赵强": "周扬"}
    items = [item | {"name": names[item["name"]]} if "name" in item else item for item in books.ITEMS]
    for receiver, giver in (("S1", "S2"), ("S3", "S4")):
        send(place, receiver, MARCH)
        send(place, giver, MARCH, OTHERS, items)
    quick_months.consolidate(place, MARCH)
    merged = pd.concat([MERGED, MERGED.assign(unit_code="S4", to="S3")])
    books.write_registry(place / "registry.xlsx", REGISTRY, None, merged)
    for period, code, asked in ((APRIL, "S1", SILENT), (MAY, "S3", ())):
        pledgebatch.make_templates(place, period, workers=0)
        (sent,) = (place / "input_templates" / period).glob(f"{NAMES[code]}*.xlsx")
        (place / "inbox" / period).mkdir()
        (place / "inbox" / period / sent.name).write_bytes(sent.read_bytes())
        quick_months.consolidate(place, period, *asked)
    return place


def test_the_next_workbook_holds_the_rows_of_both_under_new_numbers_and_one_name(place):
    members = read_table(place / "output" / APRIL, "members")
    assert list(zip(members["member_no"], members["name"], strict=True)) == [
        (1, "李明"), (2, "王芳"), (3, "赵强"), (4, "孙平"), (5, "钱进"), (6, "周扬"),
    ]  # fmt: skip
    assert set(members["branch"]) == {"云溪一小党支部"}
    items = read_table(place / "output" / APRIL, "items").set_index("item_no")
    assert len(items) == 18
    assert items.loc["S2-D2甲", ["member_no", "name", "opinion_no"]].fillna("").tolist() == [5, "钱进", ""]
    assert items.loc["S2-Z3", "opinion_no"] == "S2-Y1"


def test_nothing_came_or_went_and_no_history_rule_speaks(place):
    folder = place / "output" / APRIL
    moved = read_table(folder, "movements")
    assert moved.empty, moved
    found = read_table(folder, "findings")
    assert found.empty, found


def test_the_numbers_of_old_and_new_are_archived(place):
    told = read_table(place / "output" / APRIL, "handovers").set_index(["sheet", "number"])
    assert set(told["period"]) == {APRIL}
    told = told[told["giver"] == "S2"]
    assert told.loc[("members", "2"), ["new_number", "words"]].tolist() == ["5", "钱进"]
    assert told.loc[("items", "Z1"), "new_number"] == "S2-Z1"


@pytest.mark.parametrize("organisations", [None, ["S1"], ["S1", "S2"], ["S2"]])
def test_later_months_see_the_past_as_one(place, organisations):
    output, may = place / "output", Period.parse(MAY)
    handovers = read_table(output / APRIL, "handovers")
    known = history(output, may, organisations, handovers)
    (earlier,) = [known.earlier["members"]]
    if organisations == ["S2"]:
        assert earlier.empty
        assert last_reports(output, may, organisations, handovers) is None or known.reports["members"].empty
        return
    reports = known.reports["members"]
    earlier, reports = (rows[rows["organisation"] != "S3"] for rows in (earlier, reports))
    assert earlier["organisation"].tolist() == ["S1"] * 6
    assert sorted(earlier["member_no"]) == [1, 2, 3, 4, 5, 6]
    assert sorted(reports["member_no"]) == [1, 2, 3, 4, 5, 6]
    assert set(reports["reported"]) == {APRIL}


def test_codes_of_one_that_has_such_a_number_already_are_like_no_other():
    assert new_code("S2", "001", {"S2-001", "S2-001-1"}) == "S2-001-2"


def test_a_receiver_that_missed_the_month_has_all_in_the_next(place):
    coverage = read_table(place / "output" / APRIL, "coverage").set_index("organisation")
    assert coverage.loc["S3", "state"] == "missing"
    members = read_table(place / "output" / MAY, "members")
    assert set(members["organisation"]) == {"S3"}
    assert members["member_no"].tolist() == [1, 2, 3, 4, 5, 6]
    assert read_table(place / "output" / MAY, "movements").empty
    told = read_table(place / "output" / MAY, "handovers")
    pd.testing.assert_frame_equal(told, read_table(place / "output" / APRIL, "handovers"))


def test_an_answer_is_about_the_row_as_its_receiver_has_it():
    handovers = pd.DataFrame(
        [
            ("2011-04", "并入", "S2", "S1", "items", "Z1", "S2-Z1"),
            ("2011-04", "并入", "S2", "S1", "members", "2", "5"),
            ("2011-05", "并入", "S1", "S3", "members", "5", "9"),
        ],
        columns=["period", "cause", "giver", "receiver", "sheet", "number", "new_number"],
    )
    answers = pd.DataFrame(
        [("S2", "承诺事项", "Z1"), ("S2", "党员承诺", "2"), ("S1", "承诺事项", "Z1"), ("S2", "组织承诺", "")],
        columns=["organisation", "sheet", "number"],
    )
    told = follow_numbers(answers, handovers)[["organisation", "sheet", "number"]]
    assert list(told.itertuples(index=False, name=None)) == [
        ("S1", "承诺事项", "S2-Z1"), ("S3", "党员承诺", "9"), ("S1", "承诺事项", "Z1"), ("S2", "组织承诺", ""),
    ]  # fmt: skip
