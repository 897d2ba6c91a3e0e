"""The texts of a month compared by several workers, and again where some changed, come to what one would find."""

import pyarrow as pa
import pytest

from pledgebatch.engine.cache import Memory
from pledgebatch.engine.dataset import store
from pledgebatch.engine.workers import Serial
from pledgebatch.pipeline import compare
from pledgebatch.pipeline.compare import SKETCHED, shared_out, sketched
from pledgebatch.rules.language.near_duplicates import labels_of
from tests.rules.language.test_near_duplicates import pledges

TEXTS = sorted(set(pledges(600)))


@pytest.fixture
def label(tmp_path):
    """Labels the texts of a run, judged in two parts, one of which has what the other has too."""

    def run(texts):
        parts = [tmp_path / name for name in ("one", "two")]
        for folder, own in zip(parts, (texts[: len(texts) // 2], texts[len(texts) // 3 :]), strict=True):
            folder.mkdir(exist_ok=True)
            store({SKETCHED: sketched(own)}, folder)
        memory = Memory(tmp_path / "memory")
        told = shared_out(Serial(), memory, parts)(as_texts(texts), 85)
        memory.close({})
        return told.tolist()

    return run


def as_texts(texts):
    return pa.array(texts, pa.large_string())


def found_by_one(texts):
    return labels_of(as_texts(texts), 85).tolist()


def forbid(monkeypatch, *names):
    def refuse(*given):
        raise AssertionError("compared again")

    for name in names:
        monkeypatch.setattr(compare, name, refuse)


def test_all_are_compared_at_first_and_none_when_nothing_changed(label, monkeypatch):
    assert label(TEXTS) == found_by_one(TEXTS)
    forbid(monkeypatch, "label_share", "label_again")
    assert label(TEXTS) == found_by_one(TEXTS)


def test_where_little_changed_the_rest_is_not_compared_again(label, monkeypatch):
    label(TEXTS)
    forbid(monkeypatch, "label_share")
    now = sorted({*TEXTS[3:], TEXTS[20] + "了", "新的一件事，别处没有"})
    assert label(now) == found_by_one(now)


def test_where_much_changed_all_are(label, monkeypatch):
    label(TEXTS[::2])
    forbid(monkeypatch, "labels_by")
    with pytest.raises(AssertionError, match="compared again"):
        label(TEXTS)
    monkeypatch.undo()
    assert label(TEXTS) == found_by_one(TEXTS)


def test_another_cutoff_is_another_comparison(label, tmp_path, monkeypatch):
    label(TEXTS)
    monkeypatch.setattr(compare, "label_again", lambda *given: pytest.fail("of another cutoff"))
    told = shared_out(Serial(), Memory(tmp_path / "memory"), [tmp_path / "one", tmp_path / "two"])(as_texts(TEXTS), 95)
    assert told.tolist() == labels_of(as_texts(TEXTS), 95).tolist()
