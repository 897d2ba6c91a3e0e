"""The labelled texts: enough of each kind, every label sound, and the held-out part apart from the other."""

import pytest

from pledgebatch.rules.book import BY_CODE
from pledgebatch.schema.sheets import ITEMS, MEMBERS, ORGANISATION
from tests.rules.labels import ASKED, LATER, PARTS, Label, Right, read

SIZES = {"sentences": 900, "deadlines": 300, "posts": 150, "education": 120, "values": 150}
TYPED = {"sentences": "text", "plans": "participation_plan"}
NEAR = ("ITM02", "ITM08", "ITM09", "ITM11", "ITM12", "ITM13", "ITM22")
VAGUE = frozenset(("ITM06", "ITM07"))


@pytest.mark.parametrize("name", SIZES)
def test_the_labelled_set_is_large(name):
    assert sum(len(read(part, name)) for part in PARTS) >= SIZES[name]


@pytest.mark.parametrize("part", PARTS)
@pytest.mark.parametrize(
    "group", [frozenset((code,)) for code in NEAR] + [VAGUE], ids=lambda codes: "/".join(sorted(codes))
)
def test_each_heuristic_has_enough_to_tell_and_enough_near_misses(part, group):
    labels = [(Label.parse(row["codes"]), row["near"]) for row in read(part, "sentences")]
    assert sum(label.needs(group) for label, _ in labels) >= 40
    assert sum(near in group and not label.allowed & group for label, near in labels) >= 40


@pytest.mark.parametrize("code", ["ITM11", "ITM12", "ITM13", "ITM22"])
def test_what_was_widened_was_held_out_once_more(code):
    labels = [(Label.parse(row["codes"]), row["near"]) for row in read(LATER, "sentences")]
    assert sum(label.wants(code) for label, _ in labels) >= 30
    assert sum(near == code and not label.wants(code) for label, near in labels) >= 30


@pytest.mark.parametrize("part", PARTS)
@pytest.mark.parametrize(("name", "code"), [("plans", "MEM15"), ("opinions", "CON01")])
def test_plans_and_opinions_too(part, name, code):
    rows = read(part, name)
    asked = {row.get("case", number): code in row["codes"].split() for number, row in enumerate(rows)}
    assert list(asked.values()).count(True) >= 40
    assert list(asked.values()).count(False) >= 40


@pytest.mark.parametrize("name", [*SIZES, "plans"])
def test_nothing_stands_in_two_parts(name):
    tuning, first, second = ([_what(row, name) for row in read(part, name)] for part in (*PARTS, LATER))
    held_out = first + second
    assert not set(tuning) & set(held_out)
    assert len(set(held_out)) == len(held_out)
    assert len(set(tuning)) == len(tuning)


@pytest.mark.parametrize("part", [*PARTS, LATER])
@pytest.mark.parametrize("name", ["sentences", "plans", "opinions"])
def test_every_code_is_a_rule(part, name):
    rows = read(part, name)
    assert rows or part == LATER
    for row in rows:
        assert Label.parse(row["codes"]).allowed <= set(BY_CODE), row


@pytest.mark.parametrize("part", [*PARTS, LATER])
def test_every_scrap_to_quote_stands_in_its_text(part):
    quoted = [row for row in read(part, "sentences") if row["quoted"]]
    assert quoted
    assert all(row["quoted"] in row["text"] for row in quoted)


@pytest.mark.parametrize("part", PARTS)
def test_every_value_is_one_that_the_office_writes(part):
    fields = {field.key: field for sheet in (ORGANISATION, ITEMS, MEMBERS) for field in sheet.fields}
    rows = [("education", row) for row in read(part, "education")]
    rows += [(row["field"], row) for row in read(part, "values") if row["field"] != "branch"]
    for key, row in rows:
        for right in set(Right.parse(row["right"]).values) - {ASKED, "known"}:
            assert not fields[key].choices or set(right.split("、")) <= set(fields[key].choices), row


@pytest.mark.parametrize(
    ("codes", "found", "needed"),
    [
        ("ITM06|ITM07", "ITM07", True),
        ("(ITM11)", "ITM11", False),
        ("ITM02 (ITM11)", "ITM02", True),
        ("", "ITM02", False),
    ],
)
def test_a_label_says_what_must_be_told_and_what_may(codes, found, needed):
    label = Label.parse(codes)
    assert label.needs(VAGUE | {found}) is needed
    assert (found in label.allowed) is bool(codes)


@pytest.mark.parametrize(
    ("right", "value", "accepted"),
    [
        ("2011-06-30", "2011-06-30", True), ("2011-06-30", "", False), ("asked", "", True), ("asked", "2011-06-30", False),
        ("2011-06-15..2011-07-15", "2011-07-01", True), ("2011-06-15..2011-07-15", "2011-08-01", False),
        ("2011-06-06|asked", "", True), ("会议、网络", "网络、会议", True), ("其他", "其他（橱窗）", True),
    ],
)  # fmt: skip
def test_a_right_value_is_one_of_those_named(right, value, accepted):
    assert Right.parse(right).accepts(value) is accepted


def _what(row: dict[str, str], name: str) -> tuple[str, ...]:
    return (row.get("field", ""), row.get("unit", "") if name == "values" else "", row[TYPED.get(name, "typed")])
