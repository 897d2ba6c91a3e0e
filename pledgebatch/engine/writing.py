"""The folders of a month that workers write: one that cannot be written costs itself only, and is named."""

import logging
import shutil
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Executor, Future
from pathlib import Path
from typing import Any, TypeVar

from pledgebatch.mistakes import OfficeMistake, OurLimit

LOG = logging.getLogger(__name__)
BY_OURSELVES = "程序出错"
Each = Callable[[str], tuple[Any, ...]]
"""What a task is given to write one of its folders by itself."""
Done = TypeVar("Done")


class Writing:
    """Tasks that write folders below a month's, each named as ``organisations/CODE_NAME``."""

    def __init__(self, pool: Executor, folder: Path) -> None:
        """Nothing is written yet."""
        self._pool, self._folder = pool, folder
        self._waiting: list[tuple[Future[None], Callable[..., None], Sequence[str], Each | None]] = []

    def submit(self, places: Sequence[str], task: Callable[..., None], *given: Any, each: Each | None = None) -> None:
        """Have ``task`` write the folders ``places``; where it fails and ``each`` tells how, one by one."""
        self._waiting.append((self._pool.submit(task, *given), task, places, each))

    def end(self) -> dict[str, str]:
        """Wait for all; returns the folders that could not be written, each with the reason, which stand empty."""
        failed: dict[str, str] = {}
        while self._waiting:
            future, task, places, each = self._waiting.pop(0)
            try:
                future.result()
            except (OfficeMistake, OSError):  # of the office's machine and disk, not of what is to be written
                raise
            except Exception as mistake:  # our own, or a limit: it costs these places only, which are named
                LOG.exception("%s could not be written", ", ".join(places))
                if each is None or len(places) == 1:
                    failed |= dict.fromkeys(places, str(mistake) if isinstance(mistake, OurLimit) else BY_OURSELVES)
                    continue
                for place in places:
                    shutil.rmtree(self._folder / place, ignore_errors=True)
                    self.submit([place], task, *each(place), each=each)
        for place in failed:
            shutil.rmtree(self._folder / place, ignore_errors=True)
            (self._folder / place).mkdir(parents=True)
        return failed


def in_words(failed: Mapping[str, str]) -> list[str]:
    """What could not be written, folder by folder."""
    return [f"{place}（{why}）" for place, why in sorted(failed.items())]


def wait_for(what: str, future: "Future[Done]") -> Done:
    """What ``future`` gives; where it took too much, the exception says of ``what``."""
    try:
        return future.result()
    except OurLimit as limit:
        raise type(limit)(f"生成{what}时，{limit}") from None
