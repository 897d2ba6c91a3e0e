"""One post office for all tests here; each test has a domain of its own in it."""

from collections.abc import Iterator

import pytest

from tests.mail import servers


@pytest.fixture(scope="session")
def office() -> Iterator[servers.Office]:
    servers.require_servers()
    with servers.post_office() as running:
        yield running


@pytest.fixture(autouse=True)
def password(monkeypatch):
    monkeypatch.setenv("PLEDGEBATCH_MAIL_PASSWORD", servers.PASSWORD)
