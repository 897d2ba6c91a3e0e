"""Waivers: a waived finding stays but does not count; a waiver that is not good is told to the office."""

import os

import openpyxl
import pandas as pd
import pytest

import pledgebatch
from tests import books

NAME = "云溪一小党支部_承诺台账_201103.xlsx"
GOOD = {"unit_code": "S1", "rule": "ORG06", "until": "2011-03-31", "reason": "新校区未装电话", "approved_by": "郑岚"}


def consolidated(folder, *waivers):
    place = books.workspace(folder / "w")
    books.write_registry(place / "registry.xlsx", books.REGISTRY.iloc[:2], pd.DataFrame(list(waivers)))
    path = books.write(place / "inbox" / "2011-03" / NAME, {"phone": ""})
    os.utime(path, (1_300_000_000, 1_300_000_000))
    return pledgebatch.consolidate(place, "2011-03", workers=0), place / "output" / "2011-03"


def test_a_waived_finding_stays_with_reason_and_date_and_does_not_count(tmp_path):
    month, output = consolidated(tmp_path, GOOD)
    (found,) = month.findings.to_dict("records")
    assert (found["rule"], found["waiver"]) == ("ORG06", "豁免至 2011-03-31：新校区未装电话")
    assert month.submissions["state"].tolist() == ["accepted"]
    assert month.coverage["error"].tolist() == [0]
    assert month.verdicts.set_index("clause").loc["附件1", "verdict"] == "合格"
    found = pd.read_csv(output / "findings.csv", encoding="utf-8-sig")["message"].iloc[0]
    assert found.startswith("【豁免至 2011-03-31：新校区未装电话】")
    assert "新校区未装电话" in (output / "organisations" / "S1_云溪一小党支部" / "合规报告.html").read_text("utf-8")
    assert not list((output / "organisations").rglob("退回修改.xlsx"))


@pytest.mark.parametrize(
    ("flaw", "cell"),
    [
        ({"until": "2011-03-30"}, "C2"),
        ({"until": "以后"}, "C2"),
        ({"unit_code": "S8"}, "A2"),
        ({"rule": "ORG60"}, "B2"),
        ({"reason": ""}, "D2"),
        ({"approved_by": ""}, "E2"),
    ],
)
def test_a_waiver_that_is_not_good_waives_nothing_and_is_told_to_the_office(tmp_path, flaw, cell):
    month, output = consolidated(tmp_path, GOOD | flaw)
    assert month.findings["rule"].tolist() == ["ORG06"]
    assert month.findings["waiver"].isna().all()
    (office,) = month.remarks.to_dict("records")
    assert (office["file"], office["sheet"], office["row"], office["cell"]) == ("registry.xlsx", "豁免清单", 2, cell)
    assert office["message"] in (output / "index.html").read_text("utf-8")
    assert month.submissions["state"].tolist() == ["returned"]


def test_other_rules_and_other_organisations_are_not_waived(tmp_path):
    month, _ = consolidated(tmp_path, GOOD | {"rule": "ORG05"})
    assert month.findings["waiver"].isna().all()


PHONES = [
    row | {"phone": ""} for row in ({}, {"unit_code": "S2", "org_name": "云溪二小党支部", "unit_name": "云溪二小"})
]


def of_two(folder, *waivers, registry=books.REGISTRY):
    """S1 and S2 without telephone, and one item of each without a measure."""
    place = books.workspace(folder / "w")
    books.write_registry(place / "registry.xlsx", registry, pd.DataFrame(list(waivers)))
    for name, head in zip(("一小", "二小"), PHONES, strict=True):
        items = books.changed(books.changed(books.ITEMS, 0, measures=""), 1, measures="")
        books.write(place / "inbox" / "2011-03" / f"{name}.xlsx", head, items=items)
    return pledgebatch.consolidate(place, "2011-03", workers=0)


def waived(month, rule):
    rows = month.findings[(month.findings["rule"] == rule) & month.findings["waiver"].notna()]
    return sorted(rows["organisation"] + "!" + rows["cell"])


PHONE_RULE, MEASURES_RULE = "ORG06", "ITM09"


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ({"unit_code": "", "category": "公办学校"}, {"S1", "S2"}),
        ({"unit_code": "", "category": "民办学校"}, set()),
        ({"unit_code": "", "category": ""}, {"S1", "S2"}),
        ({"unit_code": "S2"}, {"S2"}),
    ],
)
def test_a_waiver_is_for_one_for_a_category_or_for_everybody(tmp_path, said, expected):
    month = of_two(tmp_path, GOOD | said)
    assert month.remarks.empty
    assert {each.partition("!")[0] for each in waived(month, PHONE_RULE)} == expected
    (line,) = month.decided.to_dict("records")
    assert (line["kind"], line["rule"], line["after"]) == ("豁免清单", PHONE_RULE, "豁免至 2011-03-31")


def test_a_waiver_is_for_one_row_by_its_own_number(tmp_path):
    month = of_two(tmp_path, GOOD | {"rule": MEASURES_RULE, "row_no": "z2"}, GOOD | {"unit_code": "S2", "row_no": "Z1"})
    assert len(waived(month, MEASURES_RULE)) == 1
    assert waived(month, PHONE_RULE) == []  # it is about no row
    assert month.findings.query("field == 'measures' and organisation == 'S1'")["waiver"].notna().sum() == 1


def test_a_waiver_for_one_and_for_a_category_is_told(tmp_path):
    month = of_two(tmp_path, GOOD | {"category": "公办学校"})
    (told,) = month.remarks.to_dict("records")
    assert (told["sheet"], told["row"], told["cell"]) == ("豁免清单", 2, "F2")
    assert waived(month, PHONE_RULE) == []


def test_a_code_that_cannot_be_read_is_not_taken_for_everybody(tmp_path):
    place = books.workspace(tmp_path / "w")
    books.write_registry(place / "registry.xlsx", books.REGISTRY, pd.DataFrame([GOOD | {"unit_code": ""}]))
    book = openpyxl.load_workbook(place / "registry.xlsx")
    book["豁免清单"]["A2"] = "#REF!"
    book["豁免清单"]["A2"].data_type = "e"
    book.save(place / "registry.xlsx")
    books.write(place / "inbox" / "2011-03" / "一小.xlsx", {"phone": ""})
    month = pledgebatch.consolidate(place, "2011-03", workers=0)
    assert month.findings["waiver"].isna().all()
    assert {2} == set(month.remarks["row"])


def test_a_registry_of_before_without_the_new_columns_is_as_good(tmp_path):
    place = books.workspace(tmp_path / "w")
    books.write_registry(place / "registry.xlsx", books.REGISTRY, pd.DataFrame([GOOD]))
    book = openpyxl.load_workbook(place / "registry.xlsx")
    book["豁免清单"].delete_cols(6, 2)
    book.save(place / "registry.xlsx")
    books.write(place / "inbox" / "2011-03" / "一小.xlsx", {"phone": ""})
    month = pledgebatch.consolidate(place, "2011-03", workers=0)
    assert month.remarks.empty
    assert len(waived(month, PHONE_RULE)) == 1
