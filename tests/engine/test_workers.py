"""The seam: the same results whoever does the work, and a worker's death costs nothing but time."""

import logging
import multiprocessing
import os
import signal
import subprocess
import sys
import time
from concurrent.futures.process import BrokenProcessPool
from pathlib import Path

import pandas as pd
import pytest
from distributed import nanny
from pebble.pool.process import PoolManager

import pledgebatch
from pledgebatch.engine import memory, processes
from pledgebatch.engine.cluster import Cluster
from pledgebatch.engine.processes import Processes
from pledgebatch.engine.workers import Serial, workers
from pledgebatch.mistakes import NoWorkers, OfficeMistake, OutOfMemory, OutOfTime
from pledgebatch.notice.periods import Period
from pledgebatch.pipeline.consolidate import consolidate
from pledgebatch.pipeline.workspace import Workspace
from tests import books

PERIOD = "2011-03"
S2 = {"unit_code": "S2", "org_name": "云溪二小党支部", "unit_name": "云溪二小", "relation": "指导"}


def die_once(flag):
    """Die on the first call, as a worker does that the system kills."""
    if not Path(flag).exists():
        Path(flag).touch()
        os._exit(9)
    return "done"


def die(_):
    os._exit(9)


def test_a_task_whose_worker_dies_is_begun_once_more(tmp_path):
    with Processes(1) as pool:
        assert pool.submit(die_once, str(tmp_path / "flag")).result() == "done"


def test_a_task_that_kills_every_worker_fails_and_the_next_one_runs():
    with Processes(1) as pool:
        with pytest.raises(OutOfMemory):
            pool.submit(die, 0).result()
        assert pool.submit(len, "abc").result() == 3
        with pytest.raises(OutOfMemory):
            pool.submit(bytearray, 10**12).result()


def test_a_task_that_takes_too_long_is_no_error_of_the_disk(monkeypatch):
    monkeypatch.setattr(processes, "SECONDS", 1)
    with Processes(1) as pool:
        with pytest.raises(OutOfTime) as told:
            pool.submit(time.sleep, 60).result()
        assert not isinstance(told.value, OSError)


class Panic(BaseException):
    """As the quick reader's: no Exception, and not to be made again from its text."""

    def __init__(self, place, line):
        super().__init__(f"panicked at {place}:{line}")


def panic():
    raise Panic("src/lib.rs", 7)


def test_an_exception_that_cannot_be_handed_over_ends_no_pool():
    with Processes(1) as pool:
        first = pool.submit(os.getpid).result()
        with pytest.raises(RuntimeError, match="panicked at src/lib.rs:7"):
            pool.submit(panic).result()
        assert pool.submit(os.getpid).result() == first


@pytest.fixture
def no_memory(tmp_path, monkeypatch):
    """Every worker dies before it begins, as where the system kills whatever wants more memory."""
    (tmp_path / "starved").mkdir()
    dying = 'import os, sys\nif "--multiprocessing-fork" in sys.orig_argv:\n    os._exit(9)\n'
    (tmp_path / "starved" / "sitecustomize.py").write_text(dying)
    monkeypatch.setenv("PYTHONPATH", str(tmp_path / "starved"))


@pytest.mark.usefixtures("no_memory")
def test_workers_that_cannot_begin_are_told_in_a_sentence_that_says_what_to_do():
    with Processes(2) as pool, pytest.raises(NoWorkers, match="请关闭其他程序"):
        pool.submit(len, "abc").result()


@pytest.mark.usefixtures("no_memory")
def test_no_file_is_blamed_for_workers_that_cannot_begin(tmp_path):
    place = place_of(tmp_path / "w")
    with pytest.raises(OfficeMistake, match="请关闭其他程序"):
        pledgebatch.consolidate(place, PERIOD, workers=1)
    assert not (place / "output" / PERIOD).exists()


def test_a_task_that_comes_while_its_pool_breaks_is_done_by_the_next(monkeypatch):
    usual = PoolManager.schedule

    def break_first(manager, task):
        monkeypatch.setattr(PoolManager, "schedule", usual)
        manager.handle_broken_pool(BrokenProcessPool())
        manager.schedule(task)

    with Processes(1) as pool:
        assert pool.submit(len, "ab").result() == 2
        monkeypatch.setattr(PoolManager, "schedule", break_first)
        assert pool.submit(len, "abc").result(timeout=60) == 3


def complain(text):
    os.write(2, text.encode())
    logging.getLogger("pledgebatch").error(text)


def test_workers_say_nothing_on_the_terminal_and_hand_over_what_went_wrong(caplog, capfd):
    with Processes(1) as pool:
        assert pool.submit(len, "abc").result() == 3
        assert not caplog.messages
        pool.submit(complain, "out of order").result()
    assert caplog.messages == ["out of order"]
    assert capfd.readouterr() == ("", "")


WITHOUT_A_GUARD = """
import sys
from pathlib import Path
import pledgebatch
place = Path(sys.argv[1])
print("begun")
month = pledgebatch.consolidate(place, "2011-03", workers=1)
print(*sorted(month.submissions["state"]))
print(*(month.submissions["state"].iloc[0] for month in pledgebatch.check([*(place / "inbox" / "2011-03").iterdir()], "2011-03")))
"""


def test_a_script_without_a_guard_is_not_begun_again_by_its_workers(tmp_path):
    place = place_of(tmp_path / "w")
    for name in ("二小.xlsx", "坏.xlsx"):
        (place / "inbox" / PERIOD / name).unlink()
    script = tmp_path / "script.py"
    script.write_text(WITHOUT_A_GUARD, "utf-8")
    told = subprocess.run([sys.executable, script, place], capture_output=True, text=True)
    assert (told.returncode, told.stderr) == (0, "")
    assert told.stdout.splitlines()[0] == "begun"
    assert told.stdout.count("begun") == 1
    assert sorted(told.stdout.splitlines()[2].split()) == told.stdout.splitlines()[1].split()


def test_an_exception_of_a_task_is_its_own_and_it_is_not_begun_again(tmp_path):
    for pool in (Serial(), Processes(1)):
        with pool, pytest.raises(ZeroDivisionError):
            pool.submit(divmod, 1, 0).result()


def read_and_take(file, size):
    """Let Arrow work, then take ``size`` bytes that are never touched."""
    rows = len(pd.read_parquet(file))
    return rows, len(bytearray(size))


def test_a_worker_may_take_what_the_limit_says_after_arrow_took_its_own(tmp_path):
    pd.DataFrame({"text": ["甲"] * 50_000}).to_parquet(tmp_path / "rows.parquet")
    with Processes(1) as pool:
        size = memory.LIMIT * 7 // 8
        assert pool.submit(read_and_take, tmp_path / "rows.parquet", size).result() == (50_000, size)


ENDED_AT_ONCE = """
import time
import pebble.pool.process as pool
from pledgebatch.engine.processes import Processes

def slowly(process, stop=pool.stop_process):
    time.sleep(1.5)  # as on a busy machine
    stop(process)

if __name__ == "__main__":
    pool.stop_process = slowly
    with Processes(2):
        time.sleep(0.1)
"""


def test_a_worker_that_was_just_starting_ends_in_silence(tmp_path):
    script = tmp_path / "ended.py"
    script.write_text(ENDED_AT_ONCE)
    told = subprocess.run([sys.executable, script], capture_output=True, text=True)
    assert (told.returncode, told.stderr) == (0, "")


def place_of(folder):
    place = books.workspace(folder)
    books.write(place / "inbox" / PERIOD / "一小.xlsx", {"phone": "85501234"})
    books.write(place / "inbox" / PERIOD / "二小.xlsx", S2)
    (place / "inbox" / PERIOD / "坏.xlsx").write_bytes(b"PK\x03\x04broken")
    for file in (place / "inbox" / PERIOD).iterdir():
        os.utime(file, (1_300_000_000, 1_300_000_000))
    return place


def digest(place):
    return books.digests(place / "output" / PERIOD)


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory):
    place = place_of(tmp_path_factory.mktemp("seam") / "w")
    pledgebatch.consolidate(place, PERIOD, workers=0)
    return digest(place)


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no SIGKILL")
def test_a_worker_killed_in_the_middle_changes_nothing(tmp_path, undisturbed):
    place = place_of(tmp_path / "w")
    killed = []

    def kill(step):
        workers_now = [child for child in multiprocessing.active_children() if child.pid]
        if step != "读取 3 个文件" and workers_now:
            killed.append(workers_now[0].pid)
            os.kill(workers_now[0].pid, signal.SIGKILL)

    consolidate(Workspace(place), Period.parse(PERIOD), 2, kill)
    assert killed
    assert digest(place) == undisturbed


def test_a_cluster_gives_the_same_bytes_and_its_workers_end_by_themselves(tmp_path, undisturbed, monkeypatch):
    killed = []
    monkeypatch.setattr(nanny.logger, "warning", lambda message, *more: killed.append(message))
    place = place_of(tmp_path / "w")
    pledgebatch.consolidate(place, PERIOD, workers="dask://local:2")
    assert digest(place) == undisturbed
    assert killed == []


def test_many_small_parts_say_what_one_part_says(tmp_path, undisturbed, monkeypatch):
    monkeypatch.setattr("pledgebatch.engine.partition.SIZE", 1)
    place = place_of(tmp_path / "w")
    month = pledgebatch.consolidate(place, PERIOD, workers=0)
    now = digest(place)
    same = [name for name in undisturbed if name.endswith((".html", ".csv")) or name.startswith("organisations/")]
    assert {name: now[name] for name in same} == {name: undisturbed[name] for name in same}
    assert len(month.tables["organisations"]) == 2


def test_a_cluster_that_does_not_answer_is_told_in_one_sentence(monkeypatch):
    monkeypatch.setattr("pledgebatch.engine.cluster.PATIENCE", "1s")
    with pytest.raises(OfficeMistake, match="连不上集群"):
        workers("dask://127.0.0.1:1")


def test_a_cluster_of_another_version_is_refused(monkeypatch):
    monkeypatch.setattr("pledgebatch.engine.cluster.program", lambda: str(os.getpid()))
    with pytest.raises(OfficeMistake, match="版本不同"):
        Cluster("dask://local:1")


def test_no_more_workers_than_asked_for():
    assert isinstance(workers(0), Serial)
    assert processes.SECONDS > 0
