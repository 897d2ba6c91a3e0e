"""What a desk has while it is open: its workspace, the workers that look for it, what is going on."""

import asyncio
import os
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Executor, Future
from dataclasses import dataclass, field
from pathlib import Path
from threading import Lock
from typing import Any, TypeVar

from pledgebatch.desk.action_log import ActionLog
from pledgebatch.desk.incoming import Incoming
from pledgebatch.desk.jobs import Jobs
from pledgebatch.pipeline.workspace import Workspace

FOLDER = ".desk"
"""What the desk keeps in a workspace: what is being taken in, its last job, its address."""
DEPTH = {"": 0, "inbox": 3, "inbox/": 0, "output": 1, "input_templates": 1, "mail": 0}
"""The folders whose entries say that something changed, and how deep: that of the office's books, the one where months
are received, and its months alone, those of results, of workbooks out, and of mail."""
Seen = TypeVar("Seen")


@dataclass
class Asking:
    """A workspace, and who looks through it for pages."""

    workspace: Workspace
    looking: Executor
    """Looks through months for the pages."""
    _known: dict[tuple[Any, ...], tuple[int, "Future[Any]"]] = field(default_factory=dict, kw_only=True)
    _lock: Lock = field(default_factory=Lock, kw_only=True)

    async def ask(self, task: Callable[..., Seen], *given: Any) -> Seen:
        """What ``task`` says of the workspace, asked of a worker; once as long as nothing that it rests on changes."""
        stamp = await asyncio.to_thread(stamp_of, self.workspace.root, getattr(task, "rests_on", tuple(DEPTH)))
        key = (task.__name__, *given)
        with self._lock:
            known = self._known.get(key)
            if known is None or known[0] != stamp:
                known = self._known[key] = (stamp, self.looking.submit(task, self.workspace, *given))
                while len(self._known) > MOST_KNOWN:
                    del self._known[next(iter(self._known))]
        try:
            # A browser that goes away gives up its own question, not that of whoever asks the same.
            seen: Seen = await asyncio.shield(asyncio.wrap_future(known[1]))
        except Exception:  # it is told to who asked, and asked anew
            with self._lock:
                if self._known.get(key) is known:
                    del self._known[key]
            raise
        return seen


@dataclass
class Desk(Asking):
    """A desk over one workspace. What others typed is read by workers alone."""

    judging: Executor
    """Judges what came in."""
    incoming: Incoming
    jobs: Jobs
    log: ActionLog
    notes: dict[int, list[str]] = field(default_factory=dict)
    """What is to be told next, by session."""
    clerks: dict[int, str] = field(default_factory=dict)
    """By session who decided last, to be offered next time."""
    trying: Lock = field(default_factory=Lock)
    """Held while a letter to oneself is under way."""

    @property
    def folder(self) -> Path:
        """The desk's own folder."""
        return self.workspace.root / FOLDER


MOST_KNOWN = 200


def stamp_of(root: Path, folders: Iterable[str]) -> int:
    """A number that is another one once anything in these folders of the workspace is."""
    return hash(tuple(entry for name in folders for entry in _below(root / name, DEPTH[name])))


def _below(folder: Path, deep: int) -> Iterator[tuple[str, int, int]]:
    try:
        with os.scandir(folder) as entries:
            inside = sorted(entries, key=lambda each: each.name)
    except OSError:  # there is no such folder, as at the beginning
        return
    for each in inside:
        if each.name.startswith(".") or each.name.endswith(".log"):
            continue
        try:
            status = each.stat(follow_symlinks=False)
        except OSError:  # gone meanwhile
            continue
        yield each.name, status.st_size, status.st_mtime_ns
        if deep and each.is_dir(follow_symlinks=False):
            yield from _below(Path(each.path), deep - 1)
