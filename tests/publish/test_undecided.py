"""A rule that was undecided for one organisation: its pages say so, and the archive knows."""

import pandas as pd

import pledgebatch
from pledgebatch.months.archive import read_month
from pledgebatch.rules.machinery.evaluate import CRASHED
from tests import quick_months
from tests.rules.machinery.test_undecided import BAD, PERIOD, break_rules, office


def test_the_pages_name_the_rule_and_the_organisation_and_the_archive_knows(tmp_path, monkeypatch):
    break_rules(monkeypatch, ["MEM03"])
    place = office(tmp_path / "w")
    with quick_months.asking("MEM03", "ORG06"):
        month = pledgebatch.consolidate(place, str(PERIOD), workers=0)
    output = place / "output" / str(PERIOD)
    assert f"MEM03：云溪3小党支部（{CRASHED}）" in (output / "index.html").read_text("utf-8")
    for code in (BAD, "S2"):
        (report,) = output.glob(f"organisations/{code}_*/合规报告.html")
        assert (CRASHED in report.read_text("utf-8")) == (code == BAD)
    pd.testing.assert_frame_equal(read_month(output).undecided, month.undecided)
    for name in ("undecided.parquet", "digests.json"):  # as a month published before there was such a thing
        (output / "data" / name).unlink()
    assert read_month(output).undecided.empty
