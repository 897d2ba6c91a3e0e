"""What waits is done together, what somebody waits for first; what breaks its worker costs itself only."""

from collections.abc import Sequence
from concurrent.futures import CancelledError, Future

import pytest

from pledgebatch.desk.together import Together
from pledgebatch.mistakes import OfficeMistake, OutOfMemory


class Worker:
    """Ends its tasks when it is told to."""

    def __init__(self) -> None:
        self.begun: list[tuple[Sequence[str], Future[Sequence[str]]]] = []

    def begin(self, some: Sequence[str]) -> "Future[Sequence[str]]":
        if "nobody" in some:
            raise OSError("no worker")
        self.begun.append((list(some), Future()))
        return self.begun[-1][1]

    def end(self, crash: Exception | None = None) -> list[str]:
        some, future = self.begun.pop()
        if crash:
            future.set_exception(crash)
        else:
            future.set_result([each.upper() for each in some])
        return list(some)


def of_one_kind(some: Sequence[str], each: str) -> bool:
    return each.islower() == some[0].islower()


def test_the_first_begins_at_once_and_those_that_come_meanwhile_together():
    worker = Worker()
    together = Together[str, str](worker.begin, of_one_kind, 3)
    made = [together.submit(each, later=each in "xy") for each in "xyabcd"] + [together.submit("E")]
    assert [worker.end() for _ in range(5)] == [["x"], ["a", "b", "c"], ["d"], ["E"], ["y"]]
    assert [each.result(0) for each in made] == ["X", "Y", "A", "B", "C", "D", "E"]
    assert not worker.begun


def test_one_that_breaks_its_worker_is_found_out():
    worker = Worker()
    together = Together[str, str](worker.begin, of_one_kind, 3)
    made = [together.submit(each) for each in "abcde"]
    worker.end()
    assert worker.end(OutOfMemory("too much")) == ["b", "c", "d"]
    assert worker.end() == ["b"]
    assert worker.end(OutOfMemory("too much")) == ["c"]
    assert [worker.end(), worker.end()] == [["d"], ["e"]]
    with pytest.raises(OutOfMemory):
        made[2].result(0)
    assert [made[number].result(0) for number in (0, 1, 3, 4)] == ["A", "B", "D", "E"]


def test_what_is_the_office_s_mistake_holds_for_all_at_once():
    worker = Worker()
    together = Together[str, str](worker.begin, of_one_kind, 3)
    made = [together.submit(each) for each in "abc"]
    worker.end()
    assert worker.end(OfficeMistake("the registry")) == ["b", "c"]
    for each in made[1:]:
        with pytest.raises(OfficeMistake, match="the registry"):
            each.result(0)
    assert not worker.begun


def test_of_many_that_fail_at_once_each_is_told():
    worker = Worker()
    together = Together[str, str](worker.begin, of_one_kind, 3)
    made = [together.submit(each) for each in ["a", *["nobody"] * 5_000, "b"]]
    worker.end()
    assert all(isinstance(each.exception(0), OSError) for each in made[1:-1])
    assert worker.end() == ["b"]
    assert made[-1].result(0) == "B"


def test_where_no_worker_begins_the_rest_goes_on():
    worker = Worker()
    together = Together[str, str](worker.begin, of_one_kind, 3)
    made = [together.submit(each) for each in ("a", "b", "nobody")]
    assert [worker.end(), worker.end()] == [["a"], ["b"]]
    with pytest.raises(OSError, match="no worker"):
        made[2].result(0)
    assert made[1].result(0) == "B"


def test_several_are_at_work_at_a_time_and_those_that_fit_are_found_behind_others():
    worker = Worker()
    together = Together[str, str](worker.begin, of_one_kind, 3, slots=2)
    for each in "abcDeF":
        together.submit(each)
    assert [some for some, _ in worker.begun] == [["a"], ["b"]]
    assert together.waiting == 4
    worker.end()
    assert [some for some, _ in worker.begun] == [["a"], ["c", "e"]]
    worker.end()
    assert [some for some, _ in worker.begun] == [["a"], ["D", "F"]]


def test_whoever_waits_is_told_when_the_workers_are_ended():
    worker = Worker()
    together = Together[str, str](worker.begin, of_one_kind, 3)
    made = together.submit("a")
    worker.begun[0][1].cancel()
    with pytest.raises(CancelledError):
        made.result(0)
