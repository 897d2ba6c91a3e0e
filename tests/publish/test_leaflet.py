"""填报须知: one page that a branch can follow, and that says what the program says."""

import os
import re
import shutil
import subprocess

import pandas as pd
import pytest

from pledgebatch.notice.parameters import Parameters
from pledgebatch.notice.periods import Period
from pledgebatch.publish.leaflet import PLEDGES, render_leaflet
from pledgebatch.rules.language.measure import measurable
from tests.publish.pages import OUTSIDE, words

CHROMIUM = shutil.which("chromium")


def leaflet(year: int, month: int) -> str:
    return render_leaflet(Period(year, month), Parameters())


def test_it_says_what_is_due_by_the_end_of_the_month():
    assert "提出承诺" not in words(leaflet(2011, 2))
    assert "审查并公开承诺" in words(leaflet(2011, 3))
    assert "每月填写各事项的进展状态" in words(leaflet(2011, 4))
    assert "年终：自查" in words(leaflet(2011, 12))
    assert "应在 2010-11-30 前提出并公开" in words(leaflet(2010, 11))


def test_it_says_by_which_day_to_report_and_whom_to_ask():
    assert "按时报送" in words(leaflet(2011, 3))
    of_office = render_leaflet(Period(2011, 1), Parameters(late_after_day=31), "周敏 0519-85500001 <b>")
    assert "在 2011-02-28 以前报送" in words(of_office)
    assert "请联系党委办公室：周敏 0519-85500001" in words(of_office)
    assert "<b>" not in of_office


def test_its_good_pledges_can_be_measured_and_its_bad_ones_cannot():
    bad, good = (pd.Series(list(each), dtype="str") for each in zip(*PLEDGES, strict=True))
    assert measurable(good).all()
    assert not measurable(bad).any()


def test_it_asks_for_nothing_beside_itself():
    assert not OUTSIDE.search(leaflet(2011, 12))


@pytest.mark.skipif(
    CHROMIUM is None and "PLEDGEBATCH_REFUSE_SKIPS" not in os.environ, reason="chromium is not installed"
)
@pytest.mark.parametrize("month", [2, 12])
def test_it_prints_on_one_page(tmp_path, month):
    (tmp_path / "a.html").write_text(leaflet(2011, month), "utf-8")
    command = [str(CHROMIUM), "--headless", "--no-sandbox", "--disable-gpu", f"--user-data-dir={tmp_path / 'own'}"]
    pdf = ["--no-pdf-header-footer", f"--print-to-pdf={tmp_path / 'a.pdf'}", (tmp_path / "a.html").as_uri()]
    subprocess.run([*command, *pdf], capture_output=True, check=True, timeout=120)
    info = subprocess.run(["pdfinfo", tmp_path / "a.pdf"], capture_output=True, text=True, check=True).stdout
    assert re.search(r"Pages: +1\n", info)
