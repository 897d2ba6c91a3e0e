"""Names that Windows accepts, and keeps apart."""

import pandas as pd
import pytest

from pledgebatch.publish.folders import folder_names
from pledgebatch.xlsx.safe_text import file_name, make_distinct


@pytest.mark.parametrize(
    ("names", "expected"),
    [
        (["甲", "乙"], ["甲", "乙"]),
        (["甲", "甲", "甲"], ["甲", "甲_2", "甲_3"]),
        (["A1_甲", "a1_甲"], ["A1_甲", "a1_甲_2"]),
        (["甲", "甲_2", "甲"], ["甲", "甲_2", "甲_3"]),
    ],
)
def test_names_in_one_folder_differ_by_more_than_case(names: list[str], expected: list[str]) -> None:
    assert make_distinct(names) == expected


@pytest.mark.parametrize("length", [60, 80, 120, 5000])
def test_a_long_name_keeps_its_ending(length: int) -> None:
    found = file_name("长" * length, "承诺台账", "201103")
    assert found.endswith("长_承诺台账_201103")
    assert len(f"YX101_{found}.xlsx".encode()) <= 255


def test_each_organisation_has_a_folder_of_its_own() -> None:
    long = "常新社区卫生服务中心" * 10
    registry = pd.DataFrame(
        {"organisation": ["A/1", "A:1", "B1", "b1", "C"], "org_name": ["甲", "甲", long, long, None]}
    )
    names = list(folder_names(registry).values())
    assert len({name.casefold() for name in names}) == 5
    assert names[:2] == ["A1_甲", "A1_甲_2"]
