"""The pledge forms on paper: a sheet is a page, copy after copy, continued where it must be, and nothing is lost."""

import re

import pytest

from pledgebatch.publish.month_slice import ledger_rows
from pledgebatch.publish.pledge_forms import KEPT, POSTED, forms_of, render_forms, sheets_to_print
from pledgebatch.schema.sheets import SHEETS
from tests.browser import opened, printed
from tests.publish.conftest import WORD
from tests.publish.months import PERIOD, Unit, item, member, month_of

HEAD = {"unit_code": "C001", "year": "2011", "org_name": "第一小学党支部", "head": "周敏", "phone": "0519-85501234"}
TALLEST = "Math.max(...[...document.querySelectorAll('section')].map(each => each.offsetHeight))"
A4 = 1123
"""Pixels from top to bottom, rounded up."""


def forms(own, pledged, text="为困难学生补课并做好记录"):
    """The forms of an organisation with so many items and of its one member with so many; ``text`` says what in each."""
    items = [item(f"Z{n}", f"{text}{n}") for n in range(own)]
    items += [item(f"D{n}", f"{text}{n}", pledger="党员", member_no="1") for n in range(pledged)]
    rows = {"organisations": [HEAD], "members": [member(1, "王敏")], "items": items}
    month = month_of([Unit("C001", "第一小学党支部", rows=rows)])
    return forms_of({sheet.key: ledger_rows(month, sheet.key) for sheet in SHEETS}, "C001", PERIOD)


@pytest.fixture
def paper(browser, tmp_path):
    """What comes out of the printer, page by page."""

    def put(made, kind):
        path = tmp_path / f"{kind}.html"
        path.write_text(render_forms(sheets_to_print(made, kind), "第一小学党支部", kind), "utf-8")
        with opened(browser, path) as page:
            return printed(page), page.evaluate(TALLEST)

    return put


@pytest.mark.parametrize(
    ("own", "pledged", "sheets"), [(3, 3, [1, 1]), (20, 3, [2, 1]), (3, 60, [1, 3]), (0, 0, [1, 1])]
)
def test_three_copies_of_each_form_come_out_sheet_by_sheet(paper, own, pledged, sheets):
    made = forms(own, pledged)
    assert [len(form) for form in made] == sheets
    kept, tallest = paper(made, KEPT)
    posted, _ = paper(made, POSTED)
    assert (len(kept), len(posted)) == (2 * sum(sheets), sum(sheets))
    assert tallest <= A4
    assert all("公开承诺书" in "".join(each.split()) for each in kept + posted)


def test_continuation_sheets_follow_their_form_and_say_which_they_are(paper):
    pages, _ = paper(forms(1, 60), KEPT)
    marks = [re.search(r"附件(\d)(?: *续页 (\d/\d))?.*本份：(\w+)", page).groups() for page in pages]
    assert marks[:2] == [("1", None, "上一级党组织存"), ("1", None, "本党组织存")]
    for copy, keeper in enumerate(("所在党组织存", "承诺人存")):
        first = 2 + 3 * copy
        assert marks[first : first + 3] == [("2", part, keeper) for part in (None, "1/2", "2/2")]


def test_no_item_is_lost_between_the_sheets(paper):
    pages, _ = paper(forms(0, 60), POSTED)
    shown = "".join("".join(pages).split())
    assert [n for n in range(60) if f"为困难学生补课并做好记录{n}（完成时限" not in shown] == []


@pytest.mark.parametrize("text", ["建设 a 类实验室 10 间" * 9, "为困难学生补课并做好记录" * 12])
def test_a_full_sheet_does_not_run_over(paper, text):
    """What counts as a line here is no less than what the browser makes of it."""
    made = forms(9, 12, text)
    pages, tallest = paper(made, KEPT)
    assert len(pages) == len(sheets_to_print(made, KEPT)) > 8
    assert tallest <= A4


def test_a_word_too_long_for_any_sheet_comes_out_whole(paper):
    made = forms(2, 2, WORD)
    pages, _ = paper(made, POSTED)
    assert "".join(pages).count("W") == 4 * WORD.count("W")


def test_what_helps_on_the_screen_is_not_printed(paper):
    pages, _ = paper(forms(1, 1), KEPT)
    assert "单面打印" not in "".join(pages)
