"""Whatever a branch sends: nothing crashes, nothing hangs, nothing is lost, every file has its state and reason."""

import io
import os
import random
import time

import openpyxl
import pandas as pd
import pytest

from pledgebatch.engine.workers import Serial, workers
from pledgebatch.intake.batch import read_batch
from pledgebatch.intake.find import Arrival, find
from pledgebatch.intake.identity import identify_submissions
from pledgebatch.notice.periods import Period
from pledgebatch.pipeline.accounts import reconcile, set_rows_aside
from pledgebatch.pipeline.read_arrivals import read_arrivals
from pledgebatch.schema.states import State
from tests import books
from tests.intake.corpus import corpus
from tests.intake.files import ITEMS, MEMBERS, right, take_in, with_part

MUTANTS = int(os.environ.get("PLEDGEBATCH_MUTANTS", "750"))
"""How many damaged copies of a workbook are read; more by hand than in a test run."""
REWORDED = 100
"""How many copies with other letters and digits are read by another reader too."""
REGISTRY = books.REGISTRY.assign(organisation=books.REGISTRY["unit_code"])


@pytest.fixture(scope="module")
def inbox(tmp_path_factory):
    folder = tmp_path_factory.mktemp("corpus") / "in"
    folder.mkdir()
    expected = {}
    for name, data, reason in corpus():
        (folder / name).write_bytes(data)
        expected[name] = reason
    return folder, expected


@pytest.fixture(scope="module")
def read_corpus(inbox):
    with workers(1) as pool:
        return read_arrivals(find(inbox[0]), 2011, pool)


def test_every_file_of_the_corpus_has_its_reason(inbox, read_corpus):
    expected = inbox[1]
    assert len(expected) >= 150
    wrong = []
    for file, reason in zip(read_corpus.files["file"], read_corpus.files["reason"].fillna(""), strict=True):
        want = expected[file.partition("/")[0]]
        if want != "?" and (want not in reason if want else reason):
            wrong.append((file, want, reason))
    assert wrong == []
    assert {file.partition("/")[0] for file in read_corpus.files["file"]} == set(expected)


def test_every_file_of_the_corpus_has_a_state_and_its_rows_add_up(read_corpus):
    files = identify_submissions(read_corpus, REGISTRY, Period(2011, 3))
    assert set(files["state"]) <= set(State)
    assert files.loc[files["state"] == State.UNREADABLE, "reason"].notna().all()
    assert_rows_add_up(read_corpus, files)


def assert_rows_add_up(batch, files):
    place = files.set_index("submission")[["organisation", "file"]]
    tables = {key: rows.join(place, on="submission") for key, rows in batch.tables.items()}
    marked, aside = set_rows_aside(tables, files, batch.skipped.join(place, on="submission"))
    counted = reconcile(batch, marked, files)
    assert (counted["read"] == counted["ledger"] + counted["set_aside"] + counted["blank"]).all()
    assert (counted[["ledger", "set_aside", "blank"]] >= 0).all(axis=None)
    assert counted["set_aside"].sum() == len(aside)


def test_a_bad_file_never_alters_what_is_read_of_another(tmp_path, read_corpus):
    """The readable files of the corpus come out as they do alone."""
    alone = take_in(tmp_path, a__xlsx=right()).tables["items"].drop(columns="submission")
    numbers = read_corpus.files.loc[read_corpus.files["file"].str.contains("tail"), "submission"]
    assert len(numbers) == 2
    for number in numbers:
        rows = read_corpus.tables["items"]
        own = rows[rows["submission"] == number].drop(columns="submission").reset_index(drop=True)
        pd.testing.assert_frame_equal(own, alone)


def mutant(number: int) -> bytes:
    """A copy of the workbook with bytes changed: in the container, within a part, or what its parts say."""
    chance = random.Random(number)
    if number % 3 == 0:
        return _spoil(right(), chance)
    part = chance.choice((ITEMS, MEMBERS, "xl/workbook.xml", "xl/sharedStrings.xml", "xl/styles.xml"))
    return with_part(part, lambda text: _spoil(text, chance) if number % 3 == 1 else _reword(text, chance))


def _reword(text: bytes, chance: random.Random) -> bytes:
    """Some digits and letters made others: mostly a workbook still, with other values, places and words."""
    reworded = bytearray(text)
    for place in chance.sample([at for at, byte in enumerate(text) if chr(byte).isalnum() and byte < 128], 6):
        reworded[place] = chance.choice(b"0123456789AZaz")
    return bytes(reworded)


def _spoil(data: bytes, chance: random.Random) -> bytes:
    spoilt = bytearray(data)
    for _ in range(chance.randint(1, 8)):
        at = chance.randrange(len(spoilt))
        what = chance.randrange(4)
        if what == 0:
            spoilt[at] ^= 1 << chance.randrange(8)
        elif what == 1:
            spoilt[at] = chance.choice(b'<>"/0159AZ \0\xff')
        elif what == 2:
            del spoilt[at : at + chance.randint(1, 30)]
        else:
            spoilt[at:at] = spoilt[max(0, at - 40) : at]
    return bytes(spoilt)


def test_no_mutant_crashes_hangs_or_loses_a_row(tmp_path):
    inbox = tmp_path / "in"
    inbox.mkdir()
    for number in range(MUTANTS):
        (inbox / f"{number:05d}.xlsx").write_bytes(mutant(number))
    with workers(2) as pool:
        batch = read_arrivals(find(inbox), 2011, pool)
    read = batch.files["file"].str.partition("/")[0]
    assert read.nunique() == MUTANTS
    files = identify_submissions(batch, REGISTRY, Period(2011, 3))
    assert set(files["state"]) <= set(State)
    assert_rows_add_up(batch, files)


def test_no_mutant_that_is_read_loses_a_text(tmp_path):
    """What another reader finds in the tables of a mutant is in a row, in an extra column, or set aside; a good part is read."""
    inbox = tmp_path / "in"
    inbox.mkdir()
    numbers = range(2, 3 * REWORDED, 3)
    for number in numbers:
        (inbox / f"{number:05d}.xlsx").write_bytes(mutant(number))
    with workers(1) as pool:
        batch = read_arrivals(find(inbox), 2011, pool)
    read = batch.files[batch.files["reason"].isna()]
    assert len(read) > 0.5 * len(numbers)
    hiding = set(batch.obscured["submission"])
    lost = {}
    for number, file in read[["submission", "file"]].itertuples(index=False):
        if number not in hiding and (missing := _texts_below(inbox / file) - _texts_of(batch, number)):
            lost[file] = missing
    assert lost == {}


def _texts_below(path):
    """The longer texts of the members' and items' tables, as openpyxl reads them; nothing where it cannot."""
    try:
        book = openpyxl.load_workbook(io.BytesIO(path.read_bytes()), data_only=True)
    except Exception:  # a mutant may well be beyond another reader
        return set()
    sheets = [sheet for sheet in book.worksheets if sheet.title in ("党员承诺", "承诺事项")]
    cells = [cell for sheet in sheets for row in sheet.iter_rows(min_row=4) for cell in row]
    return {cell.value.strip() for cell in cells if isinstance(cell.value, str) and len(cell.value.strip()) > 3}


def _texts_of(batch, number):
    raws = [
        rows.loc[rows["submission"] == number, [name for name in rows if name.endswith("_raw")]]
        for rows in batch.tables.values()
    ]
    beside = batch.extras.loc[batch.extras["submission"] == number, ["header", "value"]]
    aside = batch.skipped.loc[batch.skipped["submission"] == number, "content"]
    told = {str(text).strip() for frame in (*raws, beside) for text in frame.to_numpy().ravel()}
    return told | {part.partition("：")[2] or part for content in aside for part in content.split("；")}


class Deadly(Arrival):
    """A file at which its worker dies, as at an abort of the reader."""

    def read(self) -> bytes:
        os._exit(134)


class Slow(Arrival):
    """A file that never ends."""

    def read(self) -> bytes:
        time.sleep(3600)
        raise AssertionError("nobody ended it")


class Greedy(Arrival):
    """A file that takes all the memory there is."""

    def read(self) -> bytes:
        return bytes(64 * 2**30)


@pytest.mark.parametrize(("kind", "reason"), [(Deadly, "读取时出错"), (Slow, "时间过长"), (Greedy, "")])
def test_a_file_that_breaks_its_worker_costs_itself_only(tmp_path, monkeypatch, kind, reason):
    monkeypatch.setattr("pledgebatch.engine.processes.SECONDS", 3)
    (tmp_path / "a.xlsx").write_bytes(right())
    good = find(tmp_path)[0]
    with workers(1) as pool:
        batch = read_arrivals([good, kind("b.xlsx", good.path, (), 1, ""), good], 2011, pool)
    told = batch.files["reason"].fillna("").tolist()
    assert (told[0], told[2]) == ("", "")
    assert told[1]
    assert reason in told[1]
    assert len(batch.tables["items"]) == 18


def test_the_same_is_read_in_this_process_and_in_others(inbox, read_corpus):
    names = sorted(inbox[0].iterdir())[:40]
    arrivals = [each for each in find(inbox[0]) if each.path in names]
    alone = read_batch(list(enumerate(arrivals)), 2011)
    assert alone.files["reason"].equals(read_corpus.files["reason"][: len(arrivals)])
    assert read_arrivals(arrivals[:3], 2011, Serial()).files["reason"].equals(alone.files["reason"][:3])
