"""Workspaces for tests of mail, and the command line as a process of its own."""

import atexit
import json
import os
import signal
import subprocess
import sys
import tempfile
import time
import traceback
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from email.message import Message
from functools import cache
from pathlib import Path
from typing import Any

import pandas as pd

from pledgebatch.intake.mails import read_mail
from pledgebatch.schema.sheets import REGISTRY
from pledgebatch.workbooks.registry_book import write_registry
from tests.mail.servers import Office

MONTH = "2011-03"
ROOT = Path(__file__).parents[2]
PATIENCE = 120


def attachments(mail: bytes | Message) -> list[tuple[str, bytes]]:
    """The attachments of a mail, as ``collect`` would take them."""
    return [(each.name, each.data) for each in read_mail(mail if isinstance(mail, bytes) else mail.as_bytes()).files]


def registry_of(count: int, domain: str) -> pd.DataFrame:
    """A superior that does not report, and ``count`` schools below it, each with an address in ``domain``."""
    rows = [("P0", "云溪区教育党委", "党委", "云溪区教育局", "局机关", "直属", "", "否", f"p0@{domain}")]
    for number in range(1, count + 1):
        name = f"云溪{number:03d}小学党支部"
        rows.append(
            (f"S{number:03d}", name, "党支部", name[:-3], "公办学校", "直属", "P0", "是", address(number, domain))
        )
    keys = [
        "unit_code",
        "org_name",
        "org_type",
        "unit_name",
        "unit_category",
        "relation",
        "parent_code",
        "reports",
        "email",
    ]
    return pd.DataFrame(rows, columns=keys)


def address(number: int, domain: str) -> str:
    return f"xiao{number:03d}@{domain}"


def place_of(
    place: Path,
    count: int,
    domain: str,
    smtp_port: int,
    office: Office | None = None,
    stuffed: bool = True,
    **more: object,
) -> Path:
    """A workspace set up for mail on this machine; ``stuffed``, with small files in the place of workbooks to send out."""
    place.mkdir(parents=True, exist_ok=True)
    registry = registry_of(count, domain)
    write_registry(place / "registry.xlsx", registry[[field.key for field in REGISTRY.fields if field.key in registry]])
    settings: dict[str, object] = {
        "address": f"office@{domain}", "smtp_host": "127.0.0.1", "smtp_port": smtp_port, "smtp_security": "none",
        "per_minute": 0, "retry_seconds": 0, "timeout_seconds": 10,
    }  # fmt: skip
    if office:
        settings |= {
            "imap_host": "127.0.0.1",
            "imap_port": office.imaps_port,
            "ca_file": str(office.ca_file),
            "settle_seconds": 3,
        }
    lines = [f"{key} = {_toml(value)}" for key, value in (settings | more).items()]
    (place / "pledgebatch.toml").write_text("[mail]\n" + "\n".join(lines) + "\n", "utf-8")
    if stuffed:
        templates = place / "input_templates" / MONTH
        templates.mkdir(parents=True)
        for row in registry[registry["reports"] == "是"].itertuples():
            (templates / f"{row.org_name}_承诺台账_201103.xlsx").write_bytes(f"PK\n.\n..{row.unit_code}".encode() * 400)
    return place


def _toml(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else repr(value)


@dataclass
class Command:
    """A command under way, a process of its own."""

    pid: int
    folder: Path

    def running(self) -> bool:
        """Whether it still runs; it is reaped by the process it was forked from."""
        try:
            os.kill(self.pid, 0)
        except ProcessLookupError:
            return False
        return True

    def kill(self) -> bool:
        """Kill it, as the task manager or a power cut would; whether there was something to kill."""
        with suppress(ProcessLookupError):
            os.kill(self.pid, signal.SIGKILL)
            self.ended()
            return not (self.folder / "status").exists()
        return False

    def said(self) -> str:
        """What it has said on standard error."""
        return (self.folder / "err").read_text("utf-8")

    def says(self, word: str) -> bool:
        """Wait until it has said ``word``, or ended."""
        while word not in self.said() and self.running():
            time.sleep(0.005)
        return word in self.said()

    def ended(self) -> tuple[int | None, str, str]:
        """Wait for the end: status (None where it was killed), output, errors."""
        deadline = time.monotonic() + PATIENCE
        while self.running():
            assert time.monotonic() < deadline, self.said()
            time.sleep(0.01)
        status = self.folder / "status"
        return (
            int(status.read_text()) if status.exists() else None,
            (self.folder / "out").read_text("utf-8"),
            self.said(),
        )


@cache
def _nursery() -> "subprocess.Popen[str]":
    """A process that has everything loaded and forks a command when asked: the same command, without the wait."""
    nursery = subprocess.Popen(
        [sys.executable, __file__], cwd=ROOT, env=os.environ | {"PYTHONPATH": str(ROOT)}, stdin=subprocess.PIPE,
        stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    atexit.register(nursery.communicate)
    return nursery


def begin(place: Path, *args: str) -> Command:
    """A command, started."""
    nursery = _nursery()
    assert nursery.stdin is not None
    assert nursery.stdout is not None
    folder = Path(tempfile.mkdtemp(dir=place.parent))
    (folder / "err").touch()
    asked = {"args": [*args, "--workspace", str(place)], "folder": str(folder), "environment": dict(os.environ)}
    nursery.stdin.write(json.dumps(asked) + "\n")
    nursery.stdin.flush()
    return Command(int(nursery.stdout.readline()), folder)


def run(place: Path, *args: str) -> tuple[int | None, str, str]:
    """A command, to its end: status, output, errors."""
    status, out, err = begin(place, *args).ended()
    assert "Traceback" not in err, err
    return status, out, err


def _serve() -> None:
    from pledgebatch.cli import commands, main

    assert commands
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    for line in sys.stdin:
        asked = json.loads(line)
        pid = os.fork()
        if pid:
            print(pid, flush=True)
            continue
        _become(main, asked)


def _become(main: Callable[[list[str]], None], asked: dict[str, Any]) -> None:
    """Be the command: its output to files, its status to a file once it has ended by itself."""
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    folder = Path(asked["folder"])
    for number, name in ((1, "out"), (2, "err")):
        os.dup2(os.open(folder / name, os.O_WRONLY | os.O_CREAT | os.O_TRUNC), number)
    os.environ.clear()
    os.environ.update(asked["environment"])
    status: object = 70
    try:
        main(asked["args"])
    except SystemExit as stop:
        status = stop.code
    except BaseException:
        traceback.print_exc()
    sys.stdout.flush()
    sys.stderr.flush()
    (folder / "status").write_text(str(status))
    os._exit(0)


if __name__ == "__main__":
    _serve()
