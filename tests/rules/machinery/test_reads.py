"""What a rule is said to read. That it reads nothing else is seen wherever its examples are tried."""

from pledgebatch.rules.book import BY_CODE, RULES
from pledgebatch.rules.machinery.reads import reads
from pledgebatch.rules.machinery.rule import SHEET_OF


def test_what_a_rule_reads_is_found_in_what_it_calls():
    fields = reads(BY_CODE["COV02"])
    assert fields["members"] >= {"name", "member_no", "pledge_form", "change"}
    assert fields["items"] >= {"text", "pledger", "member_no", "name"}
    assert "due" not in fields["items"]
    assert reads(BY_CODE["ITM15"])["items"] >= {"virtue"}


def test_a_rule_about_files_reads_no_column():
    assert not any(reads(BY_CODE[code]) for code in ("FIL02", "FIL05", "FIL06", "DDL03"))


def test_a_rule_about_rows_reads_something_of_them():
    for rule in RULES:
        for case in rule.cases:
            if SHEET_OF.get(case.on) not in (None, "organisations"):
                assert reads(rule)[SHEET_OF[case.on]], rule.code
