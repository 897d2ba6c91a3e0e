"""A month with and without each kind of decision: they differ in what it is about, and in nothing else."""

import hashlib
import os
import shutil

import openpyxl
import pandas as pd
import pytest

import pledgebatch
from pledgebatch.notice.periods import Period
from pledgebatch.pipeline.letters import write_letters
from pledgebatch.pipeline.office import Rebuild
from pledgebatch.pipeline.workspace import Workspace
from tests import books, quick_months
from tests.decided import decide, take_away, type_cell

MONTH = "2011-03"
S2 = {"unit_code": "S2", "org_name": "云溪二小党支部", "unit_name": "云溪二小", "relation": "指导"}
S2_MEMBERS = [
    row | {"branch": "云溪二小党支部", "birth_month": f"19{60 + n}-01"} for n, row in enumerate(books.MEMBERS)
]
WRONG = books.changed(books.MEMBERS, 1, birth_month="82年")
TYPO = {"栏目": "出生年月", "原来填的": "82年", "改为": "1982-11"}


@pytest.fixture(scope="module", autouse=True)
def _few_rules():
    """Those that speak of the cells and files that are decided here."""
    with quick_months.asking("FIL02", "FIL03", "FIL04", "FIL05", "MEM02", "MEM03", "ORG06", "DDL03"):
        yield


@pytest.fixture(scope="module")
def sent(tmp_path_factory):
    """The workbooks of two schools, both late, one with a cell that nobody can read and without a telephone."""
    folder = books.workspace(tmp_path_factory.mktemp("sent") / "w")
    inbox = folder / "inbox" / MONTH
    (folder / "pledgebatch.toml").write_text("[parameters]\nlate_after_day = 3\n", "utf-8")
    books.write(inbox / "一小.xlsx", {"phone": ""}, members=WRONG)
    books.write(inbox / "二小.xlsx", S2, S2_MEMBERS)
    for name in ("一小.xlsx", "二小.xlsx"):
        os.utime(inbox / name, (1_302_000_000, 1_302_000_000))  # 2011-04-05
    return folder


@pytest.fixture(scope="module")
def march(sent, tmp_path_factory):
    """Their month, before anything is decided."""
    folder = shutil.copytree(sent, tmp_path_factory.mktemp("march") / "w")
    publish(folder)
    return folder


@pytest.fixture
def place(sent, tmp_path):
    return shutil.copytree(sent, tmp_path / "w")


def publish(place, period=MONTH, **more):
    return pledgebatch.consolidate(place, period, workers=0, **more)


def judge(place, period=MONTH, **more):
    """The month, without what people open."""
    with quick_months.writing_only_data():
        return publish(place, period, **more)


def differing(place, before):
    """The files of the month that are not as they were, but for those that name what it was made from."""
    now = books.digests(place / "output" / MONTH)
    return {
        name
        for name in now.keys() | before.keys()
        if now.get(name) != before.get(name) and name not in ("manifest.json", "data/digests.json")
    }


def of_folder(names, *folders):
    return {name for name in names if name.startswith(tuple(f"organisations/{each}_" for each in folders))}


def ledger(place, period=MONTH):
    return openpyxl.load_workbook(place / "output" / period / f"汇总台账_{period}.xlsx")


def texts(sheet):
    return [[cell for cell in row if cell is not None] for row in sheet.iter_rows(values_only=True)]


def report(place, code, period=MONTH):
    (path,) = (place / "output" / period).glob(f"organisations/{code}_*/合规报告.html")
    return path.read_text("utf-8")


def notes(path, sheet):
    return {
        cell.coordinate: cell.comment.text
        for row in openpyxl.load_workbook(path)[sheet]
        for cell in row
        if cell.comment
    }


@pytest.fixture
def before(place, march):
    """The month stands in ``place``."""
    shutil.copytree(march, place, dirs_exist_ok=True)
    return books.digests(place / "output" / MONTH)


def test_a_book_in_which_nothing_is_decided_changes_no_byte_but_the_manifest_s_line(place, before):
    for name, said in (("说明审定", {}), ("转移确认", {"处理": ""}), ("更正单", {"月份起": "2011-05"})):
        decide(place, name, said)
    publish(place)
    assert differing(place, before) == set()


@pytest.fixture(scope="module")
def decided(march, tmp_path_factory):
    """The same month with a correction of a cell and one of the form, an extension and a word to the first school; what is
    said of the second is about another text than stands there, or about other months."""
    place = shutil.copytree(march, tmp_path_factory.mktemp("decided") / "w")
    count = {"工作表": "组织承诺", "编号": "", "栏目": "党员人数", "原来填的": "3", "改为": "4"}
    elsewhere = TYPO | {"组织编码": "S2", "原来填的": "82年5月"}
    decide(place, "更正单", TYPO, count, elsewhere)
    decide(place, "报送延期", {"延至": "2011-04-05"}, {"组织编码": "S2", "月份": "2011-02", "延至": "2011-05-01"})
    decide(place, "经办意见", {"意见": "=雨棚一事\n<b>请附照片"}, {"月份": "2011-04", "意见": "四月的"})
    return place, publish(place)


def of_first(place, name):
    """A file of the first school's folder."""
    (path,) = (place / "output" / MONTH).glob(f"organisations/S1_*/{name}")
    return path


def test_decisions_about_one_school_change_nothing_of_another_and_taken_away_leave_nothing(march, decided, tmp_path):
    before = books.digests(march / "output" / MONTH)
    changed = differing(decided[0], before)
    assert of_folder(changed, "S1")
    assert not of_folder(changed, "S2")
    place = shutil.copytree(decided[0], tmp_path / "w")
    for name, count in (("更正单", 3), ("报送延期", 2), ("经办意见", 2)):
        for _ in range(count):
            take_away(place, name, 2)
    publish(place)
    assert differing(place, before) == set()


def test_a_correction_is_seen_wherever_the_cell_is(march, decided):
    place, month = decided
    (member,) = month.tables["members"].query("name == '王芳' and organisation == 'S1'").to_dict("records")
    assert (member["birth_month"], member["birth_month_raw"]) == (1982 * 12 + 10, "1982-11")
    before = pd.read_parquet(march / "output" / MONTH / "data" / "findings.parquet")
    for findings, there in ((before, True), (month.findings, False)):
        assert ((findings["organisation"] == "S1") & (findings["rule"] == "MEM03")).any() == there
    book = ledger(place)
    assert "1982-11（已更正，原填“82年”）" in [cell for row in texts(book["党员台账"]) for cell in row]
    (line,) = [row for row in texts(book["办理记录"]) if "更正单" in row and "出生年月" in row and "S1" in row]
    assert line[2:] == ["更正单", MONTH, "党员承诺", "2", "出生年月", "82年", "1982-11", "电话核实", "周敏"]
    assert "原来填的是“82年”，更正为“1982-11”" in report(place, "S1")
    assert "办公室更正" not in report(place, "S2")


def test_a_corrected_cell_is_noted_in_the_return_and_the_next_workbook_and_read_back_as_corrected(decided, tmp_path):
    place = shutil.copytree(decided[0], tmp_path / "w")
    inbox = place / "inbox" / MONTH
    pledgebatch.make_templates(place, "2011-04", workers=0)
    (following,) = (place / "input_templates" / "2011-04").glob("云溪一小*.xlsx")
    for path in (of_first(place, "退回修改.xlsx"), following):
        assert "【办公室更正】原来填的是“82年”，理由：电话核实" in notes(path, "党员承诺").values()
        assert any(note.startswith("【办公室更正】原来填的是“3”") for note in notes(path, "组织承诺").values())
    (inbox.parent / "2011-04").mkdir()
    (inbox.parent / "2011-04" / "一小.xlsx").write_bytes(following.read_bytes())
    take_away(place, "更正单", 4)  # what is said of the second school's cell is not true: that is told elsewhere
    month = judge(place, "2011-04")
    (member,) = month.tables["members"].query("name == '王芳'").to_dict("records")
    assert member["birth_month_raw"] == "1982-11"
    assert pd.isna(member["originals"])
    assert month.remarks.empty  # the branch took it up: nothing is to be told
    assert not month.tables["extras"]["value"].str.contains("办公室更正").any()


def test_a_correction_whose_cell_says_something_else_is_told_and_changes_nothing(decided):
    _, month = decided
    (told,) = month.remarks.to_dict("records")
    assert (told["file"], told["sheet"], told["row"], told["cell"]) == ("decisions.xlsx", "更正单", 4, "F4")
    assert "不再是“原来填的”，现在是“1961-01”" in told["message"]
    members = month.tables["members"]
    assert members.loc[members["organisation"] == "S2", "originals"].isna().all()


def test_an_extension_is_for_one_organisation_and_month_alone(march, decided):
    coverage = pd.read_parquet(march / "output" / MONTH / "data" / "coverage.parquet")
    assert coverage.set_index("organisation")["state"].to_dict() == {"S1": "late", "S2": "late"}
    states = decided[1].coverage.set_index("organisation")["state"].to_dict()
    assert states["S2"] == "late"
    assert states["S1"] != "late"


def test_a_word_to_a_branch_is_in_its_report_its_return_and_its_letter(decided):
    place, month = decided
    assert "&lt;b&gt;请附照片" in report(place, "S1")
    assert "四月的" not in report(place, "S1")
    guide = texts(openpyxl.load_workbook(of_first(place, "退回修改.xlsx"))["填表说明"])
    assert ["办公室的意见"] in guide
    assert ["=雨棚一事\n<b>请附照片"] in guide
    registry = month.registry.assign(email="xx@example.cn", email_raw="xx@example.cn")
    letters, _ = write_letters(Workspace(place), Period(2011, 3), registry, ["organisations"], [])
    bodies = {letter.organisation: letter.body for letter in letters}
    assert "办公室的意见：\n=雨棚一事\n<b>请附照片\n" in bodies["S1"]
    assert "办公室的意见" not in bodies["S2"]


@pytest.mark.usefixtures("before")
def test_a_correction_holds_over_what_a_nil_return_carries_on(place):
    april = place / "inbox" / "2011-04"
    books.write(
        april / "一小.xlsx", {"period": "2011-04", "nil_return": "是"}, [], [], "2011-04", opinions=[], records=[]
    )
    decide(place, "更正单", TYPO | {"月份起": "2011-04"})
    month = judge(place, "2011-04")
    (member,) = month.tables["members"].query("name == '王芳' and organisation == 'S1'").to_dict("records")
    assert member["birth_month_raw"] == "1982-11"
    assert month.remarks.empty


def test_a_correction_of_no_change_this_month_counts(place):
    books.write(place / "inbox" / MONTH / "一小.xlsx", {"nil_return": "是"}, [], [], opinions=[], records=[])
    decide(place, "更正单", {"工作表": "组织承诺", "编号": "", "栏目": "本月无变化", "原来填的": "是", "改为": "否"})
    month = judge(place)
    assert month.submissions.set_index("organisation").at["S1", "state"] != "nil"


@pytest.mark.usefixtures("before")
def test_decisions_are_today_s_when_a_month_is_made_again(place):
    decide(place, "更正单", TYPO)
    month = judge(place, again=Rebuild.ARCHIVED)
    assert month.tables["members"]["originals"].notna().sum() == 1
    type_cell(place, "更正单", "A2", "S9")
    month = judge(place, again=Rebuild.ARCHIVED)
    assert month.remarks["file"].tolist() == ["decisions.xlsx"]


@pytest.fixture
def copies(place):
    """Of S1 a good copy, and a later one with an error; besides a strange file, one of last month, and a PDF."""
    inbox = place / "inbox" / MONTH
    for name, head in (("甲/一小.xlsx", {}), ("乙/一小.xlsx", {"phone": ""})):
        books.write(inbox / name, head)
        at = 1_302_000_000 + 500 * name.startswith("乙")
        os.utime(inbox / name, (at, at))
    (inbox / "一小.xlsx").unlink()
    books.write(inbox / "别处.xlsx", {"unit_code": "S7", "org_name": "七小"})
    books.write(inbox / "二小.xlsx", S2 | {"period": "2011-02"}, S2_MEMBERS)
    (inbox / "云溪二小党支部.pdf").write_bytes(b"%PDF-1.4")
    return place


def states(month):
    return dict(zip(month.submissions["file"], month.submissions["state"], strict=True))


def test_the_copy_that_the_office_takes_counts_and_nothing_is_asked(copies):
    assert states(judge(copies))["甲/一小.xlsx"] == "superseded"
    before = books.digests(copies / "output" / MONTH)
    decide(copies, "文件处理", {"文件": "甲/一小.xlsx"})
    month = judge(copies)
    assert (states(month)["甲/一小.xlsx"], states(month)["乙/一小.xlsx"]) == ("accepted", "superseded")
    reasons = dict(zip(month.submissions["file"], month.submissions["reason"], strict=True))
    assert reasons["乙/一小.xlsx"] == "办公室决定采用“甲/一小.xlsx”"
    assert "FIL02" not in set(month.findings["rule"])
    assert month.remarks.empty
    take_away(copies, "文件处理", 2)
    judge(copies)
    assert differing(copies, before) == set()


def test_whose_a_file_is_and_that_one_does_not_count_is_decided(copies):
    decide(
        copies,
        "文件处理",
        {"文件": "别处.xlsx", "归属组织": "S2"},
        {"文件": "云溪二小党支部.pdf", "处理": "不采用"},
        {"文件": "乙\\一小.xlsx", "处理": "不采用"},
    )
    month = judge(copies)
    assert month.remarks.empty
    assert states(month)["云溪二小党支部.pdf"] == "superseded"
    assert states(month)["乙/一小.xlsx"] == "superseded"
    assert month.coverage.set_index("organisation")["file"].to_dict() == {"S1": "甲/一小.xlsx", "S2": "别处.xlsx"}
    assert not {"FIL02", "FIL05"} & set(month.findings["rule"])


def test_a_file_is_named_by_its_bytes_and_one_of_another_month_may_be_taken(copies):
    sha256 = hashlib.sha256((copies / "inbox" / MONTH / "二小.xlsx").read_bytes()).hexdigest().upper()
    decide(copies, "文件处理", {"文件": sha256})
    month = judge(copies)
    assert states(month)["二小.xlsx"] == "returned"  # it says another month, which is to be mended
    assert month.remarks.empty


def test_what_a_line_about_files_names_wrongly_is_told(copies):
    decide(
        copies,
        "文件处理",
        {"文件": "一小.xlsx"},
        {"文件": "三小.xlsx"},
        {"文件": "云溪二小党支部.pdf"},
        {"文件": "别处.xlsx"},
        {"文件": "甲/一小.xlsx"},
        {"文件": "乙/一小.xlsx"},
    )
    told = judge(copies).remarks
    assert set(told["sheet"]) == {"文件处理"}
    said = dict(zip(told["row"], told["message"], strict=True))
    assert "叫这个名字的有 2 份" in said[2]
    assert "没有收到这份文件" in said[3]
    assert "读不出来，不能采用" in said[4]
    assert "请在“归属组织”填组织编码" in said[5]
    assert "只能采用一份" in said[6]
    assert len(said) == 5


def of_superior(place):
    """All that the workbooks of the superior of everybody say."""
    (folder,) = (place / "output" / MONTH).glob("supervisors/P0_*")
    books_ = [openpyxl.load_workbook(path) for path in folder.glob("*.xlsx")]
    return {cell for book in books_ for sheet in book for row in texts(sheet) for cell in map(str, row)}


NAMES = {"栏目": "姓名", "原来填的": "王方", "改为": "王芳", "理由": "王方是笔误"}


def test_superiors_see_every_correction_of_their_own_as_far_as_they_see_its_field(place):
    books.write(place / "inbox" / MONTH / "一小.xlsx", members=books.changed(WRONG, 1, name="王方"))
    decide(place, "更正单", TYPO, NAMES, {"编号": "1", "原来填的": "校长", "改为": "书记", "理由": "李明兼"})
    publish(place)
    seen = of_superior(place)
    assert {
        "王芳（已更正，原填“王方”）",
        "1982-11（已更正，原填“82年”）",
        "书记（已更正，原填“校长”）",
        "王方是笔误",
    } <= seen
    (place / "pledgebatch.toml").write_text(
        '[protection]\ndirect_mask = ["name"]\ndirect_leave_out = ["birth_month"]\n', "utf-8"
    )
    publish(place)
    seen = of_superior(place)
    assert not [cell for cell in seen for word in ("王方", "王芳", "82年", "1982-11", "李明") if word in cell]
    assert "书记（已更正，原填“校长”）" in seen
    assert "王＊（已更正，原填“王＊”）" in seen


def test_what_concerns_nobody_in_particular_reaches_the_superior_of_everybody_too(place):
    waiver = {"rule": "FIL04", "category": "民营医院", "until": "2011-06-30", "reason": "换系统", "approved_by": "周敏"}
    books.write_registry(place / "registry.xlsx", books.REGISTRY, pd.DataFrame([waiver]))
    publish(place)
    (own,) = (place / "output" / MONTH).glob("supervisors/P0_*/台账_*.xlsx")
    assert "豁免清单" in [cell for row in texts(openpyxl.load_workbook(own)["办理记录"]) for cell in row]
