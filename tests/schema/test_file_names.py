"""What we called a file is right, whatever was added to it on its way."""

from urllib.parse import quote

import pytest

from pledgebatch.schema.file_names import RETURN, WORKBOOK, as_given, is_ours
from pledgebatch.xlsx.safe_text import file_name, make_distinct

NAME, MONTH = "云溪一小党支部", "201103"
OURS = f"{NAME}_{WORKBOOK}_{MONTH}"
ADDED = (
    "{}.xlsx", "{}(1).xlsx", "{} (2).xlsx", "{}（3）.xlsx", "{}[1].xlsx", "{}_1.xlsx", "{}-1.xlsx", "{} 2.xlsx", "{} - 副本.xlsx",
    "{} - 副本 (2).xlsx", "{}副本.xlsx", "{}的副本.xlsx", "{} 的副本 3.xlsx", "{} - Copy.xlsx", "{} copy 2.xlsx", "{}(已自动还原).xlsx",
    "副本{}.xlsx", "副本 {}.xlsx", "复件 {}.xls", "复件 (2) {}.xls", "Copy of {}.xlsx", "[1]{}.xlsx", "{}.xlsx.xlsx", "{}.XLSX.xls",
    "{}.xlsx(1).xlsx", "{}(1)(1).xlsx", "副本 {} - 副本(1)_1.xlsx.et", "{}_20110325093000.xlsx", " {} .xlsx", "{}",
)  # fmt: skip


@pytest.mark.parametrize("added", ADDED)
@pytest.mark.parametrize("ours", [OURS, RETURN, f"{NAME}_{RETURN}_{MONTH}", f"S1_{OURS}"])
def test_what_is_added_on_its_way_is_taken_off(added, ours):
    assert is_ours(as_given(added.format(ours)), "S1", {NAME}, MONTH)


@pytest.mark.parametrize("encoding", ["utf-8", "gb18030"])
def test_a_name_as_it_stands_in_links_is_read(encoding):
    once = quote(f"{OURS}(1).xlsx", encoding=encoding)
    assert as_given(once) == as_given(quote(once)) == OURS
    assert as_given("".join(f"&#{ord(each)};" for each in f"{OURS}.xlsx")) == OURS


@pytest.mark.parametrize(
    "file", ["承诺台账.xlsx", "三月份.xlsx", f"云溪二小党支部_{WORKBOOK}_{MONTH}.xlsx", f"{NAME}_{WORKBOOK}_201102.xlsx", f"{NAME}.xlsx", "", "副本.xlsx", ".xlsx"]
)  # fmt: skip
def test_a_name_that_somebody_gave_is_none_of_ours(file):
    assert not is_ours(as_given(file), "S1", {NAME}, MONTH)


@pytest.mark.parametrize(
    "name",
    [
        NAME,
        "云溪/一小：“东”校区*党支部",
        "云溪区" + "实验" * 60 + "学校党支部",
        " 云溪　一小党支部 ",
        "A_B党支部",
        "CON",
    ],
)
def test_every_name_that_we_give_is_ours(name):
    given = file_name(name, WORKBOOK, MONTH)
    for each in (*make_distinct([given, given]), file_name("S1", given)):
        assert is_ours(as_given(f"{each}.xlsx"), "S1", {name}, MONTH)
