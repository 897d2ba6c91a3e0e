"""The heuristics on labelled pledges: how much of what they tell is right, and how much of what is wrong they tell."""

import pytest

from pledgebatch.notice.periods import Stage
from pledgebatch.rules.book import BY_CODE
from pledgebatch.rules.evaluate import evaluate
from tests.figures import MEASURED
from tests.rules import heuristics
from tests.rules.heuristics import Figure, figures
from tests.rules.labels import PARTS, Label, read

RULES = [BY_CODE[code] for code in (*heuristics.PLEDGES, *heuristics.ORAL)]
FIGURES = figures()
MEASURED.extend(map(str, FIGURES))


@pytest.mark.parametrize("figure", FIGURES, ids=[f"{each.rule}-{each.part}" for each in FIGURES])
def test_a_heuristic_can_be_trusted(figure: Figure) -> None:
    assert figure.precision >= 0.95
    assert figure.recall >= 0.90


def test_the_labelled_set_is_large_and_half_of_it_was_held_out() -> None:
    sizes = {part: len(read(part, "pledges")) for part in PARTS}
    assert sum(sizes.values()) >= 300
    assert sizes["held_out"] >= 0.4 * sum(sizes.values())
    texts = [row["text"] for part in PARTS for row in read(part, "pledges") if row["text"]]
    assert len(set(texts)) >= 0.95 * len(texts)


@pytest.mark.parametrize("rule", [*heuristics.PLEDGES, *heuristics.ORAL])
def test_enough_of_what_is_wrong_was_held_out(rule: str) -> None:
    name = "oral" if rule in heuristics.ORAL else "pledges"
    assert sum(Label.parse(row["codes"]).wants(rule) for row in read("held_out", name)) >= 10


def test_labels_are_rules_that_are_heuristics() -> None:
    for part in PARTS:
        for name in ("pledges", "oral"):
            codes = {code for row in read(part, name) for code in Label.parse(row["codes"]).allowed}
            assert codes <= {*heuristics.PLEDGES, *heuristics.ORAL}
            assert all(str(BY_CODE[code].basis) == "heuristic" for code in codes)


def test_every_sector_is_there() -> None:
    with_units = {row["unit"] for part in PARTS for row in read(part, "pledges")}
    assert with_units >= set(heuristics.CATEGORIES)


@pytest.mark.parametrize(
    "rows", [[], [{"unit": "school", "pledger": "组织", "part": "共性", "text": "", "measures": "", "due": "无"}]]
)
def test_every_heuristic_can_do_without_anything_to_judge(rows):
    _, not_evaluated, undecided = evaluate(RULES, heuristics.tables(rows), set(Stage))
    assert not_evaluated == {}
    assert undecided.empty


def test_a_text_is_judged_the_same_wherever_it_stands():
    rows = [row for row in read("tuning", "pledges") if row["unit"] == "school"]
    once = heuristics.told(rows, heuristics.PLEDGES)
    again = heuristics.told(rows[::-1] + rows, heuristics.PLEDGES)
    assert [again[len(rows) + n] for n in range(len(rows))] == [once[n] for n in range(len(rows))]


def test_units_that_look_after_others_and_relatives_may_be_named():
    row = {"pledger": "组织", "part": "岗位", "measures": "", "due": "", "post_type": ""}
    said = heuristics.told(
        [
            row | {"unit": "bureau", "text": "6月底前查完云溪一小食堂并逐条写明整改期限"},
            row | {"unit": "school", "text": "6月底前向云溪区教育局机关党支部报送校舍清单3份"},
            row | {"unit": "school", "text": "青禾小学党支部每月公布账目一次，全年12次"},
            row | {"unit": "school", "text": "云溪一小食堂每月公布账目一次，全年12次"},
        ],
        ["ITM13"],
    )
    assert list(said.values()) == [set(), set(), set(), {"ITM13"}]


def test_a_deadline_that_names_no_day_is_told_once():
    typed = heuristics.tables([row for row in read("tuning", "pledges") if row["due"] == "长期"])
    findings, *_ = evaluate(RULES, typed, set(Stage))
    due = findings[findings["field"] == "due"]
    assert due["rule"].tolist() == ["ITM04"]
    assert "长期" in due["message"].iloc[0]
