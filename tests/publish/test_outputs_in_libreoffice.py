"""Every workbook that people open, in a real client: no error, nothing lost, nothing cut on paper."""

import re
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

import openpyxl
import pytest
from openpyxl.workbook import Workbook as Book

from pledgebatch.pipeline.make_forms import make_forms
from pledgebatch.pipeline.workspace import Workspace
from pledgebatch.publish.paper import LINE, POINTS
from pledgebatch.publish.sheets import LINE_HEIGHT, MOST_LINES
from tests import office
from tests.outputs import APRIL, MOVED, NAMES, Outputs

KINDS = {
    "list": "LIST",
    "whole": "WHOLE",
    "decimal": "DECIMAL",
    "date": "DATE",
    "textLength": "TEXT_LEN",
    "custom": "CUSTOM",
}
"""What LibreOffice calls the kinds of validation."""
LEDGERS = NAMES[:4] + ("年度档案_2011",)
"""The workbooks of tables to read; the others are to be filled in."""
FOOTER = re.compile(r"第(\d+)页，共(\d+)页")


@dataclass(frozen=True)
class Opened:
    """A workbook as the file has it, as LibreOffice has it, and what its paper says, page by page, without white space."""

    book: Book
    seen: dict[str, office.Seen]
    pages: list[str]
    pdf: Path


@pytest.fixture(scope="module")
def opened(outputs: Outputs, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Opened]:
    """All workbooks, opened in one LibreOffice and printed."""
    office.require_office()
    made = tmp_path_factory.mktemp("opened")
    paths = {name: Path(shutil.copyfile(outputs.paths[name], made / f"{name}.xlsx")) for name in NAMES}
    read = {name: openpyxl.load_workbook(path) for name, path in paths.items()}
    seen = office.look(list(paths.values()), [probes(book) for book in read.values()], made)
    return {
        name: Opened(read[name], found, pages_of(made / f"{name}.pdf"), made / f"{name}.pdf")
        for name, found in zip(paths, seen, strict=True)
    }


def pages_of(pdf: Path) -> list[str]:
    """The words of each page in the order in which they were drawn: those of a cell stay together."""
    found = subprocess.run(["pdftotext", "-raw", pdf, "-"], capture_output=True, text=True, check=True).stdout
    return [re.sub(r"\s", "", page) for page in found.split("\f")[:-1]]


def probes(book: Book) -> dict[str, list[str]]:
    """The first and the last cell of every range with a validation."""
    return {sheet.title: list(validated(sheet)) for sheet in book}


def validated(sheet: openpyxl.worksheet.worksheet.Worksheet) -> dict[str, str]:
    """By cell, the kind of its validation as the file has it."""
    kinds = {}
    for each in sheet.data_validations.dataValidation:
        for area in each.sqref.ranges:
            kinds |= dict.fromkeys([area.coord.split(":")[0], area.coord.split(":")[-1]], KINDS.get(each.type, "ANY"))
    return kinds


def on_paper(one: Opened) -> dict[str, list[str]]:
    """The pages of each sheet, known by their footers."""
    sheets = sorted(one.book.sheetnames, key=len, reverse=True)
    found: dict[str, list[str]] = {}
    for page in one.pages:
        name = next(sheet for sheet in sheets if re.search(sheet + FOOTER.pattern, page))
        found.setdefault(name, []).append(page)
    return found


@pytest.mark.parametrize("name", NAMES)
def test_a_workbook_opens_and_calculates_without_an_error(opened: dict[str, Opened], name: str) -> None:
    one = opened[name]
    assert list(one.seen) == one.book.sheetnames
    assert {sheet: found["errors"] for sheet, found in one.seen.items() if found["errors"]} == {}
    for sheet in one.book:  # nor does the file hold one
        assert not [cell.coordinate for row in sheet for cell in row if cell.data_type == "e"]


@pytest.mark.parametrize("name", NAMES)
def test_validations_and_conditional_formats_are_all_there(opened: dict[str, Opened], name: str) -> None:
    for sheet in opened[name].book:
        found = opened[name].seen[sheet.title]
        assert found["validations"] == validated(sheet)
        assert found["formats"] == sum(len(each.rules) for each in sheet.conditional_formatting)


def test_what_is_to_be_filled_in_has_validations_and_formats(opened: dict[str, Opened]) -> None:
    """The test above would not notice if there were none."""
    for name in ("下发工作簿", "退回修改", "空白工作簿"):
        seen = opened[name].seen.values()
        assert sum(len(found["validations"]) for found in seen) > 50
        assert sum(found["formats"] for found in seen) > 50
    assert all(
        sum(len(found["validations"]) for found in opened[name].seen.values()) for name in ("registry", "空白名册")
    )


@pytest.mark.parametrize("name", LEDGERS)
def test_on_paper_no_column_is_cut_and_each_page_has_its_headers(opened: dict[str, Opened], name: str) -> None:
    paper = on_paper(opened[name])
    tables = [sheet for sheet in opened[name].book if sheet.print_title_rows and sheet.title not in ("封面", "目录")]
    assert {sheet.title for sheet in tables} <= set(paper)
    for sheet in tables:
        across = int(sheet.page_setup.fitToWidth or 1)
        columns = [cell for cell in sheet[1] if not hidden(sheet, cell.column)]
        short = [cell.value for cell in columns if len(cell.value) <= 4]  # longer ones may stand on two lines
        heads = [frozenset(header for header in short if header in page) for page in paper[sheet.title]]
        assert (len(set(heads)), len(heads) % across) == (across, 0), sheet.title
        assert set().union(*heads) == set(short), sheet.title
        assert all({cell.value for cell in sheet[1][:2] if len(cell.value) <= 4} <= head for head in heads), sheet.title


def hidden(sheet: openpyxl.worksheet.worksheet.Worksheet, column: int) -> bool:
    return any(each.hidden and each.min <= column <= each.max for each in sheet.column_dimensions.values())


def test_long_texts_are_whole_on_paper_and_on_the_screen(opened: dict[str, Opened]) -> None:
    found = "".join(on_paper(opened["汇总台账_2011-04"])["公开台账"])
    assert all(re.sub(r"\s", "", str(item["text"])) in found for item in MOVED)
    for name in LEDGERS:
        for sheet, shown in opened[name].seen.items():
            # A font of another make may stand a little higher: less than half a line hides nothing.
            low = [row for row in shown["short"] if row[1] + LINE_HEIGHT / 2 < min(row[2], LINE_HEIGHT * MOST_LINES)]
            assert low == [], (name, sheet)


def test_a_table_of_many_rows_takes_several_pages_and_says_which(opened: dict[str, Opened]) -> None:
    one = opened["汇总台账_2011-04"]
    assert len(on_paper(one)["公开台账"]) > 1
    numbers = [FOOTER.search(page) for page in one.pages]
    assert [match and match.groups() for match in numbers] == [
        (str(n), str(len(numbers))) for n in range(1, len(numbers) + 1)
    ]


def test_the_cover_is_one_page_with_the_change_on_last_month(opened: dict[str, Opened]) -> None:
    (cover,) = on_paper(opened["汇总台账_2011-04"])["封面"]
    assert "比上月" in cover
    assert "承诺事项进展（件）" in cover  # the title of a chart


def test_a_blank_workbook_takes_a_page_a_sheet_and_says_which_are_not_for_paper(opened: dict[str, Opened]) -> None:
    """Eleven sheets, of which 自查 takes two pages."""
    pages = opened["空白工作簿"].pages
    assert len(pages) <= 12
    wide = [page for page in pages if "请在电脑上填写" in page]
    assert any("承诺事项第" in page for page in wide)
    assert not any("征求意见第" in page for page in wide)


def test_what_is_for_paper_is_one_page_across_and_legible(opened: dict[str, Opened]) -> None:
    one = opened["打印_2011-04"]
    paper = on_paper(one)
    assert list(paper) == ["封面", "报送情况", "逾期", "限期整改", "问题清单", "承诺事项"]
    for name, pages in paper.items():
        headers = [cell.value for cell in one.book[name][1] if cell.value] if name != "封面" else []
        assert all(header in page for page in pages for header in headers), name
    assert all(re.sub(r"\s", "", str(item["text"])) in "".join(paper["承诺事项"]) for item in MOVED)
    assert "###" not in "".join(one.pages)
    assert office.smallest_type(one.pdf) >= POINTS
    lowest = [row for found in one.seen.values() for row in found["short"] if row[1] + LINE / 2 < row[2]]
    assert lowest == []


def test_forms_take_the_pages_that_were_counted(outputs: Outputs) -> None:
    from docx import Document
    from docx.oxml.ns import qn

    made = make_forms(Workspace(outputs.place), APRIL, ["S1"], word=True, count=0)
    folder = next((outputs.place / "forms" / "2011-04").glob("S1_*"))
    pages = sum(path.read_text("utf-8").count("<section") for path in folder.glob("*.html"))
    breaks = 0
    for path in folder.glob("*.docx"):
        body = Document(str(path)).element.body
        explicit = [each for each in body.iter(qn("w:br")) if each.get(qn("w:type")) == "page"]
        breaks += len(explicit) + len(list(body.iter(qn("w:pageBreakBefore")))) + 1
    assert (pages, breaks) == (made["sheets"].sum(), made["sheets"].sum())
