"""One file judged as its month would, before there is a month; and what is told of a month in a chat."""

from collections.abc import Iterator

import pytest

from pledgebatch.intake.find import find
from pledgebatch.notice.periods import Period
from pledgebatch.pipeline.chat_texts import chat_texts
from pledgebatch.pipeline.judge import judge
from pledgebatch.pipeline.search import search_months
from pledgebatch.pipeline.workspace import Workspace
from pledgebatch.rules.book import BY_CODE
from pledgebatch.schema.records import records
from tests import books, quick_months
from tests.decided import decide

MARCH, APRIL = Period(2011, 3), Period(2011, 4)


ASKED = ("FIL03", "ORG01", "ORG03", "ORG06", "ORG08", "TRK07", "DDL03")
"""That no rule makes a difference between one file and several is tried in ``test_examine.py``."""


@pytest.fixture(scope="module", autouse=True)
def _few_rules() -> Iterator[None]:
    with quick_months.asking(*ASKED):
        yield


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    """March consolidated; in April S1 lost a member without a word, S2 types what it may not, and others are strange."""
    root = books.workspace(tmp_path_factory.mktemp("judged") / "w")
    books.write(root / "inbox" / "2011-03" / "一小.xlsx")
    quick_months.consolidate(root, "2011-03")
    april = root / "inbox" / "2011-04"
    books.write(
        april / "一小.xlsx", {"period": "2011-04", "parent_org": "别的党委"}, books.MEMBERS[:2], period="2011-04"
    )
    second = {
        "unit_code": "S2",
        "org_name": "云溪二小党支部",
        "unit_name": "云溪二小",
        "relation": "指导",
        "period": "2011-04",
        "phone": "1",
    }
    books.write(april / "深" / "二小.xlsx", second, period="2011-04")
    books.write(april / "三月的.xlsx", {"unit_code": "S2"})
    books.write(
        april / "没有登记.xlsx", {"unit_code": "X9", "period": "2011-04", "org_name": "某某党支部"}, period="2011-04"
    )
    (april / "照片.xlsx").write_bytes(b"\x89PNG\r\n\x1a\n")
    return Workspace(root)


def test_every_file_comes_to_what_its_month_says(place):
    told = {each.file: each for each in judge(place, APRIL, find(place.inbox(APRIL)))}
    month = quick_months.consolidate(place.root, "2011-04", *ASKED)
    assert set(told) == set(month.submissions["file"])
    for row in records(month.submissions):
        own = told[row["file"]]
        assert (own.state, own.organisation, own.reason) == (row["state"], row["organisation"], row["reason"]), row[
            "file"
        ]
    by_itself = month.findings["rule"].map(lambda code: not BY_CODE[code].across)
    found = month.findings[by_itself & (month.findings["file"] == "一小.xlsx")]
    assert told["一小.xlsx"].counts == [
        int((found["severity"] == each).sum()) for each in ("error", "warning", "notice")
    ]
    assert told["一小.xlsx"].counts != [0, 0, 0]


def test_files_judged_together_come_to_what_each_does_by_itself(place):
    april = place.inbox(APRIL)
    second = {"unit_code": "S2", "org_name": "云溪二小党支部", "unit_name": "云溪二小", "period": "2011-04"}
    books.write(april / "二小又一份.xlsx", second | {"phone": "0519-85501234"}, period="2011-04")
    books.write(april / "又一个没有登记.xlsx", {"unit_code": "X9", "period": "2011-04"}, period="2011-04")
    (april / "又一张照片.xlsx").write_bytes(b"\x89PNG")
    try:
        files = find(april)
        assert judge(place, APRIL, files) == [judge(place, APRIL, [each])[0] for each in files]
        assert judge(place, APRIL, []) == []
    finally:
        for name in ("二小又一份.xlsx", "又一个没有登记.xlsx", "又一张照片.xlsx"):
            (april / name).unlink()


def test_a_chat_says_who_what_and_until_when(place):
    texts = chat_texts(place, MARCH)
    assert (
        texts.whole
        == "【2011年3月公开承诺】应报 2 个党组织，已报 1 个。\n还没有报的 1 个：云溪二小党支部。\n请尽快报来。"
    )
    assert texts.each == [
        ("S2", "云溪二小党支部", "云溪二小党支部：还没有收到贵组织2011年3月的承诺工作簿。请尽快报来。")
    ]
    (place.root / "pledgebatch.toml").write_text("[parameters]\nlate_after_day = 5\n", "utf-8")
    assert chat_texts(place, MARCH).whole.endswith("请在 4 月 5 日前报来。")
    extension = {"组织编码": "S2", "月份": "2011-03", "延至": "2011-04-12", "理由": "校舍停电", "批准人": "周敏"}
    decide(place.root, "报送延期", extension)
    texts = chat_texts(place, MARCH)
    assert texts.whole.endswith("请在 4 月 5 日前报来。")
    assert texts.each[0][2].endswith("请在 4 月 12 日前报来。")


def test_a_person_an_item_and_an_organisation_are_found_in_all_months(place):
    found, more = search_months(place, "赵强")
    assert not more
    assert ("2011-03", "S1", "党员", "3　赵强") in {
        (str(each.period), each.organisation, each.what, each.which) for each in found
    }
    assert ("2011-04", "S1") not in {(str(each.period), each.organisation) for each in found}
    assert {each.what for each in search_months(place, "候雨棚")[0]} == {"承诺事项"}
    assert {each.which for each in search_months(place, "S2")[0]} == {"S2"}
    assert search_months(place, ".*") == search_months(place, "") == ([], False)
