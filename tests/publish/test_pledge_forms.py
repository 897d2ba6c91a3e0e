"""The pledge forms: who has one, what each copy shows, and how many sheets of paper it takes."""

import html
import io
import re
import zipfile

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pledgebatch.publish.month_slice import ledger_rows
from pledgebatch.publish.pledge_forms import (
    KEPT,
    LINE,
    NO_DATE,
    POSTED,
    forms_of,
    paginate,
    render_forms,
    sheets_to_print,
)
from pledgebatch.publish.word_forms import write_word
from pledgebatch.schema.sheets import SHEETS
from pledgebatch.xlsx.formats import count_lines
from tests.publish.months import PERIOD, Unit, item, member, month_of
from tests.publish.pages import OUTSIDE, words

HEAD = {"unit_code": "C001", "year": "2011", "org_name": "第一小学党支部", "head": "周敏", "phone": "0519-85501234",
        "org_date": "2011-03-08"}  # fmt: skip


def forms(members=(), items=()):
    rows = {"organisations": [HEAD], "members": list(members), "items": list(items)}
    month = month_of([Unit("C001", "第一小学党支部", rows=rows)])
    return forms_of({sheet.key: ledger_rows(month, sheet.key) for sheet in SHEETS}, "C001", PERIOD)


def pledge(member_no, text="开放图书馆", number="D1"):
    return item(f"{number}-{member_no}", text, pledger="党员", member_no=str(member_no))


def page(made, kind, full=False):
    return render_forms(sheets_to_print(made, kind, full), "第一小学党支部", kind)


def test_the_organisation_and_each_member_with_a_written_pledge_has_a_form():
    roster = [
        member(1, "王敏"),
        member(2, "李强", pledge_form="口头"),
        member(3, "张丽", change="转出"),
        member(4, "刘洋", pledge_form=""),
    ]
    made = forms(roster, [item("Z1", "修操场"), pledge(3), pledge(4)])
    assert [(form[0].annex, form[0].texts.get("name", "")) for form in made] == [
        ("附件1", ""),
        ("附件2", "王敏"),
        ("附件2", "刘洋"),
    ]


def test_two_copies_are_kept_and_one_is_posted():
    made = forms([member(1, "王敏")], [item("Z1", "修操场"), pledge(1)])
    assert [sheet.copy for sheet in sheets_to_print(made, KEPT)] == [
        "上一级党组织存",
        "本党组织存",
        "所在党组织存",
        "承诺人存",
    ]
    assert [sheet.copy for sheet in sheets_to_print(made, POSTED)] == ["公示", "公示"]


@pytest.mark.parametrize("private", ["1975-08", "汉族", "0519-85501234", "1999-07", "大学本科"])
def test_the_posted_copy_leaves_out_what_is_private_unless_wanted_in_full(private):
    made = forms([member(1, "王敏", post="教师")], [item("Z1", "修操场"), pledge(1)])
    assert private in page(made, KEPT)
    assert private not in page(made, POSTED)
    assert private in page(made, POSTED, full=True)
    found = words(page(made, POSTED))
    assert all(shown in found for shown in ("王敏", "教师", "第一小学党支部", "修操场", "完成时限：2011-06-30"))


def test_what_nobody_dated_is_left_blank_to_sign():
    shown = page(forms([member(1, "王敏")], [pledge(1)]), KEPT)
    assert "2011年3月8日" in shown
    assert NO_DATE in shown
    assert "（签名）" in shown


def test_items_that_do_not_fit_go_on_continuation_sheets():
    made = forms([member(1, "王敏")], [pledge(1, f"第{n}件：" + "为学生做实事" * 8, f"D{n}") for n in range(1, 21)])
    sheets = made[1]
    assert [(sheet.number, sheet.count) for sheet in sheets] == [(0, 2), (1, 2), (2, 2)]
    assert [text.split(".")[0] for sheet in sheets for text in sheet.items] == [str(n) for n in range(1, 21)]
    shown = words(page([sheets], POSTED))
    assert "续页 1/2" in shown
    assert "续页 2/2" in shown
    assert "（接续页 1/2）" in shown


@given(st.lists(st.text("承诺a1。", min_size=1, max_size=3_000), max_size=30))
def test_no_word_is_lost_between_sheets_and_none_holds_more_than_it_can(texts):
    pages = paginate(texts)
    assert "".join(text for part in pages for text in part) == "".join(texts)
    for room, part in zip([15, *[25] * len(pages)], pages, strict=False):
        assert sum(count_lines(text, LINE + 1) for text in part) <= room


HOSTILE = ["<script>alert(1)</script>", "{{ 7*7 }}", "{% for x in y %}", "a & b < c", "</w:t><w:t>"]


@pytest.mark.parametrize("text", HOSTILE)
def test_what_was_typed_stays_text_on_paper_and_in_word(text, tmp_path):
    made = forms([member(1, "王敏", post=text)], [pledge(1, text)])
    shown = page(made, KEPT)
    assert "<script" not in shown
    assert text in html.unescape(shown)
    write_word(sheets_to_print(made, KEPT), tmp_path / "a.docx")
    xml = zipfile.ZipFile(tmp_path / "a.docx").read("word/document.xml").decode()
    assert text in html.unescape(re.sub(r"<[^>]+>", "", xml))


def test_two_word_documents_are_the_same_bytes(tmp_path):
    made = sheets_to_print(forms([member(1, "王敏")], [pledge(1)]), POSTED)
    for name in "ab":
        write_word(made, tmp_path / name)
    assert (tmp_path / "a").read_bytes() == (tmp_path / "b").read_bytes()
    xml = zipfile.ZipFile(io.BytesIO((tmp_path / "a").read_bytes())).read("word/document.xml").decode()
    assert "开放图书馆" in xml
    assert "1975-08" not in xml


def test_a_page_of_forms_asks_for_nothing_beside_itself():
    assert not OUTSIDE.search(page(forms([member(1, "王敏")], [pledge(1)]), KEPT))
