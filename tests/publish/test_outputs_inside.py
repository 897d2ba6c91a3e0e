"""What the workbooks that leave the office are inside: what Excel, unpackers and screen readers ask of them."""

import re
import zipfile
from pathlib import Path

import pytest
from openxml_audit import FileFormat, OpenXmlValidator, ValidationSeverity

from pledgebatch.xlsx.writer import MOST_HEIGHT
from tests.outputs import Outputs

SHEETS = "xl/worksheets/sheet"


def parts(path: Path, folder: str) -> dict[str, str]:
    """The texts of the parts whose names begin with ``folder``."""
    with zipfile.ZipFile(path) as book:
        return {name: book.read(name).decode() for name in book.namelist() if name.startswith(folder)}


def sheets_of(path: Path) -> list[str]:
    """The texts of its sheets, of which there are some."""
    found = list(parts(path, SHEETS).values())
    assert found, path
    return found


def test_the_schema_of_office_2010_finds_no_error(outputs: Outputs) -> None:
    for name, path in outputs.paths.items():
        found = OpenXmlValidator(file_format=FileFormat.OFFICE_2010).validate(str(path)).errors
        assert [each for each in found if each.severity != ValidationSeverity.WARNING] == [], name


def test_every_row_and_cell_carries_its_reference(outputs: Outputs) -> None:
    for path in outputs.paths.values():
        for sheet in sheets_of(path):
            assert not re.search(r"<(row|c)(?! r=)[ />]", sheet), path
            assert "\0" not in sheet


def test_no_row_is_higher_than_excel_allows(outputs: Outputs) -> None:
    heights = {
        path: [height for sheet in sheets_of(path) for height in re.findall(r'<row [^>]*ht="([^"]+)"', sheet)]
        for path in outputs.paths.values()
    }
    assert any(heights.values())
    assert [path for path, found in heights.items() if any(float(height) > MOST_HEIGHT for height in found)] == []


def test_the_counts_of_texts_are_true(outputs: Outputs) -> None:
    shared = {name: parts(path, "xl/sharedStrings.xml").values() for name, path in outputs.paths.items()}
    assert any(shared.values())
    for name, (strings,) in ((name, found) for name, found in shared.items() if found):
        used = sum(sheet.count(' t="s"') for sheet in sheets_of(outputs.paths[name]))
        counts = re.search(r'<sst [^>]*count="(\d+)" uniqueCount="(\d+)"', strings)
        assert counts
        assert (int(counts[1]), int(counts[2])) == (used, strings.count("<si>")), name


def test_members_have_the_permissions_of_ordinary_files(outputs: Outputs) -> None:
    for path in outputs.paths.values():
        with zipfile.ZipFile(path) as book:
            assert {oct(each.external_attr >> 16) for each in book.infolist()} == {oct(0o100644)}, path
            assert book.testzip() is None


def test_charts_say_in_words_what_they_show(outputs: Outputs) -> None:
    drawn = parts(outputs.paths["汇总台账_2011-04"], "xl/drawings/drawing").values()
    found = [text for drawing in drawn for text in re.findall(r'<xdr:cNvPr [^>]*descr="([^"]+)"', drawing)]
    assert len(found) == 4
    assert all("：" in text for text in found)
    assert any("公办学校" in text for text in found)


@pytest.mark.parametrize("name", ["下发工作簿", "退回修改", "空白工作簿"])
def test_where_the_filter_is_allowed_there_is_one(outputs: Outputs, name: str) -> None:
    """Excel lets nobody put one on a protected sheet; one that stands there can be used."""
    allowed = ['autoFilter="0"' in sheet for sheet in parts(outputs.paths[name], SHEETS).values()]
    assert allowed == ["<autoFilter ref=" in sheet for sheet in parts(outputs.paths[name], SHEETS).values()]
    assert sum(allowed) == 3  # 党员承诺, 承诺事项, 说明
