"""Whose a workbook is, which of several counts, and what the others said."""

import os

import pandas as pd

from pledgebatch.intake import differences
from pledgebatch.intake.identity import identify_submissions
from pledgebatch.intake.registry import read_registry
from pledgebatch.notice.parameters import Parameters
from pledgebatch.notice.periods import Period
from pledgebatch.pipeline.check import check_month
from tests import books
from tests.intake.files import edited, locked, right, take_in, with_part

REGISTRY = books.REGISTRY.assign(organisation=books.REGISTRY["unit_code"])
MARCH = Period(2011, 3)


def told(folder, sent, passwords=()):
    """State and reason of each file; ``sent`` gives the files in the order of receipt."""
    inbox = folder / "in"
    inbox.mkdir()
    for second, (name, data) in enumerate(sent.items()):
        (inbox / name).write_bytes(data)
        os.utime(inbox / name, (1_300_000_000 + second, 1_300_000_000 + second))
    batch = take_in(folder, passwords)
    files = identify_submissions(batch, REGISTRY, MARCH).set_index("file")
    return {file: (row["state"], row["reason"]) for file, row in files.iterrows()}


def mended(book):
    book["承诺事项"]["G4"].value = "列入校历"
    book["承诺事项"].delete_rows(12)
    book["组织承诺"]["B16"].value = "0519-85501236"


def borrowed():
    def edit(book):
        for row in book["_pledgebatch"].iter_rows(max_col=2):
            if row[0].value == "code":
                row[1].value = "S2"

    return edited(edit)


def test_a_superseded_workbook_is_listed_with_what_changed(tmp_path):
    said = told(tmp_path, {"二.xlsx": right(), "一.xlsx": edited(mended)})
    assert said["一.xlsx"] == ("accepted", None) or pd.isna(said["一.xlsx"][1])
    state, reason = said["二.xlsx"]
    assert state == "superseded"
    assert reason.startswith("以后报的“一.xlsx”为准，后者与之相比：《组织承诺》改了“")
    assert reason.endswith("《承诺事项》改 1 行、减 1 行")


def test_of_many_superseded_each_is_compared_with_the_one_that_counts(tmp_path, monkeypatch):
    monkeypatch.setattr(differences, "TOGETHER", 2)
    alike = {f"{number}.xlsx": right() + bytes(number) for number in range(1, 4)}
    said = told(tmp_path, alike | {"一.xlsx": right() + bytes(9), "改.xlsx": edited(mended)})
    assert [said[f"{number}.xlsx"][0] for number in range(1, 4)] == ["superseded"] * 3
    reasons = {said[file][1] for file in (*alike, "一.xlsx")}
    assert len(reasons) == 1
    assert "《承诺事项》改 1 行" in reasons.pop()


def test_the_same_bytes_twice_are_one_submission(tmp_path):
    said = told(tmp_path, {"一.xlsx": right(), "二.xlsx": right()})
    assert said["一.xlsx"] == ("superseded", "与“二.xlsx”内容完全相同")


def test_a_workbook_made_for_another_never_takes_the_place_of_the_own_one(tmp_path):
    said = told(tmp_path, {"一.xlsx": right(), "借用.xlsx": borrowed()})
    assert said["一.xlsx"][0] == "accepted"
    state, reason = said["借用.xlsx"]
    assert state == "superseded"
    assert reason.startswith(
        "工作簿是为 S2（云溪二小党支部）制发的，却填了 S1（云溪一小党支部）的编码；以“一.xlsx”为准"
    )


def test_a_workbook_made_for_another_names_both_organisations(tmp_path):
    batch = take_in(tmp_path, **{"借用__xlsx": borrowed()})
    registry, _ = read_registry(books.workspace(tmp_path / "w") / "registry.xlsx")
    findings = check_month(batch, registry, MARCH, Parameters()).findings
    said = findings.loc[findings["rule"] == "ORG01", "message"].tolist()
    assert said == [
        "工作簿是为 S2（云溪二小党支部）制发的，填的却是 S1（云溪一小党支部），请核对是否借用了别的单位的工作簿"
    ]


def test_a_password_of_the_settings_opens_a_workbook(tmp_path):
    sent = {"一.xlsx": locked("对了123")}
    assert told(tmp_path, sent, ("错了", "对了123"))["一.xlsx"][0] == "accepted"


def test_a_wrong_password_is_said(tmp_path):
    state, reason = told(tmp_path, {"S1.xlsx": locked("x")}, ("y",))["S1.xlsx"]
    assert state == "unreadable"
    assert "所给的密码都打不开" in reason


def test_a_workbook_protected_by_excels_own_password_asks_nobody(tmp_path):
    assert told(tmp_path, {"一.xlsx": locked("VelvetSweatshop")})["一.xlsx"][0] == "accepted"


def test_a_damaged_hidden_sheet_is_no_crash(tmp_path):
    data = with_part("xl/worksheets/sheet10.xml", lambda text: text.replace(b't="s"', b""))
    assert told(tmp_path, {"一.xlsx": data})["一.xlsx"][0] in ("accepted", "unreadable")


def whose(folder, sent, **registered):
    """Whose each file is, with some columns of the registry as given."""
    (folder / "in").mkdir(parents=True)
    for name, data in sent.items():
        (folder / "in" / name).write_bytes(data)
    files = identify_submissions(take_in(folder), REGISTRY.assign(**registered), MARCH)
    return dict(zip(files["file"], files["organisation"].fillna(""), strict=True))


def test_a_file_that_cannot_be_read_is_known_by_its_unit_too(tmp_path):
    names = {"云溪二小.pdf": "S2", "S1 云溪二小.pdf": "S1", "云溪区教育局.pdf": ""}
    assert whose(tmp_path, dict.fromkeys(names, b"%PDF-1.4")) == names


def test_a_name_that_two_organisations_bear_tells_nobody(tmp_path):
    def without_code(book):
        book["组织承诺"]["B4"].value = None
        book["_pledgebatch"]["B1"].value = None

    sent, twice = {"a.xlsx": edited(without_code)}, ["云溪区教育党委", "云溪一小党支部", "云溪一小党支部"]
    assert whose(tmp_path, sent) == {"a.xlsx": "S1"}
    assert whose(tmp_path / "w", sent, org_name=twice) == {"a.xlsx": ""}
