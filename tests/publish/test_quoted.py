"""Pages and workbooks quote the figure that is in force, not the one that is usual."""

import json

from openpyxl import load_workbook

import pledgebatch
from pledgebatch.notice.parameters import Parameters
from pledgebatch.notice.periods import Period
from pledgebatch.publish.leaflet import render_leaflet
from tests import books, quick_months


def test_the_report_and_the_leaflet_quote_the_setting(tmp_path):
    place = books.workspace(tmp_path / "w")
    (place / "pledgebatch.toml").write_text("[parameters]\nreal_deeds_organisation = 9\ndeadline_day = 17\n", "utf-8")
    books.write(place / "inbox" / "2011-03" / "一小.xlsx")
    with quick_months.asking("ITM19"):
        pledgebatch.consolidate(place, "2011-03", workers=0)
    report = next((place / "output" / "2011-03" / "organisations").glob("S1*/合规报告.html")).read_text("utf-8")
    assert "组织一般不少于 9 件" in report
    pledgebatch.make_templates(place, "2011-03", workers=0)
    assert "2011-03-17" in (place / "input_templates" / "2011-03" / "填报须知.html").read_text("utf-8")
    (book, *_) = sorted((place / "input_templates" / "2011-03").glob("*.xlsx"))
    captions = [str(cell) for row in load_workbook(book)["填表说明"].iter_rows(values_only=True) for cell in row]
    assert any("2011-03-17" in each for each in captions)
    assert "2011-04-01" in render_leaflet(Period(2011, 3), Parameters(deadline_month=4, deadline_day=1))
    assert (
        json.loads((place / "output" / "2011-03" / "manifest.json").read_text("utf-8"))["parameters"]["deadline_day"]
        == 17
    )
