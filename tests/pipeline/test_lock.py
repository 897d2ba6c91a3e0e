"""One writer at a time: a second is told who is at work, readers are not kept out, and a paused or killed one spoils nothing."""

import json
import multiprocessing
import os
import random
import re
import signal
import sys
import threading
import time
from pathlib import Path

import pytest

import pledgebatch
from pledgebatch.mistakes import OfficeMistake
from pledgebatch.notice.periods import Period
from pledgebatch.pipeline import send_out
from pledgebatch.pipeline.lock import HOLDER, LOCK, holding, holds
from pledgebatch.pipeline.workspace import Workspace
from tests import books, quick_months

MONTH = "2011-03"
NAME = "云溪一小党支部_承诺台账_201103.xlsx"
PAUSES, KILLED = 20, 4
REFUSED = 2


@pytest.fixture
def place(tmp_path):
    place = books.workspace(tmp_path / "w")
    books.write(place / "inbox" / MONTH / NAME)
    return place


@pytest.fixture(scope="module")
def done(tmp_path_factory):
    """A workspace whose month is consolidated, as data."""
    done = books.workspace(tmp_path_factory.mktemp("lock") / "done")
    books.write(done / "inbox" / MONTH / NAME)
    quick_months.consolidate(done, MONTH)
    return done


@pytest.mark.parametrize(
    "write",
    [
        lambda place, done: pledgebatch.consolidate(place, MONTH, workers=0),
        lambda place, done: pledgebatch.make_templates(place, MONTH, workers=0),
        lambda place, done: pledgebatch.archive_year(place, "S1", 2011),
        lambda place, done: pledgebatch.rollup(place, [done / "output" / MONTH], workers=0),
        lambda place, done: send_out.begin(place),
    ],
    ids=["consolidate", "templates", "year", "rollup", "init"],
)
def test_a_second_writer_is_told_who_is_at_work_and_changes_nothing(place, done, write):
    with holding(Workspace(place), f"consolidate {MONTH}"):
        before = books.digests(place)
        thread = threading.Thread(target=lambda: told.append(refusal(write, place, done)))
        told: list[str] = []
        thread.start()
        thread.join()
        assert books.digests(place) == before
    assert re.search(
        rf"正在运行：consolidate {MONTH}，自 20\d\d-\d\d-\d\d \d\d:\d\d:\d\d 起（用户 .+，电脑 .+，进程 {os.getpid()}）",
        told[0],
    )


def refusal(write, *places):
    with pytest.raises(OfficeMistake) as refused:
        write(*places)
    return str(refused.value)


def test_who_only_reads_is_not_kept_out(done):
    with holding(Workspace(done), "send"):
        told = []
        thread = threading.Thread(target=lambda: told.append(pledgebatch.status(done)))
        thread.start()
        thread.join()
    assert told[0]["period"].tolist() == [MONTH]
    assert pledgebatch.check([done / "inbox" / MONTH / NAME])


def test_one_after_another_and_one_inside_another_are_no_second_writers(place):
    quick_months.consolidate(place, MONTH)
    quick_months.consolidate(place, MONTH)
    with holding(Workspace(place), "demo"):
        pledgebatch.make_templates(place, MONTH, workers=0)
        with holding(Workspace(place.parent / "w" / ".." / "w"), "the same place by another name"):
            assert json.loads((place / HOLDER).read_text("utf-8"))["command"] == "demo"
    assert not (place / HOLDER).exists()


def test_what_a_killed_process_left_of_the_lock_keeps_nobody_out(place):
    (place / LOCK).touch()
    (place / HOLDER).write_text(json.dumps({"command": "consolidate"}))
    quick_months.consolidate(place, MONTH)
    assert not (place / HOLDER).exists()


def test_a_holder_that_cannot_be_read_is_a_holder_all_the_same(place):
    with holding(Workspace(place), "send"):
        (place / HOLDER).write_text("{")
        told = []
        thread = threading.Thread(target=lambda: told.append(refusal(send_out.begin, place)))
        thread.start()
        thread.join()
    assert "另一个命令刚刚开始" in told[0]


def test_the_lock_is_given_back_after_an_exception(place):
    @holds("try")
    def fail(workspace, period):
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail(Workspace(place), Period(2011, 3))
    with holding(Workspace(place), "again"):
        pass


def run(root):
    try:
        quick_months.consolidate(Path(root), MONTH)
    except OfficeMistake:
        os._exit(REFUSED)


def contents(folder):
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def signalled(process, what):
    """Send a process a signal, unless it has ended before its moment came."""
    if process.is_alive():
        os.kill(process.pid, what)


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no SIGSTOP")
def test_two_writers_of_whom_one_is_paused_at_any_moment_or_killed_leave_a_whole_month(place, tmp_path):
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["tests.quick_months"])
    output, sent = place / "output" / MONTH, place / "inbox" / MONTH / NAME
    versions, whole = [], []
    for number, phone in enumerate(("0519-85501236", "0519-85501237")):
        versions.append(books.write(tmp_path / str(number) / NAME, head={"phone": phone}).read_bytes())
        sent.write_bytes(versions[-1])
        os.utime(sent, (1_300_000_000, 1_300_000_000))
        started = time.monotonic()
        run(str(place))
        lasts = time.monotonic() - started
        whole.append(contents(output))
    assert whole[0] != whole[1]
    chance = random.Random(16)
    ends = []
    for number in range(PAUSES):
        sent.write_bytes(versions[number % 2])
        os.utime(sent, (1_300_000_000, 1_300_000_000))
        one, other = (context.Process(target=run, args=(str(place),)) for _ in range(2))
        one.start()
        one.join(chance.random() * lasts)
        signalled(one, signal.SIGSTOP)
        assert contents(output) in whole
        other.start()
        other.join()
        assert contents(output) in whole
        signalled(one, signal.SIGKILL if number % KILLED == 0 else signal.SIGCONT)
        one.join()
        assert contents(output) in whole
        ends.append(other.exitcode)
        if number % KILLED == 0:
            run(str(place))
        assert contents(output) == whole[number % 2]
    assert REFUSED in ends
    assert set(ends) <= {0, REFUSED}
    assert not [name for name in os.listdir(output.parent) if name != MONTH]
