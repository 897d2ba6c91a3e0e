"""Organisations of one name are told apart wherever they are listed."""

import pandas as pd

import pledgebatch
from pledgebatch.rules.facts.names import shown_names
from pledgebatch.schema.states import State
from tests import books, quick_months


def test_a_name_that_stands_twice_has_its_unit_beside_it_or_its_code():
    rows = [
        ("A1", "第一小学党支部", "东区第一小学"), ("A2", "第一小学 党支部", "西区第一小学"), ("A3", "第二小学党支部", "第二小学"),
        ("B1", "机关党支部", "同一单位"), ("B2", "机关党支部", "同一单位"), ("B3", "机关党支部", None),
    ]  # fmt: skip
    registry = pd.DataFrame(rows, columns=["organisation", "org_name", "unit_name"], dtype="str")
    assert shown_names(registry) == {
        "A1": "第一小学党支部（东区第一小学）", "A2": "第一小学 党支部（西区第一小学）", "A3": "第二小学党支部",
        "B1": "机关党支部（B1）", "B2": "机关党支部（B2）", "B3": "机关党支部（B3）",
    }  # fmt: skip
    assert shown_names(registry.drop(columns="unit_name"))["A1"] == "第一小学党支部（A1）"


def test_it_is_so_in_ledger_page_and_coverage_and_no_branch_is_told_of_it(tmp_path):
    registry = books.REGISTRY.assign(org_name=["云溪区教育党委", "第一小学党支部", "第一小学党支部"])
    registry["unit_name"] = ["教育局", "东区第一小学", "西区第一小学"]
    place = books.workspace(tmp_path / "w", registry)
    for code, unit in (("S1", "东区第一小学"), ("S2", "西区第一小学")):
        head = {"unit_code": code, "org_name": "第一小学党支部", "unit_name": unit}
        books.write(place / "inbox" / "2011-03" / f"{code}.xlsx", head)
    with quick_months.asking("ORG01", "ORG02", "MEM12", "SIM02"):
        month = pledgebatch.consolidate(place, "2011-03", workers=0)
    east, west = "第一小学党支部（东区第一小学）", "第一小学党支部（西区第一小学）"
    assert month.coverage["org_name"].tolist() == [east, west]
    assert not month.findings["rule"].isin(["ORG01", "ORG02"]).any()
    assert set(month.submissions["state"]) <= {State.ACCEPTED, State.RETURNED}
    page = (place / "output" / "2011-03" / "index.html").read_text("utf-8")
    assert east in page
    assert west in page
    found = month.findings.loc[month.findings["rule"].isin(["MEM12", "SIM02"]), ["organisation", "message"]]
    assert not found.empty
    for code, message in found.itertuples(index=False):
        assert "第一小学党支部（S" in message or (west if code == "S1" else east) in message
