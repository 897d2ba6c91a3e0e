"""The registry from month to month: what the office changed is said, and what it rebuilds it rebuilds as it was."""

import json
import shutil

import pandas as pd
import pytest
from python_calamine import CalamineWorkbook

import pledgebatch
from pledgebatch.workbooks.registry_book import write_registry
from tests import books, quick_months

S2 = {"unit_code": "S2", "org_name": "云溪二小党支部", "unit_name": "云溪二小", "relation": "指导"}
BEFORE = pd.concat(
    [
        books.REGISTRY,
        pd.DataFrame(
            [
                ("P1", "云溪学区党委", "党委", "云溪学区", "局机关", "直属", "P0", "否"),
                ("S3", "云溪三小党支部", "党支部", "云溪三小", "公办学校", "直属", "P1", "是"),
                ("S4", "云溪四小党支部", "党支部", "云溪四小", "公办学校", "直属", "P1", "是"),
            ],
            columns=list(books.REGISTRY),
        ),
    ],
    ignore_index=True,
)
NEW_NAME = "云溪实验小学党支部"
AFTER = pd.concat(
    [
        BEFORE[BEFORE["unit_code"] != "S3"]
        .replace({"org_name": {"云溪一小党支部": NEW_NAME}})
        .assign(
            parent_code=lambda rows: rows["parent_code"].mask(rows["unit_code"] == "S2", "P1"),
            reports=lambda rows: rows["reports"].mask(rows["unit_code"] == "S4", "否"),
        ),
        pd.DataFrame(
            [("S5", "云溪五小党支部", "党支部", "云溪五小", "公办学校", "直属", "P1", "是")],
            columns=list(books.REGISTRY),
        ),
    ],
    ignore_index=True,
)
MARCH, APRIL = "2011-03", "2011-04"


def send(place, period, code, **head):
    name = dict(zip(BEFORE["unit_code"], BEFORE["org_name"], strict=True))[code]
    answers = {"unit_code": code, "org_name": name, "period": period, "parent_org": "云溪区教育党委"} | head
    members = [member | {"branch": name} for member in books.MEMBERS]
    file = f"{name}_承诺台账_{period.replace('-', '')}.xlsx"
    return books.write(place / "inbox" / period / file, answers, members, period=period)


@pytest.fixture(scope="module", autouse=True)
def _few_rules():
    """Those that ask the registry, and one that is waived."""
    with quick_months.asking("FIL04", "ITM14", "MEM09", "ORG01", "ORG08"):
        yield


@pytest.fixture(scope="module")
def built(tmp_path_factory):
    """March with the registry before; then the office changed it, and April, with workbooks that know nothing of it."""
    place = books.workspace(tmp_path_factory.mktemp("registered") / "w", BEFORE)
    for code in ("S1", "S2", "S3"):
        send(place, MARCH, code)
    pledgebatch.consolidate(place, MARCH, workers=0)
    write_registry(place / "registry.xlsx", AFTER)
    pledgebatch.make_templates(place, APRIL, workers=0)
    for code in ("S1", "S2"):
        send(place, APRIL, code)
    pledgebatch.consolidate(place, APRIL, workers=0)
    return place


@pytest.fixture
def place(built, tmp_path):
    return shutil.copytree(built, tmp_path / "w")


def sheet(path, name):
    return CalamineWorkbook.from_path(str(path)).get_sheet_by_name(name).to_python()[1:]


def moves(path):
    return [
        [row[0], row[1], *row[6:]] for row in sheet(path, "变动情况") if row[3] == "单位名册"
    ]  # fmt: skip


GONE = ["S3", "云溪三小党支部", "不见", "", "上次填报时党员 3 名、承诺事项 9 件", ""]
RENAMED = ["S1", NEW_NAME, "变动", "党组织名称", "云溪一小党支部", NEW_NAME]
MOVED = ["S2", "云溪二小党支部", "变动", "上级组织编码", "云溪区教育党委（P0）", "云溪学区党委（P1）"]
NO_MORE = ["S4", "云溪四小党支部", "变动", "是否报送", "是", "否"]
ADDED = ["S5", "云溪五小党支部", "新增", "", "", "云溪学区党委（P1）"]


def test_what_the_office_changed_is_listed_first_and_on_the_page(built):
    output = built / "output" / APRIL
    assert moves(output / f"汇总台账_{APRIL}.xlsx") == [RENAMED, MOVED, GONE, NO_MORE, ADDED]
    page = (output / "index.html").read_text("utf-8")
    assert "S3 云溪三小党支部：已不在单位名册中，上次填报时党员 3 名、承诺事项 9 件（2011-03）" in page
    assert "单位名册的变动" not in (built / "output" / MARCH / "index.html").read_text("utf-8")


def test_a_superior_sees_what_concerns_its_subtree(built):
    own = built / "output" / APRIL / "supervisors" / "P1_云溪学区党委"
    assert moves(own / f"台账_{APRIL}.xlsx") == [MOVED, GONE, NO_MORE, ADDED]
    assert "云溪三小党支部：已不在单位名册中" in (own / "一页通.html").read_text("utf-8")


def test_a_renamed_organisation_does_not_make_its_branch_wrong(built):
    month = pd.read_parquet(built / "output" / APRIL / "data" / "findings.parquet")
    assert not set(month["rule"]) & {"MEM09", "ORG01", "FIL04", "ORG08"}
    assert (built / "output" / APRIL / "organisations" / f"S1_{NEW_NAME}").is_dir()
    sent = built / "input_templates" / APRIL / f"{NEW_NAME}_承诺台账_201104.xlsx"
    branches = {
        row for line in CalamineWorkbook.from_path(str(sent)).get_sheet_by_name("党员承诺").to_python() for row in line
    }
    assert NEW_NAME in branches
    assert "云溪一小党支部" not in branches


def test_a_former_name_holds_in_later_months_and_under_another_name_it_does_not(place):
    for code, branch in (("S1", {}), ("S2", {"org_name": "云溪一小党支部"})):
        send(place, "2011-05", code, **branch)
    month = quick_months.consolidate(place, "2011-05", "MEM09", "ORG01")
    assert month.findings.query("rule == 'ORG01'")["organisation"].tolist() == ["S2"]
    assert "MEM09" not in set(month.findings.query("organisation == 'S1'")["rule"])


def test_a_month_is_rebuilt_with_registry_waivers_and_settings_as_they_were(place):
    before = books.digests(place / "output" / MARCH)
    waiver = {"unit_code": "S1", "rule": "ITM14", "until": "2011-12-31", "reason": "已报批", "approved_by": "郑岚"}
    write_registry(place / "registry.xlsx", AFTER, pd.DataFrame([waiver]))
    (place / "pledgebatch.toml").write_text(
        "[parameters]\nlate_after_day = 1\n[protection]\ndirect_leave_out = ['sex']\n", "utf-8"
    )
    pledgebatch.consolidate(place, MARCH, workers=0, again=True)
    assert books.digests(place / "output" / MARCH) == before


def test_a_month_rebuilt_with_todays_registry_lists_the_rows_that_left_the_ledger(place):
    quick_months.consolidate(place, MARCH, again=True, registry="now")
    told = place / "output" / MARCH / f"重做对照_{MARCH}.xlsx"
    assert ["S3", "云溪三小党支部", "已接收", ""] in sheet(told, "报送状态")
    rows = [row for row in sheet(told, "台账") if row[0] == "S3"]
    assert {row[4] for row in rows} == {"不见"}
    assert sum(row[2] == "党员承诺" for row in rows) == 3
    assert sum(row[2] == "承诺事项" for row in rows) == 9


def test_a_month_of_an_earlier_version_is_rebuilt_with_what_it_kept_and_says_so(place):
    folder = place / "output" / MARCH
    for name in ("waivers.parquet", "remarks.parquet", "registry_moves.parquet", "digests.json"):
        (folder / "data" / name).unlink()
    manifest = json.loads((folder / "manifest.json").read_text("utf-8"))
    del manifest["protection"]
    (folder / "manifest.json").write_text(json.dumps(manifest), "utf-8")
    registry = pd.read_parquet(folder / "data" / "registry.parquet").drop(columns="former_names")
    registry.to_parquet(folder / "data" / "registry.parquet", index=False)
    month = quick_months.consolidate(place, MARCH, again=True)
    assert "S3" in month.coverage["organisation"].tolist()
    assert "没有存豁免清单" in month.remarks["message"].iloc[-1]
    assert quick_months.consolidate(place, MARCH, again=True).registry["organisation"].tolist()[-1] == "S4"


def test_a_damaged_archive_is_one_sentence_that_says_what_to_type(place):
    (place / "output" / MARCH / "data" / "registry.parquet").write_bytes(b"?")
    with pytest.raises(pledgebatch.OfficeMistake, match="--registry now"):
        pledgebatch.consolidate(place, MARCH, workers=0, again=True)
