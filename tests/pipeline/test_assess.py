"""A task of assessing that takes too much is broken up until one organisation is left; everybody else is assessed."""

import os
import shutil

import pandas as pd
import pytest

import pledgebatch
from pledgebatch.engine import partition
from pledgebatch.engine.workers import Serial
from pledgebatch.mistakes import NoWorkers, OutOfMemory, OutOfTime
from pledgebatch.pipeline.assess_part import assess_onto
from pledgebatch.rules.machinery.evaluate import CRASHED, TOO_LONG, TOO_MUCH
from tests import books, quick_months

PERIOD = "2011-03"
SCHOOLS = [f"S{n}" for n in range(1, 6)]
REGISTRY = pd.DataFrame(
    [(code, f"云溪{code}小党支部", "党支部", f"云溪{code}小", "公办学校", "直属", "", "是") for code in SCHOOLS],
    columns=books.REGISTRY.columns,
)
BAD = "S3"


class Overcharged(Serial):
    """A pool in which whatever assesses a school with a mistake fails, with its rules evaluated or, at the worst, in any way."""

    def __init__(self, mistakes, at_worst=False):
        self.mistakes, self.at_worst, self.tasks = mistakes, at_worst, []

    def submit(self, task, /, *args, **kwargs):
        if task is not assess_onto:
            return super().submit(task, *args, **kwargs)
        batch, own, *_, undecided = args
        self.tasks.append(sorted(own["organisation"]))
        wanted = len(batch.tables["organisations"]) if self.at_worst else not undecided
        bad = [mistake for code, mistake in self.mistakes.items() if code in set(own["organisation"])]
        if wanted and bad:
            return super().submit(self.fail, bad[0])
        return super().submit(task, *args, **kwargs)

    def fail(self, mistake):
        raise mistake


@pytest.fixture(scope="module", autouse=True)
def _few_rules():
    """One that every school breaks, and the one about files that cannot be read."""
    with quick_months.asking("FIL05", "ORG06"):
        yield


@pytest.fixture(scope="module")
def sent(tmp_path_factory):
    place = books.workspace(tmp_path_factory.mktemp("sent") / "w", REGISTRY)
    for code in SCHOOLS:
        head = {"unit_code": code, "org_name": f"云溪{code}小党支部", "phone": ""}
        books.write(place / "inbox" / PERIOD / f"{code}.xlsx", head)
        os.utime(place / "inbox" / PERIOD / f"{code}.xlsx", (1_300_000_000, 1_300_000_000))
    return place


@pytest.fixture
def place(sent, tmp_path):
    return shutil.copytree(sent, tmp_path / "w")


def publish(place, monkeypatch, pool):
    monkeypatch.setattr("pledgebatch.engine.engine.workers", lambda *count: pool)
    monkeypatch.setattr(partition, "PIECES", 2)
    return pledgebatch.consolidate(place, PERIOD, workers=0)


def judge(place, monkeypatch, pool):
    """The month, without what people open."""
    with quick_months.writing_only_data():
        return publish(place, monkeypatch, pool)


def of_others(rows, bad):
    return rows[~rows["organisation"].isin(list(bad))].reset_index(drop=True)


MISTAKES = {"S1": (OutOfTime("…"), TOO_LONG), "S3": (OutOfMemory("…"), TOO_MUCH), "S4": (ZeroDivisionError(), CRASHED)}


def test_the_rules_of_those_organisations_are_undecided_and_all_others_are_assessed(place, monkeypatch):
    pool = Overcharged({code: mistake for code, (mistake, _) in MISTAKES.items()})
    month = publish(place, monkeypatch, pool)
    assert pool.tasks == [
        SCHOOLS, ["S1", "S2", "S3"], ["S4", "S5"],
        ["S1", "S2"], ["S3"], ["S1"], ["S2"], ["S1"], ["S3"],
        ["S4"], ["S5"], ["S4"],
    ]  # fmt: skip
    told = month.undecided.drop_duplicates(["organisation", "reason"]).set_index("organisation")["reason"].to_dict()
    assert told == {code: reason for code, (_, reason) in MISTAKES.items()}
    assert set(month.submissions["state"]) == {"returned", "accepted"}
    assert len(month.tables["members"]) == 5 * len(books.MEMBERS)
    page = (place / "output" / PERIOD / "index.html").read_text("utf-8")
    assert not [reason for reason in told.values() if reason not in page]
    undisturbed = judge(place, monkeypatch, Serial())  # nothing of the failure is remembered
    assert undisturbed.undecided.empty
    pd.testing.assert_frame_equal(of_others(month.findings, MISTAKES), of_others(undisturbed.findings, MISTAKES))
    assert set(SCHOOLS) <= set(undisturbed.findings["organisation"])


def test_an_organisation_of_which_nothing_can_be_made_is_as_one_that_could_not_be_read(place, monkeypatch):
    month = judge(place, monkeypatch, Overcharged({BAD: OutOfMemory("…")}, at_worst=True))
    states = dict(zip(month.coverage["organisation"], month.coverage["state"], strict=True))
    assert states.pop(BAD) == "unreadable"
    assert set(states.values()) == {"returned"}
    told = month.findings[month.findings["organisation"] == BAD]
    assert "FIL05" in set(told["rule"])
    assert judge(place, monkeypatch, Serial()).coverage["state"].eq("returned").all()


@pytest.mark.parametrize("mistake", [NoWorkers("…"), OSError(28, "No space left on device")])
def test_what_is_the_matter_with_the_machine_is_no_fault_of_an_organisation(place, monkeypatch, mistake):
    with pytest.raises((NoWorkers, pledgebatch.OfficeMistake, OSError)):
        publish(place, monkeypatch, Overcharged({BAD: mistake}))
    assert not (place / "output" / PERIOD).exists()
