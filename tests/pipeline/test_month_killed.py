"""A month killed at any moment leaves the last good output, and the next run gives the same bytes as an undisturbed one."""

import multiprocessing
import os
import random
import shutil
import signal
import sys
import time
from pathlib import Path

import pytest

from pledgebatch.engine.atomic import recover
from pledgebatch.notice.periods import Period
from pledgebatch.pipeline.consolidate import consolidate
from pledgebatch.pipeline.workspace import Workspace
from tests import books, quick_months

KILLS = 20
NAME = "云溪一小党支部_承诺台账_201103.xlsx"


def run(root: str) -> None:
    with quick_months.asking():  # what is killed is the writing
        consolidate(Workspace(Path(root)), Period(2011, 3), 0)


def contents(folder: Path) -> dict[str, bytes]:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()
    }


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no SIGKILL")
def test_a_month_killed_at_any_moment_leaves_the_last_good_output(tmp_path):
    root = books.workspace(tmp_path / "w")
    sent = books.write(root / "inbox" / "2011-03" / NAME)
    os.utime(sent, (1_300_000_000, 1_300_000_000))
    output = root / "output" / "2011-03"
    started = time.monotonic()
    run(str(root))
    lasts = time.monotonic() - started
    first = contents(output)
    sent.write_bytes(books.write(tmp_path / NAME, head={"phone": "0519-85501237"}).read_bytes())
    os.utime(sent, (1_300_000_100, 1_300_000_100))
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["tests.quick_months"])
    undisturbed = books.workspace(tmp_path / "u")
    other = undisturbed / "inbox" / "2011-03" / NAME
    other.write_bytes(sent.read_bytes())
    os.utime(other, (1_300_000_100, 1_300_000_100))
    run(str(undisturbed))
    after = contents(undisturbed / "output" / "2011-03")
    assert after != first
    before = shutil.copytree(root, tmp_path / "before")
    chance = random.Random(20)
    killed = 0
    while killed < KILLS:
        process = context.Process(target=run, args=(str(root),))
        process.start()
        process.join(chance.random() * lasts * 0.9)
        if process.is_alive():
            assert process.pid
            os.kill(process.pid, signal.SIGKILL)
            killed += 1
        process.join()
        recover(output)  # as the next run does first: between two renames the last output stands beside its place
        there = contents(output)
        assert there in (first, after)
        if there == after:  # this one had finished: begin again with what was there before
            shutil.rmtree(root)
            shutil.copytree(before, root)
    run(str(root))
    assert contents(output) == after
