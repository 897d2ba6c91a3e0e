"""Near-duplicates: the clusters of a small batch exactly, of a large one nearly so, whatever the order."""

from random import Random

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rapidfuzz import fuzz, process

from pledgebatch.rules.language import near_duplicates
from pledgebatch.rules.language.near_duplicates import clusters, joined, labels_by, labels_of, sketch, still_holding

SIGNS = "".join(map(chr, range(0x4E00, 0x4E00 + 600)))


def pledges(count: int) -> list[str]:
    """Texts of 14 to 40 characters; a third are others with up to four characters changed."""
    random = Random(3)
    texts = ["".join(random.choices(SIGNS, k=random.randint(14, 40))) for _ in range(count * 2 // 3)]
    for _ in range(count - len(texts)):
        text = random.choice(texts)
        for _ in range(random.randint(1, 4)):
            place = random.randrange(len(text))
            text = text[:place] + random.choice(SIGNS) + text[place + random.randint(0, 1) :]
        texts.append(text)
    return texts


def test_a_chain_of_near_duplicates_is_one_cluster():
    first, second, third = (
        "每天放学护送一年级学生过马路",
        "每天放学护送二年级学生过马路",
        "每天放学护送二年级同学过马路",
    )
    found = clusters([first, "支委随堂听课并当面反馈", third, second], 0.92)
    assert fuzz.ratio(first, third) < 92
    assert set(found) == {first, second, third}
    assert len(set(found.values())) == 1


@pytest.mark.parametrize(("least", "together"), [(0.85, True), (0.95, False)])
def test_the_office_decides_how_much_is_alike(least, together):
    assert bool(clusters(["每天放学护送一年级学生过马路", "每天放学护送二年级学生过马路"], least)) is together


def test_a_ratio_just_at_the_least_counts():
    texts = ["甲乙丙丁戊己庚辛壬癸子丑寅卯辰巳午未申酉", "甲乙丙丁戊己庚辛壬癸子丑寅卯辰巳午一二三"]
    assert fuzz.ratio(*texts) == pytest.approx(85)
    assert len(clusters(texts, 0.85)) == 2


def test_nothing_to_compare():
    assert clusters([], 0.85) == clusters(["", "独一份"], 0.85) == {}


def test_a_large_batch_finds_what_comparing_all_finds(monkeypatch):
    texts = sorted(set(pledges(2400)))
    exact = clusters(texts, 0.85)
    monkeypatch.setattr(near_duplicates, "SMALL", 0)
    proposed = clusters(texts, 0.85)
    ratios = process.cdist(texts, texts, scorer=fuzz.ratio, score_cutoff=85, dtype=np.uint8)
    pairs = [(texts[one], texts[other]) for one, other in zip(*np.nonzero(np.triu(ratios, 1)), strict=True)]
    together = sum(proposed.get(one, -1) == proposed.get(other, -2) for one, other in pairs)
    assert len(pairs) > 500
    assert together >= 0.95 * len(pairs)
    assert proposed.keys() <= exact.keys()


@given(st.permutations(pledges(40)), st.booleans())
def test_the_order_changes_nothing(texts, large):
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(near_duplicates, "SMALL", 0 if large else 3000)
        assert clusters(texts, 0.85) == clusters(sorted(texts), 0.85)


def test_a_large_batch_shared_out_by_bands_comes_to_the_same():
    texts = pa.array(sorted(set(pledges(2400))), pa.large_string())
    sketches, keys = sketch(texts)
    shares = [labels_by(texts, sketches, keys.T[share::3], 85) for share in range(3)]
    whole = labels_of(texts, 85)
    assert any((each != whole).any() for each in shares)
    assert (joined(shares) == whole).all()


CHAIN = [SIGNS[start : start + 30] for start in range(0, 120, 3)]
"""Each is alike to the one before it and the one after it, and to no other."""


@settings(max_examples=50)
@given(st.sets(st.sampled_from(CHAIN), max_size=9), st.sets(st.sampled_from(CHAIN), max_size=9))
def test_what_is_compared_again_and_what_still_holds_come_to_the_same(lacking, gone):
    before, now = (pa.array(sorted({*CHAIN, *pledges(40)} - each), pa.large_string()) for each in (lacking, gone))
    sketches, keys = sketch(now)
    known = still_holding(now, keys.T, before, labels_of(before, 85))
    assert labels_by(now, sketches, keys.T, 85, known).tolist() == labels_of(now, 85).tolist()


def test_of_many_texts_few_are_compared_again_for_one_that_changed():
    before = sorted(set(pledges(900)))
    now = pa.array(sorted({*before[1:], before[5][:-1]}), pa.large_string())
    known = still_holding(now, sketch(now)[1].T, (then := pa.array(before, pa.large_string())), labels_of(then, 85))
    assert 1 <= (known < 0).sum() < 20
