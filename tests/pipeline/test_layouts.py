"""layouts.xlsx from month to month: what was guessed is listed, what the office says of it holds."""

import shutil

import openpyxl
import pandas as pd
import pytest

import pledgebatch
from tests import books, quick_months
from tests.intake.layouts.tabs import FORM, PLEDGES, ROSTER, workbook

HEADERS = ["组织编码", "工作表", "单元格", "原表头", "读作工作表", "读作栏目", "依据", "把握", "处理", "经办人"]
UNKNOWN = "本人主张"


def sent(folder, period="2011-03", headers=None, form=FORM, file="一小.xlsx"):
    roster = [[(headers or {}).get(cell, cell) for cell in ROSTER[0]], *ROSTER[1:]]
    form = [[label, period if label == "填报月份" else answer] for label, answer in form]
    path = folder / "inbox" / period / file
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(workbook(组织承诺=form, 党员承诺=roster, 承诺事项=PLEDGES))
    return path


def lines(folder):
    rows = list(openpyxl.load_workbook(folder / "layouts.xlsx")["表式"].iter_rows(values_only=True))
    assert list(rows[0]) == HEADERS
    return [dict(zip(HEADERS, row, strict=True)) for row in rows[1:]]


def say(folder, header, **said):
    book = openpyxl.load_workbook(folder / "layouts.xlsx")
    sheet = book["表式"]
    (row,) = [cell.row for cell in sheet["D"] if cell.value == header]
    for column, text in said.items():
        sheet.cell(row, HEADERS.index(column) + 1, text)
    book.save(folder / "layouts.xlsx")


@pytest.fixture
def place(tmp_path):
    return books.workspace(tmp_path / "w")


@pytest.fixture(scope="module")
def as_issued(tmp_path_factory):
    """March, for which a workbook of ours came in."""
    place = books.workspace(tmp_path_factory.mktemp("issued") / "w")
    books.write(place / "inbox" / "2011-03" / "一小.xlsx")
    quick_months.consolidate(place, "2011-03")
    return place


@pytest.fixture
def march(as_issued, tmp_path):
    return shutil.copytree(as_issued, tmp_path / "march")


def names(month):
    return sorted(month.tables["members"]["name"].dropna())


def test_a_guess_is_listed_in_the_book_the_ledger_the_page_and_the_report(place):
    sent(place, headers={"职务或职业": "现任职务"})
    month = pledgebatch.consolidate(place, "2011-03", workers=0)
    (line,) = [each for each in lines(place) if each["原表头"] == "现任职务"]
    assert (line["组织编码"], line["工作表"], line["单元格"]) == ("S1", "党员承诺", "F1")
    assert (line["读作工作表"], line["读作栏目"], line["把握"], line["处理"]) == (
        "党员承诺",
        "职务或职业",
        "明确",
        None,
    )
    assert "现任职务" in line["依据"]
    output = place / "output" / "2011-03"
    assert "现任职务" in (output / "index.html").read_text("utf-8")
    (report,) = output.glob("organisations/S1_*/合规报告.html")
    assert "现任职务" in report.read_text("utf-8")
    assert month.changes.loc[month.changes["found"] == "现任职务", "basis"].notna().all()


def test_a_column_held_back_is_read_once_the_office_says_what_it_is(place):
    headers = {"民族": "学历", "职务或职业": UNKNOWN}
    sent(place, headers=headers)
    month = quick_months.consolidate(place, "2011-03")
    assert month.tables["members"]["education"].isna().all()
    held = [each for each in lines(place) if each["原表头"] == "学历"]
    assert [(each["读作栏目"], each["把握"]) for each in held] == [(None, None)]
    say(place, "学历", 读作栏目="民族", 经办人="周敏")
    month = quick_months.consolidate(place, "2011-03")
    assert sorted(month.tables["members"]["ethnicity"]) == ["回族", "汉族", "汉族"]
    (line,) = [each for each in lines(place) if each["原表头"] == "学历"]
    assert (line["读作栏目"], line["经办人"]) == ("民族", "周敏")


def test_what_is_confirmed_is_used_next_month_without_asking_and_what_is_refused_never_again(place):
    headers = {"职务或职业": "岗位", "民族": "人员类别"}
    sent(place, headers=headers | {"职务或职业": "现任职务"})
    quick_months.consolidate(place, "2011-03")
    say(place, "现任职务", 处理="不采用")
    sent(place, "2011-04", headers={"职务或职业": "现任职务"})
    month = quick_months.consolidate(place, "2011-04")
    assert month.tables["members"]["post"].isna().all()
    assert [each["处理"] for each in lines(place) if each["原表头"] == "现任职务"] == ["不采用"]
    say(place, "现任职务", 处理="确认")
    month = quick_months.consolidate(place, "2011-04")
    assert sorted(month.tables["members"]["post"]) == ["数学教师", "无", "校长"]
    (basis,) = month.changes.loc[month.changes["found"] == "现任职务", "basis"]
    assert basis == "经办人已确认"


def test_a_column_under_a_word_that_nobody_knows_is_known_by_last_month_s_values(march):
    sent(march, "2011-04", headers={"姓名": UNKNOWN})
    month = quick_months.consolidate(march, "2011-04")
    assert names(month) == ["李明", "王芳", "赵强"]
    (line,) = [each for each in lines(march) if each["原表头"] == UNKNOWN]
    assert (line["读作栏目"], line["把握"]) == ("姓名", "待确认")
    assert "上月" in line["依据"]


def test_what_the_office_typed_wrongly_is_told_to_it_and_decides_nothing(place):
    sent(place, headers={"职务或职业": "现任职务"})
    quick_months.consolidate(place, "2011-03")
    say(place, "现任职务", 读作栏目="没有这一栏", 处理="确认")
    month = quick_months.consolidate(place, "2011-03")
    (message,) = month.remarks.loc[month.remarks["file"] == "layouts.xlsx", "message"]
    assert "没有这一栏" in message
    assert month.tables["members"]["post"].notna().all()


def test_a_workbook_without_a_code_is_whose_it_says_with_the_true_reason(tmp_path):
    third = ("S3", "云溪三小党支部", "党支部", "云溪三小", "公办学校", "直属", "P0", "是")
    place = books.workspace(
        tmp_path / "w", pd.DataFrame([*books.REGISTRY.values, third], columns=books.REGISTRY.columns)
    )
    others = [("党员人数", 3), ("填报月份", ""), ("联系电话", "")]
    sent(place, form=[("党组织名称", "云溪一小党支部"), *others], file="表.xlsx")
    sent(place, form=[("党组织负责人", "李明"), *others], file="云溪二小三月.xlsx")
    sent(place, form=[("党组织负责人", "李明"), *others], file="云溪三小/三月.xlsx")
    told = quick_months.consolidate(place, "2011-03").submissions.set_index("organisation")
    assert told["file"].to_dict() == {"S1": "表.xlsx", "S2": "云溪二小三月.xlsx", "S3": "云溪三小/三月.xlsx"}
    for code, reason in (("S1", "党组织名称"), ("S2", "文件名"), ("S3", "文件夹")):
        assert reason in told.loc[code, "reason"]


def test_a_roster_that_came_back_blank_does_not_empty_next_month_s_workbook(march):
    books.write(march / "inbox" / "2011-04" / "一小.xlsx", {"period": "2011-04"}, members=[], period="2011-04")
    month = quick_months.consolidate(march, "2011-04")
    assert set(month.tables["last_known"]["sheet"]) == {"members"}
    assert len(month.tables["last_known"]["nth"].unique()) == 3


def test_no_book_is_made_where_nothing_was_guessed(as_issued):
    assert not (as_issued / "layouts.xlsx").exists()


def form_with(**new):
    return [(new.get(label, label), answer) for label, answer in FORM]


def head(month):
    return [None if text != text else text for text in month.tables["organisations"]["head"]]


def test_what_the_office_refuses_of_the_form_is_not_read_again_and_stays_beside_it(place):
    for number, period in enumerate(("2011-03", "2011-04")):
        sent(place, period, form=form_with(党组织负责人="支部书记"))
        month = quick_months.consolidate(place, period)
        assert head(month) == [["李明"], [None]][number]
        say(place, "支部书记", 处理="不采用", 经办人="周敏")
    extras = month.tables["extras"]
    assert extras.loc[extras["header"] == "支部书记", "value"].tolist() == ["李明"]
    (line,) = [each for each in lines(place) if each["原表头"] == "支部书记"]
    assert (line["读作工作表"], line["读作栏目"], line["处理"]) == ("组织承诺", "党组织负责人", "不采用")


def test_what_the_office_confirms_of_the_form_is_read_without_asking(place):
    sent(place, form=form_with(党组织负责人="支部书记"))
    quick_months.consolidate(place, "2011-03")
    say(place, "支部书记", 处理="确认")
    month = quick_months.consolidate(place, "2011-03")
    assert head(month) == ["李明"]
    assert month.changes.loc[month.changes["found"] == "支部书记", "basis"].tolist() == ["经办人已确认"]


def test_a_label_of_the_form_that_two_answers_stand_beside_is_read_once_the_office_says_which(place):
    form = [*form_with(党组织负责人="支部书记"), ("党支部书记", "王芳")]
    sent(place, form=form)
    month = quick_months.consolidate(place, "2011-03")
    assert head(month) == [None]
    held = {each["原表头"]: each["读作栏目"] for each in lines(place) if each["读作工作表"] == "组织承诺"}
    assert held == {"支部书记": None, "党支部书记": None}
    say(place, "党支部书记", 读作栏目="党组织负责人", 经办人="周敏")
    month = quick_months.consolidate(place, "2011-03")
    assert head(month) == ["王芳"]


def test_a_line_that_the_office_adds_for_a_label_that_nobody_knows_is_applied(place):
    sent(place, form=form_with(党组织负责人=UNKNOWN, 联系电话="支部书记"))
    month = quick_months.consolidate(place, "2011-03")
    say(place, "支部书记", 处理="不采用")
    book = openpyxl.load_workbook(place / "layouts.xlsx")
    book["表式"].append(["S1", "组织承诺", "A5", UNKNOWN, "组织承诺", "党组织负责人", None, None, "确认", "周敏"])
    book.save(place / "layouts.xlsx")
    month = quick_months.consolidate(place, "2011-03")
    assert head(month) == ["李明"]
