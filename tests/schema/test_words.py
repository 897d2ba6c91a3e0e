"""Cells in words: as understood, or as typed; what goes out is understood the same again."""

import pandas as pd
import pytest

from pledgebatch.schema.columns import type_cells
from pledgebatch.schema.kinds import RAW, show, understand
from pledgebatch.schema.sheets import ITEMS, MEMBERS
from pledgebatch.schema.words import as_sent, in_words, show_values

CELLS = {
    "due": ["2011-06-30", "6月底前", "6月底前", "尽快", "", "2011.6.5", " 2011-06-30 "],
    "text": ["每周护路", "　每周护路 ", "", "=1+1", "同上", "\u200b", "甲\n乙"],
    "status": ["进行中", "在办", "", "不知道", "已完成", "？", "完成了"],
}


def rows_of(sheet, cells):
    columns = {}
    for key, typed in cells.items():
        columns[key], columns[key + RAW] = type_cells(sheet[key], typed, 2011)
    return pd.DataFrame(columns, index=range(10, 10 + len(next(iter(cells.values())))))


@pytest.mark.parametrize("key", CELLS)
def test_each_cell_is_what_was_understood_or_else_what_was_typed(key):
    field, rows = ITEMS[key], rows_of(ITEMS, {key: CELLS[key]})
    for place, cell in zip(rows.index, CELLS[key], strict=True):
        understood = understand(field, cell, 2011)
        words, sent = in_words(field, rows)[place], as_sent(field, rows, 2011)[place]
        if understood is not None:
            assert words == show(field, understood)
            assert understand(field, sent, 2011) == understood
        else:
            assert words == sent
            assert understand(field, words, 2011) is None
            assert not cell.strip("\u200b") or words.startswith(cell)


def test_numbers_that_were_not_understood_are_not_understood_as_a_text_either():
    rows = rows_of(MEMBERS, {"birth_month": [1985.1, "1985-10"]})
    assert in_words(MEMBERS["birth_month"], rows).tolist() == ["1985.1？", "1985-10"]


def test_a_column_that_is_not_there_is_missing():
    rows = pd.DataFrame(
        {"due": pd.Series([pd.NaT], dtype="datetime64[s]"), "due" + RAW: pd.Series([None], dtype="str")}
    )
    assert in_words(ITEMS["due"], rows).isna().all()
    assert as_sent(ITEMS["due"], rows, 2011).isna().all()


def test_values_are_shown_each_in_its_place_and_missing_where_missing():
    days = pd.Series(pd.to_datetime(["2011-03-05", None, "2011-03-05", "1949-10-01"]), index=[4, 2, 9, 0]).astype(
        "M8[s]"
    )
    shown = show_values(ITEMS["due"], days)
    assert shown.dropna().to_dict() == {4: "2011-03-05", 9: "2011-03-05", 0: "1949-10-01"}
    assert shown.index.tolist() == [4, 2, 9, 0]
    assert shown.dtype == "str"
