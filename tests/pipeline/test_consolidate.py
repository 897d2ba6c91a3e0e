"""A month end to end: states, reconciliation, determinism, atomic publication."""

import os
import shutil

import pandas as pd
import pytest

import pledgebatch
from pledgebatch.publish import month as publishing
from pledgebatch.schema.frames import as_agreed
from tests import books, quick_months

S2 = {"unit_code": "S2", "org_name": "云溪二小党支部", "unit_name": "云溪二小", "relation": "指导"}
S2_MEMBERS = [
    row | {"branch": "云溪二小党支部", "birth_month": f"19{60 + n}-01"} for n, row in enumerate(books.MEMBERS)
]


@pytest.fixture(scope="module")
def sent(tmp_path_factory):
    """What came in: a workbook that replaces another, one of another month, one of nobody, and what cannot be read."""
    folder = books.workspace(tmp_path_factory.mktemp("consolidate") / "w")
    inbox = folder / "inbox" / "2011-03"
    books.write(inbox / "a" / "先报.xlsx", {"phone": ""})
    os.utime(inbox / "a" / "先报.xlsx", (1_300_000_000, 1_300_000_000))
    books.write(inbox / "b" / "后报.xlsx", items=[*books.ITEMS, books.ITEM | {"item_no": "Z9", "text": ""}])
    os.utime(inbox / "b" / "后报.xlsx", (1_300_000_500, 1_300_000_500))
    books.write(inbox / "二小.xlsx", S2 | {"period": "2011-02"}, S2_MEMBERS)
    books.write(inbox / "不明.xlsx", {"unit_code": "S7", "org_name": "云溪七小党支部"})
    (inbox / "坏.xlsx").write_bytes(b"PK\x03\x04broken")
    (inbox / "云溪二小党支部.pdf").write_bytes(b"%PDF-1.4")
    return folder


@pytest.fixture(scope="module")
def made(sent, tmp_path_factory):
    """A workspace with all of it, consolidated, and the month."""
    folder = shutil.copytree(sent, tmp_path_factory.mktemp("made") / "w")
    return folder, pledgebatch.consolidate(folder, "2011-03", workers=0)


@pytest.fixture
def place(made, tmp_path):
    return shutil.copytree(made[0], tmp_path / "w")


def test_every_file_has_a_state_and_every_row_is_accounted_for(made):
    _, month = made
    states = dict(zip(month.submissions["file"], month.submissions["state"], strict=True))
    assert states == {
        "a/先报.xlsx": "superseded",
        "b/后报.xlsx": "returned",
        "不明.xlsx": "unknown_organisation",
        "二小.xlsx": "wrong_period",
        "云溪二小党支部.pdf": "unreadable",
        "坏.xlsx": "unreadable",
    }
    counted = month.reconciliation
    assert (counted["read"] == counted["ledger"] + counted["set_aside"] + counted["blank"]).all()
    assert counted.loc[counted["file"] != "b/后报.xlsx", "ledger"].sum() == 0
    items = counted[(counted["file"] == "b/后报.xlsx") & (counted["sheet"] == "承诺事项")].iloc[0]
    assert (items["read"], items["ledger"], items["set_aside"]) == (10, 9, 1)
    assert "没有承诺事项" in set(month.set_aside["reason"])
    coverage = month.coverage.set_index("organisation")
    assert coverage["state"].to_dict() == {"S1": "returned", "S2": "unreadable"}


def test_an_unknown_organisation_carries_the_code_as_typed(made):
    findings = made[1].findings
    told = findings[findings["rule"] == "ORG01"].iloc[0]
    assert (told["organisation"], told["value"]) == ("S7", "S7")
    assert "云溪" in told["message"]


def test_the_same_inputs_give_the_same_bytes_whatever_the_workers(place):
    first = books.digests(place / "output" / "2011-03")
    again = books.digests(publish(place, 0))
    shutil.rmtree(place / ".cache")
    spread = books.digests(publish(place, 2))
    assert first == again == spread
    assert len(first) > 20


def publish(place, workers):
    pledgebatch.consolidate(place, "2011-03", workers=workers)
    return place / "output" / "2011-03"


def test_a_run_cut_short_leaves_the_last_good_output(place, monkeypatch):
    before = books.digests(place / "output" / "2011-03")
    books.write(place / "inbox" / "2011-03" / "二小.xlsx", S2, S2_MEMBERS)

    def stop(*args):
        raise KeyboardInterrupt

    monkeypatch.setattr(publishing, "render_index", stop)
    with quick_months.asking(), pytest.raises(KeyboardInterrupt):
        publish(place, 0)
    assert books.digests(place / "output" / "2011-03") == before
    assert [path.name for path in (place / "output").iterdir()] == ["2011-03"]


def test_a_swap_cut_in_two_is_mended_by_the_next_run(place):
    before = books.digests(place / "output" / "2011-03")
    (place / "output" / "2011-03").rename(place / "output" / ".2011-03.old")
    shutil.rmtree(place / "input_templates", ignore_errors=True)
    assert books.digests(publish(place, 0)) == before


def test_one_bad_file_alters_nobody_else(tmp_path):
    findings = []
    for bad in (False, True):
        folder = books.workspace(tmp_path / str(bad))
        books.write(folder / "inbox" / "2011-03" / "一小.xlsx", {"phone": "123"})
        if bad:
            (folder / "inbox" / "2011-03" / "别的.xls").write_bytes(
                b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"Workbook\0" * 9
            )
        month = quick_months.consolidate(folder, "2011-03", "FIL04", "FIL05", "ORG06", "ITM14", "DDL03")
        findings.append(month.findings[month.findings["organisation"] == "S1"].reset_index(drop=True))
    pd.testing.assert_frame_equal(*findings)


def test_a_nil_return_is_one_answer(tmp_path):
    folder = books.workspace(tmp_path / "w")
    books.write(folder / "inbox" / "2011-03" / "一小.xlsx", {"nil_return": "是"}, [], [], opinions=[], records=[])
    month = quick_months.consolidate(folder, "2011-03", all_rules=True)
    assert month.submissions["state"].tolist() == ["nil"]
    assert set(month.findings["severity"]) <= {"notice"}


def test_what_was_sent_comes_back_prefilled_next_month(tmp_path):
    folder = books.workspace(tmp_path / "w")
    books.write(
        folder / "inbox" / "2011-03" / "一小.xlsx", members=books.changed(books.MEMBERS, 1, birth_month="82.11")
    )
    quick_months.consolidate(folder, "2011-03")
    made = pledgebatch.make_templates(folder, "2011-04", workers=0)
    file = made.loc[made["organisation"] == "S1", "file"].iloc[0]
    (folder / "inbox" / "2011-04").mkdir()
    shutil.copy(folder / "input_templates" / "2011-04" / file, folder / "inbox" / "2011-04" / file)
    month = quick_months.consolidate(folder, "2011-04", all_rules=True)
    assert month.tables["members"]["birth_month_raw"].tolist() == ["1970-05", "1982-11", "1940-02"]
    assert month.tables["items"]["text"].tolist() == [row["text"] for row in books.ITEMS]
    assert set(month.findings["severity"]) <= {"notice", "warning"}


def test_where_nobody_must_report_there_is_nothing_to_send_out(tmp_path):
    place = books.workspace(tmp_path / "w", books.REGISTRY.assign(reports="否"))
    with pytest.raises(pledgebatch.OfficeMistake, match="2011-03 没有要报送的党组织.*“是否报送”填“是”"):
        pledgebatch.make_templates(place, "2011-03", workers=0)
    assert not (place / "input_templates").exists()


def test_parquet_and_csv_say_the_same(made):
    place, month = made
    output = place / "output" / "2011-03"
    pd.testing.assert_frame_equal(pd.read_parquet(output / "data" / "findings.parquet"), month.findings)
    told = pd.read_csv(output / "findings.csv", dtype=str, keep_default_na=False, encoding="utf-8-sig")
    chinese = pd.read_csv(output / "问题清单.csv", dtype=str, keep_default_na=False, encoding="utf-8-sig")
    assert chinese["问题和改法"].tolist() == told["message"].tolist()
    assert set(chinese["程度"]) <= {"错误", "警告", "提示"}
    assert {"云溪一小党支部", "云溪二小党支部"} <= set(chinese["党组织名称"])
    assert told["message"].tolist() == as_agreed(month.findings)["message"].tolist()
    assert list(told) == [
        "organisation",
        "file",
        "sheet",
        "row",
        "field",
        "cell",
        "rule",
        "clause",
        "severity",
        "value",
        "message",
    ]
