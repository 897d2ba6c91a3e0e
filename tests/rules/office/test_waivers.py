"""Waivers: a waived finding stays but does not count; a waiver that is not good is told to the office."""

import os

import openpyxl
import pandas as pd
import pytest

import pledgebatch
from pledgebatch.engine.workers import Serial
from pledgebatch.intake.find import find
from pledgebatch.months.decided import list_decided
from pledgebatch.notice.parameters import Parameters
from pledgebatch.notice.periods import Period
from pledgebatch.pipeline.check import check_month
from pledgebatch.pipeline.read_arrivals import read_arrivals
from pledgebatch.pipeline.run import settle_grounds
from pledgebatch.pipeline.workspace import Workspace
from pledgebatch.rules.office.waivers import waive
from tests import books, quick_months
from tests.rules.right import OTHER, right_rows

PERIOD = Period(2011, 3)
GOOD = {"unit_code": "S1", "rule": "ORG06", "until": "2011-03-31", "reason": "新校区未装电话", "approved_by": "郑岚"}
FLAWED = [
    ({"until": "2011-03-30"}, "C"),
    ({"until": "以后"}, "C"),
    ({"unit_code": "S8"}, "A"),
    ({"rule": "ORG60"}, "B"),
    ({"reason": ""}, "D"),
    ({"approved_by": ""}, "E"),
]
"""What is wrong with a waiver of S2, and the column where it is."""
PHONE_RULE, MEASURES_RULE = "ORG06", "ITM09"


def of_two(folder, *waivers):
    """S1 and S2 without telephone, and two items of each without a measure."""
    place = books.workspace(folder)
    books.write_registry(place / "registry.xlsx", books.REGISTRY, pd.DataFrame(list(waivers)))
    for second, head in enumerate(({"org_name": books.HEAD["org_name"]}, OTHER)):
        members, items = (list(right_rows(sheet, PERIOD, bool(second)).values()) for sheet in ("members", "items"))
        items = books.changed(books.changed(items, 0, measures=""), 1, measures="")
        path = place / "inbox" / "2011-03" / f"{head['org_name']}_承诺台账_201103.xlsx"
        books.write(path, {"phone": "", **head}, members, items)
        os.utime(path, (1_300_000_000, 1_300_000_000))
    return place


@pytest.fixture(scope="module")
def month(tmp_path_factory):
    """A month with a good waiver for one of S1's findings, and six for S2 that are not good, and its folder."""
    place = of_two(
        tmp_path_factory.mktemp("waived") / "w",
        *(GOOD | {"rule": rule} for rule in (PHONE_RULE, MEASURES_RULE)),
        *(GOOD | {"unit_code": "S2"} | flaw for flaw, _ in FLAWED),
    )
    with quick_months.asking(PHONE_RULE, MEASURES_RULE):
        return pledgebatch.consolidate(place, "2011-03", workers=0), place / "output" / "2011-03"


def test_a_waived_finding_stays_with_reason_and_date_and_does_not_count(month):
    month, output = month
    found = month.findings[month.findings["organisation"] == "S1"]
    assert set(found["rule"]) == {PHONE_RULE, MEASURES_RULE}
    assert set(found["waiver"]) == {"豁免至 2011-03-31：新校区未装电话"}
    assert month.submissions.set_index("organisation").loc["S1", "state"] == "accepted"
    assert month.coverage.set_index("organisation").loc["S1", "error"] == 0
    assert month.verdicts.set_index(["organisation", "clause"]).loc[("S1", "附件1"), "verdict"] == "合格"
    written = pd.read_csv(output / "findings.csv", encoding="utf-8-sig")
    messages = written.loc[written["organisation"] == "S1", "message"]
    assert messages.str.startswith("【豁免至 2011-03-31：新校区未装电话】").all()
    own = output / "organisations" / "S1_云溪一小党支部"
    assert "新校区未装电话" in (own / "合规报告.html").read_text("utf-8")
    assert not (own / "退回修改.xlsx").exists()


def test_a_waiver_that_is_not_good_waives_nothing_and_is_told_to_the_office(month):
    month, output = month
    found = month.findings[month.findings["organisation"] == "S2"]
    assert {PHONE_RULE, MEASURES_RULE} <= set(found["rule"])
    assert found["waiver"].isna().all()
    assert month.submissions.set_index("organisation").loc["S2", "state"] == "returned"
    remarks = month.remarks
    assert set(remarks["file"]) == {"registry.xlsx"}
    assert set(remarks["sheet"]) == {"豁免清单"}
    assert sorted(remarks["cell"]) == sorted(f"{column}{row}" for row, (_, column) in enumerate(FLAWED, 4))
    page = (output / "index.html").read_text("utf-8")
    assert all(message in page for message in remarks["message"])


@pytest.fixture(scope="module")
def findings(tmp_path_factory):
    """What is found in the workbooks of both, before anything is waived."""
    inbox = of_two(tmp_path_factory.mktemp("found") / "w") / "inbox" / "2011-03"
    batch = read_arrivals(find(inbox), PERIOD.year, Serial())
    with quick_months.asking(PHONE_RULE, MEASURES_RULE):
        return check_month(batch, None, PERIOD, Parameters()).findings


@pytest.fixture
def grounds(tmp_path):
    """What the office brings to the month with such waivers, as they are read from its registry."""

    def settle(*waivers, clerk=None):
        place = books.workspace(tmp_path / "w")
        books.write_registry(place / "registry.xlsx", books.REGISTRY, pd.DataFrame(list(waivers)))
        if clerk:
            book = openpyxl.load_workbook(place / "registry.xlsx")
            clerk(book["豁免清单"])
            book.save(place / "registry.xlsx")
        return settle_grounds(Workspace(place), PERIOD)

    return settle


def waived(findings, grounds, rule=PHONE_RULE):
    marked = waive(findings, grounds.office.waivers, PERIOD, grounds.office.registry)
    rows = marked[(marked["rule"] == rule) & marked["waiver"].notna()]
    return sorted(rows["organisation"] + "!" + rows["cell"])


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ({"unit_code": "", "category": "公办学校"}, {"S1", "S2"}),
        ({"unit_code": "", "category": "民办学校"}, set()),
        ({"unit_code": "", "category": ""}, {"S1", "S2"}),
        ({"unit_code": "S2"}, {"S2"}),
    ],
)
def test_a_waiver_is_for_one_for_a_category_or_for_everybody(grounds, findings, said, expected):
    terms = grounds(GOOD | said)
    assert terms.office.remarks.empty
    assert {each.partition("!")[0] for each in waived(findings, terms)} == expected
    assert waived(findings, terms, MEASURES_RULE) == []  # it is about another rule
    (line,) = list_decided(terms.decisions, terms.office.waivers, (), PERIOD).to_dict("records")
    assert (line["kind"], line["rule"], line["after"]) == ("豁免清单", PHONE_RULE, "豁免至 2011-03-31")


@pytest.mark.parametrize(("flaw", "column"), FLAWED)
def test_each_flaw_is_enough_for_a_waiver_to_be_no_good(grounds, findings, flaw, column):
    terms = grounds(GOOD | flaw)
    assert terms.office.remarks["cell"].tolist() == [f"{column}2"]
    assert waived(findings, terms) == []


def test_a_waiver_is_for_one_row_by_its_own_number(grounds, findings):
    terms = grounds(GOOD | {"rule": MEASURES_RULE, "row_no": "z2"}, GOOD | {"unit_code": "S2", "row_no": "Z1"})
    (place,) = waived(findings, terms, MEASURES_RULE)
    (about,) = findings.query("rule == @MEASURES_RULE and number == 'Z2' and organisation == 'S1'").to_dict("records")
    assert place == f"S1!{about['cell']}"
    assert waived(findings, terms) == []  # it is about no row


def test_a_waiver_for_one_and_for_a_category_is_told(grounds, findings):
    terms = grounds(GOOD | {"category": "公办学校"})
    (remark,) = terms.office.remarks.to_dict("records")
    assert (remark["sheet"], remark["row"], remark["cell"]) == ("豁免清单", 2, "F2")
    assert waived(findings, terms) == []


def test_a_code_that_cannot_be_read_is_not_taken_for_everybody(grounds, findings):
    def break_code(sheet):
        sheet["A2"] = "#REF!"
        sheet["A2"].data_type = "e"

    terms = grounds(GOOD | {"unit_code": ""}, clerk=break_code)
    assert waived(findings, terms) == []
    assert set(terms.office.remarks["row"]) == {2}


def test_a_registry_of_before_without_the_new_columns_is_as_good(grounds, findings):
    terms = grounds(GOOD, clerk=lambda sheet: sheet.delete_cols(6, 2))
    assert terms.office.remarks.empty
    assert len(waived(findings, terms)) == 1
