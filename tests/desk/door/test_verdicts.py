"""Files that wait are judged together; one that breaks its task costs itself only; one branch keeps nobody waiting."""

from concurrent.futures import Executor, Future
from pathlib import Path

import pytest

from pledgebatch.desk.door import verdicts
from pledgebatch.desk.door.verdicts import OFFICE, SLOTS, TOGETHER, UNFIT, Verdicts
from pledgebatch.desk.guard import Refused
from pledgebatch.mistakes import OfficeMistake, OutOfMemory
from pledgebatch.notice.periods import Period
from pledgebatch.pipeline.examine import Brought, Examined
from pledgebatch.pipeline.workspace import Workspace

MARCH, APRIL = Period(2011, 3), Period(2011, 4)


class Held(Executor):
    """Does nothing until it is told how a task ends."""

    def __init__(self) -> None:
        self.tasks: list[tuple[list[Brought], Future[list[Examined]]]] = []

    def submit(self, task, workspace, period, brought):  # type: ignore[override]  # stands in for one that begins
        self.tasks.append((brought, future := Future()))
        return future

    def codes(self) -> list[str]:
        return [" ".join(each.code for each in brought) for brought, future in self.tasks if not future.done()]

    def end(self, number: int, mistake: BaseException | None = None) -> None:
        brought, future = [task for task in self.tasks if not task[1].done()][number]
        if mistake:
            future.set_exception(mistake)
        else:
            future.set_result([Examined(each.file, each.code) for each in brought])


@pytest.fixture
def held() -> Held:
    return Held()


@pytest.fixture
def waiting(held, tmp_path) -> Verdicts:
    return Verdicts(Workspace(tmp_path), held)


def bring(waiting: Verdicts, code: str, period: Period = MARCH) -> "Future[Examined]":
    return waiting.submit(period, Brought(Path(f"{code}.xlsx"), f"{code}.xlsx", code, Path()))


def test_those_that_wait_are_judged_together_month_by_month(held, waiting):
    futures = [bring(waiting, f"S{number}", APRIL if number == 4 else MARCH) for number in range(24)]
    assert held.codes() == ["S0", "S1"]
    held.end(0)
    assert held.codes() == ["S1", " ".join(f"S{number}" for number in range(2, 23) if number != 4)]
    held.end(0)
    held.end(0)
    held.end(0)
    held.end(0)
    assert not held.codes()
    assert [each.result().sha256 for each in futures] == [f"S{number}" for number in range(24)]
    assert (SLOTS, TOGETHER) == (2, 20)


def test_one_that_breaks_its_task_costs_itself_only(held, waiting):
    futures = [bring(waiting, f"S{number}") for number in range(5)]
    held.end(0)
    held.end(0)
    assert held.codes() == ["S2 S3 S4"]
    held.end(0, OutOfMemory("died"))
    assert held.codes() == ["S2", "S3"]
    held.end(1, OutOfMemory("died"))
    held.end(0)
    held.end(0)
    assert [each.result().refused for each in futures] == ["", "", "", UNFIT, ""]


def test_what_the_office_should_mend_is_not_told_to_a_branch(held, waiting):
    future = bring(waiting, "S1")
    held.end(0, OfficeMistake("registry.xlsx 第 3 行"))
    assert future.result().refused == OFFICE
    assert not future.result().fit


def test_too_many_are_put_off(held, waiting, monkeypatch):
    monkeypatch.setattr(verdicts, "MOST_WAITING", 3)
    for number in range(SLOTS + 3):
        bring(waiting, f"S{number}")
    with pytest.raises(Refused, match="同时核验的单位太多"):
        bring(waiting, "S9")


def test_one_branch_waits_for_its_verdict_before_it_brings_another(guard, branch, tmp_path, monkeypatch):
    from tests import books
    from tests.desk.door.conftest import door_of

    held = Held()
    monkeypatch.setattr(door_of(guard).verdicts, "_judging", held)
    path = books.write(tmp_path / "一小.xlsx")
    assert branch.drop(path)["status"] == 200
    assert branch.get("/try/2011-03.json").json() == {"waiting": True}
    assert "正在核验" in branch.get("/").text
    assert branch.drop(path) == {"mistake": "上一个文件还没有核验完，请等一等", "status": 409}
    held.end(0)
    assert branch.get("/try/2011-03.json").json() == {"waiting": False}
