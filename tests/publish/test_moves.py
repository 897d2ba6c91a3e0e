"""An organisation that merges, is dissolved, renamed or moved is named with its cause wherever somebody will ask."""

import pandas as pd
import pytest
from python_calamine import CalamineWorkbook

import pledgebatch
from pledgebatch.schema.archive_tables import read_table
from tests import books, quick_months

MARCH, APRIL, MAY = "2011-03", "2011-04", "2011-05"
REGISTRY = pd.DataFrame(
    [
        ("P0", "云溪区教育党委", "党委", "云溪区教育局", "局机关", "直属", "", "否"),
        ("P1", "云溪学区党委", "党委", "云溪学区", "局机关", "直属", "P0", "否"),
        *(
            (
                f"S{n}",
                f"云溪{word}小党支部",
                "党支部",
                f"云溪{word}小",
                "公办学校",
                "直属",
                "P1" if n < 5 else "P0",
                "是",
            )
            for n, word in enumerate("一二三四五六", 1)
        ),
    ],
    columns=list(books.REGISTRY),
)
NAMES = dict(zip(REGISTRY["unit_code"], REGISTRY["org_name"], strict=True))
EVENTS = pd.DataFrame(
    [
        ("S2", "并入", APRIL, "S1", ""),
        ("S3", "撤销", APRIL, "", ""),
        ("S4", "更名", APRIL, "云溪实验小学党支部", ""),
        ("S5", "改隶", APRIL, "P1", ""),
    ],
    columns=["unit_code", "event", "from_period", "to", "note"],
)


OF_MOVES = ("MEM09", "ORG01", "ORG08", "FIL04", "TRK06", "TRK07", "ITM24", "MEM12")
"""The rules that a move could set off."""


@pytest.fixture(scope="module")
def place(tmp_path_factory):
    """Six schools in March; four events in April, in which each sends back what it was sent."""
    place = books.workspace(tmp_path_factory.mktemp("moves") / "w", REGISTRY)
    for number, code in enumerate(("S1", "S2", "S3", "S4", "S5", "S6")):
        called = {
            "李明": "李明" + "甲乙丙丁戊己"[number],
            "王芳": "王芳" + "甲乙丙丁戊己"[number],
            "赵强": "赵强" + "甲乙丙丁戊己"[number],
        }
        members = [row | {"branch": NAMES[code], "name": called[row["name"]]} for row in books.MEMBERS]
        items = [row | {"name": called[row["name"]]} if "name" in row else row for row in books.ITEMS]
        unit = REGISTRY.set_index("unit_code").loc[code]
        head = {"unit_code": code, "org_name": NAMES[code], "unit_name": unit["unit_name"], "head": called["李明"]}
        head["parent_org"] = NAMES[unit["parent_code"]]
        books.write(place / "inbox" / MARCH / f"{NAMES[code]}_承诺台账_201103.xlsx", head, members, items)
    quick_months.consolidate(place, MARCH, *OF_MOVES)
    books.write_registry(place / "registry.xlsx", REGISTRY, None, EVENTS)
    pledgebatch.make_templates(place, APRIL, workers=0)
    (place / "inbox" / APRIL).mkdir()
    for sent in (place / "input_templates" / APRIL).glob("*.xlsx"):
        (place / "inbox" / APRIL / sent.name).write_bytes(sent.read_bytes())
    consolidate(place, APRIL)
    return place


def consolidate(place, period, **more):
    with quick_months.asking(*OF_MOVES):
        pledgebatch.consolidate(place, period, workers=0, **more)


def sheet(path, name):
    return CalamineWorkbook.from_path(str(path)).get_sheet_by_name(name).to_python()[1:]


def test_members_and_items_add_up_but_for_what_nobody_has_taken_over(place):
    before, after = (read_table(place / "output" / month, "coverage") for month in (MARCH, APRIL))
    left = read_table(place / "output" / APRIL, "unclaimed")
    assert left["sheet"].value_counts().to_dict() == {"承诺事项": 9, "党员承诺": 3}
    assert after["members"].sum() + 3 == before["members"].sum() == 18
    assert after["items"].sum() + 9 == before["items"].sum() == 54


def test_the_month_s_page_names_each_cause_and_nothing_else_moved(place):
    output = place / "output" / APRIL
    page = (output / "index.html").read_text("utf-8")
    for words in (
        "S2 云溪二小党支部：自 2011-04 起并入 云溪一小党支部（S1），上次填报时党员 3 名、承诺事项 9 件",
        "S1 云溪一小党支部：自 2011-04 起接收并入的 云溪二小党支部（S2）：党员 3 名、承诺事项 9 件",
        "S3 云溪三小党支部：自 2011-04 起撤销，上次填报时党员 3 名、承诺事项 9 件",
        "S4 云溪实验小学党支部：自 2011-04 起更名为“云溪实验小学党支部”，原名“云溪四小党支部”",
        "S5 云溪五小党支部：自 2011-04 起改隶，上级组织编码由“云溪区教育党委（P0）”改为“云溪学区党委（P1）”",
        "S3 云溪三小党支部：还有党员 3 名、未办结的事项 9 件没有组织接续",
    ):
        assert words in page, words
    moves = read_table(output, "registry_moves")
    assert sorted(moves["kind"]) == ["dissolved", "merged", "moved", "received", "renamed"]
    assert read_table(output, "movements").empty


def test_the_movements_show_the_numbers_of_old_and_new(place):
    rows = sheet(place / "output" / APRIL / f"汇总台账_{APRIL}.xlsx", "变动情况")
    taken = [row for row in rows if row[0] == "S1" and row[3] == "党员承诺"]
    given = [row for row in rows if row[0] == "S2" and row[3] == "党员承诺"]
    assert taken[0][4:] == ["4", "李明乙", "接收", "序号", "云溪二小党支部（S2） 1", "云溪一小党支部（S1） 4"]
    assert given[0][4:7] == ["1", "李明乙", "并入"]
    assert {row[0] for row in rows} == {"S1", "S2", "S3", "S4", "S5"}


def test_each_superior_has_its_own_and_the_figures_follow(place):
    above = place / "output" / APRIL / "supervisors"
    own = sheet(above / "P1_云溪学区党委" / f"台账_{APRIL}.xlsx", "报送情况")
    assert [row[0] for row in own] == ["S1", "S4", "S5"]
    page = (above / "P1_云溪学区党委" / "一页通.html").read_text("utf-8")
    assert "云溪五小党支部：自 2011-04 起改隶" in page
    assert "还有党员 3 名、未办结的事项 9 件没有组织接续" in page
    left = sheet(above / "P1_云溪学区党委" / f"督办清单_{APRIL}.xlsx", "待接续")
    assert len(left) == 12
    assert left[0][:2] == ["S3", "云溪三小党支部"]


def test_the_register_of_the_receiver_says_what_came(place):
    report = place / "output" / APRIL / "organisations" / "S1_云溪一小党支部" / "合规报告.html"
    told = report.read_text("utf-8")
    assert "自 2011-04 起接收并入的 云溪二小党支部（S2）" in told
    assert "接收 云溪二小党支部（S2）：党员承诺 3 行、承诺事项 9 行、征求意见 1 行" in told
    other = place / "output" / APRIL / "organisations" / "S6_云溪六小党支部" / "合规报告.html"
    assert "组织变动和转移" not in other.read_text("utf-8")


def test_no_branch_is_told_of_what_the_office_moved(place):
    before, after = (set(read_table(place / "output" / month, "findings")["rule"]) for month in (MARCH, APRIL))
    assert not (after - before) & set(OF_MOVES)


def test_the_year_of_one_that_merged_leads_on(place):
    page = pledgebatch.archive_year(place, "S2", 2011) / "年度档案_2011.html"
    told = page.read_text("utf-8")
    assert "自 2011-04 起并入 S1 云溪一小党支部" in told
    assert 'href="../S1_' in told
    moved = sheet(page.parent.parent / "S1_云溪一小党支部" / "年度档案_2011.xlsx", "全年变动")
    assert sum(row[5] == "接收" for row in moved) == 3 + 9 + 1
    ended = pledgebatch.archive_year(place, "S3", 2011) / "年度档案_2011.html"
    assert "自 2011-04 起撤销" in ended.read_text("utf-8")


def test_a_month_rebuilt_is_the_same(place):
    before = books.digests(place / "output" / APRIL)
    consolidate(place, APRIL, again=True)
    assert books.digests(place / "output" / APRIL) == before
