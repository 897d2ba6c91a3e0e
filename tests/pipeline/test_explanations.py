"""说明 on its way: asked in the return, answered by the branch, decided by the office, and not asked again."""

import shutil
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace

import openpyxl
import pandas as pd
import pytest

import pledgebatch
from pledgebatch.schema.sheets import EXPLANATIONS
from tests import books, quick_months

MARCH, APRIL = "2011-03", "2011-04"
NAME = "云溪一小党支部_承诺台账_201103.xlsx"
SECOND = {"unit_code": "S2", "org_name": "云溪二小党支部", "unit_name": "云溪二小", "relation": "指导"}
SECOND_NAME = "云溪二小党支部_承诺台账_201103.xlsx"
LATE = books.changed(books.changed(books.ITEMS, 0, publicity_date="2011-03-22"), 1, publicity_date="2011-03-23")
"""Two items of the organisation's that were made public after 15 March: a fact that nobody can mend."""
HEADERS = [field.header for field in EXPLANATIONS.fields]
PRIVATE = ("王芳1982-11出生，证件已核", "公示日王芳请假", "公示日停电")
"""What the second branch says of the member who joined too young, and of its items."""
HOSTILE = '=HYPERLINK("http://a.example","点")<script>alert(1)</script>\u202e已报上级'


@pytest.fixture(scope="module", autouse=True)
def _few_rules() -> Iterator[None]:
    """The one that is explained, and one about a private field."""
    with quick_months.asking("DDL02", "MEM07"):
        yield


@pytest.fixture(scope="module")
def march(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, pledgebatch.Month]:
    """March, in which the branches are asked, before they answer; the second of what its superior does not see."""
    place = books.workspace(tmp_path_factory.mktemp("asked") / "w")
    books.write(place / "inbox" / MARCH / NAME, items=LATE)
    young = books.changed(books.MEMBERS, 1, joined_month="1999-01")
    books.write(place / "inbox" / MARCH / SECOND_NAME, SECOND, members=young, items=LATE)
    (place / "pledgebatch.toml").write_text(
        '[protection]\ndirect_leave_out = ["birth_month", "joined_month"]\ndirect_mask = ["name"]\n', "utf-8"
    )
    return place, consolidate(place, MARCH)


@pytest.fixture
def place(march: tuple[Path, pledgebatch.Month], tmp_path: Path) -> Path:
    return shutil.copytree(march[0], tmp_path / "w")


def asked(path: Path) -> list[dict[str, str]]:
    """The lines of 说明 in a workbook, by header."""
    rows = openpyxl.load_workbook(path)["说明"].iter_rows(min_row=4, values_only=True)
    return [dict(zip(HEADERS, [text or "" for text in row], strict=False)) for row in rows if any(row)]


def answer(path: Path, target: Path, *words: str, backwards: bool = False) -> None:
    """Send the workbook at ``path`` back, its questions answered in their order, or the other way round."""
    book = openpyxl.load_workbook(path)
    sheet = book["说明"]
    lines = [[cell.value for cell in row] for row in sheet.iter_rows(min_row=4, max_row=3 + len(words))]
    for line, said in zip(lines, words, strict=True):
        line[HEADERS.index("单位说明")] = said
    for row, line in enumerate(reversed(lines) if backwards else lines, 4):
        for column, value in enumerate(line, 1):
            cell = sheet.cell(row, column)
            cell.value = value
            cell.data_type = "s" if value else cell.data_type  # a text, however it begins
    target.parent.mkdir(parents=True, exist_ok=True)
    book.save(target)


def of_branch(place: Path, period: str, name: str, branch: str = "S1_云溪一小党支部") -> Path:
    return place / "output" / period / "organisations" / branch / name


def decide(place: Path, by_number: dict[str, str], **of_others: dict[str, str]) -> None:
    """Decide the lines of 说明审定: those of the first branch by the number of the row, those of others likewise by code."""
    book = openpyxl.load_workbook(place / "decisions.xlsx")
    sheet = book["说明审定"]
    headers = [cell.value for cell in sheet[1]]
    for row in sheet.iter_rows(min_row=2):
        code, number = (str(row[headers.index(header)].value) for header in ("组织编码", "编号"))
        if decision := ({"S1": by_number} | of_others).get(code, {}).get(number):
            row[headers.index("审定")].value, _, row[headers.index("审定意见")].value = decision.partition("：")
    book.save(place / "decisions.xlsx")


def warnings(month: pledgebatch.Month) -> list[tuple[str, str, str]]:
    """Those of the first branch."""
    found = month.findings[(month.findings["rule"] == "DDL02") & (month.findings["organisation"] == "S1")].fillna("")
    return list(found[["number", "waiver", "answer"]].itertuples(index=False, name=None))


def consolidate(place: Path, period: str) -> pledgebatch.Month:
    return pledgebatch.consolidate(place, period, workers=0)


def judge(place: Path, period: str) -> pledgebatch.Month:
    """The month, without what people open."""
    with quick_months.writing_only_data():
        return consolidate(place, period)


@pytest.fixture(scope="module")
def story(march: tuple[Path, pledgebatch.Month], tmp_path_factory: pytest.TempPathFactory) -> SimpleNamespace:
    """Both branches answer what their returns ask, and the office decides: the month after each, and its files when it was
    made once more in between."""
    place = shutil.copytree(march[0], tmp_path_factory.mktemp("story") / "w")
    returned = of_branch(place, MARCH, "退回修改.xlsx")
    lines = asked(returned)
    answer(returned, place / "inbox" / MARCH / NAME, "时间已过", HOSTILE, backwards=True)
    answer(
        of_branch(place, MARCH, "退回修改.xlsx", "S2_云溪二小党支部"), place / "inbox" / MARCH / SECOND_NAME, *PRIVATE
    )
    answered = consolidate(place, MARCH)
    before = books.digests(place / "output")
    consolidate(place, MARCH)
    after = books.digests(place / "output")
    decide(place, {"Z1": "采纳", "Z2": "不采纳：请写明原因"}, S2={"2": "采纳"})
    decided = consolidate(place, MARCH)
    return SimpleNamespace(place=place, asked=lines, answered=answered, before=before, after=after, decided=decided)


def test_a_return_asks_and_a_branch_answers_and_the_office_decides(
    march: tuple[Path, pledgebatch.Month], story: SimpleNamespace
) -> None:
    assert [(each["工作表"], each["编号"], each["栏目"], each["单元格"], each["规则编号"], each["原来填的"]) for each in story.asked] == [
        ("承诺事项", "Z1", "公开日期", "AD4", "DDL02", "2011-03-22"), ("承诺事项", "Z2", "公开日期", "AD5", "DDL02", "2011-03-23"),
    ]  # fmt: skip
    assert march[1].answers.empty

    assert warnings(story.answered) == [("Z1", "", "已说明，待审定"), ("Z2", "", "已说明，待审定")]
    assert story.answered.coverage.set_index("organisation").loc["S1", "warning"] == 2
    changed = {name for name in story.before if story.before[name] != story.after[name]}
    assert {Path(name).name for name in changed} <= {"manifest.json", "digests.json", "SHA256SUMS"}, changed

    assert warnings(story.decided) == [("Z1", "说明已采纳：时间已过", ""), ("Z2", "", "说明不采纳")]
    assert story.decided.coverage.set_index("organisation").loc["S1", "warning"] == 1
    (line,) = asked(of_branch(story.place, MARCH, "退回修改.xlsx"))
    assert line["编号"] == "Z2"
    assert line["审定结果"].startswith("不采纳：请写明原因（原说明：=HYPERLINK(")
    assert line["单位说明"] == ""
    report = of_branch(story.place, MARCH, "合规报告.html").read_text("utf-8")
    assert "说明已采纳" in report
    assert "<script>alert" not in report


def test_what_is_said_of_a_private_field_is_as_private(story: SimpleNamespace) -> None:
    output = story.place / "output" / MARCH
    above = next((output / "supervisors").iterdir())
    sheets = pd.read_excel(above / f"台账_{MARCH}.xlsx", sheet_name=None, header=None, dtype=str, engine="calamine")
    shown = "\n".join("\t".join(map(str, row)) for rows in sheets.values() for row in rows.to_numpy().tolist())
    shown += (above / "一页通.html").read_text("utf-8")
    assert not [word for word in ("1982-11", "1999-01", "王芳", "证件已核") if word in shown]
    own = pd.read_excel(
        output / f"汇总台账_{MARCH}.xlsx", sheet_name="单位说明", header=None, dtype=str, engine="calamine"
    )
    assert PRIVATE[0] in own.to_numpy().ravel().tolist()


def test_next_months_workbook_asks_what_is_open_and_what_was_accepted_no_more(place: Path) -> None:
    answer(of_branch(place, MARCH, "退回修改.xlsx"), place / "inbox" / MARCH / NAME, "时间已过", "活动推迟")
    judge(place, MARCH)
    decide(place, {"Z1": "采纳"})
    judge(place, MARCH)
    pledgebatch.make_templates(place, APRIL, workers=0)
    sent = next((place / "input_templates" / APRIL).glob("云溪一小*.xlsx"))
    (line,) = asked(sent)
    assert (line["编号"], line["单位说明"], line["审定结果"]) == ("Z2", "活动推迟", "已说明（2011-03），待审定")

    (place / "inbox" / APRIL).mkdir()
    shutil.copy(sent, place / "inbox" / APRIL / sent.name)
    month = judge(place, APRIL)
    assert warnings(month) == [("Z1", "说明已采纳：时间已过", ""), ("Z2", "", "已说明，待审定")]
    assert month.answers["said"].tolist() == [MARCH, MARCH]
    lines = pd.read_excel(place / "decisions.xlsx", sheet_name="说明审定", dtype=str, engine="calamine")
    assert lines["编号"].tolist() == ["Z1", "Z2"]


def test_another_value_is_asked_about_again(place: Path) -> None:
    answer(of_branch(place, MARCH, "退回修改.xlsx"), place / "inbox" / MARCH / NAME, "时间已过", "活动推迟")
    judge(place, MARCH)
    decide(place, {"Z1": "采纳", "Z2": "采纳"})
    items = books.changed(LATE, 0, publicity_date="2011-03-25")
    books.write(place / "inbox" / MARCH / NAME, items=items)
    month = judge(place, MARCH)
    assert warnings(month) == [("Z1", "", ""), ("Z2", "说明已采纳：活动推迟", "")]


def test_a_line_about_nothing_known_is_kept_and_listed(place: Path) -> None:
    path = of_branch(place, MARCH, "退回修改.xlsx")
    book = openpyxl.load_workbook(path)
    book["说明"]["B4"].value = "Z99"
    book["说明"]["I4"].value = "说的是别的事"
    book.save(place / "inbox" / MARCH / NAME)
    month = consolidate(place, MARCH)
    assert warnings(month) == [("Z1", "", ""), ("Z2", "", "")]
    assert month.answers[["number", "explanation", "state"]].values.tolist() == [
        ["Z99", "说的是别的事", "没有对应的问题"]
    ]
    ledger = openpyxl.load_workbook(place / "output" / MARCH / f"汇总台账_{MARCH}.xlsx")["单位说明"]
    assert any("说的是别的事" in map(str, row) for row in ledger.iter_rows(values_only=True))


def test_a_book_that_is_open_is_told_and_the_month_is_published(place: Path) -> None:
    answer(of_branch(place, MARCH, "退回修改.xlsx"), place / "inbox" / MARCH / NAME, "时间已过", "活动推迟")
    held = place / "~$decisions.xlsx"
    held.touch()
    month = consolidate(place, MARCH)
    assert warnings(month) == [("Z1", "", "已说明，待审定"), ("Z2", "", "已说明，待审定")]
    page = (place / "output" / MARCH / "index.html").read_text("utf-8")
    assert "1 个党组织说明了 2 处警告和提示" in page
    assert "活动推迟" in page
    (told,) = month.remarks.loc[month.remarks["file"] == "decisions.xlsx", "message"]
    assert "各单位的说明没有列进去" in told
    held.unlink()
    month = judge(place, MARCH)
    assert not (month.remarks["file"] == "decisions.xlsx").any()
    lines = pd.read_excel(place / "decisions.xlsx", sheet_name="说明审定", dtype=str, engine="calamine")
    assert lines["编号"].tolist() == ["Z1", "Z2"]
