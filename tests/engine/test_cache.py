"""A rerun reads and writes only what changed, and comes to the same bytes as a run without a memory."""

import os
import shutil

import pytest

import pledgebatch
from pledgebatch.engine import partition
from pledgebatch.pipeline import assess_part, read_arrivals
from pledgebatch.rules.book import RULES
from pledgebatch.workbooks.registry_book import write_registry
from tests import books, quick_months

S2 = {"unit_code": "S2", "org_name": "云溪二小党支部", "unit_name": "云溪二小", "relation": "指导"}
PERIOD = "2011-03"


@pytest.fixture(scope="module", autouse=True)
def _few_rules():
    """One that crashes, and one that an answer of S1 breaks."""
    with quick_months.asking("MEM03", "ORG06"):
        yield


@pytest.fixture(scope="module")
def built(tmp_path_factory):
    place = books.workspace(tmp_path_factory.mktemp("memory") / "w")
    inbox = place / "inbox" / PERIOD
    books.write(inbox / "一小.xlsx", {"phone": "85501234"})
    books.write(inbox / "二小.xlsx", S2)
    shutil.copy2(inbox / "二小.xlsx", inbox / "二小（又一份）.xlsx")
    (inbox / "坏.xlsx").write_bytes(b"PK\x03\x04broken")
    pledgebatch.consolidate(place, PERIOD, workers=0)
    return place


@pytest.fixture
def place(built, tmp_path):
    return shutil.copytree(built, tmp_path / "w")


@pytest.fixture(scope="module")
def built_as_data(built, tmp_path_factory):
    """The same month without what people open, for what is the matter with the memory rather than with a page."""
    place = shutil.copytree(built, tmp_path_factory.mktemp("data") / "w")
    with quick_months.writing_only_data():
        pledgebatch.consolidate(place, PERIOD, workers=0)
    return place


@pytest.fixture
def data(built_as_data, tmp_path):
    with quick_months.writing_only_data():
        yield shutil.copytree(built_as_data, tmp_path / "data")


@pytest.fixture
def read(monkeypatch):
    """The names of the files that were read."""
    names = []
    real = read_arrivals.read_batch

    def told(numbered, *more):
        names.extend(arrival.file for _, arrival in numbered)
        return real(numbered, *more)

    monkeypatch.setattr(read_arrivals, "read_batch", told)
    return names


def digest(place):
    return books.digests(place / "output" / PERIOD)


def times(place):
    folder = place / "output" / PERIOD
    return {
        path.relative_to(folder).as_posix(): path.stat().st_mtime_ns for path in folder.rglob("*") if path.is_file()
    }


def anew(place):
    shutil.rmtree(place / ".cache")
    shutil.rmtree(place / "output")
    pledgebatch.consolidate(place, PERIOD, workers=0)
    return digest(place)


def test_nothing_changed_nothing_is_read_or_written_again(place, read):
    before, written = digest(place), times(place)
    pledgebatch.consolidate(place, PERIOD, workers=0)
    assert read == ["坏.xlsx"]
    assert digest(place) == before
    same = {name for name, time in times(place).items() if time == written[name]}
    assert {name for name in before if name.startswith("organisations/")} <= same


def test_of_one_changed_workbook_only_it_is_read_and_only_its_pages_are_written(place, read):
    before, written = digest(place), times(place)
    books.write(place / "inbox" / PERIOD / "一小.xlsx", {"phone": ""})
    pledgebatch.consolidate(place, PERIOD, workers=0)
    assert read == ["一小.xlsx", "坏.xlsx"]
    now = digest(place)
    kept = {name for name, time in times(place).items() if time == written.get(name)}
    assert {name for name in now if name.startswith("organisations/S2")} <= kept
    assert (
        now["organisations/S1_云溪一小党支部/合规报告.html"] != before["organisations/S1_云溪一小党支部/合规报告.html"]
    )
    assert anew(place) == now


@pytest.mark.parametrize("most", [1, 4])
def test_of_one_changed_workbook_only_its_organisation_is_assessed(place, monkeypatch, most):
    assessed = []
    real = assess_part.assess_part

    def told(batch, submissions, *more):
        assessed.append(sorted(submissions["organisation"].dropna().unique()))
        return real(batch, submissions, *more)

    monkeypatch.setattr(partition, "MOST_SOURCES", most)
    monkeypatch.setattr(assess_part, "assess_part", told)
    with quick_months.writing_only_data():
        for phone in ("0519-85501231", "0519-85501232"):
            books.write(place / "inbox" / PERIOD / "一小.xlsx", {"phone": phone})
            pledgebatch.consolidate(place, PERIOD, workers=0)
        assert assessed == ([["S1"]] * 2 if most > 1 else [["S1", "S2"]] * 2)
        now = digest(place)
        assert anew(place) == now


def test_a_rule_that_crashed_is_evaluated_again(data, monkeypatch):
    before = digest(data)
    shutil.rmtree(data / ".cache")
    crash = next(case for rule in RULES if rule.code == "MEM03" for case in rule.cases)
    with monkeypatch.context() as broken:
        broken.setitem(crash.__dict__, "breach", lambda **given: 1 / 0)
        assert "MEM03" in pledgebatch.consolidate(data, PERIOD, workers=0).not_evaluated
    assert "MEM03" not in pledgebatch.consolidate(data, PERIOD, workers=0).not_evaluated
    assert digest(data) == before


def test_files_that_come_go_and_move_are_told_apart_by_what_they_hold(place):
    inbox = place / "inbox" / PERIOD
    (inbox / "二小（又一份）.xlsx").unlink()
    (inbox / "云溪").mkdir()
    (inbox / "一小.xlsx").rename(inbox / "云溪" / "甲.xlsx")
    os.utime(inbox / "云溪" / "甲.xlsx", (1_300_000_000, 1_300_000_000))
    books.write(inbox / "二小补报.xlsx", S2 | {"head": "王芳"})
    pledgebatch.consolidate(place, PERIOD, workers=0)
    now = digest(place)
    assert anew(place) == now


def test_a_page_that_somebody_edited_or_in_which_a_bit_flipped_is_written_again(place):
    before = digest(place)
    organisations = place / "output" / PERIOD / "organisations"
    (organisations / "S2_云溪二小党支部" / "合规报告.html").write_text("改过", "utf-8")
    for file in (organisations / "S1_云溪一小党支部").rglob("*.*"):
        flip(file, 0.5)
    pledgebatch.consolidate(place, PERIOD, workers=0)
    assert digest(place) == before


@pytest.mark.parametrize(
    "spoil", [lambda file: file.write_bytes(b"?"), lambda file: file.unlink()], ids=["damaged", "gone"]
)
def test_a_memory_that_cannot_be_read_is_no_matter(data, read, spoil):
    before = digest(data)
    for file in [file for file in (data / ".cache" / PERIOD).rglob("*") if file.is_file()]:
        spoil(file)
    pledgebatch.consolidate(data, PERIOD, workers=0)
    assert len(read) == 4
    assert digest(data) == before


def flip(file, place):
    """One bit at a share of the file, its size and time as they were."""
    stat, data = file.stat(), bytearray(file.read_bytes())
    data[int(len(data) * place)] ^= 1
    file.write_bytes(data)
    os.utime(file, ns=(stat.st_atime_ns, stat.st_mtime_ns))


def test_a_bit_that_flipped_in_what_is_remembered_is_noticed(place, read):
    before = digest(place)
    for file in [
        file for file in (place / ".cache" / PERIOD).rglob("*") if file.is_file() and file.name != "index.json"
    ]:
        flip(file, 0.5)
    pledgebatch.consolidate(place, PERIOD, workers=0)
    assert len(read) == 4
    assert digest(place) == before


@pytest.mark.parametrize("share", [0.3, 0.9])
def test_a_bit_that_flipped_in_the_index_changes_nothing(place, share):
    before = digest(place)
    flip(place / ".cache" / PERIOD / "index.json", share)
    pledgebatch.consolidate(place, PERIOD, workers=0)
    assert digest(place) == before


def test_what_stands_where_nothing_of_the_kind_is_expected_is_cleared_away(data):
    before = digest(data)
    memory = data / ".cache" / PERIOD
    for name in ("rows", "parts"):
        shutil.rmtree(memory / name)
        (memory / name).write_text("?", "utf-8")
    (memory / "index.json").unlink()
    (memory / "index.json").mkdir()
    pledgebatch.consolidate(data, PERIOD, workers=0)
    assert digest(data) == before


def test_a_run_cut_short_reads_nothing_twice(place, read, monkeypatch):
    before = digest(place)
    shutil.rmtree(place / ".cache")
    with monkeypatch.context() as broken:
        broken.setattr("pledgebatch.pipeline.publish.publish_month", lambda *given: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            pledgebatch.consolidate(place, PERIOD, workers=0)
    read.clear()
    pledgebatch.consolidate(place, PERIOD, workers=0)
    assert read == ["坏.xlsx"]
    assert digest(place) == before


def rename_in_registry(place):
    write_registry(
        place / "registry.xlsx", books.REGISTRY.replace({"org_name": {"云溪二小党支部": "云溪第二小学党支部"}})
    )


def set_a_day(place):
    (place / "pledgebatch.toml").write_text("[parameters]\nlate_after_day = 1\n", "utf-8")


def hide_from_superiors(place):
    (place / "pledgebatch.toml").write_text('[protection]\ndirect_leave_out = ["ethnicity"]\n', "utf-8")


@pytest.mark.parametrize("change", [rename_in_registry, set_a_day, hide_from_superiors])
def test_whatever_the_office_changed_the_outputs_are_those_of_a_run_without_a_memory(place, change):
    before = digest(place)
    change(place)
    pledgebatch.consolidate(place, PERIOD, workers=0)
    now = digest(place)
    assert now != before
    assert anew(place) == now


def test_another_version_of_the_program_begins_anew(data, read, monkeypatch):
    before = digest(data)
    monkeypatch.setattr("pledgebatch.engine.cache.program", lambda: "another")
    pledgebatch.consolidate(data, PERIOD, workers=0)
    assert len(read) == 4
    assert digest(data) == before
