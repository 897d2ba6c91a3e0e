"""The heuristics on labelled pledges: how much of what they tell is right, and how much of what is wrong they tell."""

import pytest

from pledgebatch.notice.periods import Stage
from pledgebatch.rules.book import BY_CODE
from pledgebatch.rules.language import remembered
from pledgebatch.rules.machinery.evaluate import evaluate
from tests.figures import MEASURED
from tests.rules import labelled_pledges
from tests.rules.labelled_pledges import Figure, figures
from tests.rules.labels import PARTS, Label, read

RULES = [BY_CODE[code] for code in (*labelled_pledges.PLEDGES, *labelled_pledges.ORAL)]


@pytest.fixture(scope="module")
def measured() -> dict[tuple[str, str], Figure]:
    """The figures, by rule and part."""
    found = figures()
    MEASURED.extend(map(str, found))
    return {(each.rule, each.part): each for each in found}


@pytest.mark.parametrize("part", PARTS)
@pytest.mark.parametrize("rule", [*labelled_pledges.PLEDGES, *labelled_pledges.ORAL])
def test_a_heuristic_can_be_trusted(measured: dict[tuple[str, str], Figure], rule: str, part: str) -> None:
    figure = measured[rule, part]
    assert figure.precision >= 0.95
    assert figure.recall >= 0.90


def test_the_labelled_set_is_large_and_half_of_it_was_held_out() -> None:
    sizes = {part: len(read(part, "pledges")) for part in PARTS}
    assert sum(sizes.values()) >= 300
    assert sizes["held_out"] >= 0.4 * sum(sizes.values())
    texts = [row["text"] for part in PARTS for row in read(part, "pledges") if row["text"]]
    assert len(set(texts)) >= 0.95 * len(texts)


@pytest.mark.parametrize("rule", [*labelled_pledges.PLEDGES, *labelled_pledges.ORAL])
def test_enough_of_what_is_wrong_was_held_out(rule: str) -> None:
    name = "oral" if rule in labelled_pledges.ORAL else "pledges"
    assert sum(Label.parse(row["codes"]).wants(rule) for row in read("held_out", name)) >= 10


def test_labels_are_rules_that_are_heuristics() -> None:
    for part in PARTS:
        for name in ("pledges", "oral"):
            codes = {code for row in read(part, name) for code in Label.parse(row["codes"]).allowed}
            assert codes <= {*labelled_pledges.PLEDGES, *labelled_pledges.ORAL}
            assert all(str(BY_CODE[code].basis) == "heuristic" for code in codes)


def test_every_sector_is_there() -> None:
    with_units = {row["unit"] for part in PARTS for row in read(part, "pledges")}
    assert with_units >= set(labelled_pledges.CATEGORIES)


@pytest.mark.parametrize(
    "rows", [[], [{"unit": "school", "pledger": "组织", "part": "共性", "text": "", "measures": "", "due": "无"}]]
)
def test_every_heuristic_can_do_without_anything_to_judge(rows):
    _, not_evaluated, undecided = evaluate(RULES, labelled_pledges.tables(rows), set(Stage))
    assert not_evaluated == {}
    assert undecided.empty


def test_a_text_is_judged_the_same_wherever_it_stands(monkeypatch):
    rows = [row for row in read("tuning", "pledges") if row["unit"] == "school"]
    once = labelled_pledges.codes_of(rows, labelled_pledges.PLEDGES)
    monkeypatch.setattr(remembered, "MOST_REMEMBERED", 0)  # judged anew
    again = labelled_pledges.codes_of(rows[::-1] + rows, labelled_pledges.PLEDGES)
    assert [again[len(rows) + n] for n in range(len(rows))] == [once[n] for n in range(len(rows))]


def test_units_that_look_after_others_and_relatives_may_be_named():
    row = {"pledger": "组织", "part": "岗位", "measures": "", "due": "", "post_type": ""}
    found = labelled_pledges.codes_of(
        [
            row | {"unit": "bureau", "text": "6月底前查完云溪一小食堂并逐条写明整改期限"},
            row | {"unit": "school", "text": "6月底前向云溪区教育局机关党支部报送校舍清单3份"},
            row | {"unit": "school", "text": "青禾小学党支部每月公布账目一次，全年12次"},
            row | {"unit": "school", "text": "云溪一小食堂每月公布账目一次，全年12次"},
        ],
        ["ITM13"],
    )
    assert list(found.values()) == [set(), set(), set(), {"ITM13"}]


def test_a_deadline_that_names_no_day_is_told_once():
    typed = labelled_pledges.tables([row for row in read("tuning", "pledges") if row["due"] == "长期"])
    findings, *_ = evaluate(RULES, typed, set(Stage))
    due = findings[findings["field"] == "due"]
    assert due["rule"].tolist() == ["ITM04"]
    assert "长期" in due["message"].iloc[0]
