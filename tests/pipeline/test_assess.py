"""A task of assessing that takes too much is broken up until one organisation is left; everybody else is assessed."""

import os

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
    """A pool in which whatever assesses the school ``BAD`` fails, with its rules evaluated or, at the worst, in any way."""

    def __init__(self, mistake, at_worst=False):
        self.mistake, self.at_worst, self.tasks = mistake, at_worst, []

    def submit(self, task, /, *args, **kwargs):
        if task is not assess_onto:
            return super().submit(task, *args, **kwargs)
        batch, own, *_, undecided = args
        self.tasks.append(sorted(own["organisation"]))
        wanted = len(batch.tables["organisations"]) if self.at_worst else not undecided
        if wanted and BAD in set(own["organisation"]):
            return super().submit(self.fail)
        return super().submit(task, *args, **kwargs)

    def fail(self):
        raise self.mistake


@pytest.fixture(scope="module", autouse=True)
def _few_rules():
    """One that every school breaks, and the one about files that cannot be read."""
    with quick_months.asking("FIL05", "ORG06"):
        yield


@pytest.fixture
def place(tmp_path):
    place = books.workspace(tmp_path / "w", REGISTRY)
    for code in SCHOOLS:
        head = {"unit_code": code, "org_name": f"云溪{code}小党支部", "phone": ""}
        books.write(place / "inbox" / PERIOD / f"{code}.xlsx", head)
        os.utime(place / "inbox" / PERIOD / f"{code}.xlsx", (1_300_000_000, 1_300_000_000))
    return place


def publish(place, monkeypatch, pool):
    monkeypatch.setattr("pledgebatch.engine.engine.workers", lambda *count: pool)
    monkeypatch.setattr(partition, "PIECES", 2)
    return pledgebatch.consolidate(place, PERIOD, workers=0)


def judge(place, monkeypatch, pool):
    """The month, without what people open."""
    with quick_months.writing_only_data():
        return publish(place, monkeypatch, pool)


def of_others(rows):
    return rows[rows["organisation"] != BAD].reset_index(drop=True)


@pytest.mark.parametrize(
    ("mistake", "reason"), [(OutOfTime("…"), TOO_LONG), (OutOfMemory("…"), TOO_MUCH), (ZeroDivisionError(), CRASHED)]
)
def test_the_rules_of_that_organisation_are_undecided_and_all_others_are_assessed(place, monkeypatch, mistake, reason):
    pool = Overcharged(mistake)
    month = publish(place, monkeypatch, pool)
    assert pool.tasks == [SCHOOLS, ["S1", "S2", "S3"], ["S4", "S5"], ["S1", "S2"], ["S3"], ["S3"]]
    assert set(month.undecided["organisation"]) == {BAD}
    assert set(month.undecided["reason"]) == {reason}
    assert set(month.submissions["state"]) == {"returned", "accepted"}
    assert len(month.tables["members"]) == 5 * len(books.MEMBERS)
    assert reason in (place / "output" / PERIOD / "index.html").read_text("utf-8")
    undisturbed = judge(place, monkeypatch, Serial())  # nothing of the failure is remembered
    assert undisturbed.undecided.empty
    pd.testing.assert_frame_equal(of_others(month.findings), of_others(undisturbed.findings))
    assert BAD in set(undisturbed.findings["organisation"])


def test_an_organisation_of_which_nothing_can_be_made_is_as_one_that_could_not_be_read(place, monkeypatch):
    month = judge(place, monkeypatch, Overcharged(OutOfMemory("…"), at_worst=True))
    states = dict(zip(month.coverage["organisation"], month.coverage["state"], strict=True))
    assert states.pop(BAD) == "unreadable"
    assert set(states.values()) == {"returned"}
    told = month.findings[month.findings["organisation"] == BAD]
    assert "FIL05" in set(told["rule"])
    assert judge(place, monkeypatch, Serial()).coverage["state"].eq("returned").all()


@pytest.mark.parametrize("mistake", [NoWorkers("…"), OSError(28, "No space left on device")])
def test_what_is_the_matter_with_the_machine_is_no_fault_of_an_organisation(place, monkeypatch, mistake):
    with pytest.raises((NoWorkers, pledgebatch.OfficeMistake, OSError)):
        publish(place, monkeypatch, Overcharged(mistake))
    assert not (place / "output" / PERIOD).exists()
