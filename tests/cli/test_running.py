"""What a command says when it cannot go on: one sentence, whatever went wrong, on whatever terminal; and how it ends."""

import errno
import json
import logging
import os
import shutil
import signal
import subprocess
import sys
import textwrap
import time
from pathlib import Path

import pytest

from pledgebatch.cli.exit_status import COULD_NOT, DONE, OUR_MISTAKE
from pledgebatch.cli.log import LOG_NAME, keeping_log
from pledgebatch.demo import inbox
from pledgebatch.pipeline import check as checking
from pledgebatch.pipeline import rollup as closure
from pledgebatch.pipeline import run as running
from pledgebatch.pipeline import send_out, year
from pledgebatch.pipeline import status as standing
from pledgebatch.rules import book
from tests import books
from tests.cli.test_commands import NAME, run

ASKED = ("--period", "2011-03", "--workers", 0)


@pytest.fixture(scope="module")
def shared(tmp_path_factory):
    place = books.workspace(tmp_path_factory.mktemp("running") / "工作")
    books.write(place / "inbox" / "2011-03" / NAME)
    return place


@pytest.fixture
def place(shared):
    yield shared
    (shared / LOG_NAME).unlink(missing_ok=True)


def raising(mistake):
    def fail(*args, **kwargs):
        raise mistake

    return fail


@pytest.mark.parametrize(
    ("mistake", "said"),
    [
        (KeyError("ours"), "程序出错（KeyError）"),
        (RecursionError("ours"), "程序出错（RecursionError）"),
        (EOFError("ours"), "程序出错（EOFError）"),
        (BrokenPipeError(errno.EPIPE, "of a worker"), "网络连接中断"),
        (FileNotFoundError(errno.ENOENT, "ours", "乙"), "程序出错（FileNotFoundError）"),
        (MemoryError(), "内存不够用"),
        (TimeoutError("Task timeout", 120), "处理时间过长"),
    ],
    ids=repr,
)
def test_a_crash_is_one_sentence_with_status_3_and_its_traceback_is_in_the_log(
    capsys, place, monkeypatch, mistake, said
):
    monkeypatch.setattr(running, "search", raising(mistake))
    status, out, err = run(capsys, "consolidate", *ASKED, "--workspace", place, "--quiet")
    assert (status, out, len(err.splitlines())) == (OUR_MISTAKE, "", 1)
    assert err.startswith(f"错误：{said}")
    assert str(place / LOG_NAME) in err
    log = (place / LOG_NAME).read_text("utf-8")
    assert "Traceback" in log
    assert type(mistake).__name__ in log


COMMANDS = [
    (running, "office_of", ["consolidate", *ASKED]),
    (send_out, "office_in", ["templates", *ASKED]),
    (checking, "read_arrivals", ["check", "FILE", "--workers", 0]),
    (standing, "consolidated_months", ["status"]),
    (closure, "read_office", ["rollup", "FILE", "--workers", 0]),
    (year, "consolidated_months", ["year", "S1", "--year", 2011]),
]


@pytest.mark.parametrize(("room", "name", "args"), COMMANDS, ids=[args[0] for _, _, args in COMMANDS])
def test_every_command_that_crashes_says_so_alike(capsys, place, monkeypatch, room, name, args):
    monkeypatch.setattr(room, name, raising(ZeroDivisionError("ours")))
    file = place / "inbox" / "2011-03" / NAME
    status, _, err = run(capsys, *[file if arg == "FILE" else arg for arg in args], "--workspace", place)
    assert (status, "程序出错（ZeroDivisionError）" in err, str(place / LOG_NAME) in err) == (OUR_MISTAKE, True, True)


def test_commands_without_a_workspace_say_so_too(capsys, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(inbox, "registry", raising(ZeroDivisionError("ours")))
    assert run(capsys, "demo", tmp_path / "新", "--workers", 0)[0] == OUR_MISTAKE
    assert (tmp_path / "新" / LOG_NAME).is_file()
    monkeypatch.setattr("pledgebatch.cli.commands.catalogue", raising(ZeroDivisionError("ours")))
    assert run(capsys, "rules")[0] == OUR_MISTAKE
    assert (tmp_path / LOG_NAME).is_file()


@pytest.mark.parametrize("code", [errno.ENOSPC, errno.EACCES, errno.EROFS, errno.ENAMETOOLONG, errno.EIO, errno.EMFILE])
def test_what_the_office_can_mend_is_no_crash(capsys, place, monkeypatch, code):
    monkeypatch.setattr(running, "office_of", raising(OSError(code, os.strerror(code), "某个文件.xlsx")))
    status, out, err = run(capsys, "consolidate", *ASKED, "--workspace", place)
    assert (status, out, len(err.splitlines())) == (COULD_NOT, "", 1)
    assert "某个文件.xlsx" in err
    assert not (place / LOG_NAME).exists()


def test_a_log_that_cannot_be_written_is_kept_among_temporary_files(capsys, place, tmp_path, monkeypatch):
    (place / LOG_NAME).mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    monkeypatch.setattr(running, "search", raising(KeyError("ours")))
    err = run(capsys, "consolidate", *ASKED, "--workspace", place)[2]
    assert str(tmp_path / LOG_NAME) in err
    assert "Traceback" in (tmp_path / LOG_NAME).read_text("utf-8")
    (tmp_path / LOG_NAME).unlink()
    (tmp_path / LOG_NAME).mkdir()
    err = run(capsys, "consolidate", *ASKED, "--workspace", place)[2]
    (other,) = tmp_path.glob("pledgebatch-*.log")
    assert str(other) in err
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "not there"))
    status, _, err = run(capsys, "consolidate", *ASKED, "--workspace", place)
    assert (status, "没有地方可记" in err) == (OUR_MISTAKE, True)
    (place / LOG_NAME).rmdir()


def test_what_is_logged_may_hold_names_that_are_no_text(tmp_path, monkeypatch):
    monkeypatch.setattr(logging.getLogger("pledgebatch"), "propagate", False)  # pytest's own log cannot hold them
    with keeping_log(tmp_path) as log:
        logging.getLogger("pledgebatch").error("file %s", os.fsdecode(b"\xb9\xfe.xlsx"))
    assert log.path == tmp_path / LOG_NAME
    assert "\\udcb9" in log.path.read_text("utf-8")


BROKEN = """
    import {room} as room

    from pledgebatch.pipeline import assess_part, conclude

    class Odd(Exception):
        def __init__(self, one, two):
            super().__init__("odd")

    calls = []

    def fail(*args, **kwargs):
        calls.append(args)
        raise {mistake}

    assess_part.RULES = conclude.RULES = assess_part.RULES[:9]  # it is no matter how many are asked

    room.{name} = fail
"""


def broken(place, room, name, mistake, *more):
    """Consolidate with a function that fails, in the workers too: Python begins each of its processes with this module."""
    at_start = place / "start" / "sitecustomize.py"
    at_start.parent.mkdir(exist_ok=True)
    at_start.write_text(textwrap.dedent(BROKEN.format(room=room, name=name, mistake=mistake)))
    command = "from pledgebatch.cli import main; main()"
    asked = ["consolidate", "--workspace", str(place), "--period", "2011-03", "--workers", "1", "--quiet", *more]
    path = os.pathsep.join((str(at_start.parent), *filter(None, sys.path)))
    done = subprocess.run(
        [sys.executable, "-c", command, *asked],
        capture_output=True, text=True, encoding="utf-8", check=False, timeout=300, env=os.environ | {"PYTHONPATH": path},
    )  # fmt: skip
    shutil.rmtree(at_start.parent)
    return done


def test_pages_that_cannot_be_made_cost_their_organisation_only_and_are_named(place):
    """Whatever is raised: one of the two cannot be handed over between processes."""
    done = broken(
        place, "pledgebatch.publish.organisations", "render_report", "[KeyError('ours'), Odd(1, 2)][len(calls) % 2]"
    )
    assert (done.returncode, done.stderr) == (1, "")
    page = (place / "output/2011-03/index.html").read_text("utf-8")
    for folder in ("organisations/S1_云溪一小党支部", "organisations/S2_云溪二小党支部"):
        assert f"{folder}（程序出错）" in done.stdout
        assert f"{folder}（程序出错）" in page
    log = (place / LOG_NAME).read_text("utf-8")
    assert "in fail" in log
    assert "KeyError: 'ours'" in log
    assert "Odd: odd" in log
    forget(place)


def test_a_disk_that_is_full_for_a_worker_is_told_of_the_disk(place):
    done = broken(place, "pledgebatch.publish.organisations", "render_report", "OSError(28, 'full')")
    assert (done.returncode, done.stdout, len(done.stderr.splitlines())) == (COULD_NOT, "", 1)
    assert "磁盘满了" in done.stderr
    assert list((place / "output").iterdir()) == []
    shutil.rmtree(place / ".cache")  # what was assessed is remembered all the same


def test_a_rule_that_crashes_in_a_worker_is_in_the_log_and_not_on_the_terminal(place):
    done = broken(place, "pledgebatch.rules.machinery.evaluate", "_apply", "KeyError(1)", "--format", "json")
    assert (done.returncode, done.stderr) == (1, "")
    assert json.loads(done.stdout)["not_evaluated"]
    assert "in fail" in (place / LOG_NAME).read_text("utf-8")
    forget(place)


def forget(place):
    """Take away what a month left, for the tests that come after."""
    shutil.rmtree(place / "output" / "2011-03")
    shutil.rmtree(place / ".cache")


def test_a_mistake_in_a_module_of_rules_is_a_crash_like_any_other(tmp_path):
    script = tmp_path / "broken.py"
    script.write_text(
        "import sys\n"
        "class Broken:\n"
        "    def find_spec(self, name, path, target=None):\n"
        f"        if name == {book.__name__!r}:\n"
        "            raise KeyError('no such rule')\n"
        "sys.meta_path.insert(0, Broken())\n"
        "from pledgebatch.cli import main\n"
        "main()\n"
    )
    done = subprocess.run(
        [sys.executable, script, "rules"], capture_output=True, text=True, encoding="utf-8", cwd=tmp_path
    )
    assert (done.returncode, len(done.stderr.splitlines())) == (OUR_MISTAKE, 1)
    assert "no such rule" in (tmp_path / LOG_NAME).read_text("utf-8")


MAIN = "from pledgebatch.cli import main; main()"


@pytest.mark.parametrize("encoding", ["ascii", "cp437", "cp936", "utf-8"])
def test_a_terminal_that_cannot_show_it_is_told_all_the_same(encoding):
    """Nothing is lost of JSON; what is ASCII only gets UTF-8, in which something can be said."""
    env = os.environ | {"PYTHONIOENCODING": encoding}
    done = subprocess.run([sys.executable, "-c", MAIN, "rules", "--format", "json"], capture_output=True, env=env)
    assert (done.returncode, done.stderr) == (DONE, b"")
    told = json.loads(done.stdout.decode("utf-8" if encoding == "ascii" else encoding))
    assert told[0]["clause"].startswith("五")
    missing = os.fsdecode(b"\xb9\xfe.xlsx")
    done = subprocess.run([sys.executable, "-c", MAIN, "check", missing], capture_output=True, env=env)
    assert (done.returncode, done.stdout, len(done.stderr.splitlines())) == (COULD_NOT, b"", 1)


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such pipes")
def test_a_reader_who_stops_reading_is_no_mistake():
    reader, writer = os.pipe()
    os.close(reader)
    done = subprocess.run([sys.executable, "-c", MAIN, "rules"], stdout=writer, stderr=subprocess.PIPE)
    os.close(writer)
    assert (done.returncode, done.stderr) == (DONE, b"")
    with open("/dev/full", "w") as full:
        done = subprocess.run([sys.executable, "-c", MAIN, "rules"], stdout=full, stderr=subprocess.PIPE)
    assert (done.returncode, "磁盘满了" in done.stderr.decode(), b"Exception" in done.stderr) == (
        COULD_NOT,
        True,
        False,
    )


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no process groups")
@pytest.mark.parametrize("moment", [0.1, 1, 2.5, 5])
def test_ctrl_c_at_any_moment_is_one_quiet_sentence(place, moment):
    """The signal goes to the whole group, as from a terminal; a machine so fast that it is done by then has nothing to say."""
    began = [sys.executable, "-c", f"print('begun', flush=True); {MAIN}"]
    asked = ["consolidate", "--period", "2011-03", "--workspace", str(place), "--workers", "2", "--quiet"]
    running = subprocess.Popen(
        began + asked,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        start_new_session=True,
        text=True,
        encoding="utf-8",
    )
    assert running.stdout
    running.stdout.readline()
    time.sleep(moment)
    if running.poll() is None:
        os.killpg(running.pid, signal.SIGINT)
    _, err = running.communicate(timeout=120)
    assert (running.returncode, err.strip()) in ((COULD_NOT, "已中断，上一次的结果没有改动。"), (DONE, ""))
    assert [path.name for path in (place / "output").iterdir() if path.name != "2011-03"] == []
    assert Path(place / "registry.xlsx").is_file()
