"""Waivers: a waived finding stays but does not count; a waiver that is not good is told to the office."""

import os

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
