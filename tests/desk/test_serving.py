"""The desk as it is opened: one a workspace, on this machine alone, by an address that is used up."""

import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path
from urllib.error import HTTPError
from urllib.request import HTTPCookieProcessor, Request, build_opener, urlopen

import pytest

from pledgebatch.desk import serving
from pledgebatch.desk.serving import serve, show_mistake
from pledgebatch.mistakes import OfficeMistake
from pledgebatch.pipeline.workspace import Workspace
from tests import books


def begin(place: Path, *words: str) -> "subprocess.Popen[str]":
    command = [sys.executable, "-m", "pledgebatch.cli", "desk", "--workspace", str(place), "--no-browser", *words]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def address_in(line: str) -> str:
    found = re.search(r"http://127\.0\.0\.1:\d+/\?token=[\w-]+", line)
    assert found, line
    return found[0]


def test_one_desk_a_workspace_which_the_second_shows_and_which_ends_as_it_should(tmp_path):
    place = books.workspace(tmp_path / "w")
    first = begin(place)
    assert first.stdout
    where = address_in(first.stdout.readline())
    second = begin(place)
    told, _ = second.communicate(timeout=120)
    assert second.returncode == 0
    assert "已经开着" in told
    assert address_in(told) == where
    with pytest.raises(HTTPError, match="403"):
        urlopen(where.partition("?")[0])
    if os.name != "nt":
        assert (place / ".desk" / "address").stat().st_mode & 0o077 == 0
    assert (place / "打开工作台.cmd").is_file()
    first.send_signal(signal.SIGINT)
    _, err = first.communicate(timeout=60)
    assert (first.returncode, err) == (0, "")
    assert not (place / ".desk" / "address").exists()


def test_the_button_closes_the_desk(tmp_path):
    served = begin(books.workspace(tmp_path / "w"))
    assert served.stdout
    opener = build_opener(HTTPCookieProcessor())
    where = address_in(served.stdout.readline())
    opener.open(where).read()
    root = where.partition("/?")[0]
    assert "工作台已关闭" in opener.open(Request(f"{root}/close", b"", {"origin": root})).read().decode()
    served.communicate(timeout=60)
    assert served.returncode == 0


def test_a_port_that_is_taken_is_one_sentence(tmp_path):
    with socket.create_server(("127.0.0.1", 0)) as taken, pytest.raises(OfficeMistake, match="已被别的程序占用"):
        serve(Workspace(tmp_path), taken.getsockname()[1], browser=False)


def test_without_a_terminal_the_browser_says_why(tmp_path, monkeypatch):
    opened: list[str] = []
    monkeypatch.setattr(serving.webbrowser, "open", opened.append)
    monkeypatch.setattr(serving.tempfile, "tempdir", str(tmp_path))
    show_mistake(OfficeMistake("<b>没有"))
    (page,) = tmp_path.glob("*.html")
    assert opened == [page.as_uri()]
    assert "&lt;b&gt;没有。" in page.read_text("utf-8")


def test_a_job_goes_on_when_the_desk_is_killed_and_the_next_desk_knows_it(tmp_path, open_desk):
    place = books.workspace(tmp_path / "w")
    books.write(place / "inbox" / "2011-03" / "一小.xlsx")
    from pledgebatch.desk.jobs import Jobs

    folder = place / ".desk" / "job"
    starter = (
        "import sys; from pathlib import Path; from pledgebatch.desk.jobs import Jobs; "
        "Jobs(Path(sys.argv[1]), Path(sys.argv[2])).begin('汇总 2011-03', 'now', 'consolidate', '--period', '2011-03', '--workers', '0')"
    )
    subprocess.run([sys.executable, "-c", starter, str(folder), str(place)], check=True)  # which is gone by now
    jobs = Jobs(folder, place)
    now = jobs.current()
    assert now
    assert now.running
    with pytest.raises(OfficeMistake, match="还在做，一次只做一件"):
        jobs.begin("再汇总", "now", "status")
    until = time.monotonic() + 120
    while jobs.current().running and time.monotonic() < until:  # type: ignore[union-attr]  # one was begun
        time.sleep(0.1)
    assert jobs.current().status == 0  # type: ignore[union-attr]
    assert json.loads((place / "output" / "2011-03" / "manifest.json").read_text("utf-8"))["period"] == "2011-03"


def test_a_job_is_stopped_and_what_was_there_stays(tmp_path):
    from pledgebatch.desk.jobs import Jobs

    place = books.workspace(tmp_path / "w")
    books.write(place / "inbox" / "2011-03" / "一小.xlsx")
    jobs = Jobs(place / ".desk" / "job", place)
    jobs.begin("汇总", "now", "consolidate", "--period", "2011-03", "--workers", "1")
    jobs.stop()
    until = time.monotonic() + 60
    while jobs.current().running and time.monotonic() < until:  # type: ignore[union-attr]
        time.sleep(0.1)
    now = jobs.current()
    assert now
    assert now.ending.startswith("已停下")
    assert not (place / "output").exists() or not list((place / "output").glob("2011-03"))
