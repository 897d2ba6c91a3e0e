"""A desk over a small workspace, asked as a browser would; its workers are this process, its jobs run for real, each in one."""

import os
import signal
import subprocess
import time
import warnings
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest

from pledgebatch.cli.commands import pledgebatch as group
from pledgebatch.desk import jobs, serving
from pledgebatch.desk.access import Access
from pledgebatch.desk.guard import Guard
from pledgebatch.engine.workers import Serial
from pledgebatch.intake.find import Arrival
from pledgebatch.notice.periods import Period
from pledgebatch.pipeline.lock import holding
from pledgebatch.pipeline.workspace import Workspace
from tests import books

with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # of the client's own successor
    from starlette.testclient import TestClient

PORT = 8731
ADDRESS = f"http://127.0.0.1:{PORT}"
OWN = {"origin": ADDRESS}


class Browser(TestClient):
    """Somebody who was let in; what changes something says where it comes from."""

    def press(self, address: str, **fields: str) -> str:
        """What a form leads to, once sent."""
        answer = self.post(address, data=fields, headers=OWN)
        assert answer.status_code == 200, answer.text
        return answer.text

    def drop(self, name: str, data: bytes, period: str = "2011-03") -> dict:
        answer = self.post(
            f"/incoming/{period}", params={"name": name}, content=data, headers=OWN | {"accept": "application/json"}
        )
        return answer.json() | {"status": answer.status_code}


def guard_of(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Guard:
    """The desk of a workspace, unserved."""
    monkeypatch.setattr(serving, "Processes", lambda count: Serial())
    monkeypatch.setattr(jobs, "_start", _start_alone)
    guard, _ = serving.make_desk(Workspace(folder), Access(), PORT)
    return guard


SHARED_OUT = {name for name, each in group.commands.items() if any(option.name == "workers" for option in each.params)}
"""The commands that workers help with: starting those takes longer than what is done here."""


def _start_alone(command: Sequence[str], start: Callable[[Sequence[str]], None] = jobs._start) -> None:
    start([*command, *(("--workers", "0") if SHARED_OUT & {*command} else ())])


def enter(guard: Guard) -> Browser:
    """Open the address that the clerk was shown."""
    browser = Browser(guard, base_url=ADDRESS, raise_server_exceptions=False)
    assert browser.get("/", params={"token": guard.access.token}).status_code == 200
    return browser


def end(served: "subprocess.Popen[str]") -> tuple[str, str]:
    """End it as Ctrl-C would; returns what it said besides."""
    served.send_signal(signal.SIGTERM if os.name == "nt" else signal.SIGINT)
    return served.communicate(timeout=60)


@contextmanager
def held_elsewhere(place: Path, command: str) -> Iterator[None]:
    """Another command holds the workspace meanwhile."""
    holder = ExitStack()
    with ThreadPoolExecutor(1) as other:
        other.submit(holder.enter_context, holding(Workspace(place), command)).result()
        try:
            yield
        finally:
            other.submit(holder.close).result()


def judged_by_nobody(workspace: Workspace, period: Period, arrivals: Sequence[Arrival]) -> list[None]:
    """Stands in for judging where only what is taken in matters."""
    return [None] * len(arrivals)


def wait_for(browser: Browser, seconds: float = 120) -> dict:
    """Wait until the job is done; returns how it ended."""
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        job = browser.get("/pulse.json").json()["job"]
        if job and not job["running"]:
            return job
        time.sleep(0.2)
    raise AssertionError("the job does not end")


@pytest.fixture
def place(tmp_path: Path) -> Path:
    return books.workspace(tmp_path / "w")


@pytest.fixture
def guard(place: Path, monkeypatch: pytest.MonkeyPatch) -> Guard:
    return guard_of(place, monkeypatch)


@pytest.fixture
def desk(guard: Guard) -> Iterator[Browser]:
    with enter(guard) as browser:
        yield browser


@pytest.fixture
def open_desk(monkeypatch: pytest.MonkeyPatch) -> Callable[[Path], Browser]:
    return lambda folder: enter(guard_of(folder, monkeypatch))
