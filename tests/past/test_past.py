"""A workspace of an earlier version is opened, continued and rebuilt."""

import pytest

import pledgebatch
from pledgebatch.months.archive import read_month
from pledgebatch.schema.states import LIVE
from tests import quick_months
from tests.past import unpack

MARCH, APRIL, MAY = "2011-03", "2011-04", "2011-05"
CODES = ["S1", "S2"]


@pytest.fixture
def place(tmp_path):
    return unpack(tmp_path / "w")


def texts(month):
    """Who pledges what, by organisation."""
    rows = {key: month.tables[key] for key in ("members", "items")}
    return {
        key: sorted(zip(told["organisation"], told[name], strict=True))
        for (key, told), name in zip(rows.items(), ("name", "text"), strict=True)
    }


def test_it_is_opened(place):
    told = pledgebatch.status(place).set_index("period")
    assert told["received"].tolist() == [2, 2, 2]
    assert told.loc[[MARCH, APRIL], ["expected", "reported", "returned", "missing"]].values.tolist() == [
        [2, 2, 1, 0],
        [2, 2, 0, 0],
    ]


def test_it_is_continued(place):
    before = texts(read_month(place / "output" / APRIL))
    with quick_months.asking("FIL01"):
        month = pledgebatch.consolidate(place, MAY, workers=0)
    assert not month.unwritten
    assert month.submissions["state"].isin(LIVE).all()
    form = month.findings.loc[month.findings["rule"] == "FIL01", "severity"]
    assert set(form) <= {"notice"}, "sheets or headers changed without a new version of the workbook: CONTRIBUTING.md"
    assert texts(month) == before
    assert month.movements["kind"].isin(["gone", "added"]).sum() == 0
    assert sorted(month.built_on) == [MARCH, APRIL]
    assert pledgebatch.make_templates(place, "2011-06", workers=0)["organisation"].tolist() == CODES
    assert pledgebatch.archive_year(place, "S1", 2011).is_dir()
    merged = pledgebatch.rollup(place, [place / "output" / APRIL], workers=0)
    assert texts(merged) == before


@pytest.mark.parametrize("period", [MARCH, APRIL])
def test_it_is_rebuilt(place, period):
    folder = place / "output" / period
    then, manifest = read_month(folder), (folder / "manifest.json").read_bytes()
    now = quick_months.consolidate(place, period, all_rules=True, again=True)
    assert texts(now) == texts(then)
    assert now.coverage["state"].tolist() == then.coverage["state"].tolist()
    assert (folder / "sent" / "1" / "manifest.json").read_bytes() == manifest
