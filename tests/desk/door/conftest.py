"""A door over a small workspace, asked as a browser would; its workers are this process."""

import re
import warnings
from pathlib import Path

import pytest

from pledgebatch.desk.door import serving
from pledgebatch.desk.door.guard import DoorGuard
from pledgebatch.desk.door.state import Door
from pledgebatch.engine.workers import Serial
from pledgebatch.pipeline.branch_passwords import hasher
from pledgebatch.pipeline.door_book import DoorBook
from pledgebatch.pipeline.door_settings import DoorSettings
from pledgebatch.pipeline.workspace import Workspace
from tests import books

with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # of the client's own successor
    from starlette.testclient import TestClient

PORT = 8732
ADDRESS = f"http://127.0.0.1:{PORT}"
OWN = {"origin": ADDRESS}
PASSWORDS = {"S1": "green-apple-77", "S2": "brown-pear-88"}


class Branch(TestClient):
    """A branch at its browser."""

    def press(self, address: str, **fields: str) -> str:
        """What a form leads to, once sent."""
        answer = self.post(address, data=fields, headers=OWN)
        assert answer.status_code == 200, answer.text
        return answer.text

    def drop(self, path: Path, period: str = "2011-03", name: str = "") -> dict:
        headers = OWN | {"accept": "application/json"}
        answer = self.post(
            f"/drop/{period}", params={"name": name or path.name}, content=path.read_bytes(), headers=headers
        )
        return answer.json() | {"status": answer.status_code}

    def shown(self, period: str = "2011-03") -> str:
        """The digest of what the page would hand in."""
        found = re.search(r'name="shown" value="([0-9a-f]{64})"', self.get("/", params={"month": period}).text)
        assert found
        return found[1]

    def hand_in(self, path: Path, period: str = "2011-03") -> str:
        assert self.drop(path, period)["status"] == 200
        return self.press(f"/hand/{period}", shown=self.shown(period))


def door_of(guard: DoorGuard) -> Door:
    door: Door = guard.app.state.door
    return door


@pytest.fixture(scope="session")
def hashes() -> dict[str, str]:
    """The hashes of the passwords, made once: that is meant to take time."""
    return {code: hasher().hash(password) for code, password in PASSWORDS.items()}


def open_at(place: Path, hashes: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> DoorGuard:
    """The door of a workspace, unserved."""
    monkeypatch.setattr(serving, "Processes", lambda count: Serial())
    book = DoorBook(place)
    for code, hashed in hashes.items():
        if book.account(code) is None:
            book.set_password(code, hashed, own=False)
    book.close()
    return serving.make_door(Workspace(place), DoorSettings(), (PORT, ["127.0.0.1"]), False)


def sign_in(guard: DoorGuard, code: str = "S1", password: str = "") -> Branch:
    browser = Branch(guard, base_url=ADDRESS, raise_server_exceptions=False)
    browser.press("/in", code=code, password=password or PASSWORDS[code])
    return browser


@pytest.fixture
def place(tmp_path: Path) -> Path:
    return books.workspace(tmp_path / "w")


@pytest.fixture
def guard(place: Path, hashes: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> DoorGuard:
    return open_at(place, hashes, monkeypatch)


@pytest.fixture
def branch(guard: DoorGuard) -> Branch:
    return sign_in(guard)
