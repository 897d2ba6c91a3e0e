"""The office's own books in the inbox: no branch's workbook, whoever stands in them first."""

import shutil

import pytest

import pledgebatch
from pledgebatch.intake.own_books import TABS, refuse_own_book
from pledgebatch.readers.file_types import Unreadable
from pledgebatch.workbooks.decisions_book import write_decisions
from tests import books, quick_months


@pytest.mark.parametrize("book", TABS)
def test_a_book_with_the_tabs_of_one_of_the_office_s_is_refused_by_name(book):
    with pytest.raises(Unreadable, match=f"这是办公室的{book}"):
        refuse_own_book(["Sheet1", *(f" {tab}" for tab in TABS[book])])


@pytest.mark.parametrize(
    "tabs",
    [
        ["组织承诺", "党员承诺", "承诺事项", "问题清单", "限期整改"],
        ["封面", "承诺事项", "问题清单"],
        ["台账", "问题"],
        ["填表说明", "组织承诺", "_pledgebatch", "数据核对", "收件清单"],
    ],
)
def test_a_workbook_of_a_branch_is_none_of_them(tabs):
    refuse_own_book(tabs)


def test_books_of_the_office_in_the_inbox_take_nobody_s_place(tmp_path):
    place = books.workspace(tmp_path / "w")
    inbox = place / "inbox" / "2011-03"
    books.write(inbox / "一小.xlsx")
    with quick_months.asking("ORG06"):
        pledgebatch.consolidate(place, "2011-03", workers=0)
        output = place / "output" / "2011-03"
        made = [*output.glob("*.xlsx"), *output.glob("supervisors/*/*.xlsx"), place / "registry.xlsx"]
        for number, path in enumerate(made):
            shutil.copy(path, inbox / f"{number}_{path.name}")
        write_decisions(inbox / "decisions.xlsx")
        month = pledgebatch.consolidate(place, "2011-03", workers=0)
    states = month.submissions.set_index("file")["state"]
    assert states["一小.xlsx"] == "accepted"
    assert set(states.drop("一小.xlsx")) == {"unreadable"}
    assert len(states) == len(made) + 2
    assert month.submissions["reason"].str.contains("这是办公室的").sum() == len(made) + 1
    assert set(month.coverage.set_index("organisation")["state"]) == {"accepted", "missing"}
