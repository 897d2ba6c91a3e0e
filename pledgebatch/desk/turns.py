"""Writing into the workspace by turns: whoever else sits at the same desk waits, instead of being sent away."""

from collections.abc import Iterator
from contextlib import contextmanager
from threading import Lock

from pledgebatch.pipeline.lock import WorkspaceHeld, holding
from pledgebatch.pipeline.workspace import Workspace

PATIENCE = 20.0
"""Seconds; what is written here takes one at most."""
BUSY = "别的窗口正在写入，请稍等再试；没有改动任何文件"
_TURN = Lock()


@contextmanager
def in_turn(workspace: Workspace, command: str = "desk") -> Iterator[None]:
    """Hold ``workspace``, after those who do so at this desk. Raises WorkspaceHeld where another command holds it."""
    if not _TURN.acquire(timeout=PATIENCE):
        raise WorkspaceHeld(BUSY)
    try:
        with holding(workspace, command):
            yield
    finally:
        _TURN.release()
