"""What is asked of a workspace is found out once for all who ask, and none of them spoils it for the others."""

import asyncio
from concurrent.futures import Executor, Future

import pytest

from pledgebatch.desk.state import Asking
from pledgebatch.pipeline.workspace import Workspace


class Worker(Executor):
    """Ends its tasks when it is told to."""

    def __init__(self) -> None:
        self.begun: list[Future[str]] = []

    def submit(self, task, /, *given):  # type: ignore[override]
        self.begun.append(Future())
        return self.begun[-1]


def look(workspace: Workspace) -> str:
    raise AssertionError("by nobody here")


async def begun(worker: Worker, count: int) -> None:
    while len(worker.begun) < count:
        await asyncio.sleep(0.001)
    await asyncio.sleep(0.05)  # in which the second comes to wait too


def test_a_browser_that_goes_away_leaves_the_answer_to_the_others(tmp_path):
    worker = Worker()
    asking = Asking(Workspace(tmp_path), worker)

    async def ask() -> str:
        gone, stays = (asyncio.create_task(asking.ask(look)) for _ in range(2))
        await begun(worker, 1)
        gone.cancel()
        with pytest.raises(asyncio.CancelledError):
            await gone
        worker.begun[0].set_result("seen")
        return await stays

    assert asyncio.run(ask()) == "seen"
    assert len(worker.begun) == 1


def test_what_went_wrong_is_asked_anew(tmp_path):
    worker = Worker()
    asking = Asking(Workspace(tmp_path), worker)

    async def ask() -> str:
        first = asyncio.create_task(asking.ask(look))
        await begun(worker, 1)
        worker.begun[0].set_exception(ValueError("crashed"))
        with pytest.raises(ValueError, match="crashed"):
            await first
        again = asyncio.create_task(asking.ask(look))
        await begun(worker, 2)
        worker.begun[1].set_result("seen")
        return await again

    assert asyncio.run(ask()) == "seen"
