"""What takes the place of what: there is always one that is whole, and an error of the disk is told as what it is."""

import errno
import os
import signal
import subprocess
import sys
import textwrap
import threading
import time

import pytest
from xlsxwriter.exceptions import FileCreateError

from pledgebatch.engine import atomic
from pledgebatch.engine.atomic import recover, replacing, settle, writing
from pledgebatch.mistakes import OfficeMistake, mendable


@pytest.fixture(params=["exchange", "two renames"])
def folder(tmp_path, monkeypatch, request):
    if request.param == "two renames":
        monkeypatch.setattr(atomic, "_exchange", lambda one, other: False)
    folder = tmp_path / "2011-03"
    folder.mkdir()
    (folder / "page").write_text("first")
    return folder


def test_a_finished_folder_takes_the_place_of_the_last_and_leaves_nothing_beside_it(folder):
    with replacing(folder) as fresh:
        (fresh / "page").write_text("second")
        assert (folder / "page").read_text() == "first"
    assert (folder / "page").read_text() == "second"
    assert os.listdir(folder.parent) == ["2011-03"]


def test_after_an_exception_the_old_one_stays(folder):
    def write_half():
        with replacing(folder) as fresh:
            (fresh / "page").write_text("half")
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        write_half()
    assert (folder / "page").read_text() == "first"
    assert os.listdir(folder.parent) == ["2011-03"]


def test_two_who_write_at_once_do_not_write_into_one_folder(folder):
    with replacing(folder) as one, replacing(folder.with_name("2011-04")) as other:
        assert one != other
    names = {atomic._fresh(folder) for _ in range(20)}
    assert len(names) == 20


def test_what_killed_processes_left_is_cleared_away_and_a_swap_cut_short_is_undone(folder):
    folder.rename(folder.with_name(".2011-03.old"))
    for left in (".2011-03.new", ".2011-03.a1b2c3.new"):
        folder.with_name(left).mkdir()
    folder.with_name(".2011-03.d4e5f6.new").write_text("a page")
    others = folder.with_name(".2011-04.a1b2c3.new")
    others.mkdir()
    recover(folder)
    assert (folder / "page").read_text() == "first"
    assert sorted(os.listdir(folder.parent)) == [others.name, "2011-03"]


def test_a_file_that_is_held_while_folders_change_places_leaves_the_old_one(folder, monkeypatch):
    monkeypatch.setattr(atomic, "_exchange", lambda one, other: False)
    rename = type(folder).rename

    def held(path, target):
        if path.suffix == ".new":
            raise PermissionError(errno.EACCES, "held", str(path))
        return rename(path, target)

    monkeypatch.setattr(type(folder), "rename", held)
    with pytest.raises(OfficeMistake, match=r"2011-03 正被占用.*Excel"), replacing(folder):
        pass
    assert (folder / "page").read_text() == "first"


def test_a_reader_waits_for_a_folder_that_is_away_for_a_moment_and_puts_back_one_that_stays_away(folder, monkeypatch):
    old = folder.with_name(".2011-03.old")
    folder.rename(old)
    threading.Timer(0.1, lambda: old.rename(folder)).start()
    settle(folder.parent)
    assert (folder / "page").read_text() == "first"
    folder.rename(old)
    monkeypatch.setattr(atomic, "PATIENCE", 0)
    settle(folder.parent)
    assert (folder / "page").read_text() == "first"


def test_a_file_is_written_beside_and_what_is_left_of_it_is_not_in_the_published_folder(folder):
    with writing(folder / "page", folder) as fresh:
        assert fresh.parent == folder.parent
        fresh.write_text("second")
    assert (folder / "page").read_text() == "second"
    assert os.listdir(folder.parent) == ["2011-03"]


SWAPPING = """
    import sys
    from pathlib import Path
    from pledgebatch.engine.atomic import replacing
    folder, number = Path(sys.argv[1]), 0
    while True:
        number += 1
        with replacing(folder) as fresh:
            for name in "abc":
                (fresh / name).write_text(str(number))
"""


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux lets two folders change names at one stroke")
def test_a_folder_that_is_replaced_over_and_over_is_never_away_and_always_whole(folder, tmp_path):
    (tmp_path / "swapping.py").write_text(textwrap.dedent(SWAPPING))
    for name in "abc":
        (folder / name).write_text("0")
    process = subprocess.Popen([sys.executable, tmp_path / "swapping.py", folder])
    try:
        seen = set()
        late = time.monotonic() + 60
        while len(seen) < 20 and time.monotonic() < late:
            process.send_signal(signal.SIGSTOP)
            os.waitpid(process.pid, os.WUNTRACED)
            (told,) = {(folder / name).read_text() for name in "abc"}
            seen.add(told)
            process.send_signal(signal.SIGCONT)
            time.sleep(0.01)
    finally:
        process.kill()
        process.wait()
    assert len(seen) == 20


@pytest.mark.parametrize(
    ("mistake", "said"),
    [
        (OSError(errno.ENOSPC, "full"), "磁盘满了，写不下 甲"),
        (FileCreateError(OSError(errno.ENOSPC, "full", "乙.xlsx")), "磁盘满了，写不下 乙.xlsx"),
        (PermissionError(errno.EACCES, "held", "乙.xlsx"), "乙.xlsx 正被占用"),
        (OSError(errno.EROFS, "read-only", "乙"), "乙 所在的磁盘只能读"),
        (OSError(errno.ENAMETOOLONG, "long", "乙"), "路径太长，系统不接受 乙"),
        (OSError(errno.EIO, "broken"), "磁盘或网络盘读写出错（甲）"),
        (OSError(errno.EMFILE, "many"), "同时打开的文件太多"),
        (BlockingIOError(errno.EAGAIN, "no process"), "系统不让再开进程"),
        (FileNotFoundError(errno.ENOENT, "No usable temporary directory found in [...]"), "临时文件夹用不了"),
        (FileNotFoundError(errno.ENOENT, "No such file or directory"), "当前文件夹已被移走"),
        (FileNotFoundError(errno.ENOENT, "ours", "乙"), None),
        (TimeoutError(errno.ETIMEDOUT, "late"), None),
        (TimeoutError("Task timeout", 120), None),
        (ConnectionResetError(errno.ECONNRESET, "gone"), None),
        (MemoryError(), None),
        (KeyError("乙"), None),
    ],
    ids=repr,
)
def test_what_the_office_can_mend_is_told_from_what_it_cannot(mistake, said):
    told = mendable(mistake, "甲")
    assert (told and str(told)[: len(said or "")]) == said
