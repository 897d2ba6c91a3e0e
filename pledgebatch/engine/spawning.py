"""How worker processes begin: spawned, not forked, and without running again the script that wanted them.

Spawning is the same on Windows, and no thread of the parent is cut in two. Usually a spawned process imports the parent's
main module first; a script without ``if __name__ == "__main__"`` would begin all over in each of its workers. No task
of ours stands in a main module.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from multiprocessing import spawn
from multiprocessing.context import SpawnContext, SpawnProcess
from threading import Lock, get_ident
from typing import Any

_ONE_AT_A_TIME = Lock()
OF_MAIN = ("init_main_from_name", "init_main_from_path")


class Worker(SpawnProcess):
    """A process that does not import the parent's main module."""

    def start(self) -> None:
        """Start it."""
        with _without_main():
            super().start()


class Context(SpawnContext):
    """Spawning as usual, but for the main module."""

    Process = Worker


CONTEXT = Context()


@contextmanager
def _without_main() -> Iterator[None]:
    """While this thread starts a process, nothing is said to it of the main module."""
    me = get_ident()
    with _ONE_AT_A_TIME:
        usual = spawn.get_preparation_data

        def prepared(name: str) -> dict[str, Any]:
            told: dict[str, Any] = usual(name)
            return {key: value for key, value in told.items() if key not in OF_MAIN} if get_ident() == me else told

        spawn.get_preparation_data = prepared
        try:
            yield
        finally:
            spawn.get_preparation_data = usual
