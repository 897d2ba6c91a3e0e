"""打开工作台: what a double click runs, compared to the byte; on Linux it is run."""

import os
import subprocess
import sys
from pathlib import Path, PureWindowsPath

import pytest

from pledgebatch.pipeline.launchers import GONE, for_linux, for_macos, for_windows, write_launchers
from pledgebatch.pipeline.send_out import begin

WINDOWS = """\
@echo off
setlocal
set "PROGRAM=D:\\承诺 100%%\\.venv\\Scripts\\python.exe"
set "WINDOW=D:\\承诺 100%%\\.venv\\Scripts\\pythonw.exe"
if not exist "%PROGRAM%" goto gone
"%PROGRAM%" -c "import pledgebatch.desk" 2>nul || goto gone
if not exist "%WINDOW%" set "WINDOW=%PROGRAM%"
start "" "%WINDOW%" -m pledgebatch.cli desk --workspace "%~dp0."
exit /b 0
:gone
echo 找不到程序，可能是换了电脑，或程序被移走、卸载了。请在装有程序的电脑上运行 pledgebatch desk 打开这个工作目录，会重写这个文件。
pause
exit /b 1
"""


def test_the_file_for_windows_has_its_line_ends_and_its_code_page():
    made = for_windows(PureWindowsPath(r"D:\承诺 100%\.venv\Scripts\python.exe"))
    assert made == WINDOWS.replace("\n", "\r\n").encode("gbk")


def test_a_path_that_the_code_page_lacks_is_said_in_utf_8():
    made = for_windows(PureWindowsPath("D:\\𠮷\\python.exe"))
    assert made.startswith(b"@echo off\r\nchcp 65001 >nul\r\nsetlocal\r\n")
    assert "D:\\𠮷\\pythonw.exe" in made.decode("utf-8")


def test_an_entry_for_the_desktop_takes_any_path():
    made = for_linux(Path('/home/办公室/a "b" $c 5%')).decode()
    assert 'Exec=/bin/sh "/home/办公室/a \\\\"b\\\\" \\\\$c 5%%/打开工作台.command"\n' in made


def test_a_new_workspace_has_all_three_and_an_old_one_gets_them(tmp_path):
    begin(tmp_path)
    names = ["打开工作台.cmd", "打开工作台.command", "打开工作台.desktop"]
    assert sorted(path.name for path in tmp_path.glob("打开*")) == names
    assert (tmp_path / names[0]).read_bytes() == for_windows(Path(sys.executable))
    (tmp_path / names[1]).write_text("old")
    write_launchers(tmp_path)
    assert (tmp_path / names[1]).read_bytes() == for_macos(Path(sys.executable))


@pytest.mark.skipif(os.name == "nt", reason="a shell script")
@pytest.mark.parametrize(("python", "status"), [("gone", 1), ("there", 0)])
def test_a_double_click_starts_this_installation_or_says_that_it_is_gone(tmp_path, python, status):
    stand_in = tmp_path / "my python" / "python"
    if python == "there":
        stand_in.parent.mkdir()
        stand_in.write_text(f'#!/bin/sh\n[ "$1" = -c ] || printf "%s\\n" "$@" > "{tmp_path}/ran"\n')
        stand_in.chmod(0o700)
    script = tmp_path / "它's" / "打开工作台.command"
    script.parent.mkdir()
    script.write_bytes(for_macos(stand_in))
    script.chmod(0o700)
    told = subprocess.run(
        ["sh", script],
        capture_output=True,
        text=True,
        stdin=subprocess.DEVNULL,
        env={"PATH": "/usr/bin:/bin"},
        check=False,
    )
    assert told.returncode == status
    if python == "gone":
        assert told.stdout == f"{GONE}。\n"
        return
    for _ in range(100):
        if (tmp_path / "ran").exists() and (tmp_path / "ran").read_text():
            break
        subprocess.run(["sleep", "0.05"], check=True)
    assert (tmp_path / "ran").read_text().splitlines() == [
        "-m",
        "pledgebatch.cli",
        "desk",
        "--workspace",
        str(script.parent),
    ]
