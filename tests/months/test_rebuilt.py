"""The record: what a month was made from, what was sent stays, what a rebuilt month says otherwise."""

import hashlib
import json
import shutil

import pytest
from python_calamine import CalamineWorkbook

import pledgebatch
from pledgebatch.publish.sheets import NOTHING
from tests import books, quick_months


@pytest.fixture(scope="module", autouse=True)
def _few_rules():
    """One, which a workbook that came later breaks."""
    with quick_months.asking("ORG06"):
        yield


@pytest.fixture(scope="module")
def two_months(tmp_path_factory):
    folder = books.workspace(tmp_path_factory.mktemp("rebuilt") / "w")
    for period in ("2011-03", "2011-04"):
        books.write(folder / "inbox" / period / "一小.xlsx", {"period": period}, period=period)
        pledgebatch.consolidate(folder, period, workers=0)
    return folder


@pytest.fixture
def place(two_months, tmp_path):
    return shutil.copytree(two_months, tmp_path / "w")


def digest(folder):
    return {
        path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def lines(path, sheet):
    return CalamineWorkbook.from_path(str(path)).get_sheet_by_name(sheet).to_python()[1:]


def test_the_manifest_names_all_that_the_month_was_made_from(place):
    output = place / "output"
    told = json.loads((output / "2011-04" / "manifest.json").read_text("utf-8"))
    received = place / "inbox" / "2011-04" / "一小.xlsx"
    assert told["inputs"][0]["sha256"] == hashlib.sha256(received.read_bytes()).hexdigest()
    assert told["registry"] == hashlib.sha256((place / "registry.xlsx").read_bytes()).hexdigest()
    assert told["built_on"] == {"2011-03": digest(output / "2011-03")["manifest.json"]}
    assert told["parameters"]["due_soon_days"] == 30
    assert {"program", "template", "notice", "rules", "rules_as_written"} <= set(told)


def test_a_month_with_later_ones_built_on_it_needs_again(place):
    before = digest(place / "output")
    with pytest.raises(pledgebatch.OfficeMistake, match=r"后面的 2011-04 已经接着汇总了.*--again"):
        pledgebatch.consolidate(place, "2011-03", workers=0)
    assert digest(place / "output") == before


def test_rebuilding_from_the_same_inputs_gives_the_same_bytes(place):
    before = digest(place / "output")
    pledgebatch.consolidate(place, "2011-03", workers=0, again=True)
    pledgebatch.consolidate(place, "2011-04", workers=0)
    assert digest(place / "output") == before


def test_what_was_sent_stays_and_what_differs_is_listed(place):
    sent = digest(place / "output" / "2011-03")
    books.write(
        place / "inbox" / "2011-03" / "一小.xlsx", {"phone": ""}, items=books.changed(books.ITEMS, 1, due="2011-07-15")
    )
    pledgebatch.consolidate(place, "2011-03", workers=0, again=True)
    output = place / "output" / "2011-03"
    assert digest(output / "sent" / "1") == sent
    assert '<a href="重做对照_2011-03.xlsx">重做对照</a>' in (output / "index.html").read_text("utf-8")
    told = output / "重做对照_2011-03.xlsx"
    assert lines(told, "报送状态") == [["S1", "云溪一小党支部", "已接收", "退回修改"]]
    assert [row[2:] for row in lines(told, "台账")] == [
        ["组织承诺", "", "变动", "联系电话", "0519-85501234", ""],
        ["承诺事项", "Z2", "变动", "完成时限", "2011-06-15", "2011-07-15"],
    ]
    assert [row[2:5] for row in lines(told, "问题")] == [["新增", "错误", "ORG06"]]
    assert [row[2] for row in lines(told, "文件")] == ["不见", "新增"]


def test_every_version_sent_is_kept_once_and_a_plain_rerun_of_the_last_month_adds_none(place):
    output = place / "output" / "2011-04"
    for phone, versions in (("", {"1"}), ("", {"1"}), ("123", {"1", "2"})):  # a link to the comparison makes no new one
        books.write(place / "inbox" / "2011-04" / "一小.xlsx", {"period": "2011-04", "phone": phone}, period="2011-04")
        quick_months.consolidate(place, "2011-04", "ORG06", again=True)
        assert {path.name for path in (output / "sent").iterdir()} == versions
    before = digest(output / "sent")
    books.write(place / "inbox" / "2011-04" / "一小.xlsx", {"period": "2011-04"}, period="2011-04")
    quick_months.consolidate(place, "2011-04", "ORG06")
    assert digest(output / "sent") == before
    assert [row[2:4] for row in lines(output / "重做对照_2011-04.xlsx", "问题")] == [["不见", "错误"]]


def test_a_month_without_a_finding_is_rebuilt_without_one(place):
    books.write(
        place / "inbox" / "2011-04" / "一小.xlsx", {"period": "2011-04", "phone": "0519-85501239"}, period="2011-04"
    )
    assert quick_months.consolidate(place, "2011-04", "ORG06", again=True).findings.empty
    told = place / "output" / "2011-04" / "重做对照_2011-04.xlsx"
    assert [row[0] for row in lines(told, "问题")] == [NOTHING]
    assert len(lines(told, "台账")) == 1
