"""A month made with few rules is what those rules say, whatever was asked of it before."""

from tests import books, quick_months


def test_what_is_kept_of_a_month_asked_little_is_not_taken_for_one_asked_more(tmp_path):
    place = books.workspace(tmp_path / "w")
    books.write(place / "inbox" / "2011-03" / "一小.xlsx", {"phone": ""})
    few = quick_months.consolidate(place, "2011-03", "FIL04")
    assert "phone" not in set(few.findings["field"])
    more = quick_months.consolidate(place, "2011-03", "FIL04", "ORG06", "FLD02")
    assert "phone" in set(more.findings["field"])
