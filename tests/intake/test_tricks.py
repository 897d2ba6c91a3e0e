"""Tricks with zips, XML and sheets: each is refused with its reason, or read without losing an item."""

import pytest

from pledgebatch.engine.workers import workers
from pledgebatch.intake.find import find
from pledgebatch.pipeline.collect import collect
from pledgebatch.readers.precheck import look
from pledgebatch.schema.sheets import ITEMS, SHEETS
from tests.intake.files import right, take_in
from tests.intake.tricks import LARGE, WIDE, tricks


@pytest.fixture(scope="module")
def expected():
    return {name: (data, reason, items) for name, data, reason, items in tricks()}


@pytest.fixture(scope="module")
def batch(tmp_path_factory, expected):
    inbox = tmp_path_factory.mktemp("tricks")
    for name, (data, *_) in expected.items():
        (inbox / name).write_bytes(data)
    with workers(1) as pool:
        return collect(find(inbox), 2011, pool)


def test_every_trick_is_read_or_refused_with_its_reason(batch, expected):
    assert len(expected) >= 250
    told = dict(zip(batch.files["file"], batch.files["reason"].fillna(""), strict=True))
    assert told.keys() == expected.keys()
    wrong = {
        name: told[name]
        for name, (_, want, _) in expected.items()
        if want != "?" and (want not in told[name] if want else told[name])
    }
    assert wrong == {}


def test_no_trick_brings_down_its_worker(batch):
    """Such a file has a reason too, but only because somebody else had to find it out."""
    reasons = batch.files.loc[batch.files["reason"].fillna("").str.contains("读取时出错|时间过长"), "file"]
    assert reasons.tolist() == []


def test_what_is_read_of_a_trick_has_every_item_of_the_workbook(tmp_path, batch, expected):
    want = set(take_in(tmp_path, a__xlsx=right()).tables["items"]["text"])
    others = [sheet.name for sheet in SHEETS if sheet is not ITEMS]
    copies = ~batch.skipped["sheet"].isin(others) & batch.skipped["reason"].str.contains("另一张")
    items, aside = batch.tables["items"], batch.skipped[copies | (batch.skipped["sheet"] == "承诺事项")]
    wrong = {}
    for number, name, reason in batch.files[["submission", "file", "reason"]].itertuples(index=False):
        own = items[items["submission"] == number]
        count = len(own) + int((aside["submission"] == number).sum())
        if not isinstance(reason, str) and (
            count != expected[name][2] or (count and "no_place" not in name and not want <= set(own["text"].dropna()))
        ):
            wrong[name] = count
    assert wrong == {}


def test_a_cell_that_occurs_twice_is_named(batch):
    numbers = batch.files.loc[batch.files["file"].str.contains("twice") & batch.files["reason"].isna(), "submission"]
    told = batch.obscured[batch.obscured["submission"].isin(numbers)]
    assert told[["cell", "kind"]].values.tolist() == [["A12", "repeated_row"]]


@pytest.mark.parametrize("name", ["far_in_a_low_row", "one_text_often"])
def test_what_would_flood_a_reader_is_refused_before_it_is_read(expected, name):
    """A computer without a limit of memory depends on it."""
    data = [data for each, (data, reason, _) in expected.items() if name in each and reason in (WIDE, LARGE)]
    assert data
    assert all(look(each).reason for each in data)
