"""Cells changed in a sheet that somebody else's program wrote: its other bytes stay."""

import pytest

from pledgebatch.xlsx.changed_cells import change_cells

SHEET = (
    '<x:sheetData><x:row r="2" spans="1:3"><x:c r="A2" s="4"><x:v>1</x:v></x:c><x:c t="s"><x:v>0</x:v></x:c></x:row>'
    '<x:row r="5" ht="20"/><x:row><x:c r="C6"/></x:row></x:sheetData>'
)
TEXT = '<x:is><x:t xml:space="preserve">{}</x:t></x:is>'


def test_a_cell_keeps_its_format_and_its_row_all_else():
    changed = change_cells(SHEET, {2: {0: "是"}})
    assert changed == SHEET.replace(
        '<x:c r="A2" s="4"><x:v>1</x:v></x:c>', f'<x:c r="A2" s="4" t="inlineStr">{TEXT.format("是")}</x:c>'
    )


def test_a_cell_without_a_place_stands_behind_the_one_before():
    assert f'<x:c r="B2" t="inlineStr">{TEXT.format("a &lt; b")}</x:c></x:row>' in change_cells(
        SHEET, {2: {1: "a < b"}}
    )
    assert change_cells(SHEET, {2: {1: ""}}).count("<x:v>") == 1


def test_cells_come_in_their_order_in_rows_that_had_none():
    changed = change_cells(SHEET, {5: {2: "c", 0: "a"}, 6: {0: "_x0041_"}})
    assert '<x:row r="5" ht="20"><x:c r="A5"' in changed
    assert changed.index('r="A5"') < changed.index('r="C5"') < changed.index('r="A6"') < changed.index('r="C6"')
    assert "_x005F_x0041_" in changed


def test_a_row_that_is_not_there_is_refused():
    with pytest.raises(ValueError, match="3"):
        change_cells(SHEET, {3: {0: "a"}})
