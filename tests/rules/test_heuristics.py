"""The heuristics on labelled pledges: how much of what they tell is right, and how much of what is wrong they tell."""

import pytest

from pledgebatch.rules.book import BY_CODE
from tests.figures import MEASURED
from tests.rules import heuristics
from tests.rules.heuristics import Figure, figures, read

FIGURES = figures()
MEASURED.extend(map(str, FIGURES))


@pytest.mark.parametrize("figure", FIGURES, ids=[f"{each.rule}-{each.part}" for each in FIGURES])
def test_a_heuristic_can_be_trusted(figure: Figure) -> None:
    assert figure.precision >= 0.95
    assert figure.recall >= 0.90


def test_the_labelled_set_is_large_and_half_of_it_was_held_out() -> None:
    sizes = {part: len(read(part, "pledges")) for part in heuristics.PARTS}
    assert sum(sizes.values()) >= 300
    assert sizes["held_out"] >= 0.4 * sum(sizes.values())
    texts = [row["text"] for part in heuristics.PARTS for row in read(part, "pledges") if row["text"]]
    assert len(set(texts)) >= 0.95 * len(texts)


@pytest.mark.parametrize("rule", [*heuristics.PLEDGES, *heuristics.ORAL])
def test_enough_of_what_is_wrong_was_held_out(rule: str) -> None:
    name = "oral" if rule in heuristics.ORAL else "pledges"
    assert sum(rule in row["codes"].split() for row in read("held_out", name)) >= 10


def test_labels_are_rules_that_are_heuristics() -> None:
    for part in heuristics.PARTS:
        for name in ("pledges", "oral"):
            codes = {code for row in read(part, name) for code in row["codes"].split()}
            assert codes <= {*heuristics.PLEDGES, *heuristics.ORAL}
            assert all(str(BY_CODE[code].basis) == "heuristic" for code in codes)


def test_every_sector_is_there() -> None:
    with_units = {row["unit"] for part in heuristics.PARTS for row in read(part, "pledges")}
    assert with_units >= set(heuristics.CATEGORIES)
