"""打开工作台: small files in the workspace that open the desk by a double click, with this very installation."""

import os
import shlex
import sys
from contextlib import suppress
from pathlib import Path

from pledgebatch.engine.atomic import writing

NAME = "打开工作台"
CODE_PAGE = "gbk"
"""What Chinese Windows reads a .cmd in, where it says nothing else."""
GONE = "找不到程序，可能是换了电脑，或程序被移走、卸载了。请在装有程序的电脑上运行 pledgebatch desk 打开这个工作目录，会重写这个文件"
MODULE = "pledgebatch.cli"


def write_launchers(workspace: Path) -> None:
    """Write the files for Windows, macOS and Linux; one that cannot be written is left out, for nothing depends on it."""
    python = Path(sys.executable)
    for suffix, data in (
        (".cmd", for_windows(python)),
        (".command", for_macos(python)),
        (".desktop", for_linux(workspace)),
    ):
        path = workspace / f"{NAME}{suffix}"
        with suppress(OSError):  # the desk opens by its command too
            if path.is_file() and path.read_bytes() == data:
                continue
            with writing(path) as fresh:
                fresh.write_bytes(data)
                if suffix != ".cmd" and os.name != "nt":
                    fresh.chmod(0o700)


def for_windows(python: Path) -> bytes:
    """A .cmd: it starts a Python without a console, and is gone."""
    windowed = python.with_name(python.name.lower().replace("python.exe", "pythonw.exe"))
    text = "\r\n".join(
        (
            "@echo off",
            "setlocal",
            f'set "PROGRAM={_in_cmd(str(python))}"',
            f'set "WINDOW={_in_cmd(str(windowed))}"',
            'if not exist "%PROGRAM%" goto gone',
            '"%PROGRAM%" -c "import pledgebatch.desk" 2>nul || goto gone',
            'if not exist "%WINDOW%" set "WINDOW=%PROGRAM%"',
            f'start "" "%WINDOW%" -m {MODULE} desk --workspace "%~dp0."',
            "exit /b 0",
            ":gone",
            f"echo {GONE}。",
            "pause",
            "exit /b 1",
            "",
        )
    )
    try:
        return text.encode(CODE_PAGE)
    except UnicodeEncodeError:  # a path with characters that the code page lacks
        return text.replace("@echo off", "@echo off\r\nchcp 65001 >nul", 1).encode()


def _in_cmd(path: str) -> str:
    return path.replace("%", "%%")


def for_macos(python: Path) -> bytes:
    """A shell script, for Linux too: it starts Python apart from the terminal, which may be closed."""
    program = shlex.quote(str(python))
    lines = (
        "#!/bin/sh",
        'cd "$(dirname "$0")" || exit 1',
        f"if ! {program} -c 'import pledgebatch.desk' 2>/dev/null; then",
        f"  told='{GONE}。'",
        '  zenity --error --text "$told" 2>/dev/null || osascript -e "display alert \\"$told\\"" 2>/dev/null || { echo "$told"; read -r _; }',
        "  exit 1",
        "fi",
        f'nohup {program} -m {MODULE} desk --workspace "$PWD" >/dev/null 2>&1 &',
        "",
    )
    return "\n".join(lines).encode()


def for_linux(workspace: Path) -> bytes:
    """An entry for the desktop, which runs the script beside it."""
    script = str(workspace.absolute() / f"{NAME}.command")
    for special in ("\\", '"', "`", "$"):
        script = script.replace(special, f"\\{special}")
    # A value is unescaped once more before it is taken for a command.
    quoted = script.replace("\\", "\\\\").replace("%", "%%")
    lines = (
        "[Desktop Entry]",
        "Type=Application",
        f"Name={NAME}",
        "Comment=公开承诺工作簿的工作台",
        f'Exec=/bin/sh "{quoted}"',
        "Terminal=false",
        "",
    )
    return "\n".join(lines).encode()
