"""Uploads at their real limits: ten thousand at once, twenty thousand that wait, two gigabytes; memory and disk stay bounded."""

import asyncio
import tracemalloc
from collections import Counter
from collections.abc import Iterator, Sequence

import pytest

from pledgebatch.desk import incoming
from pledgebatch.desk.guard import AT_ONCE, PER_SECOND, Guard
from pledgebatch.desk.incoming import MOST_SHOWN, MOST_WAITING
from pledgebatch.intake.find import LARGEST_FILE
from tests.desk.conftest import ADDRESS, PORT, held_elsewhere, judged_by_nobody

PIECE = 2**18
TWO_GIGABYTES = 2 * 2**30
MANY = 10_000
MOST_MEMORY = 32 * 2**20


class Wire:
    """A connection of a browser that was let in, without a browser: what it sends, and how it is answered."""

    def __init__(self, guard: Guard) -> None:
        self._guard = guard
        self._session = guard.access.admit(guard.access.token)
        self.taken = 0
        """Pieces that were asked for."""

    async def upload(self, name: str, pieces: Iterator[bytes], declared: int | None = None) -> int:
        """The status of a file sent piece by piece; what was sent when it was answered is no more asked for."""
        headers = {"host": f"127.0.0.1:{PORT}", "origin": ADDRESS, "cookie": f"pledgebatch-{PORT}={self._session}"}
        headers |= {} if declared is None else {"content-length": str(declared)}
        scope = {
            "type": "http", "method": "POST", "path": "/incoming/2011-03", "query_string": f"name={name}".encode(), "root_path": "",
            "headers": [(key.encode(), value.encode()) for key, value in headers.items()],
        }  # fmt: skip
        statuses: list[int] = []

        async def receive() -> dict[str, object]:
            if statuses:
                return {"type": "http.disconnect"}
            piece = next(pieces, None)
            self.taken += piece is not None
            return {"type": "http.request", "body": piece or b"", "more_body": piece is not None}

        async def send(message: dict[str, object]) -> None:
            if message["type"] == "http.response.start":
                statuses.append(int(str(message["status"])))

        await self._guard(scope, receive, send)  # type: ignore[arg-type]  # plain functions will do
        return statuses[0]


@pytest.fixture
def wire(guard, monkeypatch) -> Wire:
    monkeypatch.setattr(incoming, "judge", judged_by_nobody)
    return Wire(guard)


def endless() -> Iterator[bytes]:
    piece = bytes(PIECE)
    for _ in range(TWO_GIGABYTES // PIECE):
        yield piece


def test_two_gigabytes_are_refused_by_their_length_before_a_byte_is_read(wire, place):
    assert asyncio.run(wire.upload("a.xlsx", endless(), TWO_GIGABYTES)) == 413
    assert wire.taken == 0
    assert not list((place / ".desk" / "quarantine").iterdir())


@pytest.mark.parametrize("declared", [None, 10])
def test_two_gigabytes_that_do_not_say_so_are_cut_off_at_the_limit(wire, place, declared):
    tracemalloc.start()
    try:
        assert asyncio.run(wire.upload("a.xlsx", endless(), declared)) == 413
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert wire.taken <= LARGEST_FILE // PIECE + 1
    assert peak < MOST_MEMORY
    assert not list((place / ".desk" / "quarantine").iterdir())
    assert not list((place / "inbox" / "2011-03").iterdir())


async def flood(wire: Wire, numbers: Sequence[int]) -> Counter[int]:
    """Each file sent by itself, eight at a time."""
    waiting = iter(numbers)
    found: Counter[int] = Counter()

    async def sender() -> None:
        for number in waiting:
            found[await wire.upload(f"{number}.xlsx", iter([f"{number}".encode()]))] += 1

    await asyncio.gather(*(sender() for _ in range(8)))
    return found


def test_of_ten_thousand_uploads_at_once_some_are_taken_the_rest_put_off_and_none_is_lost(wire, guard, place):
    now = [0.0]
    guard.rate.clock, guard.rate._since = (lambda: now[0]), 0.0
    found = asyncio.run(flood(wire, range(MANY)))
    assert found == {200: AT_ONCE, 429: MANY - AT_ONCE}
    assert len(list((place / "inbox" / "2011-03").iterdir())) == AT_ONCE
    now[0] = 5.0  # whoever comes again is taken as the clock goes on
    assert asyncio.run(flood(wire, range(MANY, MANY + 400)))[200] == 5 * PER_SECOND
    assert len(list((place / "inbox" / "2011-03").iterdir())) == AT_ONCE + 5 * PER_SECOND
    assert not list((place / ".desk" / "quarantine").iterdir())
    (uploads,) = guard.app.state.desk.incoming.uploads.values()
    assert len(uploads) == MOST_SHOWN


def test_no_more_wait_than_may(wire, place):
    quarantine = place / ".desk" / "quarantine"
    for number in range(MOST_WAITING):
        (quarantine / f"{number}.file").touch()
        (quarantine / f"{number}.json").touch()
    (quarantine / "one.part").touch()
    with held_elsewhere(place, "consolidate 2011-03"):
        assert asyncio.run(wire.upload("a.xlsx", iter([b"a"]))) == 507
    assert len(list(quarantine.iterdir())) == 2 * MOST_WAITING + 1


def test_a_file_that_a_sweep_puts_away_first_stands_in_the_inbox_once(wire, guard, place, monkeypatch):
    """The page that lists what came sweeps up what waits, while another request brings it."""
    desk = guard.app.state.desk.incoming
    put = desk._put

    def swept_before(*given: object) -> bool:
        monkeypatch.setattr(desk, "_put", put)
        desk.sweep()
        return put(*given)

    monkeypatch.setattr(desk, "_put", swept_before)
    assert asyncio.run(wire.upload("a.xlsx", iter([b"a"]))) == 200
    assert [path.name for path in (place / "inbox" / "2011-03").iterdir()] == ["a.xlsx"]
    ((upload,),) = desk.uploads.values()
    assert (upload.name, upload.note) == ("a.xlsx", "")
